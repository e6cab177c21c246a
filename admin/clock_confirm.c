/* SPDX-License-Identifier: Apache-2.0 */
/* clock_confirm.c - /llmgw/admin/v1/clock: is the wall clock believed, and if
 * not, it is right all the same. */
#include "check.h"
#include "clock.h"
#include "field.h"
#include "handlers.h"
#include "json_text.h"
#include "query.h"
#include "refuse.h"
#include "segment_clock.h"
#include "transaction.h"
#include "value.h"

static const gw_field_t fields[] = {
    { "confirm", GW_F_BOOL, GW_F_REQUIRED }, { NULL }
};

static json_object *clock_json(const gw_admin_t *a)
{
    json_object *o = json_object_new_object();
    apr_time_t wall = gw_wall_now(), steady = gw_steady_now(), counted;
    const gw_segment_t *seg = a->seg;
    int believed;

    counted = gw_segment_clock(seg, wall, steady, &believed);
    json_object_object_add(o, "object", json_object_new_string("clock"));
    json_object_object_add(o, "time", gw_admin_time(apr_time_as_msec(wall)));
    json_object_object_add(o, "believed", json_object_new_boolean(believed));
    json_object_object_add(o, "expected",
                           gw_admin_time(apr_time_as_msec(counted)));
    json_object_object_add(o, "last_request", gw_admin_time(apr_time_as_msec(
        __atomic_load_n(&seg->header->last_time, __ATOMIC_RELAXED))));
    return o;
}

int gw_admin_clock(gw_admin_t *a, json_object **out)
{
    if (!gw_query_read(a, NULL, 0))
        return 0;
    *out = clock_json(a);
    return HTTP_OK;
}

int gw_admin_clock_confirm(gw_admin_t *a, json_object **out)
{
    apr_time_t wall = gw_wall_now();
    json_object *v, *before;
    apr_status_t rv;

    if (!gw_query_read(a, NULL, 0) || !gw_check(a, a->body, fields, ""))
        return 0;
    json_object_object_get_ex(a->body, "confirm", &v);
    if (!json_object_get_boolean(v))
        return gw_check_refuse(a, "confirm", "must be true");
    before = gw_admin_own(a, clock_json(a));
    a->now_ms = apr_time_as_msec(wall);
    rv = gw_admin_begin(a);
    rv = gw_admin_commit(a, rv, "confirm", "clock", "clock",
                         gw_admin_line(a, before));
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    gw_segment_believe(a->seg, wall);
    *out = clock_json(a);
    return HTTP_OK;
}
