/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - what all who plan a chat do: refuse, look up members, check kinds,
 * and note what is to be written. */
#include "plan.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define NUMBER(n) TEXT(n)
#define TEXT(n) #n

/* ---- the body ---------------------------------------------------------- */

void gw_plan_begin(gw_plan_t *req, gw_endpoint_t from, gw_translated_t *out,
                   const gw_model_t *model, const gw_route_t *route,
                   gw_problem_t *problem, apr_pool_t *pool)
{
    memset(req, 0, sizeof(*req));
    req->from = from;
    req->out = out;
    req->model = model;
    req->route = route;
    req->vendor = gw_vendor_row(route->upstream->vendor);
    req->family = gw_family(route->model);
    req->problem = problem;
    req->pool = pool;
    req->thinking = GW_ABSENT;
    req->thinking_name = req->thinking_at = "llmgw_thinking";
    gw_text_init(&out->body, GW_TRANSLATE_BODY, pool);
    gw_text_init(&out->dropped, GW_TRANSLATE_DROPPED, pool);
}

gw_problem_kind_t gw_plan_read(gw_plan_t *req, gw_str_t body,
                               const gw_json_schema_t *schema)
{
    apr_status_t rv = gw_tree_read(&req->tree, body, schema, GW_JSON_TRUSTED,
                                   req->pool);

    if (rv == APR_ENOSPC)
        return gw_problem(req->problem, GW_P_INVALID_PARAMETER, NULL,
                          "The body is too large to be translated for the "
                          "upstream that this model is served by: at most "
                          NUMBER(GW_TREE_NODES) " values and 4 GB.");
    if (rv == APR_EINVAL)
        return gw_problem(req->problem, GW_P_INVALID_JSON, NULL,
                          apr_pstrcat(req->pool, "The body ",
                                      gw_json_error_text(req->tree.error),
                                      ".", NULL));
    if (rv != APR_SUCCESS)
        return gw_problem(req->problem, GW_P_INTERNAL_ERROR, NULL,
                          "The server had an error while processing your "
                          "request: there was no memory to translate the "
                          "body.");
    if (gw_tree_root(&req->tree)->kind != GW_JSON_OBJECT)
        return gw_problem(req->problem, GW_P_INVALID_JSON, NULL,
                          "The body must be a JSON object.");
    return 0;
}

gw_problem_kind_t gw_plan_end(gw_plan_t *req)
{
    if (!req->out->body.full)
        return 0;
    return gw_problem(req->problem, GW_P_REQUEST_TOO_LARGE, NULL,
                      "The body becomes too large when it is translated for "
                      "the upstream that this model is served by.");
}

/* ---- refusing ---------------------------------------------------------- */

gw_problem_kind_t gw_plan_refuse(gw_plan_t *req, gw_problem_kind_t kind,
                                 const gw_node_t *node, const char *member,
                                 const char *message)
{
    const char *path = gw_tree_path(&req->tree, node, member, req->pool);

    return gw_problem(req->problem, kind, path,
                      apr_pstrcat(req->pool, "'", path, "' ", message, NULL));
}

/* ---- members ---------------------------------------------------------- */

static int is_nothing(const gw_node_t *node)
{
    if (node->kind == GW_JSON_STR)
        return node->end - node->start == 2;
    return node->kind <= GW_JSON_FALSE
           || (node->kind >= GW_JSON_ARRAY && node->count == 0);
}

/* A member's name as its reader sees it. */
static gw_str_t plain_name(const gw_plan_t *req, const gw_node_t *node)
{
    gw_str_t name = gw_tree_name(&req->tree, node), plain;
    char *out;

    if (memchr(name.p, '\\', name.n) == NULL)
        return name;
    plain.p = out = apr_palloc(req->pool, name.n);
    plain.n = gw_json_unescape(out, name);
    return plain;
}

void gw_plan_drop(gw_plan_t *req, const char *before, gw_str_t word,
                  const char *behind)
{
    if (word.n > GW_PLAN_WORD)
        return;
    gw_translate_drop(req->out, apr_psprintf(req->pool, "%s%.*s%s", before,
                                             (int)word.n, word.p, behind),
                      req->pool);
}

gw_problem_kind_t gw_plan_members(gw_plan_t *req, const gw_node_t *object,
                                  const char *where)
{
    const gw_node_t *m = gw_tree_child(&req->tree, object);

    for (; m != NULL; m = gw_tree_next(&req->tree, m)) {
        gw_str_t name = plain_name(req, m);

        switch (gw_translate_fate(req->from, where, name)) {
        case GW_MEMBER_TAKEN:
        case GW_MEMBER_QUIET:
            break;
        case GW_MEMBER_REFUSED:
            if (is_nothing(m))
                break;
            return gw_plan_refuse(req, GW_P_UNSUPPORTED_PARAMETER, m, NULL,
                                  "has no place at the upstream that this "
                                  "model is served by, and changes what is "
                                  "asked for: leave it out.");
        default:
            if (m->kind != GW_JSON_NULL)
                gw_plan_drop(req, *where ? apr_pstrcat(req->pool, where, ".",
                                                       NULL) : "", name, "");
            break;
        }
    }
    return 0;
}

gw_problem_kind_t gw_plan_string(gw_plan_t *req, const gw_node_t *object,
                                 const char *name, const gw_node_t **out)
{
    *out = gw_tree_value(&req->tree, object, name);
    if (*out == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, object, name,
                              "is missing: it must be a string.");
    if ((*out)->kind != GW_JSON_STR)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, *out, NULL,
                              "must be a string.");
    return 0;
}

gw_problem_kind_t gw_plan_bool(gw_plan_t *req, const gw_node_t *object,
                               const char *name, int *out)
{
    const gw_node_t *m = gw_tree_value(&req->tree, object, name);

    *out = m != NULL && m->kind == GW_JSON_TRUE;
    if (m == NULL || m->kind == GW_JSON_TRUE || m->kind == GW_JSON_FALSE)
        return 0;
    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                          "must be true or false.");
}

/* ---- JSON of the client's own ------------------------------------------ */

static unsigned containers_around(const gw_tree_t *tree,
                                  const gw_node_t *node)
{
    unsigned n = 0;

    for (; node->parent != 0; node = &tree->node[node->parent])
        n++;
    return n;
}

gw_problem_kind_t gw_plan_object(gw_plan_t *req, const gw_node_t *object,
                                 const char *name, unsigned deeper,
                                 const gw_node_t **out)
{
    const gw_node_t *m = gw_tree_value(&req->tree, object, name);

    *out = m;
    if (m == NULL)
        return 0;
    if (m->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                              "must be an object.");
    deeper += containers_around(&req->tree, m);
    if (deeper > GW_JSON_DEPTH
        || gw_tree_deeper(gw_tree_bytes(&req->tree, m),
                          GW_JSON_DEPTH - deeper))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                              "nests too deep to be translated.");
    return 0;
}

gw_problem_kind_t gw_plan_name(gw_plan_t *req, const gw_node_t *name)
{
    gw_str_t s = gw_tree_string(&req->tree, name, req->pool);
    apr_size_t i;

    for (i = 0; i < s.n && (apr_isalnum(s.p[i]) || s.p[i] == '_'
                            || s.p[i] == '-'); i++)
        ;
    if (i == s.n && s.n > 0 && s.n <= GW_PLAN_NAME)
        return 0;
    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, name, NULL,
                          "must be 1 to 64 letters, digits, '_' and '-': the "
                          "upstream that this model is served by takes no "
                          "other names of tools.");
}

/* ---- messages and their parts ------------------------------------------ */

gw_plan_part_t *gw_plan_part(gw_plan_t *req, gw_plan_parts_t *parts,
                             gw_plan_kind_t kind)
{
    gw_plan_part_t *part = apr_pcalloc(req->pool, sizeof(*part));

    part->kind = kind;
    part->join = part->before = part->more = "";
    if (parts->first == NULL)
        parts->first = part;
    else
        parts->last->next = part;
    parts->last = part;
    return part;
}

gw_plan_part_t *gw_plan_text(gw_plan_t *req, gw_plan_parts_t *parts,
                             gw_str_t text, const char *join)
{
    gw_plan_part_t *part = gw_plan_part(req, parts, GW_PLAN_TEXT);

    part->text = text;
    part->join = join;
    return part;
}

void gw_plan_append(gw_plan_parts_t *parts, const gw_plan_parts_t *more)
{
    if (more->first == NULL)
        return;
    if (parts->first == NULL)
        parts->first = more->first;
    else
        parts->last->next = more->first;
    parts->last = more->last;
}

gw_problem_kind_t gw_plan_mark(gw_plan_t *req, const gw_node_t *object,
                               const gw_plan_parts_t *parts)
{
    const gw_node_t *m = gw_tree_value(&req->tree, object, "cache_control");
    const gw_node_t *ttl;

    if (m == NULL)
        return 0;
    if (m->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                              "must be an object.");
    if (!req->vendor->cache_markers || parts->last == NULL)
        return 0;
    parts->last->marked = 1;
    ttl = gw_tree_value(&req->tree, m, "ttl");  /* there it is 5 minutes */
    if (ttl == NULL || gw_tree_is(&req->tree, ttl, "5m"))
        return 0;
    return gw_plan_members(req, m, "cache_control");
}

gw_plan_message_t *gw_plan_message(gw_plan_t *req, gw_plan_role_t role)
{
    gw_plan_message_t *m = apr_pcalloc(req->pool, sizeof(*m));

    m->role = role;
    if (req->first == NULL)
        req->first = m;
    else
        req->last->next = m;
    req->last = m;
    return m;
}

gw_plan_call_t *gw_plan_call(gw_plan_t *req, gw_plan_message_t *m,
                             const gw_node_t *block, const gw_node_t *id)
{
    gw_plan_call_t *call = apr_pcalloc(req->pool, sizeof(*call));

    call->block = block;
    call->id = id;
    call->before = call->behind = "";
    if (m->calls == NULL)
        m->calls = call;
    else
        m->last_call->next = call;
    m->last_call = call;
    return call;
}
