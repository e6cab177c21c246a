/* SPDX-License-Identifier: Apache-2.0 */
/* admin.c - who may, which function, and what becomes of its result. */
#include "admin.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>

#include "auth.h"
#include "body_json.h"
#include "child.h"
#include "database.h"
#include "handlers.h"
#include "json_text.h"
#include "local_client.h"
#include "public.h"
#include "query.h"
#include "refuse.h"
#include "reply.h"
#include "segment_clock.h"
#include "snapshot.h"

#define BODY_MOST (1 << 20)
#define CATALOG_BODY_MOST (8 << 20)       /* of PUT /catalog */

typedef enum { ALL, ONE } place_t;

/* What a function works with.  No function locks anything by itself.  The
 * catalogue goes with no handle but that of reports: to hold it may have to
 * load it, which waits for the handle that reads (lock_order.h). */
typedef enum { NONE, READ, WRITE, REPORT, CATALOG, REPORT_CATALOG } locks_t;

typedef struct route_t {
    const char *resource;
    place_t place;
    int method;
    gw_admin_fn *fn;
    locks_t locks;
    gw_scope_t scope;
} route_t;

#define R(resource, place, method, fn, locks, scope) \
    { resource, place, method, fn, locks, GW_SCOPE_##scope },
static const route_t routes[] = {
#include "routes.h"
};
static const route_t own_routes[] = {
#include "own_routes.h"
};
#undef R

/* ---- dispatch ------------------------------------------------------- */

#define OPENED "the server's administrator can open it in a <Location " \
               "/llmgw/admin> of its own, with LLMGateway On and Require " \
               "lines"

/* Where a virtual host or a <Location /llm> is On, nobody said who may reach
 * the admin API there: this machine may.  In a <Location> for it alone the
 * Require lines do say. */
static int from_here(gw_admin_t *a)
{
    const char *header = NULL;

    switch (gw_local_client(a->call->r, &header)) {
    case GW_LOCAL_YES:
        return 1;
    case GW_LOCAL_PROXIED:
        return gw_admin_refuse(a, GW_P_ADDRESS_NOT_ALLOWED, header,
                               apr_psprintf(a->pool, "The admin API answers "
                                   "callers on this machine only, and the "
                                   "header '%s' says that a proxy on it "
                                   "passes this request on for another "
                                   "client: " OPENED ", or let mod_remoteip "
                                   "tell the client's address.", header));
    default:
        return gw_admin_refuse(a, GW_P_ADDRESS_NOT_ALLOWED, NULL,
                               "The admin API answers callers on this machine "
                               "only; " OPENED ".");
    }
}

static int permitted(gw_admin_t *a, const route_t *route)
{
    gw_call_t *call = a->call;

    if (call->url.kind == GW_URL_ADMIN && !call->admin_open && !from_here(a))
        return 0;
    if (gw_auth_public(call))
        return 1;
    if (gw_auth_resolve(call, &a->problem) != 0
        || gw_auth_permit(call, &a->problem) != 0)
        return 0;
    if (route != NULL && call->caller.scope < route->scope)
        return gw_admin_refuse(a, GW_P_PERMISSION_DENIED, NULL,
                               apr_psprintf(a->pool, "This API key lacks the "
                                            "scope '%s'.",
                                            gw_scope_names[route->scope]));
    return 1;
}

/* An action is a resource of its own: "keys/rotate". */
static const char *resource_of(const gw_url_t *url, apr_pool_t *p)
{
    switch (url->kind) {
    case GW_URL_ADMIN:
        return url->action == NULL ? url->resource
               : apr_pstrcat(p, url->resource, "/", url->action, NULL);
    case GW_URL_MODELS:
        return "models";
    case GW_URL_MODEL_CATALOG:
        return "model-catalog";
    case GW_URL_KEY:
        return "key";
    case GW_URL_USAGE:
        return "usage";
    case GW_URL_RECEIPTS:
        return "receipts";
    default:
        return "";
    }
}

/* As in Allow; httpd's own ap_method_name_of calls M_GET "HEAD". */
static const char *allow_of(int method)
{
    switch (method) {
    case M_GET:
        return "GET, HEAD, ";
    case M_POST:
        return "POST, ";
    case M_PUT:
        return "PUT, ";
    case M_PATCH:
        return "PATCH, ";
    default:
        return "DELETE, ";
    }
}

/* The route of a URL and method.  *methods collects what the URL takes. */
static const route_t *find_route(const gw_call_t *call, const char **methods)
{
    int admin = call->url.kind == GW_URL_ADMIN;
    const route_t *list = admin ? routes : own_routes;
    unsigned n = admin ? GW_COUNT(routes) : GW_COUNT(own_routes), i;
    const char *resource = resource_of(&call->url, call->r->pool);
    place_t place = call->url.id != NULL ? ONE : ALL;
    const char *found = "";

    *methods = NULL;
    for (i = 0; i < n; i++) {
        if (strcmp(list[i].resource, resource) != 0 || list[i].place != place)
            continue;
        if (list[i].method == call->r->method_number)
            return &list[i];
        found = apr_pstrcat(call->r->pool, found, allow_of(list[i].method),
                            NULL);
    }
    if (*found != '\0')
        *methods = apr_pstrcat(call->r->pool, found, "OPTIONS", NULL);
    return NULL;
}

/* "PUT /teams/{id}" */
static const char *route_text(const route_t *route, apr_pool_t *p)
{
    const char *method = allow_of(route->method);
    const char *action = strchr(route->resource, '/');
    apr_size_t n = strcspn(route->resource, "/");

    return apr_psprintf(p, "%.*s /%.*s%s%s", (int)strcspn(method, ","),
                        method, (int)n, route->resource,
                        route->place == ONE ? "/{id}" : "",
                        action != NULL ? action : "");
}

/* Is it a route of the resource that the URL names, or of an action of it? */
static int is_of(const route_t *route, const char *resource)
{
    apr_size_t n = strcspn(route->resource, "/");

    return strlen(resource) == n
           && strncmp(route->resource, resource, n) == 0;
}

/* What can be asked of the resource that the URL names; the names of all
 * resources where there is none of this name.  One sentence. */
static const char *what_there_is(gw_admin_t *a)
{
    const char *named = a->call->url.resource, *of = "", *all = "";
    unsigned i;

    if (a->call->url.kind != GW_URL_ADMIN)
        return "";
    for (i = 0; i < GW_COUNT(routes); i++) {
        if (is_of(&routes[i], named))
            of = apr_pstrcat(a->pool, of, *of ? ", " : "",
                             route_text(&routes[i], a->pool), NULL);
        else if (strchr(routes[i].resource, '/') == NULL
                 && (i == 0 || strcmp(routes[i].resource,
                                      routes[i - 1].resource) != 0))
            all = apr_pstrcat(a->pool, all, *all ? ", " : "", "/",
                              routes[i].resource, NULL);
    }
    return apr_pstrcat(a->pool, " Below /llmgw/admin/v1 there are: ",
                       *of ? of : all, ".", NULL);
}

static int no_route(gw_admin_t *a, const char *methods)
{
    request_rec *r = a->call->r;

    if (methods == NULL)
        return gw_admin_refuse(a, GW_P_UNKNOWN_URL, NULL,
                               apr_psprintf(a->pool, "Unknown request URL: "
                                            "%s %s.%s", r->method, r->uri,
                                            what_there_is(a)));
    gw_admin_refuse(a, GW_P_METHOD_NOT_ALLOWED, NULL,
                    apr_psprintf(a->pool, "This URL does not take %s. It "
                                 "takes: %s.%s", r->method, methods,
                                 what_there_is(a)));
    a->problem.allow = methods;
    return 0;
}

/* A whole catalogue may come at once. */
static apr_size_t body_limit(const route_t *route)
{
    return strcmp(route->resource, "catalog") == 0 ? CATALOG_BODY_MOST
                                                   : BODY_MOST;
}

/* What is written bears a date, which has to be the right one; to confirm the
 * clock is what makes it so. */
static int may_write(gw_admin_t *a, const route_t *route)
{
    if (a->call->clock_believed || route->fn == gw_admin_clock_confirm)
        return 1;
    gw_admin_refuse(a, GW_P_OVERLOADED, NULL,
                    "The engine is currently overloaded: the clock has jumped "
                    "ahead, and nothing was changed. If it is right, confirm "
                    "it: POST /llmgw/admin/v1/clock {\"confirm\": true}. If "
                    "not, set it.");
    a->problem.retry_after = 60;
    return 0;
}

static int run_locked(gw_admin_t *a, const route_t *route, gw_db_mode_t mode,
                      json_object **out)
{
    apr_status_t rv = gw_database_lock(&a->db, mode);
    int status;

    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    status = route->fn(a, out);
    gw_database_unlock(mode);
    if (a->writing)
        gw_child_write_end(a->seg);
    a->db = NULL;
    return status;
}

/* Take what the route says, run its function, let go of it.  The catalogue is
 * held until the call is dropped, and no lock with it. */
static int run(gw_admin_t *a, const route_t *route, json_object **out)
{
    apr_status_t rv = APR_SUCCESS;

    if (route->locks == CATALOG || route->locks == REPORT_CATALOG)
        rv = gw_snapshot_hold(&a->call->snapshot);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    switch (route->locks) {
    case READ:
        return run_locked(a, route, GW_DB_READ, out);
    case WRITE:
        return run_locked(a, route, GW_DB_WRITE, out);
    case REPORT:
    case REPORT_CATALOG:
        return run_locked(a, route, GW_DB_REPORT, out);
    default:
        return route->fn(a, out);
    }
}

static int serve(gw_admin_t *a, const route_t *route, json_object **out)
{
    int method = route->method;

    /* ids have no query; a collection reads its own */
    if (a->call->url.kind == GW_URL_ADMIN && route->place == ONE
        && !gw_query_read(a, NULL, 0))
        return 0;
    if (route->locks == WRITE && !may_write(a, route))
        return 0;
    if ((method == M_POST || method == M_PUT || method == M_PATCH)
        && !gw_check_read_body(a, body_limit(route)))
        return 0;
    return run(a, route, out);
}

static int answer(gw_admin_t *a, int status, json_object *out)
{
    gw_call_t *call = a->call;
    const char *text = a->text != NULL ? a->text : "";

    if (a->text == NULL && out != NULL)
        text = gw_admin_line(a, out);
    json_object_put(out);
    if (status == HTTP_OK && gw_auth_public(call)
        && gw_public_headers(a, text))
        return gw_public_unchanged(a);
    return a->text != NULL
           ? gw_reply_text(call, status, a->type, text, strlen(text))
           : gw_reply_json(call, status, text);
}

int gw_admin_serve(gw_call_t *call)
{
    const char *methods;
    const route_t *route = find_route(call, &methods);
    json_object *out = NULL;
    gw_admin_t a;
    int status = 0, rc;

    memset(&a, 0, sizeof(a));
    a.call = call;
    a.pool = call->r->pool;
    a.id = call->url.id;
    a.seg = gw_process.seg;
    a.conf = gw_process.conf;
    a.now_ms = apr_time_as_msec(gw_segment_now(a.seg));
    /* what an administrator or a key's owner sees is kept by no cache */
    apr_table_setn(call->r->headers_out, "Cache-Control", "no-store");
    if (permitted(&a, route))
        status = route != NULL ? serve(&a, route, &out)
                               : no_route(&a, methods);
    rc = status != 0 ? answer(&a, status, out)
                     : gw_reply_problem(call, &a.problem);
    json_object_put(a.body);
    gw_call_drop(call);
    return rc;
}
