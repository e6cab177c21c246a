/* SPDX-License-Identifier: Apache-2.0 */
/* owner_lock.c - see owner_lock.h. */
#include "owner_lock.h"

#include <errno.h>

#include "meters.h"
#include "recount.h"

/* The process that held it died inside. */
static void mend(gw_segment_t *seg, apr_uint32_t number)
{
    gw_recount_owner(seg, number);
    gw_meters_distrust(seg, gw_owner_at(seg, number));
    pthread_mutex_consistent(&gw_owner_at(seg, number)->mutex);
}

void gw_owner_lock(gw_segment_t *seg, apr_uint32_t number)
{
    if (pthread_mutex_lock(&gw_owner_at(seg, number)->mutex) == EOWNERDEAD)
        mend(seg, number);
}

int gw_owner_trylock(gw_segment_t *seg, apr_uint32_t number)
{
    int rc = pthread_mutex_trylock(&gw_owner_at(seg, number)->mutex);

    if (rc == EOWNERDEAD)
        mend(seg, number);
    return rc == 0 || rc == EOWNERDEAD;
}

void gw_owner_unlock(gw_segment_t *seg, apr_uint32_t number)
{
    pthread_mutex_unlock(&gw_owner_at(seg, number)->mutex);
}
