/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - reading the body of a chat request.
 *
 * The schema says where we look; the visitor notes what is found; what may
 * not be is judged in request_judge.c.
 */
#include "request_private.h"

#include <apr_strings.h>

const char *const gw_media_names[GW_MEDIAS] = {
    "image", "audio", "video", "pdf"
};

enum {              /* contexts */
    C_NONE, C_ROOT, C_STREAM_OPTIONS, C_MESSAGES, C_MESSAGE, C_PARTS, C_PART,
    C_FILE, C_IMAGE, C_CALLS, C_CALL, C_FUNCTION, C_TOOLS, C_TOOL,
    C_MODALITIES
};

enum {              /* slots beyond the members of the document */
    V_ROOT = GW_MEMBERS, V_MESSAGE, V_ROLE, V_CONTENT, V_PART, V_PART_TYPE,
    V_PART_TEXT, V_FILE_ID, V_CACHE_CONTROL, V_TOOL, V_TOOL_TYPE, V_MODALITY,
    V_PIXELS, V_DETAIL,
    V_MEDIA             /* V_MEDIA + gw_media_t */
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
    OWN("web_search_options", GW_M_WEB_SEARCH_OPTIONS, C_NONE),
    GW_JSON_MEMBER("vl_high_resolution_images", V_PIXELS, C_NONE, 0)
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
    GW_JSON_MEMBER("image_url", V_MEDIA + GW_MEDIA_IMAGE, C_IMAGE, 0),
    GW_JSON_MEMBER("min_pixels", V_PIXELS, C_NONE, 0),
    GW_JSON_MEMBER("max_pixels", V_PIXELS, C_NONE, 0),
    GW_JSON_MEMBER("input_audio", V_MEDIA + GW_MEDIA_AUDIO, C_NONE, 0),
    GW_JSON_MEMBER("video_url", V_MEDIA + GW_MEDIA_VIDEO, C_NONE, 0),
    GW_JSON_MEMBER("video", V_MEDIA + GW_MEDIA_VIDEO, C_NONE, 0),
    GW_JSON_MEMBER("file", V_MEDIA + GW_MEDIA_PDF, C_FILE, 0),
    GW_JSON_MEMBER("cache_control", V_CACHE_CONTROL, C_NONE, 0)
};

static const gw_json_rule_t file_rules[] = {
    GW_JSON_MEMBER("file_id", V_FILE_ID, C_NONE, 0)
};

static const gw_json_rule_t image_rules[] = {
    GW_JSON_MEMBER("detail", V_DETAIL, C_NONE, 0),
    GW_JSON_MEMBER("min_pixels", V_PIXELS, C_NONE, 0),
    GW_JSON_MEMBER("max_pixels", V_PIXELS, C_NONE, 0)
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
    GW_JSON_MEMBER("type", V_TOOL_TYPE, C_NONE, 0),
    GW_JSON_MEMBER("cache_control", V_CACHE_CONTROL, C_NONE, 0)
};

static const gw_json_rule_t modalities_rules[] = {
    GW_JSON_EACH(V_MODALITY, C_NONE, 0)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(stream_options_rules),
    CONTEXT(messages_rules), CONTEXT(message_rules), CONTEXT(parts_rules),
    CONTEXT(part_rules), CONTEXT(file_rules), CONTEXT(image_rules),
    CONTEXT(calls_rules), CONTEXT(call_rules), CONTEXT(function_rules),
    CONTEXT(tools_rules), CONTEXT(tool_rules), CONTEXT(modalities_rules)
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
    memset(&rd->end, 0, sizeof(rd->end));       /* GW_PLACE_NONE */
    memset(&rd->text, 0, sizeof(rd->text));
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

static int node_is(const gw_json_node_t *node, const char *word)
{
    return node->kind == GW_JSON_STR
           && gw_request_word(node->token, node->escaped, word);
}

static void role(reading_t *rd, const gw_json_node_t *node)
{
    rd->user = node_is(node, "user");
    rd->system = node_is(node, "system") || node_is(node, "developer");
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

static void part_type(reading_t *rd, const gw_json_node_t *node)
{
    static const struct { const char *type; int media; } types[] = {
        { "image_url", GW_MEDIA_IMAGE }, { "input_audio", GW_MEDIA_AUDIO },
        { "video_url", GW_MEDIA_VIDEO }, { "video", GW_MEDIA_VIDEO },
        { "file", GW_MEDIA_PDF }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(types); i++) {
        if (node_is(node, types[i].type))
            rd->media = types[i].media;
    }
}

static void part(reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    if (node->end == 0) {
        rd->media = -1;
        return;
    }
    rd->parts++;
    if (node->kind != GW_JSON_OBJECT)   /* nobody takes it for a part */
        return;
    set_place(&rd->end, GW_PLACE_PART, node);
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

/* OpenAI's words up to "high" are what an image counts by default; what
 * came later, as "original", is more. */
static int is_usual_detail(const gw_json_node_t *node)
{
    return node->kind == GW_JSON_NULL || node_is(node, "auto")
           || node_is(node, "low") || node_is(node, "high");
}

/* What stands in a message, a tool or an option. */
static void visit_inner(reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    switch (node->slot) {
    case V_PART_TYPE:
        part_type(rd, node);
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
    case V_TOOL_TYPE:       /* any other is run by the upstream's servers */
        if (!node_is(node, "function") && !node_is(node, "custom"))
            req->open_ended = 1;
        break;
    case V_MODALITY:
        if (node_is(node, "audio"))
            req->audio_output = 1;
        break;
    case V_PIXELS:
        req->high_resolution |= node->kind != GW_JSON_NULL
                                && node->kind != GW_JSON_FALSE;
        break;
    case V_DETAIL:
        req->high_resolution |= !is_usual_detail(node);
        break;
    default:                /* some servers take a part without a type */
        if (rd->media < 0 && node->kind != GW_JSON_NULL)
            rd->media = (int)node->slot - V_MEDIA;
        break;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    reading_t *rd = baton;
    gw_request_t *req = rd->req;

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
    case V_TOOL:
        /* models see a tool as JSON: all of its bytes are prompt */
        if (node->end != 0) {
            req->tools++;
            req->text += node->end - node->start;
        }
        break;
    default:
        visit_inner(rd, node);
        break;
    }
}

/* ---- the door -------------------------------------------------------- */

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
    return gw_request_judge(req, problem, pool);
}
