/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - a segment, keys and teams in it, and requests of them, made in
 * the steps in which limit.c and settle.c make them. */
#ifndef GW_TEST_FIXTURE_H
#define GW_TEST_FIXTURE_H

#include "admission.h"
#include "bill.h"
#include "cells.h"
#include "child.h"
#include "meters.h"
#include "owner_index.h"
#include "owner_lock.h"
#include "owners.h"
#include "segment_clock.h"
#include "rows.h"

#define FIXTURE_CURRENCY "CNY"  /* of all requests */
#define FIXTURE_INPUT  APR_INT64_C(2000000)  /* pico-units for a token of the prompt */
#define FIXTURE_OUTPUT APR_INT64_C(8000000)  /* ... of the answer */

/* What one token of either comes to. */
extern const gw_price_t fixture_price;

/* A new segment of so many bytes, mapped once; this process is a child.  It
 * is never unmapped. */
gw_segment_t *fixture_segment(apr_size_t size);

/* The same memory, empty again. */
void fixture_empty(gw_segment_t *seg);

/* Policies: {0}, then what is added. */
void fixture_limit(gw_policy_t *policy, gw_limit_t limit, apr_int64_t n);
void fixture_budget(gw_policy_t *policy, gw_window_kind_t window,
                    const char *amount);

/* Put a team, or a key of a team that is in, with a row of this version.
 * Returns the owner's number; 0: it was refused. */
apr_uint32_t fixture_team(gw_segment_t *seg, apr_int64_t id,
                          apr_int64_t version, const gw_policy_t *policy);
apr_uint32_t fixture_key(gw_segment_t *seg, apr_int64_t id,
                         apr_int64_t team_id, apr_int64_t version,
                         const gw_policy_t *policy);

/* Both, with one policy: a team and keys 1 to n of it, as they stand in the
 * database at first. */
void fixture_owners(gw_segment_t *seg, int n, apr_int64_t team_id,
                    const gw_policy_t *policy);

/* The row that they put; hash: of GW_INDEX_HASH bytes, of a key's secret. */
void fixture_row(gw_owner_row_t *row, const gw_segment_t *seg,
                 gw_owner_kind_t kind, apr_int64_t id, apr_int64_t team_id,
                 apr_int64_t version, const gw_policy_t *policy);
const unsigned char *fixture_hash(apr_int64_t key_id);

/* The owner of an id, which must be in. */
gw_owner_t *fixture_owner(const gw_segment_t *seg, gw_owner_kind_t kind,
                          apr_int64_t id);

/* Its n-th budget, as they stand in its list; its window of this kind. */
gw_budget_t *fixture_nth_budget(const gw_segment_t *seg, const gw_owner_t *o,
                                unsigned n);
gw_quota_t *fixture_quota(const gw_segment_t *seg, const gw_owner_t *o,
                          gw_limit_t limit);

/* A request of a key and its team: claim and enter.  NULL: no cell is free,
 * then v->kind is GW_ADMIT_FITS, or v says why not, and nothing is held. */
gw_cell_t *fixture_enter(gw_verdict_t *v, gw_segment_t *seg,
                         apr_int64_t key_id, apr_int64_t team_id);

/* Its intent: an id of the time `at`, so many tokens, this reserve. */
void fixture_intend(gw_segment_t *seg, gw_cell_t *cell, apr_time_t at,
                    apr_int64_t tokens, gw_pico_t reserve);

/* Admit it; budgets that were not read are.  0: see v. */
int fixture_admit(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                  rows_t *rows);

/* What it has reserved grows to so much; budgets that were not read are. */
void fixture_grow(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                  rows_t *rows, gw_pico_t reserve);

/* Enter, intend, admit, and open it.  NULL: v says why not, and nothing is held. */
gw_cell_t *fixture_open(gw_verdict_t *v, gw_segment_t *seg, rows_t *rows,
                        apr_int64_t key_id, apr_int64_t team_id,
                        apr_int64_t tokens, gw_pico_t reserve);

/* The upstream counted so much, and the client got it. */
void fixture_answer(gw_cell_t *cell, apr_int64_t prompt, apr_int64_t output);

/* Decide, leave, settle.  Returns 1 if a soft threshold was passed. */
int fixture_settle(gw_segment_t *seg, gw_cell_t *cell, gw_end_t end);

/* Do the segment's counters agree with its cells and the rows?  Returns how
 * many do not; the first is printed as a comment. */
unsigned fixture_wrong(gw_segment_t *seg, rows_t *rows);

/* How many cells are not free; the number and the state of one. */
unsigned fixture_busy(const gw_segment_t *seg);
apr_uint32_t fixture_index(const gw_segment_t *seg, const gw_cell_t *cell);
gw_cell_state_t fixture_state(const gw_segment_t *seg, const gw_cell_t *cell);

#endif
