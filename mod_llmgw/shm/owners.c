/* SPDX-License-Identifier: Apache-2.0 */
/* owners.c - see owners.h. */
#include "owners.h"

#include <errno.h>

#include "clock.h"
#include "crash.h"
#include "meters.h"
#include "owner_index.h"
#include "owner_lock.h"
#include "owner_room.h"

#define ROOM_TRIES 256          /* owners that go to make room for one */

/* ---- locks ---------------------------------------------------------- */

void gw_owners_mend(gw_segment_t *seg)
{
    apr_uint32_t i;

    for (i = 0; i < seg->n.owners; i++) {
        gw_owner_t *o = &seg->owners[i];

        if (o->entry[0] == 0 && o->pins == 0)
            gw_word_set(&o->kind, GW_OWNER_FREE);
    }
    gw_meters_collect(seg);
    gw_room_recount(seg);
}

static void lock_table(gw_segment_t *seg)
{
    pthread_mutex_t *mutex = &seg->header->table_mutex;

    if (pthread_mutex_lock(mutex) == EOWNERDEAD) {
        gw_owners_mend(seg);
        pthread_mutex_consistent(mutex);
    }
}

/* ---- owners --------------------------------------------------------- */

/* Table and owner locked.  Entry 0 is the owner's id. */
static void forget_secrets(gw_segment_t *seg, apr_uint32_t number)
{
    unsigned i;

    for (i = 1; i < GW_OWNER_ENTRIES; i++)
        gw_index_remove(seg, number, i);
}

/* Table locked.  What room is made for, where there is none. */
static gw_asker_t asker(const gw_owner_row_t *row, apr_uint32_t team)
{
    gw_asker_t who = { team, row->kind == GW_OWNER_KEY, row->admin };

    return who;
}

/* Table locked.  A team without keys may be gone since it was put in. */
static int is_team_of(const gw_segment_t *seg, const gw_owner_row_t *row)
{
    const gw_owner_t *team = gw_owner_at(seg, row->team_owner);

    return team->kind == GW_OWNER_TEAM && team->id == row->team_id;
}

/* Until all of it is written no request may go by it. */
static void set_stale(gw_owner_t *o, apr_uint32_t stale)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&o->stale, stale, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Table and owner locked. */
static int set_all(gw_segment_t *seg, apr_uint32_t number,
                   const gw_owner_row_t *row)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_time_t until;

    o->version = row->version;
    o->team_id = row->team_id;
    o->expires = row->expires;
    o->status = row->status;
    o->scope = row->scope;
    if (row->team_owner != 0 && row->team_owner != o->team_owner) {
        o->team_owner = row->team_owner;
        gw_room_recount(seg);   /* its team came back as another owner */
    }
    if (row->kind == GW_OWNER_TEAM) {
        gw_word_set(&o->most_keys, row->policy->share_keys);
        gw_word_set(&o->most_taken, row->policy->share_limits);
    }
    if (row->public_id != NULL)
        memcpy(o->public_id, row->public_id,
               strnlen(row->public_id, sizeof(o->public_id) - 1) + 1);
    GW_CRASH("putting");
    if (!gw_meters_set(seg, o, row->policy))
        return 0;
    GW_CRASH("put");
    return row->hash == NULL || gw_index_is(seg, number, row->hash, &until)
           || gw_index_add(seg, number, row->hash, row->until);
}

/* Table and owner locked.  The owner stays stale where there is no room for
 * all of it: no request is served by half of the limits. */
static apr_status_t update(gw_segment_t *seg, apr_uint32_t number,
                           const gw_owner_row_t *row)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    gw_asker_t who = asker(row, row->kind == GW_OWNER_TEAM ? number
                                : row->team_owner != 0 ? row->team_owner
                                : gw_segment_team(seg, o) != NULL
                                  ? o->team_owner : 0);
    apr_uint32_t have, need = gw_meters_wanted(row->policy);
    apr_status_t rv = APR_SUCCESS;
    int tries, done = 0;

    if (o->stale || row->forget_secrets)
        forget_secrets(seg, number);
    set_stale(o, 1);
    have = gw_meters_count(seg, o);
    if (need > have)
        rv = gw_room_meters(seg, &who, need - have);
    for (tries = 0; rv == APR_SUCCESS && !done; tries++) {
        done = set_all(seg, number, row);
        if (!done && (tries == ROOM_TRIES || !gw_room_evict(seg)))
            rv = APR_ENOSPC;
    }
    if (done)
        set_stale(o, 0);
    return rv;
}

/* Table locked. */
static apr_status_t add_owner(apr_uint32_t *number, gw_segment_t *seg,
                              const gw_owner_row_t *row)
{
    gw_asker_t who = asker(row, row->team_owner);
    unsigned char hash[GW_INDEX_HASH];
    apr_status_t rv = gw_room_owner(number, seg, &who);
    gw_owner_t *o;

    if (rv != APR_SUCCESS)
        return rv;
    o = gw_owner_at(seg, *number);
    gw_owner_lock(seg, *number);
    __atomic_store_n(&o->id, row->id, __ATOMIC_RELAXED);
    o->in_flight = o->pins = o->drains = 0;
    o->team_id = row->team_id;
    o->team_owner = row->team_owner;
    o->met = gw_steady_now();
    gw_word_set(&o->kind, row->kind);
    o->stale = 1;
    gw_room_take(seg, *number);
    gw_index_id_hash(hash, row->kind, row->id);
    if (!gw_index_add(seg, *number, hash, 0)) {
        gw_room_give(seg, *number);
        rv = APR_ENOSPC;
    }
    gw_owner_unlock(seg, *number);
    GW_CRASH("added");
    return rv;
}

apr_uint64_t gw_owners_writes(const gw_segment_t *seg)
{
    return __atomic_load_n(&seg->header->key_writes, __ATOMIC_ACQUIRE);
}

apr_status_t gw_owners_put(apr_uint32_t *number, gw_segment_t *seg,
                           const gw_owner_row_t *row, apr_uint64_t writes)
{
    apr_status_t rv = APR_SUCCESS;

    lock_table(seg);
    if (seg->header->key_writes != writes) {
        gw_segment_unlock(&seg->header->table_mutex);
        return APR_EAGAIN;
    }
    *number = gw_index_by_id(seg, row->kind, row->id);
    if (row->kind == GW_OWNER_KEY && !is_team_of(seg, row))
        rv = APR_EAGAIN;
    else if (*number == 0)
        rv = add_owner(number, seg, row);
    if (rv == APR_SUCCESS) {
        gw_owner_lock(seg, *number);
        rv = update(seg, *number, row);
        gw_owner_at(seg, *number)->met = gw_steady_now();
        gw_owner_unlock(seg, *number);
    }
    gw_segment_unlock(&seg->header->table_mutex);
    return rv;
}

void gw_owners_changed(gw_segment_t *seg, const gw_owner_row_t *row)
{
    apr_uint32_t number;

    lock_table(seg);
    __atomic_add_fetch(&seg->header->key_writes, 1, __ATOMIC_RELEASE);
    GW_CRASH("changing");
    number = gw_index_by_id(seg, row->kind, row->id);
    if (number != 0) {
        gw_owner_lock(seg, number);
        /* of two writes the later one stays, in whichever order they come */
        if (row->version >= gw_owner_at(seg, number)->version)
            update(seg, number, row);
        gw_owner_unlock(seg, number);
    }
    gw_segment_unlock(&seg->header->table_mutex);
}

void gw_owners_use(gw_use_t *use, gw_segment_t *seg, gw_owner_kind_t kind,
                   apr_int64_t id, const gw_policy_t *policy)
{
    apr_uint32_t number = gw_index_by_id(seg, kind, id), n;
    gw_owner_t *o;
    int i;

    memset(use, 0, sizeof(*use));
    for (i = 0; i < GW_LIMIT_WINDOWS; i++) {
        if (policy->limit[i] != 0)
            gw_quota_init(&use->quota[i], policy->limit[i],
                          gw_limit_periods[i]);
    }
    if (number == 0)
        return;
    o = gw_owner_at(seg, number);
    gw_owner_lock(seg, number);
    if (o->kind == kind && o->id == id) {
        use->in_flight = o->in_flight;
        for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
            const gw_meter_t *m = gw_meter_at(seg, n);

            if (m->kind < GW_LIMIT_WINDOWS && policy->limit[m->kind] != 0)
                use->quota[m->kind] = m->u.quota;
        }
    }
    gw_owner_unlock(seg, number);
}

void gw_owners_invalidate(gw_segment_t *seg)
{
    apr_uint32_t number;

    lock_table(seg);
    __atomic_add_fetch(&seg->header->key_writes, 1, __ATOMIC_RELEASE);
    for (number = 1; number <= seg->n.owners; number++) {
        gw_owner_t *o = gw_owner_at(seg, number);

        if (o->kind == GW_OWNER_FREE)
            continue;
        gw_owner_lock(seg, number);
        set_stale(o, 1);
        gw_meters_distrust(seg, o);
        gw_owner_unlock(seg, number);
    }
    gw_segment_unlock(&seg->header->table_mutex);
}

void gw_owners_set_zone(gw_segment_t *seg, int minutes)
{
    apr_uint32_t number, n;

    if (seg->header->zone == minutes)
        return;
    seg->header->zone = minutes;
    for (number = 1; number <= seg->n.owners; number++) {
        gw_owner_t *o = gw_owner_at(seg, number);

        gw_owner_lock(seg, number);
        for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
            gw_budget_t *b = &gw_meter_at(seg, n)->u.budget;

            if (gw_meter_at(seg, n)->kind != GW_METER_BUDGET
                || !(b->flags & GW_BUDGET_DEFAULT_ZONE))
                continue;
            b->zone = (apr_int16_t)minutes;
            b->start = 0;
            b->flags |= GW_BUDGET_UNREAD;
        }
        gw_owner_unlock(seg, number);
    }
}
