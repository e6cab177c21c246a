/* SPDX-License-Identifier: Apache-2.0 */
/* fsck.c - /llmgw/admin/v1/fsck: do the ledger, its sums and the live
 * counters agree? */
#include <apr_strings.h>

#include "admin.h"
#include "query.h"
#include "verify.h"

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
    json_object_object_add(o, "ok", json_object_new_boolean(f->wrong == 0));
    json_object_object_add(o, "rows", json_object_new_int64(f->rows));
    json_object_object_add(o, "repriced", json_object_new_int64(f->repriced));
    json_object_object_add(o, "wrong", json_object_new_int64(f->wrong));
    json_object_object_add(o, "findings", list);
    return o;
}

int gw_admin_fsck(gw_admin_t *a, json_object **out)
{
    gw_fsck_t f;
    apr_status_t rv;

    if (!gw_query_read(a, NULL, 0))
        return 0;
    gw_fsck_init(&f, a->pool);
    rv = gw_fsck_ledger(&f, a->db);
    if (rv == APR_SUCCESS)
        rv = gw_verify_segment(&f, gw_process.seg, a->db);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = report_json(&f);
    return HTTP_OK;
}
