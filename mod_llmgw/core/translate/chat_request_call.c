/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_call.c - see chat_request.h: calls of tools, and which result
 * answers which.
 *
 * The Messages API wants each call answered by the very next message, and no
 * id twice in a request, and has fewer letters for ids than some vendors use.
 */
#include "chat_request.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define AROUND_INPUT 5          /* containers around `input` in the new body */

/* ---- arguments ------------------------------------------------------- */

static void skip_nothing(void *baton, const gw_json_node_t *node)
{
    (void)baton;
    (void)node;
}

static int is_json(gw_str_t s)
{
    static const gw_json_context_t contexts[2];
    static const gw_json_schema_t schema = { contexts, 0 };
    gw_json_t json;

    gw_json_start(&json, &schema, GW_JSON_VALIDATE, skip_nothing, NULL);
    return gw_json_feed(&json, s.p, s.n) == APR_SUCCESS
           && gw_json_end(&json) == APR_SUCCESS;
}

static gw_str_t trimmed(gw_str_t s)
{
    while (s.n > 0 && apr_isspace(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && apr_isspace(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The text of the arguments is the client's own JSON: its bytes stay. */
static void put_arguments(gw_chat_t *ch, const gw_node_t *arguments,
                          const gw_node_t *in)
{
    gw_str_t s = { "", 0 };

    if (arguments != NULL && arguments->kind != GW_JSON_STR) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, "arguments",
                       "must be a string that holds a JSON object.");
        return;
    }
    if (arguments != NULL)
        s = trimmed(gw_tree_string(&ch->tree, arguments, ch->pool));
    if (s.n == 0)
        gw_text_put(ch->body, "{}");
    else if (s.p[0] != '{' || !is_json(s))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, "arguments",
                       "holds no JSON object: send what the model wrote, and "
                       "\"{}\" for none.");
    else if (gw_tree_deeper(s, GW_JSON_DEPTH - AROUND_INPUT))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, "arguments",
                       "holds JSON that is too deep.");
    else
        gw_text_add(ch->body, s);
}

/* ---- ids ------------------------------------------------------------- */

static int is_id(gw_str_t id)
{
    apr_size_t i = 0;

    while (i < id.n && (apr_isalnum(id.p[i]) || id.p[i] == '_'
                        || id.p[i] == '-'))
        i++;
    return id.n > 0 && i == id.n;
}

/* The client's if it can be, else one that stays the same when the
 * conversation goes on, so that what is cached of it is found. */
static const char *written_id(gw_chat_t *ch, gw_str_t id,
                              const gw_node_t *message)
{
    const char *written = is_id(id) ? apr_pstrmemdup(ch->pool, id.p, id.n)
        : apr_psprintf(ch->pool, "call_%u_%d", (unsigned)message->index,
                       ch->calls->nelts);

    while (apr_hash_get(ch->ids, written, APR_HASH_KEY_STRING) != NULL)
        written = apr_psprintf(ch->pool, "%s_%u", written,
                               (unsigned)message->index);
    apr_hash_set(ch->ids, written, APR_HASH_KEY_STRING, "");
    return written;
}

/* ---- calls ----------------------------------------------------------- */

static gw_chat_call_t *call_at(const gw_chat_t *ch, int i)
{
    return &APR_ARRAY_IDX(ch->calls, i, gw_chat_call_t);
}

static int is_same(gw_str_t a, gw_str_t b)
{
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static gw_chat_call_t *by_id(const gw_chat_t *ch, gw_str_t id)
{
    int i;

    for (i = 0; i < ch->calls->nelts; i++) {
        if (is_same(call_at(ch, i)->id, id))
            return call_at(ch, i);
    }
    return NULL;
}

/* A call as a block; function: what has its name and arguments, or its
 * input. */
static void put_call(gw_chat_t *ch, const gw_node_t *message,
                     const gw_node_t *node, gw_str_t id,
                     const gw_node_t *function,
                     const gw_node_t *const *called)
{
    gw_str_t name = gw_chat_name(ch, called[CALLED_NAME], function);
    gw_chat_call_t *call, new = { .id = id, .name = name, .node = node };

    if (ch->calls->nelts == GW_CHAT_CALLS) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "is one call too many: a turn can have 1024.");
        return;
    }
    if (id.n > 0 && by_id(ch, id) != NULL)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, "id",
                       "is the id of another call of this message, too.");
    new.written = written_id(ch, id, message);
    call = apr_array_push(ch->calls);
    *call = new;
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"type\":\"tool_use\",\"id\":\"");
    gw_text_put(ch->body, call->written);
    gw_text_put(ch->body, "\",\"name\":\"");
    gw_text_add(ch->body, name);
    gw_text_put(ch->body, "\",\"input\":");
    if (gw_tree_named(&ch->tree, function, "custom"))
        gw_chat_custom_input(ch, called[CALLED_ARGUMENTS], function);
    else
        put_arguments(ch, called[CALLED_ARGUMENTS], function);
    gw_text_put(ch->body, "}");
}

static void tool_call(gw_chat_t *ch, const gw_node_t *message,
                      const gw_node_t *node)
{
    const gw_node_t *of[CALL_COUNT], *called[CALLED_COUNT], *what;
    gw_str_t id = { "", 0 };
    int custom;

    if (node->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "must be an object, a call of a tool.");
        return;
    }
    gw_chat_take(ch, of, node, GW_CHAT_CALL);
    custom = gw_tree_is(&ch->tree, of[CALL_TYPE], "custom");
    if (!custom && of[CALL_TYPE] != NULL
        && !gw_tree_is(&ch->tree, of[CALL_TYPE], "function")) {
        gw_chat_refuse(ch, GW_P_UNSUPPORTED_PARAMETER, node, "type",
                       "must be \"function\" or \"custom\": this model has no "
                       "other tools.");
        return;
    }
    what = of[custom ? CALL_CUSTOM : CALL_FUNCTION];
    if (what == NULL || what->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node,
                       custom ? "custom" : "function", custom
                       ? "must be an object with 'name' and 'input'."
                       : "must be an object with 'name' and 'arguments'.");
        return;
    }
    if (of[CALL_ID] != NULL && of[CALL_ID]->kind == GW_JSON_STR)
        id = gw_tree_string(&ch->tree, of[CALL_ID], ch->pool);
    else if (of[CALL_ID] != NULL)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, "id",
                       "must be a string.");
    gw_chat_take(ch, called, what, custom ? GW_CHAT_CUSTOM_CALLED
                                          : GW_CHAT_CALLED);
    put_call(ch, message, node, id, what, called);
}

static void legacy_call(gw_chat_t *ch, const gw_node_t *message,
                        const gw_node_t *node)
{
    const gw_node_t *called[CALLED_COUNT];
    static const gw_str_t none = { "", 0 };

    if (node->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "must be an object with 'name' and 'arguments'.");
        return;
    }
    gw_chat_take(ch, called, node, GW_CHAT_LEGACY_CALL);
    put_call(ch, message, node, none, node, called);
}

void gw_chat_calls(gw_chat_t *ch, const gw_node_t *message,
                   const gw_node_t *const *members)
{
    const gw_node_t *list = members[MESSAGE_TOOL_CALLS], *call;

    apr_array_clear(ch->calls);
    if (list != NULL && list->kind != GW_JSON_ARRAY)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, list, NULL,
                       "must be a list of calls.");
    for (call = list != NULL ? gw_tree_child(&ch->tree, list) : NULL;
         call != NULL && ch->kind == 0; call = gw_tree_next(&ch->tree, call))
        tool_call(ch, message, call);
    if (members[MESSAGE_FUNCTION_CALL] != NULL && ch->kind == 0)
        legacy_call(ch, message, members[MESSAGE_FUNCTION_CALL]);
}

/* ---- results --------------------------------------------------------- */

/* The oldest open call, of this name if it is not NULL; without a name only
 * if no other is open. */
static gw_chat_call_t *oldest(const gw_chat_t *ch, const gw_str_t *name)
{
    gw_chat_call_t *found = NULL;
    int i, open = 0;

    for (i = 0; i < ch->calls->nelts; i++) {
        gw_chat_call_t *call = call_at(ch, i);

        if (call->answered || (name != NULL && !is_same(call->name, *name)))
            continue;
        open++;
        if (found == NULL)
            found = call;
    }
    return name != NULL || open == 1 ? found : NULL;
}

static gw_chat_call_t *answered(gw_chat_t *ch,
                                const gw_node_t *const *of)
{
    const gw_node_t *tool_call_id = of[MESSAGE_TOOL_CALL_ID];
    gw_str_t id = { "", 0 }, name;

    if (tool_call_id != NULL && tool_call_id->kind != GW_JSON_STR) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, tool_call_id, NULL,
                       "must be a string.");
        return NULL;
    }
    if (tool_call_id != NULL)
        id = gw_tree_string(&ch->tree, tool_call_id, ch->pool);
    if (id.n > 0)
        return by_id(ch, id);
    if (of[MESSAGE_NAME] == NULL || of[MESSAGE_NAME]->kind != GW_JSON_STR)
        return oldest(ch, NULL);
    name = gw_tree_string(&ch->tree, of[MESSAGE_NAME], ch->pool);
    return oldest(ch, &name);
}

const gw_chat_call_t *gw_chat_answered(gw_chat_t *ch,
                                       const gw_node_t *message,
                                       const gw_node_t *const *members)
{
    gw_chat_call_t *call = answered(ch, members);

    if (call == NULL)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, message, "tool_call_id",
                       "names no call of the assistant's message before: a "
                       "tool message answers one of its 'tool_calls', by its "
                       "id.");
    else if (call->answered)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, message, "tool_call_id",
                       "names a call that an earlier message answers: a call "
                       "has one result.");
    else
        call->answered = 1;
    return call;
}

void gw_chat_calls_end(gw_chat_t *ch)
{
    int i;

    for (i = 0; i < ch->calls->nelts; i++) {
        if (!call_at(ch, i)->answered)
            gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, call_at(ch, i)->node,
                           NULL, "is a call without a result: a message of "
                           "role \"tool\" has to follow for each call.");
    }
    apr_array_clear(ch->calls);
}
