/* SPDX-License-Identifier: Apache-2.0 */
/* request_read.c - see request_read.h.
 *
 * The format's schema says where we look; the visitor notes what is found;
 * what may not be is refused by the format's validation.
 */
#include "request_read.h"

#include "request_private.h"

#include <stdlib.h>

#include <apr_strings.h>

/* ---- noting what is found ------------------------------------------- */

static void role(gw_reading_t *rd, const gw_json_node_t *node)
{
    rd->user = gw_json_is(node, "user");
    rd->system = gw_json_is(node, "system") || gw_json_is(node, "developer");
}

static void content(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_STR) {
        gw_place_set(&rd->end, node->text > 0 ? GW_PLACE_STRING
                                              : GW_PLACE_NONE, node);
        gw_place_set(&rd->text, GW_PLACE_STRING, node);
    }
    else if (node->kind == GW_JSON_ARRAY && node->end != 0
             && rd->parts == 0) {
        gw_place_set(&rd->end, GW_PLACE_ARRAY, node);
    }
}

static void part(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (node->end == 0) {
        gw_request_part_start(&rd->part);
        return;
    }
    rd->parts++;
    gw_request_note_text(rd, node);
    if (node->kind != GW_JSON_OBJECT)   /* nobody takes it for a part */
        return;
    gw_place_set(&rd->end, GW_PLACE_PART, node);
    gw_request_part_end(rd, node);
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

/* Members that mean something unless they are null, false or empty. */
static void meant(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    if (node->end == 0 || gw_request_nothing(node, req->body))
        return;
    switch (node->slot) {
    case SLOT_STORED:
        gw_request_note_stored(rd, node);
        break;
    case SLOT_OPEN:
        req->open_ended = 1;
        break;
    case SLOT_STRAY:
        if (req->stray == NULL)
            req->stray = gw_request_path(&rd->json, node, req->body, rd->pool);
        break;
    case SLOT_THINK:
        req->asks_thinking = 1;
        break;
    case SLOT_BOUND:
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
    return node->kind == GW_JSON_NULL || gw_json_is(node, "auto")
           || gw_json_is(node, "low") || gw_json_is(node, "high");
}

/* What stands in a part of a message, and members that mean the same wherever
 * they stand. */
static void visit_part(gw_reading_t *rd, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_PART_TYPE:
        gw_request_part_type(rd, node);
        break;
    case SLOT_PART_TEXT:
        if (node->kind == GW_JSON_STR)
            gw_place_set(&rd->text, GW_PLACE_STRING, node);
        gw_request_note_text(rd, node);
        break;
    case SLOT_PART_OTHER:
        gw_request_part_other(rd, node);
        break;
    case SLOT_PIXELS:
        rd->req->high_resolution |= node->kind != GW_JSON_NULL
                                    && node->kind != GW_JSON_FALSE;
        break;
    case SLOT_DETAIL:
        rd->req->high_resolution |= !is_usual_detail(node);
        break;
    case SLOT_URL:
    case SLOT_DATA:
        gw_request_part_source(rd, node, node->slot == SLOT_DATA);
        break;
    default:
        if (node->slot >= SLOT_MEDIA)
            gw_request_part_medium(rd, node);
        else if (node->slot >= SLOT_PROMPT)
            gw_request_prompt(rd, node);
        else if (node->slot >= SLOT_ITEM)
            gw_request_item(rd, node);
        else if (node->slot >= SLOT_BLOCK)
            gw_request_block(rd, node);
        else
            meant(rd, node);
        break;
    }
}

/* What stands in a message, a tool or an option. */
static void visit_inner(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    switch (node->slot) {
    case SLOT_TEXT:
        gw_request_note_text(rd, node);
        break;
    case SLOT_TYPE:
        if (gw_request_is_stored_type(node))
            gw_request_note_stored(rd, node);
        break;
    case SLOT_CACHE_CONTROL:
        if (node->kind != GW_JSON_NULL)
            req->cache_control = 1;
        break;
    case SLOT_TOOL_TYPE:       /* any other is run by the upstream's servers */
        if (!gw_json_is(node, "function") && !gw_json_is(node, "custom"))
            req->open_ended = 1;
        if (gw_request_is_stored_type(node))
            gw_request_note_stored(rd, node);
        break;
    case SLOT_MODALITY:
        if (gw_json_is(node, "audio"))
            req->audio_output = 1;
        break;
    case SLOT_THINKING_TYPE:
        req->native_off = gw_json_is(node, "disabled");
        break;
    default:
        visit_part(rd, node);
        break;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_reading_t *rd = baton;
    gw_request_t *req = rd->req;

    if (node->slot < GW_MEMBERS) {
        member(req, node);
        if (node->slot == GW_M_INPUT)
            gw_request_note_text(rd, node);
        return;
    }
    switch (node->slot) {
    case SLOT_ROOT:
        rd->object = node->kind == GW_JSON_OBJECT;
        req->root = node->start;
        break;
    case SLOT_MESSAGE:
        gw_request_message(rd, node);
        break;
    case SLOT_ROLE:
        role(rd, node);
        break;
    case SLOT_CONTENT:
        content(rd, node);
        gw_request_note_text(rd, node);
        break;
    case SLOT_PART:
        part(rd, node);
        break;
    case SLOT_TOOL:
        if (node->end != 0)
            req->tools++;
        break;
    default:
        visit_inner(rd, node);
        break;
    }
}

/* ---- the entry point ------------------------------------------------- */

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

static gw_problem_kind_t read_body(gw_reading_t *rd,
                                   const gw_request_format_t *format,
                                   unsigned mode, gw_str_t body,
                                   gw_problem_t *problem)
{
    gw_request_t *req = rd->req;

    memset(req, 0, sizeof(*req));
    rd->media = 0;
    rd->object = 0;
    rd->blocks = rd->tools = 0;
    req->thinking_budget = -1;
    gw_request_message_start(rd);
    gw_request_part_start(&rd->part);
    gw_json_start(&rd->json, format->schema, mode, visit, rd);
    req->body = body;
    if (gw_json_feed(&rd->json, body.p, body.n) != APR_SUCCESS
        || gw_json_end(&rd->json) != APR_SUCCESS)
        return bad_json(&rd->json, body, problem, rd->pool);
    if (!rd->object)
        return gw_problem(problem, GW_P_INVALID_JSON, NULL,
                          "The body must be a JSON object.");
    req->text = body.n - rd->media;
    if (req->prompts == 0)
        req->prompts = 1;
    return format->validate(req, problem, rd->pool);
}

/* What reads it is too large for the stack: a thread keeps what it once used
 * of that, however many of them wait for answers. */
static gw_problem_kind_t read_known(gw_request_t *req,
                                    const gw_request_format_t *format,
                                    unsigned mode, unsigned known,
                                    gw_str_t body, gw_problem_t *problem,
                                    apr_pool_t *pool)
{
    gw_reading_t *rd = malloc(sizeof(*rd));
    gw_problem_kind_t kind;

    if (rd == NULL)
        return gw_problem_no_memory(problem);
    rd->req = req;
    rd->pool = pool;
    rd->known = known;
    kind = read_body(rd, format, mode, body, problem);
    free(rd);
    return kind;
}

gw_problem_kind_t gw_request_read(gw_request_t *req,
                                  const gw_request_format_t *format,
                                  gw_str_t body, gw_problem_t *problem,
                                  apr_pool_t *pool)
{
    return read_known(req, format, GW_JSON_VALIDATE, 0, body, problem, pool);
}

gw_problem_kind_t gw_request_read_made(gw_request_t *req,
                                       const gw_request_format_t *format,
                                       gw_str_t body, int media,
                                       gw_problem_t *problem,
                                       apr_pool_t *pool)
{
    return read_known(req, format, GW_JSON_VALIDATE | GW_JSON_TRUSTED,
                      media ? GW_SOURCE_KNOWN : 0, body, problem, pool);
}
