/* SPDX-License-Identifier: Apache-2.0 */
/* redact_log.c - see redact_log.h.
 *
 * httpd reads a request line, logs it (`core:trace5`), reads the headers,
 * runs post_read_request, tells mod_status, logs the headers (`http:trace4`)
 * and runs the quick handlers.  So what is hidden in post_read_request and
 * put back by the first quick handler is missing in that log and nowhere
 * else.  The request line itself is read by nobody after it was taken apart.
 */
#include "redact_log.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>

#include "process.h"
#include "redact.h"

/* ---- headers -------------------------------------------------------- */

static const char hidden_key[] = "llmgw-hidden";

static int http_index;          /* of the module whose level counts */

/* A header's value as it came, and what stands there meanwhile. */
typedef struct hidden_t {
    const char *value, *shown;
} hidden_t;

static void hide_headers(request_rec *r)
{
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    apr_table_entry_t *e = (apr_table_entry_t *)all->elts;
    apr_array_header_t *list = NULL;
    int i;

    for (i = 0; i < all->nelts; i++) {
        hidden_t h = { e[i].val, gw_redact(e[i].val, r->pool) };

        if (h.shown == h.value)
            continue;
        if (list == NULL)
            list = apr_array_make(r->pool, 2, sizeof(h));
        APR_ARRAY_PUSH(list, hidden_t) = h;
        e[i].val = (char *)h.shown;
    }
    if (list != NULL)
        apr_pool_userdata_setn(list, hidden_key, NULL, r->pool);
}

static void show_headers(request_rec *r, const apr_array_header_t *list)
{
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    apr_table_entry_t *e = (apr_table_entry_t *)all->elts;
    int i, k;

    for (i = 0; i < all->nelts; i++) {
        for (k = 0; k < list->nelts; k++) {
            const hidden_t *h = &APR_ARRAY_IDX(list, k, hidden_t);

            if (e[i].val == h->shown)
                e[i].val = (char *)h->value;
        }
    }
}

static int quick_handler(request_rec *r, int lookup)
{
    void *list = NULL;

    apr_pool_userdata_get(&list, hidden_key, r->pool);
    if (list != NULL)
        show_headers(r, list);
    return DECLINED;
}

/* ---- the request line ----------------------------------------------- */

static int post_read_request(request_rec *r)
{
    if (gw_process.conf == NULL)
        return DECLINED;
    r->the_request = (char *)gw_redact(r->the_request, r->pool);
    if (APLOG_R_MODULE_IS_LEVEL(r, http_index, APLOG_TRACE4))
        hide_headers(r);
    return DECLINED;
}

void gw_redact_log_url(request_rec *r)
{
    const char *referer = apr_table_get(r->headers_in, "Referer");

    r->unparsed_uri = (char *)gw_redact(r->unparsed_uri, r->pool);
    r->uri = (char *)gw_redact(r->uri, r->pool);
    r->args = (char *)gw_redact(r->args, r->pool);
    r->parsed_uri.path = (char *)gw_redact(r->parsed_uri.path, r->pool);
    r->parsed_uri.query = r->args;
    if (referer != NULL)        /* every line of the error log ends with it */
        apr_table_setn(r->headers_in, "Referer", gw_redact(referer, r->pool));
}

void gw_redact_log_register(void)
{
    const module *http = ap_find_linked_module("http_core.c");

    http_index = http != NULL ? http->module_index : APLOG_NO_MODULE;
    /* last, so that what others do to headers there is not undone */
    ap_hook_post_read_request(post_read_request, NULL, NULL,
                              APR_HOOK_REALLY_LAST);
    ap_hook_quick_handler(quick_handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
