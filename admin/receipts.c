/* SPDX-License-Identifier: Apache-2.0 */
/* receipts.c - /v1/receipts: rows as their caller may see them. */
#include <apr_strings.h>

#include "filters.h"

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

static int not_found(gw_admin_t *a)
{
    return gw_admin_refuse(a, GW_P_RECEIPT_NOT_FOUND, NULL,
                           apr_psprintf(a->pool, "There is no receipt '%s' "
                                        "of this key.", a->id));
}

/* ---- one ------------------------------------------------------------ */

static apr_status_t from_cell(gw_receipt_t *rc, gw_admin_t *a,
                              apr_int64_t id)
{
    gw_cell_t *cell = gw_cell_find(gw_process.seg, id);

    if (cell == NULL)
        return APR_ENOENT;
    memset(rc, 0, sizeof(*rc));
    rc->row = cell->row;
    if (gw_cell_find(gw_process.seg, id) != cell        /* freed meanwhile */
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

static int by_id(gw_admin_t *a, apr_int64_t id, json_object **out)
{
    gw_receipt_t rc;
    apr_status_t rv = gw_admin_row_find(&rc, a, id);

    if (rv == APR_ENOENT
        || (rv == APR_SUCCESS && rc.row.key_id != a->call->caller.key_id))
        return not_found(a);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = gw_admin_row_json(&rc, "receipt");
    return HTTP_OK;
}

/* The caller's request that settled with an answer of this id, if its row is
 * not yet written; 0: none. */
static apr_int64_t answer_in_cell(const gw_admin_t *a, apr_uint64_t hash)
{
    gw_segment_t *seg = gw_process.seg;
    apr_int64_t id = 0;
    apr_uint32_t i, child;

    for (i = 0; i < seg->n.cells; i++) {
        const gw_cell_t *cell = gw_cell_at(seg, i);

        if (gw_cell_state(seg, i, &child) == GW_CELL_SETTLED
            && cell->row.answer_hash == hash
            && cell->row.key_id == a->call->caller.key_id
            && cell->row.id > id)
            id = cell->row.id;
    }
    return id;
}

/* The id that the upstream gave its answer, for a day, for teams with
 * answer_ids. */
static int by_answer(gw_admin_t *a, json_object **out)
{
    gw_str_t text = { a->id, strlen(a->id) };
    apr_uint64_t hash = gw_answer_id_hash(text);
    apr_int64_t since, id;
    apr_status_t rv;

    if (!a->call->caller.policies->team.answer_ids)
        return not_found(a);
    since = gw_id_make(apr_time_from_msec(a->now_ms) - GW_ANSWER_US, 0);
    id = answer_in_cell(a, hash);
    if (id != 0)
        return by_id(a, id, out);
    rv = gw_receipt_by_answer(&id, a->db, hash, a->call->caller.key_id,
                              since);
    if (rv == APR_ENOENT) {     /* it was written between the two looks? */
        id = answer_in_cell(a, hash);
        return id != 0 ? by_id(a, id, out) : not_found(a);
    }
    return rv == APR_SUCCESS ? by_id(a, id, out)
                             : gw_admin_store_trouble(a, rv);
}

int gw_admin_receipt(gw_admin_t *a, json_object **out)
{
    gw_str_t text = { a->id, strlen(a->id) };
    apr_int64_t id;

    if (!gw_query_read(a, NULL, 0))
        return 0;
    return gw_id_parse(&id, text) == APR_SUCCESS ? by_id(a, id, out)
                                                 : by_answer(a, out);
}

/* ---- the list ------------------------------------------------------- */

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

static json_object *receipt_json(const gw_admin_t *a, const gw_receipt_t *rc)
{
    return gw_admin_row_json(rc, "receipt");
}

int gw_admin_receipt_list(gw_admin_t *a, json_object **out)
{
    enum { Q_LIMIT, Q_AFTER, Q_MODEL, Q_CURRENCY, Q_STATE, Q_FROM, Q_TO,
           Q_COUNT };
    static const gw_param_t params[] = {
        GW_Q_PAGE, { "model", GW_Q_TEXT, 1, 200 },
        { "currency", GW_Q_TEXT, 3, 3 },
        { "state", GW_Q_WORD, 0, 0, gw_admin_states },
        { "from", GW_Q_TIME }, { "to", GW_Q_TIME }, { NULL }
    };
    gw_param_value_t q[Q_COUNT];
    gw_row_filter_t filter;
    gw_row_page_t page;
    gw_names_t names;
    apr_status_t rv;

    gw_row_filter_init(&filter);
    if (!gw_query(a, params, q) || !gw_filter_own(a, &q[Q_MODEL], &names)
        || !gw_filter_time(a, &q[Q_FROM], &q[Q_TO], &filter)
        || !gw_admin_rows_after(a, &q[Q_AFTER], &filter))
        return 0;
    filter.key_id = names.key_id;
    filter.model_id = names.model_id;
    filter.currency_id = names.currency_id;
    if (q[Q_STATE].text != NULL)
        filter.state = (int)q[Q_STATE].n + 1;
    rv = gw_rows_page(&page, a->db, &filter, (int)q[Q_LIMIT].n, a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = gw_admin_rows_json(a, &page, receipt_json);
    return *out != NULL ? HTTP_OK : 0;
}
