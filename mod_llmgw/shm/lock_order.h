/* SPDX-License-Identifier: Apache-2.0 */
/* lock_order.h - the mutexes that one child's threads share, in the order in
 * which a thread may take them.
 *
 * A thread that holds one of them may take those behind it and none before
 * it, nor the same one again.  Two threads that took two of them in opposite
 * orders would wait for each other for ever; so a test build ends the process
 * at the first wrong step, whether another thread stands there or not.  In
 * any other build there is nothing.
 *
 * The segment's own mutexes come behind all of these.
 */
#ifndef GW_LOCK_ORDER_H
#define GW_LOCK_ORDER_H

#include <pthread.h>

typedef enum {
    GW_LOCK_WRITE,      /* database.c, GW_DB_WRITE */
    GW_LOCK_REPORT,     /* database.c, GW_DB_REPORT */
    GW_LOCK_CATALOGUE,  /* snapshot.c: reads the database while it is held */
    GW_LOCK_READ,       /* database.c, GW_DB_READ */
    GW_LOCK_POLICIES    /* policies.c */
} gw_lock_t;

#ifdef GW_CRASH_POINTS
/* The calling thread is about to take it; it was let go of, or not taken. */
void gw_lock_taken(gw_lock_t lock);
void gw_lock_left(gw_lock_t lock);
#else
#define gw_lock_taken(lock) ((void)(lock))
#define gw_lock_left(lock) ((void)(lock))
#endif

static inline void gw_lock(pthread_mutex_t *mutex, gw_lock_t lock)
{
    gw_lock_taken(lock);
    pthread_mutex_lock(mutex);
}

static inline void gw_unlock(pthread_mutex_t *mutex, gw_lock_t lock)
{
    pthread_mutex_unlock(mutex);
    gw_lock_left(lock);
}

#endif
