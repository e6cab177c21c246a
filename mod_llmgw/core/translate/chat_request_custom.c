/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_custom.c - see chat_request.h: custom tools, which are called
 * with a text.  The model is asked for an object with that text as its one
 * member; a grammar that it must keep to is told in words. */
#include "chat_request.h"

#include "responses_names.h"

static void refuse_format(gw_chat_t *ch, const gw_node_t *format)
{
    gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, format, NULL,
                   "must be {\"type\":\"text\"}, or {\"type\":\"grammar\"} "
                   "with a 'grammar' that has the strings 'syntax' and "
                   "'definition'.");
}

static int is_string(const gw_node_t *value)
{
    return value != NULL && value->kind == GW_JSON_STR;
}

/* The grammar's members; 0: it has none. */
static int read_grammar(gw_chat_t *ch, const gw_node_t **of,
                        const gw_node_t *format)
{
    const gw_node_t *in[CUSTOM_FORMAT_COUNT];

    if (format == NULL)
        return 0;
    if (format->kind != GW_JSON_OBJECT) {
        refuse_format(ch, format);
        return 0;
    }
    gw_chat_take(ch, in, format, GW_CHAT_CUSTOM_FORMAT);
    if (gw_tree_is(&ch->tree, in[CUSTOM_FORMAT_TYPE], "text"))
        return 0;
    if (!gw_tree_is(&ch->tree, in[CUSTOM_FORMAT_TYPE], "grammar")
        || in[CUSTOM_FORMAT_GRAMMAR] == NULL
        || in[CUSTOM_FORMAT_GRAMMAR]->kind != GW_JSON_OBJECT) {
        refuse_format(ch, format);
        return 0;
    }
    gw_chat_take(ch, of, in[CUSTOM_FORMAT_GRAMMAR], GW_CHAT_GRAMMAR);
    if (is_string(of[GRAMMAR_SYNTAX]) && is_string(of[GRAMMAR_DEFINITION]))
        return 1;
    refuse_format(ch, format);
    return 0;
}

static void put_inside(gw_chat_t *ch, const gw_node_t *string)
{
    gw_text_add(ch->body, gw_tree_inside(&ch->tree, string));
}

static void put_description(gw_chat_t *ch, const gw_node_t *description,
                            const gw_node_t *format)
{
    const gw_node_t *of[GRAMMAR_COUNT];
    int grammar = read_grammar(ch, of, format);

    if (description == NULL && !grammar)
        return;
    gw_text_put(ch->body, ",\"description\":\"");
    if (description != NULL)
        put_inside(ch, description);
    if (grammar) {
        gw_text_put(ch->body, description != NULL ? "\\n\\n" : "");
        gw_text_put(ch->body, "The text in `input` has to match this grammar, "
                    "written in ");
        put_inside(ch, of[GRAMMAR_SYNTAX]);
        gw_text_put(ch->body, ":\\n");
        put_inside(ch, of[GRAMMAR_DEFINITION]);
    }
    gw_text_put(ch->body, "\"");
}

void gw_chat_custom(gw_chat_t *ch, gw_str_t name, const gw_node_t *custom,
                    const gw_node_t *const *members)
{
    static const gw_str_t none = { "", 0 };
    const gw_node_t *description = members[CUSTOM_DESCRIPTION];

    if (description != NULL && description->kind != GW_JSON_STR) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, custom, "description",
                       "must be a string.");
        return;
    }
    if (ch->names == NULL)
        ch->names = gw_tool_names_make(ch->pool);
    ch->out->names = ch->names;
    gw_tool_names_add(ch->names, GW_TOOL_CUSTOM, none, name);
    put_description(ch, description, members[CUSTOM_FORMAT]);
    gw_text_put(ch->body, ",\"input_schema\":{\"type\":\"object\","
                "\"properties\":{\"input\":{\"type\":\"string\"}},"
                "\"required\":[\"input\"]}");
}

void gw_chat_custom_input(gw_chat_t *ch, const gw_node_t *input,
                          const gw_node_t *in)
{
    if (input != NULL && input->kind != GW_JSON_STR) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, "input",
                       "must be a string.");
        return;
    }
    gw_text_put(ch->body, "{\"input\":");
    if (input != NULL)
        gw_chat_copy(ch, input);
    else
        gw_text_put(ch->body, "\"\"");
    gw_text_put(ch->body, "}");
}
