/* SPDX-License-Identifier: Apache-2.0 */
/* watch_head.c - the head of an upstream's answer, above TLS, line by line.
 *
 * mod_proxy takes a status of three digits out of any number, reads on after
 * "1000" as after 100, and keeps one of two lengths.  Such an answer ends
 * somewhere else for others, and on a pooled connection what follows it would
 * be taken for the answer to another client's next request.  Where there is no
 * TLS the filter of watch_filter.c sees the same lines.
 */
#include "watch_private.h"

#include <http_log.h>
#include <util_filter.h>

static ap_filter_rec_t *head_handle;

apr_status_t gw_watch_head(gw_watch_t *w, const apr_bucket_brigade *bb)
{
    apr_bucket *e = APR_BRIGADE_FIRST(bb);
    const char *wrong = NULL, *data;
    apr_size_t n;

    for (; e != APR_BRIGADE_SENTINEL(bb) && wrong == NULL;
         e = APR_BUCKET_NEXT(e)) {
        if (!APR_BUCKET_IS_METADATA(e)
            && apr_bucket_read(e, &data, &n, APR_BLOCK_READ) == APR_SUCCESS)
            wrong = gw_head_feed(&w->parsed, data, n);
    }
    if (wrong == NULL)
        return APR_SUCCESS;
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, w->call->r, GW_TAG(0084)
                  "%s: the answer of upstream %s is not taken: %s",
                  w->call->id_text, w->call->route->upstream->name, wrong);
    return gw_watch_stop(w, GW_STOP_BAD_HEAD);
}

/* Lines are read of the head, and later of chunks. */
static apr_status_t head_filter(ap_filter_t *f, apr_bucket_brigade *bb,
                                ap_input_mode_t mode, apr_read_type_e block,
                                apr_off_t readbytes)
{
    gw_watch_t *w = gw_watch_current();
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, block, readbytes);

    if (mode != AP_MODE_GETLINE || rv != APR_SUCCESS || w == NULL
        || w->parsed.at == GW_HEAD_OVER)
        return rv;
    return gw_watch_head(w, bb);
}

void gw_watch_head_filter(conn_rec *c)
{
    ap_add_input_filter_handle(head_handle, NULL, NULL, c);
}

void gw_watch_head_register(void)
{
    head_handle = ap_register_input_filter("LLMGW_HEAD", head_filter, NULL,
                                           AP_FTYPE_CONNECTION);
}
