/* SPDX-License-Identifier: Apache-2.0 */
/* answer_bare.c - see answer_bare.h. */
#include "answer_bare.h"

#include "json.h"
#include "sse.h"

enum { C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_ALL };

enum { SLOT_NONE, SLOT_CHOICE, SLOT_SAID, SLOT_MEMBER };

static const gw_json_rule_t root_rules[] = {
    GW_JSON_MEMBER("choices", SLOT_NONE, C_CHOICES, 0)
};

static const gw_json_rule_t choices_rules[] = {
    GW_JSON_EACH(SLOT_CHOICE, C_CHOICE, 0)
};

static const gw_json_rule_t choice_rules[] = {
    GW_JSON_MEMBER("index", SLOT_NONE, C_NONE, 0),
    GW_JSON_MEMBER("usage", SLOT_NONE, C_NONE, 0),
    GW_JSON_ANY("*", SLOT_MEMBER, C_ALL)
};

static const gw_json_rule_t all_rules[] = {
    GW_JSON_EACH(SLOT_SAID, C_ALL, 0),
    GW_JSON_ANY("*", SLOT_MEMBER, C_ALL)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(choices_rules),
    CONTEXT(choice_rules), CONTEXT(all_rules)
};

static const gw_json_schema_t schema = { contexts, 0 };

typedef struct reading_t {
    gw_json_t json;
    unsigned choices;
    int said;                   /* something stands in one of them */
} reading_t;

static void visit(void *baton, const gw_json_node_t *node)
{
    reading_t *r = baton;

    if (node->slot == SLOT_CHOICE)
        r->choices += node->kind == GW_JSON_OBJECT;
    if (node->slot == SLOT_SAID || node->kind == GW_JSON_NUM
        || node->kind == GW_JSON_TRUE
        || (node->kind == GW_JSON_STR && node->token.n > 0))
        r->said = 1;
}

static void data(void *baton, const char *p, apr_size_t n)
{
    reading_t *r = baton;

    gw_json_feed(&r->json, p, n);
}

int gw_answer_bare(const gw_str_t *pieces, unsigned count)
{
    reading_t r = { .choices = 0, .said = 0 };
    gw_sse_t lines;
    apr_size_t used;
    unsigned i;

    gw_json_start(&r.json, &schema, GW_JSON_LENIENT, visit, &r);
    gw_sse_start(&lines, data, &r);
    for (i = 0; i < count; i++)
        gw_sse_feed(&lines, pieces[i].p, pieces[i].n, &used);
    return gw_json_end(&r.json) == APR_SUCCESS && r.choices > 0 && !r.said;
}
