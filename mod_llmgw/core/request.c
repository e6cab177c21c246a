/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - reading and judging the body of a chat request.
 *
 * The schema says where we look; the visitor notes what is found; judge()
 * turns what may not be into a problem that names the member.
 */
#include "request.h"

#include <apr_strings.h>

const char *const gw_media_names[GW_MEDIAS] = {
    "image", "audio", "video", "pdf"
};

enum {              /* contexts */
    C_NONE, C_ROOT, C_STREAM_OPTIONS, C_MESSAGES, C_MESSAGE, C_PARTS, C_PART,
    C_FILE, C_CALLS, C_CALL, C_FUNCTION, C_TOOLS, C_TOOL, C_MODALITIES
};

enum {              /* slots beyond the members of the document */
    V_ROOT = GW_MEMBERS, V_MESSAGE, V_ROLE, V_CONTENT, V_PART, V_PART_TYPE,
    V_PART_TEXT, V_MEDIA, V_FILE_ID, V_CACHE_CONTROL, V_TOOL, V_MODALITY
};

#define OWN(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_ONCE)

static const gw_json_rule_t root_rules[] = {
    OWN("model", GW_M_MODEL, C_NONE),
    OWN("messages", GW_M_MESSAGES, C_MESSAGES),
    OWN("stream", GW_M_STREAM, C_NONE),
    OWN("stream_options", GW_M_STREAM_OPTIONS, C_STREAM_OPTIONS),
    OWN("max_tokens", GW_M_MAX_TOKENS, C_NONE),
    OWN("max_completion_tokens", GW_M_MAX_COMPLETION_TOKENS, C_NONE),
    OWN("n", GW_M_N, C_NONE),
    OWN("llmgw_thinking", GW_M_LLMGW_THINKING, C_NONE),
    OWN("enable_thinking", GW_M_ENABLE_THINKING, C_NONE),
    OWN("thinking", GW_M_THINKING, C_NONE),
    OWN("reasoning_effort", GW_M_REASONING_EFFORT, C_NONE),
    OWN("thinking_budget", GW_M_THINKING_BUDGET, C_NONE),
    OWN("enable_context_caching", GW_M_ENABLE_CONTEXT_CACHING, C_NONE),
    OWN("service_tier", GW_M_SERVICE_TIER, C_NONE),
    OWN("background", GW_M_BACKGROUND, C_NONE),
    OWN("previous_response_id", GW_M_PREVIOUS_RESPONSE_ID, C_NONE),
    OWN("conversation", GW_M_CONVERSATION, C_NONE),
    OWN("prompt", GW_M_PROMPT, C_NONE),
    OWN("tools", GW_M_TOOLS, C_TOOLS),
    OWN("functions", GW_M_FUNCTIONS, C_TOOLS),
    OWN("modalities", GW_M_MODALITIES, C_MODALITIES),
    OWN("enable_search", GW_M_ENABLE_SEARCH, C_NONE),
    OWN("web_search_options", GW_M_WEB_SEARCH_OPTIONS, C_NONE)
};

static const gw_json_rule_t stream_options_rules[] = {
    OWN("include_usage", GW_M_INCLUDE_USAGE, C_NONE)
};

static const gw_json_rule_t messages_rules[] = {
    GW_JSON_EACH(V_MESSAGE, C_MESSAGE, 0)
};

/* What models are shown of a message is text; names and ids are not. */
static const gw_json_rule_t message_rules[] = {
    OWN("role", V_ROLE, C_NONE),
    GW_JSON_MEMBER("content", V_CONTENT, C_PARTS,
                   GW_JSON_ONCE | GW_JSON_TEXT),
    GW_JSON_MEMBER("reasoning_content", 0, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("reasoning", 0, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("refusal", 0, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("tool_calls", 0, C_CALLS, 0),
    GW_JSON_MEMBER("function_call", 0, C_FUNCTION, 0),
    GW_JSON_MEMBER("cache_control", V_CACHE_CONTROL, C_NONE, 0)
};

static const gw_json_rule_t parts_rules[] = {
    GW_JSON_EACH(V_PART, C_PART, GW_JSON_DATA)
};

static const gw_json_rule_t part_rules[] = {
    OWN("type", V_PART_TYPE, C_NONE),
    GW_JSON_MEMBER("text", V_PART_TEXT, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("refusal", 0, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("file", 0, C_FILE, 0),
    GW_JSON_MEMBER("cache_control", V_CACHE_CONTROL, C_NONE, 0)
};

static const gw_json_rule_t file_rules[] = {
    GW_JSON_MEMBER("file_id", V_FILE_ID, C_NONE, 0)
};

static const gw_json_rule_t calls_rules[] = {
    GW_JSON_EACH(0, C_CALL, 0)
};

static const gw_json_rule_t call_rules[] = {
    GW_JSON_MEMBER("function", 0, C_FUNCTION, 0),
    GW_JSON_MEMBER("custom", 0, C_FUNCTION, 0)
};

static const gw_json_rule_t function_rules[] = {
    GW_JSON_MEMBER("name", 0, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("arguments", 0, C_NONE, GW_JSON_TEXT),
    GW_JSON_MEMBER("input", 0, C_NONE, GW_JSON_TEXT)
};

static const gw_json_rule_t tools_rules[] = {
    GW_JSON_EACH(V_TOOL, C_TOOL, 0)
};

static const gw_json_rule_t tool_rules[] = {
    GW_JSON_MEMBER("cache_control", V_CACHE_CONTROL, C_NONE, 0)
};

static const gw_json_rule_t modalities_rules[] = {
    GW_JSON_EACH(V_MODALITY, C_NONE, 0)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(stream_options_rules),
    CONTEXT(messages_rules), CONTEXT(message_rules), CONTEXT(parts_rules),
    CONTEXT(part_rules), CONTEXT(file_rules), CONTEXT(calls_rules),
    CONTEXT(call_rules), CONTEXT(function_rules), CONTEXT(tools_rules),
    CONTEXT(tool_rules), CONTEXT(modalities_rules)
};

static const gw_json_schema_t chat_schema = { contexts, V_ROOT };

/* ---- noting what is found ------------------------------------------- */

typedef struct reading_t {
    gw_request_t *req;
    gw_json_t json;
    int object;               /* the document is one */
    int user, system;         /* role of the message being read */
    gw_place_t end;           /* its last part, or its string content */
    gw_place_t text;          /* its last text */
    unsigned parts;
    int media;                /* gw_media_t of the part being read, or -1 */
} reading_t;

static void message_start(reading_t *rd)
{
    rd->user = rd->system = 0;
    rd->end.what = rd->text.what = GW_PLACE_NONE;
    rd->parts = 0;
}

static void message_end(reading_t *rd)
{
    gw_request_t *req = rd->req;

    req->messages++;
    if (rd->system && req->system_end.what == GW_PLACE_NONE)
        req->system_end = rd->end;
    req->last_end = rd->end;
    if (rd->user)
        req->last_user = rd->text.what != GW_PLACE_NONE ? rd->text : rd->end;
}

static void set_place(gw_place_t *place, int what, const gw_json_node_t *node)
{
    place->what = what;
    place->start = node->start;
    place->end = node->end;
}

static void role(reading_t *rd, const gw_json_node_t *node)
{
    rd->user = gw_str_is(node->token, "user");
    rd->system = gw_str_is(node->token, "system")
                 || gw_str_is(node->token, "developer");
}

static void content(reading_t *rd, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_STR) {
        set_place(&rd->end, node->text > 0 ? GW_PLACE_STRING : GW_PLACE_NONE,
                  node);
        set_place(&rd->text, GW_PLACE_STRING, node);
    }
    else if (node->kind == GW_JSON_ARRAY && node->end != 0
             && rd->parts == 0) {
        set_place(&rd->end, GW_PLACE_ARRAY, node);
    }
}

static void part_type(reading_t *rd, gw_str_t type)
{
    static const struct { const char *type; int media; } types[] = {
        { "image_url", GW_MEDIA_IMAGE }, { "input_audio", GW_MEDIA_AUDIO },
        { "video_url", GW_MEDIA_VIDEO }, { "video", GW_MEDIA_VIDEO },
        { "file", GW_MEDIA_PDF }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(types); i++) {
        if (gw_str_is(type, types[i].type))
            rd->media = types[i].media;
    }
}

static void part(reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0) {
        rd->media = -1;
        return;
    }
    set_place(&rd->end, GW_PLACE_PART, node);
    rd->parts++;
    if (rd->media < 0)
        return;
    if (req->media[rd->media]++ == 0) {
        req->media_at[rd->media].message = req->messages;
        req->media_at[rd->media].part = node->index;
    }
}

static void member(gw_request_t *req, const gw_json_node_t *node)
{
    gw_member_t *m = &req->member[node->slot];

    m->kind = node->kind;
    m->start = node->start;
    m->end = node->end;
    m->name_start = node->name_start;
    m->prev_end = node->prev_end;
    m->escaped = node->escaped;
    m->token = node->token;
    if (node->kind == GW_JSON_STR) {    /* all of it, however long */
        m->token.p = req->body.p + node->start + 1;
        m->token.n = node->end - node->start - 2;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    reading_t *rd = baton;
    gw_request_t *req = rd->req;
    int scalar = node->kind < GW_JSON_ARRAY;

    if (node->slot < GW_MEMBERS) {
        member(req, node);
        return;
    }
    switch (node->slot) {
    case V_ROOT:
        rd->object = node->kind == GW_JSON_OBJECT;
        req->root = node->start;
        break;
    case V_MESSAGE:
        if (node->end == 0)
            message_start(rd);
        else
            message_end(rd);
        break;
    case V_ROLE:
        role(rd, node);
        break;
    case V_CONTENT:
        content(rd, node);
        break;
    case V_PART:
        part(rd, node);
        break;
    case V_PART_TYPE:
        part_type(rd, node->token);
        break;
    case V_PART_TEXT:
        if (node->kind == GW_JSON_STR)
            set_place(&rd->text, GW_PLACE_STRING, node);
        break;
    case V_FILE_ID:
        req->open_ended = 1;
        break;
    case V_CACHE_CONTROL:
        if (node->kind != GW_JSON_NULL)
            req->cache_control = 1;
        break;
    case V_TOOL:
        /* models see a tool as JSON: all of its bytes are prompt */
        if (scalar || node->end != 0) {
            req->tools++;
            req->text += node->end - node->start;
        }
        break;
    case V_MODALITY:
        if (gw_str_is(node->token, "audio"))
            req->audio_output = 1;
        break;
    default:
        break;
    }
}

/* ---- judging -------------------------------------------------------- */

static gw_problem_kind_t refuse(gw_problem_t *problem, const char *param,
                                const char *message)
{
    return gw_problem(problem, GW_P_INVALID_PARAMETER, param, message);
}

static gw_problem_kind_t unsupported(gw_problem_t *problem, const char *param,
                                     const char *message)
{
    return gw_problem(problem, GW_P_UNSUPPORTED_PARAMETER, param, message);
}

/* A bool that we own: absent, or true, or false. */
static gw_problem_kind_t own_bool(const gw_request_t *req, gw_member_id_t id,
                                  const char *name, gw_tri_t *out,
                                  gw_problem_t *problem, apr_pool_t *pool)
{
    const gw_member_t *m = &req->member[id];

    *out = GW_ABSENT;
    if (m->end == 0)
        return 0;
    if (m->kind != GW_JSON_TRUE && m->kind != GW_JSON_FALSE)
        return refuse(problem, name,
                      apr_pstrcat(pool, "'", name, "' must be true or false.",
                                  NULL));
    *out = m->kind == GW_JSON_TRUE ? GW_TRUE : GW_FALSE;
    return 0;
}

static gw_problem_kind_t judge_model(gw_request_t *req, gw_problem_t *problem,
                                     apr_pool_t *pool)
{
    const gw_member_t *m = &req->member[GW_M_MODEL];
    char *text;

    if (m->end == 0)
        return gw_problem(problem, GW_P_MISSING_PARAMETER, "model",
                          "'model' is missing: name the model to use, as "
                          "GET /v1/models lists it.");
    if (m->kind != GW_JSON_STR || m->token.n == 0)
        return refuse(problem, "model",
                      "'model' must be the name of a model, a string.");
    req->model = m->token;
    if (m->escaped) {
        text = apr_palloc(pool, m->token.n);
        req->model.n = gw_json_unescape(text, m->token);
        req->model.p = text;
    }
    return 0;
}

static gw_problem_kind_t judge_messages(const gw_request_t *req,
                                        gw_problem_t *problem)
{
    const gw_member_t *m = &req->member[GW_M_MESSAGES];

    if (m->end == 0)
        return gw_problem(problem, GW_P_MISSING_PARAMETER, "messages",
                          "'messages' is missing: give an array with at "
                          "least one message.");
    if (m->kind != GW_JSON_ARRAY || req->messages == 0)
        return refuse(problem, "messages", "'messages' must be an array with "
                      "at least one message.");
    return 0;
}

static gw_problem_kind_t judge_stream(gw_request_t *req,
                                      gw_problem_t *problem)
{
    const gw_member_t *m = &req->member[GW_M_STREAM];
    const gw_member_t *o = &req->member[GW_M_STREAM_OPTIONS];
    const gw_member_t *u = &req->member[GW_M_INCLUDE_USAGE];

    if (m->end != 0 && m->kind > GW_JSON_TRUE)
        return refuse(problem, "stream",
                      "'stream' must be true, false or null.");
    req->stream = m->end != 0 && m->kind == GW_JSON_TRUE;
    req->include_usage = GW_ABSENT;
    if (!req->stream || o->end == 0 || o->kind == GW_JSON_NULL)
        return 0;
    if (o->kind != GW_JSON_OBJECT)
        return refuse(problem, "stream_options",
                      "'stream_options' must be an object.");
    if (u->end == 0 || u->kind == GW_JSON_NULL)
        return 0;
    if (u->kind > GW_JSON_TRUE)
        return refuse(problem, "stream_options.include_usage",
                      "'stream_options.include_usage' must be true or "
                      "false.");
    req->include_usage = u->kind == GW_JSON_TRUE ? GW_TRUE : GW_FALSE;
    return 0;
}

static gw_problem_kind_t judge_thinking(gw_request_t *req,
                                        gw_problem_t *problem,
                                        apr_pool_t *pool)
{
    gw_tri_t own, bailian, caching;
    gw_problem_kind_t kind;

    kind = own_bool(req, GW_M_LLMGW_THINKING, "llmgw_thinking", &own, problem,
                    pool);
    if (kind == 0)
        kind = own_bool(req, GW_M_ENABLE_THINKING, "enable_thinking",
                        &bailian, problem, pool);
    if (kind == 0)
        kind = own_bool(req, GW_M_ENABLE_CONTEXT_CACHING,
                        "enable_context_caching", &caching, problem, pool);
    if (kind != 0)
        return kind;
    req->thinking = own != GW_ABSENT ? own : bailian;
    req->context_caching = caching == GW_TRUE;
    req->native_thinking = gw_request_has(req, GW_M_THINKING)
                           || gw_request_has(req, GW_M_REASONING_EFFORT);
    return 0;
}

/* Members that would pass unpriced or cross tenants. */
static gw_problem_kind_t judge_forbidden(const gw_request_t *req,
                                         gw_problem_t *problem)
{
    static const struct { gw_member_id_t id; const char *name; } never[] = {
        { GW_M_PREVIOUS_RESPONSE_ID, "previous_response_id" },
        { GW_M_CONVERSATION, "conversation" },
        { GW_M_PROMPT, "prompt" }
    };
    const gw_member_t *tier = &req->member[GW_M_SERVICE_TIER];
    unsigned i;

    if (gw_request_has(req, GW_M_BACKGROUND)
        && req->member[GW_M_BACKGROUND].kind != GW_JSON_FALSE)
        return unsupported(problem, "background", "'background' is not "
                           "supported here: leave it out.");
    for (i = 0; i < GW_COUNT(never); i++) {
        if (gw_request_has(req, never[i].id))
            return unsupported(problem, never[i].name, "State kept at the "
                               "upstream is not supported here: send the "
                               "whole conversation in 'messages'.");
    }
    if (gw_request_has(req, GW_M_SERVICE_TIER)
        && !gw_str_is(tier->token, "auto")
        && !gw_str_is(tier->token, "default")
        && !gw_str_is(tier->token, "standard_only"))
        return unsupported(problem, "service_tier", "'service_tier' must be "
                           "\"auto\" or \"default\": no other tier is priced "
                           "here.");
    return 0;
}

/* A member as a count; `otherwise` if it is not there or not readable. */
static apr_int64_t count_of(const gw_request_t *req, gw_member_id_t id,
                            apr_int64_t max, apr_int64_t otherwise)
{
    const gw_member_t *m = &req->member[id];
    gw_json_node_t node;
    apr_int64_t v;

    memset(&node, 0, sizeof(node));
    node.kind = m->kind;
    node.token = m->token;
    node.whole = 1;
    if (m->end == 0 || gw_json_count(&v, &node, max) != APR_SUCCESS)
        return otherwise;
    return v;
}

/* Counts are never refused here: the upstream judges them.  One that we
 * cannot read is taken as the largest it can be. */
static void read_counts(gw_request_t *req)
{
    const apr_int64_t most = 1000000000;
    apr_int64_t tokens = count_of(req, GW_M_MAX_TOKENS, most, -1);
    apr_int64_t completion = count_of(req, GW_M_MAX_COMPLETION_TOKENS, most,
                                      -1);

    req->max_tokens = tokens > completion ? tokens : completion;
    req->thinking_budget = count_of(req, GW_M_THINKING_BUDGET, most, -1);
    req->n = gw_request_has(req, GW_M_N)
             ? count_of(req, GW_M_N, GW_CHOICES_MAX, GW_CHOICES_MAX) : 1;
    if (req->n < 1)
        req->n = 1;
    if ((gw_request_has(req, GW_M_ENABLE_SEARCH)
         && req->member[GW_M_ENABLE_SEARCH].kind != GW_JSON_FALSE)
        || gw_request_has(req, GW_M_WEB_SEARCH_OPTIONS))
        req->open_ended = 1;
}

static gw_problem_kind_t bad_json(const gw_json_t *j, gw_str_t body,
                                  gw_problem_t *problem, apr_pool_t *pool)
{
    const char *name = NULL, *message;

    if (body.n == 0)
        return gw_problem(problem, GW_P_INVALID_JSON, NULL, "The request has "
                          "no body: send a JSON object.");
    if (j->name_len > 0)
        name = apr_pstrmemdup(pool, j->name, j->name_len);
    message = apr_psprintf(pool, "The body %s%s%s%s (byte %" APR_SIZE_T_FMT
                           " of %" APR_SIZE_T_FMT ").",
                           gw_json_error_text(j->error), name ? ": '" : "",
                           name ? name : "", name ? "'" : "", j->offset,
                           body.n);
    return gw_problem(problem, GW_P_INVALID_JSON, name, message);
}

gw_problem_kind_t gw_request_read(gw_request_t *req, gw_str_t body,
                                  gw_problem_t *problem, apr_pool_t *pool)
{
    reading_t rd;
    gw_problem_kind_t kind;

    memset(req, 0, sizeof(*req));
    rd.req = req;
    rd.media = -1;
    rd.object = 0;
    message_start(&rd);
    gw_json_start(&rd.json, &chat_schema, GW_JSON_JUDGE, visit, &rd);
    req->body = body;
    if (gw_json_feed(&rd.json, body.p, body.n) != APR_SUCCESS
        || gw_json_end(&rd.json) != APR_SUCCESS)
        return bad_json(&rd.json, body, problem, pool);
    if (!rd.object)
        return gw_problem(problem, GW_P_INVALID_JSON, NULL,
                          "The body must be a JSON object.");
    req->text += rd.json.text;
    read_counts(req);
    kind = judge_model(req, problem, pool);
    if (kind == 0)
        kind = judge_messages(req, problem);
    if (kind == 0)
        kind = judge_stream(req, problem);
    if (kind == 0)
        kind = judge_thinking(req, problem, pool);
    if (kind == 0)
        kind = judge_forbidden(req, problem);
    return kind;
}
