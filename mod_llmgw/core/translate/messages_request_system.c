/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_system.c - system texts: those of `system`, and those that
 * stand among the messages. */
#include "messages_request.h"

/* A line that Claude Code puts in front of its own, with a hash that changes
 * with each request: no cache of prefixes would ever hit behind it. */
static int is_attribution(const gw_plan_t *req, const gw_node_t *text)
{
    static const char begin[] = "x-anthropic-billing-header";
    gw_str_t s = gw_tree_inside(&req->tree, text);

    if (s.n == 0 || (s.p[0] != begin[0] && s.p[0] != '\\'))
        return 0;
    s = gw_tree_string(&req->tree, text, req->pool);
    return s.n >= sizeof(begin) - 1
           && memcmp(s.p, begin, sizeof(begin) - 1) == 0;
}

static void add(gw_plan_t *req, const gw_node_t *text, gw_plan_parts_t *parts)
{
    gw_str_t s = gw_tree_inside(&req->tree, text);

    if (s.n > 0 && !is_attribution(req, text))
        gw_plan_text(req, parts, s, "\\n\\n");
}

static gw_problem_kind_t block(gw_plan_t *req, const gw_node_t *b,
                               gw_plan_parts_t *parts)
{
    gw_plan_parts_t own = { NULL, NULL };
    const gw_node_t *text;
    gw_mreq_block_t kind;
    gw_problem_kind_t rv = gw_mreq_block(req, b, GW_MREQ_IN_SYSTEM, &kind);

    if (rv == 0)
        rv = gw_plan_string(req, b, "text", &text);
    if (rv != 0)
        return rv;
    add(req, text, &own);
    rv = gw_plan_mark(req, b, &own);
    gw_plan_append(parts, &own);
    return rv;
}

gw_problem_kind_t gw_mreq_system(gw_plan_t *req, const gw_node_t *content,
                                 gw_plan_parts_t *parts)
{
    const gw_node_t *b;
    gw_problem_kind_t rv = 0;

    if (content->kind == GW_JSON_STR) {
        add(req, content, parts);
        return 0;
    }
    if (content->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, content, NULL,
                              "must be a string or an array of texts.");
    b = gw_tree_child(&req->tree, content);
    for (; b != NULL && rv == 0; b = gw_tree_next(&req->tree, b))
        rv = block(req, b, parts);
    return rv;
}

gw_problem_kind_t gw_mreq_system_message(gw_plan_t *req,
                                         const gw_node_t *message,
                                         gw_plan_parts_t *parts)
{
    const gw_node_t *content;
    gw_problem_kind_t rv = gw_mreq_content(req, message, 0, &content);

    return rv != 0 ? rv : gw_mreq_system(req, content, parts);
}
