/* SPDX-License-Identifier: Apache-2.0 */
/* answer_anthropic.c - where to look in answers of the Messages API.
 *
 * Source: Anthropic's "Messages streaming", and what it and compatible servers
 * were seen to send.  A stream has one choice, the message; what begins it
 * says what was counted of the prompt.
 */
#include "answer_note.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_MESSAGE, C_CONTENT, C_BLOCK, C_DELTA, C_ANYTHING,
    C_USAGE, C_FIRST_USAGE, C_DETAILS, C_CREATION, C_PARTS, C_PART,
    C_PART_DETAILS, C_PART_CREATION, C_UNREAD
};

enum {              /* slots */
    SLOT_NONE, SLOT_TYPE, SLOT_ID, SLOT_CONTENT, SLOT_STOP, SLOT_REASONING,
    SLOT_KIND, SLOT_USAGE, SLOT_ERROR, SLOT_OUTPUT,
    SLOT_FIRST_OUTPUT, SLOT_UNREAD, SLOT_PARTS, SLOT_PART, SLOT_TOKENS,
    SLOT_COUNT,                         /* SLOT_COUNT + gw_count_t */
    SLOT_SUM = SLOT_COUNT + GW_COUNTS   /* the same, of one call of several */
};

#define READ(name, slot, to) GW_JSON_MEMBER(name, slot, to, 0)
#define TEXT(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_TEXT)
#define WORD(name, slot) GW_JSON_MEMBER(name, slot, C_NONE, GW_JSON_DATA)

static const gw_json_rule_t event_rules[] = {
    READ("type", SLOT_TYPE, C_NONE),
    READ("index", SLOT_NONE, C_NONE),
    READ("delta", SLOT_NONE, C_DELTA),
    READ("content_block", SLOT_NONE, C_BLOCK),
    READ("message", SLOT_NONE, C_MESSAGE),
    READ("usage", SLOT_USAGE, C_USAGE),
    READ("error", SLOT_ERROR, C_NONE)
};

static const gw_json_rule_t document_rules[] = {
    READ("type", SLOT_TYPE, C_NONE),
    READ("id", SLOT_ID, C_NONE),
    READ("content", SLOT_CONTENT, C_CONTENT),
    READ("usage", SLOT_USAGE, C_USAGE),
    READ("error", SLOT_ERROR, C_NONE),
    READ("input_tokens", SLOT_TOKENS, C_NONE)      /* count_tokens */
};

static const gw_json_rule_t message_rules[] = {
    READ("id", SLOT_ID, C_NONE),
    READ("content", SLOT_NONE, C_CONTENT),
    READ("usage", SLOT_USAGE, C_FIRST_USAGE),
    READ("error", SLOT_ERROR, C_NONE)
};

static const gw_json_rule_t content_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_BLOCK, 0)
};

/* What a model writes.  What a tool of the upstream's found is none of it. */
static const gw_json_rule_t block_rules[] = {
    WORD("type", SLOT_KIND),
    TEXT("text", SLOT_NONE, C_NONE),
    TEXT("thinking", SLOT_REASONING, C_NONE),
    TEXT("name", SLOT_NONE, C_NONE),
    TEXT("input", SLOT_NONE, C_ANYTHING),
    TEXT("data", SLOT_NONE, C_NONE)     /* thinking that is not shown */
};

/* Every string of a delta was generated, but for a few words around it. */
static const gw_json_rule_t delta_rules[] = {
    WORD("type", SLOT_NONE),
    TEXT("text", SLOT_NONE, C_NONE),
    TEXT("partial_json", SLOT_NONE, C_NONE),
    TEXT("thinking", SLOT_REASONING, C_NONE),
    WORD("signature", SLOT_NONE),
    WORD("stop_reason", SLOT_STOP),
    WORD("stop_sequence", SLOT_NONE),
    READ("stop_details", SLOT_NONE, C_NONE),
    READ("citation", SLOT_NONE, C_NONE),
    READ("encrypted_content", SLOT_NONE, C_NONE),
    READ("container", SLOT_NONE, C_NONE),
    READ("context_management", SLOT_NONE, C_NONE)
};

static const gw_json_rule_t anything =
    GW_JSON_EACH(SLOT_NONE, C_ANYTHING, GW_JSON_TEXT);

#include "tbl/usage_anthropic.h"

#define CONTEXT(rules) { rules, GW_COUNT(rules) }
#define INSIDE                                                              \
    CONTEXT(message_rules), CONTEXT(content_rules), CONTEXT(block_rules),   \
    { delta_rules, GW_COUNT(delta_rules), &anything },                      \
    { &anything, 1, &anything },                                            \
    CONTEXT(usage_rules), CONTEXT(first_usage_rules),                       \
    CONTEXT(details_rules), CONTEXT(creation_rules), CONTEXT(parts_rules),  \
    CONTEXT(part_rules), CONTEXT(part_details_rules),                       \
    CONTEXT(part_creation_rules), CONTEXT(unread_rules)

static const gw_json_context_t event_contexts[] = {
    { NULL, 0 }, CONTEXT(event_rules), INSIDE
};

static const gw_json_context_t document_contexts[] = {
    { NULL, 0 }, CONTEXT(document_rules), INSIDE
};

static const gw_json_schema_t event_schema = { event_contexts, 0 };
static const gw_json_schema_t document_schema = { document_contexts, 0 };

/* ---- noting --------------------------------------------------------- */

/* The type of an event; or of a document, which is none of these but the
 * error. */
static void type(gw_answer_t *a, const gw_json_node_t *node)
{
    gw_event_t *e = &a->event;

    if (node->kind != GW_JSON_STR || gw_json_is(node, "ping"))
        return;
    if (gw_json_is(node, "error")) {
        e->error = 1;
    }
    else if (gw_json_is(node, "message_stop")) {
        e->done = 1;
    }
    else {
        e->head = gw_json_is(node, "message_start");
        e->ends = gw_json_is(node, "content_block_stop");
        e->choice = 1;
        a->started[0] = 1;
    }
}

static void stop(gw_answer_t *a, const gw_json_node_t *node)
{
    if (node->kind != GW_JSON_STR || node->token.n == 0)
        return;
    a->event.finish = 1;
    a->finished[0] = 1;
}

static void output(gw_answer_t *a, const gw_json_node_t *node)
{
    gw_answer_count(a, GW_N_COMPLETION, node);
    if (node->kind != GW_JSON_NULL)
        a->counts.beginning = node->slot == SLOT_FIRST_OUTPUT;
}

/* ---- several calls --------------------------------------------------- */

static void part_count(gw_answer_t *a, const gw_json_node_t *node)
{
    unsigned which = node->slot - SLOT_SUM;
    apr_int64_t n;

    if (node->kind == GW_JSON_NULL)
        return;
    if (gw_json_count(&n, node, GW_COUNT_MAX) == APR_SUCCESS)
        a->part[which] = n;
    else
        a->counts.bad = 1;
}

/* What is written beyond its parts was written for five minutes. */
static apr_int64_t written(const apr_int64_t *n)
{
    apr_int64_t parts = n[GW_N_WRITTEN_5M] + n[GW_N_WRITTEN_1H];

    return n[GW_N_WRITTEN] > parts ? n[GW_N_WRITTEN] : parts;
}

static void part(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t *p = a->part, prompt;
    int i;

    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0) {
        memset(p, 0, sizeof(a->part));
        return;
    }
    p[GW_N_WRITTEN] = written(p);
    prompt = p[GW_N_PROMPT] + p[GW_N_CACHED] + p[GW_N_WRITTEN];
    if (prompt > GW_TOKENS_MAX)     /* then the sum counts as absent, too */
        prompt = GW_TOKENS_MAX;
    if (prompt > a->counts.largest)
        a->counts.largest = (apr_int32_t)prompt;
    for (i = 0; i < GW_COUNTS; i++) {
        a->sum[i] += p[i];
        if (a->sum[i] > GW_COUNT_MAX)
            a->sum[i] = GW_COUNT_MAX;
    }
}

static void parts(gw_answer_t *a, const gw_json_node_t *node)
{
    int i;

    if (node->kind != GW_JSON_ARRAY)
        return;
    if (node->end == 0) {
        memset(a->sum, 0, sizeof(a->sum));
        return;
    }
    for (i = 0; i < GW_COUNTS; i++) {
        if (a->sum[i] > 0)
            gw_counts_put(&a->counts, (gw_count_t)i, a->sum[i]);
    }
}

/* ---- the visitor ------------------------------------------------------ */

static void usage(gw_answer_t *a, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_USAGE:
        if (node->kind == GW_JSON_OBJECT)
            a->event.usage = a->counts.seen = 1;
        break;
    case SLOT_OUTPUT:
    case SLOT_FIRST_OUTPUT:
        output(a, node);
        break;
    case SLOT_PARTS:
        parts(a, node);
        break;
    case SLOT_PART:
        part(a, node);
        break;
    case SLOT_UNREAD:
        gw_answer_unread(a, node);
        break;
    default:
        if (node->slot >= SLOT_SUM)
            part_count(a, node);
        else if (node->slot >= SLOT_COUNT)
            gw_answer_count(a, (gw_count_t)(node->slot - SLOT_COUNT), node);
        break;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_answer_t *a = baton;

    switch (node->slot) {
    case SLOT_TYPE:
        type(a, node);
        break;
    case SLOT_REASONING:
        a->reasoning |= node->kind == GW_JSON_STR && node->text > 0;
        break;
    case SLOT_KIND:
        a->reasoning |= gw_json_is(node, "redacted_thinking");
        break;
    case SLOT_STOP:
        stop(a, node);
        break;
    case SLOT_ID:
        gw_answer_id(a, node);
        break;
    case SLOT_CONTENT:
        gw_answer_show(a, node, GW_SHOWS_CONTENT);
        break;
    case SLOT_TOKENS:
        gw_answer_show(a, node, GW_SHOWS_TOKENS);
        break;
    case SLOT_ERROR:
        gw_answer_error(a, node);
        break;
    default:
        usage(a, node);
        break;
    }
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

const gw_answer_format_t gw_answer_anthropic = {
    &event_schema, &document_schema, visit, hides, { "message_stop" },
    .alone = (apr_uint64_t)1 << SLOT_REASONING
};
