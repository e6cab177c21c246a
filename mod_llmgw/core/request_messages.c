/* SPDX-License-Identifier: Apache-2.0 */
/* request_messages.c - see request_messages.h: where to look, what for, and
 * what may not be.  What is said in request_chat.c holds here, too. */
#include "request_messages.h"

#include "request_rules.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_MESSAGES, C_MESSAGE, C_CONTENT, C_BLOCK, C_INNER,
    C_SOURCE, C_TOOLS, C_TOOL, C_THINKING, C_OUTPUT, C_EDITS, C_EXTRA, C_ANY,
    C_OTHER
};

/* Anthropic keeps conversations, beside files and containers of code; others
 * that speak its dialect may keep what they do elsewhere. */
#define MORE_REFERENCES \
    STORED("thread"), STORED("previous_response_id"), STORED("conversation")

static const gw_json_rule_t root_rules[] = {
    OWN("model", GW_M_MODEL, C_NONE),
    OWN("messages", GW_M_MESSAGES, C_MESSAGES),
    OWN("system", SLOT_INNER, C_INNER),
    OWN("tools", GW_M_TOOLS, C_TOOLS),
    OWN("stream", GW_M_STREAM, C_NONE),
    OWN("max_tokens", GW_M_MAX_TOKENS, C_NONE),
    OWN("thinking", GW_M_THINKING, C_THINKING),
    THEIRS("metadata"), THEIRS("temperature"), THEIRS("top_p"),
    THEIRS("top_k"), THEIRS("stop_sequences"), THEIRS("tool_choice"),
    READ("context_management", 0, C_EDITS),
    READ("compaction", SLOT_OPEN, C_NONE),
    FOLD("output_config", 0, C_OUTPUT),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    OWN("service_tier", GW_M_SERVICE_TIER, C_NONE),
    OWN("speed", GW_M_SPEED, C_NONE),
    OWN("fallbacks", GW_M_FALLBACKS, C_NONE),
    OWN("llmgw_thinking", GW_M_LLMGW_THINKING, C_NONE),
    OWN("enable_thinking", GW_M_ENABLE_THINKING, C_NONE),
    OWN("thinking_budget", GW_M_THINKING_BUDGET, C_NONE),
    OWN("reasoning_effort", GW_M_REASONING_EFFORT, C_NONE),
    OWN("store", GW_M_STORE, C_NONE),
    OWN("background", GW_M_BACKGROUND, C_NONE),
    /* of other dialects: where a server takes them they cost the same */
    FOLD("max_completion_tokens", SLOT_BOUND, C_NONE),
    FOLD("max_output_tokens", SLOT_BOUND, C_NONE),
    FOLD("n", SLOT_CHOICES, C_NONE),
    FOLD("enable_search", SLOT_OPEN, C_NONE),
    FOLD("web_search_options", SLOT_OPEN, C_NONE),
    SERVER_TOOLS,
    FOLD("reasoning", SLOT_THINK, C_NONE),
    FOLD("chat_template_kwargs", SLOT_THINK, C_NONE),
    FOLD("extra_body", SLOT_THINK, C_EXTRA),
    REFERENCES, MORE_REFERENCES
};

static const gw_json_rule_t extra_rules[] = {
    STORED("thread"), EXTRA_BODY
};

static const gw_json_rule_t messages_rules[] = {
    GW_JSON_EACH(SLOT_MESSAGE, C_MESSAGE, 0)
};

static const gw_json_rule_t message_rules[] = {
    OWN("role", SLOT_ROLE, C_NONE),
    OWN("content", SLOT_CONTENT, C_CONTENT),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    READ("type", SLOT_TYPE, C_NONE),
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t content_rules[] = {
    GW_JSON_EACH(SLOT_BLOCK, C_BLOCK, 0)
};

/* The input of a tool is the client's own. */
#define IN_BLOCK \
    OWN("type", SLOT_BLOCK_TYPE, C_NONE), \
    READ("text", SLOT_BLOCK_TEXT, C_NONE), \
    THEIRS("input"), \
    OWN("content", SLOT_INNER, C_INNER), \
    OWN("source", SLOT_SOURCE, C_SOURCE), \
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE), \
    THEIRS("tool_use_id"), READ("id", SLOT_TOOL_ID, C_NONE), \
    THEIRS("name"), \
    READ("signature", SLOT_SIGNATURE, C_NONE), \
    THEIRS("thinking"), THEIRS("data"), \
    REFERENCES, CLIENTS_OWN

static const gw_json_rule_t block_rules[] = { IN_BLOCK };

/* A list of blocks, or one. */
static const gw_json_rule_t inner_rules[] = {
    IN_BLOCK, GW_JSON_EACH(SLOT_INNER, C_BLOCK, 0)
};

static const gw_json_rule_t source_rules[] = {
    OWN("type", SLOT_SOURCE_TYPE, C_NONE),
    OWN("media_type", SLOT_SOURCE_KIND, C_NONE),
    OWN("data", SLOT_SOURCE_DATA, C_NONE),
    OWN("url", SLOT_SOURCE_URL, C_NONE),
    OWN("content", SLOT_INNER, C_INNER),
    REFERENCES
};

static const gw_json_rule_t tools_rules[] = {
    GW_JSON_EACH(SLOT_TOOL, C_TOOL, 0)
};

static const gw_json_rule_t tool_rules[] = {
    THEIRS("name"), THEIRS("description"), THEIRS("input_schema"),
    READ("type", SLOT_TOOL_TYPE, C_NONE),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    THEIRS("function"), THEIRS("custom"), THEIRS("input_examples"),
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t thinking_rules[] = {
    OWN("type", SLOT_THINKING_TYPE, C_NONE),
    OWN("budget_tokens", SLOT_BUDGET, C_NONE)
};

static const gw_json_rule_t output_rules[] = {
    FOLD("effort", SLOT_THINK, C_NONE)
};

static const gw_json_rule_t edits_rules[] = {
    READ("edits", 0, C_EDITS),
    READ("type", SLOT_EDIT, C_NONE),
    GW_JSON_EACH(0, C_EDITS, 0)
};

static const gw_json_rule_t any_rules[] = {
    READ("type", SLOT_TYPE, C_NONE),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t
    any_rest = GW_JSON_EACH(0, C_ANY, 0),
    message_rest = GW_JSON_EACH(SLOT_TEXT, C_ANY, 0),
    block_rest = GW_JSON_EACH(SLOT_BLOCK_OTHER, C_OTHER, 0),
    source_rest = GW_JSON_EACH(SLOT_SOURCE_URL, C_ANY, 0);

#define CONTEXT(rules, rest) { rules, GW_COUNT(rules), rest }

static const gw_json_context_t contexts[] = {
    { NULL, 0 },
    CONTEXT(root_rules, &any_rest),
    CONTEXT(messages_rules, NULL),
    CONTEXT(message_rules, &message_rest),
    CONTEXT(content_rules, &message_rest),
    CONTEXT(block_rules, &block_rest),
    CONTEXT(inner_rules, &block_rest),
    CONTEXT(source_rules, &source_rest),
    CONTEXT(tools_rules, NULL),
    CONTEXT(tool_rules, &any_rest),
    CONTEXT(thinking_rules, NULL),
    CONTEXT(output_rules, NULL),
    CONTEXT(edits_rules, NULL),
    CONTEXT(extra_rules, &any_rest),
    CONTEXT(any_rules, &any_rest),
    CONTEXT(any_rules, &block_rest)
};

_Static_assert(GW_COUNT(root_rules) <= 64, "a bit for each rule");

static const gw_json_schema_t schema = { contexts, SLOT_ROOT };

/* ---- what may not be ------------------------------------------------- */

/* What would pass unpriced. */
static gw_problem_kind_t validate_priced(const gw_request_t *req,
                                         gw_problem_t *problem)
{
    static const char *const tiers[] = { "auto", "default", "standard_only",
                                         NULL };
    static const char *const speeds[] = { "standard", NULL };

    if (gw_request_has(req, GW_M_BACKGROUND)
        && req->member[GW_M_BACKGROUND].kind != GW_JSON_FALSE)
        return gw_request_unsupported(problem, "background",
                                      "'background' is not supported here: "
                                      "leave it out.");
    if (gw_request_has(req, GW_M_SERVICE_TIER)
        && !gw_request_is_word(&req->member[GW_M_SERVICE_TIER], tiers))
        return gw_request_unsupported(problem, "service_tier",
                                      "'service_tier' must be \"auto\", "
                                      "\"default\" or \"standard_only\": no "
                                      "other tier is priced here.");
    if (gw_request_has(req, GW_M_SPEED)
        && !gw_request_is_word(&req->member[GW_M_SPEED], speeds))
        return gw_request_unsupported(problem, "speed", "'speed' must be "
                                      "\"standard\": no other speed is "
                                      "priced here.");
    if (gw_request_has(req, GW_M_FALLBACKS))
        return gw_request_unsupported(problem, "fallbacks", "'fallbacks' is "
                                      "not supported here: other models have "
                                      "other prices.");
    return 0;
}

/* A budget may be told in two places: the larger counts, and one that cannot
 * be read is none. */
static void read_budget(gw_request_t *req, apr_int64_t inside)
{
    apr_int64_t beside = req->thinking_budget;

    if (!gw_request_has(req, GW_M_THINKING_BUDGET))
        req->thinking_budget = inside;
    else if (beside >= 0 && inside > beside)
        req->thinking_budget = inside;
}

static gw_problem_kind_t validate(gw_request_t *req, gw_problem_t *problem,
                                  apr_pool_t *pool)
{
    apr_int64_t inside = req->thinking_budget;
    gw_problem_kind_t kind;

    gw_request_read_counts(req);
    read_budget(req, inside);
    if (req->max == GW_MAX_NONE && gw_request_has(req, GW_M_MAX_TOKENS))
        req->max = GW_MAX_UNREADABLE;   /* 0: who takes it, as what? */
    kind = gw_request_validate_model(req, problem, pool);
    if (kind == 0)
        kind = gw_request_validate_messages(req, problem);
    if (kind == 0)
        kind = gw_request_validate_stream(req, problem);
    if (kind == 0)
        kind = gw_request_validate_thinking(req, problem, pool);
    if (kind == 0)
        kind = validate_priced(req, problem);
    return kind;
}

static gw_problem_kind_t validate_messages(gw_request_t *req,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool)
{
    gw_problem_kind_t kind = validate(req, problem, pool);

    if (kind == 0 && !gw_request_has(req, GW_M_MAX_TOKENS))
        return gw_problem(problem, GW_P_MISSING_PARAMETER, "max_tokens",
                          "'max_tokens' is missing: say how many tokens the "
                          "answer may have at most.");
    return kind;
}

const gw_request_format_t gw_request_messages = {
    &schema, validate_messages
};

const gw_request_format_t gw_request_count_tokens = { &schema, validate };
