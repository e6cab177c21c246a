/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_block.c - contents of messages: which blocks there are and
 * where they may stand, and those of which parts become. */
#include "messages_request.h"

#include <apr_strings.h>

#define BLOCK "messages[].content[]"

#define USER      GW_MREQ_IN_USER
#define ASSISTANT GW_MREQ_IN_ASSISTANT
#define RESULT    GW_MREQ_IN_RESULT
#define DOCUMENT  GW_MREQ_IN_DOCUMENT
#define SYSTEM    GW_MREQ_IN_SYSTEM

/* ---- messages ---------------------------------------------------------- */

int gw_mreq_role(const gw_plan_t *req, const gw_node_t *message)
{
    const gw_node_t *role = gw_tree_member(&req->tree, message, "role");

    return gw_tree_is(&req->tree, role, "user") ? GW_PLAN_USER
           : gw_tree_is(&req->tree, role, "assistant") ? GW_PLAN_ASSISTANT
           : gw_tree_is(&req->tree, role, "system") ? GW_PLAN_SYSTEM : -1;
}

gw_problem_kind_t gw_mreq_content(gw_plan_t *req, const gw_node_t *message,
                                  int may_be_empty, const gw_node_t **out)
{
    const gw_node_t *content = gw_tree_value(&req->tree, message, "content");
    int empty;

    *out = content;
    if (content == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, message, "content",
                              "is missing: it must be a string or an array "
                              "of blocks.");
    if (content->kind != GW_JSON_STR && content->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, content, NULL,
                              "must be a string or an array of blocks.");
    empty = content->kind == GW_JSON_STR ? content->end - content->start == 2
                                         : content->count == 0;
    if (empty && !may_be_empty)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, content, NULL,
                              "is empty: all messages must have content, but "
                              "for a last one of the assistant.");
    return gw_plan_members(req, message, "messages[]");
}

/* ---- which block ------------------------------------------------------- */

static const struct {
    const char *type;
    gw_mreq_block_t kind;
    unsigned in;
} kinds[] = {
    { "text", GW_MREQ_B_TEXT, USER | ASSISTANT | RESULT | DOCUMENT | SYSTEM },
    { "image", GW_MREQ_B_IMAGE, USER | RESULT | DOCUMENT },
    { "document", GW_MREQ_B_DOCUMENT, USER | RESULT },
    { "search_result", GW_MREQ_B_SEARCH, USER | RESULT },
    { "tool_reference", GW_MREQ_B_REFERENCE, RESULT },
    { "tool_use", GW_MREQ_B_TOOL_USE, ASSISTANT },
    { "tool_result", GW_MREQ_B_TOOL_RESULT, USER },
    { "thinking", GW_MREQ_B_THINKING, ASSISTANT },
    { "redacted_thinking", GW_MREQ_B_QUIET, ASSISTANT },
    { "compaction", GW_MREQ_B_COMPACTION, ASSISTANT },
    /* what a tool did at Anthropic's, before the model was changed: what was
     * found there can be read there only */
    { "server_tool_use", GW_MREQ_B_DROPPED, USER | ASSISTANT },
    { "mcp_tool_use", GW_MREQ_B_DROPPED, USER | ASSISTANT },
    { "container_upload", GW_MREQ_B_UPLOAD, USER | ASSISTANT }
};

/* "web_search_tool_result" and its like, many and more to come. */
static int is_server_result(gw_str_t type)
{
    static const char end[] = "_tool_result";
    apr_size_t n = sizeof(end) - 1;

    return type.n > n && memcmp(type.p + type.n - n, end, n) == 0;
}

static gw_problem_kind_t wrong_place(gw_plan_t *req, const gw_node_t *type,
                                     unsigned in)
{
    const char *where = in == USER ? "a message of the user"
                        : in == ASSISTANT ? "a message of the assistant"
                        : in == RESULT ? "a tool_result"
                        : in == DOCUMENT ? "a document" : "a system text";
    const char *message = apr_psprintf(req->pool, "is a block that cannot "
                                       "stand in %s.", where);

    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, type, NULL, message);
}

static gw_problem_kind_t other_block(gw_plan_t *req, const gw_node_t *type,
                                     unsigned in)
{
    gw_str_t word = gw_tree_string(&req->tree, type, req->pool);

    if (!is_server_result(word))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, type, NULL,
                              "is no block that can be translated for the "
                              "upstream that this model is served by: text, "
                              "image, document, search_result, tool_use, "
                              "tool_result and thinking can.");
    if (!(in & (USER | ASSISTANT)))
        return wrong_place(req, type, in);
    return 0;
}

gw_problem_kind_t gw_mreq_block(gw_plan_t *req, const gw_node_t *block,
                                unsigned in, gw_mreq_block_t *kind)
{
    const gw_node_t *type;
    gw_problem_kind_t rv;
    unsigned i = 0;

    if (block->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, block, NULL,
                              "must be an object with a 'type'.");
    rv = gw_plan_string(req, block, "type", &type);
    if (rv != 0)
        return rv;
    while (i < GW_COUNT(kinds) && !gw_tree_is(&req->tree, type, kinds[i].type))
        i++;
    *kind = i < GW_COUNT(kinds) ? kinds[i].kind : GW_MREQ_B_DROPPED;
    if (i == GW_COUNT(kinds))
        rv = other_block(req, type, in);
    else if (!(kinds[i].in & in))
        rv = wrong_place(req, type, in);
    if (rv != 0)
        return rv;
    if (*kind == GW_MREQ_B_UPLOAD)
        return gw_plan_refuse(req, GW_P_UNSUPPORTED_PARAMETER, type, NULL,
                              "is a file that is stored elsewhere: send its "
                              "content.");
    if (*kind == GW_MREQ_B_DROPPED) {
        gw_plan_drop(req, "messages[].content[",
                     gw_tree_string(&req->tree, type, req->pool), "]");
        return 0;
    }
    return gw_plan_members(req, block, in == SYSTEM ? "system[]" : BLOCK);
}

/* ---- parts ------------------------------------------------------------- */

/* An empty one has no part; Anthropic refuses it in a message. */
static gw_problem_kind_t text(gw_plan_t *req, const gw_node_t *block,
                              unsigned in, gw_plan_parts_t *parts,
                              const char *join)
{
    const gw_node_t *m;
    gw_problem_kind_t rv = gw_plan_string(req, block, "text", &m);
    gw_str_t s;

    if (rv != 0)
        return rv;
    s = gw_tree_inside(&req->tree, m);
    if (s.n == 0 && (in & (USER | ASSISTANT)))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                              "is empty: leave the block out.");
    if (s.n > 0)
        gw_plan_text(req, parts, s, join);
    return 0;
}

/* A member that may be there, a text in front of others. */
static gw_problem_kind_t heading(gw_plan_t *req, const gw_node_t *block,
                                 const char *name, gw_plan_parts_t *parts,
                                 const char **join)
{
    const gw_node_t *m = gw_tree_value(&req->tree, block, name);

    if (m == NULL)
        return 0;
    if (m->kind != GW_JSON_STR)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                              "must be a string.");
    if (gw_tree_inside(&req->tree, m).n > 0) {
        gw_plan_text(req, parts, gw_tree_inside(&req->tree, m), *join);
        *join = "\\n";
    }
    return 0;
}

/* content: a string, or texts and images. */
static gw_problem_kind_t inner(gw_plan_t *req, const gw_node_t *content,
                               gw_plan_parts_t *parts, const char *join)
{
    const gw_node_t *b;
    gw_mreq_block_t kind;
    gw_problem_kind_t rv = 0;

    if (content->kind == GW_JSON_STR) {
        if (gw_tree_inside(&req->tree, content).n > 0)
            gw_plan_text(req, parts, gw_tree_inside(&req->tree, content),
                         join);
        return 0;
    }
    if (content->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, content, NULL,
                              "must be a string or an array of blocks.");
    b = gw_tree_child(&req->tree, content);
    for (; b != NULL && rv == 0; b = gw_tree_next(&req->tree, b)) {
        rv = gw_mreq_block(req, b, DOCUMENT, &kind);
        if (rv == 0)
            rv = kind == GW_MREQ_B_IMAGE ? gw_mreq_image(req, b, parts)
                                         : text(req, b, DOCUMENT, parts, join);
    }
    return rv;
}

static gw_problem_kind_t required(gw_plan_t *req, const gw_node_t *in,
                                  const char *name, gw_plan_parts_t *parts,
                                  const char *join)
{
    const gw_node_t *content = gw_tree_value(&req->tree, in, name);

    if (content == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, in, name,
                              "is missing.");
    return inner(req, content, parts, join);
}

static gw_problem_kind_t source(gw_plan_t *req, const gw_node_t *from,
                                gw_plan_parts_t *parts, const char *join)
{
    const gw_node_t *type, *data;
    gw_problem_kind_t rv = gw_plan_string(req, from, "type", &type);

    if (rv == 0)
        rv = gw_plan_members(req, from, BLOCK ".source");
    if (rv != 0)
        return rv;
    if (gw_tree_is(&req->tree, type, "base64"))
        return gw_mreq_pdf(req, from, parts);
    if (gw_tree_is(&req->tree, type, "content"))
        return required(req, from, "content", parts, join);
    if (!gw_tree_is(&req->tree, type, "text"))
        return gw_plan_refuse(req, GW_P_UNSUPPORTED_PARAMETER, type, NULL,
                              "must be \"base64\", \"text\" or \"content\": "
                              "the upstream that this model is served by "
                              "fetches no documents.");
    rv = gw_plan_string(req, from, "data", &data);
    return rv != 0 ? rv : inner(req, data, parts, join);
}

static gw_problem_kind_t document(gw_plan_t *req, const gw_node_t *block,
                                  gw_plan_parts_t *parts, const char *join)
{
    const gw_node_t *from = gw_tree_value(&req->tree, block, "source");
    gw_problem_kind_t rv;

    if (from == NULL || from->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, block, "source",
                              "must be an object.");
    rv = heading(req, block, "title", parts, &join);
    if (rv == 0)
        rv = heading(req, block, "context", parts, &join);
    return rv != 0 ? rv : source(req, from, parts, join);
}

static gw_problem_kind_t search_result(gw_plan_t *req, const gw_node_t *block,
                                       gw_plan_parts_t *parts,
                                       const char *join)
{
    gw_problem_kind_t rv = heading(req, block, "title", parts, &join);

    if (rv == 0)
        rv = heading(req, block, "source", parts, &join);
    return rv != 0 ? rv : required(req, block, "content", parts, join);
}

gw_problem_kind_t gw_mreq_block_parts(gw_plan_t *req, const gw_node_t *block,
                                      gw_mreq_block_t kind, unsigned in,
                                      gw_plan_parts_t *parts,
                                      const char *join)
{
    gw_plan_parts_t own = { NULL, NULL };
    gw_problem_kind_t rv;

    switch (kind) {
    case GW_MREQ_B_IMAGE:
        rv = gw_mreq_image(req, block, &own);
        break;
    case GW_MREQ_B_DOCUMENT:
        rv = document(req, block, &own, join);
        break;
    case GW_MREQ_B_SEARCH:
        rv = search_result(req, block, &own, join);
        break;
    case GW_MREQ_B_REFERENCE:
        rv = heading(req, block, "tool_name", &own, &join);
        break;
    default:
        rv = text(req, block, in, &own, join);
        break;
    }
    if (rv == 0)
        rv = gw_plan_mark(req, block, &own);
    gw_plan_append(parts, &own);
    return rv;
}
