/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_thinking.c - see chat_request.h: the switches that clients of
 * chat completions have for thinking, and the one of the Messages API.
 *
 * Newer models think as much as they want, and take an effort; others take a
 * budget of tokens, which is a part of max_tokens.
 */
#include "chat_request.h"

#include "signed.h"

#include <strings.h>

#include <apr_strings.h>

#define BUDGET_LEAST 1024       /* tokens, Anthropic's "extended thinking" */
#define SHARE_DEFAULT 50        /* of max_tokens, in percent */
#define SHARE_MOST 95

/* What was asked for. */
typedef struct asked_t {
    enum { ASKED_NOTHING, ASKED_OFF, ASKED_ON } what;
    const gw_node_t *native;    /* the API's own object; NULL: other words */
    const char *member;         /* by which it was asked */
    int share;                  /* of max_tokens, in percent */
    const char *effort;         /* as JSON; NULL: none */
} asked_t;

static const struct {
    const char *word, *effort;
    int share;
} efforts[] = {
    { "minimal", "\"low\"", 10 }, { "low", NULL, 20 }, { "medium", NULL, 50 },
    { "high", NULL, 80 }, { "xhigh", NULL, 90 }, { "max", NULL, 95 }
};

static void read_effort(gw_chat_t *ch, asked_t *asked, const gw_node_t *value)
{
    gw_str_t bytes = gw_tree_bytes(&ch->tree, value);
    unsigned i;

    asked->member = "reasoning_effort";
    if (value->kind != GW_JSON_STR) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must be a string.");
        return;
    }
    if (gw_tree_is(&ch->tree, value, "none")) {
        asked->what = ASKED_OFF;
        return;
    }
    asked->what = ASKED_ON;
    asked->share = SHARE_DEFAULT;       /* of words that come later */
    asked->effort = apr_pstrmemdup(ch->pool, bytes.p, bytes.n);
    for (i = 0; i < GW_COUNT(efforts); i++) {
        if (!gw_tree_is(&ch->tree, value, efforts[i].word))
            continue;
        asked->share = efforts[i].share;
        if (efforts[i].effort != NULL)
            asked->effort = efforts[i].effort;
    }
}

/* The bools, as the route has it.  Where they are relayed, only the one that
 * upstreams know counts. */
static void read_bool(const gw_chat_t *ch, asked_t *asked)
{
    const gw_node_t *ours = ch->root[ROOT_LLMGW_THINKING];
    const gw_node_t *theirs = ch->root[ROOT_ENABLE_THINKING];
    gw_thinking_t how = ch->req->relay ? GW_THINKING_RELAY
                                       : ch->route->thinking;
    const gw_node_t *value = ours != NULL && how != GW_THINKING_RELAY
                             ? ours : theirs;

    if (value == NULL || how == GW_THINKING_NONE
        || how == GW_THINKING_INSTRUCTION)
        return;
    asked->what = value->kind == GW_JSON_TRUE ? ASKED_ON : ASKED_OFF;
    asked->member = value == ours ? "llmgw_thinking" : "enable_thinking";
    asked->share = SHARE_DEFAULT;
}

/* Is a member of this name there once at most, and none that some readers
 * take for it? */
static int is_clear(const gw_chat_t *ch, const gw_node_t *object,
                    const char *name)
{
    const gw_node_t *m = gw_tree_child(&ch->tree, object);
    const gw_node_t *exact = gw_tree_member(&ch->tree, object, name);

    for (; m != NULL; m = gw_tree_next(&ch->tree, m)) {
        gw_str_t s = gw_chat_name_of(ch, m);

        if (m != exact && s.n == strlen(name)
            && strncasecmp(s.p, name, s.n) == 0)
            return 0;
    }
    return 1;
}

static void read_native(gw_chat_t *ch, asked_t *asked, const gw_node_t *value)
{
    const gw_node_t *type = gw_tree_value(&ch->tree, value, "type");

    if (value->kind != GW_JSON_OBJECT || !is_clear(ch, value, "type")
        || !is_clear(ch, value, "budget_tokens"))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must be an object with a 'type', and each member "
                       "once.");
    asked->native = value;
    asked->member = "thinking";
    asked->share = SHARE_DEFAULT;
    asked->what = gw_tree_is(&ch->tree, type, "disabled") ? ASKED_OFF
                                                          : ASKED_ON;
}

static void read_asked(gw_chat_t *ch, asked_t *asked)
{
    const gw_node_t *effort = ch->root[ROOT_REASONING_EFFORT];
    const gw_node_t *native = ch->root[ROOT_THINKING];

    memset(asked, 0, sizeof(*asked));
    if (effort != NULL)
        read_effort(ch, asked, effort);
    else if (native == NULL)
        read_bool(ch, asked);
    if (native != NULL)
        read_native(ch, asked, native);
}

/* ---- what was thought before ----------------------------------------- */

/* Must a tool be called?  What cannot be told is taken for yes. */
static int forces(const gw_chat_t *ch)
{
    const gw_node_t *choice = ch->root[ROOT_TOOL_CHOICE];
    const gw_node_t *allowed = gw_tree_value(&ch->tree, choice,
                                             "allowed_tools");

    if (choice == NULL)
        return ch->root[ROOT_FUNCTION_CALL] != NULL;
    if (allowed != NULL)
        choice = gw_tree_value(&ch->tree, allowed, "mode");
    return !gw_tree_is(&ch->tree, choice, "auto")
           && !gw_tree_is(&ch->tree, choice, "none");
}

static gw_str_t first_call(const gw_chat_t *ch, const gw_node_t *message)
{
    const gw_node_t *calls = gw_tree_value(&ch->tree, message, "tool_calls");
    const gw_node_t *call = calls != NULL && calls->kind == GW_JSON_ARRAY
                            ? gw_tree_child(&ch->tree, calls) : NULL;
    const gw_node_t *id = gw_tree_value(&ch->tree, call, "id");

    if (id == NULL || id->kind != GW_JSON_STR)
        return (gw_str_t){ "", 0 };
    return gw_tree_string(&ch->tree, id, ch->pool);
}

gw_str_t gw_chat_thought_before(const gw_chat_t *ch,
                                const struct gw_signed_t *blocks,
                                const gw_node_t *message)
{
    return gw_signed_find(blocks, first_call(ch, message));
}

/* Does the turn that goes on, the assistant's messages since the user last
 * said something, begin with thinking?  A turn that begins now has none. */
static int turn_has_thought(const gw_chat_t *ch,
                            const struct gw_signed_t *blocks)
{
    const gw_node_t *m = gw_tree_child(&ch->tree, ch->root[ROOT_MESSAGES]);
    const gw_node_t *first = NULL, *last = NULL;

    for (; m != NULL; m = gw_tree_next(&ch->tree, m)) {
        const gw_node_t *role = gw_tree_value(&ch->tree, m, "role");

        last = m;
        if (gw_tree_is(&ch->tree, role, "user"))
            first = NULL;
        else if (first == NULL && gw_tree_is(&ch->tree, role, "assistant"))
            first = m;
    }
    return first == NULL
           || (last != NULL
               && !gw_tree_is(&ch->tree, gw_tree_value(&ch->tree, last,
                                                       "role"), "assistant")
               && gw_chat_thought_before(ch, blocks, first).n > 0);
}

const struct gw_signed_t *gw_chat_given_back(gw_chat_t *ch)
{
    const struct gw_signed_t *blocks = ch->req->signed_thinking;
    asked_t asked;

    if (blocks == NULL || ch->kind != 0 || forces(ch)
        || ch->model->thinks < 0 || ch->max_tokens <= BUDGET_LEAST)
        return NULL;
    read_asked(ch, &asked);
    return ch->kind == 0 && asked.what == ASKED_ON
           && turn_has_thought(ch, blocks) ? blocks : NULL;
}

/* ---- writing --------------------------------------------------------- */

static void put_budget(gw_chat_t *ch, apr_int64_t budget)
{
    gw_text_put(ch->body, ",\"thinking\":{\"type\":\"enabled\","
                "\"budget_tokens\":");
    gw_text_number(ch->body, budget);
    gw_text_put(ch->body, "}");
}

/* Tokens to think; what the client says of them is named where it cannot
 * be. */
static apr_int64_t budget_of(gw_chat_t *ch, int share)
{
    apr_int64_t wanted = ch->req->thinking_budget;
    apr_int64_t budget = wanted > 0 ? wanted : ch->max_tokens * share / 100;

    if (budget >= ch->max_tokens)
        budget = ch->max_tokens * SHARE_MOST / 100;
    if (ch->model->thinking > 0 && budget > ch->model->thinking)
        budget = ch->model->thinking;
    if (budget < BUDGET_LEAST)
        budget = BUDGET_LEAST;
    if (ch->root[ROOT_THINKING_BUDGET] != NULL && budget != wanted)
        gw_chat_drop(ch, "thinking_budget");
    return budget;
}

/* What forbids to think by a budget, or altogether. */
static int cannot_think(const gw_chat_t *ch, int by_budget)
{
    /* the turn would have to begin with the thinking that led to it, with its
       signature, which clients of chat completions do not send back */
    if ((ch->last_calls && ch->given_back == NULL)
        || ch->turn == GW_CHAT_ASSISTANT
        || ch->model->thinks < 0)
        return 1;
    /* the API refuses to think where a tool must be called */
    return ch->forced || (by_budget && ch->max_tokens <= BUDGET_LEAST);
}

/* The budget of the API's own object, which has to be a part of max_tokens;
 * 0: it can be sent as it is. */
static apr_int64_t smaller_budget(const gw_chat_t *ch, const gw_node_t *native)
{
    const gw_node_t *budget = gw_tree_value(&ch->tree, native,
                                            "budget_tokens");
    gw_json_node_t count = { .kind = GW_JSON_NUM, .whole = 1 };
    apr_int64_t n, most = ch->max_tokens * SHARE_MOST / 100;

    if (budget == NULL || budget->kind != GW_JSON_NUM
        || !gw_tree_is(&ch->tree, gw_tree_value(&ch->tree, native, "type"),
                       "enabled"))
        return 0;
    count.token = gw_tree_bytes(&ch->tree, budget);
    if (gw_json_count(&n, &count, GW_REQUEST_MOST) != APR_SUCCESS
        || n < ch->max_tokens)
        return 0;
    return most < BUDGET_LEAST ? BUDGET_LEAST : most;
}

static int wants_budget(const gw_chat_t *ch, const gw_node_t *native)
{
    return gw_tree_is(&ch->tree, gw_tree_value(&ch->tree, native, "type"),
                      "enabled")
           && gw_tree_value(&ch->tree, native, "budget_tokens") == NULL;
}

static void put_off(gw_chat_t *ch)
{
    if (ch->model->thinks >= 0)
        gw_text_put(ch->body, ",\"thinking\":{\"type\":\"disabled\"}");
}

static void put_on(gw_chat_t *ch, const asked_t *asked)
{
    int adaptive = (ch->model->declares & GW_DECLARES_EFFORT) != 0;
    int by_budget = asked->native == NULL ? !adaptive
        : gw_tree_is(&ch->tree, gw_tree_value(&ch->tree, asked->native,
                                              "type"), "enabled");

    if (cannot_think(ch, by_budget)) {
        if (!adaptive || asked->effort == NULL)     /* else that is sent */
            gw_chat_drop(ch, asked->member);
        return;
    }
    ch->thinks = 1;
    if (smaller_budget(ch, asked->native) > 0) {
        put_budget(ch, smaller_budget(ch, asked->native));
        gw_chat_drop(ch, "thinking.budget_tokens");
    }
    else if (asked->native != NULL && !wants_budget(ch, asked->native)) {
        gw_text_put(ch->body, ",\"thinking\":");
        gw_chat_copy(ch, asked->native);
    }
    else if (adaptive) {
        gw_text_put(ch->body, ",\"thinking\":{\"type\":\"adaptive\"}");
    }
    else {
        put_budget(ch, budget_of(ch, asked->share));
        return;
    }
    if (ch->root[ROOT_THINKING_BUDGET] != NULL)
        gw_chat_drop(ch, "thinking_budget");
}

const char *gw_chat_thinking(gw_chat_t *ch)
{
    asked_t asked;

    read_asked(ch, &asked);
    if (ch->kind != 0)
        return NULL;
    if (asked.what == ASKED_ON)
        put_on(ch, &asked);
    else if (asked.what == ASKED_OFF)
        put_off(ch);
    if (!ch->thinks && ch->root[ROOT_THINKING_BUDGET] != NULL)
        gw_chat_drop(ch, "thinking_budget");
    if (asked.effort != NULL
        && (ch->model->declares & GW_DECLARES_EFFORT) == 0
        && asked.native != NULL) {
        gw_chat_drop(ch, "reasoning_effort");
        return NULL;
    }
    return ch->model->declares & GW_DECLARES_EFFORT ? asked.effort : NULL;
}

const char *gw_chat_instruction(const gw_chat_t *ch)
{
    if (ch->req->relay || ch->req->native_thinking
        || ch->req->thinking == GW_ABSENT
        || ch->route->thinking != GW_THINKING_INSTRUCTION)
        return NULL;
    return ch->req->thinking ? " /think" : " /no_think";
}
