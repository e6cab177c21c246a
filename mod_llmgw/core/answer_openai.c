/* SPDX-License-Identifier: Apache-2.0 */
/* answer_openai.c - where to look in answers of the OpenAI dialect.
 *
 * Where usage stands differs by vendor: in a last chunk of its own, in the
 * chunk with the finish_reason, in every chunk, under x_groq or inside a
 * choice.  The schema knows all of these places; the counts keep the larger
 * of each, since usage is cumulative.
 */
#include "answer_note.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_DELTA, C_PARTS, C_CALLS, C_CALL,
    C_THOUGHT, C_ANYTHING, C_USAGE, C_IN_DETAILS, C_OUT_DETAILS, C_CREATION,
    C_UNREAD, C_MORE, C_GROQ, C_MINIMAX
};

enum {              /* slots */
    V_NONE, V_ID, V_CHOICES, V_CHOICE, V_INDEX, V_FINISH, V_REASONING,
    V_USAGE, V_ERROR, V_CACHE_TYPE, V_CREATION, V_CREATED, V_UNREAD, V_TEXT,
    V_KIND, V_PADDING, V_SUCCESS, V_STATUS_CODE, V_LIST, V_CONTENT, V_TOKENS,
    V_COUNT         /* V_COUNT + gw_count_t */
};

#define READ(name, slot, to) GW_JSON_MEMBER(name, slot, to, 0)
#define TEXT(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_TEXT)
#define WORD(name, slot) GW_JSON_MEMBER(name, slot, C_NONE, GW_JSON_DATA)
#define COUNT(name, which) GW_JSON_MEMBER(name, V_COUNT + (which), C_NONE, 0)

#define IN_ROOT                                                         \
    READ("id", V_ID, C_NONE),                                           \
    READ("choices", V_CHOICES, C_CHOICES),                              \
    READ("usage", V_USAGE, C_USAGE),                                    \
    READ("object", V_NONE, C_NONE),         /* what nearly all have */  \
    READ("created", V_NONE, C_NONE), READ("model", V_NONE, C_NONE),     \
    READ("error", V_ERROR, C_NONE),                                     \
    READ("x_groq", V_NONE, C_GROQ),                                     \
    READ("obfuscation", V_PADDING, C_NONE), /* OpenAI: random bytes */  \
    GW_JSON_EACH(V_NONE, C_ROOT, 0)         /* Gemini's [{"error":...}] */

static const gw_json_rule_t root_rules[] = { IN_ROOT };

/* A document has to show what it is. */
static const gw_json_rule_t document_rules[] = {
    IN_ROOT,
    READ("data", V_LIST, C_NONE),           /* embeddings */
    READ("output", V_LIST, C_NONE),         /* responses */
    READ("content", V_CONTENT, C_NONE),     /* messages */
    READ("input_tokens", V_TOKENS, C_NONE), /* messages/count_tokens */
    READ("success", V_SUCCESS, C_NONE),     /* of envelopes */
    READ("base_resp", V_NONE, C_MINIMAX)
};

static const gw_json_rule_t minimax_rules[] = {
    READ("status_code", V_STATUS_CODE, C_NONE)
};

static const gw_json_rule_t choices_rules[] = {
    GW_JSON_EACH(V_CHOICE, C_CHOICE, 0)
};

static const gw_json_rule_t choice_rules[] = {
    READ("index", V_INDEX, C_NONE),
    READ("finish_reason", V_FINISH, C_NONE),
    READ("delta", V_NONE, C_DELTA),
    READ("message", V_NONE, C_DELTA),
    TEXT("text", V_TEXT, C_NONE),           /* /v1/completions */
    READ("usage", V_USAGE, C_USAGE),        /* Moonshot */
    READ("error", V_ERROR, C_NONE)          /* OpenRouter */
};

/* Every string of a delta was generated, but for a few words around it: under
 * which name it stands is the vendor's matter. */
#define WORDS WORD("role", V_NONE), WORD("id", V_NONE), WORD("type", V_KIND), \
              WORD("format", V_NONE), WORD("channel", V_NONE)
#define THOUGHTS TEXT("reasoning_content", V_REASONING, C_THOUGHT), \
                 TEXT("reasoning", V_REASONING, C_THOUGHT), \
                 TEXT("reasoning_details", V_REASONING, C_THOUGHT), \
                 TEXT("thinking", V_REASONING, C_THOUGHT), \
                 TEXT("thinking_blocks", V_REASONING, C_THOUGHT)

static const gw_json_rule_t delta_rules[] = {
    TEXT("content", V_TEXT, C_PARTS),
    WORDS, THOUGHTS,
    READ("tool_calls", V_NONE, C_CALLS)
};

static const gw_json_rule_t parts_rules[] = {
    GW_JSON_EACH(V_TEXT, C_ANYTHING, GW_JSON_TEXT)
};

static const gw_json_rule_t calls_rules[] = {
    GW_JSON_EACH(V_NONE, C_CALL, 0)
};

static const gw_json_rule_t call_rules[] = { WORDS };

static const gw_json_rule_t thought_rules[] = { WORDS };

static const gw_json_rule_t any_rules[] = { WORDS, THOUGHTS };

static const gw_json_rule_t
    anything = GW_JSON_EACH(V_TEXT, C_ANYTHING, GW_JSON_TEXT),
    thought = GW_JSON_EACH(V_REASONING, C_THOUGHT, GW_JSON_TEXT);

#include "tbl/usage_members.h"

static const gw_json_rule_t groq_rules[] = {
    READ("usage", V_USAGE, C_USAGE)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }
#define WITH_REST(rules, rest) { rules, GW_COUNT(rules), &(rest) }
#define INSIDE                                                              \
    CONTEXT(choices_rules), CONTEXT(choice_rules),                          \
    WITH_REST(delta_rules, anything), WITH_REST(parts_rules, anything),     \
    CONTEXT(calls_rules), WITH_REST(call_rules, anything),                  \
    WITH_REST(thought_rules, thought), WITH_REST(any_rules, anything),      \
    CONTEXT(usage_rules),                                                   \
    CONTEXT(in_details_rules), CONTEXT(out_details_rules),                  \
    CONTEXT(creation_rules), CONTEXT(unread_rules), CONTEXT(more_rules),    \
    CONTEXT(groq_rules), CONTEXT(minimax_rules)

static const gw_json_context_t event_contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), INSIDE
};

static const gw_json_context_t document_contexts[] = {
    { NULL, 0 }, CONTEXT(document_rules), INSIDE
};

static const gw_json_schema_t event_schema = { event_contexts, 0 };
static const gw_json_schema_t document_schema = { document_contexts, 0 };

/* ---- noting --------------------------------------------------------- */

static void choice(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_uint64_t bit;

    a->choices++;
    if (node->kind != GW_JSON_OBJECT)
        return;
    a->event.choice = 1;
    if (node->end == 0) {
        a->choice = 0;
        a->choice_finished = 0;
        return;
    }
    bit = (apr_uint64_t)1 << (a->choice & 63);
    a->started[a->choice >> 6 & 1] |= bit;
    if (a->choice_finished) {
        a->finished[a->choice >> 6 & 1] |= bit;
        a->event.finish = 1;
    }
}

/* A member of the document itself that makes it an answer. */
static void show(gw_answer_t *a, const gw_json_node_t *node, unsigned what)
{
    if (a->json.depth == 1
        && (node->kind == GW_JSON_ARRAY || what == GW_SHOWS_TOKENS))
        a->shows |= what;
}

static void visit_document(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    switch (node->slot) {
    case V_SUCCESS:
        if (node->kind == GW_JSON_FALSE)
            a->event.error = 1;
        break;
    case V_STATUS_CODE:
        if (gw_json_count(&n, node, APR_INT64_MAX) == APR_SUCCESS && n > 0)
            a->event.error = 1;
        break;
    case V_LIST:
        show(a, node, GW_SHOWS_LIST);
        break;
    case V_CONTENT:
        show(a, node, GW_SHOWS_CONTENT);
        break;
    case V_TOKENS:
        show(a, node, GW_SHOWS_TOKENS);
        break;
    default:
        break;
    }
}

static void visit_rest(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    switch (node->slot) {
    case V_ID:
        gw_answer_id(a, node);
        break;
    case V_ERROR:
        gw_answer_error(a, node);
        break;
    case V_KIND:            /* of a part whose text is called but so */
        if (gw_str_is(node->token, "thinking")
            || gw_str_is(node->token, "reasoning"))
            a->reasoning = 1;
        break;
    case V_CACHE_TYPE:
        if (node->kind == GW_JSON_STR)
            a->counts.explicit_ = 1;
        break;
    case V_CREATION:
        if (node->kind == GW_JSON_OBJECT)
            a->counts.explicit_ = 1;
        gw_answer_unread(a, node);
        break;
    case V_UNREAD:
        gw_answer_unread(a, node);
        break;
    case V_CREATED:
        gw_answer_count(a, GW_N_WRITTEN, node);
        if (gw_json_count(&n, node, GW_COUNT_MAX) == APR_SUCCESS && n > 0)
            a->counts.explicit_ = 1;
        break;
    default:
        visit_document(a, node);
        break;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_answer_t *a = baton;
    apr_int64_t n;

    if (node->slot >= V_COUNT) {
        gw_answer_count(a, (gw_count_t)(node->slot - V_COUNT), node);
        return;
    }
    switch (node->slot) {
    case V_CHOICES:
        if (node->kind == GW_JSON_ARRAY && node->end == 0)
            a->choices = 0;
        else if (node->kind == GW_JSON_ARRAY)
            a->event.no_choices = a->choices == 0;
        break;
    case V_CHOICE:
        choice(a, node);
        break;
    case V_INDEX:
        if (gw_json_count(&n, node, 127) == APR_SUCCESS)
            a->choice = (unsigned)n;
        break;
    case V_FINISH:
        if (node->kind == GW_JSON_STR && node->token.n > 0)
            a->choice_finished = 1;
        break;
    case V_REASONING:
        if (node->kind == GW_JSON_STR && node->text > 0)
            a->reasoning = 1;
        gw_answer_hole(a, node, 1);
        break;
    case V_TEXT:
    case V_PADDING:
        gw_answer_hole(a, node, node->slot == V_TEXT);
        break;
    case V_USAGE:
        if (node->kind == GW_JSON_OBJECT) {
            a->event.usage = 1;
            a->counts.seen = 1;
        }
        break;
    default:
        visit_rest(a, node);
        break;
    }
}

const gw_answer_format_t gw_answer_openai = {
    &event_schema, &document_schema, visit
};
