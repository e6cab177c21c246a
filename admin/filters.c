/* SPDX-License-Identifier: Apache-2.0 */
/* filters.c - see filters.h. */
#include "filters.h"

#include <apr_strings.h>

#include "id.h"
#include "keys.h"
#include "query.h"
#include "refuse.h"

static int is_admin(const gw_admin_t *a)
{
    return a->call->caller.scope == GW_SCOPE_ADMIN;
}

static int nothing(gw_admin_t *a, const char *param, const char *text)
{
    return gw_check_refuse(a, param, apr_psprintf(a->pool, "names no %s: "
                           "there is no '%s'", param, text));
}

int gw_filter_name(gw_admin_t *a, gw_name_kind_t kind, const char *param,
                   const char *text, apr_int64_t *id)
{
    apr_status_t rv;

    *id = GW_ANY;
    if (text == NULL)
        return 1;
    rv = gw_names_id(id, a->db, kind, text);
    if (rv == APR_SUCCESS)
        return 1;
    if (rv != APR_ENOENT)
        return gw_admin_store_trouble(a, rv);
    /* who is no administrator does not learn what there is */
    *id = GW_NO_MATCH;
    return is_admin(a) ? nothing(a, param, text) : 1;
}

static int filter_key(gw_admin_t *a, const char *text, gw_names_t *names)
{
    gw_key_row_t row;
    apr_status_t rv;

    if (text == NULL)
        return 1;
    rv = gw_keys_by_public_id(&row, a->db, text, a->pool);
    if (rv == APR_ENOENT
        || (rv == APR_SUCCESS && !is_admin(a)
            && row.team_id != a->call->caller.team_id))
        return nothing(a, "key", text);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    names->key_id = row.id;
    names->key_team_id = row.team_id;
    return 1;
}

static int filter_team(gw_admin_t *a, const char *text, gw_names_t *names)
{
    apr_int64_t own = a->call->caller.team_id;
    apr_status_t rv;

    if (!is_admin(a))
        names->team_id = own;
    if (text == NULL)
        return 1;
    rv = gw_names_id(&names->team_id, a->db, GW_NAME_TEAM, text);
    if (rv == APR_ENOENT
        || (rv == APR_SUCCESS && !is_admin(a) && names->team_id != own))
        return nothing(a, "team", text);
    return rv == APR_SUCCESS ? 1 : gw_admin_store_trouble(a, rv);
}

int gw_filter_names(gw_admin_t *a, const gw_param_value_t *values,
                    gw_names_t *names)
{
    names->key_id = names->team_id = names->key_team_id = GW_ANY;
    return filter_key(a, values[0].text, names)
           && filter_team(a, values[1].text, names)
           && gw_filter_name(a, GW_NAME_MODEL, "model", values[2].text,
                             &names->model_id)
           && gw_filter_name(a, GW_NAME_CURRENCY, "currency", values[3].text,
                             &names->currency_id);
}

int gw_filter_own(gw_admin_t *a, const gw_param_value_t *values,
                  gw_names_t *names)
{
    names->key_id = a->call->caller.key_id;
    names->team_id = names->key_team_id = a->call->caller.team_id;
    return gw_filter_name(a, GW_NAME_MODEL, "model", values[0].text,
                          &names->model_id)
           && gw_filter_name(a, GW_NAME_CURRENCY, "currency", values[1].text,
                             &names->currency_id);
}

/* Ids hold times until the year 3111. */
static apr_int64_t id_at(apr_int64_t ms)
{
    return ms < (APR_INT64_MAX >> 8) / 1000
           ? gw_id_first(apr_time_from_msec(ms)) : APR_INT64_MAX;
}

int gw_filter_time(gw_admin_t *a, const gw_param_value_t *from,
                   const gw_param_value_t *to, gw_row_filter_t *filter)
{
    if (from->text != NULL)
        filter->from = id_at(from->n);
    if (to->text != NULL)
        filter->before = id_at(to->n);
    if (from->text != NULL && to->text != NULL && from->n >= to->n)
        return gw_check_refuse(a, "from", "must be earlier than 'to', which is "
                               "exclusive");
    return 1;
}
