/* SPDX-License-Identifier: Apache-2.0 */
/* messages_body.h - does a body obey the rules by which the Messages API
 * refuses one?  A second reading of Anthropic's pages on messages, tool use,
 * vision and prompt caching, for tests and fuzz targets. */
#ifndef GW_TEST_MESSAGES_BODY_H
#define GW_TEST_MESSAGES_BODY_H

#include <ctype.h>
#include <stdio.h>

#include <apr_strings.h>

#include "json_tree.h"

typedef struct messages_body_t {
    gw_tree_t tree;
    const char *fault;          /* the first that was found */
    const gw_node_t *open[256]; /* ids of calls of the message before */
    unsigned open_n;
    const gw_node_t *seen[4096];/* ids of all calls */
    unsigned seen_n;
    apr_pool_t *pool;
} messages_body_t;

static inline void rule(messages_body_t *mb, int kept, const char *fault)
{
    if (!kept && mb->fault == NULL)
        mb->fault = fault;
}

static inline const gw_node_t *mb_get(const messages_body_t *mb,
                                      const gw_node_t *of, const char *name)
{
    return gw_tree_value(&mb->tree, of, name);
}

static inline int mb_kind(const gw_node_t *node, gw_json_kind_t kind)
{
    return node != NULL && node->kind == kind;
}

static inline int mb_same(const messages_body_t *mb, const gw_node_t *a,
                          const gw_node_t *b)
{
    gw_str_t x = gw_tree_string(&mb->tree, a, mb->pool);
    gw_str_t y = gw_tree_string(&mb->tree, b, mb->pool);

    return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

static inline int mb_says(const messages_body_t *mb, const gw_node_t *text)
{
    gw_str_t s;
    apr_size_t i = 0;

    if (!mb_kind(text, GW_JSON_STR))
        return 0;
    s = gw_tree_string(&mb->tree, text, mb->pool);
    while (i < s.n && isspace((unsigned char)s.p[i]))
        i++;
    return i < s.n;
}

/* Of letters that names and ids are made of, 1 to most of them. */
static inline int mb_word(const messages_body_t *mb, const gw_node_t *node,
                          apr_size_t most)
{
    gw_str_t s;
    apr_size_t i = 0;

    if (!mb_kind(node, GW_JSON_STR))
        return 0;
    s = gw_tree_string(&mb->tree, node, mb->pool);
    while (i < s.n && (isalnum((unsigned char)s.p[i]) || s.p[i] == '_'
                       || s.p[i] == '-'))
        i++;
    return s.n > 0 && s.n <= most && i == s.n;
}

static inline void mb_source(messages_body_t *mb, const gw_node_t *source)
{
    const gw_node_t *type = mb_get(mb, source, "type");
    const gw_node_t *data = mb_get(mb, source, "data");
    gw_str_t s;

    if (gw_tree_is(&mb->tree, type, "url")) {
        rule(mb, mb_kind(mb_get(mb, source, "url"), GW_JSON_STR), "url");
        return;
    }
    rule(mb, gw_tree_is(&mb->tree, type, "base64")
             && mb_kind(mb_get(mb, source, "media_type"), GW_JSON_STR)
             && mb_kind(data, GW_JSON_STR), "source");
    if (mb->fault != NULL)
        return;
    s = gw_tree_inside(&mb->tree, data);
    rule(mb, s.n > 0 && s.n % 4 == 0
             && strspn(apr_pstrmemdup(mb->pool, s.p, s.n),
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                       "0123456789+/=") == s.n, "base64");
}

/* Thinking that comes back, as it has to: signed, before all else.  0: it is
 * none. */
static inline int mb_thinking(messages_body_t *mb, const gw_node_t *block)
{
    const gw_node_t *type = mb_get(mb, block, "type");
    const gw_node_t *before = gw_tree_child(&mb->tree,
                                            &mb->tree.node[block->parent]);
    int redacted = gw_tree_is(&mb->tree, type, "redacted_thinking");

    if (!redacted && !gw_tree_is(&mb->tree, type, "thinking"))
        return 0;
    rule(mb, redacted ? mb_kind(mb_get(mb, block, "data"), GW_JSON_STR)
                      : mb_kind(mb_get(mb, block, "thinking"), GW_JSON_STR)
                        && mb_kind(mb_get(mb, block, "signature"),
                                   GW_JSON_STR), "thinking");
    for (; before != block; before = gw_tree_next(&mb->tree, before)) {
        type = mb_get(mb, before, "type");
        rule(mb, gw_tree_is(&mb->tree, type, "thinking")
                 || gw_tree_is(&mb->tree, type, "redacted_thinking"),
             "thinking behind what is said");
    }
    return 1;
}

static inline void mb_plain_block(messages_body_t *mb, const gw_node_t *block)
{
    const gw_node_t *type = mb_get(mb, block, "type");

    if (gw_tree_is(&mb->tree, type, "text"))
        rule(mb, mb_says(mb, mb_get(mb, block, "text")), "an empty text");
    else if (gw_tree_is(&mb->tree, type, "image")
             || gw_tree_is(&mb->tree, type, "document"))
        mb_source(mb, mb_get(mb, block, "source"));
    else
        rule(mb, 0, "an unknown block");
}

static inline void mb_tool_use(messages_body_t *mb, const gw_node_t *block)
{
    const gw_node_t *id = mb_get(mb, block, "id");
    unsigned i;

    rule(mb, mb_word(mb, id, 1000000), "the id of a call");
    rule(mb, mb_word(mb, mb_get(mb, block, "name"), 128), "a call's name");
    rule(mb, mb_kind(mb_get(mb, block, "input"), GW_JSON_OBJECT), "input");
    for (i = 0; mb->fault == NULL && i < mb->seen_n; i++)
        rule(mb, !mb_same(mb, id, mb->seen[i]), "an id twice");
    if (mb->fault == NULL && mb->open_n < 256 && mb->seen_n < 4096)
        mb->open[mb->open_n++] = mb->seen[mb->seen_n++] = id;
}

static inline void mb_tool_result(messages_body_t *mb, const gw_node_t *block)
{
    const gw_node_t *id = mb_get(mb, block, "tool_use_id");
    const gw_node_t *content = mb_get(mb, block, "content"), *b;
    unsigned i = 0;

    if (!mb_kind(id, GW_JSON_STR)) {
        rule(mb, 0, "tool_use_id");
        return;
    }
    while (i < mb->open_n && !mb_same(mb, id, mb->open[i]))
        i++;
    rule(mb, i < mb->open_n, "a result without a call");
    if (i < mb->open_n)
        mb->open[i] = mb->open[--mb->open_n];
    if (content == NULL || content->kind == GW_JSON_STR)
        return;
    rule(mb, content->kind == GW_JSON_ARRAY && content->count > 0,
         "the content of a result");
    for (b = gw_tree_child(&mb->tree, content); b != NULL;
         b = gw_tree_next(&mb->tree, b)) {
        mb_plain_block(mb, b);
        rule(mb, mb_get(mb, b, "cache_control") == NULL,
             "cache_control in a result");
    }
}

/* A message of role user, or not. */
static inline void mb_message(messages_body_t *mb, const gw_node_t *message,
                              int user)
{
    const gw_node_t *content = mb_get(mb, message, "content"), *b;

    rule(mb, gw_tree_is(&mb->tree, mb_get(mb, message, "role"),
                        user ? "user" : "assistant"), "roles in turn");
    rule(mb, mb_kind(content, GW_JSON_ARRAY) && content->count > 0,
         "an empty message");
    if (!user)
        rule(mb, mb->open_n == 0, "a call without a result");
    for (b = content ? gw_tree_child(&mb->tree, content) : NULL;
         b != NULL && mb->fault == NULL; b = gw_tree_next(&mb->tree, b)) {
        const gw_node_t *type = mb_get(mb, b, "type");

        if (user && gw_tree_is(&mb->tree, type, "tool_result")) {
            mb_tool_result(mb, b);
            continue;
        }
        if (user)
            rule(mb, mb->open_n == 0, "text before a result");
        if (!user && gw_tree_is(&mb->tree, type, "tool_use"))
            mb_tool_use(mb, b);
        else if (user || !mb_thinking(mb, b))
            mb_plain_block(mb, b);
    }
}

static inline void mb_messages(messages_body_t *mb, const gw_node_t *list)
{
    const gw_node_t *m = mb_kind(list, GW_JSON_ARRAY)
                         ? gw_tree_child(&mb->tree, list) : NULL;
    int user = m != NULL
               && gw_tree_is(&mb->tree, mb_get(mb, m, "role"), "user");

    rule(mb, m != NULL, "no messages");
    for (; m != NULL && mb->fault == NULL; m = gw_tree_next(&mb->tree, m)) {
        mb_message(mb, m, user);
        user = !user;
    }
    rule(mb, mb->open_n == 0, "a call without a result at the end");
}

static inline void mb_tools(messages_body_t *mb, const gw_node_t *root)
{
    const gw_node_t *tools = mb_get(mb, root, "tools"), *t, *other;
    const gw_node_t *choice = mb_get(mb, root, "tool_choice");
    const gw_node_t *wanted = mb_get(mb, choice, "name");
    int found = wanted == NULL;

    rule(mb, tools != NULL || choice == NULL, "a choice without tools");
    if (tools == NULL)
        return;
    rule(mb, mb_kind(tools, GW_JSON_ARRAY) && tools->count > 0, "no tools");
    for (t = gw_tree_child(&mb->tree, tools); t != NULL && mb->fault == NULL;
         t = gw_tree_next(&mb->tree, t)) {
        const gw_node_t *name = mb_get(mb, t, "name");
        const gw_node_t *schema = mb_get(mb, t, "input_schema");

        rule(mb, mb_word(mb, name, 128), "the name of a tool");
        rule(mb, mb_kind(schema, GW_JSON_OBJECT)
                 && gw_tree_member(&mb->tree, schema, "type") != NULL,
             "a schema");
        for (other = gw_tree_next(&mb->tree, t);
             other != NULL && mb->fault == NULL;
             other = gw_tree_next(&mb->tree, other))
            rule(mb, !mb_same(mb, name, mb_get(mb, other, "name")),
                 "a tool twice");
        found |= mb->fault == NULL && wanted != NULL
                 && mb_same(mb, name, wanted);
    }
    rule(mb, found, "the choice of an unknown tool");
}

static inline void mb_lists(messages_body_t *mb, const gw_node_t *root)
{
    const gw_node_t *system = mb_get(mb, root, "system");
    const gw_node_t *stops = mb_get(mb, root, "stop_sequences"), *n;

    rule(mb, system == NULL || (mb_kind(system, GW_JSON_ARRAY)
                                && system->count > 0), "an empty system");
    for (n = system ? gw_tree_child(&mb->tree, system) : NULL; n != NULL;
         n = gw_tree_next(&mb->tree, n))
        rule(mb, mb_says(mb, mb_get(mb, n, "text")), "a system text");
    rule(mb, stops == NULL || (mb_kind(stops, GW_JSON_ARRAY)
                               && stops->count > 0), "empty stops");
    for (n = stops ? gw_tree_child(&mb->tree, stops) : NULL; n != NULL;
         n = gw_tree_next(&mb->tree, n))
        rule(mb, mb_says(mb, n), "a stop of blanks");
}

/* Members that the API has; it refuses all others. */
static inline void mb_known(messages_body_t *mb, const gw_node_t *root)
{
    static const char *const known[] = {
        "model", "max_tokens", "system", "messages", "tools", "tool_choice",
        "thinking", "output_config", "temperature", "top_p", "top_k",
        "stop_sequences", "metadata", "cache_control", "stream"
    };
    const gw_node_t *m;
    unsigned i;

    for (m = gw_tree_child(&mb->tree, root); m != NULL;
         m = gw_tree_next(&mb->tree, m)) {
        for (i = 0; i < GW_COUNT(known); i++) {
            if (gw_tree_named(&mb->tree, m, known[i]))
                break;
        }
        rule(mb, i < GW_COUNT(known), "an unknown member");
    }
}

/* The rule that a body breaks; NULL: none. */
static inline const char *messages_body_fault(gw_str_t text, apr_pool_t *pool)
{
    messages_body_t *mb = apr_pcalloc(pool, sizeof(*mb));
    const gw_node_t *root, *max;

    mb->pool = pool;
    if (gw_tree_read(&mb->tree, text, &gw_tree_all, GW_JSON_VALIDATE, pool)
        != APR_SUCCESS)
        return "no JSON";
    root = gw_tree_root(&mb->tree);
    max = mb_get(mb, root, "max_tokens");
    rule(mb, root->kind == GW_JSON_OBJECT, "no object");
    rule(mb, mb_kind(mb_get(mb, root, "model"), GW_JSON_STR), "no model");
    rule(mb, mb_kind(max, GW_JSON_NUM)
             && gw_tree_bytes(&mb->tree, max).p[0] > '0', "max_tokens");
    mb_known(mb, root);
    mb_messages(mb, mb_get(mb, root, "messages"));
    mb_tools(mb, root);
    mb_lists(mb, root);
    return mb->fault;
}

#endif
