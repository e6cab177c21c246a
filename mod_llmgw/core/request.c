/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - reading the body of a chat request.
 *
 * The schema (request_schema.c) says where we look; the visitor notes what is
 * found; what may not be is judged in request_judge.c.
 */
#include "request_private.h"

#include <apr_strings.h>

const char *const gw_media_names[GW_MEDIAS] = {
    "image", "audio", "video", "pdf"
};

/* ---- noting what is found ------------------------------------------- */

/* A content part.  What its type says weighs more than its members. */
typedef struct part_t {
    int type, member;         /* gw_media_t, or -1 */
    unsigned typed:1;         /* it has a type ... */
    unsigned words:1;         /* ... of text */
    unsigned points:1;        /* it holds a URL that we do not know */
    int in;                   /* the medium being read */
    int of;                   /* the one whose bytes are these: */
    apr_size_t payload;
    unsigned sources;         /* pictures or sounds; of a video only frames */
} part_t;

typedef struct reading_t {
    gw_request_t *req;
    gw_json_t json;
    int object;               /* the document is one */
    int user, system;         /* role of the message being read */
    gw_place_t end;           /* its last part, or its string content */
    gw_place_t text;          /* its last text */
    unsigned parts;
    part_t part;              /* the one being read */
    apr_size_t media;         /* bytes of media in the body */
    apr_pool_t *pool;
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
           && gw_json_token_is(node->token, node->escaped, word);
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

static void stored(reading_t *rd, const gw_json_node_t *node)
{
    rd->req->unknown_media = 1;
    if (rd->req->stored == NULL)
        rd->req->stored = gw_request_path(&rd->json, node, rd->req->body,
                                          rd->pool);
}

/* Text that a model is shown. */
static void text(reading_t *rd, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_STR && rd->req->fileid == NULL
        && gw_request_fileid(node, rd->req->body))
        rd->req->fileid = gw_request_path(&rd->json, node, rd->req->body,
                                          rd->pool);
}

/* Items that stand for something that the upstream keeps. */
static int is_stored_type(const gw_json_node_t *node)
{
    return node_is(node, "item_reference") || node_is(node, "mcp")
           || node_is(node, "mcp_toolset") || node_is(node, "mcp_call")
           || node_is(node, "mcp_list_tools")
           || node_is(node, "container_upload");
}

static void part_type(reading_t *rd, const gw_json_node_t *node)
{
    static const struct { const char *type; int media; } types[] = {
        { "image_url", GW_MEDIA_IMAGE }, { "input_audio", GW_MEDIA_AUDIO },
        { "video_url", GW_MEDIA_VIDEO }, { "video", GW_MEDIA_VIDEO },
        { "file", GW_MEDIA_PDF }, { "image", GW_MEDIA_IMAGE },
        { "input_image", GW_MEDIA_IMAGE }, { "audio", GW_MEDIA_AUDIO },
        { "audio_url", GW_MEDIA_AUDIO }, { "input_video", GW_MEDIA_VIDEO },
        { "input_file", GW_MEDIA_PDF }, { "document_url", GW_MEDIA_PDF }
    };
    static const char *const words[] = {
        "text", "input_text", "output_text", "refusal", "thinking",
        "reasoning", "tool_use", "tool_result"
    };
    part_t *part = &rd->part;
    unsigned i;

    part->typed = 1;
    for (i = 0; i < GW_COUNT(words); i++) {
        if (node_is(node, words[i])) {
            part->words = 1;
            return;
        }
    }
    for (i = 0; i < GW_COUNT(types); i++) {
        if (node_is(node, types[i].type))
            part->type = types[i].media;
    }
    if (is_stored_type(node))
        stored(rd, node);
}

/* A string inside a medium, or the medium if it is but a string. */
static void source(reading_t *rd, const gw_json_node_t *node, int bare)
{
    part_t *part = &rd->part;
    apr_size_t payload = 0;

    if (node->kind != GW_JSON_STR)
        return;
    switch (gw_request_source(&payload, node, rd->req->body,
                              (gw_media_t)part->in, bare)) {
    case GW_SOURCE_PAYLOAD:
        if (part->of != part->in)
            part->payload = 0;
        part->of = part->in;
        part->payload += payload;
        part->sources += part->in != GW_MEDIA_VIDEO;
        break;
    case GW_SOURCE_URL:
        part->sources += part->in != GW_MEDIA_VIDEO;
        break;
    case GW_SOURCE_OTHER:
        rd->req->open_ended = rd->req->unknown_media = 1;
        break;
    case GW_SOURCE_STORED:
        stored(rd, node);
        break;
    default:
        break;
    }
}

/* A member of a part that nobody here knows. */
static void other(reading_t *rd, const gw_json_node_t *node)
{
    apr_size_t payload;

    if (node->kind != GW_JSON_STR)
        return;
    text(rd, node);
    if (gw_request_source(&payload, node, rd->req->body, GW_MEDIAS, 0)
        != GW_SOURCE_TEXT)
        rd->part.points = 1;
}

static void part_start(part_t *part)
{
    memset(part, 0, sizeof(*part));
    part->type = part->member = part->of = -1;
    part->in = GW_MEDIAS;
}

/* What the part comes to: text, a medium, or something that cannot be told
 * from what stands in the body. */
static void part_end(reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;
    part_t *part = &rd->part;
    int media = part->type >= 0 ? part->type : part->member;

    if (media < 0) {
        if (part->points && !part->words)
            req->open_ended = req->unknown_media = 1;
        return;
    }
    if (part->of == media && (part->type >= 0 || !part->typed))
        rd->media += part->payload;
    if (req->media[media] == 0) {
        req->media_at[media].message = req->messages;
        req->media_at[media].part = node->index;
    }
    req->media[media] += part->sources > 1 ? part->sources : 1;
}

static void part(reading_t *rd, const gw_json_node_t *node)
{
    if (node->end == 0) {
        part_start(&rd->part);
        return;
    }
    rd->parts++;
    text(rd, node);
    if (node->kind != GW_JSON_OBJECT)   /* nobody takes it for a part */
        return;
    set_place(&rd->end, GW_PLACE_PART, node);
    part_end(rd, node);
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

/* Some servers take a part without a type. */
static void medium(reading_t *rd, const gw_json_node_t *node)
{
    part_t *part = &rd->part;

    if (node->kind == GW_JSON_NULL)
        return;
    part->in = (int)node->slot - V_MEDIA;
    if (part->member < 0)
        part->member = part->in;
    source(rd, node, 0);
}

/* Members that mean something unless they are null, false or empty. */
static void meant(reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    if (node->end == 0 || gw_request_nothing(node, req->body))
        return;
    switch (node->slot) {
    case V_STORED:
        stored(rd, node);
        break;
    case V_OPEN:
        req->open_ended = 1;
        break;
    case V_THINK:
        req->asks_thinking = 1;
        break;
    case V_BOUND:
        req->max = GW_MAX_UNREADABLE;
        break;
    default:
        req->n = GW_CHOICES_MAX;
        break;
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
        text(rd, node);
        break;
    case V_PART_OTHER:
        other(rd, node);
        break;
    case V_TEXT:
        text(rd, node);
        break;
    case V_TYPE:
        if (is_stored_type(node))
            stored(rd, node);
        break;
    case V_CACHE_CONTROL:
        if (node->kind != GW_JSON_NULL)
            req->cache_control = 1;
        break;
    case V_TOOL_TYPE:       /* any other is run by the upstream's servers */
        if (!node_is(node, "function") && !node_is(node, "custom"))
            req->open_ended = 1;
        if (is_stored_type(node))
            stored(rd, node);
        break;
    case V_MODALITY:
        if (node_is(node, "audio"))
            req->audio_output = 1;
        break;
    case V_THINKING_TYPE:
        req->native_off = node_is(node, "disabled");
        break;
    case V_PIXELS:
        req->high_resolution |= node->kind != GW_JSON_NULL
                                && node->kind != GW_JSON_FALSE;
        break;
    case V_DETAIL:
        req->high_resolution |= !is_usual_detail(node);
        break;
    case V_URL:
    case V_DATA:
        source(rd, node, node->slot == V_DATA);
        break;
    default:
        if (node->slot >= V_MEDIA)
            medium(rd, node);
        else
            meant(rd, node);
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
        text(rd, node);
        break;
    case V_PART:
        part(rd, node);
        break;
    case V_TOOL:
        if (node->end != 0)
            req->tools++;
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
    rd.pool = pool;
    rd.media = 0;
    rd.object = 0;
    message_start(&rd);
    part_start(&rd.part);
    gw_json_start(&rd.json, &gw_request_schema, GW_JSON_JUDGE, visit, &rd);
    req->body = body;
    if (gw_json_feed(&rd.json, body.p, body.n) != APR_SUCCESS
        || gw_json_end(&rd.json) != APR_SUCCESS)
        return bad_json(&rd.json, body, problem, pool);
    if (!rd.object)
        return gw_problem(problem, GW_P_INVALID_JSON, NULL,
                          "The body must be a JSON object.");
    req->text = body.n - rd.media;
    return gw_request_judge(req, problem, pool);
}
