/* SPDX-License-Identifier: Apache-2.0 */
/* trace.h - reads a document with core's JSON reader, in any cut, and writes
 * down all that it says, so that two readings can be compared as text. */
#ifndef GW_TEST_TRACE_H
#define GW_TEST_TRACE_H

#include <stdio.h>

#include "json.h"

enum { AT_NONE, AT_ROOT, AT_OPTIONS, AT_LIST, AT_ITEM };
enum { S_NONE, S_ROOT, S_MODEL, S_STREAM, S_OPTIONS, S_USAGE, S_LIST, S_ITEM,
       S_TEXT, S_FREE };

static const gw_json_rule_t trace_root[] = {
    GW_JSON_MEMBER("model", S_MODEL, AT_NONE, GW_JSON_ONCE),
    GW_JSON_MEMBER("stream", S_STREAM, AT_NONE, GW_JSON_ONCE),
    GW_JSON_MEMBER("options", S_OPTIONS, AT_OPTIONS, GW_JSON_ONCE),
    GW_JSON_MEMBER("list", S_LIST, AT_LIST, GW_JSON_ONCE),
    GW_JSON_MEMBER("text", S_TEXT, AT_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("quiet", 0, AT_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("free", S_FREE, AT_ROOT, 0),
    GW_JSON_EACH(S_ITEM, AT_ROOT, 0)
};
static const gw_json_rule_t trace_options[] = {
    GW_JSON_MEMBER("usage", S_USAGE, AT_NONE, GW_JSON_ONCE)
};
static const gw_json_rule_t trace_list[] = {
    GW_JSON_EACH(S_ITEM, AT_ITEM, GW_JSON_TEXT)
};
static const gw_json_rule_t trace_item[] = {
    GW_JSON_MEMBER("data", S_FREE, AT_NONE, GW_JSON_DATA),
    GW_JSON_MEMBER("text", S_TEXT, AT_NONE, 0),
    GW_JSON_EACH(S_ITEM, AT_LIST, 0)
};
static const gw_json_context_t trace_contexts[] = {
    { NULL, 0 }, { trace_root, GW_COUNT(trace_root) },
    { trace_options, GW_COUNT(trace_options) },
    { trace_list, GW_COUNT(trace_list) }, { trace_item, GW_COUNT(trace_item) }
};
static const gw_json_schema_t trace_schema = { trace_contexts, S_ROOT };

typedef struct trace_t {
    gw_json_t json;
    gw_json_error_t error;
    apr_size_t offset;          /* where the error is */
    int no_lengths;             /* of text: only whether there is any */
    size_t n;
    char text[1 << 16];         /* what was visited */
} trace_t;

/* One line a visit: slot kind start-end, then what else is known. */
static inline void trace_visit(void *baton, const gw_json_node_t *node)
{
    static const char *const kinds[] = {
        "null", "false", "true", "num", "str", "array", "object"
    };
    trace_t *t = baton;
    int scalar = node->kind < GW_JSON_ARRAY;

    if (sizeof(t->text) - t->n < 800)
        return;
    t->n += (size_t)sprintf(t->text + t->n, "%u %s %zu-%zu name %zu prev %zu "
                            "index %u", node->slot, kinds[node->kind],
                            node->start, node->end, node->name_start,
                            node->prev_end, node->index);
    if (scalar)
        t->n += (size_t)sprintf(t->text + t->n, "%s%s '%.*s'",
                                node->whole ? "" : " cut",
                                node->escaped ? " escaped" : "",
                                (int)node->token.n, node->token.p);
    if (node->kind == GW_JSON_STR)
        t->n += (size_t)sprintf(t->text + t->n, " %zu", t->no_lengths
                                ? (size_t)(node->text > 0) : node->text);
    t->text[t->n++] = '\n';
    t->text[t->n] = '\0';
}

static inline void trace_start(trace_t *t, unsigned mode)
{
    t->n = 0;
    t->text[0] = '\0';
    gw_json_start(&t->json, &trace_schema, mode, trace_visit, t);
}

/* A copy in a block of its own size, so that ASan sees one byte too far. */
static inline void trace_piece(trace_t *t, const char *p, size_t n)
{
    char *copy = malloc(n ? n : 1);

    memcpy(copy, p, n);
    gw_json_feed(&t->json, copy, n);
    free(copy);
}

static inline void trace_end(trace_t *t)
{
    gw_json_end(&t->json);
    t->error = t->json.error;
    t->offset = t->json.offset;
    t->n += (size_t)sprintf(t->text + t->n, "error %d at %zu, text %zu, "
                            "about '%.*s'\n", t->error, t->offset,
                            t->no_lengths ? 0 : t->json.text,
                            t->json.name_len, t->json.name);
}

/* Read p in the pieces [0, i), [i, k), [k, n). */
static inline void trace_cut(trace_t *t, unsigned mode, const char *p,
                             size_t n, size_t i, size_t k)
{
    trace_start(t, mode);
    trace_piece(t, p, i);
    trace_piece(t, p + i, k - i);
    trace_piece(t, p + k, n - k);
    trace_end(t);
}

static inline void trace_whole(trace_t *t, unsigned mode, const char *p,
                               size_t n)
{
    trace_start(t, mode);
    trace_piece(t, p, n);
    trace_end(t);
}

static inline void trace_bytes(trace_t *t, unsigned mode, const char *p,
                               size_t n)
{
    size_t i;

    trace_start(t, mode);
    for (i = 0; i < n; i++)
        trace_piece(t, p + i, 1);
    trace_end(t);
}

#endif
