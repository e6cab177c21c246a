/* SPDX-License-Identifier: Apache-2.0 */
/* strip_reasoning.c - see strip_reasoning.h. */
#include "strip_reasoning.h"

#include <stdlib.h>

#include <apr_tables.h>

#include "edits.h"

enum { C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_MESSAGE };
enum { SLOT_NONE, SLOT_MESSAGE, SLOT_REASONING, SLOT_CALLS, SLOT_CONTENT };

#define IN_MESSAGE 4            /* members that may be cut */

static const gw_json_rule_t root_rules[] = {
    GW_JSON_MEMBER("choices", SLOT_NONE, C_CHOICES, 0)
};
static const gw_json_rule_t choices_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_CHOICE, 0)
};
static const gw_json_rule_t choice_rules[] = {
    GW_JSON_MEMBER("message", SLOT_MESSAGE, C_MESSAGE, 0)
};
static const gw_json_rule_t message_rules[] = {
    GW_JSON_MEMBER("reasoning_content", SLOT_REASONING, C_NONE, 0),
    GW_JSON_MEMBER("reasoning", SLOT_REASONING, C_NONE, 0),
    GW_JSON_MEMBER("tool_calls", SLOT_CALLS, C_NONE, 0),
    GW_JSON_MEMBER("function_call", SLOT_CALLS, C_NONE, 0),
    GW_JSON_MEMBER("content", SLOT_CONTENT, C_NONE, 0)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(choices_rules),
    CONTEXT(choice_rules), CONTEXT(message_rules)
};

static const gw_json_schema_t schema = { contexts, 0 };

/* Bytes that go, and whether null comes in their place. */
typedef struct change_t {
    gw_cut_t cut;
    int null;
} change_t;

typedef struct strip_t {
    gw_str_t text;
    /* of the message being read */
    gw_member_t member[IN_MESSAGE];
    unsigned members;
    int calls;                  /* it has some */
    gw_cut_t no_text;           /* its content, which is ""; to is 0: it is
                                   not */
    apr_array_header_t *changes;    /* of change_t, by place */
} strip_t;

/* null, or a container with nothing in it. */
static int is_null_or_empty(const strip_t *t, const gw_json_node_t *node)
{
    apr_size_t i;

    if (node->kind < GW_JSON_ARRAY)
        return node->kind == GW_JSON_NULL;
    for (i = node->start + 1; i < node->end - 1; i++) {
        if (memchr(" \n\r\t", t->text.p[i], 4) == NULL)
            return 0;
    }
    return 1;
}

static void note(strip_t *t, const gw_json_node_t *node)
{
    gw_member_t *m = &t->member[t->members];

    if (t->members == IN_MESSAGE)
        return;
    m->name_start = node->name_start;
    m->prev_end = node->prev_end;
    m->start = node->start;
    m->end = node->end;
    t->members++;
}

/* Keeps them in order: those of earlier messages stand before. */
static void add_change(strip_t *t, gw_cut_t cut, int null)
{
    change_t *c = apr_array_push(t->changes);

    for (; c > (change_t *)t->changes->elts && c[-1].cut.from > cut.from; c--)
        c[0] = c[-1];
    c->cut = cut;
    c->null = null;
}

static void change_message(strip_t *t)
{
    const gw_member_t *m[IN_MESSAGE];
    gw_cut_t cuts[IN_MESSAGE];
    unsigned i, n;

    for (i = 0; i < t->members; i++)
        m[i] = &t->member[i];
    n = gw_members_cut(cuts, t->text, m, t->members);
    for (i = 0; i < n; i++)
        add_change(t, cuts[i], 0);
    if (t->calls && t->no_text.to != 0)
        add_change(t, t->no_text, 1);
}

static void visit_calls(strip_t *t, const gw_json_node_t *node)
{
    if (is_null_or_empty(t, node))
        note(t, node);
    else if (node->kind >= GW_JSON_ARRAY)
        t->calls = 1;
}

static void visit(void *baton, const gw_json_node_t *node)
{
    strip_t *t = baton;

    if (node->slot == SLOT_MESSAGE) {
        if (node->kind == GW_JSON_OBJECT && node->end != 0)
            change_message(t);
        t->members = 0;
        t->calls = 0;
        t->no_text.to = 0;
    }
    if (node->end == 0)
        return;
    if (node->slot == SLOT_REASONING)
        note(t, node);
    if (node->slot == SLOT_CALLS)
        visit_calls(t, node);
    if (node->slot == SLOT_CONTENT) {
        t->no_text.from = node->start;
        t->no_text.to = node->kind == GW_JSON_STR && node->text == 0
                        ? node->end : 0;
    }
}

/* Write the text with its changes to out, which may be the text itself if none
 * of them is a null.  Returns its length. */
static apr_size_t apply(char *out, const strip_t *t)
{
    apr_size_t n = 0, from = 0;
    int i;

    for (i = 0; i <= t->changes->nelts; i++) {
        const change_t *c = &APR_ARRAY_IDX(t->changes, i, change_t);
        apr_size_t to = i < t->changes->nelts ? c->cut.from : t->text.n;

        memmove(out + n, t->text.p + from, to - from);
        n += to - from;
        if (i == t->changes->nelts)
            break;
        from = c->cut.to;
        if (c->null) {
            memcpy(out + n, "null", 4);
            n += 4;
        }
    }
    return n;
}

/* Apply them to the text, in memory of its own if a null is among them. */
static int change_text(strip_t *t, char **text, apr_size_t *n)
{
    apr_size_t nulls = 0;
    char *out = *text;
    int i;

    for (i = 0; i < t->changes->nelts; i++)
        nulls += APR_ARRAY_IDX(t->changes, i, change_t).null != 0;
    if (nulls > 0) {
        out = malloc(*n + 4 * nulls);
        if (out == NULL)
            return 0;
    }
    *n = apply(out, t);
    if (nulls > 0) {
        free(*text);
        *text = out;
    }
    return 1;
}

int gw_strip_reasoning(char **text, apr_size_t *n, apr_pool_t *pool)
{
    gw_json_t *j = apr_palloc(pool, sizeof(*j));
    strip_t t;

    memset(&t, 0, sizeof(t));
    t.text.p = *text;
    t.text.n = *n;
    t.changes = apr_array_make(pool, 4, sizeof(change_t));
    gw_json_start(j, &schema, GW_JSON_LENIENT, visit, &t);
    if (gw_json_feed(j, *text, *n) != APR_SUCCESS
        || gw_json_end(j) != APR_SUCCESS || t.changes->nelts == 0)
        return 0;
    return change_text(&t, text, n);
}
