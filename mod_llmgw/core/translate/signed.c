/* SPDX-License-Identifier: Apache-2.0 */
/* signed.c - see signed.h. */
#include "signed.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "json_tree.h"
#include "responses_reasoning.h"
#include "translate.h"

struct gw_signed_t {
    apr_hash_t *by_call;        /* ids of calls, to gw_str_t */
};

void gw_signed_seal(gw_text_t *out, gw_str_t blocks)
{
    gw_reasoning_seal_as(out, GW_SIGNED_MARK, blocks);
}

gw_str_t gw_signed_find(const gw_signed_t *blocks, gw_str_t call_id)
{
    const gw_str_t *found = NULL;

    if (blocks != NULL)
        found = apr_hash_get(blocks->by_call, call_id.p,
                             (apr_ssize_t)call_id.n);
    return found != NULL ? *found : (gw_str_t){ "", 0 };
}

/* ---- what one item holds ---------------------------------------------- */

/* The members that a kind of block has, all strings. */
static const struct { const char *type, *member[2]; } kinds[] = {
    { "thinking", { "thinking", "signature" } },
    { "redacted_thinking", { "data", NULL } }
};

/* Write the block anew.  0: it is none. */
static int put_block(gw_text_t *out, const gw_tree_t *tree,
                     const gw_node_t *block)
{
    const gw_node_t *type = gw_tree_value(tree, block, "type"), *m;
    unsigned i = 0, k;

    while (i < GW_COUNT(kinds) && !gw_tree_is(tree, type, kinds[i].type))
        i++;
    if (i == GW_COUNT(kinds))
        return 0;
    gw_text_put(out, out->n > 0 ? ",{\"type\":\"" : "{\"type\":\"");
    gw_text_put(out, kinds[i].type);
    gw_text_put(out, "\"");
    for (k = 0; k < 2 && kinds[i].member[k] != NULL; k++) {
        m = gw_tree_value(tree, block, kinds[i].member[k]);
        if (m == NULL || m->kind != GW_JSON_STR)
            return 0;
        gw_text_put(out, ",\"");
        gw_text_put(out, kinds[i].member[k]);
        gw_text_put(out, "\":");
        gw_text_add(out, gw_tree_bytes(tree, m));
    }
    gw_text_put(out, "}");
    return 1;
}

/* Add what is sealed.  0: it is not ours, or no blocks. */
static int unseal(gw_text_t *out, gw_str_t sealed, apr_pool_t *pool)
{
    gw_text_t json;
    gw_tree_t tree;
    const gw_node_t *block;
    int good;

    gw_text_init(&json, sealed.n + 2, pool);
    gw_text_put(&json, "[");
    good = gw_reasoning_unseal_as(&json, GW_SIGNED_MARK, sealed);
    gw_text_put(&json, "]");
    good = good && !json.full
           && gw_tree_read(&tree, gw_text_str(&json), &gw_tree_all,
                           GW_JSON_VALIDATE, pool) == APR_SUCCESS;
    block = good ? gw_tree_child(&tree, gw_tree_root(&tree)) : NULL;
    good = block != NULL;
    for (; block != NULL && good; block = gw_tree_next(&tree, block))
        good = put_block(out, &tree, block);
    gw_text_drop(&json);
    return good && !out->full;
}

/* ---- the items -------------------------------------------------------- */

typedef struct collecting_t {
    gw_signed_t *found;
    const gw_tree_t *tree;
    apr_pool_t *pool;
    gw_text_t blocks;           /* of the message that begins */
    gw_str_t call;              /* its first one; n is 0: none was seen */
    int said;                   /* it has said something else */
    int spoilt;                 /* its blocks cannot be put back */
} collecting_t;

static void message_ends(collecting_t *c)
{
    gw_text_clear(&c->blocks);
    c->call.n = 0;
    c->said = c->spoilt = 0;
}

static void keep(collecting_t *c)
{
    gw_str_t *blocks = NULL;

    if (c->blocks.n > 0 && !c->spoilt) {
        blocks = apr_palloc(c->pool, sizeof(*blocks));
        blocks->n = c->blocks.n;
        blocks->p = apr_pstrmemdup(c->pool, c->blocks.p, c->blocks.n);
    }
    apr_hash_set(c->found->by_call, c->call.p, (apr_ssize_t)c->call.n,
                 blocks);
}

static void call(collecting_t *c, const gw_node_t *item)
{
    const gw_node_t *id = gw_tree_value(c->tree, item, "call_id");

    c->said = 1;
    if (c->call.n > 0 || id == NULL || id->kind != GW_JSON_STR)
        return;
    c->call = gw_tree_string(c->tree, id, c->pool);
    if (c->call.n > 0)
        keep(c);
}

static void reasoning(collecting_t *c, const gw_node_t *item)
{
    const gw_node_t *sealed = gw_tree_value(c->tree, item,
                                            "encrypted_content");

    if (sealed != NULL && sealed->kind == GW_JSON_STR && !c->said
        && unseal(&c->blocks, gw_tree_string(c->tree, sealed, c->pool),
                  c->pool))
        return;
    c->spoilt = 1;              /* thought by another model, or too late */
    if (c->call.n > 0)
        keep(c);
}

static void text(collecting_t *c, const gw_node_t *item)
{
    if (gw_tree_is(c->tree, gw_tree_value(c->tree, item, "role"),
                   "assistant"))
        c->said = 1;
    else
        message_ends(c);
}

static void item(collecting_t *c, const gw_node_t *it)
{
    static const struct {
        const char *type;
        void (*read)(collecting_t *c, const gw_node_t *it);
    } types[] = {
        { "message", text }, { "reasoning", reasoning },
        { "function_call", call }, { "custom_tool_call", call },
        { "tool_search_call", call }, { "local_shell_call", call }
    };
    const gw_node_t *type = gw_tree_value(c->tree, it, "type");
    unsigned i;

    for (i = 0; i < GW_COUNT(types); i++) {
        if (gw_tree_is(c->tree, type, types[i].type)) {
            types[i].read(c, it);
            return;
        }
    }
    if (type == NULL)           /* a message may say no type */
        text(c, it);
    else
        message_ends(c);
}

/* Most bodies have none, and are not read again. */
static int has_mark(gw_str_t body)
{
    static const char mark[] = GW_SIGNED_MARK;
    const char *p = body.p, *end = body.p + body.n;

    while ((p = memchr(p, *mark, (size_t)(end - p))) != NULL) {
        if ((size_t)(end - p) < sizeof(mark) - 1)
            return 0;
        if (memcmp(p, mark, sizeof(mark) - 1) == 0)
            return 1;
        p++;
    }
    return 0;
}

const gw_signed_t *gw_signed_collect(gw_str_t body, apr_pool_t *pool)
{
    collecting_t c;
    gw_tree_t tree;
    const gw_node_t *input, *it;

    if (!has_mark(body)
        || gw_tree_read(&tree, body, &gw_tree_items, GW_JSON_TRUSTED, pool)
           != APR_SUCCESS)
        return NULL;
    memset(&c, 0, sizeof(c));
    c.tree = &tree;
    c.pool = pool;
    gw_text_init(&c.blocks, GW_TRANSLATE_BODY, pool);
    c.found = apr_palloc(pool, sizeof(*c.found));
    c.found->by_call = apr_hash_make(pool);
    input = gw_tree_value(&tree, gw_tree_root(&tree), "input");
    if (input == NULL || input->kind != GW_JSON_ARRAY)
        return NULL;
    for (it = gw_tree_child(&tree, input); it != NULL;
         it = gw_tree_next(&tree, it))
        item(&c, it);
    return apr_hash_count(c.found->by_call) > 0 ? c.found : NULL;
}
