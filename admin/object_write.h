/* SPDX-License-Identifier: Apache-2.0 */
/* object_write.h - writing teams, upstreams and models: PUT, PATCH, DELETE,
 * and each of a catalogue. */
#ifndef GW_OBJECT_WRITE_H
#define GW_OBJECT_WRITE_H

#include "object.h"

/* One object that is written. */
typedef struct gw_item_t {
    const gw_resource_t *kind;
    const char *id, *path;      /* path: of its document, "" or "models[3]" */
    int import;                 /* comes with a catalogue */
    json_object *doc;           /* as it shall be: what was checked */
    json_object *before;        /* its document as it was; NULL: it is new */
    gw_object_t object;         /* what is stored; once written: of doc */
    int changed;                /* something was written */
    apr_array_header_t *prices; /* of a model: gw_price_row_t that doc brings */
} gw_item_t;

/* PUT, PATCH and DELETE of the object that a->id names, with a->body as the
 * document or the merge patch: functions of a route (admin_request.h), which
 * need a->db for writing. */
int gw_object_put_one(gw_admin_t *a, const gw_resource_t *kind,
                      json_object **out);
int gw_object_patch_one(gw_admin_t *a, const gw_resource_t *kind,
                        json_object **out);
int gw_object_disable_one(gw_admin_t *a, const gw_resource_t *kind,
                          json_object **out);

/* Set item->object and item->before from what is stored; before NULL: there
 * is none of this id. */
apr_status_t gw_item_load(gw_admin_t *a, gw_item_t *item);
/* Validate item->doc and write it, inside a transaction of the caller.
 * item->import: only if that changes anything.  item->object is what is
 * stored then: its spec is the part of doc that was written.  APR_EINVAL:
 * a->problem says why not. */
apr_status_t gw_item_write(gw_admin_t *a, gw_item_t *item);

#endif
