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
    if (ch->allowed != NULL
        && !apr_hash_get(ch->allowed, name.p, (apr_ssize_t)name.n))
        return;
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"name\":\"");
    gw_text_add(ch->body, name);
    gw_text_put(ch->body, "\"");
    put_optional(ch, of[FUNCTION_DESCRIPTION], ",\"description\":");
    gw_text_put(ch->body, ",\"input_schema\":");
    put_schema(ch, of[FUNCTION_PARAMETERS], node);
    put_optional(ch, of[FUNCTION_STRICT], ",\"strict\":");
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, cache_control);
    gw_chat_mark(ch, of[FUNCTION_CACHE_CONTROL]);
}

static void put_tool(gw_chat_t *ch, const gw_node_t *node)
{
    const gw_node_t *of[TOOL_COUNT];

    if (node->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "must be an object, a tool.");
        return;
    }
    gw_chat_take(ch, of, node, GW_CHAT_TOOL);
    if (of[TOOL_TYPE] != NULL
        && !gw_tree_is(&ch->tree, of[TOOL_TYPE], "function"))
        gw_chat_refuse(ch, GW_P_UNSUPPORTED_PARAMETER, node, "type",
                       "must be \"function\": this model has no other "
                       "tools.");
    else if (of[TOOL_FUNCTION] == NULL
             || of[TOOL_FUNCTION]->kind != GW_JSON_OBJECT)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, "function",
                       "must be an object with the function's name.");
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

/* ---- the choice ------------------------------------------------------ */

typedef struct choice_t {
    const char *type;           /* "auto", "any", "tool", "none"; NULL: none
                                   is written */
    gw_str_t name;              /* of "tool" */
    const gw_node_t *at;        /* what holds the name */
} choice_t;

/* The word of a choice or of the mode of one. */
static const char *choice_word(const gw_chat_t *ch, const gw_node_t *value)
{
    static const char *const words[][2] = {
        { "auto", "auto" }, { "none", "none" }, { "required", "any" }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(words); i++) {
        if (gw_tree_is(&ch->tree, value, words[i][0]))
            return words[i][1];
    }
    return NULL;
}

/* The function that a choice or one of its tools names. */
static const gw_node_t *function_of(const gw_chat_t *ch,
                                    const gw_node_t *value)
{
    const gw_node_t *function = gw_tree_value(&ch->tree, value, "function");

    return function != NULL && function->kind == GW_JSON_OBJECT
           && gw_tree_is(&ch->tree, gw_tree_value(&ch->tree, value, "type"),
                         "function") ? function : NULL;
}

/* Only some of the tools: the others are not written. */
static void read_allowed(gw_chat_t *ch, choice_t *choice,
                         const gw_node_t *value)
{
    const gw_node_t *list = gw_tree_value(&ch->tree, value, "tools"), *tool;

    choice->type = choice_word(ch, gw_tree_value(&ch->tree, value, "mode"));
    if (choice->type == NULL || list == NULL || list->kind != GW_JSON_ARRAY)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must have a 'mode', \"auto\" or \"required\", and "
                       "'tools', a list of functions.");
    ch->allowed = apr_hash_make(ch->pool);
    for (tool = list != NULL ? gw_tree_child(&ch->tree, list) : NULL;
         tool != NULL && ch->kind == 0; tool = gw_tree_next(&ch->tree, tool)) {
        const gw_node_t *function = function_of(ch, tool);
        gw_str_t name;

        if (function == NULL) {
            gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, tool, NULL,
                           "must name a function.");
            return;
        }
        name = gw_chat_name(ch, gw_tree_value(&ch->tree, function, "name"),
                            function);
        apr_hash_set(ch->allowed, name.p, (apr_ssize_t)name.n, tool);
    }
}

/* A function by its name; in: what has the name. */
static void read_named(gw_chat_t *ch, choice_t *choice, const gw_node_t *in)
{
    choice->type = "tool";
    choice->at = in;
    choice->name = gw_chat_name(ch, gw_tree_value(&ch->tree, in, "name"), in);
}

static void read_choice(gw_chat_t *ch, choice_t *choice)
{
    const gw_node_t *now = ch->root[ROOT_TOOL_CHOICE];
    const gw_node_t *value = now ? now : ch->root[ROOT_FUNCTION_CALL];
    const gw_node_t *named = now ? function_of(ch, now) : value;
    const gw_node_t *allowed = gw_tree_value(&ch->tree, now, "allowed_tools");

    memset(choice, 0, sizeof(*choice));
    if (value == NULL)
        return;
    choice->type = choice_word(ch, value);
    if (choice->type != NULL)
        return;
    if (named != NULL && named->kind == GW_JSON_OBJECT)
        read_named(ch, choice, named);
    else if (allowed != NULL)
        read_allowed(ch, choice, allowed);
    else
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must be \"auto\", \"none\", \"required\" or name a "
                       "function.");
}

/* Names that no tool has. */
static void check_names(gw_chat_t *ch, const choice_t *choice)
{
    apr_hash_index_t *hi;
    static const char unknown[] = "is the name of no tool of this request.";

    if (choice->name.n > 0
        && !apr_hash_get(ch->tools, choice->name.p,
                         (apr_ssize_t)choice->name.n))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, choice->at, "name",
                       unknown);
    for (hi = ch->allowed ? apr_hash_first(ch->pool, ch->allowed) : NULL;
         hi != NULL && ch->kind == 0; hi = apr_hash_next(hi)) {
        const void *name;
        apr_ssize_t n;
        void *tool;

        apr_hash_this(hi, &name, &n, &tool);
        if (!apr_hash_get(ch->tools, name, n))
            gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, tool, NULL, unknown);
    }
}

static void put_choice(gw_chat_t *ch, const choice_t *choice)
{
    const gw_node_t *parallel = ch->root[ROOT_PARALLEL_TOOL_CALLS];
    int one = parallel != NULL && parallel->kind == GW_JSON_FALSE;
    const char *type = choice->type ? choice->type : one ? "auto" : NULL;

    if (type == NULL)
        return;
    ch->forced = strcmp(type, "any") == 0 || strcmp(type, "tool") == 0;
    gw_text_put(ch->body, ",\"tool_choice\":{\"type\":\"");
    gw_text_put(ch->body, type);
    gw_text_put(ch->body, "\"");
    if (choice->name.n > 0) {
        gw_text_put(ch->body, ",\"name\":\"");
        gw_text_add(ch->body, choice->name);
        gw_text_put(ch->body, "\"");
    }
    if (one && strcmp(type, "none") != 0)
        gw_text_put(ch->body, ",\"disable_parallel_tool_use\":true");
    gw_text_put(ch->body, "}");
}

void gw_chat_tools(gw_chat_t *ch)
{
    const gw_node_t *parallel = ch->root[ROOT_PARALLEL_TOOL_CALLS];
    apr_size_t start = ch->body->n;
    choice_t choice;

    if (parallel != NULL && parallel->kind > GW_JSON_TRUE)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, parallel, NULL,
                       "must be true or false.");
    read_choice(ch, &choice);
    ch->tools = apr_hash_make(ch->pool);
    ch->blocks = 0;
    gw_text_put(ch->body, ",\"tools\":[");
    put_list(ch, ch->root[ROOT_TOOLS], put_tool);
    put_list(ch, ch->root[ROOT_FUNCTIONS], put_legacy);
    if (apr_hash_count(ch->tools) > 0)
        check_names(ch, &choice);
    if (ch->blocks == 0) {      /* without tools there is no choice */
        if (!ch->body->full)
            ch->body->n = start;
        return;
    }
    gw_text_put(ch->body, "]");
    put_choice(ch, &choice);
}
