/* SPDX-License-Identifier: Apache-2.0 */
/* steps.h - what may happen to a segment, one step at a time: each does it,
 * does it in the plain reading of the rules too, and compares the answers.
 */
#ifndef GW_TEST_STEPS_H
#define GW_TEST_STEPS_H

#include "plain.h"

#define CENT APR_INT64_C(10000000000)

typedef struct world_t {
    gw_segment_t *seg;
    rows_t *rows;
    plain_t p;
    unsigned long long random;
    int stopped;                /* steps that the helper does not work */
    const char *wrong;          /* the first thing that is, or NULL */
    unsigned verdicts[GW_ADMIT_LOST + 1];
    unsigned growths[GW_ADMIT_LOST + 1];
    unsigned gone, killed, over, compared;  /* how often it came to that */
} world_t;

extern world_t world;

/* 0 .. n - 1. */
apr_int64_t steps_random(apr_int64_t n);

/* The first thing that is not right ends a sequence. */
void steps_must(int right, const char *what);

/* Number i of the plain owners in the segment; 0: it is not in. */
apr_uint32_t steps_number(int i);

/* Other limits and budgets; they are in force with steps_row. */
void steps_policy(int i);
/* Its row in the database. */
void steps_row(gw_owner_row_t *row, gw_policy_t *policy, int i);
/* Read it from there, its team first. */
void steps_load(int i);

/* Of any request or child for which there is one. */
void steps_enter(void);
void steps_admit(void);
void steps_give_up(void);       /* before it is opened */
void steps_grow(void);          /* what it has reserved */
void steps_answer(void);        /* some more of it comes */
void steps_drain(void);         /* its client left, and it is read on */
void steps_settle(void);
void steps_die(void);
void steps_recover(void);       /* the helper sees it, unless it is stopped */
void steps_bury(int child);
void steps_write(void);         /* settled cells into rows */

#endif
