/* SPDX-License-Identifier: Apache-2.0 */
/* request_block.c - blocks of Messages: which medium one is, what it points
 * at.
 *
 * Blocks hold blocks: the result of a tool a document, the document images.
 * Each is noted by itself.
 */
#include "request_private.h"
#include "unsigned.h"

#include <apr_cstr.h>

/* ---- what a block says of itself ------------------------------------- */

static int ends_in(gw_str_t s, const char *end)
{
    apr_size_t n = strlen(end);

    return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* "thinking", "web_search_tool_result": all of it stands in the body. */
static int is_words(const gw_json_node_t *node)
{
    static const char *const words[] = {
        "text", "thinking", "redacted_thinking", "tool_use",
        "server_tool_use", "mcp_tool_use", "compaction", "tool_reference"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(words); i++) {
        if (gw_json_is(node, words[i]))
            return 1;
    }
    return node->kind == GW_JSON_STR && ends_in(node->token, "_result");
}

static void type(gw_reading_t *rd, gw_block_t *b, const gw_json_node_t *node)
{
    static const struct { const char *type; int media; } types[] = {
        { "image", GW_MEDIA_IMAGE }, { "document", GW_MEDIA_PDF },
        { "audio", GW_MEDIA_AUDIO }, { "video", GW_MEDIA_VIDEO },
        { "image_url", GW_MEDIA_IMAGE }, { "input_image", GW_MEDIA_IMAGE },
        { "input_audio", GW_MEDIA_AUDIO }, { "video_url", GW_MEDIA_VIDEO },
        { "file", GW_MEDIA_PDF }, { "input_file", GW_MEDIA_PDF }
    };
    unsigned i;

    b->words = is_words(node);
    for (i = 0; i < GW_COUNT(types) && !b->words; i++) {
        if (gw_json_is(node, types[i].type))
            b->type = types[i].media;
    }
    if (gw_request_is_stored_type(node))
        gw_request_note_stored(rd, node);
}

/* The media type of a source. */
static void kind(gw_block_t *b, const gw_json_node_t *node)
{
    static const char *const begins[GW_MEDIAS] = {
        "image/", "audio/", "video/", "application/pdf"
    };
    int i;

    b->kind = -1;
    for (i = 0; i < GW_MEDIAS && node->kind == GW_JSON_STR; i++) {
        apr_size_t n = strlen(begins[i]);

        if (node->token.n >= n
            && apr_cstr_casecmpn(node->token.p, begins[i], n) == 0)
            b->kind = i;
    }
}

static void source_type(gw_block_t *b, const gw_json_node_t *node)
{
    b->base64 = gw_json_is(node, "base64");
    b->here = gw_json_is(node, "text") || gw_json_is(node, "content");
    b->file = gw_json_is(node, "file");
}

/* A string that may be a medium, or a URL of one. */
static void source_text(gw_reading_t *rd, gw_block_t *b,
                        const gw_json_node_t *node)
{
    apr_size_t payload = 0;

    if (node->kind != GW_JSON_STR)
        return;
    switch (gw_request_source(&payload, node, rd->req->body, GW_MEDIAS,
                              rd->known | (node->slot == SLOT_SOURCE_DATA
                                           ? GW_SOURCE_BARE : 0))) {
    case GW_SOURCE_PAYLOAD:
        b->payload = payload;
        break;
    case GW_SOURCE_OTHER:
        rd->req->open_ended = rd->req->unknown_media = 1;
        break;
    case GW_SOURCE_STORED:
        gw_request_note_stored(rd, node);
        break;
    default:
        break;
    }
}

/* The source itself: an object, or in a search's result what it is called. */
static void source(gw_reading_t *rd, gw_block_t *b,
                   const gw_json_node_t *node)
{
    b->source |= node->kind == GW_JSON_OBJECT;
    b->points |= gw_request_points(rd, node) != 0;
    if (node->kind == GW_JSON_OBJECT && node->end != 0 && b->file)
        gw_request_note_stored(rd, node);   /* unless its file_id was */
}

static void in_block(gw_reading_t *rd, gw_block_t *b,
                     const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_BLOCK_TYPE:
        type(rd, b, node);
        break;
    case SLOT_BLOCK_TEXT:
        if (node->kind == GW_JSON_STR && rd->blocks == 1)
            gw_place_set(&rd->text, GW_PLACE_STRING, node);
        gw_request_note_text(rd, node);
        break;
    case SLOT_SOURCE:
        source(rd, b, node);
        break;
    case SLOT_SOURCE_TYPE:
        source_type(b, node);
        break;
    case SLOT_SOURCE_KIND:
        kind(b, node);
        break;
    case SLOT_SOURCE_DATA:
    case SLOT_SOURCE_URL:
        source_text(rd, b, node);
        break;
    default:                    /* a member that nobody here knows */
        b->points |= gw_request_points(rd, node) != 0;
        break;
    }
}

/* ---- blocks within blocks -------------------------------------------- */

static void start(gw_reading_t *rd)
{
    gw_block_t *b;

    if (rd->blocks++ >= GW_BLOCKS) {
        rd->req->open_ended = rd->req->unknown_media = 1;
        return;
    }
    b = &rd->block[rd->blocks - 1];
    memset(b, 0, sizeof(*b));
    b->type = b->kind = -1;
}

/* What the block comes to: text, a medium, or something that cannot be told
 * from what stands in the body. */
static void end(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;
    const gw_block_t *b;

    if (rd->blocks-- > GW_BLOCKS)
        return;
    b = &rd->block[rd->blocks];
    if (b->type < 0 && (b->points || b->source) && !b->words)
        req->open_ended = req->unknown_media = 1;
    if (b->type < 0 || b->here)
        return;
    if (b->base64 && b->kind == b->type)
        rd->media += b->payload;
    if (req->media[b->type]++ == 0)
        req->media_at[b->type] = gw_request_path(&rd->json, node, req->body,
                                                 rd->pool);
}

static void inner(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_note_text(rd, node);
    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0)
        start(rd);
    else
        end(rd, node);
}

static void outer(gw_reading_t *rd, const gw_json_node_t *node)
{
    inner(rd, node);
    if (node->end == 0)
        return;
    rd->parts++;
    if (node->kind == GW_JSON_OBJECT)   /* nobody takes another for one */
        gw_place_set(&rd->end, GW_PLACE_PART, node);
}

/* An id of a call or its result that Claude does not take. */
static int is_other_id(const gw_json_node_t *node)
{
    char plain[GW_JSON_TOKEN];
    gw_str_t id = node->token;

    if (node->kind != GW_JSON_STR)
        return 0;
    if (node->escaped) {        /* what it says counts, not how */
        id.n = gw_json_unescape(plain, id);
        id.p = plain;
    }
    return !gw_unsigned_takes_id(id);
}

void gw_request_block(gw_reading_t *rd, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_BLOCK:
        outer(rd, node);
        break;
    case SLOT_INNER:
        inner(rd, node);
        break;
    case SLOT_BUDGET:
        if (gw_json_count(&rd->req->thinking_budget, node, GW_REQUEST_MOST)
            != APR_SUCCESS)
            rd->req->thinking_budget = -1;
        break;
    case SLOT_SIGNATURE:
        rd->req->unsigned_thinking |= gw_unsigned_is(node) != 0;
        break;
    case SLOT_TOOL_ID:
        rd->req->other_ids |= is_other_id(node);
        break;
    case SLOT_EDIT:             /* any but these writes a text of its own */
        if (node->kind != GW_JSON_STR || node->token.n < 6
            || memcmp(node->token.p, "clear_", 6) != 0)
            rd->req->open_ended = 1;
        break;
    default:
        if (rd->blocks > 0 && rd->blocks <= GW_BLOCKS)
            in_block(rd, &rd->block[rd->blocks - 1], node);
        break;
    }
}
