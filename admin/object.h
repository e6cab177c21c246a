/* SPDX-License-Identifier: Apache-2.0 */
/* object.h - teams, upstreams and models: what GET, lists and the catalogue
 * do with each of them alike; object_write.h has what writes do.
 *
 * gw_object_row_t  a row of the database (objects.h)
 * gw_object_t      the same read: its spec as a tree, and its own tables
 * gw_resource_t    what differs between teams, upstreams and models
 * gw_item_t        one object while it is written (object_write.h)
 */
#ifndef GW_OBJECT_H
#define GW_OBJECT_H

#include "admin_request.h"
#include "field.h"
#include "objects.h"

struct gw_item_t;

/* What is stored of an object.  Trees and arrays are the request's. */
typedef struct gw_object_t {
    gw_object_row_t row;
    json_object *spec;          /* row.spec; NULL: it is no JSON object */
    apr_array_header_t *prices; /* of a model: gw_price_row_t, oldest first */
    unsigned credentials;       /* of an upstream: how many */
} gw_object_t;

/* What is shown of an object: members that can be written, with those that
 * only the gateway knows, with the history too; or as a catalogue has it. */
typedef enum {
    GW_VIEW_DOCUMENT, GW_VIEW_LISTED, GW_VIEW_WHOLE, GW_VIEW_EXPORT
} gw_view_t;

/* What differs between them.  Functions may be NULL. */
typedef struct gw_resource_t {
    gw_object_kind_t stored;
    const char *name;           /* "team" */
    apr_size_t id_most;         /* bytes of an id */
    const gw_field_t *fields, *import_fields;
    /* Read what has tables of its own; object->row is read. */
    apr_status_t (*load)(gw_admin_t *a, gw_object_t *object);
    /* Validate what no table can.  0: refused. */
    int (*validate)(gw_admin_t *a, struct gw_item_t *item);
    /* A patch was merged into item->doc. */
    void (*patched)(gw_admin_t *a, struct gw_item_t *item);
    /* Write what has tables of its own; item->object.row is written.  Sets
     * item->changed if it wrote.  Leaves in item->object what is stored then.
     * APR_EINVAL: a->problem says why not. */
    apr_status_t (*save)(gw_admin_t *a, struct gw_item_t *item);
    /* Add what is not in its spec. */
    apr_status_t (*show)(gw_admin_t *a, json_object *out,
                         const gw_object_t *object, gw_view_t view);
    /* Committed: tell every process. */
    void (*publish)(gw_admin_t *a, const struct gw_item_t *item);
    /* Why it serves no request, as the rest of a sentence; NULL: it may. */
    apr_status_t (*idle)(const char **why, gw_admin_t *a,
                         const gw_object_t *object);
} gw_resource_t;

/* Read the one of this name.  APR_ENOENT: there is none. */
apr_status_t gw_object_read(gw_object_t *object, gw_admin_t *a,
                            const gw_resource_t *kind, const char *name);
/* The rest of an object whose row was read. */
apr_status_t gw_object_load(gw_object_t *object, gw_admin_t *a,
                            const gw_resource_t *kind);

/* Refuse: there is none of this kind by the id of the URL. */
int gw_object_not_found(gw_admin_t *a, const gw_resource_t *kind);

/* GET of the object that a->id names, and of all of them, a page at a time:
 * functions of a route. */
int gw_object_get_one(gw_admin_t *a, const gw_resource_t *kind,
                      json_object **out);
int gw_object_list_all(gw_admin_t *a, const gw_resource_t *kind,
                       json_object **out);

/* An object as JSON, owned by the caller. */
apr_status_t gw_object_json(json_object **out, gw_admin_t *a,
                            const gw_resource_t *kind,
                            const gw_object_t *object, gw_view_t view);

#endif
