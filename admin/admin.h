/* SPDX-License-Identifier: Apache-2.0 */
/* admin.h - everything that is not an endpoint of the data plane: what a
 * key's owner may see below /v1, and the REST API below /llmgw/admin/v1. */
#ifndef GW_ADMIN_H
#define GW_ADMIN_H

#include <json-c/json.h>

#include "call.h"
#include "database.h"

/* Serve such a call.  Returns what the handler returns. */
int gw_admin_serve(gw_call_t *call);

/* ---- what each resource file sees ----------------------------------- */

#define GW_ADMIN_BODY (1 << 20)
#define GW_CATALOG_BODY (8 << 20)       /* of PUT /catalog */

typedef struct gw_admin_t {
    gw_call_t *call;
    apr_pool_t *pool;           /* of the request */
    const char *id;             /* from the URL; NULL: none */
    apr_int64_t now_ms;
    json_object *body;          /* of POST, PUT, PATCH: an object */
    gw_db_t *db;                /* locked while a function runs */
    const char *text, *type;    /* the answer where it is not JSON: *out is
                                   not looked at; type: its Content-Type */
    int writing;                /* committed, and not yet brought into force */
    gw_problem_t problem;
} gw_admin_t;

/* A resource function: returns the status with *out set (owned by the
 * caller; NULL: no body), or 0 with a->problem set. */
typedef int gw_admin_fn(gw_admin_t *a, json_object **out);

/* Set a->problem and return 0. */
int gw_admin_refuse(gw_admin_t *a, gw_problem_kind_t kind, const char *param,
                    const char *message);

/* A store error as a problem: busy and the like are 503, never 404. */
int gw_admin_store_trouble(gw_admin_t *a, apr_status_t rv);

/* May the caller write once more now, inside the transaction of the write
 * (write_rate.c)?  APR_EINVAL: a->problem says when. */
apr_status_t gw_admin_write_rate(gw_admin_t *a);

/* A write and its audit row: begin, then end with the status so far.  Where
 * it is APR_SUCCESS the audit row is added and all is committed. */
apr_status_t gw_admin_begin(gw_admin_t *a);
apr_status_t gw_admin_commit(gw_admin_t *a, apr_status_t rv,
                             const char *action, const char *object,
                             const char *object_id, const char *detail);

/* "2026-11-20T08:00:00Z", with milliseconds where there are any. */
json_object *gw_admin_time(apr_int64_t ms);
json_object *gw_admin_time_or_null(apr_int64_t ms);

/* Copy the members of a stored spec into out. */
void gw_admin_add_spec(json_object *out, const char *spec);

/* Give the object to the request, which lets go of it at its end. */
json_object *gw_admin_own(gw_admin_t *a, json_object *o);
/* Its JSON on one line, from the request's pool: always UTF-8 (json_text.c). */
const char *gw_admin_line(gw_admin_t *a, json_object *o);

json_object *gw_admin_text(const char *text);   /* null for NULL */
json_object *gw_admin_amount(gw_pico_t amount); /* as a decimal string */
json_object *gw_admin_sum(const gw_sum_t *sum);

/* Budgets with what is spent, reserved and available now; NULL: the ledger
 * cannot be read.  id: of the key or team. */
json_object *gw_admin_budgets(gw_admin_t *a, gw_owner_kind_t kind,
                              apr_int64_t id, const gw_policy_t *policy);
/* Add budget_status, the same for a spec; nothing if it has no budgets. */
apr_status_t gw_admin_budget_status(gw_admin_t *a, json_object *out,
                                    gw_owner_kind_t kind, apr_int64_t id,
                                    const char *spec);
/* One of them. */
json_object *gw_admin_budget_json(const gw_budget_t *budget);

/* about.c */
gw_admin_fn gw_admin_about;
/* keys.c, key_rotate.c */
gw_admin_fn gw_admin_key_create, gw_admin_key_get, gw_admin_key_list,
            gw_admin_key_patch, gw_admin_key_revoke, gw_admin_key_rotate;
/* teams.c */
gw_admin_fn gw_admin_team_put, gw_admin_team_get, gw_admin_team_patch,
            gw_admin_team_disable, gw_admin_team_list;
/* upstreams.c */
gw_admin_fn gw_admin_upstream_put, gw_admin_upstream_get,
            gw_admin_upstream_patch, gw_admin_upstream_disable,
            gw_admin_upstream_list;
/* models.c */
gw_admin_fn gw_admin_model_put, gw_admin_model_get, gw_admin_model_patch,
            gw_admin_model_disable, gw_admin_model_list;
/* widening.c */
gw_admin_fn gw_admin_widening_reset;
/* catalog.c, catalog_import.c */
gw_admin_fn gw_admin_catalog_export, gw_admin_catalog_import;
/* explain.c */
gw_admin_fn gw_admin_explain;
/* refusals.c */
gw_admin_fn gw_admin_refusals;
/* segment.c */
gw_admin_fn gw_admin_segment;
/* clock_confirm.c */
gw_admin_fn gw_admin_clock, gw_admin_clock_confirm;
/* fsck.c */
gw_admin_fn gw_admin_fsck;
/* listing.c: /v1/models */
gw_admin_fn gw_admin_listing, gw_admin_listing_one;
/* Hold the catalogue until the call is dropped.  0: it cannot be read. */
int gw_admin_hold_catalog(gw_admin_t *a);
/* Served, priced, and for this caller? */
int gw_admin_visible(const gw_admin_t *a, const gw_model_t *m);
/* ... the one of this name or alias; NULL: refused. */
const gw_model_t *gw_admin_visible_model(gw_admin_t *a, const char *name);
/* model_catalog.c: /v1/model-catalog */
gw_admin_fn gw_admin_catalog_list, gw_admin_catalog_one;
/* own_key.c: /v1/key */
gw_admin_fn gw_admin_own_key;
/* receipts.c: /v1/receipts */
gw_admin_fn gw_admin_receipt, gw_admin_receipt_list;
/* usage.c: /v1/usage, /llmgw/admin/v1/usage */
gw_admin_fn gw_admin_own_usage, gw_admin_usage;
/* requests.c, adjustments.c, audit.c */
gw_admin_fn gw_admin_request_list, gw_admin_request_get,
            gw_admin_adjustment_create, gw_admin_audit_list;

#endif
