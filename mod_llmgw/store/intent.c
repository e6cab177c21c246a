/* SPDX-License-Identifier: Apache-2.0 */
/* intent.c - see intent.h. */
#include "intent.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_intent_add(gw_db_t *db, const gw_intent_t *intent)
{
    const gw_row_t *r = &intent->row;
    gw_stmt_t *st = gw_stmt_prepare(db, sql_intent_insert);

    gw_stmt_bind_int(st, 1, r->id);
    gw_stmt_bind_int(st, 2, r->team_id);
    gw_stmt_bind_int(st, 3, r->key_id);
    gw_stmt_bind_int(st, 4, r->model_id);
    gw_stmt_bind_int(st, 5, r->price_id);
    gw_stmt_bind_int(st, 6, r->currency_id);
    gw_stmt_bind_int(st, 7, r->endpoint);
    gw_stmt_bind_int(st, 8, r->stream);
    gw_stmt_bind_int(st, 9, intent->prompt);
    gw_stmt_bind_int(st, 10, intent->reserve);
    gw_stmt_bind_int(st, 11, intent->bills_nothing);
    return gw_stmt_run(st);
}

apr_status_t gw_intent_delete(gw_db_t *db, apr_int64_t id)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_intent_delete);

    gw_stmt_bind_int(st, 1, id);
    return gw_stmt_run(st);
}

apr_status_t gw_intent_list(apr_array_header_t **list, gw_db_t *db,
                            apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_intent_all);
    apr_status_t rv;

    *list = apr_array_make(pool, 16, sizeof(gw_intent_t));
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        gw_intent_t *intent = apr_array_push(*list);
        gw_row_t *r = &intent->row;

        memset(intent, 0, sizeof(*intent));
        r->id = gw_col_int(st, 0);
        r->team_id = gw_col_int(st, 1);
        r->key_id = gw_col_int(st, 2);
        r->model_id = gw_col_int(st, 3);
        r->price_id = gw_col_int(st, 4);
        r->currency_id = (apr_int16_t)gw_col_int(st, 5);
        r->endpoint = (unsigned char)gw_col_int(st, 6);
        r->stream = (unsigned char)gw_col_int(st, 7);
        intent->prompt = gw_col_int(st, 8);
        intent->reserve = gw_col_int(st, 9);
        intent->bills_nothing = (int)gw_col_int(st, 10);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}
