/* SPDX-License-Identifier: Apache-2.0 */
/* unsigned_items.c - see unsigned.h: items of Responses. */
#include "unsigned.h"

#include <apr_tables.h>

#include "edits.h"

enum { C_NONE, C_ROOT, C_INPUT, C_ITEM };

enum { SLOT_NONE, SLOT_ITEM, SLOT_TYPE, SLOT_CONTENT };

static const gw_json_rule_t root_rules[] = {
    GW_JSON_MEMBER("input", SLOT_NONE, C_INPUT, 0)
};

static const gw_json_rule_t input_rules[] = {
    GW_JSON_EACH(SLOT_ITEM, C_ITEM, 0)
};

static const gw_json_rule_t item_rules[] = {
    GW_JSON_MEMBER("type", SLOT_TYPE, C_NONE, 0),
    GW_JSON_MEMBER("encrypted_content", SLOT_CONTENT, C_NONE, 0)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(input_rules),
    CONTEXT(item_rules)
};

static const gw_json_schema_t schema = { contexts, 0 };

typedef struct reading_t {
    apr_array_header_t *gone;   /* gw_member_t: items of other models */
    unsigned items;
    unsigned thought:1;         /* the item being read is of reasoning ... */
    unsigned other:1;           /* ... of another model's */
} reading_t;

static void item(reading_t *r, const gw_json_node_t *node)
{
    gw_member_t *m;

    if (node->end == 0) {
        r->thought = r->other = 0;
        return;
    }
    r->items++;
    if (node->kind != GW_JSON_OBJECT || !r->thought || !r->other)
        return;
    m = apr_array_push(r->gone);
    memset(m, 0, sizeof(*m));
    m->name_start = m->start = node->start;
    m->end = node->end;
    m->prev_end = node->prev_end;
}

static void visit(void *baton, const gw_json_node_t *node)
{
    reading_t *r = baton;

    if (node->slot == SLOT_ITEM)
        item(r, node);
    else if (node->slot == SLOT_TYPE)
        r->thought = gw_json_is(node, "reasoning") != 0;
    else
        r->other = gw_unsigned_is(node) != 0;
}

static void copy(gw_text_t *out, gw_str_t body, const reading_t *r,
                 apr_pool_t *pool)
{
    unsigned n = (unsigned)r->gone->nelts, i;
    const gw_member_t **m = apr_palloc(pool, (n + 1) * sizeof(*m));
    gw_cut_t *cuts = apr_palloc(pool, (n + 1) * sizeof(*cuts));
    apr_size_t from = 0;

    for (i = 0; i < n; i++)
        m[i] = &APR_ARRAY_IDX(r->gone, (int)i, gw_member_t);
    n = gw_members_cut(cuts, body, m, n);
    for (i = 0; i < n; i++) {
        gw_text_add(out, (gw_str_t){ body.p + from, cuts[i].from - from });
        from = cuts[i].to;
    }
    gw_text_add(out, (gw_str_t){ body.p + from, body.n - from });
}

apr_status_t gw_unsigned_drop_items(gw_text_t *out, gw_str_t body, int ids,
                                    apr_pool_t *pool)
{
    reading_t r = { .items = 0 };
    gw_json_t json;

    (void)ids;                  /* all are taken */
    r.gone = apr_array_make(pool, 8, sizeof(gw_member_t));
    gw_json_start(&json, &schema, GW_JSON_TRUSTED, visit, &r);
    if (gw_json_feed(&json, body.p, body.n) != APR_SUCCESS
        || gw_json_end(&json) != APR_SUCCESS
        || r.items == (unsigned)r.gone->nelts)
        return APR_EINVAL;
    copy(out, body, &r, pool);
    return out->full ? APR_ENOSPC : APR_SUCCESS;
}
