/* SPDX-License-Identifier: Apache-2.0 */
/* meters.c - see meters.h. */
#include "meters.h"

#include <stdlib.h>

#include "clock.h"
#include "crash.h"
#include "id.h"

/* ---- setting -------------------------------------------------------- */

static void count_meters(gw_segment_t *seg, const gw_owner_t *o, int by)
{
    gw_owner_t *team = gw_segment_team(seg, o);

    gw_word_add(&seg->header->meters_used, by);
    if (team != NULL)
        gw_word_add(&team->taken, by);
}

apr_uint32_t gw_meters_count(const gw_segment_t *seg, const gw_owner_t *o)
{
    apr_uint32_t n, count = 0;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next)
        count++;
    return count;
}

apr_uint32_t gw_meters_wanted(const gw_policy_t *policy)
{
    apr_uint32_t count = policy->budgets;
    int i;

    for (i = 0; i < GW_LIMIT_WINDOWS; i++)
        count += policy->limit[i] != 0;
    return count;
}

static gw_meter_t *new_meter(gw_segment_t *seg, gw_owner_t *o,
                             apr_uint32_t kind)
{
    apr_uint32_t number = seg->header->free_meter;
    gw_meter_t *m;

    if (number == 0)
        return NULL;
    m = gw_meter_at(seg, number);
    seg->header->free_meter = m->next;
    GW_CRASH("drawing");
    memset(m, 0, sizeof(*m));
    m->kind = kind;
    m->next = o->meters;
    o->meters = number;
    GW_CRASH("listing");
    count_meters(seg, o, 1);
    return m;
}

/* *link names the meter of o to drop. */
static void drop_meter(gw_segment_t *seg, const gw_owner_t *o,
                       apr_uint32_t *link)
{
    apr_uint32_t number = *link;
    gw_meter_t *m = gw_meter_at(seg, number);

    *link = m->next;
    m->next = seg->header->free_meter;
    seg->header->free_meter = number;
    count_meters(seg, o, -1);
}

void gw_meters_drop(gw_segment_t *seg, gw_owner_t *o)
{
    while (o->meters != 0)
        drop_meter(seg, o, &o->meters);
}

static gw_budget_t zoned(const gw_segment_t *seg, const gw_budget_t *b)
{
    gw_budget_t out = *b;

    if (out.flags & GW_BUDGET_DEFAULT_ZONE)
        out.zone = (apr_int16_t)seg->header->zone;
    return out;
}

/* Does this meter stay?  Then it takes the new figures. */
static int keeps(const gw_segment_t *seg, gw_meter_t *m,
                 const gw_policy_t *policy, unsigned *have)
{
    unsigned i;

    if (m->kind != GW_METER_BUDGET) {
        if (policy->limit[m->kind] == 0)
            return 0;
        if (m->u.quota.limit != policy->limit[m->kind])
            gw_quota_change(&m->u.quota, policy->limit[m->kind]);
        *have |= 1u << m->kind;
        return 1;
    }
    for (i = 0; i < policy->budgets; i++) {
        gw_budget_t b = zoned(seg, &policy->budget[i]);

        if (!gw_budget_same(&m->u.budget, &b))
            continue;
        m->u.budget.limit = b.limit;
        m->u.budget.flags &= (unsigned char)~GW_BUDGET_DEFAULT_ZONE;
        m->u.budget.flags |= b.flags & GW_BUDGET_DEFAULT_ZONE;
        if (gw_sum_compare(&m->u.budget.soft, &b.soft) != 0)
            m->u.budget.flags &= (unsigned char)~GW_BUDGET_SOFT_LOGGED;
        m->u.budget.soft = b.soft;
        *have |= 1u << (GW_METER_BUDGET + i);
        return 1;
    }
    return 0;
}

_Static_assert(GW_METER_BUDGET + GW_BUDGETS <= 32, "a bit for each meter");

/* A key whose team lost what keys of it had counted begins with a window that
 * is used up. */
static void begin_window(gw_segment_t *seg, const gw_owner_t *o,
                         gw_quota_t *q, apr_int64_t limit, apr_int64_t period)
{
    const gw_owner_t *team = gw_segment_team(seg, o);
    apr_time_t steady;

    gw_quota_init(q, limit, period);
    if (o->kind != GW_OWNER_KEY || team == NULL || team->refill == 0)
        return;
    steady = gw_steady_now();
    if (steady < team->refill)
        gw_quota_take(q, limit, steady);
}

int gw_meters_set(gw_segment_t *seg, gw_owner_t *o, const gw_policy_t *policy)
{
    apr_uint32_t *link = &o->meters;
    unsigned have = 0, i;
    gw_meter_t *m;

    while (*link != 0) {
        if (keeps(seg, gw_meter_at(seg, *link), policy, &have))
            link = &gw_meter_at(seg, *link)->next;
        else
            drop_meter(seg, o, link);
    }
    o->concurrency = (apr_int32_t)policy->limit[GW_LIMIT_CONCURRENCY];
    for (i = 0; i < GW_LIMIT_WINDOWS; i++) {
        if (policy->limit[i] == 0 || (have & 1u << i))
            continue;
        if ((m = new_meter(seg, o, i)) == NULL)
            return 0;
        begin_window(seg, o, &m->u.quota, policy->limit[i],
                     gw_limit_periods[i]);
    }
    for (i = 0; i < policy->budgets; i++) {
        if (have & 1u << (GW_METER_BUDGET + i))
            continue;
        if ((m = new_meter(seg, o, GW_METER_BUDGET)) == NULL)
            return 0;
        m->u.budget = zoned(seg, &policy->budget[i]);
        m->u.budget.flags |= GW_BUDGET_UNREAD;
    }
    return 1;
}

apr_interval_time_t gw_meters_refill(const gw_segment_t *seg,
                                     const gw_owner_t *o, apr_time_t steady)
{
    apr_interval_time_t longest = 0;
    apr_uint32_t n;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        const gw_meter_t *m = gw_meter_at(seg, n);
        apr_interval_time_t wait;

        if (m->kind == GW_METER_BUDGET)
            continue;           /* they are read from the ledger again */
        wait = gw_quota_reset(&m->u.quota, steady);
        if (wait > m->u.quota.period_us)
            return -1;
        if (wait > longest)
            longest = wait;
    }
    return longest;
}

/* ---- what they count ------------------------------------------------- */

int gw_meter_counts(const gw_meter_t *m, const gw_cell_t *cell)
{
    return m->kind == GW_METER_BUDGET
           && gw_budget_counts(&m->u.budget, cell->currency,
                               gw_id_time(cell->row.id));
}

void gw_meters_distrust(gw_segment_t *seg, gw_owner_t *o)
{
    apr_uint32_t n;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        if (gw_meter_at(seg, n)->kind == GW_METER_BUDGET)
            gw_meter_at(seg, n)->u.budget.flags |= GW_BUDGET_UNREAD;
    }
}

void gw_meters_collect(gw_segment_t *seg)
{
    gw_header_t *h = seg->header;
    unsigned char *used = calloc(seg->n.meters + 1, 1);
    apr_uint32_t i, n, first = 0;

    if (used == NULL)
        return;                 /* a few stay lost */
    for (i = 0; i < seg->n.owners; i++) {
        if (seg->owners[i].kind == GW_OWNER_FREE)
            seg->owners[i].meters = 0;
        for (n = seg->owners[i].meters; n != 0; n = gw_meter_at(seg, n)->next)
            used[n] = 1;
    }
    for (n = seg->n.meters; n > 0; n--) {
        if (used[n])
            continue;
        gw_meter_at(seg, n)->next = first;
        first = n;
    }
    h->free_meter = first;
    free(used);
}

/* ---- showing -------------------------------------------------------- */

void gw_meters_show(gw_window_t *window, const gw_segment_t *seg,
                    const gw_owner_t *o, apr_time_t steady)
{
    apr_uint32_t n;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        const gw_meter_t *m = gw_meter_at(seg, n);
        gw_window_t *w = &window[gw_meter_counts_tokens(m)];
        apr_int64_t left;

        if (m->kind == GW_METER_BUDGET)
            continue;
        left = gw_quota_remaining(&m->u.quota, steady);
        if (w->limit != 0 && left >= w->remaining)
            continue;
        w->limit = m->u.quota.limit;
        w->remaining = left;
        w->reset = gw_quota_reset(&m->u.quota, steady);
    }
}
