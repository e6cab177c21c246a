/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_media.c - images and PDFs: their bytes as a data: URL. */
#include "messages_request.h"

#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#define LONGEST_TYPE 64         /* bytes of a media type */

/* ---- base64 ------------------------------------------------------------ */

static gw_problem_kind_t base64(gw_plan_t *req, const gw_node_t *source,
                                gw_str_t *out)
{
    const gw_node_t *data;
    gw_problem_kind_t rv = gw_plan_string(req, source, "data", &data);

    return rv != 0 ? rv : gw_plan_base64(req, data, out);
}

/* ---- parts ------------------------------------------------------------- */

/* Is all of it behind `begin` such as media types are? */
static int is_type(gw_str_t type, const char *begin)
{
    apr_size_t n = strlen(begin), i = n;

    if (type.n <= n || type.n > LONGEST_TYPE
        || memcmp(type.p, begin, n) != 0)
        return 0;
    while (i < type.n && (apr_isalnum(type.p[i])
                          || memchr("+.-", type.p[i], 3) != NULL))
        i++;
    return i == type.n;
}

static gw_problem_kind_t image_bytes(gw_plan_t *req, const gw_node_t *source,
                                     gw_plan_parts_t *parts)
{
    const gw_node_t *type;
    gw_plan_part_t *part;
    gw_str_t word, data;
    gw_problem_kind_t rv = gw_plan_string(req, source, "media_type", &type);

    if (rv != 0)
        return rv;
    word = gw_tree_string(&req->tree, type, req->pool);
    if (!is_type(word, "image/"))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, type, NULL,
                              "must be the type of an image, as "
                              "\"image/png\".");
    rv = base64(req, source, &data);
    if (rv != 0)
        return rv;
    part = gw_plan_part(req, parts, GW_PLAN_IMAGE);
    part->before = apr_psprintf(req->pool, "data:%.*s;base64,", (int)word.n,
                                word.p);
    part->text = data;
    return 0;
}

static int is_http(gw_str_t url)
{
    return (url.n > 7 && strncasecmp(url.p, "http://", 7) == 0)
           || (url.n > 8 && strncasecmp(url.p, "https://", 8) == 0);
}

static gw_problem_kind_t image_url(gw_plan_t *req, const gw_node_t *source,
                                   gw_plan_parts_t *parts)
{
    const gw_node_t *url;
    gw_problem_kind_t rv = gw_plan_string(req, source, "url", &url);

    if (rv != 0)
        return rv;
    if (!is_http(gw_tree_string(&req->tree, url, req->pool)))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, url, NULL,
                              "must begin with https://; give an image's "
                              "bytes as a source of type \"base64\".");
    gw_plan_part(req, parts, GW_PLAN_IMAGE)->text
        = gw_tree_inside(&req->tree, url);
    return 0;
}

gw_problem_kind_t gw_mreq_image(gw_plan_t *req, const gw_node_t *block,
                                gw_plan_parts_t *parts)
{
    const gw_node_t *source = gw_tree_value(&req->tree, block, "source");
    const gw_node_t *type;
    gw_problem_kind_t rv;

    if (source == NULL || source->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, block, "source",
                              "must be an object.");
    rv = gw_plan_string(req, source, "type", &type);
    if (rv == 0)
        rv = gw_plan_members(req, source, "messages[].content[].source");
    if (rv != 0)
        return rv;
    if (gw_tree_is(&req->tree, type, "base64"))
        return image_bytes(req, source, parts);
    if (gw_tree_is(&req->tree, type, "url"))
        return image_url(req, source, parts);
    return gw_plan_refuse(req, GW_P_UNSUPPORTED_PARAMETER, type, NULL,
                          "must be \"base64\" or \"url\": what is stored "
                          "elsewhere cannot be sent.");
}

gw_problem_kind_t gw_mreq_pdf(gw_plan_t *req, const gw_node_t *source,
                              gw_plan_parts_t *parts)
{
    const gw_node_t *type = gw_tree_value(&req->tree, source, "media_type");
    gw_plan_part_t *part;
    gw_str_t data;
    gw_problem_kind_t rv;

    if (!gw_tree_is(&req->tree, type, "application/pdf"))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, source,
                              "media_type", "must be \"application/pdf\".");
    rv = base64(req, source, &data);
    if (rv != 0)
        return rv;
    part = gw_plan_part(req, parts, GW_PLAN_FILE);
    part->more = "\"filename\":\"document.pdf\",";
    part->before = "data:application/pdf;base64,";
    part->text = data;
    return 0;
}
