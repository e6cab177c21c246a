/* SPDX-License-Identifier: Apache-2.0 */
/* stmt.h - the statements of sql/, by their numbers: bound, run, read.
 *
 * For store/ alone.  A statement belongs to its handle and thus to the thread
 * that uses that; each is prepared once per handle.  Values are bound, never
 * pasted.  No call reports a failure twice: preparing, binding and reading
 * (col.h) keep the first one in the statement, and whatever runs or ends it
 * returns it.  So a statement whose value could not be bound is not run, and
 * a row that could not be read is not taken for one.
 *
 * Errors are those of db.h.
 */
#ifndef GW_STMT_H
#define GW_STMT_H

#include "db.h"
#include "sql.h"

/* A statement, reset and without values.  Never NULL: one that cannot be
 * prepared fails where it is run.  It must not be one that is being read. */
gw_stmt_t *gw_stmt_prepare(gw_db_t *db, gw_sql_t id);

/* Bind the value of parameter ?index; text and bytes are copied, NULL is
 * NULL. */
void gw_stmt_bind_int(gw_stmt_t *st, int index, apr_int64_t value);
void gw_stmt_bind_blob(gw_stmt_t *st, int index, const void *bytes,
                       apr_size_t length);
void gw_stmt_bind_text(gw_stmt_t *st, int index, const char *text);
/* value, or NULL where it equals null. */
void gw_stmt_bind_int_or_null(gw_stmt_t *st, int index, apr_int64_t value,
                              apr_int64_t null);

/* The next row.  APR_SUCCESS: it is there.  APR_ENOENT: no more; the
 * statement is reset.  Any other error resets it too. */
apr_status_t gw_stmt_row(gw_stmt_t *st);

/* Done with a statement before its last row: reset it.  What reading its rows
 * failed with, else APR_SUCCESS. */
apr_status_t gw_stmt_end(gw_stmt_t *st);

/* The integer that the first row begins with; NULL is 0.  APR_ENOENT: no row,
 * and *value stays.  The statement is reset. */
apr_status_t gw_stmt_row_int(gw_stmt_t *st, apr_int64_t *value);

/* Run a statement to its end, then reset it. */
apr_status_t gw_stmt_run(gw_stmt_t *st);

/* Run a write that returns one integer (RETURNING) to its end. */
apr_status_t gw_stmt_run_int(gw_stmt_t *st, apr_int64_t *value);

#endif
