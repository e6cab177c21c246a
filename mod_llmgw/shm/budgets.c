/* SPDX-License-Identifier: Apache-2.0 */
/* budgets.c - see budgets.h. */
#include "budgets.h"

#include "crash.h"
#include "meters.h"
#include "owner_index.h"
#include "owner_lock.h"
#include "recount.h"
#include "segment_clock.h"

typedef struct list_t {
    gw_owner_kind_t kind;
    apr_int64_t id;
    unsigned n;
    gw_budget_t budget[GW_BUDGETS];
} list_t;

/* The owner's budgets, moved on to the windows of now. */
static void copy_out(list_t *list, gw_segment_t *seg, apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_time_t now = gw_segment_time(seg);
    apr_uint32_t n;

    memset(list, 0, sizeof(*list));
    gw_owner_lock(seg, number);
    list->kind = (gw_owner_kind_t)o->kind;
    list->id = o->id;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (m->kind != GW_METER_BUDGET || list->n == GW_BUDGETS)
            continue;
        gw_budget_roll(&m->u.budget, now);
        list->budget[list->n++] = m->u.budget;
    }
    gw_owner_unlock(seg, number);
}

/* Budgets that changed or moved on meanwhile stay unread. */
static void copy_in(const list_t *list, gw_segment_t *seg,
                    apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_uint32_t n;
    unsigned i;

    gw_owner_lock(seg, number);
    if ((gw_owner_kind_t)o->kind == list->kind && o->id == list->id) {
        for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
            gw_meter_t *m = gw_meter_at(seg, n);

            for (i = 0; m->kind == GW_METER_BUDGET && i < list->n; i++) {
                if (!gw_budget_same(&list->budget[i], &m->u.budget)
                    || list->budget[i].start != m->u.budget.start)
                    continue;
                m->u.budget.committed = list->budget[i].committed;
                GW_CRASH("read");
                m->u.budget.flags &= (unsigned char)~GW_BUDGET_UNREAD;
            }
        }
        gw_recount_pinned(seg, number);
    }
    gw_owner_unlock(seg, number);
}

apr_status_t gw_budgets_read(gw_segment_t *seg, apr_uint32_t number,
                             const gw_spent_t *spent)
{
    apr_status_t rv = APR_SUCCESS;
    list_t list;
    unsigned i;

    gw_segment_lock(&seg->header->drain_mutex);
    /* a helper died here: ledger and cells hold the same requests until the
     * next one has looked through them */
    if (seg->header->draining)
        rv = APR_EBUSY;
    GW_CRASH("reading");
    copy_out(&list, seg, number);
    for (i = 0; i < list.n && rv == APR_SUCCESS; i++)
        rv = spent->read(&list.budget[i].committed, spent->data, list.kind,
                         list.id, list.budget[i].currency,
                         list.budget[i].start);
    if (rv == APR_SUCCESS)
        copy_in(&list, seg, number);
    gw_segment_unlock(&seg->header->drain_mutex);
    return rv;
}

/* The owner's own figures where it has this budget. */
static int in_segment(gw_budget_t *b, const list_t *list)
{
    unsigned i;

    for (i = 0; i < list->n; i++) {
        if (gw_budget_same(&list->budget[i], b)) {
            *b = list->budget[i];
            return 1;
        }
    }
    return 0;
}

apr_status_t gw_budgets_now(gw_budget_t *out, gw_segment_t *seg,
                            const gw_spent_t *spent, gw_owner_kind_t kind,
                            apr_int64_t id, const gw_policy_t *policy)
{
    apr_uint32_t number = gw_index_by_id(seg, kind, id);
    apr_status_t rv = APR_SUCCESS;
    list_t list;
    unsigned i;

    memset(&list, 0, sizeof(list));
    if (number != 0 && policy->budgets > 0)
        rv = gw_budgets_read(seg, number, spent);
    if (number != 0)
        copy_out(&list, seg, number);
    if (list.kind != kind || list.id != id)
        list.n = 0;             /* its place is another's by now */
    for (i = 0; i < policy->budgets && rv == APR_SUCCESS; i++) {
        out[i] = policy->budget[i];
        if (out[i].flags & GW_BUDGET_DEFAULT_ZONE)
            out[i].zone = (apr_int16_t)seg->header->zone;
        if (in_segment(&out[i], &list))
            continue;
        gw_budget_roll(&out[i], gw_segment_time(seg));
        rv = spent->read(&out[i].committed, spent->data, kind, id,
                         out[i].currency, out[i].start);
    }
    return rv;
}

void gw_budgets_forget(gw_segment_t *seg, apr_uint32_t number)
{
    gw_owner_lock(seg, number);
    gw_meters_distrust(seg, gw_owner_at(seg, number));
    gw_owner_unlock(seg, number);
}
