/* SPDX-License-Identifier: Apache-2.0 */
/* widening.c - /llmgw/admin/v1/models/{id}/widening: reserves that were too
 * small made wider for a key and model, shown and taken back. */
#include <apr_strings.h>

#include "handlers.h"
#include "models.h"
#include "object.h"
#include "refuse.h"
#include "transaction.h"
#include "widen.h"
#include "widening_rows.h"

int gw_admin_widening_reset(gw_admin_t *a, json_object **out)
{
    gw_object_row_t model;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS) {
        rv = gw_objects_get(&model, a->db, GW_OBJECT_MODEL, a->id, a->pool);
        if (rv == APR_ENOENT) {
            gw_db_rollback(a->db);
            return gw_object_not_found(a, &gw_resource_model);
        }
        if (rv == APR_SUCCESS)
            rv = gw_widening_rows_clear(a->db, model.id);
        rv = gw_admin_commit(a, rv, "reset", "widening", a->id, NULL);
    }
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    gw_widen_reset(a->seg, model.id);
    *out = json_object_new_object();
    json_object_object_add(*out, "object", json_object_new_string("widening"));
    json_object_object_add(*out, "model", json_object_new_string(a->id));
    json_object_object_add(*out, "widened", json_object_new_array());
    return HTTP_OK;
}
