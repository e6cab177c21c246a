/* SPDX-License-Identifier: Apache-2.0 */
/* answer_openai.c - where to look in answers of the OpenAI dialect.
 *
 * Where usage stands differs by vendor: in a last chunk of its own, in the
 * chunk with the finish_reason, in every chunk, under x_groq or inside a
 * choice.  The schema knows all of these places; the counts keep the larger
 * of each, since usage is cumulative.
 */
#include "answer_bare.h"
#include "answer_usage.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_DELTA, C_PARTS, C_CALLS, C_CALL,
    C_THOUGHT, C_ANYTHING, C_USAGE, C_IN_DETAILS, C_OUT_DETAILS, C_CREATION,
    C_UNREAD, C_MORE, C_GROQ, C_MINIMAX, C_META, C_RANK_USAGE
};

enum {              /* slots */
    SLOT_ID = SLOT_OWN, SLOT_CHOICES, SLOT_CHOICE, SLOT_INDEX, SLOT_FINISH,
    SLOT_REASONING, SLOT_ERROR, SLOT_KIND, SLOT_SUCCESS, SLOT_STATUS_CODE,
    SLOT_LIST, SLOT_CONTENT, SLOT_TOKENS
};

#define IN_ROOT                                                             \
    READ("id", SLOT_ID, C_NONE),                                            \
    READ("choices", SLOT_CHOICES, C_CHOICES),                               \
    READ("usage", SLOT_USAGE, C_USAGE),                                     \
    READ("object", SLOT_NONE, C_NONE), /* what nearly all have */           \
    READ("created", SLOT_NONE, C_NONE), READ("model", SLOT_NONE, C_NONE),   \
    READ("error", SLOT_ERROR, C_NONE),                                      \
    READ("x_groq", SLOT_NONE, C_GROQ),                                      \
    GW_JSON_EACH(SLOT_NONE, C_ROOT, 0)         /* Gemini's [{"error":...}] */

static const gw_json_rule_t root_rules[] = { IN_ROOT };

/* A document has to show what it is. */
static const gw_json_rule_t document_rules[] = {
    IN_ROOT,
    READ("data", SLOT_LIST, C_NONE),           /* embeddings */
    READ("output", SLOT_LIST, C_NONE),         /* responses */
    READ("content", SLOT_CONTENT, C_NONE),     /* messages */
    READ("input_tokens", SLOT_TOKENS, C_NONE), /* messages/count_tokens */
    READ("success", SLOT_SUCCESS, C_NONE),     /* of envelopes */
    READ("base_resp", SLOT_NONE, C_MINIMAX)
};

/* The ranks of documents. */
static const gw_json_rule_t rerank_rules[] = {
    READ("id", SLOT_ID, C_NONE),
    READ("results", SLOT_LIST, C_NONE), READ("data", SLOT_LIST, C_NONE),
    READ("usage", SLOT_USAGE, C_RANK_USAGE),
    READ("meta", SLOT_NONE, C_META),           /* Cohere */
    READ("error", SLOT_ERROR, C_NONE),
    READ("success", SLOT_SUCCESS, C_NONE)
};

static const gw_json_rule_t meta_rules[] = {
    READ("billed_units", SLOT_USAGE, C_RANK_USAGE),
    READ("tokens", SLOT_USAGE, C_USAGE)
};

static const gw_json_rule_t minimax_rules[] = {
    READ("status_code", SLOT_STATUS_CODE, C_NONE)
};

static const gw_json_rule_t choices_rules[] = {
    GW_JSON_EACH(SLOT_CHOICE, C_CHOICE, 0)
};

static const gw_json_rule_t choice_rules[] = {
    READ("index", SLOT_INDEX, C_NONE),
    READ("finish_reason", SLOT_FINISH, C_NONE),
    READ("delta", SLOT_NONE, C_DELTA),
    READ("message", SLOT_NONE, C_DELTA),
    TEXT("text", SLOT_NONE, C_NONE),           /* /v1/completions */
    READ("usage", SLOT_USAGE, C_USAGE),        /* Moonshot */
    READ("error", SLOT_ERROR, C_NONE)          /* OpenRouter */
};

/* Every string of a delta was generated, but for a few words around it: under
 * which name it stands is the vendor's matter. */
#define WORDS WORD("role", SLOT_NONE), WORD("id", SLOT_NONE), \
              WORD("type", SLOT_KIND), WORD("format", SLOT_NONE), \
              WORD("channel", SLOT_NONE)
#define THOUGHTS TEXT("reasoning_content", SLOT_REASONING, C_THOUGHT), \
                 TEXT("reasoning", SLOT_REASONING, C_THOUGHT), \
                 TEXT("reasoning_details", SLOT_REASONING, C_THOUGHT), \
                 TEXT("thinking", SLOT_REASONING, C_THOUGHT), \
                 TEXT("thinking_blocks", SLOT_REASONING, C_THOUGHT)

static const gw_json_rule_t delta_rules[] = {
    TEXT("content", SLOT_NONE, C_PARTS),
    WORDS, THOUGHTS,
    READ("tool_calls", SLOT_NONE, C_CALLS)
};

static const gw_json_rule_t parts_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_ANYTHING, GW_JSON_TEXT)
};

static const gw_json_rule_t calls_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_CALL, 0)
};

static const gw_json_rule_t call_rules[] = { WORDS };

static const gw_json_rule_t thought_rules[] = { WORDS };

static const gw_json_rule_t any_rules[] = { WORDS, THOUGHTS };

static const gw_json_rule_t
    anything = GW_JSON_EACH(SLOT_NONE, C_ANYTHING, GW_JSON_TEXT),
    thought = GW_JSON_EACH(SLOT_REASONING, C_THOUGHT, GW_JSON_TEXT);

#include "tbl/usage_members.h"

/* What Cohere and OpenRouter count instead of tokens. */
static const gw_json_rule_t rank_usage_rules[] = {
    COUNT("search_units", GW_N_UNITS), IN_USAGE
};

static const gw_json_rule_t groq_rules[] = {
    READ("usage", SLOT_USAGE, C_USAGE)
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
    CONTEXT(groq_rules), CONTEXT(minimax_rules), CONTEXT(meta_rules),       \
    CONTEXT(rank_usage_rules)

static const gw_json_context_t event_contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), INSIDE
};

static const gw_json_context_t document_contexts[] = {
    { NULL, 0 }, CONTEXT(document_rules), INSIDE
};

static const gw_json_context_t rerank_contexts[] = {
    { NULL, 0 }, CONTEXT(rerank_rules), INSIDE
};

static const gw_json_schema_t event_schema = { event_contexts, 0 };
static const gw_json_schema_t rerank_schema = { rerank_contexts, 0 };
static const gw_json_schema_t document_schema = { document_contexts, 0 };

/* ---- noting --------------------------------------------------------- */

#define LAST_CHOICE 127         /* of those that are told apart */

/* Those beyond are the last one, which never finishes then. */
static void index_of(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    if (gw_json_count(&n, node, APR_INT64_MAX) != APR_SUCCESS)
        return;
    a->beyond = n > LAST_CHOICE;
    a->choice = a->beyond ? LAST_CHOICE : (unsigned)n;
}

static void choice(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_uint64_t bit;

    a->choices++;
    if (node->kind != GW_JSON_OBJECT)
        return;
    a->event.choice = 1;
    if (node->end == 0) {
        a->choice = 0;
        a->choice_finished = a->beyond = 0;
        return;
    }
    bit = (apr_uint64_t)1 << (a->choice & 63);
    a->started[a->choice >> 6 & 1] |= bit;
    if (a->choice_finished && !a->beyond) {
        a->finished[a->choice >> 6 & 1] |= bit;
        a->event.finish = 1;
    }
}

static void visit_document(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    switch (node->slot) {
    case SLOT_SUCCESS:
        if (node->kind == GW_JSON_FALSE)
            a->event.error = 1;
        break;
    case SLOT_STATUS_CODE:
        if (gw_json_count(&n, node, APR_INT64_MAX) == APR_SUCCESS && n > 0)
            a->event.error = 1;
        break;
    case SLOT_LIST:
        gw_answer_show(a, node, GW_SHOWS_LIST);
        break;
    case SLOT_CONTENT:
        gw_answer_show(a, node, GW_SHOWS_CONTENT);
        break;
    case SLOT_TOKENS:
        gw_answer_show(a, node, GW_SHOWS_TOKENS);
        break;
    default:
        break;
    }
}

static void visit_rest(gw_answer_t *a, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_ID:
        gw_answer_id(a, node);
        break;
    case SLOT_ERROR:
        gw_answer_error(a, node);
        break;
    case SLOT_KIND:            /* of a part whose text is called but so */
        if (gw_str_is(node->token, "thinking")
            || gw_str_is(node->token, "reasoning"))
            a->reasoning = 1;
        break;
    default:
        visit_document(a, node);
        break;
    }
}

static void choices(gw_answer_t *a, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_ARRAY && node->end == 0)
        a->choices = 0;
    else if (node->kind == GW_JSON_ARRAY)
        a->event.no_choices = a->choices == 0;
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_answer_t *a = baton;

    if (node->slot < SLOT_OWN) {
        gw_answer_usage(a, node);
        return;
    }
    switch (node->slot) {
    case SLOT_CHOICES:
        choices(a, node);
        break;
    case SLOT_CHOICE:
        choice(a, node);
        break;
    case SLOT_INDEX:
        index_of(a, node);
        break;
    case SLOT_FINISH:
        if (node->kind == GW_JSON_STR && node->token.n > 0)
            a->choice_finished = 1;
        break;
    case SLOT_REASONING:
        a->reasoning |= node->kind == GW_JSON_STR && node->text > 0;
        break;
    default:
        visit_rest(a, node);
        break;
    }
}

/* The usage chunk, one at most, and events whose choices hold nothing. */
static int hides(const gw_event_t *ev, int another, const gw_str_t *pieces,
                 unsigned count)
{
    if (ev->no_choices)
        return !another;
    return ev->choice && ev->text == 0 && !ev->finish
           && gw_answer_bare(pieces, count);
}

const gw_answer_format_t gw_answer_openai = {
    &event_schema, &document_schema, visit, hides, { NULL },
    .alone = (apr_uint64_t)1 << SLOT_REASONING
};

const gw_answer_format_t gw_answer_rerank = {
    &event_schema, &rerank_schema, visit, hides
};
