/* SPDX-License-Identifier: Apache-2.0 */
/* receipts.c - /v1/receipts/{id}: a row as its caller may see it. */
#include <apr_strings.h>

#include "admin.h"
#include "ledger.h"

static json_object *usage_json(const gw_usage_t *u)
{
    json_object *o = json_object_new_object();
    int i;

    json_object_object_add(o, "prompt_tokens",
                           json_object_new_int64(gw_usage_prompt(u)));
    json_object_object_add(o, "completion_tokens",
                           json_object_new_int64(gw_usage_output(u)));
    for (i = 0; i < GW_BUCKETS; i++) {
        if (u->bucket[i] != 0)
            json_object_object_add(o, gw_bucket_names[i],
                                   json_object_new_int64(u->bucket[i]));
    }
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

json_object *gw_admin_receipt_json(const gw_receipt_t *rc)
{
    const gw_row_t *row = &rc->row;
    json_object *o = json_object_new_object();
    apr_int64_t start = apr_time_as_msec(gw_id_time(row->id));
    char id[GW_ID_LENGTH + 1];

    json_object_object_add(o, "object", json_object_new_string("receipt"));
    json_object_object_add(o, "id", json_object_new_string(
                                        gw_id_text(id, row->id)));
    json_object_object_add(o, "kind", json_object_new_string(
                                          gw_kind_names[row->kind]));
    json_object_object_add(o, "state", json_object_new_string(
                                           gw_state_names[row->state]));
    json_object_object_add(o, "source", json_object_new_string(
                                            gw_source_names[row->source]));
    json_object_object_add(o, "flags", flags_json(row->usage.flags));
    json_object_object_add(o, "key", gw_admin_text(rc->key));
    json_object_object_add(o, "team", gw_admin_text(rc->team));
    json_object_object_add(o, "model", gw_admin_text(rc->model));
    json_object_object_add(o, "endpoint", json_object_new_string(
                                     gw_endpoint_names[row->endpoint]));
    json_object_object_add(o, "stream", json_object_new_boolean(row->stream));
    json_object_object_add(o, "started_at", gw_admin_time(start));
    json_object_object_add(o, "first_byte_at", row->first_ms >= 0
                           ? gw_admin_time(start + row->first_ms) : NULL);
    json_object_object_add(o, "ended_at",
                           gw_admin_time(start + row->end_ms));
    json_object_object_add(o, "status", json_object_new_int(row->status));
    json_object_object_add(o, "attempts", json_object_new_int(row->attempts));
    json_object_object_add(o, "bytes", json_object_new_int64(row->bytes));
    json_object_object_add(o, "usage", usage_json(&row->usage));
    json_object_object_add(o, "price", json_object_new_int64(row->price_id));
    json_object_object_add(o, "tier", json_object_new_int(row->tier + 1));
    json_object_object_add(o, "amount", gw_admin_amount(row->amount));
    json_object_object_add(o, "currency", gw_admin_text(rc->currency));
    return o;
}

static int not_found(gw_admin_t *a)
{
    return gw_admin_refuse(a, GW_P_RECEIPT_NOT_FOUND, NULL,
                           apr_psprintf(a->pool, "There is no receipt '%s' "
                                        "of this key.", a->id));
}

/* Between admission and commit the row is in its cell: it is open. */
static int from_cell(gw_admin_t *a, apr_int64_t id, json_object **out)
{
    gw_cell_t *cell = gw_cell_find(gw_process.seg, id);
    gw_receipt_t rc;

    if (cell == NULL)
        return 0;
    memset(&rc, 0, sizeof(rc));
    rc.row = cell->row;
    if (gw_cell_find(gw_process.seg, id) != cell)   /* freed meanwhile */
        return 0;
    if (rc.row.id != id || rc.row.key_id != a->call->caller.key_id)
        return 0;
    rc.key = a->call->caller.public_id;
    rc.team = a->call->caller.policies->team_name;
    *out = gw_admin_receipt_json(&rc);
    json_object_object_add(*out, "state", json_object_new_string(
                                              gw_state_names[0]));
    return HTTP_OK;
}

int gw_admin_receipt(gw_admin_t *a, json_object **out)
{
    gw_str_t text = { a->id, strlen(a->id) };
    gw_receipt_t rc;
    apr_int64_t id;
    apr_status_t rv;
    int status, tries;

    if (gw_id_parse(&id, text) != APR_SUCCESS)
        return not_found(a);
    /* a cell may be written and freed between the two looks */
    for (tries = 0; tries < 2; tries++) {
        rv = gw_ledger_get(&rc, a->db, id, a->pool);
        if (rv == APR_SUCCESS) {
            if (rc.row.key_id != a->call->caller.key_id)
                return not_found(a);
            *out = gw_admin_receipt_json(&rc);
            return HTTP_OK;
        }
        if (rv != APR_ENOENT)
            return gw_admin_store_trouble(a, rv);
        status = from_cell(a, id, out);
        if (status != 0)
            return status;
    }
    return not_found(a);
}
