/* SPDX-License-Identifier: Apache-2.0 */
/* recheck.c - see recheck.h. */
#include "recheck.h"

#include <apr_strings.h>

#include "meters.h"
#include "owner_lock.h"
#include "recount.h"

/* What an owner counts. */
typedef struct view_t {
    gw_owner_kind_t kind;
    apr_int64_t id;
    apr_int32_t in_flight, pins, drains;
    unsigned n;
    gw_budget_t budget[GW_BUDGETS];
} view_t;

static void look(view_t *view, const gw_segment_t *seg, const gw_owner_t *o)
{
    apr_uint32_t n;

    memset(view, 0, sizeof(*view));
    view->kind = (gw_owner_kind_t)o->kind;
    view->id = o->id;
    view->in_flight = o->in_flight;
    view->pins = o->pins;
    view->drains = o->drains;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        if (gw_meter_at(seg, n)->kind == GW_METER_BUDGET
            && view->n < GW_BUDGETS)
            view->budget[view->n++] = gw_meter_at(seg, n)->u.budget;
    }
}

static const char *name(const gw_recheck_t *r, const view_t *v)
{
    return apr_psprintf(r->pool, "%s %" APR_INT64_T_FMT,
                        v->kind == GW_OWNER_TEAM ? "team" : "key", v->id);
}

static void differ(const gw_recheck_t *r, const view_t *v, const char *what,
                   apr_int64_t counted, apr_int64_t is)
{
    if (counted != is)
        r->found(r->data, "counters", apr_psprintf(r->pool, "%s: %s were %"
                     APR_INT64_T_FMT ", its cells have %" APR_INT64_T_FMT,
                     name(r, v), what, counted, is));
}

static void differ_sum(const gw_recheck_t *r, const view_t *v, const char *what,
                       const gw_sum_t *counted, const gw_sum_t *is)
{
    char was[GW_MONEY_TEXT], now[GW_MONEY_TEXT];

    if (gw_sum_compare(counted, is) != 0)
        r->found(r->data, "counters", apr_psprintf(r->pool, "%s: %s were %s, "
                     "its cells have %s", name(r, v), what,
                     gw_sum_text(was, counted), gw_sum_text(now, is)));
}

static void compare(const gw_recheck_t *r, const view_t *was, const view_t *is)
{
    unsigned i;

    differ(r, was, "places", was->in_flight, is->in_flight);
    differ(r, was, "pins", was->pins, is->pins);
    differ(r, was, "drained answers", was->drains, is->drains);
    for (i = 0; i < was->n; i++) {
        if (was->budget[i].flags & GW_BUDGET_UNREAD)
            continue;           /* its cells are counted when it is read */
        differ_sum(r, was, "the reserves", &was->budget[i].reserved,
                   &is->budget[i].reserved);
        differ_sum(r, was, "the amounts pending", &was->budget[i].pending,
                   &is->budget[i].pending);
    }
}

static apr_status_t committed(const gw_recheck_t *r, const view_t *v)
{
    char counted[GW_MONEY_TEXT], is[GW_MONEY_TEXT];
    apr_status_t rv = APR_SUCCESS;
    gw_sum_t spent;
    unsigned i;

    for (i = 0; i < v->n && rv == APR_SUCCESS; i++) {
        const gw_budget_t *b = &v->budget[i];

        if (b->flags & GW_BUDGET_UNREAD)
            continue;
        rv = r->spent.read(&spent, r->spent.data, v->kind, v->id, b->currency,
                           b->start);
        if (rv == APR_SUCCESS && gw_sum_compare(&spent, &b->committed) != 0)
            r->found(r->data, "budgets", apr_psprintf(r->pool, "%s: %s %s: %s "
                         "is counted as spent, its rows come to %s",
                         name(r, v), b->currency, gw_window_names[b->window],
                         gw_sum_text(counted, &b->committed),
                         gw_sum_text(is, &spent)));
    }
    return rv;
}

static apr_status_t check_owner(const gw_recheck_t *r, gw_segment_t *seg,
                                apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    view_t was, is;
    int any;

    gw_owner_lock(seg, number);
    any = o->kind != GW_OWNER_FREE
          && (o->meters != 0 || o->pins != 0 || o->in_flight != 0
              || o->drains != 0);
    if (any) {
        look(&was, seg, o);
        gw_recount_owner(seg, number);
        look(&is, seg, o);
    }
    gw_owner_unlock(seg, number);
    if (!any)
        return APR_SUCCESS;
    compare(r, &was, &is);
    return committed(r, &is);
}

apr_status_t gw_recheck_segment(const gw_recheck_t *r, gw_segment_t *seg)
{
    apr_status_t rv = APR_SUCCESS;
    apr_uint32_t i;

    gw_segment_lock(&seg->header->drain_mutex);
    if (seg->header->draining)
        rv = APR_EBUSY;         /* a helper died: see gw_budgets_read */
    for (i = 1; i <= seg->n.owners && rv == APR_SUCCESS; i++)
        rv = check_owner(r, seg, i);
    gw_segment_unlock(&seg->header->drain_mutex);
    return rv;
}
