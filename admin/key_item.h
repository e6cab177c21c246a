/* SPDX-License-Identifier: Apache-2.0 */
/* key_item.h - what all operations on keys share. */
#ifndef GW_KEY_ITEM_H
#define GW_KEY_ITEM_H

#include "admin_request.h"
#include "keys.h"

/* The spec of a stored key as a tree, the request's; NULL: it is no JSON. */
json_object *gw_key_spec(gw_admin_t *a, const gw_key_row_t *row);

/* A key as shown, the caller's.  spec: of the row, as a tree.  secret: the
 * whole key, the one time it is shown; else NULL. */
json_object *gw_key_json(const gw_key_row_t *row, json_object *spec,
                         const char *secret);

/* The members that can be written, as a document, the request's. */
json_object *gw_key_document(gw_admin_t *a, const gw_key_row_t *row,
                             json_object *spec);

/* The row of the key that the URL names.  APR_EINVAL: there is none that the
 * caller may see, and a->problem says so. */
apr_status_t gw_key_find(gw_admin_t *a, gw_key_row_t *row);

/* Tell every process what is committed now.  spec: of the row, as a tree.
 * rotated: its secrets changed. */
void gw_key_publish(gw_admin_t *a, const gw_key_row_t *row, json_object *spec,
                    int rotated);

/* The answer to a write that ended with rv: what a->problem says, or the
 * trouble with the store.  Returns 0. */
int gw_key_failed(gw_admin_t *a, apr_status_t rv);

#endif
