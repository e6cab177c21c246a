/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_turn.c - see chat_request.h: messages become the system text
 * and turns of the user and the assistant.
 *
 * Neighbours of one role become one message.  Results of tools are the
 * user's, and stand first in it, since no other message may come between a
 * call and its result.
 */
#include "chat_request.h"

static int is_system(const gw_chat_t *ch, const gw_node_t *message)
{
    const gw_node_t *role = gw_tree_value(&ch->tree, message, "role");

    return gw_tree_is(&ch->tree, role, "system")
           || gw_tree_is(&ch->tree, role, "developer");
}

/* A marker that stands beside the content is meant for the end of it. */
static void end_content(gw_chat_t *ch, const gw_node_t *const *of,
                        unsigned before)
{
    if (ch->blocks > before)
        gw_chat_mark(ch, of[MESSAGE_CACHE_CONTROL]);
}

static void drop_label(gw_chat_t *ch, const gw_node_t *const *of)
{
    if (of[MESSAGE_NAME] != NULL)
        gw_chat_drop(ch, "messages[].name");
}

/* ---- the system text ------------------------------------------------- */

static void put_system(gw_chat_t *ch, const gw_node_t *message)
{
    const gw_node_t *of[MESSAGE_COUNT];
    unsigned before = ch->blocks;

    gw_chat_take(ch, of, message, GW_CHAT_MESSAGE);
    drop_label(ch, of);
    gw_chat_content(ch, of[MESSAGE_CONTENT], 0);
    end_content(ch, of, before);
}

void gw_chat_system(gw_chat_t *ch)
{
    const gw_node_t *list = ch->root[ROOT_MESSAGES], *m;
    apr_size_t start = ch->body->n;

    gw_text_put(ch->body, ",\"system\":[");
    ch->blocks = 0;
    for (m = gw_tree_child(&ch->tree, list); m != NULL && ch->kind == 0;
         m = gw_tree_next(&ch->tree, m)) {
        if (is_system(ch, m))
            put_system(ch, m);
    }
    if (gw_chat_json_object(ch)) {
        gw_chat_block(ch);
        gw_text_put(ch->body, "{\"type\":\"text\",\"text\":\"Answer with one "
                    "JSON object and nothing else.\"}");
    }
    if (ch->req->context_caching && ch->model->cache_explicit
        && !ch->req->cache_control)
        gw_chat_mark_ephemeral(ch);
    if (ch->blocks > 0)
        gw_text_put(ch->body, "]");
    else if (!ch->body->full)
        ch->body->n = start;
}

/* ---- turns ----------------------------------------------------------- */

static void end_turn(gw_chat_t *ch)
{
    if (ch->turn != GW_CHAT_NOBODY)
        gw_text_put(ch->body, "]}");
    ch->turn = GW_CHAT_NOBODY;
}

static void turn(gw_chat_t *ch, gw_chat_turn_t whose)
{
    if (ch->turn == whose)
        return;
    end_turn(ch);
    if (ch->turns++ > 0)
        gw_text_put(ch->body, ",");
    gw_text_put(ch->body, whose == GW_CHAT_USER
                ? "{\"role\":\"user\",\"content\":["
                : "{\"role\":\"assistant\",\"content\":[");
    ch->turn = whose;
    ch->blocks = 0;
}

static void refuse_empty(gw_chat_t *ch, const gw_node_t *message)
{
    gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, message, "content",
                   "is empty: this model wants something in each message but "
                   "blanks.");
}

static void user(gw_chat_t *ch, const gw_node_t *message,
                 const gw_node_t *const *of)
{
    unsigned before;

    gw_chat_calls_end(ch);
    turn(ch, GW_CHAT_USER);
    before = ch->blocks;
    gw_chat_content(ch, of[MESSAGE_CONTENT], GW_CHAT_MEDIA);
    if (ch->blocks == before)
        refuse_empty(ch, message);
    end_content(ch, of, before);
}

/* What the model thought before it said this, where it is given back. */
static void put_thoughts(gw_chat_t *ch, const gw_node_t *message)
{
    gw_str_t thoughts;

    if (ch->given_back == NULL)
        return;
    thoughts = gw_chat_thought_before(ch, ch->given_back, message);
    if (thoughts.n == 0)
        return;
    gw_chat_block(ch);
    gw_text_add(ch->body, thoughts);
}

static void assistant(gw_chat_t *ch, const gw_node_t *message,
                      const gw_node_t *const *of)
{
    const gw_node_t *refusal = of[MESSAGE_REFUSAL];
    unsigned before;

    gw_chat_calls_end(ch);
    turn(ch, GW_CHAT_ASSISTANT);
    before = ch->blocks;
    put_thoughts(ch, message);
    gw_chat_content(ch, of[MESSAGE_CONTENT], GW_CHAT_SAID);
    if (refusal != NULL && refusal->kind == GW_JSON_STR)
        gw_chat_text(ch, refusal, NULL);
    gw_chat_calls(ch, message, of);
    ch->last_calls = ch->calls->nelts > 0;
    if (ch->blocks == before)
        refuse_empty(ch, message);
    end_content(ch, of, before);
}

static void result_content(gw_chat_t *ch, const gw_node_t *content)
{
    apr_size_t start = ch->body->n;

    if (content == NULL)
        return;
    if (content->kind == GW_JSON_STR) {
        if (!gw_chat_blank(ch, content)) {
            gw_text_put(ch->body, ",\"content\":");
            gw_chat_copy(ch, content);
        }
        return;
    }
    gw_text_put(ch->body, ",\"content\":[");
    ch->blocks = 0;
    gw_chat_content(ch, content, GW_CHAT_MEDIA | GW_CHAT_HOIST);
    if (ch->blocks > 0)
        gw_text_put(ch->body, "]");
    else if (!ch->body->full)
        ch->body->n = start;
}

/* The API takes no cache_control inside a result: it is put on the
 * result. */
static void tool(gw_chat_t *ch, const gw_node_t *message,
                 const gw_node_t *const *of)
{
    const gw_chat_call_t *call = gw_chat_answered(ch, message, of);
    unsigned blocks;

    if (call == NULL)
        return;
    turn(ch, GW_CHAT_USER);
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"type\":\"tool_result\",\"tool_use_id\":\"");
    gw_text_put(ch->body, call->written);
    gw_text_put(ch->body, "\"");
    ch->hoisted = NULL;
    blocks = ch->blocks;
    result_content(ch, of[MESSAGE_CONTENT]);
    ch->blocks = blocks;
    ch->marked = 0;
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, ch->hoisted);
    gw_chat_mark(ch, of[MESSAGE_CACHE_CONTROL]);
}

static const struct {
    const char *role;
    unsigned label:1;           /* its name is no more than that */
    void (*write)(gw_chat_t *ch, const gw_node_t *message,
                  const gw_node_t *const *of);
} roles[] = {
    { "user", 1, user },
    { "assistant", 1, assistant },
    { "tool", 0, tool },
    { "function", 0, tool }
};

static void put_message(gw_chat_t *ch, const gw_node_t *message)
{
    const gw_node_t *of[MESSAGE_COUNT];
    unsigned i = 0;

    if (message->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, message, NULL,
                       "must be an object, a message.");
        return;
    }
    if (is_system(ch, message))
        return;
    gw_chat_take(ch, of, message, GW_CHAT_MESSAGE);
    while (i < GW_COUNT(roles)
           && !gw_tree_is(&ch->tree, of[MESSAGE_ROLE], roles[i].role))
        i++;
    if (i == GW_COUNT(roles)) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, message, "role",
                       "must be \"system\", \"developer\", \"user\", "
                       "\"assistant\" or \"tool\".");
        return;
    }
    if (roles[i].label)
        drop_label(ch, of);
    roles[i].write(ch, message, of);
}

void gw_chat_messages(gw_chat_t *ch)
{
    const gw_node_t *list = ch->root[ROOT_MESSAGES], *m;

    gw_text_put(ch->body, ",\"messages\":[");
    for (m = gw_tree_child(&ch->tree, list); m != NULL && ch->kind == 0;
         m = gw_tree_next(&ch->tree, m))
        put_message(ch, m);
    gw_chat_calls_end(ch);
    if (ch->turns == 0)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, list, NULL,
                       "must hold a message of the user.");
    if (ch->req->context_caching && ch->model->cache_explicit
        && !ch->req->cache_control && ch->req->stream)
        gw_chat_mark_ephemeral(ch);
    gw_text_put(ch->body, ch->turn != GW_CHAT_NOBODY ? "]}]" : "]");
}
