/* SPDX-License-Identifier: Apache-2.0 */
/* col.c - see col.h. */
#include "col.h"

#include <apr_strings.h>

#include "db_private.h"

static void fail(gw_stmt_t *st)
{
    if (st->error == APR_SUCCESS)
        st->error = APR_EGENERAL;
}

int gw_col_forgive(gw_stmt_t *st)
{
    int failed = st->error != APR_SUCCESS;

    st->error = APR_SUCCESS;
    return failed;
}

apr_int64_t gw_col_int(gw_stmt_t *st, int column)
{
    if (sqlite3_column_type(st->st, column) == SQLITE_INTEGER)
        return sqlite3_column_int64(st->st, column);
    fail(st);
    return 0;
}

apr_int64_t gw_col_int_or(gw_stmt_t *st, int column, apr_int64_t if_null)
{
    return gw_col_is_null(st, column) ? if_null : gw_col_int(st, column);
}

int gw_col_is_null(gw_stmt_t *st, int column)
{
    return sqlite3_column_type(st->st, column) == SQLITE_NULL;
}

/* The text, of SQLite, until the next row. */
static const char *peek(gw_stmt_t *st, int column)
{
    const unsigned char *text;

    if (gw_col_is_null(st, column))
        return NULL;
    text = sqlite3_column_text(st->st, column);
    if (text == NULL)           /* no memory */
        fail(st);
    return (const char *)text;
}

const char *gw_col_text(gw_stmt_t *st, int column, apr_pool_t *pool)
{
    const char *text = peek(st, column);

    if (text == NULL)
        return NULL;
    return apr_pstrmemdup(pool, text,
                          (apr_size_t)sqlite3_column_bytes(st->st, column));
}

int gw_col_is(gw_stmt_t *st, int column, const char *text)
{
    const char *found = peek(st, column);

    return found != NULL && strcmp(found, text) == 0;
}

const unsigned char *gw_col_blob(apr_size_t *length, gw_stmt_t *st,
                                 int column, apr_pool_t *pool)
{
    const void *bytes = sqlite3_column_blob(st->st, column);

    *length = (apr_size_t)sqlite3_column_bytes(st->st, column);
    if (bytes == NULL && *length > 0)
        fail(st);
    if (bytes == NULL)
        *length = 0;
    return *length > 0 ? apr_pmemdup(pool, bytes, *length) : NULL;
}
