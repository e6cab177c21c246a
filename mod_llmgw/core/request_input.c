/* SPDX-License-Identifier: Apache-2.0 */
/* request_input.c - see request_input.h: where to look, what for, and what may
 * not be.  What is said in request_chat.c holds here, too.
 *
 * Source: OpenAI's reference of completions and embeddings; for objects of
 * inputs what Jina, Volcengine and Bailian take; for rerank Cohere's and
 * Jina's references.
 */
#include "request_input.h"

#include <apr_strings.h>

#include "request_rules.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_STREAM_OPTIONS, C_PROMPTS, C_PROMPT, C_DOCUMENTS,
    C_DOCUMENT, C_MEDIUM, C_THINKING, C_EXTRA, C_ANY, C_OTHER
};

#define MEDIUM(name, kind) FOLD(name, SLOT_MEDIA + (kind), C_MEDIUM)

/* What all of them have, ours or not; beside switches of other APIs, which cost
 * the same where a server takes them. */
#define IN_ROOT \
    OWN("model", GW_M_MODEL, C_NONE), \
    OWN("stream", GW_M_STREAM, C_NONE), \
    OWN("stream_options", GW_M_STREAM_OPTIONS, C_STREAM_OPTIONS), \
    OWN("llmgw_thinking", GW_M_LLMGW_THINKING, C_NONE), \
    OWN("enable_thinking", GW_M_ENABLE_THINKING, C_NONE), \
    OWN("thinking", GW_M_THINKING, C_THINKING), \
    OWN("reasoning_effort", GW_M_REASONING_EFFORT, C_NONE), \
    OWN("thinking_budget", GW_M_THINKING_BUDGET, C_NONE), \
    OWN("enable_context_caching", GW_M_ENABLE_CONTEXT_CACHING, C_NONE), \
    OWN("service_tier", GW_M_SERVICE_TIER, C_NONE), \
    OWN("store", GW_M_STORE, C_NONE), \
    OWN("background", GW_M_BACKGROUND, C_NONE), \
    OWN("previous_response_id", GW_M_PREVIOUS_RESPONSE_ID, C_NONE), \
    OWN("conversation", GW_M_CONVERSATION, C_NONE), \
    OWN("enable_search", GW_M_ENABLE_SEARCH, C_NONE), \
    OWN("web_search_options", GW_M_WEB_SEARCH_OPTIONS, C_NONE), \
    FOLD("max_output_tokens", SLOT_BOUND, C_NONE), \
    FOLD("reasoning", SLOT_THINK, C_NONE), \
    FOLD("chat_template_kwargs", SLOT_THINK, C_NONE), \
    FOLD("output_config", SLOT_THINK, C_NONE), \
    FOLD("extra_body", SLOT_THINK, C_EXTRA), \
    SERVER_TOOLS, THEIRS("metadata"), REFERENCES

/* Other names of prompts: who reads one of them instead, as vLLM does with the
 * messages of embeddings, bills what nobody here counted. */
#define STRAY(name) FOLD(name, SLOT_STRAY, C_NONE)
#define UNCOUNTED STRAY("messages"), STRAY("inputs"), STRAY("content"), \
                  STRAY("prompt_embeds")

static const gw_json_rule_t completions_rules[] = {
    OWN("prompt", GW_M_INPUT, C_PROMPTS),
    OWN("max_tokens", GW_M_MAX_TOKENS, C_NONE),
    OWN("max_completion_tokens", GW_M_MAX_COMPLETION_TOKENS, C_NONE),
    OWN("n", GW_M_N, C_NONE),
    OWN("best_of", GW_M_BEST_OF, C_NONE),
    OWN("echo", GW_M_ECHO, C_NONE),
    THEIRS("suffix"), THEIRS("logit_bias"), THEIRS("response_format"),
    THEIRS("guided_json"), THEIRS("structured_outputs"),
    STRAY("multi_modal_data"), UNCOUNTED,
    IN_ROOT
};

/* The bound of an output bounds nothing here. */
static const gw_json_rule_t embeddings_rules[] = {
    OWN("input", GW_M_INPUT, C_PROMPTS),
    FOLD("modality", SLOT_OPEN, C_NONE),    /* Infinity: strings are URLs */
    STRAY("prompt"), STRAY("contents"), STRAY("texts"), STRAY("image"),
    STRAY("images"), UNCOUNTED,
    IN_ROOT
};

static const gw_json_rule_t rerank_rules[] = {
    OWN("query", GW_M_QUERY, C_NONE),
    OWN("documents", GW_M_INPUT, C_DOCUMENTS),
    STRAY("prompt"), STRAY("texts"), STRAY("images"), UNCOUNTED,
    IN_ROOT
};

static const gw_json_rule_t extra_rules[] = {
    FOLD("best_of", SLOT_CHOICES, C_NONE),
    FOLD("modality", SLOT_OPEN, C_NONE),
    /* prompts that nobody counted */
    STRAY("prompt"), STRAY("input"), STRAY("documents"), STRAY("query"),
    UNCOUNTED, EXTRA_BODY
};

static const gw_json_rule_t stream_options_rules[] = {
    OWN("include_usage", GW_M_INCLUDE_USAGE, C_NONE)
};

static const gw_json_rule_t prompts_rules[] = {
    GW_JSON_EACH(SLOT_PROMPT, C_PROMPT, 0)
};

static const gw_json_rule_t documents_rules[] = {
    GW_JSON_EACH(SLOT_DOCUMENT, C_DOCUMENT, 0)
};

#define IN_OBJECT \
    OWN("type", SLOT_PART_TYPE, C_NONE), \
    READ("text", SLOT_PART_TEXT, C_OTHER), \
    MEDIUM("image_url", GW_MEDIA_IMAGE), MEDIUM("image", GW_MEDIA_IMAGE), \
    MEDIUM("audio_url", GW_MEDIA_AUDIO), MEDIUM("audio", GW_MEDIA_AUDIO), \
    MEDIUM("video_url", GW_MEDIA_VIDEO), MEDIUM("video", GW_MEDIA_VIDEO), \
    MEDIUM("pdf", GW_MEDIA_PDF), MEDIUM("file", GW_MEDIA_PDF), \
    PIXELS, REFERENCES, CLIENTS_OWN

/* The ids of one prompt, or an object. */
static const gw_json_rule_t prompt_rules[] = {
    IN_OBJECT, GW_JSON_EACH(SLOT_TOKEN_ID, C_OTHER, 0)
};

static const gw_json_rule_t document_rules[] = { IN_OBJECT };

static const gw_json_rule_t medium_rules[] = {
    READ("detail", SLOT_DETAIL, C_NONE), PIXELS, REFERENCES
};

static const gw_json_rule_t thinking_rules[] = {
    READ("type", SLOT_THINKING_TYPE, C_NONE)
};

static const gw_json_rule_t any_rules[] = {
    READ("type", SLOT_TYPE, C_NONE), REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t
    any_rest = GW_JSON_EACH(0, C_ANY, 0),
    /* a string is text, though it be a URL; what is deeper may be media */
    text_rest = GW_JSON_EACH(SLOT_TEXT, C_OTHER, 0),
    part_rest = GW_JSON_EACH(SLOT_PART_OTHER, C_OTHER, 0),
    medium_rest = GW_JSON_EACH(SLOT_URL, C_MEDIUM, 0);

#define CONTEXT(rules, rest) { rules, GW_COUNT(rules), rest }
#define CONTEXTS(name) \
static const gw_json_context_t name##_contexts[] = { \
    { NULL, 0 }, \
    CONTEXT(name##_rules, &any_rest), \
    CONTEXT(stream_options_rules, NULL), \
    CONTEXT(prompts_rules, NULL), \
    CONTEXT(prompt_rules, &part_rest), \
    CONTEXT(documents_rules, NULL), \
    CONTEXT(document_rules, &text_rest), \
    CONTEXT(medium_rules, &medium_rest), \
    CONTEXT(thinking_rules, NULL), \
    CONTEXT(extra_rules, &any_rest), \
    CONTEXT(any_rules, &any_rest), \
    CONTEXT(any_rules, &part_rest) \
}; \
_Static_assert(GW_COUNT(name##_rules) <= 64, "a bit for each rule"); \
static const gw_json_schema_t name##_schema = { name##_contexts, SLOT_ROOT }

CONTEXTS(completions);
CONTEXTS(embeddings);
CONTEXTS(rerank);

/* ---- what may not be ------------------------------------------------- */

/* What a prompt may be, for people; and the kinds of its elements. */
typedef struct input_t {
    const char *name, *must, *each;
    unsigned kinds;
    unsigned string:1;          /* or it is a string */
} input_t;

#define KIND(kind) (1u << GW_JSON_##kind)

static const input_t inputs[] = {
    { "prompt", "a string, an array of token ids, or an array with at least "
      "one of either", "a string, a token id or an array of token ids, and of "
      "the same kind as the first one",
      KIND(STR) | KIND(NUM) | KIND(ARRAY), 1 },
    { "input", "a string, an array of token ids, or an array with at least "
      "one string, array of token ids or object", "a string, a token id, an "
      "array of token ids or an object, and of the same kind as the first one",
      KIND(STR) | KIND(NUM) | KIND(ARRAY) | KIND(OBJECT), 1 },
    { "documents", "an array with at least one document", "a string or an "
      "object", KIND(STR) | KIND(OBJECT), 0 }
};

static gw_problem_kind_t refuse(gw_problem_t *problem, const char *param,
                                const char *must, apr_pool_t *pool)
{
    return gw_problem(problem, GW_P_INVALID_PARAMETER, param,
                      apr_pstrcat(pool, "'", param, "' must be ", must, ".",
                                  NULL));
}

static gw_problem_kind_t missing(gw_problem_t *problem, const char *param,
                                 const char *must, apr_pool_t *pool)
{
    return gw_problem(problem, GW_P_MISSING_PARAMETER, param,
                      apr_pstrcat(pool, "'", param, "' is missing: give ",
                                  must, ".", NULL));
}

/* How many prompts there are; an array of ids is one. */
static gw_problem_kind_t validate_input(gw_request_t *req, const input_t *in,
                                        gw_problem_t *problem,
                                        apr_pool_t *pool)
{
    const gw_member_t *m = &req->member[GW_M_INPUT];
    int string = in->string && m->kind == GW_JSON_STR;

    if (m->end == 0)
        return missing(problem, in->name, in->must, pool);
    if (req->stray != NULL)
        return gw_request_unsupported(problem, req->stray,
                                      apr_pstrcat(pool, "'", req->stray,
                                                  "' is not supported here, "
                                                  "since it would not be "
                                                  "counted: send all prompts "
                                                  "in '", in->name, "'.",
                                                  NULL));
    if (!string && (m->kind != GW_JSON_ARRAY || req->input_kinds == 0))
        return refuse(problem, in->name, in->must, pool);
    if (req->input_odd != NULL)
        return refuse(problem, req->input_odd, in->each, pool);
    if (req->input_kinds & ~in->kinds)
        return refuse(problem, apr_pstrcat(pool, in->name, "[0]", NULL),
                      in->each, pool);
    if (string || req->input_kinds == KIND(NUM))
        req->prompts = 1;
    req->messages = req->prompts;
    return 0;
}

static gw_problem_kind_t validate(gw_request_t *req, const input_t *in,
                                  gw_problem_t *problem, apr_pool_t *pool)
{
    gw_problem_kind_t kind;

    gw_request_read_counts(req);
    gw_request_read_stored(req);
    kind = gw_request_validate_model(req, problem, pool);
    if (kind == 0)
        kind = validate_input(req, in, problem, pool);
    return kind == 0 ? gw_request_validate_rest(req, problem, pool) : kind;
}

/* Who wants nothing but to see the prompt again, with its logprobs, says so
 * with 0. */
static void read_echo(gw_request_t *req)
{
    if (req->max != GW_MAX_NONE
        || req->member[GW_M_ECHO].kind != GW_JSON_TRUE
        || (!gw_request_has(req, GW_M_MAX_TOKENS)
            && !gw_request_has(req, GW_M_MAX_COMPLETION_TOKENS)))
        return;
    req->max = GW_MAX_GIVEN;
    req->max_tokens = 0;
}

/* Choices are those of all prompts.  best_of are generated, and paid for. */
static gw_problem_kind_t validate_completions(gw_request_t *req,
                                              gw_problem_t *problem,
                                              apr_pool_t *pool)
{
    gw_problem_kind_t kind = validate(req, &inputs[0], problem, pool);
    apr_int64_t best = gw_request_choices(req, GW_M_BEST_OF);

    if (best > req->n)
        req->n = best;
    read_echo(req);
    req->n *= req->prompts;
    if (req->n > GW_REQUEST_MOST)
        req->n = GW_REQUEST_MOST;
    return kind;
}

/* There is no output, so nothing bounds it. */
static gw_problem_kind_t no_output(gw_request_t *req, gw_problem_t *problem)
{
    if (req->stream)
        return gw_problem(problem, GW_P_INVALID_PARAMETER, "stream",
                          "'stream' must be false or left out: nothing is "
                          "streamed here.");
    req->max = GW_MAX_GIVEN;
    req->max_tokens = 0;
    req->n = 1;
    if (req->open_ended)        /* it may be media, and priced as such */
        req->unknown_media = 1;
    return 0;
}

static gw_problem_kind_t validate_embeddings(gw_request_t *req,
                                             gw_problem_t *problem,
                                             apr_pool_t *pool)
{
    gw_problem_kind_t kind = validate(req, &inputs[1], problem, pool);

    return kind == 0 ? no_output(req, problem) : kind;
}

/* A model reads the query beside each of the documents. */
static gw_problem_kind_t validate_rerank(gw_request_t *req,
                                         gw_problem_t *problem,
                                         apr_pool_t *pool)
{
    const gw_member_t *query = &req->member[GW_M_QUERY];
    gw_problem_kind_t kind = validate(req, &inputs[2], problem, pool);

    if (kind != 0)
        return kind;
    if (query->end == 0)
        return missing(problem, "query", "a string, by which the documents "
                       "are to be ranked", pool);
    if (query->kind != GW_JSON_STR)
        return refuse(problem, "query", "a string", pool);
    req->repeated = (apr_int64_t)query->token.n * (req->prompts - 1);
    return no_output(req, problem);
}

const gw_request_format_t gw_request_completions = {
    &completions_schema, validate_completions
};

const gw_request_format_t gw_request_embeddings = {
    &embeddings_schema, validate_embeddings
};

const gw_request_format_t gw_request_rerank = {
    &rerank_schema, validate_rerank
};
