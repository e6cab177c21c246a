/* SPDX-License-Identifier: Apache-2.0 */
/* owner_room.c - see owner_room.h. */
#include "owner_room.h"

#include "clock.h"
#include "meters.h"
#include "owner_index.h"
#include "owner_lock.h"

#define MET_SECONDS 2           /* an owner met so lately may be in use */
#define LOOKS 256               /* at owners, before all are looked at */

/* What there is not enough of. */
typedef enum { OWNERS, METERS } what_t;

/* ---- shares --------------------------------------------------------- */

static apr_uint32_t total(const gw_segment_t *seg, what_t what)
{
    return what == OWNERS ? seg->n.owners : seg->n.meters;
}

static apr_uint32_t use_of(const gw_owner_t *team, what_t what)
{
    return what == OWNERS ? team->keys + 1 : team->taken;
}

static apr_uint32_t seven_eighths(apr_uint32_t n)
{
    return n - n / 8;
}

apr_uint32_t gw_room_keys(const gw_segment_t *seg, const gw_owner_t *team)
{
    apr_uint32_t most = gw_word(&team->most_keys);

    return most ? most : seven_eighths(total(seg, OWNERS));
}

apr_uint32_t gw_room_most(const gw_segment_t *seg, const gw_owner_t *team)
{
    apr_uint32_t most = gw_word(&team->most_taken);

    return most ? most : seven_eighths(total(seg, METERS));
}

/* What is free for this asker. */
static apr_uint32_t left(const gw_segment_t *seg, const gw_asker_t *who,
                         what_t what)
{
    apr_uint32_t all = total(seg, what);
    apr_uint32_t used = what == OWNERS ? seg->header->owners_used
                                       : seg->header->meters_used;

    if (!who->admin)
        used += all / 64;
    return used < all ? all - used : 0;
}

/* What each team had if all had the same. */
static apr_uint32_t equal_part(const gw_segment_t *seg, what_t what)
{
    return total(seg, what) / (seg->header->teams + 1);
}

void gw_room_take(gw_segment_t *seg, apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number), *team;

    gw_word_add(&seg->header->owners_used, 1);
    if (o->kind == GW_OWNER_TEAM) {
        seg->header->teams++;
        gw_word_set(&o->keys, 0);
        gw_word_set(&o->taken, 0);
        gw_word_set(&o->most_keys, 0);
        gw_word_set(&o->most_taken, 0);
        o->refill = 0;
    }
    else if ((team = gw_segment_team(seg, o)) != NULL) {
        gw_word_add(&team->keys, 1);
    }
}

void gw_room_give(gw_segment_t *seg, apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number), *team = gw_segment_team(seg, o);

    gw_word_add(&seg->header->owners_used, -1);
    if (o->kind == GW_OWNER_TEAM)
        seg->header->teams--;
    else if (team != NULL && team->keys > 0)
        gw_word_add(&team->keys, -1);
    gw_word_set(&o->kind, GW_OWNER_FREE);
}

/* ---- again, after a crash ------------------------------------------- */

void gw_room_recount(gw_segment_t *seg)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i, n;

    gw_word_set(&h->owners_used, 0);
    gw_word_set(&h->meters_used, 0);
    h->teams = 0;
    for (i = 0; i < seg->n.owners; i++) {
        h->teams += seg->owners[i].kind == GW_OWNER_TEAM;
        gw_word_set(&seg->owners[i].keys, 0);
        gw_word_set(&seg->owners[i].taken, 0);
    }
    for (i = 0; i < seg->n.owners; i++) {
        gw_owner_t *o = &seg->owners[i], *team;

        if (o->kind == GW_OWNER_FREE)
            continue;
        gw_word_add(&h->owners_used, 1);
        team = gw_segment_team(seg, o);
        n = gw_meters_count(seg, o);
        gw_word_add(&h->meters_used, (int)n);
        if (team != NULL) {
            gw_word_add(&team->keys, o->kind == GW_OWNER_KEY);
            gw_word_add(&team->taken, (int)n);
        }
    }
}

/* ---- eviction ------------------------------------------------------- */

/* May it go without loss?  Of a key that was revoked nothing counts. */
static int is_idle(const gw_segment_t *seg, const gw_owner_t *o)
{
    apr_time_t steady = gw_steady_now();

    return steady - o->met >= apr_time_from_sec(MET_SECONDS)
           && ((o->kind == GW_OWNER_KEY && o->status == GW_KEY_REVOKED)
               || gw_meters_refill(seg, o, steady) == 0);
}

/* force: also if what its windows counted is lost. */
static int may_go(const gw_segment_t *seg, const gw_owner_t *o, int force)
{
    if (o->kind == GW_OWNER_FREE || o->pins != 0 || o->in_flight != 0
        || (o->kind == GW_OWNER_TEAM && (force || o->keys != 0)))
        return 0;               /* a team stays while a key names it */
    return is_idle(seg, o)
           || (force && gw_meters_refill(seg, o, gw_steady_now()) >= 0);
}

static int evict(gw_segment_t *seg, apr_uint32_t number, int force)
{
    gw_owner_t *o = gw_owner_at(seg, number), *team;
    int gone = 0;
    unsigned i;

    if (!gw_owner_trylock(seg, number))
        return 0;
    if (may_go(seg, o, force)) {
        apr_time_t steady = gw_steady_now();
        apr_time_t refill = steady + gw_meters_refill(seg, o, steady);

        team = gw_segment_team(seg, o);
        if (force && team != NULL && refill > steady && refill > team->refill)
            team->refill = refill;
        for (i = 0; i < GW_OWNER_ENTRIES; i++)
            gw_index_remove(seg, number, i);
        gw_meters_drop(seg, o);
        gw_room_give(seg, number);
        gone = 1;
    }
    gw_owner_unlock(seg, number);
    return gone;
}

/* Which owners may be evicted. */
typedef struct search_t {
    what_t what;
    const gw_owner_t *team;     /* only its keys; NULL: any */
    const gw_owner_t *spare;    /* not of this team, if forced */
    apr_uint32_t above;         /* forced: of teams that have more */
    int force;
} search_t;

/* The use of its team if it is one of those; 0: it is not, or is busy. */
static apr_uint32_t weigh(gw_segment_t *seg, const search_t *s,
                          apr_uint32_t number)
{
    const gw_owner_t *o = gw_owner_at(seg, number), *team;
    apr_uint32_t use;

    if (o->kind == GW_OWNER_FREE || (s->what == METERS && o->meters == 0))
        return 0;
    team = gw_segment_team(seg, o);
    if (s->team != NULL && (team != s->team || o->kind != GW_OWNER_KEY))
        return 0;
    use = team != NULL ? use_of(team, s->what) : 1;
    if (s->force && (team == s->spare || use <= s->above))
        return 0;
    if (!gw_owner_trylock(seg, number))
        return 0;
    if (!may_go(seg, o, s->force))
        use = 0;
    gw_owner_unlock(seg, number);
    return use;
}

/* Of so many owners, each so far from the one before, let one go whose team
 * has most. */
static int look(gw_segment_t *seg, const search_t *s, apr_uint32_t looks,
                apr_uint32_t step)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i, best = 0, most = 0;

    for (i = 0; i < looks; i++) {
        apr_uint32_t number = (apr_uint32_t)
            (((apr_uint64_t)i * step + h->clock_hand) % seg->n.owners) + 1;
        apr_uint32_t use = weigh(seg, s, number);

        if (use > most) {
            most = use;
            best = number;
        }
    }
    h->clock_hand++;
    return best != 0 && evict(seg, best, s->force);
}

/* A few all over the table find a team that has much of it.  The one that was
 * found may be busy just then: others are looked at. */
static int search(gw_segment_t *seg, const search_t *s)
{
    apr_uint32_t n = seg->n.owners;
    int i;

    for (i = 0; i < 3; i++) {
        if (look(seg, s, LOOKS, (n / 2 + n / 8) | 1))
            return 1;
    }
    return look(seg, s, n, 1);
}

int gw_room_evict(gw_segment_t *seg)
{
    search_t s = { OWNERS, NULL, NULL, 0, 0 };

    return search(seg, &s);
}

/* ---- room ----------------------------------------------------------- */

/* Its team has less than an equal part: others go for it. */
static int take_from_others(gw_segment_t *seg, const gw_asker_t *who,
                            what_t what)
{
    const gw_owner_t *team = who->team ? gw_owner_at(seg, who->team) : NULL;
    search_t s = { what, NULL, team, equal_part(seg, what), 1 };

    if (!who->admin && team != NULL && use_of(team, what) >= s.above)
        return 0;
    return search(seg, &s);
}

static apr_status_t room(gw_segment_t *seg, const gw_asker_t *who,
                         what_t what, apr_uint32_t more)
{
    const gw_owner_t *team = who->team ? gw_owner_at(seg, who->team) : NULL;
    search_t own = { what, team, NULL, 0, 0 };
    search_t any = { what, NULL, NULL, 0, 0 };

    if (who->key && !who->admin && team != NULL) {
        apr_uint32_t most = what == OWNERS ? gw_room_keys(seg, team)
                                           : gw_room_most(seg, team);

        while ((what == OWNERS ? team->keys : team->taken) + more > most) {
            if (!search(seg, &own))
                return GW_ROOM_SHARE;
        }
    }
    while (left(seg, who, what) < more) {
        if (!search(seg, &any) && !take_from_others(seg, who, what))
            return APR_ENOSPC;
    }
    return APR_SUCCESS;
}

apr_status_t gw_room_owner(apr_uint32_t *number, gw_segment_t *seg,
                           const gw_asker_t *who)
{
    gw_header_t *h = seg->header;
    apr_status_t rv = room(seg, who, OWNERS, 1);
    apr_uint32_t i;

    for (i = 0; i < seg->n.owners && rv == APR_SUCCESS; i++) {
        *number = h->clock_hand++ % seg->n.owners + 1;
        if (gw_owner_at(seg, *number)->kind == GW_OWNER_FREE)
            return APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? APR_ENOSPC : rv;
}

apr_status_t gw_room_meters(gw_segment_t *seg, const gw_asker_t *who,
                            apr_uint32_t more)
{
    return room(seg, who, METERS, more);
}
