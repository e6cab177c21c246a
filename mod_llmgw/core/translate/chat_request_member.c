/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_member.c - see chat_request.h: the members of the objects of a
 * body, and what becomes of those that are not translated. */
#include "chat_request.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define PATH_MOST 160           /* bytes of a path that can be named */

#define SHAPE(where, count, ...) { where, count, { __VA_ARGS__ } }

const gw_chat_shape_t gw_chat_shapes[GW_CHAT_OBJECTS] = {
    SHAPE("", ROOT_COUNT,
          "model", "messages", "stream", "max_tokens",
          "max_completion_tokens", "temperature", "top_p", "top_k", "stop",
          "n", "tools", "tool_choice", "parallel_tool_calls", "functions",
          "function_call", "response_format", "user", "safety_identifier",
          "reasoning_effort", "thinking", "llmgw_thinking",
          "enable_thinking", "thinking_budget", "enable_context_caching",
          "cache_control", "modalities"),
    SHAPE("messages[]", MESSAGE_COUNT,
          "role", "content", "refusal", "tool_calls", "function_call",
          "tool_call_id", "name", "cache_control"),
    SHAPE("messages[].content[]", PART_COUNT,
          "type", "text", "refusal", "image_url", "file", "cache_control"),
    SHAPE("messages[].content[].image_url", IMAGE_COUNT, "url"),
    SHAPE("messages[].content[].file", FILE_COUNT, "file_data", "filename"),
    SHAPE("messages[].tool_calls[]", CALL_COUNT,
          "id", "type", "function", "custom"),
    SHAPE("messages[].tool_calls[].function", CALLED_COUNT,
          "name", "arguments"),
    SHAPE("messages[].tool_calls[].custom", CALLED_COUNT, "name", "input"),
    SHAPE("messages[].function_call", CALLED_COUNT, "name", "arguments"),
    SHAPE("tools[]", TOOL_COUNT,
          "type", "function", "custom", "cache_control"),
    SHAPE("tools[].function", FUNCTION_COUNT,
          "name", "description", "parameters", "strict", "cache_control"),
    SHAPE("tools[].custom", CUSTOM_COUNT, "name", "description", "format"),
    SHAPE("tools[].custom.format", CUSTOM_FORMAT_COUNT, "type", "grammar"),
    SHAPE("tools[].custom.format.grammar", GRAMMAR_COUNT,
          "syntax", "definition"),
    SHAPE("functions[]", FUNCTION_COUNT,
          "name", "description", "parameters", "strict", "cache_control"),
    SHAPE("response_format", FORMAT_COUNT, "type", "json_schema"),
    SHAPE("response_format.json_schema", SCHEMA_COUNT, "schema")
};

/* ---- refusing and dropping ------------------------------------------- */

void gw_chat_refuse(gw_chat_t *ch, gw_problem_kind_t kind,
                    const gw_node_t *at, const char *member,
                    const char *what)
{
    const char *path;

    if (ch->kind != 0)
        return;
    path = gw_tree_path(&ch->tree, at, member, ch->pool);
    ch->kind = gw_problem(ch->problem, kind, path,
                          apr_pstrcat(ch->pool, "'", path, "' ", what, NULL));
}

void gw_chat_drop(gw_chat_t *ch, const char *path)
{
    gw_translate_drop(ch->out, path, ch->pool);
}

gw_str_t gw_chat_name_of(const gw_chat_t *ch, const gw_node_t *member)
{
    gw_str_t name = gw_tree_name(&ch->tree, member);
    char *plain;

    if (memchr(name.p, '\\', name.n) == NULL)
        return name;
    plain = apr_palloc(ch->pool, name.n);
    name.n = gw_json_unescape(plain, name);
    name.p = plain;
    return name;
}

static void drop_member(gw_chat_t *ch, const char *where, gw_str_t name)
{
    char path[PATH_MOST];
    apr_size_t n = strlen(where);

    if (name.n == 0 || n + name.n + 2 > sizeof(path)
        || memchr(name.p, '\0', name.n) != NULL)
        return;
    memcpy(path, where, n);
    if (n > 0)
        path[n++] = '.';
    memcpy(path + n, name.p, name.n);
    path[n + name.n] = '\0';
    gw_chat_drop(ch, path);
}

/* Null, false, an empty string or an empty list: it asks for nothing. */
static int is_nothing(const gw_node_t *value)
{
    return value->kind <= GW_JSON_FALSE
           || (value->kind == GW_JSON_STR && value->end - value->start == 2)
           || (value->kind == GW_JSON_ARRAY && value->count == 0);
}

/* A member that is not translated. */
static void other(gw_chat_t *ch, const gw_node_t *member, const char *where)
{
    gw_str_t name = gw_chat_name_of(ch, member);

    switch (gw_translate_fate(GW_EP_CHAT, where, name)) {
    case GW_MEMBER_QUIET:
        break;
    case GW_MEMBER_REFUSED:
        if (!is_nothing(member))
            gw_chat_refuse(ch, GW_P_UNSUPPORTED_PARAMETER, member, NULL,
                           "has no counterpart in the Messages API, through "
                           "which this model is served: leave it out, or use "
                           "another model.");
        break;
    default:
        if (member->kind != GW_JSON_NULL)
            drop_member(ch, where, name);
        break;
    }
}

void gw_chat_take(gw_chat_t *ch, const gw_node_t **nodes,
                  const gw_node_t *object, gw_chat_object_t what)
{
    const gw_chat_shape_t *shape = &gw_chat_shapes[what];
    const gw_node_t *m;
    unsigned i;

    memset(nodes, 0, shape->count * sizeof(*nodes));
    for (m = gw_tree_child(&ch->tree, object); m != NULL && ch->kind == 0;
         m = gw_tree_next(&ch->tree, m)) {
        for (i = 0; i < shape->count; i++) {
            if (gw_tree_named(&ch->tree, m, shape->name[i]))
                break;
        }
        if (i < shape->count)
            nodes[i] = m->kind != GW_JSON_NULL ? m : NULL;
        else
            other(ch, m, shape->where);
    }
}

/* ---- values ---------------------------------------------------------- */

/* The bytes of an escape that stands for a blank; 0: it does not. */
static apr_size_t blank_escape(const char *p)
{
    int high, low;

    if (strchr("nrtf", p[1]) != NULL)
        return 2;
    if (p[1] != 'u' || p[2] != '0' || p[3] != '0')
        return 0;
    high = gw_hex(p[4]);
    low = gw_hex(p[5]);
    return (high == 0 && low >= 9 && low <= 13) || (high == 2 && low == 0)
           ? 6 : 0;
}

int gw_chat_blank(const gw_chat_t *ch, const gw_node_t *string)
{
    gw_str_t s = gw_tree_inside(&ch->tree, string);
    apr_size_t i = 0, step;

    for (; i < s.n; i += step) {
        step = s.p[i] == '\\' ? blank_escape(s.p + i) : s.p[i] == ' ';
        if (step == 0)
            return 0;
    }
    return 1;
}

void gw_chat_copy(gw_chat_t *ch, const gw_node_t *value)
{
    gw_text_add(ch->body, gw_tree_bytes(&ch->tree, value));
}

gw_str_t gw_chat_name(gw_chat_t *ch, const gw_node_t *name,
                      const gw_node_t *in)
{
    gw_str_t s = { "", 0 };
    apr_size_t i = 0;

    if (name != NULL && name->kind == GW_JSON_STR)
        s = gw_tree_string(&ch->tree, name, ch->pool);
    while (i < s.n && (apr_isalnum(s.p[i]) || s.p[i] == '_' || s.p[i] == '-'))
        i++;
    if (s.n > 0 && s.n <= GW_CHAT_NAME && i == s.n)
        return s;
    gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, "name",
                   "must be the name of a tool: 1 to 64 letters of a-z and "
                   "A-Z, digits, '_' and '-'.");
    s.n = 0;
    return s;
}
