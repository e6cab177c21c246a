/* SPDX-License-Identifier: Apache-2.0 */
/* fsck.c - /llmgw/admin/v1/fsck: do the ledger, its sums and the live
 * counters agree? */
#include <apr_strings.h>

#include "fsck.h"
#include "handlers.h"
#include "query.h"
#include "recheck.h"
#include "refuse.h"
#include "spent.h"
#include "value.h"

#define DAY_MS APR_INT64_C(86400000)

static json_object *report_json(const gw_fsck_t *f)
{
    json_object *o = json_object_new_object();
    json_object *list = json_object_new_array();
    int i;

    for (i = 0; i < f->findings->nelts; i++) {
        const gw_finding_t *finding = &APR_ARRAY_IDX(f->findings, i,
                                                     gw_finding_t);
        json_object *one = json_object_new_object();

        json_object_object_add(one, "check",
                               json_object_new_string(finding->check));
        json_object_object_add(one, "detail",
                               json_object_new_string(finding->detail));
        json_object_array_add(list, one);
    }
    json_object_object_add(o, "object", json_object_new_string("fsck"));
    if (f->from_day != -GW_FSCK_OPEN)
        json_object_object_add(o, "from", gw_admin_time(f->from_day
                                                        * DAY_MS));
    if (f->to_day != GW_FSCK_OPEN)
        json_object_object_add(o, "to", gw_admin_time(f->to_day * DAY_MS));
    json_object_object_add(o, "ok", json_object_new_boolean(f->wrong == 0));
    json_object_object_add(o, "rows", json_object_new_int64(f->rows));
    json_object_object_add(o, "repriced", json_object_new_int64(f->repriced));
    json_object_object_add(o, "wrong", json_object_new_int64(f->wrong));
    json_object_object_add(o, "findings", list);
    return o;
}

static void found(void *f, const char *check, const char *detail)
{
    gw_fsck_find(f, check, detail);
}

static apr_status_t check_segment(gw_fsck_t *f, gw_admin_t *a)
{
    gw_recheck_t recheck = { gw_spent_in(a->db), found, f, a->pool };

    return gw_recheck_segment(&recheck, a->seg);
}

int gw_admin_fsck(gw_admin_t *a, json_object **out)
{
    enum { Q_FROM, Q_TO, Q_COUNT };
    static const gw_param_t params[] = {
        { "from", GW_Q_TIME }, { "to", GW_Q_TIME }, { NULL }
    };
    gw_param_value_t q[Q_COUNT];
    gw_fsck_t f;
    apr_status_t rv;

    if (!gw_query(a, params, q))
        return 0;
    if (q[Q_FROM].text != NULL && q[Q_TO].text != NULL
        && q[Q_FROM].n >= q[Q_TO].n)
        return gw_check_refuse(a, "from", "must be earlier than 'to', which "
                               "is exclusive");
    gw_fsck_init(&f, a->pool);
    gw_fsck_range(&f, q[Q_FROM].text != NULL ? q[Q_FROM].n : -1,
                  q[Q_TO].text != NULL ? q[Q_TO].n : -1);
    rv = gw_fsck_ledger(&f, a->db);
    if (rv == APR_SUCCESS)
        rv = check_segment(&f, a);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = report_json(&f);
    return HTTP_OK;
}
