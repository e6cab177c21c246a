/* SPDX-License-Identifier: Apache-2.0 */
/* price_table.h - a model's prices in a page. */
#ifndef GW_PRICE_TABLE_H
#define GW_PRICE_TABLE_H

#include "admin_request.h"
#include "buffer.h"

/* A table of the tiers of the price with index i: each rate that one of them
 * names, and input and output; a rate that a tier does not name is what it
 * falls back to there. */
void gw_price_table(gw_buffer_t *b, const gw_admin_t *a, const gw_model_t *m,
                    unsigned i);

/* Two cells of a table's line: input and output, from the cheapest tier to
 * the dearest. */
void gw_price_cells(gw_buffer_t *b, const gw_admin_t *a, const gw_model_t *m,
                    unsigned i);

/* 262144 as "262,144". */
const char *gw_price_count(apr_int64_t n, apr_pool_t *pool);

#endif
