/* SPDX-License-Identifier: Apache-2.0 */
/* admin_request.h - one request of the admin API, or of a key's owner: what
 * the function that answers it is given.
 *
 * All of admin/ runs in a child, on the thread of its request.  Its functions
 * lock nothing by themselves: what routes.h says was locked or held for them
 * by the dispatcher (admin.c).  "The request's" is what lives in a->pool.
 */
#ifndef GW_ADMIN_REQUEST_H
#define GW_ADMIN_REQUEST_H

#include <json-c/json.h>

#include "call.h"
#include "db.h"

typedef struct gw_admin_t {
    gw_call_t *call;
    apr_pool_t *pool;           /* of the request */
    gw_segment_t *seg;          /* of this process */
    const gw_server_conf_t *conf;       /* of the main server */
    const char *id;             /* from the URL; NULL: none */
    apr_int64_t now_ms;
    json_object *body;          /* of POST, PUT, PATCH: an object */
    gw_db_t *db;                /* locked while it runs; NULL: not asked for */
    const char *text, *type;    /* the answer where it is not JSON: *out is
                                   not looked at; type: its Content-Type */
    int writing;                /* about to be committed, or committed, and
                                   not yet told to all */
    int committed;              /* what was to be written is */
    gw_problem_t problem;
} gw_admin_t;

/* The function of a route: returns the HTTP status with *out set, which the
 * dispatcher lets go of (NULL: no body), or 0 with a->problem set.  Then a
 * transaction that it began has been rolled back. */
typedef int gw_admin_fn(gw_admin_t *a, json_object **out);

#endif
