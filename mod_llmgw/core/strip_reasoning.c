/* SPDX-License-Identifier: Apache-2.0 */
/* strip_reasoning.c - see strip_reasoning.h. */
#include "strip_reasoning.h"

#include <apr_tables.h>

#include "edits.h"

enum { C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_MESSAGE };
enum { SLOT_NONE, SLOT_MESSAGE, SLOT_REASONING, SLOT_CALLS };

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
    GW_JSON_MEMBER("function_call", SLOT_CALLS, C_NONE, 0)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(choices_rules),
    CONTEXT(choice_rules), CONTEXT(message_rules)
};

static const gw_json_schema_t schema = { contexts, 0 };

typedef struct strip_t {
    gw_str_t text;
    gw_member_t member[IN_MESSAGE];
    unsigned members;           /* of the message being read */
    apr_array_header_t *cuts;   /* of gw_cut_t */
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

static void cut_message(strip_t *t)
{
    const gw_member_t *m[IN_MESSAGE];
    gw_cut_t cuts[IN_MESSAGE];
    unsigned i, n;

    for (i = 0; i < t->members; i++)
        m[i] = &t->member[i];
    n = gw_members_cut(cuts, t->text, m, t->members);
    for (i = 0; i < n; i++)
        APR_ARRAY_PUSH(t->cuts, gw_cut_t) = cuts[i];
}

static void visit(void *baton, const gw_json_node_t *node)
{
    strip_t *t = baton;

    switch (node->slot) {
    case SLOT_MESSAGE:
        if (node->kind == GW_JSON_OBJECT && node->end != 0)
            cut_message(t);
        t->members = 0;
        break;
    case SLOT_REASONING:
        if (node->end != 0)
            note(t, node);
        break;
    case SLOT_CALLS:
        if (node->end != 0 && is_null_or_empty(t, node))
            note(t, node);
        break;
    default:
        break;
    }
}

static apr_size_t close_up(char *text, apr_size_t n,
                           const apr_array_header_t *cuts)
{
    apr_size_t out = 0, from = 0;
    int i;

    for (i = 0; i <= cuts->nelts; i++) {
        const gw_cut_t *cut = &APR_ARRAY_IDX(cuts, i, gw_cut_t);
        apr_size_t to = i < cuts->nelts ? cut->from : n;

        memmove(text + out, text + from, to - from);
        out += to - from;
        if (i < cuts->nelts)
            from = cut->to;
    }
    return out;
}

apr_size_t gw_strip_reasoning(char *text, apr_size_t n, apr_pool_t *pool)
{
    gw_json_t *j = apr_palloc(pool, sizeof(*j));
    strip_t t;

    t.text.p = text;
    t.text.n = n;
    t.members = 0;
    t.cuts = apr_array_make(pool, 4, sizeof(gw_cut_t));
    gw_json_start(j, &schema, GW_JSON_LENIENT, visit, &t);
    if (gw_json_feed(j, text, n) != APR_SUCCESS
        || gw_json_end(j) != APR_SUCCESS || t.cuts->nelts == 0)
        return n;
    return close_up(text, n, t.cuts);
}
