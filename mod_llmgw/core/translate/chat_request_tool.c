/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_tool.c - see chat_request.h: tools, and which of them may or
 * must be called. */
#include "chat_request.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* ---- schemas --------------------------------------------------------- */

enum { SLOT_NONE, SLOT_TYPE };

static const gw_json_rule_t type_rule[] = {
    GW_JSON_MEMBER("type", SLOT_TYPE, 0, 0)
};

static const gw_json_context_t type_contexts[] = {
    { NULL, 0, NULL }, { type_rule, 1, NULL }
};

static const gw_json_schema_t type_schema = { type_contexts, SLOT_NONE };

static void note_type(void *baton, const gw_json_node_t *node)
{
    (void)node;
    *(int *)baton = 1;
}

#define PIECE 128               /* bytes: it stands near the front, mostly */

static int has_type(gw_str_t schema)
{
    gw_json_t json;
    int found = 0;
    apr_size_t n;

    gw_json_start(&json, &type_schema, 0, note_type, &found);
    for (; schema.n > 0 && !found; schema.p += n, schema.n -= n) {
        n = schema.n < PIECE ? schema.n : PIECE;
        gw_json_feed(&json, schema.p, n);
    }
    return found;
}

static int is_empty_object(gw_str_t s)
{
    apr_size_t i = 1;

    while (i < s.n && apr_isspace(s.p[i]))
        i++;
    return i + 1 == s.n;
}

/* The API wants a schema of type object; whoever has no parameters often
 * writes none. */
static void put_schema(gw_chat_t *ch, const gw_node_t *parameters,
                       const gw_node_t *in)
{
    gw_str_t s = { "{}", 2 };

    if (parameters != NULL && parameters->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, "parameters",
                       "must be an object, a JSON schema.");
        return;
    }
    if (parameters != NULL)
        s = gw_tree_bytes(&ch->tree, parameters);
    if (is_empty_object(s)) {
        gw_text_put(ch->body, "{\"type\":\"object\",\"properties\":{}}");
        return;
    }
    if (!has_type(s)) {
        gw_text_put(ch->body, "{\"type\":\"object\",");
        s.p++;
        s.n--;
    }
    gw_text_add(ch->body, s);
}

/* ---- tools ----------------------------------------------------------- */

static void note_name(gw_chat_t *ch, gw_str_t name, const gw_node_t *node)
{
    const gw_node_t *other = apr_hash_get(ch->tools, name.p,
                                          (apr_ssize_t)name.n);

    if (other != NULL)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, "name",
                       apr_pstrcat(ch->pool, "is the name of '",
                                   gw_tree_path(&ch->tree, other, NULL,
                                                ch->pool),
                                   "', too: a tool has a name of its own.",
                                   NULL));
    apr_hash_set(ch->tools, name.p, (apr_ssize_t)name.n, node);
}

static void put_optional(gw_chat_t *ch, const gw_node_t *value,
                         const char *name)
{
    if (value == NULL)
        return;
    gw_text_put(ch->body, name);
    gw_chat_copy(ch, value);
}

/* May it be called? */
static int is_allowed(const gw_chat_t *ch, gw_str_t name)
{
    return ch->allowed == NULL
           || apr_hash_get(ch->allowed, name.p, (apr_ssize_t)name.n) != NULL;
}

static void begin_tool(gw_chat_t *ch, gw_str_t name)
{
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"name\":\"");
    gw_text_add(ch->body, name);
    gw_text_put(ch->body, "\"");
}

/* A function of the client, in `tools` or in `functions`. */
static void put_function(gw_chat_t *ch, const gw_node_t *node,
                         gw_chat_object_t what,
                         const gw_node_t *cache_control)
{
    const gw_node_t *of[FUNCTION_COUNT];
    gw_str_t name;

    gw_chat_take(ch, of, node, what);
    name = gw_chat_name(ch, of[FUNCTION_NAME], node);
    note_name(ch, name, node);
    if (of[FUNCTION_DESCRIPTION] != NULL
        && of[FUNCTION_DESCRIPTION]->kind != GW_JSON_STR)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, "description",
                       "must be a string.");
    if (of[FUNCTION_STRICT] != NULL
        && of[FUNCTION_STRICT]->kind > GW_JSON_TRUE)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, "strict",
                       "must be true or false.");
    if (!is_allowed(ch, name))
        return;
    begin_tool(ch, name);
    put_optional(ch, of[FUNCTION_DESCRIPTION], ",\"description\":");
    gw_text_put(ch->body, ",\"input_schema\":");
    put_schema(ch, of[FUNCTION_PARAMETERS], node);
    put_optional(ch, of[FUNCTION_STRICT], ",\"strict\":");
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, cache_control);
    gw_chat_mark(ch, of[FUNCTION_CACHE_CONTROL]);
}

static void put_custom(gw_chat_t *ch, const gw_node_t *node,
                       const gw_node_t *cache_control)
{
    const gw_node_t *of[CUSTOM_COUNT];
    gw_str_t name;

    gw_chat_take(ch, of, node, GW_CHAT_CUSTOM);
    name = gw_chat_name(ch, of[CUSTOM_NAME], node);
    note_name(ch, name, node);
    if (!is_allowed(ch, name))
        return;
    begin_tool(ch, name);
    gw_chat_custom(ch, name, node, of);
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, cache_control);
}

static void put_tool(gw_chat_t *ch, const gw_node_t *node)
{
    const gw_node_t *of[TOOL_COUNT];
    int custom;

    if (node->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "must be an object, a tool.");
        return;
    }
    gw_chat_take(ch, of, node, GW_CHAT_TOOL);
    custom = gw_tree_is(&ch->tree, of[TOOL_TYPE], "custom");
    if (!custom && of[TOOL_TYPE] != NULL
        && !gw_tree_is(&ch->tree, of[TOOL_TYPE], "function"))
        gw_chat_refuse(ch, GW_P_UNSUPPORTED_PARAMETER, node, "type",
                       "must be \"function\" or \"custom\": this model has no "
                       "other tools.");
    else if (!gw_chat_is_object(of[custom ? TOOL_CUSTOM : TOOL_FUNCTION]))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node,
                       custom ? "custom" : "function",
                       "must be an object with the tool's name.");
    else if (custom)
        put_custom(ch, of[TOOL_CUSTOM], of[TOOL_CACHE_CONTROL]);
    else
        put_function(ch, of[TOOL_FUNCTION], GW_CHAT_FUNCTION,
                     of[TOOL_CACHE_CONTROL]);
}

static void put_legacy(gw_chat_t *ch, const gw_node_t *node)
{
    if (node->kind != GW_JSON_OBJECT)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "must be an object, a function.");
    else
        put_function(ch, node, GW_CHAT_LEGACY_FUNCTION, NULL);
}

static void put_list(gw_chat_t *ch, const gw_node_t *list,
                     void (*put)(gw_chat_t *ch, const gw_node_t *node))
{
    const gw_node_t *node;

    if (list == NULL)
        return;
    if (list->kind != GW_JSON_ARRAY)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, list, NULL,
                       "must be a list.");
    for (node = gw_tree_child(&ch->tree, list); node != NULL && ch->kind == 0;
         node = gw_tree_next(&ch->tree, node))
        put(ch, node);
}

/* ---- all of it ------------------------------------------------------- */

void gw_chat_tools(gw_chat_t *ch)
{
    const gw_node_t *parallel = ch->root[ROOT_PARALLEL_TOOL_CALLS];
    apr_size_t start = ch->body->n;
    gw_chat_choice_t choice;

    if (parallel != NULL && parallel->kind > GW_JSON_TRUE)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, parallel, NULL,
                       "must be true or false.");
    gw_chat_choice_read(ch, &choice);
    ch->tools = apr_hash_make(ch->pool);
    ch->blocks = 0;
    gw_text_put(ch->body, ",\"tools\":[");
    put_list(ch, ch->root[ROOT_TOOLS], put_tool);
    put_list(ch, ch->root[ROOT_FUNCTIONS], put_legacy);
    if (apr_hash_count(ch->tools) > 0)
        gw_chat_choice_check(ch, &choice);
    if (ch->blocks == 0) {      /* without tools there is no choice */
        if (!ch->body->full)
            ch->body->n = start;
        return;
    }
    gw_text_put(ch->body, "]");
    gw_chat_choice_write(ch, &choice);
}
