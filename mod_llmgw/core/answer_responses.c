/* SPDX-License-Identifier: Apache-2.0 */
/* answer_responses.c - where to look in answers of the Responses API.
 *
 * Source: OpenAI's reference of its streaming events, and what it and
 * compatible servers were seen to send.  A stream tells each text up to five
 * times: in pieces, whole, in its part, in its item, and with all the others in
 * the last event, which has the usage too.
 */
#include "answer_usage.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_RESPONSE, C_OUTPUT, C_ITEM, C_CONTENT, C_PART,
    C_SUMMARY, C_THOUGHT, C_ACTION, C_ANYTHING, C_USAGE, C_IN_DETAILS,
    C_OUT_DETAILS, C_CREATION, C_UNREAD, C_MORE
};

enum {              /* slots */
    SLOT_TYPE = SLOT_OWN, SLOT_ID, SLOT_STATUS, SLOT_OUTPUT, SLOT_ERROR,
    SLOT_PIECE, SLOT_KIND, SLOT_THOUGHT, SLOT_NUMBER
};

/* What a model writes, told as a whole. */
#define WRITTEN                                                             \
    TEXT("text", SLOT_NONE, C_NONE),                                        \
    TEXT("refusal", SLOT_NONE, C_NONE),                                     \
    TEXT("transcript", SLOT_NONE, C_NONE)
#define CALLED                                                              \
    TEXT("arguments", SLOT_NONE, C_ANYTHING),                               \
    TEXT("input", SLOT_NONE, C_ANYTHING),                                   \
    TEXT("code", SLOT_NONE, C_NONE)

static const gw_json_rule_t event_rules[] = {
    READ("type", SLOT_TYPE, C_NONE),
    READ("sequence_number", SLOT_NUMBER, C_NONE),
    TEXT("delta", SLOT_PIECE, C_ANYTHING),
    READ("response", SLOT_NONE, C_RESPONSE),
    READ("item", SLOT_NONE, C_ITEM),
    READ("part", SLOT_NONE, C_PART),
    READ("error", SLOT_ERROR, C_NONE),
    WRITTEN, CALLED
};

#define IN_RESPONSE                                                         \
    READ("id", SLOT_ID, C_NONE),                                            \
    READ("status", SLOT_STATUS, C_NONE),                                    \
    READ("error", SLOT_ERROR, C_NONE),                                      \
    READ("usage", SLOT_USAGE, C_USAGE),                                     \
    READ("output", SLOT_OUTPUT, C_OUTPUT)

static const gw_json_rule_t document_rules[] = { IN_RESPONSE };

static const gw_json_rule_t response_rules[] = { IN_RESPONSE };

static const gw_json_rule_t output_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_ITEM, 0)
};

/* What a tool of the upstream's found is none of it. */
static const gw_json_rule_t item_rules[] = {
    READ("content", SLOT_NONE, C_CONTENT),
    READ("summary", SLOT_NONE, C_SUMMARY),
    TEXT("name", SLOT_NONE, C_NONE),
    CALLED,
    TEXT("action", SLOT_NONE, C_ACTION),
    TEXT("operation", SLOT_NONE, C_ACTION),
    TEXT("queries", SLOT_NONE, C_ANYTHING)
};

static const gw_json_rule_t content_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_PART, 0)
};

static const gw_json_rule_t part_rules[] = {
    READ("type", SLOT_KIND, C_NONE), WRITTEN
};

static const gw_json_rule_t summary_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_THOUGHT, 0)
};

static const gw_json_rule_t thought_rules[] = {
    TEXT("text", SLOT_THOUGHT, C_NONE)
};

static const gw_json_rule_t action_rules[] = {
    WORD("type", SLOT_NONE), WORD("sources", SLOT_NONE)
};

static const gw_json_rule_t anything =
    GW_JSON_EACH(SLOT_NONE, C_ANYTHING, GW_JSON_TEXT);

#include "tbl/usage_members.h"

#define CONTEXT(rules) { rules, GW_COUNT(rules) }
#define INSIDE                                                              \
    CONTEXT(response_rules), CONTEXT(output_rules), CONTEXT(item_rules),    \
    CONTEXT(content_rules), CONTEXT(part_rules), CONTEXT(summary_rules),    \
    CONTEXT(thought_rules),                                                 \
    { action_rules, GW_COUNT(action_rules), &anything },                    \
    { &anything, 1, &anything },                                            \
    CONTEXT(usage_rules), CONTEXT(in_details_rules),                        \
    CONTEXT(out_details_rules), CONTEXT(creation_rules),                    \
    CONTEXT(unread_rules), CONTEXT(more_rules)

static const gw_json_context_t event_contexts[] = {
    { NULL, 0 }, CONTEXT(event_rules), INSIDE
};

static const gw_json_context_t document_contexts[] = {
    { NULL, 0 }, CONTEXT(document_rules), INSIDE
};

static const gw_json_schema_t event_schema = { event_contexts, 0 };
static const gw_json_schema_t document_schema = { document_contexts, 0 };

/* ---- types of events ------------------------------------------------- */

/* In this order: the first that fits. */
static const struct {
    const char *type;           /* "*": any bytes, at one end */
    unsigned head:1, done:1, error:1, none:1, telling:3;
} types[] = {
    { "response.created", .head = 1 },
    { "response.queued", .head = 1 },
    { "response.in_progress", .head = 1 },
    { "response.completed", .done = 1, .telling = GW_TELLS_ALL },
    { "response.incomplete", .done = 1, .telling = GW_TELLS_ALL },
    { "response.failed", .done = 1, .error = 1, .telling = GW_TELLS_ALL },
    { "error", .error = 1, .none = 1, .telling = GW_TELLS_NOTHING },
    { "*audio.delta", .telling = GW_TELLS_NOTHING },
    { "*.delta", .telling = GW_TELLS_PIECES },
    { "*output_item.done", .telling = GW_TELLS_ITEM },
    { "*_part.done", .telling = GW_TELLS_PART },
    { "*.done", .telling = GW_TELLS_TEXT },
    { "response.*", .telling = GW_TELLS_PIECES },
    { "*", .none = 1 }          /* pings and the like */
};

static int fits(gw_str_t type, const char *pattern)
{
    apr_size_t n = strlen(pattern);

    if (*pattern == '*')
        return type.n >= n - 1
               && memcmp(type.p + type.n - (n - 1), pattern + 1, n - 1) == 0;
    if (pattern[n - 1] == '*')
        return type.n >= n - 1 && memcmp(type.p, pattern, n - 1) == 0;
    return gw_str_is(type, pattern);
}

static void reason(gw_answer_t *a)
{
    if (a->event.thinks && a->event.says)
        a->reasoning = 1;
}

static void type(gw_answer_t *a, const gw_json_node_t *node)
{
    gw_event_t *e = &a->event;
    unsigned i = 0;

    if (node->kind != GW_JSON_STR)
        return;
    while (!fits(node->token, types[i].type))
        i++;
    e->choice = !types[i].none;
    e->head = types[i].head;
    e->done = types[i].done;
    e->error |= types[i].error;
    e->telling = types[i].telling;
    e->ends = e->telling != GW_TELLS_PIECES
              && e->telling != GW_TELLS_NOTHING;
    e->thinks = fits(node->token, "response.reasoning*") != 0;
    reason(a);
}

/* ---- noting ---------------------------------------------------------- */

static void status(gw_answer_t *a, const gw_json_node_t *node)
{
    if (!a->sse && gw_json_is(node, "failed"))
        a->event.error = 1;
}

static void piece(gw_answer_t *a, const gw_json_node_t *node)
{
    a->event.says |= node->kind == GW_JSON_STR && node->text > 0;
    reason(a);
}

/* Parts of reasoning. */
static void thought(gw_answer_t *a, const gw_json_node_t *node)
{
    if (node->slot == SLOT_KIND ? gw_json_is(node, "reasoning_text")
                                : node->kind == GW_JSON_STR && node->text > 0)
        a->reasoning = 1;
}

static void visit_own(gw_answer_t *a, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_TYPE:
        type(a, node);
        break;
    case SLOT_NUMBER:
        gw_answer_number(a, node);
        break;
    case SLOT_PIECE:
        piece(a, node);
        break;
    case SLOT_ID:
        gw_answer_id(a, node);
        break;
    case SLOT_STATUS:
        status(a, node);
        break;
    case SLOT_OUTPUT:
        gw_answer_show(a, node, GW_SHOWS_LIST);
        break;
    case SLOT_ERROR:
        gw_answer_error(a, node);
        break;
    default:
        thought(a, node);
        break;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_answer_t *a = baton;

    if (node->slot >= SLOT_OWN) {
        visit_own(a, node);
        return;
    }
    gw_answer_usage(a, node);
    if (a->sse && a->event.usage)   /* unless this is the last event */
        a->counts.beginning = 1;
}

/* Nobody asks for usage here: nothing is there to be hidden. */
static int hides(const gw_event_t *ev, int another, const gw_str_t *pieces,
                 unsigned count)
{
    (void)ev;
    (void)another;
    (void)pieces;
    (void)count;
    return 0;
}

const gw_answer_format_t gw_answer_responses = {
    &event_schema, &document_schema, visit, hides,
    { "response.completed", "response.incomplete" }, .retells = 1,
    .alone = (apr_uint64_t)1 << SLOT_PIECE | (apr_uint64_t)1 << SLOT_NUMBER
};
