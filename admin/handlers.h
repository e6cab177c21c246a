/* SPDX-License-Identifier: Apache-2.0 */
/* handlers.h - the function of each route (admin_request.h). */
#ifndef GW_HANDLERS_H
#define GW_HANDLERS_H

#include "admin_request.h"

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
