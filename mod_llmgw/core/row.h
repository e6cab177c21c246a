/* SPDX-License-Identifier: Apache-2.0 */
/* row.h - a row of the ledger: what one admitted request came to.
 *
 * The same struct lives in a cell of the shared segment while the request
 * runs, goes through the helper into SQLite, and comes back for a receipt.
 */
#ifndef GW_ROW_H
#define GW_ROW_H

#include "catalog.h"
#include "tariff.h"
#include "usage.h"

typedef enum {
    GW_STATE_OPEN, GW_STATE_SETTLED, GW_STATE_ESTIMATED, GW_STATE_FREE,
    GW_STATE_FAILED
} gw_state_t;

typedef enum {
    GW_SOURCE_NONE, GW_SOURCE_REPORTED, GW_SOURCE_DRAINED,
    GW_SOURCE_ESTIMATED
} gw_source_t;

typedef enum { GW_KIND_REQUEST, GW_KIND_ADJUSTMENT } gw_kind_t;

extern const char *const gw_state_names[5];   /* "open", "settled", ... */
extern const char *const gw_source_names[4];  /* "none", "reported", ... */
extern const char *const gw_kind_names[2];    /* "request", "adjustment" */

/* Flags of a row.  The first two and the last are those of its usage. */
#define GW_ROW_THINKING      GW_USAGE_THINKING
#define GW_ROW_INCONSISTENT  GW_USAGE_INCONSISTENT
#define GW_ROW_CLIENT_LEFT   0x04 /* it closed before the end */
#define GW_ROW_CUT           0x08 /* the upstream broke off, a deadline
                                     passed, or this process had to end */
#define GW_ROW_KILLED        0x10 /* made from the cell of a dead process */
#define GW_ROW_RESERVE_SHORT 0x20 /* the charge passed the reserve */
#define GW_ROW_UPSTREAM_ERROR 0x40 /* the answer was an error */
#define GW_ROW_CALLS         GW_USAGE_CALLS

/* "thinking", "inconsistent", ...: by bit number. */
#define GW_ROW_FLAGS 8
extern const char *const gw_row_flag_names[GW_ROW_FLAGS];

#define GW_ROW_ATTEMPTS 5       /* failed attempts that are kept: all */
#define GW_ROW_REQUEST_ID 63    /* bytes kept of the upstream's request id */

/* Why an attempt failed; in the ledger, so never renumbered. */
typedef enum {
    GW_REASON_NONE,
    GW_REASON_STATUS,           /* the upstream answered with an error */
    GW_REASON_CONNECT,          /* no connection, TLS or DNS failure */
    GW_REASON_POOLED,           /* a pooled connection was dead */
    GW_REASON_BROKE,            /* the connection broke before an answer */
    GW_REASON_TIMEOUT,          /* a deadline before the first byte */
    GW_REASON_ERROR_EVENT,      /* the stream's first event was an error, or
                                   the document, with a status of 2xx */
    GW_REASON_NO_ANSWER         /* none of its endpoint: a page, only pings,
                                   an error too long to be searched */
} gw_reason_t;

/* An attempt that failed. */
typedef struct gw_attempt_t {
    apr_int64_t upstream_id;
    apr_int32_t ms;             /* it took */
    apr_int16_t status;         /* HTTP; 0: none */
    apr_int16_t reason;         /* gw_reason_t */
} gw_attempt_t;

typedef struct gw_row_t {
    apr_int64_t id;
    apr_int64_t team_id, key_id, model_id, route_id, upstream_id, price_id;
    gw_pico_t amount;           /* of currency_id */
    apr_int64_t bytes;          /* of body sent to the client */
    gw_usage_t usage;           /* usage.flags: GW_ROW_* too */
    apr_int32_t first_ms, end_ms;   /* after admission; first_ms -1: none */
    apr_int16_t status;         /* HTTP, as the client got it; 0: none */
    apr_int16_t currency_id;
    unsigned char kind, state, source, dialect, endpoint, stream, tier;
    unsigned char reached;      /* some upstream got the whole request */
    unsigned char attempts;     /* begun: failed ones and the last */
    unsigned char failed_count;
    gw_attempt_t failed[GW_ROW_ATTEMPTS];   /* in order */
    apr_uint64_t answer_hash;   /* of the answer's own id; 0: it had none, or
                                   its team does not want to ask by it */
    char upstream_request[GW_ROW_REQUEST_ID + 1];
} gw_row_t;

/* "status", "connect", ...: by gw_reason_t. */
#define GW_REASONS (GW_REASON_NO_ANSWER + 1)
extern const char *const gw_reason_names[GW_REASONS];

/* An adjustment may be more than `amount` holds: then it comes to *micro
 * micro-units more; 0 of all other rows. */
gw_sum_t gw_row_sum(const gw_row_t *row, apr_int64_t micro);
void gw_row_put_sum(gw_row_t *row, apr_int64_t *micro, const gw_sum_t *sum);

/* What the row's usage comes to at this price, which has to be the row's:
 * its amount once more.  0 for failed and free requests.  APR_EINVAL: it is
 * an adjustment, which has no usage, or the price has no such tier.
 * APR_ERANGE: see gw_tariff_charge. */
apr_status_t gw_row_reprice(gw_charge_t *charge, const gw_row_t *row,
                            const gw_price_t *price);

#endif
