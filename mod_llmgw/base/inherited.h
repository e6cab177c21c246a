/* SPDX-License-Identifier: Apache-2.0 */
/* inherited.h - what the parent opens once, before its first fork, and hands
 * down to helper and children.
 *
 * The state directory and the files in it are the parent's: started as root,
 * no process that serves requests can open one of them by any path.  These
 * descriptors are the only way to them, and there is no other moment to hand
 * one down: they are kept over restarts.
 */
#ifndef GW_INHERITED_H
#define GW_INHERITED_H

#include "crypto.h"
#include "gw.h"

typedef struct gw_inherited_t {
    /* the shared segment */
    int segment;                /* its file; the lock on it is the parent's */
    int wake;                   /* eventfd: wakes the helper */
    apr_size_t segment_size;    /* bytes of the file */
    int refilled;               /* it was truncated: it must not be used */
    /* the state directory */
    int db, wal, shm;           /* llmgw.db and what SQLite has beside it */
    int lock;                   /* helper.lock: fcntl's, a process's own */
    int admin_key;              /* for writing; children close it */
    int moved;                  /* eventfd: another database is at the path */
    int second_best;            /* not started as root: User owns them all */
    const char *state_dir;      /* as configured, for messages */
    /* the key that seals credentials */
    unsigned char master[GW_MASTER];
    int has_master;
} gw_inherited_t;

#endif
