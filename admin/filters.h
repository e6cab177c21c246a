/* SPDX-License-Identifier: Apache-2.0 */
/* filters.h - the filters that usage and requests share: names to ids, and
 * what of them this caller may ask for. */
#ifndef GW_FILTERS_H
#define GW_FILTERS_H

#include "names.h"
#include "query.h"
#include "rows.h"

/* The rows of the parameter table, in this order. */
#define GW_Q_NAMES \
    { "key", GW_Q_TEXT, 1, 64 }, { "team", GW_Q_TEXT, 1, 64 }, \
    { "model", GW_Q_TEXT, 1, 200 }, { "currency", GW_Q_TEXT, 3, 3 }

typedef struct gw_names_t {
    apr_int64_t key_id, key_team_id, team_id, model_id, currency_id;
} gw_names_t;

/* Look up the names, which are the values of GW_Q_NAMES; GW_ANY where none
 * is given.  A caller of scope team sees its own team only: a key or team of
 * another is refused as one that is not there, and a model or currency that
 * is not there has no rows.  0: refused, with the parameter's name. */
int gw_filter_names(gw_admin_t *a, const gw_param_value_t *values,
                    gw_names_t *names);

/* The same for the caller's own key: values are those of model and currency
 * alone. */
int gw_filter_own(gw_admin_t *a, const gw_param_value_t *values,
                  gw_names_t *names);

/* One name of a kind; GW_ANY if text is NULL. */
int gw_filter_name(gw_admin_t *a, gw_name_kind_t kind, const char *param,
                   const char *text, apr_int64_t *id);

/* A range of time as a range of the ledger's ids.  0: it is none. */
int gw_filter_time(gw_admin_t *a, const gw_param_value_t *from,
                   const gw_param_value_t *to, gw_row_filter_t *filter);

#endif
