/* SPDX-License-Identifier: Apache-2.0 */
/* chat_custom.c - see chat_custom.h. */
#include "chat_custom.h"

#include "responses_names.h"

#define NAME_MOST 256           /* bytes of one as it is written; a name that
                                   was sent has 64 letters at most */

int gw_chat_is_custom(const gw_translate_about_t *about, gw_str_t name)
{
    char plain[NAME_MOST];
    gw_str_t text = { plain, 0 };
    const gw_tool_name_t *tool;

    if (about->names == NULL || name.n <= 2 || name.n > NAME_MOST)
        return 0;
    name.p++;
    name.n -= 2;
    text.n = gw_json_unescape(plain, name);
    tool = gw_tool_names_find(about->names, text);
    return tool != NULL && tool->kind == GW_TOOL_CUSTOM;
}

/* ---- {"input":"..."} -------------------------------------------------- */

enum { C_NONE, C_ROOT };
enum { SLOT_NONE, SLOT_INPUT, SLOT_OTHER };

static const gw_json_rule_t rules[] = {
    GW_JSON_MEMBER("input", SLOT_INPUT, C_NONE, 0)
};
static const gw_json_rule_t other = GW_JSON_EACH(SLOT_OTHER, C_NONE, 0);
static const gw_json_context_t contexts[] = {
    { NULL, 0 }, { rules, GW_COUNT(rules), &other }
};
static const gw_json_schema_t schema = { contexts, 0 };

typedef struct input_t {
    apr_size_t start, end;      /* of the string with its quotes */
    unsigned members;
} input_t;

static void visit(void *baton, const gw_json_node_t *node)
{
    input_t *input = baton;

    if (node->end == 0)
        return;                 /* a container, which ends later */
    input->members++;
    if (node->slot == SLOT_INPUT && node->kind == GW_JSON_STR) {
        input->start = node->start;
        input->end = node->end;
    }
}

void gw_chat_custom_text(gw_text_t *out, gw_str_t json)
{
    input_t input = { 0 };
    gw_json_t reader;

    gw_json_start(&reader, &schema, 0, visit, &input);
    if (json.n > 0 && *json.p == '{'
        && gw_json_feed(&reader, json.p, json.n) == APR_SUCCESS
        && gw_json_end(&reader) == APR_SUCCESS && input.members == 1
        && input.end != 0) {
        json.p += input.start;
        json.n = input.end - input.start;
        gw_text_add(out, json);
    }
    else {
        gw_text_quote(out, json);
    }
}
