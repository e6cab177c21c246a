/* SPDX-License-Identifier: Apache-2.0 */
/* segment.h - the memory that all processes share and that outlives them.
 *
 * One MAP_SHARED file, opened by the parent, mapped by helper and children:
 *
 *     header | children | refusals | calibrations | widenings | index
 *     | owners | meters | cell states | cells
 *
 * A child is a process that serves requests, told by pid and start time.  An
 * owner is a live key or team: what is judged and counted for it.  The index
 * finds a key's owner by the hash of its secret.  A meter is one limit or
 * budget of an owner.  A cell is the place of one request: its intent, its
 * progress and its settlement; write-ahead log, in-flight table and recovery
 * record in one.  There are no pointers in it: processes may map it at other
 * addresses, and an httpd started after a crash finds it again.
 *
 * A request.  Its child claims a cell (HELD) and takes a place of its key and
 * team; with all that they admit taken the cell is opened, and from then on
 * the request becomes one row, whatever process dies.  The child alone writes
 * into a HELD or OPEN cell, by the one thread that serves the request; what it
 * writes is the helper's when the child is dead.  The row becomes final,
 * places come back, the reserve becomes a charge, and the cell is SETTLED: no
 * process writes into it any more.  The helper writes the rows of settled
 * cells, tells the owners so and frees the cells.  With LLMGatewayDurability
 * power the child waits for that, and frees the cell itself (WRITTEN).
 *
 * An owner.  A child puts it in from its row in the database when a request
 * first names its key.  While a cell names it, it is pinned and stays; when it
 * rests, it makes room for others.  A write of an administrator changes it in
 * place, or makes all of them stale: they stay, and each is read again before
 * it is believed.
 *
 * What an owner counts of a cell stands in the cell as a mark, set under that
 * owner's mutex.  All mutexes are robust: the next to lock one whose process
 * died inside counts all of it again from the cells' marks.  So a figure may
 * be half written at any instruction, and a mark may be set before or after
 * it: only that both are under one mutex counts.
 *
 * Which process does what, and with which mutex:
 *
 *     takeover         helper, before any child has it mapped
 *     child            enter: child, once; alive: helper; writes: any thread
 *     cells            states by atomics alone; words by its process
 *     admission        child's request thread; helper for dead children; both
 *                      owners' mutexes
 *     bill, reserve    any; no mutex: they read a cell, or none
 *     commit_wait      child's request thread waits, helper answers; a futex
 *     drain_slots      child's request thread; owners' mutexes, slots_mutex
 *     owners           any thread of a child, helper; table_mutex, then owners
 *     owner_index      a search: no mutex; a change: with both of these
 *     owner_room       with table_mutex; other owners by trylock alone
 *     meters, metering, recount    with the owner's mutex
 *     budgets, recheck any; drain_mutex, then owners, one at a time
 *     refusals         any; refusal_mutex
 *     widen            a read: no mutex; any other: widen_mutex
 *     calibrations, segment_clock, fill    any; no mutex, atomics
 *
 * Order of mutexes, outermost first: those of a process (lock_order.h), then
 * drain_mutex, then table_mutex, then a key's, then its team's.  A thread that
 * holds an owner's takes no other but that of its team, or tries one and goes
 * on without it.  refusal_mutex, slots_mutex and widen_mutex are taken alone,
 * and nothing is taken inside.  Only drain_mutex is held while files are
 * waited for.
 */
#ifndef GW_SEGMENT_H
#define GW_SEGMENT_H

#include <pthread.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "budget.h"
#include "calibration.h"
#include "policy.h"
#include "quota.h"
#include "row.h"
#include "widening.h"

#define GW_SEGMENT_DEFAULT (32 << 20)   /* bytes */
#define GW_SEGMENT_LEAST   (4 << 20)
#define GW_SEGMENT_MAGIC   "LLMGWSEG"
#define GW_CHILDREN 2048        /* processes of all generations at a time */
#define GW_CELL_SIZE 512
#define GW_WAKE_AT 500          /* settled cells that wake the helper */

/* The life of a cell.  HELD: a place was taken, nothing was admitted yet; it
 * leaves no row.  OPEN: admitted, it becomes one row whatever happens.
 * WRITTEN: the row is in the ledger, and the child that waited for that frees
 * the cell (commit_wait.h). */
typedef enum {
    GW_CELL_FREE, GW_CELL_HELD, GW_CELL_OPEN, GW_CELL_SETTLED,
    GW_CELL_WRITTEN,
    GW_CELL_STATES
} gw_cell_state_t;

/* How far a request got, for the row of a process that died. */
typedef enum {
    GW_PHASE_NONE,              /* nothing was sent upstream */
    GW_PHASE_SENDING,           /* some of the request may have been */
    GW_PHASE_SENT,              /* all of it was */
    GW_PHASE_DELIVERED          /* and the client got some of the answer */
} gw_phase_t;

/* What an owner counts of a cell: marks[0] of the key, marks[1] of the team,
 * set and cleared inside that owner's mutex. */
#define GW_MARK_PIN      0x01   /* in pins */
#define GW_MARK_PLACE    0x02   /* in in_flight */
#define GW_MARK_RESERVED 0x04   /* its reserve, in the budgets */
#define GW_MARK_CHARGED  0x08   /* its amount, in the budgets' pending */
#define GW_MARK_DRAIN    0x10   /* in drains */

typedef struct gw_cell_t {
    gw_row_t row;
    gw_counts_t counts;         /* usage reported so far */
    gw_pico_t reserve;          /* -1: not bounded */
    apr_int64_t text;           /* bytes of generated text delivered */
    apr_uint32_t owner[2];      /* numbers of key and team; 0: none */
    apr_int32_t taken;          /* tokens taken from the token windows */
    apr_int32_t prompt;         /* estimate of the prompt, tokens */
    apr_int32_t prompt_bytes;   /* of text; 0: there is more than text */
    apr_int32_t prompt_fixed;   /* tokens of the estimate that are not text */
    apr_int16_t rate;           /* tokens per 1000 bytes of output */
    unsigned char marks[2];     /* GW_MARK_*, of key and team */
    apr_uint32_t commit_wait;   /* what its process waits for */
    char currency[GW_CURRENCY];
    unsigned char phase;        /* gw_phase_t */
    unsigned char decided;      /* the row is final; set after it */
    unsigned char intent;       /* its intent is in the database */
    unsigned bills_nothing:1;   /* it is a free model */
    unsigned usage_cache:2, usage_total:1, reasoning:1, marked:1; /* of
                                   gw_usage_rule_t; the request's thread alone
                                   writes these bits */
} gw_cell_t;

typedef enum {
    GW_OWNER_FREE, GW_OWNER_KEY, GW_OWNER_TEAM
} gw_owner_kind_t;

typedef enum {
    GW_KEY_LIVE, GW_KEY_REVOKED, GW_KEY_DISABLED
} gw_key_status_t;

#define GW_INDEX_HASH 32        /* bytes of a SHA-256 */
#define GW_OWNER_ENTRIES 3      /* its id, and two secrets during a grace */

/* Everything but kind and id is read and written under the mutex, unless
 * another is named. */
typedef struct gw_owner_t {
    pthread_mutex_t mutex;      /* robust, process-shared */
    apr_int64_t id;             /* of the key or team in the database */
    apr_int64_t version;        /* of its row: policies are cached by it */
    apr_int64_t team_id;
    apr_time_t expires;         /* 0: never */
    apr_time_t met;             /* steady: when a request last found it */
    apr_uint32_t kind;
    apr_uint32_t status;        /* gw_key_status_t */
    apr_uint32_t scope;
    apr_uint32_t team_owner;    /* of a key */
    apr_uint32_t meters;        /* first meter + 1; 0: none */
    apr_int32_t in_flight;      /* requests with a place */
    apr_int32_t concurrency;    /* limit; 0: none */
    apr_int32_t pins;           /* cells that name this owner */
    apr_int32_t drains;         /* answers that are read on (drain_slots.h) */
    apr_uint32_t stale;         /* it may not be what the database says: to be
                                   read again before it is believed */
    apr_uint32_t entry[GW_OWNER_ENTRIES];   /* in the index, + 1; 0: none */
    char public_id[12];
    /* of a team, under header.table_mutex (owner_room.h) */
    apr_uint32_t keys;          /* of it that are here */
    apr_uint32_t taken;         /* meters that it and its keys have */
    apr_uint32_t most_keys, most_taken;     /* its share; 0: the usual */
    apr_time_t refill;          /* steady: keys that come before this begin
                                   with windows that are used up */
} gw_owner_t;

#define GW_METER_BUDGET GW_LIMITS   /* kind of a meter that is a budget */

typedef struct gw_meter_t {
    union {
        gw_quota_t quota;       /* a rate window, on the steady clock */
        gw_budget_t budget;
    } u;
    apr_uint32_t kind;          /* gw_limit_t or GW_METER_BUDGET */
    apr_uint32_t next;          /* meter + 1; 0: last */
} gw_meter_t;

/* How often a key's requests were refused with a code on a day, not yet in
 * the database.  Guarded by header.refusal_mutex. */
typedef struct gw_refusal_t {
    apr_int64_t key_id;         /* 0: free */
    apr_int32_t day;            /* since 1970, UTC */
    apr_int32_t kind;           /* gw_problem_kind_t */
    apr_int64_t count;
} gw_refusal_t;

#define GW_REFUSALS 2048

/* One secret of a key, or the id of an owner.  Written under
 * header.table_mutex; read without: the owner is stored last and checked
 * again under the owner's mutex. */
typedef struct gw_index_t {
    apr_uint64_t hash[GW_INDEX_HASH / 8];
    apr_uint32_t owner;         /* owner number; 0: empty; GW_INDEX_GONE */
    apr_uint32_t unused;
    apr_time_t until;           /* end of a rotation's grace; 0: none */
} gw_index_t;

#define GW_INDEX_GONE 0xffffffffu

typedef struct gw_child_slot_t {
    apr_uint64_t identity;      /* pid << 32 | start time; 0: free */
    apr_uint32_t cursor;        /* where it last found a free cell */
    apr_uint32_t drains;        /* answers it reads on (drain_slots.h) */
    apr_uint32_t writing;       /* admin writes that may be committed and not
                                   yet in force */
    apr_uint32_t unused;
} gw_child_slot_t;

typedef struct gw_header_t {
    char magic[8];
    apr_uint32_t layout;        /* of the structs here */
    apr_uint32_t ready;         /* set last */
    apr_uint64_t size;
    apr_time_t created;
    char boot_id[40];
    apr_uint64_t state;         /* hash of LLMGatewayState */
    apr_uint32_t power;         /* LLMGatewayDurability power */
    apr_int32_t zone;           /* LLMGatewayZone, minutes east of UTC */
    apr_uint32_t free_meter;    /* first free meter + 1 */
    apr_uint32_t clock_hand;    /* where the search for a free owner stands */
    apr_uint32_t owners_used, meters_used, teams;   /* under table_mutex */
    pthread_mutex_t table_mutex;    /* index, owners' use, free meters */
    /* from the commit of rows until their cells are free: inside it the
     * ledger and the cells do not hold the same request */
    pthread_mutex_t drain_mutex;
    pthread_mutex_t refusal_mutex;
    pthread_mutex_t slots_mutex;    /* drain_slots.h */
    pthread_mutex_t widen_mutex;    /* widen.h */
    apr_uint64_t widen_changes; /* under it, as the widenings */
    /* counters, each written often by some and read by others */
    apr_int64_t last_time __attribute__((aligned(64))); /* of the last id */
    /* the wall clock as it was last believed, less the steady one and less
     * the one that goes on in sleep: never lowered; 0: not known yet */
    apr_time_t clock_steady, clock_boot;
    apr_interval_time_t clock_step; /* LLMGatewayClockStep; 0: off */
    apr_uint64_t catalogue __attribute__((aligned(64))); /* generation */
    apr_uint64_t key_writes;    /* writes to keys and teams */
    apr_uint32_t settled __attribute__((aligned(64)));  /* not yet drained */
    apr_uint32_t helper_pid;
    apr_time_t helper_seen;     /* its last round */
    apr_uint32_t database_ready;    /* migrated */
    apr_uint32_t database_moved;    /* its path leads elsewhere */
    apr_uint32_t gone_said;     /* that no helper lives is in the log */
    apr_uint32_t draining;      /* under drain_mutex: rows may be committed
                                   whose cells still count */
    apr_uint64_t overloaded;    /* refused for want of a cell */
} gw_header_t;

/* How many there are of each.  Computed from the size of the file by every
 * process for itself: no process believes a count that another one wrote. */
typedef struct gw_segment_counts_t {
    apr_uint32_t children, index, owners, meters, cells, calibrations,
                 widenings;
} gw_segment_counts_t;

/* A process's view of a segment. */
typedef struct gw_segment_t {
    char *base;
    apr_size_t size;
    int wake_fd;                /* eventfd that wakes the helper */
    gw_segment_counts_t n;
    gw_header_t *header;
    gw_child_slot_t *children;
    gw_refusal_t *refusals;
    gw_calibration_t *calibrations;
    gw_widening_t *widenings;
    gw_index_t *index;
    gw_owner_t *owners;         /* number n is owners[n - 1] */
    gw_meter_t *meters;
    apr_uint32_t *states;       /* state | child slot << 8 */
    gw_cell_t *cells;
    apr_uint32_t child;         /* this process's slot + 1; 0: none */
} gw_segment_t;

/* Map the file of a segment: helper and children, after the fork.  The parent
 * has no address of it, and opens no word that a child can write.
 * fd may be closed afterwards.  size: of the file, in bytes. */
apr_status_t gw_segment_map(gw_segment_t **seg, int fd, apr_size_t size,
                            int wake_fd, apr_pool_t *pool);

/* Helper: is it still what gw_takeover left?  0: its head was written over. */
int gw_segment_sound(const gw_segment_t *seg);

/* It may not be used any more: something of it was lost. */
void gw_segment_spoil(gw_segment_t *seg);

/* May it be used?  Any process, at any time. */
static inline int gw_segment_ready(const gw_segment_t *seg)
{
    return __atomic_load_n(&seg->header->ready, __ATOMIC_ACQUIRE) == 1;
}

/* A number that changes with the layout: what another version of this module
 * made must not be touched. */
apr_uint32_t gw_segment_layout(void);

/* The size that a segment gets for a wanted one. */
apr_size_t gw_segment_size(apr_size_t wanted);

/* Locks of the header; what they guard is usable after each step. */
void gw_segment_lock(pthread_mutex_t *mutex);
void gw_segment_unlock(pthread_mutex_t *mutex);

/* A word that is written under its mutex and shown without it (fill.h). */
static inline apr_uint32_t gw_word(const apr_uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void gw_word_set(apr_uint32_t *word, apr_uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void gw_word_add(apr_uint32_t *word, int by)
{
    gw_word_set(word, *word + (apr_uint32_t)by);
}

static inline gw_owner_t *gw_owner_at(const gw_segment_t *seg,
                                      apr_uint32_t number)
{
    return &seg->owners[number - 1];
}

/* The owner of the team that a key or team belongs to; NULL: it is not
 * known. */
gw_owner_t *gw_segment_team(const gw_segment_t *seg, const gw_owner_t *o);

#endif
