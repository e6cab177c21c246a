/* SPDX-License-Identifier: Apache-2.0 */
/* request_prompt.c - prompts that are no messages: how many there are, and what
 * one that is an object comes to. */
#include "request_private.h"

static void note_odd(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (rd->req->input_odd == NULL)
        rd->req->input_odd = gw_request_path(&rd->json, node, rd->req->body,
                                             rd->pool);
}

/* Prompts are of one kind; documents are texts or objects. */
static int is_odd(const gw_request_t *req, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_ARRAY && gw_request_nothing(node, req->body))
        return 1;
    if (node->slot == SLOT_DOCUMENT)
        return node->kind != GW_JSON_STR && node->kind != GW_JSON_OBJECT;
    return req->input_kinds != 0 && !(req->input_kinds & 1u << node->kind);
}

static void whole(gw_reading_t *rd, const gw_json_node_t *node)
{
    gw_request_t *req = rd->req;

    if (is_odd(req, node))
        note_odd(rd, node);
    req->input_kinds |= 1u << node->kind;
    req->prompts++;
    if (node->kind == GW_JSON_OBJECT) {
        rd->part.words = 0;     /* a type of text promises no lack of media */
        gw_request_part_end(rd, node);
    }
    else {
        gw_request_note_text(rd, node);
    }
}

void gw_request_prompt(gw_reading_t *rd, const gw_json_node_t *node)
{
    if (node->slot == SLOT_TOKEN_ID) {
        if (node->kind != GW_JSON_NUM)
            note_odd(rd, node);
    }
    else if (node->end != 0) {
        whole(rd, node);
    }
    else {
        gw_request_part_start(&rd->part);
    }
}
