/* SPDX-License-Identifier: Apache-2.0 */
/* price.c - see price.h. */
#include "price.h"

#include "col.h"
#include "spec.h"
#include "stmt.h"

apr_status_t gw_price_list(apr_array_header_t **rows, gw_db_t *db,
                           apr_int64_t model_id, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, 4, sizeof(gw_price_row_t));
    gw_stmt_t *st = gw_stmt_prepare(db, sql_price_of_model);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, model_id);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        gw_price_row_t *row = apr_array_push(out);

        row->id = gw_col_int(st, 0);
        row->currency = gw_col_text(st, 1, pool);
        row->from_ms = gw_col_int(st, 2);
        row->free = (int)gw_col_int(st, 3);
        row->tiers = gw_col_text(st, 4, pool);
        row->created_ms = gw_col_int(st, 5);
    }
    if (rv != APR_ENOENT)
        return rv;
    *rows = out;
    return APR_SUCCESS;
}

int gw_price_in_force(const apr_array_header_t *rows, apr_int64_t now_ms)
{
    int i, found = -1;

    for (i = 0; i < rows->nelts; i++) {
        if (APR_ARRAY_IDX(rows, i, gw_price_row_t).from_ms <= now_ms)
            found = i;
    }
    return found;
}

static apr_status_t currency_id(apr_int64_t *id, gw_db_t *db,
                                const char *code)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_currency_insert);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, code);
    rv = gw_stmt_run(st);
    if (rv != APR_SUCCESS)
        return rv;
    st = gw_stmt_prepare(db, sql_currency_by_code);
    gw_stmt_bind_text(st, 1, code);
    return gw_stmt_row_int(st, id);
}

static int same_tier(const gw_tier_t *a, const gw_tier_t *b)
{
    return a->up_to == b->up_to && a->output_up_to == b->output_up_to
           && a->given == b->given
           && memcmp(a->rate, b->rate, sizeof(a->rate)) == 0;
}

/* "1" and "1.0", and members in another order, are the same tiers. */
static apr_status_t compare_tiers(int *same, const char *a, const char *b,
                                  apr_pool_t *pool)
{
    gw_tier_t *tiers_a, *tiers_b;
    unsigned n_a, n_b, i;
    apr_status_t rv = gw_spec_tiers(&tiers_a, &n_a, a, pool);

    if (rv == APR_SUCCESS)
        rv = gw_spec_tiers(&tiers_b, &n_b, b, pool);
    if (rv != APR_SUCCESS)
        return rv;
    *same = n_a == n_b;
    for (i = 0; *same && i < n_a; i++)
        *same = same_tier(&tiers_a[i], &tiers_b[i]);
    return APR_SUCCESS;
}

/* Does the version in force at row->from_ms say the same already? */
static apr_status_t compare(int *same, const apr_array_header_t *rows,
                            const gw_price_row_t *row, apr_pool_t *pool)
{
    int i = gw_price_in_force(rows, row->from_ms);
    const gw_price_row_t *old;

    *same = 0;
    if (i < 0)
        return APR_SUCCESS;
    old = &APR_ARRAY_IDX(rows, i, gw_price_row_t);
    if (old->free != row->free || strcmp(old->currency, row->currency) != 0)
        return APR_SUCCESS;
    return compare_tiers(same, old->tiers, row->tiers, pool);
}

apr_status_t gw_price_put(int *added, gw_db_t *db, apr_int64_t model_id,
                          const gw_price_row_t *row, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    apr_int64_t currency = 0;
    gw_stmt_t *st;
    apr_status_t rv = gw_price_list(&rows, db, model_id, pool);
    int same = 0;

    if (rv == APR_SUCCESS)
        rv = compare(&same, rows, row, pool);
    *added = rv == APR_SUCCESS && !same;
    if (!*added)
        return rv;
    rv = currency_id(&currency, db, row->currency);
    if (rv != APR_SUCCESS)
        return rv;
    st = gw_stmt_prepare(db, sql_price_insert);
    gw_stmt_bind_int(st, 1, model_id);
    gw_stmt_bind_int(st, 2, currency);
    gw_stmt_bind_int(st, 3, row->from_ms);
    gw_stmt_bind_int(st, 4, row->free);
    gw_stmt_bind_text(st, 5, row->tiers);
    gw_stmt_bind_int(st, 6, row->created_ms);
    return gw_stmt_run(st);
}
