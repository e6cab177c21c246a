/* SPDX-License-Identifier: Apache-2.0 */
/* catalog.c - see catalog.h. */
#include "catalog.h"

const char *const gw_auth_names[4] = { "bearer", "x-api-key", "api-key",
                                       "none" };
const char *const gw_thinking_names[5] = {
    "relay", "enable_thinking", "object", "instruction", "none"
};
const char *const gw_abort_names[2] = { "cancel", "drain" };
const char *const gw_limit_media_names[GW_MEDIAS] = {
    "image_tokens", "audio_tokens", "video_tokens", "pdf_tokens"
};

const gw_model_t *gw_catalog_model(const gw_catalog_t *catalog,
                                   gw_str_t name)
{
    const gw_model_t *m = apr_hash_get(catalog->by_name, name.p,
                                       (apr_ssize_t)name.n);

    return m != NULL && !m->disabled ? m : NULL;
}

int gw_model_price(const gw_model_t *model, apr_int64_t now_ms)
{
    int i = (int)model->price_count - 1;

    while (i >= 0 && model->prices[i].from_ms > now_ms)
        i--;
    return i;
}

const char *gw_catalog_currency(const gw_catalog_t *catalog, apr_int64_t id)
{
    if (id < 0 || id >= (apr_int64_t)catalog->currency_count
        || catalog->currencies[id] == NULL)
        return "";
    return catalog->currencies[id];
}

int gw_route_takes(const gw_route_t *route, const gw_request_t *req)
{
    if (route->upstream->stored_ids)
        return 1;
    return req->stored == NULL
           && (req->fileid == NULL
               || !gw_vendor_row(route->upstream->vendor)->file_texts);
}
