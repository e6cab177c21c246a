/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite.c - see rewrite.h. */
#include "rewrite.h"

#include <apr_strings.h>

#define MARKER "\"cache_control\":{\"type\":\"ephemeral\"}"

static gw_str_t text_of(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

/* Edits are kept in order of their place; those at one place in the order
 * in which they came. */
static void add(gw_edits_t *edits, apr_size_t at, apr_size_t cut, gw_str_t put)
{
    unsigned i = edits->count;

    if (i == GW_EDITS)
        return;
    for (; i > 0 && edits->edit[i - 1].at > at; i--)
        edits->edit[i] = edits->edit[i - 1];
    edits->edit[i].at = at;
    edits->edit[i].cut = cut;
    edits->edit[i].put = put;
    edits->count++;
}

static void replace(gw_edits_t *edits, const gw_member_t *m, const char *put)
{
    add(edits, m->start, m->end - m->start, text_of(put));
}

/* A new first member of the document, which is never empty. */
static void insert_member(gw_edits_t *edits, const gw_request_t *req,
                          const char *member)
{
    add(edits, req->root + 1, 0, text_of(member));
}

static apr_size_t skip_space(gw_str_t text, apr_size_t i)
{
    while (i < text.n && strchr(" \n\r\t", text.p[i]) != NULL
           && text.p[i] != '\0')
        i++;
    return i;
}

/* ---- removing members ----------------------------------------------- */

unsigned gw_members_cut(gw_cut_t *cuts, gw_str_t text,
                        const gw_member_t *const *m, unsigned n)
{
    unsigned first = 0, last, count = 0;

    for (; first < n; first = last + 1) {
        apr_size_t end;

        for (last = first; last + 1 < n
             && m[last + 1]->prev_end == m[last]->end; last++)
            ;
        end = skip_space(text, m[last]->end);
        if (text.p[end] == ',') {
            cuts[count].from = m[first]->name_start;
            cuts[count++].to = skip_space(text, end + 1);
        }
        else {
            cuts[count].from = m[first]->prev_end;
            cuts[count++].to = m[last]->end;
        }
    }
    return count;
}

static void remove_owned(gw_edits_t *edits, const gw_request_t *req,
                         int enable_thinking)
{
    static const gw_member_id_t ours[] = {
        GW_M_LLMGW_THINKING, GW_M_ENABLE_CONTEXT_CACHING, GW_M_ENABLE_THINKING
    };
    const gw_member_t *gone[GW_COUNT(ours)];
    gw_cut_t cuts[GW_COUNT(ours)];
    unsigned n = 0, i;

    for (i = 0; i < GW_COUNT(ours); i++) {
        const gw_member_t *m = &req->member[ours[i]];
        unsigned k = n;

        if (m->end == 0
            || (ours[i] == GW_M_ENABLE_THINKING && !enable_thinking))
            continue;
        for (; k > 0 && gone[k - 1]->name_start > m->name_start; k--)
            gone[k] = gone[k - 1];
        gone[k] = m;
        n++;
    }
    n = gw_members_cut(cuts, req->body, gone, n);
    for (i = 0; i < n; i++)
        add(edits, cuts[i].from, cuts[i].to - cuts[i].from, text_of(""));
}

/* ---- the rules ------------------------------------------------------ */

static void model(gw_edits_t *edits, const gw_request_t *req,
                  const char *name, apr_pool_t *pool)
{
    gw_str_t text = text_of(name);

    if (req->model.n == text.n
        && memcmp(req->model.p, text.p, text.n) == 0)
        return;
    replace(edits, &req->member[GW_M_MODEL], gw_json_quoted(text, pool));
}

static int is_empty(gw_str_t body, apr_size_t start, apr_size_t end)
{
    return skip_space(body, start + 1) == end - 1;
}

static void include_usage(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *o = &req->member[GW_M_STREAM_OPTIONS];
    const gw_member_t *u = &req->member[GW_M_INCLUDE_USAGE];

    if (!req->stream || req->include_usage == GW_TRUE)
        return;
    if (u->end != 0) {
        replace(edits, u, "true");
    }
    else if (o->end == 0) {
        insert_member(edits, req,
                      "\"stream_options\":{\"include_usage\":true},");
    }
    else if (o->kind == GW_JSON_NULL) {
        replace(edits, o, "{\"include_usage\":true}");
    }
    else {
        add(edits, o->start + 1, 0,
            text_of(is_empty(req->body, o->start, o->end)
                    ? "\"include_usage\":true"
                    : "\"include_usage\":true,"));
    }
}

/* The bound of ours where the client sent none: in its own member if that is
 * there as null or 0, and goes. */
static void max_tokens(gw_edits_t *edits, const gw_request_t *req,
                       const gw_rewrite_t *how, apr_pool_t *pool)
{
    static const char *const names[2] = { "\"max_tokens\":",
                                          "\"max_completion_tokens\":" };
    const gw_member_t *m = &req->member[GW_M_MAX_TOKENS];
    const gw_member_t *c = &req->member[GW_M_MAX_COMPLETION_TOKENS];
    int completion = how->max_completion;
    const gw_member_t *there = c->end != 0 && (completion || m->end == 0)
                               ? c : m;
    const char *number;

    if (how->max_tokens == 0 || req->max != GW_MAX_NONE)
        return;
    number = apr_psprintf(pool, "%" APR_INT64_T_FMT, how->max_tokens);
    if (there->end == 0)
        insert_member(edits, req, apr_pstrcat(pool, names[completion], number,
                                              ",", NULL));
    else if (there == m && completion)
        add(edits, m->name_start, m->end - m->name_start,
            text_of(apr_pstrcat(pool, names[1], number, NULL)));
    else
        replace(edits, there, number);
}

/* Nothing of one caller stays where others could come by it. */
static void store(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_STORE];

    if (gw_request_has(req, GW_M_STORE) && m->kind != GW_JSON_FALSE)
        replace(edits, m, "false");
}

static void enable_thinking(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_ENABLE_THINKING];

    if (m->end == 0)
        insert_member(edits, req, req->thinking ? "\"enable_thinking\":true,"
                                                : "\"enable_thinking\":false,");
    else if ((m->kind == GW_JSON_TRUE) != req->thinking)
        replace(edits, m, req->thinking ? "true" : "false");
}

static void thinking_object(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_THINKING];  /* null, if there */

    if (m->end != 0)
        replace(edits, m, req->thinking ? "{\"type\":\"enabled\"}"
                                        : "{\"type\":\"disabled\"}");
    else
        insert_member(edits, req, req->thinking
                      ? "\"thinking\":{\"type\":\"enabled\"},"
                      : "\"thinking\":{\"type\":\"disabled\"},");
}

static void thinking_instruction(gw_edits_t *edits, const gw_request_t *req,
                                 apr_pool_t *pool)
{
    const char *word = req->thinking ? " /think" : " /no_think";
    const gw_place_t *at = &req->last_user;

    switch (at->what) {
    case GW_PLACE_STRING:
        add(edits, at->end - 1, 0, text_of(word));
        break;
    case GW_PLACE_PART:
        add(edits, at->end, 0,
            text_of(apr_pstrcat(pool, ",{\"type\":\"text\",\"text\":\"",
                                word, "\"}", NULL)));
        break;
    case GW_PLACE_ARRAY:
        add(edits, at->start + 1, 0,
            text_of(apr_pstrcat(pool, "{\"type\":\"text\",\"text\":\"", word,
                                "\"}", NULL)));
        break;
    default:
        break;
    }
}

/* Returns whether enable_thinking is to be removed. */
static int thinking(gw_edits_t *edits, const gw_request_t *req,
                    gw_thinking_t how, apr_pool_t *pool)
{
    if (how == GW_THINKING_RELAY)
        return 0;
    if (req->native_thinking || req->thinking == GW_ABSENT)
        return 1;
    switch (how) {
    case GW_THINKING_ENABLE:
        enable_thinking(edits, req);
        return 0;
    case GW_THINKING_OBJECT:
        thinking_object(edits, req);
        return 1;
    case GW_THINKING_INSTRUCTION:
        thinking_instruction(edits, req, pool);
        return 1;
    default:
        return 1;
    }
}

static void cache_marker(gw_edits_t *edits, gw_str_t body,
                         const gw_place_t *at)
{
    if (at->what == GW_PLACE_STRING) {
        add(edits, at->start, 0, text_of("[{\"type\":\"text\",\"text\":"));
        add(edits, at->end, 0, text_of("," MARKER "}]"));
    }
    else if (at->what == GW_PLACE_PART
             && !is_empty(body, at->start, at->end)) {
        add(edits, at->end - 1, 0, text_of("," MARKER));
    }
}

/* The first system message, and in a stream, which is taken for one turn of
 * a conversation, the last message: a tail that nobody reads again would
 * only cost its writing. */
static void cache_markers(gw_edits_t *edits, const gw_request_t *req,
                          const gw_rewrite_t *how)
{
    if (!req->context_caching || !how->explicit_cache || req->cache_control
        || (how->text_without_tools && req->tools == 0))
        return;
    cache_marker(edits, req->body, &req->system_end);
    if (req->stream && req->last_end.start != req->system_end.start)
        cache_marker(edits, req->body, &req->last_end);
}

void gw_rewrite(gw_edits_t *edits, const gw_request_t *req,
                const gw_rewrite_t *how, apr_pool_t *pool)
{
    int gone;

    edits->count = 0;
    model(edits, req, how->model, pool);
    if (how->include_usage)
        include_usage(edits, req);
    max_tokens(edits, req, how, pool);
    if (!how->store)
        store(edits, req);
    gone = thinking(edits, req, how->thinking, pool);
    cache_markers(edits, req, how);
    remove_owned(edits, req, gone);
}

unsigned gw_edits_apply(gw_str_t *pieces, apr_size_t *length,
                        const gw_edits_t *edits, gw_str_t text)
{
    apr_size_t from = 0;
    unsigned n = 0, i;

    *length = 0;
    for (i = 0; i <= edits->count; i++) {
        const gw_edit_t *e = i < edits->count ? &edits->edit[i] : NULL;
        apr_size_t to = e ? e->at : text.n;

        if (to > from) {
            pieces[n].p = text.p + from;
            pieces[n].n = to - from;
            *length += pieces[n++].n;
        }
        if (e == NULL)
            break;
        if (e->put.n > 0) {
            pieces[n] = e->put;
            *length += pieces[n++].n;
        }
        from = e->at + e->cut;
    }
    return n;
}
