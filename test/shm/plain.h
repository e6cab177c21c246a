/* SPDX-License-Identifier: Apache-2.0 */
/* plain.h - a second reading of the rules of limits, budgets and bills, in
 * plain arrays: no sharing, no marks, no figure that is kept where it can be
 * summed up.  test_sequences.c compares it with the segment.
 *
 * Amounts are pico-units, times microseconds.
 */
#ifndef GW_TEST_PLAIN_H
#define GW_TEST_PLAIN_H

#include "fixture.h"

#define PLAIN_KEYS 5            /* owners 0 .. 4 */
#define PLAIN_TEAMS 2           /* owners 5 and 6 */
#define PLAIN_OWNERS (PLAIN_KEYS + PLAIN_TEAMS)
#define PLAIN_BUDGETS 2
#define PLAIN_ASKS 1200
#define PLAIN_CHILDREN 3

typedef struct plain_budget_t {
    gw_window_kind_t window;
    apr_int64_t limit;
    /* what the sum may be: the limit, or what it was when it was set, and
     * what requests came to beyond their reserves since */
    apr_int64_t cover;
    apr_time_t cover_start;     /* of the window that it is of */
} plain_budget_t;

typedef struct plain_owner_t {
    gw_owner_kind_t kind;
    apr_int64_t id, version;
    int team;                   /* owner of a key's team */
    int in, stale;              /* in the segment; to be read again */
    gw_key_status_t status;
    apr_int64_t limit[GW_LIMITS];
    /* of a rate window: when it is full again, in parts of a microsecond,
     * of which there are `limit` */
    apr_int64_t full[GW_LIMIT_WINDOWS];
    unsigned budgets;
    plain_budget_t budget[PLAIN_BUDGETS];
} plain_owner_t;

typedef enum {
    PLAIN_HELD, PLAIN_ADMITTED, PLAIN_OPEN, PLAIN_SETTLED, PLAIN_ROW,
    PLAIN_GONE                  /* without a row */
} plain_state_t;

typedef struct plain_ask_t {
    plain_state_t state;
    int key, child, drains;
    int phase;                  /* gw_phase_t */
    apr_int64_t id;
    apr_time_t at;              /* of its admission */
    apr_int64_t tokens, reserve;
    apr_int64_t prompt, output; /* counted */
    apr_int64_t amount, used;   /* of the row: money and tokens */
    gw_cell_t *cell;
} plain_ask_t;

typedef struct plain_t {
    plain_owner_t owner[PLAIN_OWNERS];
    plain_ask_t ask[PLAIN_ASKS];
    int asks, rows;
    int dead[PLAIN_CHILDREN];   /* not yet seen by the helper */
    apr_time_t last;            /* of the last id */
} plain_t;

void plain_begin(plain_t *p);

/* Does the request count for this owner? */
int plain_of(const plain_t *p, const plain_ask_t *a, int owner);

/* Requests of an owner that have a place; that name it; that are drained. */
int plain_places(const plain_t *p, int owner);
int plain_pins(const plain_t *p, int owner);
int plain_drains(const plain_t *p, int owner);

/* What requests of the window that begins then have reserved, what of them
 * is settled without a row, and what the rows from then on come to. */
typedef struct plain_sums_t {
    apr_int64_t reserved, pending, committed;
} plain_sums_t;
plain_sums_t plain_sums(const plain_t *p, int owner, gw_window_kind_t window,
                        apr_time_t start);

/* Another policy: windows keep what was used of them. */
void plain_limit(plain_owner_t *o, gw_limit_t limit, apr_int64_t n);
/* The ceilings of its budgets, as things stand: when they were set, and in a
 * new window. */
void plain_cover(plain_t *p, int owner, int set);
/* Is each sum within its ceiling? */
int plain_covered(const plain_t *p, int owner);
/* Would nothing be lost with it? */
int plain_rests(const plain_t *p, int owner, apr_time_t steady);
/* It is not in the segment any more: windows begin full. */
void plain_out(plain_owner_t *o);

/* The verdict on a request of a key, and how long to wait where it is
 * GW_ADMIT_WAIT.  enter: before anything is known of it. */
gw_verdict_kind_t plain_verdict(const plain_t *p, const plain_ask_t *a,
                                int enter, apr_time_t steady,
                                apr_interval_time_t *wait);

/* The verdict on a request under way that is to reserve so much.  ended: of
 * its key and its team, bit n is set where budget n has moved on to a window
 * that is later than the request's: it holds no more. */
gw_verdict_kind_t plain_growth(const plain_t *p, const plain_ask_t *a,
                               apr_int64_t reserve, const unsigned ended[2]);

/* Tokens and requests are taken from the windows of both owners; a request
 * that was taken ends with this many tokens used. */
void plain_take(plain_t *p, const plain_ask_t *a, apr_time_t steady);
void plain_give_back(plain_t *p, const plain_ask_t *a, apr_int64_t used,
                     apr_time_t steady);

/* Amount and tokens of a request that ended so. */
void plain_bill(plain_ask_t *a, gw_end_t end);

#endif
