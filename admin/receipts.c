/* SPDX-License-Identifier: Apache-2.0 */
/* receipts.c - /v1/receipts: rows as their caller may see them. */
#include <apr_strings.h>

#include "cells.h"
#include "filters.h"
#include "handlers.h"
#include "ledger.h"
#include "ledger_rows.h"
#include "query.h"
#include "refuse.h"

static int not_found(gw_admin_t *a)
{
    return gw_admin_refuse(a, GW_P_RECEIPT_NOT_FOUND, NULL,
                           apr_psprintf(a->pool, "There is no receipt '%s' "
                                        "of this key.", a->id));
}

/* ---- one ------------------------------------------------------------ */

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
    gw_segment_t *seg = a->seg;
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
    since = gw_id_first(apr_time_from_msec(a->now_ms) - GW_ANSWER_US);
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

    gw_rows_filter_init(&filter);
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
