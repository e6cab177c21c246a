/* SPDX-License-Identifier: Apache-2.0 */
/* visible.c - see visible.h. */
#include "visible.h"

#include <apr_strings.h>

#include "auth.h"
#include "refuse.h"
#include "serves.h"

int gw_admin_visible(const gw_admin_t *a, const gw_model_t *m)
{
    return gw_model_serves(m) && gw_model_price(m, a->now_ms) >= 0
           && gw_auth_model(a->call, m->name);
}

const gw_model_t *gw_admin_visible_model(gw_admin_t *a, const char *name)
{
    gw_str_t text = { name, strlen(name) };
    const gw_model_t *m = gw_catalog_model(a->call->snapshot->catalog, text);

    if (m != NULL && gw_admin_visible(a, m))
        return m;
    gw_admin_refuse(a, GW_P_MODEL_NOT_FOUND, "model",
                    apr_psprintf(a->pool, "The model '%s' does not exist or "
                                 "you do not have access to it.", name));
    return NULL;
}
