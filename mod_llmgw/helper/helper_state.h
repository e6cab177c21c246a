/* SPDX-License-Identifier: Apache-2.0 */
/* helper_state.h - what the parts of the helper share.  The helper has one
 * thread, so nothing here is locked. */
#ifndef GW_HELPER_STATE_H
#define GW_HELPER_STATE_H

#include "db.h"
#include "inherited.h"
#include "log.h"
#include "segment.h"

typedef struct helper_t {
    server_rec *s;
    const gw_inherited_t *in;
    const char *db_path;        /* for messages */
    apr_interval_time_t clock_step; /* LLMGatewayClockStep; 0: off */
    apr_pool_t *pool, *scratch;
    gw_segment_t *seg;
    gw_db_t *db;                /* NULL: it cannot be used now */
    apr_pool_t *db_pool;        /* what lives as long as db */
    apr_time_t tried;           /* steady; when it was last tried */
    char said[256];             /* what is wrong with it, as it was logged */
    apr_time_t swept, counted, saved;   /* steady; of the rarer work */
    apr_time_t moved;           /* steady; when the parent last said that
                                   another database is at the path */
    apr_time_t tidied;          /* steady; when the -wal was looked at */
    apr_uint64_t tidy_writes;   /* admin writes when it was last brought into
                                   the main file */
    apr_time_t admins_seen;
    apr_uint64_t key_writes;    /* when an admin key was last looked for */
    apr_int64_t *learnt;        /* rows of each calibration when saved */
    apr_uint64_t widened;       /* header.widen_changes when saved */
    unsigned filled;            /* of what is nearly full that was said */
    int complained;             /* the database failed, and that is logged */
    int clock_said;             /* the clock is behind, and that is logged */
    int jump_said;              /* it is not believed, and that is logged */
    int clock_cold;             /* ... since the start: no steady clock goes
                                   back to when it was last believed */
    apr_time_t clock_saved;     /* wall, what the database knows of it */
} helper_t;

#endif
