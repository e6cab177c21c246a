/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one request to the gateway, from claim to settlement.
 *
 * Made when the URL is claimed, kept in r->request_config, used by the one
 * thread that serves the request.
 */
#ifndef GW_CALL_H
#define GW_CALL_H

#include "dialect.h"
#include "exchange.h"
#include "id.h"
#include "meters.h"
#include "policies.h"
#include "process.h"
#include "snapshot.h"
#include "translate.h"
#include "url.h"

/* Who calls: a key that was resolved. */
typedef struct gw_caller_t {
    apr_uint32_t key_owner, team_owner; /* owner numbers */
    apr_int64_t key_id, team_id;
    gw_scope_t scope;
    const char *public_id;
    const gw_policies_t *policies;
} gw_caller_t;

typedef struct gw_tap_t gw_tap_t;
typedef struct gw_watch_t gw_watch_t;

typedef struct gw_call_t {
    request_rec *r;
    const gw_dir_conf_t *conf;
    gw_url_t url;
    gw_shape_t shape;               /* of errors */
    int admin_open;                 /* to whom the Require lines let in; else
                                       the admin API is for this machine */
    apr_int64_t id;
    apr_time_t began;               /* on the steady clock */
    int clock_believed;             /* the id tells the time */
    char id_text[GW_ID_LENGTH + 1];
    /* resolved once, by authn or by the handler */
    int resolved;
    gw_problem_t auth_problem;      /* kind 0: there is a caller */
    gw_caller_t caller;
    gw_window_t window[2];          /* requests, tokens */
    /* the data plane */
    gw_cell_t *cell;                /* NULL: no place taken, or settled */
    gw_snapshot_t *snapshot;
    gw_str_t body;
    char *body_memory;              /* freed once the body is not needed */
    gw_request_t *req;
    /* ... and what is sent for a route (sent.h) */
    gw_request_t *sent;             /* req, where nothing is translated */
    const gw_translation_t *translation; /* NULL: nothing is */
    const gw_route_t *sent_for;
    const gw_route_t *first;        /* of the candidates; NULL: none */
    gw_text_t sent_memory;          /* of a translated body */
    const char *dropped;            /* what it has not; NULL: nothing */
    const struct gw_tool_names_t *names;    /* of the tools in it; of the
                                       translation, as is the next */
    unsigned summary:1;             /* what the model thinks may be read */
    const gw_model_t *model;
    const gw_price_t *price;
    int price_free;
    gw_bound_t bound;               /* of the reserve, before it was made
                                       wider */
    const gw_dialect_row_t *dialect; /* how the route is asked and read that
                                        `sent` is for */
    const gw_route_t *route;        /* of the attempt under way */
    struct gw_worker_t *worker;     /* of mod_proxy, while it runs */
    int without_usage;              /* usage is not asked for on this route:
                                       its upstream refuses that */
    int usage_added;                /* it was asked for by us alone */
    apr_interval_time_t coalesce;   /* that events may wait for others */
    gw_abort_t abort;
    gw_deadlines_t deadlines;
    gw_exchange_t exchange;         /* how far it has come */
    gw_tap_t *tap;
    gw_watch_t *watch;
    /* for logs, when all of the above is gone: in r->pool */
    const gw_row_t *row;            /* a copy, once settled */
    const char *log_model, *log_upstream;   /* names, escaped */
} gw_call_t;

/* The call of a request; NULL: the request is not ours. */
gw_call_t *gw_call_of(const request_rec *r);

/* Make one and tie it to r.  prefix: of the place that serves us.  decode:
 * the path is as the client spelt it. */
gw_call_t *gw_call_make(request_rec *r, const gw_dir_conf_t *conf,
                        const char *path, const char *prefix, int decode);

/* Give it another id, of now. */
void gw_call_new_id(gw_call_t *call);

/* Milliseconds since its id was made. */
apr_int32_t gw_call_ms(const gw_call_t *call);

/* Forget the body: an answer has begun, or no attempt is left.  Pieces of it
 * (call->req, call->sent) must not be read any more. */
void gw_call_drop_body(gw_call_t *call);

/* Let go of what the call holds: snapshot, policies, body. */
void gw_call_drop(gw_call_t *call);

#endif
