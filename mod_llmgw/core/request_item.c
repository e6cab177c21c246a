/* SPDX-License-Identifier: Apache-2.0 */
/* request_item.c - items of Responses, and tools, which the upstream may run.
 *
 * An item holds parts, in its content or in what a tool returned, or is as good
 * as one itself: what was generated before, or a part that stands where an
 * item is due.  A tool may hold tools.
 */
#include "request_private.h"
#include "unsigned.h"

static int is_word(const gw_json_node_t *node, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (gw_json_is(node, *words))
            return 1;
    }
    return 0;
}

/* ---- items ----------------------------------------------------------- */

/* What tools of the client's returned. */
static const char *const outputs[] = {
    "function_call_output", "custom_tool_call_output", "tool_search_output",
    "computer_call_output", "local_shell_call_output", "shell_call_output",
    "apply_patch_call_output", NULL
};

/* Whatever else stands in the body as it is shown to the model.  What tools of
 * the upstream's found is not among them. */
static const char *const words[] = {
    "message", "function_call", "custom_tool_call", "reasoning",
    "tool_search_call", "computer_call", "local_shell_call", "shell_call",
    "apply_patch_call", "compaction", "compaction_summary", NULL
};

static void item_type(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_part_t *part = &rd->part;

    gw_request_part_type(rd, node);
    rd->item.output = is_word(node, outputs) != 0;
    rd->item.thought = gw_json_is(node, "reasoning") != 0;
    if (rd->item.output || is_word(node, words))
        part->words = 1;
    if (gw_json_is(node, "image_generation_call"))
        part->type = GW_MEDIA_IMAGE;
}

/* What it comes to.  Nobody knows what is added for a type that is not known
 * here. */
static void part_end(gw_reading_t *rd, const gw_json_node_t *node)
{
    const gw_part_t *part = &rd->part;

    gw_request_part_end(rd, node);
    if (part->typed && !part->words && part->type < 0 && part->member < 0)
        rd->req->open_ended = rd->req->unknown_media = 1;
}

static void item(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_message(rd, node);
    gw_request_note_text(rd, node);
    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0) {
        memset(&rd->item, 0, sizeof(rd->item));
        gw_request_part_start(&rd->part);
        return;
    }
    part_end(rd, node);
    /* thoughts that are only named stand where the upstream keeps them */
    if (rd->item.thought && !rd->item.here && rd->parts == 0)
        rd->req->open_ended = 1;
}

static void inner(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_note_text(rd, node);
    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0) {
        rd->item.part = rd->part;
        gw_request_part_start(&rd->part);
        return;
    }
    rd->parts++;
    gw_place_set(&rd->end, GW_PLACE_PART, node);
    if (rd->item.output && !rd->part.typed)
        rd->part.words = 1;         /* what a shell said, line by line */
    part_end(rd, node);
    rd->part = rd->item.part;
}

static void result(gw_reading_t *rd, const gw_json_node_t *node)
{
    rd->part.in = GW_MEDIA_IMAGE;
    gw_request_part_source(rd, node, 1);
}

/* ---- tools ----------------------------------------------------------- */

static void tool_type(gw_reading_t *rd, gw_hosted_t *tool,
                      const gw_json_node_t *node)
{
    static const char *const by_client[] = {
        "function", "custom", "namespace", "computer", "computer_use_preview",
        "local_shell", "apply_patch", NULL
    };

    tool->by_upstream = !is_word(node, by_client);
    tool->unless_execution = gw_json_is(node, "tool_search") != 0;
    tool->unless_environment = gw_json_is(node, "shell") != 0;
    if (gw_request_is_stored_type(node))
        gw_request_note_stored(rd, node);
}

static void tool_end(gw_request_t *req, const gw_hosted_t *tool)
{
    if (tool->by_upstream && !(tool->unless_execution && tool->execution)
        && !(tool->unless_environment && tool->environment))
        req->open_ended = 1;
}

static void tool(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (node->end == 0) {
        if (rd->tools++ >= GW_HOSTED)
            rd->req->open_ended = 1;
        else
            memset(&rd->hosted[rd->tools - 1], 0, sizeof(rd->hosted[0]));
        return;
    }
    rd->req->tools++;
    if (node->kind < GW_JSON_ARRAY)     /* it never began */
        return;
    if (rd->tools-- <= GW_HOSTED)
        tool_end(rd->req, &rd->hosted[rd->tools]);
}

static void in_tool(gw_reading_t *rd, gw_hosted_t *tool,
                    const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_HOSTED_TYPE:
        tool_type(rd, tool, node);
        break;
    case SLOT_HOSTED_EXECUTION:
        tool->execution = gw_json_is(node, "client") != 0;
        break;
    default:
        tool->environment = gw_json_is(node, "local") != 0;
        break;
    }
}

/* ---- the visitor ----------------------------------------------------- */

void gw_request_item(gw_reading_t *rd, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_ITEM:
        item(rd, node);
        break;
    case SLOT_ITEM_TYPE:
        item_type(rd, node);
        break;
    case SLOT_ITEM_PART:
        inner(rd, node);
        break;
    case SLOT_ITEM_THOUGHT:
        rd->item.here |= node->kind == GW_JSON_STR && node->text > 0;
        rd->req->unsigned_thinking |= gw_unsigned_is(node) != 0;
        break;
    case SLOT_ITEM_RESULT:
        result(rd, node);
        break;
    case SLOT_HOSTED:
        tool(rd, node);
        break;
    case SLOT_REASONING:        /* an object has members that say more */
        rd->req->asks_thinking |= node->kind != GW_JSON_OBJECT
                                  && node->end != 0
                                  && !gw_request_nothing(node, rd->req->body);
        break;
    default:
        if (rd->tools > 0 && rd->tools <= GW_HOSTED)
            in_tool(rd, &rd->hosted[rd->tools - 1], node);
        break;
    }
}
