/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_rows.c - see ledger_rows.h. */
#include "ledger_rows.h"

#include <apr_strings.h>

#include "cells.h"
#include "query.h"
#include "refuse.h"
#include "value.h"

const char *const gw_admin_states[] = {
    "settled", "estimated", "free", "failed", NULL
};

static void add(json_object *o, const char *name, json_object *value)
{
    json_object_object_add(o, name, value);
}

static json_object *usage_json(const gw_usage_t *u)
{
    json_object *o = json_object_new_object();
    int i;

    add(o, "prompt_tokens", json_object_new_int64(gw_usage_prompt(u)));
    add(o, "completion_tokens", json_object_new_int64(gw_usage_output(u)));
    for (i = 0; i < GW_BUCKETS; i++) {
        if (u->bucket[i] != 0)
            add(o, gw_bucket_names[i], json_object_new_int64(u->bucket[i]));
    }
    if (u->search_units != 0)
        add(o, "search_units", json_object_new_int64(u->search_units));
    return o;
}

static json_object *flags_json(unsigned flags)
{
    json_object *list = json_object_new_array();
    int i;

    for (i = 0; i < GW_ROW_FLAGS; i++) {
        if (flags & 1u << i)
            json_object_array_add(list, json_object_new_string(
                                            gw_row_flag_names[i]));
    }
    return list;
}

static json_object *id_json(apr_int64_t id)
{
    char text[GW_ID_LENGTH + 1];

    return json_object_new_string(gw_id_text(text, id));
}

static void add_request(json_object *o, const gw_receipt_t *rc)
{
    const gw_row_t *row = &rc->row;
    apr_int64_t start = apr_time_as_msec(gw_id_time(row->id));

    add(o, "model", gw_admin_text(rc->model));
    add(o, "endpoint", json_object_new_string(
                           gw_endpoint_names[row->endpoint]));
    add(o, "stream", json_object_new_boolean(row->stream));
    add(o, "started_at", gw_admin_time(start));
    add(o, "first_byte_at", row->first_ms >= 0
                            ? gw_admin_time(start + row->first_ms) : NULL);
    add(o, "ended_at", row->state != GW_STATE_OPEN || row->end_ms > 0
                       ? gw_admin_time(start + row->end_ms) : NULL);
    add(o, "status", json_object_new_int(row->status));
    add(o, "attempts", json_object_new_int(row->attempts));
    add(o, "bytes", json_object_new_int64(row->bytes));
    add(o, "usage", usage_json(&row->usage));
    add(o, "price", json_object_new_int64(row->price_id));
    add(o, "tier", json_object_new_int(row->tier + 1));
}

static void add_adjustment(json_object *o, const gw_receipt_t *rc)
{
    add(o, "started_at", gw_admin_time(apr_time_as_msec(
                                           gw_id_time(rc->row.id))));
    add(o, "reason", gw_admin_text(rc->reason));
    add(o, "reference", gw_admin_text(rc->reference));
    add(o, "request", rc->corrects ? id_json(rc->corrects) : NULL);
}

json_object *gw_admin_row_json(const gw_receipt_t *rc, const char *object)
{
    const gw_row_t *row = &rc->row;
    gw_sum_t amount = gw_row_sum(row, rc->micro);
    json_object *o = json_object_new_object();

    add(o, "object", json_object_new_string(object));
    add(o, "id", id_json(row->id));
    add(o, "kind", json_object_new_string(gw_kind_names[row->kind]));
    add(o, "state", json_object_new_string(gw_state_names[row->state]));
    add(o, "source", json_object_new_string(gw_source_names[row->source]));
    add(o, "flags", flags_json(row->usage.flags));
    add(o, "key", gw_admin_text(rc->key));
    add(o, "team", gw_admin_text(rc->team));
    if (row->kind == GW_KIND_ADJUSTMENT)
        add_adjustment(o, rc);
    else
        add_request(o, rc);
    add(o, "amount", gw_admin_sum(&amount));
    add(o, "currency", gw_admin_text(rc->currency));
    return o;
}

static apr_status_t from_cell(gw_receipt_t *rc, gw_admin_t *a,
                              apr_int64_t id)
{
    gw_cell_t *cell = gw_cell_find(a->seg, id);

    if (cell == NULL)
        return APR_ENOENT;
    memset(rc, 0, sizeof(*rc));
    rc->row = cell->row;
    if (gw_cell_find(a->seg, id) != cell        /* freed meanwhile */
        || rc->row.id != id)
        return APR_ENOENT;
    rc->row.state = GW_STATE_OPEN;
    return gw_receipt_names(rc, a->db, a->pool);
}

apr_status_t gw_admin_row_find(gw_receipt_t *rc, gw_admin_t *a,
                               apr_int64_t id)
{
    apr_status_t rv = APR_ENOENT;
    int tries;

    /* a cell may be written and freed between the two looks */
    for (tries = 0; tries < 2 && rv == APR_ENOENT; tries++) {
        rv = gw_receipt_get(rc, a->db, id, a->pool);
        if (rv == APR_ENOENT)
            rv = from_cell(rc, a, id);
    }
    return rv;
}

json_object *gw_admin_rows_json(gw_admin_t *a, const gw_row_page_t *page,
                                json_object *(*show)(const gw_admin_t *,
                                                     const gw_receipt_t *))
{
    json_object *data = json_object_new_array();
    char next[GW_ID_LENGTH + 1];
    gw_receipt_t rc;
    int i;

    for (i = 0; i < page->ids->nelts; i++) {
        apr_status_t rv = gw_receipt_get(&rc, a->db,
                              APR_ARRAY_IDX(page->ids, i, apr_int64_t),
                              a->pool);

        if (rv != APR_SUCCESS) {
            json_object_put(data);
            gw_admin_store_trouble(a, rv);
            return NULL;
        }
        json_object_array_add(data, show(a, &rc));
    }
    return gw_query_page(data, page->next ? gw_id_text(next, page->next)
                                          : NULL);
}

int gw_admin_rows_after(gw_admin_t *a, const gw_param_value_t *after,
                        gw_row_filter_t *filter)
{
    gw_str_t text = { after->text, 0 };
    apr_int64_t id;

    if (after->text == NULL)
        return 1;
    text.n = strlen(after->text);
    if (gw_id_parse(&id, text) != APR_SUCCESS)
        return gw_query_no_cursor(a);
    if (id < filter->before)
        filter->before = id;
    return 1;
}
