/* SPDX-License-Identifier: Apache-2.0 */
/* request_part.c - messages and their content parts: which medium one is, what
 * it points at. */
#include "request_private.h"

void gw_request_message_start(gw_reading_t *rd)
{
    rd->user = rd->system = 0;
    memset(&rd->end, 0, sizeof(rd->end));       /* GW_PLACE_NONE */
    memset(&rd->text, 0, sizeof(rd->text));
    rd->parts = 0;
}

static void message_end(gw_reading_t *rd)
{
    gw_request_t *req = rd->req;

    req->messages++;
    if (rd->system && req->system_end.what == GW_PLACE_NONE)
        req->system_end = rd->end;
    req->last_end = rd->end;
    if (rd->user)
        req->last_user = rd->text.what != GW_PLACE_NONE ? rd->text : rd->end;
}

void gw_request_message(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (node->end == 0)
        gw_request_message_start(rd);
    else
        message_end(rd);
}

void gw_request_note_stored(gw_reading_t *rd, const gw_json_node_t *node)
{
    rd->req->unknown_media = 1;
    if (rd->req->stored == NULL)
        rd->req->stored = gw_request_path(&rd->json, node, rd->req->body,
                                          rd->pool);
}

/* Text that a model is shown. */
void gw_request_note_text(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_STR && rd->req->fileid == NULL
        && gw_request_fileid(node, rd->req->body))
        rd->req->fileid = gw_request_path(&rd->json, node, rd->req->body,
                                          rd->pool);
}

/* Items that stand for something that the upstream keeps. */
int gw_request_is_stored_type(const gw_json_node_t *node)
{
    return gw_json_is(node, "item_reference") || gw_json_is(node, "mcp")
           || gw_json_is(node, "mcp_toolset") || gw_json_is(node, "mcp_call")
           || gw_json_is(node, "mcp_list_tools")
           || gw_json_is(node, "mcp_approval_request")
           || gw_json_is(node, "mcp_approval_response")
           || gw_json_is(node, "container_upload");
}

void gw_request_part_type(gw_reading_t *rd, const gw_json_node_t *node)
{
    static const struct { const char *type; int media; } types[] = {
        { "image_url", GW_MEDIA_IMAGE }, { "input_audio", GW_MEDIA_AUDIO },
        { "video_url", GW_MEDIA_VIDEO }, { "video", GW_MEDIA_VIDEO },
        { "file", GW_MEDIA_PDF }, { "image", GW_MEDIA_IMAGE },
        { "input_image", GW_MEDIA_IMAGE }, { "audio", GW_MEDIA_AUDIO },
        { "audio_url", GW_MEDIA_AUDIO }, { "input_video", GW_MEDIA_VIDEO },
        { "input_file", GW_MEDIA_PDF }, { "document_url", GW_MEDIA_PDF },
        { "computer_screenshot", GW_MEDIA_IMAGE },
        { "output_audio", GW_MEDIA_AUDIO }
    };
    static const char *const words[] = {
        "text", "input_text", "output_text", "refusal", "thinking",
        "reasoning", "tool_use", "tool_result", "summary_text",
        "reasoning_text"
    };
    gw_part_t *part = &rd->part;
    unsigned i;

    part->typed = 1;
    for (i = 0; i < GW_COUNT(words); i++) {
        if (gw_json_is(node, words[i])) {
            part->words = 1;
            return;
        }
    }
    for (i = 0; i < GW_COUNT(types); i++) {
        if (gw_json_is(node, types[i].type))
            part->type = types[i].media;
    }
    if (gw_request_is_stored_type(node))
        gw_request_note_stored(rd, node);
}

/* A string inside a medium, or the medium if it is but a string. */
void gw_request_part_source(gw_reading_t *rd, const gw_json_node_t *node,
                            int bare)
{
    gw_part_t *part = &rd->part;
    apr_size_t payload = 0;

    if (node->kind != GW_JSON_STR)
        return;
    switch (gw_request_source(&payload, node, rd->req->body,
                              (gw_media_t)part->in,
                              rd->known | (bare ? GW_SOURCE_BARE : 0))) {
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
        gw_request_note_stored(rd, node);
        break;
    default:
        break;
    }
}

int gw_request_points(gw_reading_t *rd, const gw_json_node_t *node)
{
    apr_size_t payload;

    if (node->kind != GW_JSON_STR)
        return 0;
    gw_request_note_text(rd, node);
    return gw_request_source(&payload, node, rd->req->body, GW_MEDIAS, 0)
           != GW_SOURCE_TEXT;
}

/* A member of a part that nobody here knows. */
void gw_request_part_other(gw_reading_t *rd, const gw_json_node_t *node)
{
    rd->part.points |= gw_request_points(rd, node) != 0;
}

void gw_request_part_start(gw_part_t *part)
{
    memset(part, 0, sizeof(*part));
    part->type = part->member = part->of = -1;
    part->in = GW_MEDIAS;
}

/* What the part comes to: text, a medium, or something that cannot be told
 * from what stands in the body. */
void gw_request_part_end(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;
    gw_part_t *part = &rd->part;
    int media = part->type >= 0 ? part->type : part->member;

    if (media < 0) {
        if (part->points && !part->words)
            req->open_ended = req->unknown_media = 1;
        return;
    }
    if (part->of == media && (part->type >= 0 || !part->typed))
        rd->media += part->payload;
    if (req->media[media] == 0)
        req->media_at[media] = gw_request_path(&rd->json, node, req->body,
                                               rd->pool);
    req->media[media] += part->sources > 1 ? part->sources : 1;
}

/* Some servers take a part without a type. */
void gw_request_part_medium(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_part_t *part = &rd->part;

    if (node->kind == GW_JSON_NULL)
        return;
    part->in = (int)node->slot - SLOT_MEDIA;
    if (part->member < 0)
        part->member = part->in;
    gw_request_part_source(rd, node, 0);
}
