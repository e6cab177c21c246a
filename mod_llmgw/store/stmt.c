/* SPDX-License-Identifier: Apache-2.0 */
/* stmt.c - see stmt.h. */
#include "stmt.h"

#include "col.h"
#include "db_private.h"

/* Keep the first failure. */
static void keep(gw_stmt_t *st, int rc)
{
    if (rc != SQLITE_OK && st->error == APR_SUCCESS)
        st->error = gw_db_status(rc);
}

static void compile(gw_stmt_t *st, const char *text)
{
    keep(st, sqlite3_prepare_v3(st->db->handle, text, -1,
                                SQLITE_PREPARE_PERSISTENT, &st->st, NULL));
}

gw_stmt_t *gw_stmt_prepare(gw_db_t *db, gw_sql_t id)
{
    gw_stmt_t *st = &db->statement[id];

    st->db = db;
    st->error = APR_SUCCESS;
    if (st->st == NULL) {
        compile(st, gw_sql_texts[id]);
        return st;
    }
    sqlite3_reset(st->st);
    sqlite3_clear_bindings(st->st);
    return st;
}

/* ---- values --------------------------------------------------------- */

/* sqlite3_bind_* answer SQLITE_MISUSE to a statement that is NULL and write
 * a line to SQLite's log, so these do not get there. */

void gw_stmt_bind_int(gw_stmt_t *st, int index, apr_int64_t value)
{
    if (st->st != NULL)
        keep(st, sqlite3_bind_int64(st->st, index, value));
}

void gw_stmt_bind_blob(gw_stmt_t *st, int index, const void *bytes,
                       apr_size_t length)
{
    if (st->st != NULL)
        keep(st, sqlite3_bind_blob64(st->st, index, bytes, length,
                                     SQLITE_TRANSIENT));
}

void gw_stmt_bind_text(gw_stmt_t *st, int index, const char *text)
{
    if (st->st != NULL)
        keep(st, sqlite3_bind_text(st->st, index, text, -1,
                                   SQLITE_TRANSIENT));
}

void gw_stmt_bind_int_or_null(gw_stmt_t *st, int index, apr_int64_t value,
                              apr_int64_t null)
{
    if (value != null)
        gw_stmt_bind_int(st, index, value);
    else if (st->st != NULL)
        keep(st, sqlite3_bind_null(st->st, index));
}

/* ---- running -------------------------------------------------------- */

apr_status_t gw_stmt_row(gw_stmt_t *st)
{
    apr_status_t rv = st->error;

    if (gw_db_out_of_reach())
        rv = APR_EBUSY;
    else if (rv == APR_SUCCESS)
        rv = gw_db_status(sqlite3_step(st->st));
    if (rv != APR_SUCCESS)
        gw_stmt_end(st);
    return rv;
}

apr_status_t gw_stmt_end(gw_stmt_t *st)
{
    apr_status_t rv = st->error;

    sqlite3_reset(st->st);
    if (st->st != NULL)
        st->error = APR_SUCCESS;
    return rv;
}

apr_status_t gw_stmt_row_int(gw_stmt_t *st, apr_int64_t *value)
{
    apr_int64_t n;
    apr_status_t rv = gw_stmt_row(st);

    if (rv != APR_SUCCESS)
        return rv;
    n = gw_col_int_or(st, 0, 0);
    rv = gw_stmt_end(st);
    if (rv == APR_SUCCESS)
        *value = n;
    return rv;
}

apr_status_t gw_stmt_run(gw_stmt_t *st)
{
    apr_status_t rv;

    do {
        rv = gw_stmt_row(st);
    } while (rv == APR_SUCCESS);
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_stmt_run_int(gw_stmt_t *st, apr_int64_t *value)
{
    apr_status_t rv = gw_stmt_row(st);

    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_EGENERAL : rv;
    *value = gw_col_int(st, 0);
    return gw_stmt_run(st);     /* the write ends with its last row */
}
