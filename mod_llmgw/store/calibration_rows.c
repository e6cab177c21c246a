/* SPDX-License-Identifier: Apache-2.0 */
/* calibration_rows.c - see calibration_rows.h. */
#include "calibration_rows.h"

#include "col.h"
#include "stmt.h"

/* The columns of a calibration, in order, as fields. */
#define FIELDS(c) { &(c)->key, &(c)->rows, &(c)->output, &(c)->prompts, \
                    &(c)->prompt_bytes, &(c)->prompt_tokens, \
                    &(c)->prompt_error, &(c)->answers, &(c)->answer_bytes, \
                    &(c)->answer_tokens }

apr_status_t gw_calibration_rows_save(gw_db_t *db, const gw_calibration_t *c)
{
    const apr_int64_t *const field[] = FIELDS(c);
    gw_stmt_t *st = gw_stmt_prepare(db, sql_calibration_save);
    unsigned i;

    for (i = 0; i < GW_COUNT(field); i++)
        gw_stmt_bind_int(st, (int)i + 1, *field[i]);
    return gw_stmt_run(st);
}

apr_status_t gw_calibration_rows_load(gw_db_t *db, gw_calibration_fn *each,
                                      void *data)
{
    gw_calibration_t c;
    apr_int64_t *const field[] = FIELDS(&c);
    gw_stmt_t *st = gw_stmt_prepare(db, sql_calibration_all);
    apr_status_t rv;
    unsigned i;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        for (i = 0; i < GW_COUNT(field); i++)
            *field[i] = gw_col_int(st, (int)i);
        each(data, &c);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}
