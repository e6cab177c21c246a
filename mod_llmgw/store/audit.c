/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c - see audit.h. */
#include "audit.h"

#include "col.h"
#include "rows.h"
#include "stmt.h"

apr_status_t gw_audit_add(gw_db_t *db, apr_int64_t now_ms, const char *actor,
                          const char *action, const char *object,
                          const char *object_id, const char *detail)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_audit_insert);

    gw_stmt_bind_int(st, 1, now_ms);
    gw_stmt_bind_text(st, 2, actor);
    gw_stmt_bind_text(st, 3, action);
    gw_stmt_bind_text(st, 4, object);
    gw_stmt_bind_text(st, 5, object_id);
    gw_stmt_bind_text(st, 6, detail);
    return gw_stmt_run(st);
}

static apr_status_t nth(apr_int64_t *at_ms, gw_stmt_t *st, int n,
                        apr_int64_t since, apr_int64_t until)
{
    gw_stmt_bind_int(st, 2, since);
    gw_stmt_bind_int(st, 3, until);
    gw_stmt_bind_int(st, 4, n - 1);
    return gw_stmt_row_int(st, at_ms);
}

apr_status_t gw_audit_nth(apr_int64_t *at_ms, gw_db_t *db, const char *actor,
                          int n, apr_int64_t since, apr_int64_t until)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_audit_nth);

    gw_stmt_bind_text(st, 1, actor);
    return nth(at_ms, st, n, since, until);
}

apr_status_t gw_audit_nth_of_team(apr_int64_t *at_ms, gw_db_t *db,
                                  apr_int64_t team_id, int n,
                                  apr_int64_t since, apr_int64_t until)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_audit_nth_of_team);

    gw_stmt_bind_int(st, 1, team_id);
    return nth(at_ms, st, n, since, until);
}

/* ---- reading -------------------------------------------------------- */

/* Where a page begins: at the end of the range, or behind a row.
 * APR_ENOENT: there is no such row. */
static apr_status_t start_of(apr_int64_t *at_ms, gw_db_t *db,
                             const gw_audit_filter_t *filter)
{
    gw_stmt_t *st;
    apr_status_t rv;

    *at_ms = filter->to_ms - 1;
    if (filter->before == 0)
        return APR_SUCCESS;
    st = gw_stmt_prepare(db, sql_audit_time);
    gw_stmt_bind_int(st, 1, filter->before);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv;
    if (gw_col_int(st, 0) < *at_ms)
        *at_ms = gw_col_int(st, 0);
    return gw_stmt_end(st);
}

/* The statement with the index that leads there fastest. */
static gw_stmt_t *prepare(gw_db_t *db, const gw_audit_filter_t *filter)
{
    gw_sql_t sql = filter->object_id ? sql_audit_of_object
                    : filter->actor ? sql_audit_of_actor : sql_audit_all;
    gw_stmt_t *st = gw_stmt_prepare(db, sql);

    if (filter->object_id != NULL)
        gw_stmt_bind_text(st, 4, filter->object_id);
    else if (filter->actor != NULL)
        gw_stmt_bind_text(st, 4, filter->actor);
    return st;
}

static int is(gw_stmt_t *st, int column, const char *wanted)
{
    return wanted == NULL || gw_col_is(st, column, wanted);
}

static int passes(gw_stmt_t *st, const gw_audit_filter_t *f)
{
    return is(st, 2, f->actor) && is(st, 3, f->action)
           && is(st, 4, f->object) && is(st, 5, f->object_id);
}

static void read_row(gw_audit_row_t *row, gw_stmt_t *st, apr_pool_t *pool)
{
    row->id = gw_col_int(st, 0);
    row->at_ms = gw_col_int(st, 1);
    row->actor = gw_col_text(st, 2, pool);
    row->action = gw_col_text(st, 3, pool);
    row->object = gw_col_text(st, 4, pool);
    row->object_id = gw_col_text(st, 5, pool);
    row->detail = gw_col_text(st, 6, pool);
}

apr_status_t gw_audit_page(apr_array_header_t **rows, apr_int64_t *next,
                           gw_db_t *db, const gw_audit_filter_t *filter,
                           int limit, apr_pool_t *pool)
{
    apr_int64_t at_ms, seen = 0;
    int work = GW_PAGE_WORK;
    gw_stmt_t *st;
    apr_status_t rv = start_of(&at_ms, db, filter);

    *rows = apr_array_make(pool, 16, sizeof(gw_audit_row_t));
    *next = 0;
    if (rv != APR_SUCCESS)
        return rv;
    st = prepare(db, filter);
    gw_stmt_bind_int(st, 1, at_ms);
    gw_stmt_bind_int(st, 2, filter->from_ms);
    gw_stmt_bind_int(st, 3, filter->before ? filter->before
                                             : APR_INT64_MAX);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        int pass = passes(st, filter);

        if ((pass && (*rows)->nelts == limit) || work-- == 0) {
            *next = seen;
            return gw_stmt_end(st);
        }
        seen = gw_col_int(st, 0);
        if (pass)
            read_row(apr_array_push(*rows), st, pool);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}
