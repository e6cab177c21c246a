/* SPDX-License-Identifier: Apache-2.0 */
/* col.h - the columns, from 0 on, of the row that a statement stands on.
 *
 * Each gives a value whatever happens; what could not be read (another type,
 * NULL where none may be, no memory) is kept in the statement, and its next
 * gw_stmt_row or its gw_stmt_end returns it: APR_EGENERAL.
 */
#ifndef GW_COL_H
#define GW_COL_H

#include "db.h"

/* For who looks for damage: could something of this row not be read?  That is
 * forgotten, and the next row can be. */
int gw_col_forgive(gw_stmt_t *st);

/* An integer; 0 where it is none. */
apr_int64_t gw_col_int(gw_stmt_t *st, int column);

/* An integer that may be NULL. */
apr_int64_t gw_col_int_or(gw_stmt_t *st, int column, apr_int64_t if_null);

int gw_col_is_null(gw_stmt_t *st, int column);

/* A copy in pool; NULL for NULL. */
const char *gw_col_text(gw_stmt_t *st, int column, apr_pool_t *pool);

/* Is the column this text? */
int gw_col_is(gw_stmt_t *st, int column, const char *text);

/* A copy of its bytes in pool; NULL, 0 where there are none. */
const unsigned char *gw_col_blob(apr_size_t *length, gw_stmt_t *st,
                                 int column, apr_pool_t *pool);

#endif
