/* SPDX-License-Identifier: Apache-2.0 */
/* owners.c - see owners.h.
 *
 * Order of locks: table_mutex, then a key, then a team.  A search takes no
 * lock: an entry's owner is stored after its hash, a removed entry keeps its
 * place as GW_INDEX_GONE, and who found an owner looks again under its mutex.
 */
#include "owners.h"

#include <errno.h>

#include "clock.h"
#include "crash.h"
#include "meters.h"

#define PROBES 64               /* places an entry may lie from its home */
#define MET_SECONDS 2           /* who was met so lately may be in use */
#define ROOM_TRIES 256          /* owners that go to make room for one */

/* ---- locks ---------------------------------------------------------- */

/* Who held it died inside. */
static void mend(gw_segment_t *seg, apr_uint32_t number)
{
    gw_meters_recount(seg, number);
    gw_meters_distrust(seg, gw_owner_at(seg, number));
    pthread_mutex_consistent(&gw_owner_at(seg, number)->mutex);
}

void gw_owner_lock(gw_segment_t *seg, apr_uint32_t number)
{
    if (pthread_mutex_lock(&gw_owner_at(seg, number)->mutex) == EOWNERDEAD)
        mend(seg, number);
}

void gw_owner_unlock(gw_segment_t *seg, apr_uint32_t number)
{
    pthread_mutex_unlock(&gw_owner_at(seg, number)->mutex);
}

void gw_owners_mend(gw_segment_t *seg)
{
    apr_uint32_t i;

    for (i = 0; i < seg->n.owners; i++) {
        gw_owner_t *o = &seg->owners[i];

        if (o->entry[0] == 0 && o->pins == 0)
            o->kind = GW_OWNER_FREE;
    }
    gw_meters_collect(seg);
}

static void lock_table(gw_segment_t *seg)
{
    pthread_mutex_t *mutex = &seg->header->table_mutex;

    if (pthread_mutex_lock(mutex) == EOWNERDEAD) {
        gw_owners_mend(seg);
        pthread_mutex_consistent(mutex);
    }
}

/* ---- index ---------------------------------------------------------- */

static apr_uint32_t home(const gw_segment_t *seg, const unsigned char *hash)
{
    apr_uint64_t h;

    memcpy(&h, hash, sizeof(h));
    return (apr_uint32_t)(h % seg->n.index);
}

static gw_index_t *entry_at(const gw_segment_t *seg, apr_uint32_t at,
                            unsigned probe)
{
    return &seg->index[(at + probe) % seg->n.index];
}

static gw_index_t *find_entry(const gw_segment_t *seg,
                              const unsigned char *hash)
{
    apr_uint32_t at = home(seg, hash);
    unsigned i;

    for (i = 0; i < PROBES; i++) {
        gw_index_t *e = entry_at(seg, at, i);
        apr_uint32_t owner = __atomic_load_n(&e->owner, __ATOMIC_ACQUIRE);

        if (owner == 0)
            return NULL;
        if (owner != GW_INDEX_GONE
            && memcmp(e->hash, hash, GW_INDEX_HASH) == 0)
            return e;
    }
    return NULL;
}

apr_uint32_t gw_owner_find(const gw_segment_t *seg, const unsigned char *hash)
{
    const gw_index_t *e = find_entry(seg, hash);
    apr_uint32_t owner = e ? __atomic_load_n(&e->owner, __ATOMIC_ACQUIRE) : 0;

    return owner == GW_INDEX_GONE ? 0 : owner;
}

int gw_owner_is(const gw_segment_t *seg, apr_uint32_t number,
                const unsigned char *hash, apr_time_t *until)
{
    const gw_index_t *e = find_entry(seg, hash);

    if (e == NULL || e->owner != number)
        return 0;
    *until = e->until;
    return 1;
}

/* The hash under which an owner's id is in the index; no SHA-256 is likely
 * to be it. */
static void id_hash(unsigned char *out, gw_owner_kind_t kind, apr_int64_t id)
{
    apr_uint64_t mixed = ((apr_uint64_t)id * 4 + kind)
                         * 0x9e3779b97f4a7c15ULL;

    memset(out, 0, GW_INDEX_HASH);
    memcpy(out, &mixed, sizeof(mixed));
    memcpy(out + 8, &id, sizeof(id));
    out[16] = (unsigned char)kind;
}

/* Owner locked.  What a dead process was about to enter may be another's by
 * now. */
static void remove_entry(gw_segment_t *seg, apr_uint32_t number,
                         unsigned slot)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_uint32_t entry = o->entry[slot];

    if (entry != 0 && seg->index[entry - 1].owner == number)
        __atomic_store_n(&seg->index[entry - 1].owner, GW_INDEX_GONE,
                         __ATOMIC_RELEASE);
    o->entry[slot] = 0;
}

/* Table locked, owner locked.  0: no place near its home. */
static int add_entry(gw_segment_t *seg, apr_uint32_t number,
                     const unsigned char *hash, apr_time_t until)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_uint32_t at = home(seg, hash);
    unsigned i, slot = 0;

    while (slot < GW_OWNER_ENTRIES && o->entry[slot] != 0)
        slot++;
    if (slot == GW_OWNER_ENTRIES) {     /* the oldest secret makes room */
        slot = 1;
        remove_entry(seg, number, slot);
    }
    for (i = 0; i < PROBES; i++) {
        gw_index_t *e = entry_at(seg, at, i);

        if (e->owner != 0 && e->owner != GW_INDEX_GONE)
            continue;
        /* the owner knows it first: no entry outlives him unseen */
        o->entry[slot] = (apr_uint32_t)(e - seg->index) + 1;
        memcpy(e->hash, hash, GW_INDEX_HASH);
        e->until = until;
        GW_CRASH("indexing");
        __atomic_store_n(&e->owner, number, __ATOMIC_RELEASE);
        return 1;
    }
    return 0;
}

/* ---- owners --------------------------------------------------------- */

static int idle(const gw_segment_t *seg, const gw_owner_t *o)
{
    apr_time_t steady = gw_steady_now();

    return o->pins == 0 && o->in_flight == 0
           && steady - o->met >= apr_time_from_sec(MET_SECONDS)
           && gw_meters_idle(seg, o, steady);
}

/* Is it in use by a key's entry?  Teams stay while any key names them. */
static int evict(gw_segment_t *seg, apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    int gone = 0, rc = pthread_mutex_trylock(&o->mutex);
    unsigned i;

    if (rc == EOWNERDEAD)
        mend(seg, number);
    else if (rc != 0)
        return 0;
    if (o->kind == GW_OWNER_KEY && idle(seg, o)) {
        for (i = 0; i < GW_OWNER_ENTRIES; i++)
            remove_entry(seg, number, i);
        gw_meters_drop(seg, o);
        o->kind = GW_OWNER_FREE;
        gone = 1;
    }
    gw_owner_unlock(seg, number);
    return gone;
}

/* Table locked.  The number of a free owner, made free if need be; 0: all
 * are busy. */
static apr_uint32_t free_owner(gw_segment_t *seg)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i;

    for (i = 0; i < seg->n.owners; i++) {
        apr_uint32_t number = h->clock_hand % seg->n.owners + 1;

        h->clock_hand++;
        if (gw_owner_at(seg, number)->kind == GW_OWNER_FREE
            || (i > 64 && evict(seg, number)))
            return number;
    }
    return 0;
}

/* Table and owner locked.  Entry 0 is the owner's id. */
static void forget_secrets(gw_segment_t *seg, apr_uint32_t number)
{
    unsigned i;

    for (i = 1; i < GW_OWNER_ENTRIES; i++)
        remove_entry(seg, number, i);
}

/* Until all of it is written nobody may believe it. */
static void set_doubt(gw_owner_t *o, apr_uint32_t doubt)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&o->doubt, doubt, __ATOMIC_SEQ_CST);
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
    if (row->team_owner != 0)
        o->team_owner = row->team_owner;
    if (row->public_id != NULL)
        memcpy(o->public_id, row->public_id,
               strnlen(row->public_id, sizeof(o->public_id) - 1) + 1);
    GW_CRASH("putting");
    if (!gw_meters_set(seg, o, row->policy))
        return 0;
    GW_CRASH("put");
    return row->hash == NULL || gw_owner_is(seg, number, row->hash, &until)
           || add_entry(seg, number, row->hash, row->until);
}

/* Table locked.  Make one idle owner free; 0: none is idle. */
static int make_room(gw_segment_t *seg)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i;

    for (i = 0; i < seg->n.owners; i++) {
        apr_uint32_t number = h->clock_hand++ % seg->n.owners + 1;

        if (gw_owner_at(seg, number)->kind == GW_OWNER_KEY
            && evict(seg, number))
            return 1;
    }
    return 0;
}

/* Table and owner locked.  0: there is no room for all of it; the owner stays
 * in doubt, and nobody is served by half of his limits. */
static int update(gw_segment_t *seg, apr_uint32_t number,
                  const gw_owner_row_t *row)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    int tries, done;

    if (o->doubt || row->forget_secrets)
        forget_secrets(seg, number);
    set_doubt(o, 1);
    done = set_all(seg, number, row);
    for (tries = 0; !done && tries < ROOM_TRIES && make_room(seg); tries++)
        done = set_all(seg, number, row);
    if (done)
        set_doubt(o, 0);
    return done;
}

apr_uint32_t gw_owner_by_id(const gw_segment_t *seg, gw_owner_kind_t kind,
                            apr_int64_t id)
{
    unsigned char hash[GW_INDEX_HASH];

    id_hash(hash, kind, id);
    return gw_owner_find(seg, hash);
}

/* Table locked. */
static apr_uint32_t add_owner(gw_segment_t *seg, const gw_owner_row_t *row)
{
    unsigned char hash[GW_INDEX_HASH];
    apr_uint32_t number = free_owner(seg);
    gw_owner_t *o;

    if (number == 0)
        return 0;
    o = gw_owner_at(seg, number);
    gw_owner_lock(seg, number);
    o->id = row->id;
    o->in_flight = o->pins = 0;
    o->team_owner = 0;
    o->kind = row->kind;
    o->doubt = 1;
    id_hash(hash, row->kind, row->id);
    if (!add_entry(seg, number, hash, 0))
        o->kind = GW_OWNER_FREE;
    gw_owner_unlock(seg, number);
    GW_CRASH("added");
    return o->kind == GW_OWNER_FREE ? 0 : number;
}

apr_uint64_t gw_owner_writes(const gw_segment_t *seg)
{
    return __atomic_load_n(&seg->header->key_writes, __ATOMIC_ACQUIRE);
}

apr_status_t gw_owner_put(apr_uint32_t *number, gw_segment_t *seg,
                          const gw_owner_row_t *row, apr_uint64_t writes)
{
    apr_status_t rv = APR_SUCCESS;

    lock_table(seg);
    if (seg->header->key_writes != writes) {
        gw_segment_unlock(&seg->header->table_mutex);
        return APR_EAGAIN;
    }
    *number = gw_owner_by_id(seg, row->kind, row->id);
    if (*number == 0)
        *number = add_owner(seg, row);
    if (*number == 0) {
        rv = APR_ENOSPC;
    }
    else {
        gw_owner_lock(seg, *number);
        if (!update(seg, *number, row))
            rv = APR_ENOSPC;
        gw_owner_unlock(seg, *number);
    }
    gw_segment_unlock(&seg->header->table_mutex);
    return rv;
}

void gw_owner_changed(gw_segment_t *seg, const gw_owner_row_t *row)
{
    apr_uint32_t number;

    lock_table(seg);
    __atomic_add_fetch(&seg->header->key_writes, 1, __ATOMIC_RELEASE);
    GW_CRASH("changing");
    number = gw_owner_by_id(seg, row->kind, row->id);
    if (number != 0) {
        gw_owner_lock(seg, number);
        /* of two writes the later one stays, whoever comes here first */
        if (row->version >= gw_owner_at(seg, number)->version)
            update(seg, number, row);
        gw_owner_unlock(seg, number);
    }
    gw_segment_unlock(&seg->header->table_mutex);
}

void gw_owner_use(gw_use_t *use, gw_segment_t *seg, gw_owner_kind_t kind,
                  apr_int64_t id, const gw_policy_t *policy)
{
    apr_uint32_t number = gw_owner_by_id(seg, kind, id), n;
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

void gw_owner_doubt_all(gw_segment_t *seg)
{
    apr_uint32_t number;

    lock_table(seg);
    __atomic_add_fetch(&seg->header->key_writes, 1, __ATOMIC_RELEASE);
    for (number = 1; number <= seg->n.owners; number++) {
        gw_owner_t *o = gw_owner_at(seg, number);

        if (o->kind == GW_OWNER_FREE)
            continue;
        gw_owner_lock(seg, number);
        set_doubt(o, 1);
        gw_meters_distrust(seg, o);
        gw_owner_unlock(seg, number);
    }
    gw_segment_unlock(&seg->header->table_mutex);
}

void gw_owner_zone(gw_segment_t *seg, int minutes)
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
                || !(b->flags & GW_BUDGET_OUR_ZONE))
                continue;
            b->zone = (apr_int16_t)minutes;
            b->start = 0;
            b->flags |= GW_BUDGET_UNREAD;
        }
        gw_owner_unlock(seg, number);
    }
}
