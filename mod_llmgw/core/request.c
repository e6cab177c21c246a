/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - see request.h: what follows from what was read. */
#include "request.h"

#include <apr_strings.h>

const char *const gw_media_names[GW_MEDIAS] = {
    "image", "audio", "video", "pdf"
};

apr_int64_t gw_request_count(const gw_request_t *req, gw_member_id_t id)
{
    const gw_member_t *m = &req->member[id];
    gw_json_node_t node;
    apr_int64_t v;

    memset(&node, 0, sizeof(node));
    node.kind = m->kind;
    node.token = m->token;
    node.whole = 1;
    if (m->end == 0
        || gw_json_count(&v, &node, GW_REQUEST_MOST) != APR_SUCCESS)
        return -1;
    return v;
}

gw_member_id_t gw_request_max_member(const gw_request_t *req)
{
    static const gw_member_id_t ids[] = { GW_M_MAX_OUTPUT_TOKENS,
                                          GW_M_MAX_COMPLETION_TOKENS,
                                          GW_M_MAX_TOKENS };
    unsigned i;

    for (i = 0; i < GW_COUNT(ids); i++) {
        if (gw_request_has(req, ids[i])
            && gw_request_count(req, ids[i]) != 0)
            return ids[i];
    }
    return GW_M_NONE;
}

gw_problem_kind_t gw_request_refuse_stored(const gw_request_t *req,
                                           const char *prompt,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool)
{
    const char *path = req->stored != NULL ? req->stored : req->fileid;

    gw_problem(problem, GW_P_UNSUPPORTED_PARAMETER, path,
               apr_pstrcat(pool, "'", path, "' points at something that is "
                           "stored at the upstream, which is not supported "
                           "here: send the content itself in '", prompt,
                           "'.", NULL));
    /* what Anthropic's SDKs ask for by themselves: told this, they go on
       with the whole conversation in each request (its SDK for Python 2.10,
       lib/threads) */
    if (strcmp(path, "thread") == 0)
        problem->details = "{\"error_code\":\"thread_unsupported_request\","
                           "\"unsupported\":[\"thread\"]}";
    return problem->kind;
}
