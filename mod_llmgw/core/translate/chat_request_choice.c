/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_choice.c - see chat_request.h: which of the tools may or must
 * be called. */
#include "chat_request.h"

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

/* The function or custom tool that a choice or one of its tools names. */
static const gw_node_t *tool_of(const gw_chat_t *ch, const gw_node_t *value)
{
    static const char *const kinds[] = { "function", "custom" };
    const gw_node_t *type = gw_tree_value(&ch->tree, value, "type");
    unsigned i;

    for (i = 0; i < GW_COUNT(kinds); i++) {
        const gw_node_t *tool = gw_tree_value(&ch->tree, value, kinds[i]);

        if (gw_chat_is_object(tool) && gw_tree_is(&ch->tree, type, kinds[i]))
            return tool;
    }
    return NULL;
}

/* Was one declared with this name, and of the kind of what names it? */
static int is_declared(const gw_chat_t *ch, gw_str_t name,
                       const gw_node_t *at)
{
    const gw_node_t *tool = apr_hash_get(ch->tools, name.p,
                                         (apr_ssize_t)name.n);

    return tool != NULL && gw_tree_named(&ch->tree, tool, "custom")
                           == gw_tree_named(&ch->tree, at, "custom");
}

/* Only some of the tools: the others are not written. */
static void read_allowed(gw_chat_t *ch, gw_chat_choice_t *choice,
                         const gw_node_t *value)
{
    const gw_node_t *list = gw_tree_value(&ch->tree, value, "tools"), *tool;

    choice->type = choice_word(ch, gw_tree_value(&ch->tree, value, "mode"));
    if (choice->type == NULL || list == NULL || list->kind != GW_JSON_ARRAY)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must have a 'mode', \"auto\" or \"required\", and "
                       "'tools', a list of tools' names.");
    ch->allowed = apr_hash_make(ch->pool);
    for (tool = list != NULL ? gw_tree_child(&ch->tree, list) : NULL;
         tool != NULL && ch->kind == 0; tool = gw_tree_next(&ch->tree, tool)) {
        const gw_node_t *named = tool_of(ch, tool);
        gw_str_t name;

        if (named == NULL) {
            gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, tool, NULL,
                           "must name a function or a custom tool.");
            return;
        }
        name = gw_chat_name(ch, gw_tree_value(&ch->tree, named, "name"),
                            named);
        apr_hash_set(ch->allowed, name.p, (apr_ssize_t)name.n, tool);
    }
}

/* A function by its name; in: what has the name. */
static void read_named(gw_chat_t *ch, gw_chat_choice_t *choice,
                       const gw_node_t *in)
{
    choice->type = "tool";
    choice->at = in;
    choice->name = gw_chat_name(ch, gw_tree_value(&ch->tree, in, "name"), in);
}

void gw_chat_choice_read(gw_chat_t *ch, gw_chat_choice_t *choice)
{
    const gw_node_t *now = ch->root[ROOT_TOOL_CHOICE];
    const gw_node_t *value = now ? now : ch->root[ROOT_FUNCTION_CALL];
    const gw_node_t *named = now ? tool_of(ch, now) : value;
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
                       "function or a custom tool.");
}

void gw_chat_choice_check(gw_chat_t *ch, const gw_chat_choice_t *choice)
{
    apr_hash_index_t *hi;
    static const char unknown[] = "is the name of no tool of this request.";

    if (choice->name.n > 0 && !is_declared(ch, choice->name, choice->at))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, choice->at, "name",
                       unknown);
    for (hi = ch->allowed ? apr_hash_first(ch->pool, ch->allowed) : NULL;
         hi != NULL && ch->kind == 0; hi = apr_hash_next(hi)) {
        const void *name;
        apr_ssize_t n;
        void *tool;

        apr_hash_this(hi, &name, &n, &tool);
        if (!is_declared(ch, (gw_str_t){ name, (apr_size_t)n },
                         tool_of(ch, tool)))
            gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, tool, NULL, unknown);
    }
}

void gw_chat_choice_write(gw_chat_t *ch, const gw_chat_choice_t *choice)
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
