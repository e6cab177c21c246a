/* SPDX-License-Identifier: Apache-2.0 */
/* httpd.c - of httpd what the glue needs while one of its parts is tested
 * without a server.  What is not here is unresolved: a test that calls it
 * ends there. */
#include "glue.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

module AP_MODULE_DECLARE_DATA llmgw_module;
gw_process_t gw_process;

static void destroyed(void *data)
{
}

static apr_status_t read_nothing(apr_bucket *e, const char **p, apr_size_t *n,
                                 apr_read_type_e block)
{
    *p = NULL;
    *n = 0;
    return APR_SUCCESS;
}

AP_DECLARE_DATA const apr_bucket_type_t ap_bucket_type_error = {
    "ERROR", 5, APR_BUCKET_METADATA, destroyed, read_nothing,
    apr_bucket_setaside_notimpl, apr_bucket_split_notimpl,
    apr_bucket_copy_notimpl
};

AP_DECLARE(void) ap_log_rerror_(const char *file, int line, int index,
                                int level, apr_status_t status,
                                const request_rec *r, const char *fmt, ...)
{
}

AP_DECLARE(int) ap_cstr_casecmp(const char *a, const char *b)
{
    return strcasecmp(a, b);
}

AP_DECLARE(int) ap_cstr_casecmpn(const char *a, const char *b, apr_size_t n)
{
    return strncasecmp(a, b, n);
}

AP_DECLARE(char *) ap_escape_logitem(apr_pool_t *pool, const char *text)
{
    return apr_pstrdup(pool, text);
}

AP_DECLARE(const char *) ap_get_status_line(int status)
{
    return status == 500 ? "500" : "200 OK";
}

AP_DECLARE(int) ap_parse_strict_length(apr_off_t *n, const char *text)
{
    *n = (apr_off_t)strtoll(text, NULL, 10);
    return 1;
}

/* ---- filters -------------------------------------------------------- */

static ap_filter_rec_t registered;

AP_DECLARE(ap_filter_rec_t *)
ap_register_output_filter(const char *name, ap_out_filter_func fn,
                          ap_init_filter_func init, ap_filter_type type)
{
    registered.name = name;
    registered.filter_func.out_func = fn;
    return &registered;
}

AP_DECLARE(ap_filter_t *)
ap_add_output_filter_handle(ap_filter_rec_t *rec, void *ctx, request_rec *r,
                            conn_rec *c)
{
    ap_filter_t *f = apr_pcalloc(r->pool, sizeof(*f));

    f->frec = rec;
    f->ctx = ctx;
    f->r = r;
    f->c = c;
    return f;
}

/* ---- the answer's headers --------------------------------------------- */

AP_DECLARE(void) ap_set_content_type(request_rec *r, const char *type)
{
    r->content_type = type;
}

AP_DECLARE(void) ap_set_content_length(request_rec *r, apr_off_t length)
{
    r->clength = length;
}
