/* SPDX-License-Identifier: Apache-2.0 */
/* public.c - see public.h. */
#include "public.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <http_protocol.h>

#include "crypto.h"
#include "headers.h"

#define TAG_BYTES 16

int gw_public_headers(gw_admin_t *a, const char *text)
{
    request_rec *r = a->call->r;
    unsigned char hash[GW_SHA256];
    char hex[2 * TAG_BYTES + 1];

    gw_sha256(hash, text, strlen(text));
    apr_escape_hex(hex, hash, TAG_BYTES, 0, NULL);
    apr_table_setn(r->headers_out, "ETag",
                   apr_pstrcat(a->pool, "\"", hex, "\"", NULL));
    apr_table_setn(r->headers_out, "Cache-Control", "public, max-age=60");
    /* with a key the list is another one */
    apr_table_mergen(r->headers_out, "Vary",
                     "Authorization, x-api-key, api-key");
    return ap_condition_if_none_match(r, r->headers_out) > AP_CONDITION_NOMATCH;
}

int gw_public_unchanged(gw_admin_t *a)
{
    gw_call_t *call = a->call;

    call->r->status = HTTP_NOT_MODIFIED;
    gw_headers_add(call, call->r->headers_out, 0);
    return OK;
}
