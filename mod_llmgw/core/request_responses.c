/* SPDX-License-Identifier: Apache-2.0 */
/* request_responses.c - see request_responses.h: where to look, what for, and
 * what may not be.  What is said in request_chat.c holds here, too.
 *
 * Source: OpenAI's reference of the Responses API, and what Codex sends.
 */
#include "request_responses.h"

#include "request_rules.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_INPUT, C_ITEM, C_PART, C_PARTS, C_MEDIUM, C_AUDIO,
    C_TOOLS, C_TOOL, C_ENVIRONMENT, C_REASONING, C_THINKING,
    C_MODALITIES, C_EXTRA, C_ANY, C_OTHER
};

#define MEDIUM(name, kind) READ(name, SLOT_MEDIA + (kind), C_MEDIUM)

/* Connectors and skills of the account, too. */
#define MORE_REFERENCES \
    STORED("connector_id"), STORED("skill_id")

static const gw_json_rule_t root_rules[] = {
    OWN("model", GW_M_MODEL, C_NONE),
    OWN("input", GW_M_INPUT, C_INPUT),
    OWN("instructions", SLOT_TEXT, C_INPUT),
    OWN("tools", GW_M_TOOLS, C_TOOLS),
    OWN("stream", GW_M_STREAM, C_NONE),
    OWN("stream_options", GW_M_STREAM_OPTIONS, C_NONE),
    OWN("max_output_tokens", GW_M_MAX_OUTPUT_TOKENS, C_NONE),
    OWN("reasoning", SLOT_REASONING, C_REASONING),
    OWN("store", GW_M_STORE, C_NONE),
    OWN("background", GW_M_BACKGROUND, C_NONE),
    OWN("previous_response_id", GW_M_PREVIOUS_RESPONSE_ID, C_NONE),
    OWN("conversation", GW_M_CONVERSATION, C_NONE),
    OWN("prompt", GW_M_PROMPT, C_NONE),
    OWN("service_tier", GW_M_SERVICE_TIER, C_NONE),
    OWN("modalities", GW_M_MODALITIES, C_MODALITIES),
    OWN("llmgw_thinking", GW_M_LLMGW_THINKING, C_NONE),
    OWN("enable_thinking", GW_M_ENABLE_THINKING, C_NONE),
    OWN("thinking", GW_M_THINKING, C_THINKING),
    OWN("thinking_budget", GW_M_THINKING_BUDGET, C_NONE),
    OWN("enable_context_caching", GW_M_ENABLE_CONTEXT_CACHING, C_NONE),
    OWN("enable_search", GW_M_ENABLE_SEARCH, C_NONE),
    OWN("web_search_options", GW_M_WEB_SEARCH_OPTIONS, C_NONE),
    /* what is left out to be summed up, by a text of the upstream's own */
    FOLD("context_management", SLOT_OPEN, C_ANY),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    READ("vl_high_resolution_images", SLOT_PIXELS, C_NONE),
    THEIRS("metadata"), THEIRS("client_metadata"),
    SERVER_TOOLS,
    /* of other APIs: where a server takes them they cost the same */
    FOLD("max_tokens", SLOT_BOUND, C_NONE),
    FOLD("max_completion_tokens", SLOT_BOUND, C_NONE),
    FOLD("n", SLOT_CHOICES, C_NONE),
    FOLD("reasoning_effort", SLOT_THINK, C_NONE),
    FOLD("chat_template_kwargs", SLOT_THINK, C_NONE),
    FOLD("output_config", SLOT_THINK, C_NONE),
    FOLD("extra_body", SLOT_THINK, C_EXTRA),
    REFERENCES, MORE_REFERENCES
};

static const gw_json_rule_t extra_rules[] = {
    STORED("prompt"), MORE_REFERENCES, EXTRA_BODY
};

static const gw_json_rule_t input_rules[] = {
    GW_JSON_EACH(SLOT_ITEM, C_ITEM, 0)
};

/* A medium and what stands beside it. */
#define MEDIA_HERE \
    READ("text", SLOT_PART_TEXT, C_ANY), \
    MEDIUM("image_url", GW_MEDIA_IMAGE), MEDIUM("image", GW_MEDIA_IMAGE), \
    READ("input_audio", SLOT_MEDIA + GW_MEDIA_AUDIO, C_AUDIO), \
    READ("audio", SLOT_MEDIA + GW_MEDIA_AUDIO, C_AUDIO), \
    MEDIUM("audio_url", GW_MEDIA_AUDIO), \
    MEDIUM("video_url", GW_MEDIA_VIDEO), MEDIUM("video", GW_MEDIA_VIDEO), \
    MEDIUM("file", GW_MEDIA_PDF), MEDIUM("file_url", GW_MEDIA_PDF), \
    MEDIUM("file_data", GW_MEDIA_PDF), MEDIUM("document_url", GW_MEDIA_PDF), \
    READ("detail", SLOT_DETAIL, C_NONE), PIXELS, \
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE)

static const gw_json_rule_t item_rules[] = {
    OWN("type", SLOT_ITEM_TYPE, C_NONE),
    OWN("role", SLOT_ROLE, C_NONE),
    OWN("content", SLOT_CONTENT, C_PARTS),
    OWN("output", SLOT_ITEM_PART, C_PARTS),
    OWN("result", SLOT_ITEM_RESULT, C_OTHER),
    READ("encrypted_content", SLOT_ITEM_THOUGHT, C_NONE),
    READ("tools", 0, C_TOOLS),          /* which a search for them found */
    MEDIA_HERE,
    /* what a model wrote */
    THEIRS("input"), THEIRS("action"), THEIRS("actions"),
    THEIRS("operation"), THEIRS("summary"),
    THEIRS("id"), THEIRS("call_id"), THEIRS("name"),
    REFERENCES, MORE_REFERENCES, CLIENTS_OWN
};

#define IN_PART \
    OWN("type", SLOT_PART_TYPE, C_NONE), MEDIA_HERE, \
    REFERENCES, MORE_REFERENCES, CLIENTS_OWN

static const gw_json_rule_t part_rules[] = { IN_PART };

/* A list of parts, or one: as content it is what the item is. */
static const gw_json_rule_t parts_rules[] = {
    IN_PART, GW_JSON_EACH(SLOT_ITEM_PART, C_PART, 0)
};

static const gw_json_rule_t medium_rules[] = {
    READ("detail", SLOT_DETAIL, C_NONE), PIXELS, REFERENCES
};

static const gw_json_rule_t audio_rules[] = {
    READ("data", SLOT_DATA, C_NONE), REFERENCES
};

static const gw_json_rule_t tools_rules[] = {
    GW_JSON_EACH(SLOT_HOSTED, C_TOOL, 0)
};

static const gw_json_rule_t tool_rules[] = {
    OWN("type", SLOT_HOSTED_TYPE, C_NONE),
    OWN("execution", SLOT_HOSTED_EXECUTION, C_NONE),
    OWN("environment", 0, C_ENVIRONMENT),
    READ("tools", 0, C_TOOLS),          /* of a namespace */
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    THEIRS("name"), THEIRS("description"), THEIRS("format"),
    THEIRS("function"), THEIRS("custom"),
    REFERENCES, MORE_REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t environment_rules[] = {
    OWN("type", SLOT_HOSTED_ENVIRONMENT, C_NONE),
    REFERENCES, MORE_REFERENCES
};

static const gw_json_rule_t reasoning_rules[] = {
    OWN("effort", GW_M_REASONING_EFFORT, C_NONE),
    THEIRS("summary"), THEIRS("generate_summary")
};

static const gw_json_rule_t thinking_rules[] = {
    READ("type", SLOT_THINKING_TYPE, C_NONE)
};

static const gw_json_rule_t modalities_rules[] = {
    GW_JSON_EACH(SLOT_MODALITY, C_NONE, 0)
};

static const gw_json_rule_t any_rules[] = {
    READ("type", SLOT_TYPE, C_NONE),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    REFERENCES, MORE_REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t
    any_rest = GW_JSON_EACH(0, C_ANY, 0),
    part_rest = GW_JSON_EACH(SLOT_PART_OTHER, C_OTHER, 0),
    medium_rest = GW_JSON_EACH(SLOT_URL, C_MEDIUM, 0),
    reasoning_rest = GW_JSON_EACH(SLOT_THINK, C_NONE, 0);

#define CONTEXT(rules, rest) { rules, GW_COUNT(rules), rest }

static const gw_json_context_t contexts[] = {
    { NULL, 0 },
    CONTEXT(root_rules, &any_rest),
    CONTEXT(input_rules, &any_rest),
    CONTEXT(item_rules, &part_rest),
    CONTEXT(part_rules, &part_rest),
    CONTEXT(parts_rules, &part_rest),
    CONTEXT(medium_rules, &medium_rest),
    CONTEXT(audio_rules, &medium_rest),
    CONTEXT(tools_rules, NULL),
    CONTEXT(tool_rules, &any_rest),
    CONTEXT(environment_rules, &any_rest),
    CONTEXT(reasoning_rules, &reasoning_rest),
    CONTEXT(thinking_rules, NULL),
    CONTEXT(modalities_rules, NULL),
    CONTEXT(extra_rules, &any_rest),
    CONTEXT(any_rules, &any_rest),
    CONTEXT(any_rules, &part_rest)
};

_Static_assert(GW_COUNT(root_rules) <= 64 && GW_COUNT(item_rules) <= 64,
               "a bit for each rule");

static const gw_json_schema_t schema = { contexts, SLOT_ROOT };

/* ---- what may not be ------------------------------------------------- */

static int is_empty(const gw_request_t *req, const gw_member_t *m)
{
    gw_json_node_t node;

    memset(&node, 0, sizeof(node));
    node.kind = m->kind;
    node.start = m->start;
    node.end = m->end;
    return gw_request_nothing(&node, req->body);
}

/* A string is one message of the user's. */
static gw_problem_kind_t validate_input(gw_request_t *req,
                                        gw_problem_t *problem)
{
    const gw_member_t *m = &req->member[GW_M_INPUT];

    if (m->end == 0 && req->stored != NULL)
        return 0;               /* what is stored there stands for it */
    if (m->end == 0)
        return gw_problem(problem, GW_P_MISSING_PARAMETER, "input",
                          "'input' is missing: give a string, or an array "
                          "with at least one item.");
    if (m->kind == GW_JSON_STR) {
        req->messages++;
        req->last_user.what = GW_PLACE_STRING;
        req->last_user.start = m->start;
        req->last_user.end = m->end;
    }
    else if (m->kind != GW_JSON_ARRAY || is_empty(req, m)) {
        return gw_problem(problem, GW_P_INVALID_PARAMETER, "input",
                          "'input' must be a string, or an array with at "
                          "least one item.");
    }
    return 0;
}

static gw_problem_kind_t validate(gw_request_t *req, gw_problem_t *problem,
                                  apr_pool_t *pool)
{
    gw_problem_kind_t kind;

    gw_request_read_counts(req);
    gw_request_read_stored(req);
    kind = gw_request_validate_model(req, problem, pool);
    if (kind == 0)
        kind = validate_input(req, problem);
    return kind == 0 ? gw_request_validate_rest(req, problem, pool) : kind;
}

const gw_request_format_t gw_request_responses = { &schema, validate };
