/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.c - see receipt.h. */
#include "receipt.h"

#include "col.h"
#include "names.h"
#include "stmt.h"

static void read_row(gw_row_t *r, gw_stmt_t *st)
{
    int i;

    memset(r, 0, sizeof(*r));
    r->id = gw_col_int(st, 0);
    r->kind = (unsigned char)gw_col_int(st, 1);
    r->state = (unsigned char)gw_col_int(st, 2);
    r->source = (unsigned char)gw_col_int(st, 3);
    r->usage.flags = (unsigned)gw_col_int(st, 4);
    r->key_id = gw_col_int(st, 5);
    r->price_id = gw_col_int_or(st, 11, 0);
    r->dialect = (unsigned char)gw_col_int(st, 13);
    r->endpoint = (unsigned char)gw_col_int(st, 14);
    r->stream = (unsigned char)gw_col_int(st, 15);
    r->reached = (unsigned char)gw_col_int(st, 16);
    r->attempts = (unsigned char)gw_col_int(st, 17);
    r->status = (apr_int16_t)gw_col_int(st, 18);
    r->first_ms = (apr_int32_t)gw_col_int_or(st, 19, -1);
    r->end_ms = (apr_int32_t)gw_col_int(st, 20);
    r->tier = (unsigned char)gw_col_int_or(st, 21, 0);
    r->amount = gw_col_int(st, 22);
    for (i = 0; i < GW_BUCKETS; i++)
        r->usage.bucket[i] = gw_col_int(st, 23 + i);
    r->bytes = gw_col_int(st, 33);
    r->team_id = gw_col_int(st, 35);
    r->upstream_id = gw_col_int_or(st, 36, 0);
    r->model_id = gw_col_int_or(st, 37, 0);
    r->route_id = gw_col_int_or(st, 38, 0);
    r->currency_id = (apr_int16_t)gw_col_int(st, 39);
    r->usage.search_units = gw_col_int(st, 44);
}

apr_status_t gw_receipt_get(gw_receipt_t *receipt, gw_db_t *db,
                            apr_int64_t id, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_receipt);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv;
    read_row(&receipt->row, st);
    receipt->key = gw_col_text(st, 6, pool);
    receipt->team = gw_col_text(st, 7, pool);
    receipt->model = gw_col_text(st, 8, pool);
    receipt->upstream = gw_col_text(st, 9, pool);
    receipt->route = gw_col_text(st, 10, pool);
    receipt->currency = gw_col_text(st, 12, pool);
    receipt->upstream_request = gw_col_text(st, 34, pool);
    receipt->reason = gw_col_text(st, 40, pool);
    receipt->reference = gw_col_text(st, 41, pool);
    receipt->corrects = gw_col_int_or(st, 42, 0);
    receipt->micro = gw_col_int(st, 43);
    return gw_stmt_end(st);
}

apr_status_t gw_receipt_names(gw_receipt_t *rc, gw_db_t *db,
                              apr_pool_t *pool)
{
    const struct { gw_called_t what; apr_int64_t id; const char **name; }
    all[] = {
        { GW_CALLED_KEY, rc->row.key_id, &rc->key },
        { GW_CALLED_TEAM, rc->row.team_id, &rc->team },
        { GW_CALLED_MODEL, rc->row.model_id, &rc->model },
        { GW_CALLED_UPSTREAM, rc->row.upstream_id, &rc->upstream },
        { GW_CALLED_ROUTE, rc->row.route_id, &rc->route },
        { GW_CALLED_CURRENCY, rc->row.currency_id, &rc->currency }
    };
    apr_status_t rv = APR_SUCCESS;
    unsigned i;

    for (i = 0; rv == APR_SUCCESS && i < GW_COUNT(all); i++)
        rv = gw_names_of(all[i].name, db, all[i].what, all[i].id, pool);
    return rv;
}

apr_status_t gw_receipt_attempts(apr_array_header_t **attempts, gw_db_t *db,
                                 apr_int64_t id, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_receipt_attempts);
    apr_status_t rv;

    *attempts = apr_array_make(pool, 2, sizeof(gw_receipt_attempt_t));
    gw_stmt_bind_int(st, 1, id);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        gw_receipt_attempt_t *a = apr_array_push(*attempts);

        a->attempt.upstream_id = gw_col_int(st, 0);
        a->attempt.status = (apr_int16_t)gw_col_int(st, 1);
        a->attempt.reason = (apr_int16_t)gw_col_int(st, 2);
        a->attempt.ms = (apr_int32_t)gw_col_int(st, 3);
        a->upstream = gw_col_text(st, 4, pool);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_receipt_by_answer(apr_int64_t *id, gw_db_t *db,
                                  apr_uint64_t hash, apr_int64_t key_id,
                                  apr_int64_t since)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_receipt_by_answer);

    gw_stmt_bind_int(st, 1, (apr_int64_t)hash);
    gw_stmt_bind_int(st, 2, key_id);
    gw_stmt_bind_int(st, 3, since);
    return gw_stmt_row_int(st, id);
}

apr_status_t gw_receipt_by_reference(apr_int64_t *id, gw_db_t *db,
                                     const char *reference)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_adjustment_by_reference);

    gw_stmt_bind_text(st, 1, reference);
    return gw_stmt_row_int(st, id);
}
