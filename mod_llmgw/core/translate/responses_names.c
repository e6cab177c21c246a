/* SPDX-License-Identifier: Apache-2.0 */
/* responses_names.c - see responses_names.h. */
#include "responses_names.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "fnv.h"

#define BETWEEN "__"
#define HASH 9                  /* bytes of "_0123abcd" */

struct gw_tool_names_t {
    apr_pool_t *pool;
    apr_hash_t *by_chat;
};

/* Codex 0.171: tools of this namespace are called by their bare names. */
static gw_str_t real_space(gw_str_t space)
{
    static const gw_str_t none = { "", 0 };

    return gw_str_is(space, "functions") ? none : space;
}

static int is_letter(char c)
{
    return apr_isalnum(c) || c == '_' || c == '-';
}

static int is_name(gw_str_t s)
{
    apr_size_t i;

    for (i = 0; i < s.n && is_letter(s.p[i]); i++)
        ;
    return i == s.n && s.n > 0 && s.n <= GW_TOOL_CHAT_NAME;
}

/* A byte between them that no name has tells "a", "bc" from "ab", "c". */
static unsigned hash_of(gw_str_t space, gw_str_t name)
{
    apr_uint64_t h = gw_fnv(GW_FNV_START, space.p, space.n);

    h = gw_fnv(h, "\xff", 1);
    h = gw_fnv(h, name.p, name.n);
    return (unsigned)(h ^ h >> 32);
}

gw_str_t gw_tool_chat_name(gw_str_t space, gw_str_t name, apr_pool_t *pool)
{
    gw_str_t whole = name, in = real_space(space);
    apr_size_t n, i;
    char *out;

    if (in.n > 0) {
        whole.p = apr_psprintf(pool, "%.*s" BETWEEN "%.*s", (int)in.n, in.p,
                               (int)name.n, name.p);
        whole.n = strlen(whole.p);
    }
    if (is_name(whole))
        return whole;
    n = whole.n < GW_TOOL_CHAT_NAME - HASH ? whole.n
                                           : GW_TOOL_CHAT_NAME - HASH;
    out = apr_palloc(pool, n + HASH + 1);
    for (i = 0; i < n; i++)
        out[i] = is_letter(whole.p[i]) ? whole.p[i] : '_';
    apr_snprintf(out + n, HASH + 1, "_%08x", hash_of(in, name));
    return (gw_str_t){ out, n + HASH };
}

gw_tool_names_t *gw_tool_names_make(apr_pool_t *pool)
{
    gw_tool_names_t *names = apr_palloc(pool, sizeof(*names));

    names->pool = pool;
    names->by_chat = apr_hash_make(pool);
    return names;
}

static gw_str_t copy(gw_str_t s, apr_pool_t *pool)
{
    return (gw_str_t){ apr_pstrmemdup(pool, s.p, s.n), s.n };
}

const gw_tool_name_t *gw_tool_names_add(gw_tool_names_t *names,
                                        gw_tool_kind_t kind, gw_str_t space,
                                        gw_str_t name)
{
    gw_str_t chat = gw_tool_chat_name(space, name, names->pool);
    const gw_tool_name_t *was = gw_tool_names_find(names, chat);
    gw_tool_name_t *tool;

    if (was != NULL)
        return was;
    tool = apr_palloc(names->pool, sizeof(*tool));
    tool->kind = kind;
    tool->chat = copy(chat, names->pool);
    tool->space = copy(real_space(space), names->pool);
    tool->name = copy(name, names->pool);
    apr_hash_set(names->by_chat, tool->chat.p, (apr_ssize_t)tool->chat.n,
                 tool);
    return tool;
}

static int same(gw_str_t a, gw_str_t b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int gw_tool_is(const gw_tool_name_t *tool, gw_tool_kind_t kind, gw_str_t space,
               gw_str_t name)
{
    return tool->kind == kind && same(tool->space, real_space(space))
           && same(tool->name, name);
}

const gw_tool_name_t *gw_tool_names_find(const gw_tool_names_t *names,
                                         gw_str_t chat)
{
    return names == NULL ? NULL : apr_hash_get(names->by_chat, chat.p,
                                               (apr_ssize_t)chat.n);
}
