/* SPDX-License-Identifier: Apache-2.0 */
/* helper_private.h - what the parts of the helper share: helper_run.c (its
 * life), helper_ledger.c (its work), helper_db.c (the database's files),
 * helper_keys.c (the admin key), helper_clock.c (what it makes of the
 * time). */
#ifndef GW_HELPER_PRIVATE_H
#define GW_HELPER_PRIVATE_H

#include "db.h"
#include "helper.h"
#include "pool.h"
#include "process.h"

typedef struct helper_t {
    server_rec *s;
    const gw_inherited_t *in;
    apr_pool_t *pool, *scratch;
    gw_segment_t *seg;
    gw_db_t *db;                /* NULL: it cannot be used now */
    apr_pool_t *books;          /* what lives as long as db */
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

/* Once for each time the database was opened.  first: nobody used the segment
 * meanwhile. */
void gw_helper_open_books(helper_t *h, int first);

/* Open the database and get to work; again, if it was lost.  first: at the
 * start of httpd.  NULL, or what is wrong, until scratch is cleared. */
const char *gw_helper_get_books(helper_t *h, int first);

/* Before the first request: may the clock be believed?  Once for each time
 * the database was opened, after the last id is known. */
void gw_helper_first_clock(helper_t *h, int first);

/* Say what is odd about the clock, and believe it where it may be. */
void gw_helper_watch_clock(helper_t *h);

/* Let the database know until when it was believed; every hour, or now. */
void gw_helper_save_clock(helper_t *h, int now);

/* The ledger can be written: say so if it could not before. */
void gw_helper_well_again(helper_t *h);

/* Settled cells into rows, dead children's too, and what else is due. */
void gw_helper_round(helper_t *h);

/* The last admin key was revoked, or expired: there is a way back without a
 * restart.  What fails is tried again. */
void gw_helper_keep_an_admin(helper_t *h);

/* Make one, if none is live or if it is wanted.  NULL, or a sentence. */
const char *gw_helper_admin_key(helper_t *h, int wanted);

/* Is the database still what its path leads to?  Says so where it is not. */
void gw_helper_watch_db(helper_t *h);

/* Bring what is in the -wal into the main file, where that is due. */
void gw_helper_tidy_wal(helper_t *h);

/* Close it; where no child lives, all of it is in the main file then. */
void gw_helper_close_db(helper_t *h);

int gw_helper_children_live(const helper_t *h);

/* Once, after the last round. */
void gw_helper_close_books(helper_t *h);

#endif
