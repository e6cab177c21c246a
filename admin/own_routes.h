/* SPDX-License-Identifier: Apache-2.0 */
/* own_routes.h - what a key's owner may see; the columns are those of
 * routes.h.
 */
R("models",        ALL, M_GET, gw_admin_listing,      CATALOG, NONE)
R("models",        ONE, M_GET, gw_admin_listing_one,  CATALOG, NONE)
R("model-catalog", ALL, M_GET, gw_admin_catalog_list, CATALOG, NONE)
R("model-catalog", ONE, M_GET, gw_admin_catalog_one,  CATALOG, NONE)
R("key",           ALL, M_GET, gw_admin_own_key,      READ,    NONE)
R("usage",         ALL, M_GET, gw_admin_own_usage,    REPORT,  NONE)
R("receipts",      ALL, M_GET, gw_admin_receipt_list, REPORT,  NONE)
R("receipts",      ONE, M_GET, gw_admin_receipt,      READ,    NONE)
