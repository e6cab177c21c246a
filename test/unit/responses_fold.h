/* SPDX-License-Identifier: Apache-2.0 */
/* responses_fold.h - a strict reader of Responses events, which notes the first
 * rule that they break, and keeps the items that are said to be done.  For
 * test_responses_*.c and fuzz_responses_answer.c. */
#ifndef GW_TEST_RESPONSES_FOLD_H
#define GW_TEST_RESPONSES_FOLD_H

#include <apr_strings.h>
#include <apr_tables.h>

#include "json_tree.h"
#include "text.h"

typedef struct rfold_t {
    apr_pool_t *pool;
    const char *fault;          /* NULL: none */
    unsigned events, created;   /* read; of response.created and in_progress */
    apr_array_header_t *done;   /* const char *: each item as it was done, or
                                   NULL: it was not */
    const char *id;             /* of the open item; NULL: there is none */
    const char *type;           /* ... and its type */
    gw_text_t text;             /* what its deltas say */
    unsigned part:1, told:1;    /* its part is open; its text was done */
    const char *end;            /* the last event's name; NULL: not yet */
    const char *output;         /* of it, without the brackets */
    gw_tree_t tree;             /* of the last event */
} rfold_t;

#define RFOLD_MOST (64 << 20)

/* The kinds of items, and what their events are called. */
static const struct {
    const char *type, *delta, *member, *part, *inside;
} rfold_kinds[] = {
    { "message", "response.output_text", "text", "response.content_part",
      "content" },
    { "message", "response.refusal", "refusal", "response.content_part",
      "content" },
    { "reasoning", "response.reasoning_text", "text", "response.content_part",
      "content" },
    { "reasoning", "response.reasoning_summary_text", "text",
      "response.reasoning_summary_part", "summary" },
    { "function_call", "response.function_call_arguments", "arguments", NULL,
      NULL },
    { "custom_tool_call", "response.custom_tool_call_input", "input", NULL,
      NULL },
    { "tool_search_call", NULL, NULL, NULL, NULL }
};

static inline void rfold_init(rfold_t *f, apr_pool_t *pool)
{
    memset(f, 0, sizeof(*f));
    f->pool = pool;
    f->done = apr_array_make(pool, 8, sizeof(const char *));
    gw_text_init(&f->text, RFOLD_MOST, pool);
}

static inline const char *rfold_said(const rfold_t *f)
{
    return f->text.n > 0 ? apr_pstrmemdup(f->pool, f->text.p, f->text.n) : "";
}

static inline void rfold_rule(rfold_t *f, int kept, const char *rule)
{
    if (!kept && f->fault == NULL)
        f->fault = rule;
}

/* A member of the event, or of one of its members; NULL: it is not there. */
static inline const gw_node_t *rfold_at(const rfold_t *f, const char *a,
                                        const char *b)
{
    const gw_node_t *node = gw_tree_member(&f->tree, gw_tree_root(&f->tree),
                                           a);

    return b != NULL ? gw_tree_member(&f->tree, node, b) : node;
}

/* As written, strings without their quotes; "": it is not there. */
static inline const char *rfold_word(const rfold_t *f, const gw_node_t *node)
{
    gw_str_t s = { "", 0 };

    if (node != NULL)
        s = node->kind == GW_JSON_STR ? gw_tree_inside(&f->tree, node)
                                      : gw_tree_bytes(&f->tree, node);
    /* APR 1.7.5 has compilers believe that a copy of nothing has no byte */
    return s.n > 0 ? apr_pstrmemdup(f->pool, s.p, s.n) : "";
}

static inline int rfold_is(const rfold_t *f, const char *a, const char *b,
                           const char *want)
{
    return strcmp(rfold_word(f, rfold_at(f, a, b)), want) == 0;
}

static inline const char *rfold_number(const rfold_t *f, unsigned n)
{
    return apr_psprintf(f->pool, "%u", n);
}

/* An event about the open item. */
static inline void rfold_about(rfold_t *f)
{
    rfold_rule(f, f->id != NULL && f->end == NULL, "no item is open");
    if (f->fault != NULL)
        return;
    rfold_rule(f, rfold_is(f, "item_id", NULL, f->id), "another item's id");
    rfold_rule(f, rfold_is(f, "output_index", NULL,
                           rfold_number(f, (unsigned)f->done->nelts)),
               "another item's index");
}

/* The first member of an array, or NULL. */
static inline const gw_node_t *rfold_first(const rfold_t *f,
                                           const gw_node_t *array)
{
    return array != NULL ? gw_tree_child(&f->tree, array) : NULL;
}

static inline void rfold_added(rfold_t *f)
{
    rfold_rule(f, f->created == 2 && f->end == NULL,
               "an item begins where none can");
    if (f->id != NULL)          /* it was cut off, and is never done */
        APR_ARRAY_PUSH(f->done, const char *) = NULL;
    rfold_rule(f, rfold_is(f, "output_index", NULL,
                           rfold_number(f, (unsigned)f->done->nelts)),
               "places have gaps");
    f->id = rfold_word(f, rfold_at(f, "item", "id"));
    f->type = rfold_word(f, rfold_at(f, "item", "type"));
    rfold_rule(f, *f->id != '\0', "an item without an id");
    rfold_rule(f, strcmp(f->type, "reasoning") == 0
                  || rfold_is(f, "item", "status", "in_progress"),
               "an item that begins is in_progress");
    gw_text_clear(&f->text);
    f->part = f->told = 0;
}

/* An item that is done says what its deltas did. */
static inline void rfold_item_done(rfold_t *f)
{
    const gw_node_t *item = rfold_at(f, "item", NULL), *part, *text = NULL;
    const char *encrypted = rfold_word(f, rfold_at(f, "item",
                                                   "encrypted_content"));
    unsigned i;

    rfold_rule(f, f->id != NULL && item != NULL, "no item is open");
    if (f->fault != NULL)
        return;
    rfold_rule(f, rfold_is(f, "item", "id", f->id), "another item's id");
    rfold_rule(f, rfold_is(f, "item", "type", f->type), "... or type");
    rfold_rule(f, !f->part, "its part is not done");
    rfold_rule(f, strcmp(f->type, "reasoning") != 0
                  || strncmp(encrypted, "llmgw1:", 7) == 0,
               "a thought that cannot come back");
    for (i = 0; i < GW_COUNT(rfold_kinds) && text == NULL; i++) {
        if (strcmp(rfold_kinds[i].type, f->type) != 0
            || rfold_kinds[i].member == NULL)
            continue;
        part = rfold_kinds[i].inside == NULL ? item
             : rfold_first(f, gw_tree_member(&f->tree, item,
                                             rfold_kinds[i].inside));
        text = gw_tree_member(&f->tree, part, rfold_kinds[i].member);
    }
    rfold_rule(f, (text != NULL) == f->told, "a text that was not done");
    if (text != NULL)
        rfold_rule(f, strcmp(rfold_word(f, text), rfold_said(f)) == 0,
                   "the item's text is not that of its deltas");
    APR_ARRAY_PUSH(f->done, const char *) = rfold_word(f, item);
    f->id = NULL;
}

/* Items that were done stand in the response as they were; others stand in
 * one that is not completed, and calls are incomplete then. */
static inline void rfold_output(rfold_t *f)
{
    const gw_node_t *output = rfold_at(f, "response", "output"), *item;
    int completed = strcmp(f->end, "response.completed") == 0, i = 0;

    rfold_rule(f, output != NULL && output->kind == GW_JSON_ARRAY, "output");
    for (item = rfold_first(f, output); item != NULL && f->fault == NULL;
         item = gw_tree_next(&f->tree, item), i++) {
        const char *was = i < f->done->nelts
                          ? APR_ARRAY_IDX(f->done, i, const char *) : NULL;
        const gw_node_t *status = gw_tree_member(&f->tree, item, "status");

        if (was != NULL)
            rfold_rule(f, strcmp(was, rfold_word(f, item)) == 0,
                       "an item is another one at the end");
        else
            rfold_rule(f, !completed && (status == NULL
                          || gw_tree_is(&f->tree, status, "incomplete")
                          || gw_tree_member(&f->tree, item, "content")
                             != NULL),
                       "an item that was never done");
    }
    rfold_rule(f, i >= f->done->nelts, "an item is gone");
    rfold_rule(f, !completed || i == f->done->nelts, "an item is new");
}

static inline void rfold_end(rfold_t *f, const char *name)
{
    const char *output;

    rfold_rule(f, f->created == 2 && f->end == NULL, "an end without a start");
    f->end = name;
    rfold_rule(f, rfold_is(f, "response", "status",
                           name + strlen("response.")), "another status");
    rfold_rule(f, rfold_is(f, "response", "error", "null")
                  == (strcmp(name, "response.failed") != 0), "error");
    rfold_rule(f, rfold_is(f, "response", "incomplete_details", "null")
                  == (strcmp(name, "response.incomplete") != 0), "details");
    rfold_output(f);
    output = rfold_word(f, rfold_at(f, "response", "output"));
    if (f->fault == NULL)
        f->output = apr_pstrmemdup(f->pool, output + 1, strlen(output) - 2);
}

static inline void rfold_begin(rfold_t *f, const char *name)
{
    static const char *const names[] = { "response.created",
                                         "response.in_progress" };

    rfold_rule(f, f->created < 2 && f->events == f->created
                  && strcmp(name, names[f->created]) == 0, "a second start");
    rfold_rule(f, rfold_is(f, "response", "status", "in_progress")
                  && rfold_is(f, "response", "output", "[]")
                  && rfold_is(f, "response", "usage", "null"),
               "nothing has begun yet");
    f->created++;
}

/* A text that is done is what its deltas said; but an input turned out to be
 * all of the arguments, which began as the object does that holds one. */
static inline void rfold_known(rfold_t *f, const char *text)
{
    int began = *text != '\0' && strchr("{ \\", *text) != NULL
                && strcmp(f->type, "custom_tool_call") == 0;

    rfold_rule(f, began || strcmp(text, rfold_said(f)) == 0,
               "a text that is done is another one");
    gw_text_clear(&f->text);
    gw_text_put(&f->text, text);
}

/* .delta or .done of a text.  0: it is none. */
static inline int rfold_text(rfold_t *f, const char *name)
{
    unsigned i;
    size_t n;

    for (i = 0; i < GW_COUNT(rfold_kinds); i++) {
        n = rfold_kinds[i].delta != NULL ? strlen(rfold_kinds[i].delta) : 0;
        if (n > 0 && strncmp(name, rfold_kinds[i].delta, n) == 0
            && name[n] == '.')
            break;
    }
    if (i == GW_COUNT(rfold_kinds))
        return 0;
    rfold_about(f);
    if (f->fault != NULL)
        return 1;
    rfold_rule(f, strcmp(f->type, rfold_kinds[i].type) == 0 && !f->told
                  && f->part == (rfold_kinds[i].part != NULL),
               "a text of another item, or none");
    if (strcmp(name + n, ".delta") == 0) {
        const char *text = rfold_word(f, rfold_at(f, "delta", NULL));

        rfold_rule(f, *text != '\0', "a delta that says nothing");
        gw_text_put(&f->text, text);
        return 1;
    }
    rfold_rule(f, strcmp(name + n, ".done") == 0, "an unknown event");
    rfold_known(f, rfold_word(f, rfold_at(f, rfold_kinds[i].member, NULL)));
    f->told = 1;
    return 1;
}

/* .added or .done of a part.  0: it is none. */
static inline int rfold_part(rfold_t *f, const char *name)
{
    const char *text = "";
    unsigned i;
    size_t n;

    for (i = 0; i < GW_COUNT(rfold_kinds); i++) {
        n = rfold_kinds[i].part != NULL ? strlen(rfold_kinds[i].part) : 0;
        if (n > 0 && f->type != NULL
            && strcmp(f->type, rfold_kinds[i].type) == 0
            && strncmp(name, rfold_kinds[i].part, n) == 0
            && rfold_at(f, "part", rfold_kinds[i].member) != NULL)
            break;
    }
    if (i == GW_COUNT(rfold_kinds))
        return 0;
    rfold_about(f);
    if (strcmp(name + n, ".done") == 0) {
        rfold_rule(f, f->part && f->told, "a part that cannot be done");
        text = rfold_said(f);
    }
    rfold_rule(f, rfold_is(f, "part", rfold_kinds[i].member, text),
               "a part with another text");
    f->part = strcmp(name + n, ".added") == 0;
    return 1;
}

static inline void rfold_event(rfold_t *f, gw_str_t line, gw_str_t data)
{
    const char *name = apr_pstrmemdup(f->pool, line.p, line.n);

    rfold_rule(f, gw_tree_read(&f->tree, data, &gw_tree_all, 0, f->pool)
                  == APR_SUCCESS, "an event is no JSON");
    if (f->fault != NULL)
        return;
    rfold_rule(f, rfold_is(f, "type", NULL, name),
               "the type is not the event's name");
    rfold_rule(f, rfold_is(f, "sequence_number", NULL,
                           rfold_number(f, f->events)), "not numbered");
    if (strcmp(name, "response.created") == 0
        || strcmp(name, "response.in_progress") == 0)
        rfold_begin(f, name);
    else if (strcmp(name, "response.output_item.added") == 0)
        rfold_added(f);
    else if (strcmp(name, "response.output_item.done") == 0)
        rfold_item_done(f);
    else if (strcmp(name, "response.completed") == 0
             || strcmp(name, "response.incomplete") == 0
             || strcmp(name, "response.failed") == 0)
        rfold_end(f, name);
    else
        rfold_rule(f, rfold_text(f, name) || rfold_part(f, name),
                   "an unknown event");
    f->events++;
}

/* The line that begins with this word; *p goes behind it. */
static inline gw_str_t rfold_line(rfold_t *f, const char **p, const char *end,
                                  const char *begin)
{
    const char *lf = memchr(*p, '\n', (size_t)(end - *p));
    size_t n = strlen(begin);
    gw_str_t line = { "", 0 };

    if (lf == NULL || (size_t)(lf - *p) < n || memcmp(*p, begin, n) != 0) {
        rfold_rule(f, 0, "no event as it is written");
        *p = end;
        return line;
    }
    line.p = *p + n;
    line.n = (size_t)(lf - line.p);
    *p = lf + 1;
    return line;
}

/* Read whole events. */
static inline void rfold_feed(rfold_t *f, gw_str_t events)
{
    const char *p = events.n > 0 ? events.p : "", *end = p + events.n;

    while (p < end && f->fault == NULL) {
        gw_str_t name = rfold_line(f, &p, end, "event: ");
        gw_str_t data = rfold_line(f, &p, end, "data: ");

        rfold_rule(f, rfold_line(f, &p, end, "").n == 0, "no blank line");
        if (f->fault == NULL)
            rfold_event(f, name, data);
    }
}

#endif
