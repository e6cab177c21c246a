/* SPDX-License-Identifier: Apache-2.0 */
/* request_chat.c - see request_chat.h: where to look, and what for.
 *
 * Bytes of the body count as prompt wherever they stand, so text needs no
 * rules.  Rules are for what the gateway owns; for media, whose bytes do not
 * count; and for what only points at a prompt that stands elsewhere, which
 * is looked for everywhere but in what is the client's own JSON: schemas,
 * arguments, metadata.
 */
#include "request_chat.h"

#include "request_rules.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_STREAM_OPTIONS, C_MESSAGES, C_MESSAGE, C_PARTS, C_PART,
    C_MEDIUM, C_AUDIO, C_SPEECH, C_TOOLS, C_TOOL, C_MODALITIES, C_THINKING,
    C_EXTRA, C_ANY, C_OTHER
};

#define MEDIUM(name, kind) READ(name, SLOT_MEDIA + (kind), C_MEDIUM)

/* What nearly every body has comes first, ours or not: that is quick. */
static const gw_json_rule_t root_rules[] = {
    OWN("model", GW_M_MODEL, C_NONE),
    OWN("messages", GW_M_MESSAGES, C_MESSAGES),
    OWN("stream", GW_M_STREAM, C_NONE),
    THEIRS("temperature"), THEIRS("top_p"),
    OWN("max_tokens", GW_M_MAX_TOKENS, C_NONE),
    OWN("stream_options", GW_M_STREAM_OPTIONS, C_STREAM_OPTIONS),
    OWN("max_completion_tokens", GW_M_MAX_COMPLETION_TOKENS, C_NONE),
    OWN("n", GW_M_N, C_NONE),
    OWN("llmgw_thinking", GW_M_LLMGW_THINKING, C_NONE),
    OWN("enable_thinking", GW_M_ENABLE_THINKING, C_NONE),
    OWN("thinking", GW_M_THINKING, C_THINKING),
    OWN("reasoning_effort", GW_M_REASONING_EFFORT, C_NONE),
    OWN("thinking_budget", GW_M_THINKING_BUDGET, C_NONE),
    OWN("enable_context_caching", GW_M_ENABLE_CONTEXT_CACHING, C_NONE),
    OWN("service_tier", GW_M_SERVICE_TIER, C_NONE),
    OWN("store", GW_M_STORE, C_NONE),
    OWN("background", GW_M_BACKGROUND, C_NONE),
    OWN("previous_response_id", GW_M_PREVIOUS_RESPONSE_ID, C_NONE),
    OWN("conversation", GW_M_CONVERSATION, C_NONE),
    OWN("prompt", GW_M_PROMPT, C_NONE),
    OWN("tools", GW_M_TOOLS, C_TOOLS),
    OWN("functions", GW_M_FUNCTIONS, C_TOOLS),
    OWN("modalities", GW_M_MODALITIES, C_MODALITIES),
    OWN("enable_search", GW_M_ENABLE_SEARCH, C_NONE),
    OWN("web_search_options", GW_M_WEB_SEARCH_OPTIONS, C_NONE),
    READ("vl_high_resolution_images", SLOT_PIXELS, C_NONE),
    THEIRS("response_format"), THEIRS("client_metadata"),
    THEIRS("documents"), THEIRS("guided_json"), THEIRS("structured_outputs"),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    SERVER_TOOLS,
    FOLD("reasoning", SLOT_THINK, C_NONE),
    FOLD("chat_template_kwargs", SLOT_THINK, C_NONE),
    FOLD("output_config", SLOT_THINK, C_NONE),
    FOLD("extra_body", SLOT_THINK, C_EXTRA),
    THEIRS("metadata"), THEIRS("json_schema"),
    REFERENCES
};

static const gw_json_rule_t extra_rules[] = {
    STORED("prompt"), EXTRA_BODY
};

static const gw_json_rule_t stream_options_rules[] = {
    OWN("include_usage", GW_M_INCLUDE_USAGE, C_NONE)
};

static const gw_json_rule_t messages_rules[] = {
    GW_JSON_EACH(SLOT_MESSAGE, C_MESSAGE, 0)
};

static const gw_json_rule_t message_rules[] = {
    OWN("role", SLOT_ROLE, C_NONE),
    OWN("content", SLOT_CONTENT, C_PARTS),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    READ("tool_calls", 0, C_NONE),
    READ("function_call", 0, C_NONE),
    READ("type", SLOT_TYPE, C_NONE),
    READ("audio", 0, C_SPEECH),
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t parts_rules[] = {
    GW_JSON_EACH(SLOT_PART, C_PART, 0)
};

static const gw_json_rule_t part_rules[] = {
    OWN("type", SLOT_PART_TYPE, C_NONE),
    READ("text", SLOT_PART_TEXT, C_ANY),
    MEDIUM("image_url", GW_MEDIA_IMAGE), MEDIUM("image", GW_MEDIA_IMAGE),
    READ("input_audio", SLOT_MEDIA + GW_MEDIA_AUDIO, C_AUDIO),
    READ("audio", SLOT_MEDIA + GW_MEDIA_AUDIO, C_AUDIO),
    MEDIUM("audio_url", GW_MEDIA_AUDIO),
    MEDIUM("video_url", GW_MEDIA_VIDEO), MEDIUM("video", GW_MEDIA_VIDEO),
    MEDIUM("file", GW_MEDIA_PDF), MEDIUM("document_url", GW_MEDIA_PDF),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    PIXELS,
    THEIRS("input"),            /* of a tool's use */
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t medium_rules[] = {
    READ("detail", SLOT_DETAIL, C_NONE), PIXELS, REFERENCES
};

static const gw_json_rule_t audio_rules[] = {
    READ("data", SLOT_DATA, C_NONE), REFERENCES
};

/* What a model said before, kept by the vendor. */
static const gw_json_rule_t speech_rules[] = { STORED("id"), REFERENCES };

static const gw_json_rule_t tools_rules[] = {
    GW_JSON_EACH(SLOT_TOOL, C_TOOL, 0)
};

static const gw_json_rule_t tool_rules[] = {
    READ("type", SLOT_TOOL_TYPE, C_NONE),
    THEIRS("function"), THEIRS("custom"),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t modalities_rules[] = {
    GW_JSON_EACH(SLOT_MODALITY, C_NONE, 0)
};

static const gw_json_rule_t thinking_rules[] = {
    READ("type", SLOT_THINKING_TYPE, C_NONE)
};

static const gw_json_rule_t any_rules[] = {
    READ("type", SLOT_TYPE, C_NONE),
    READ("cache_control", SLOT_CACHE_CONTROL, C_NONE),
    REFERENCES, CLIENTS_OWN
};

static const gw_json_rule_t
    any_rest = GW_JSON_EACH(0, C_ANY, 0),
    message_rest = GW_JSON_EACH(SLOT_TEXT, C_ANY, 0),
    part_rest = GW_JSON_EACH(SLOT_PART_OTHER, C_OTHER, 0),
    medium_rest = GW_JSON_EACH(SLOT_URL, C_MEDIUM, 0);

#define CONTEXT(rules, rest) { rules, GW_COUNT(rules), rest }

static const gw_json_context_t contexts[] = {
    { NULL, 0 },
    CONTEXT(root_rules, &any_rest),
    CONTEXT(stream_options_rules, NULL),
    CONTEXT(messages_rules, NULL),
    CONTEXT(message_rules, &message_rest),
    CONTEXT(parts_rules, &message_rest),
    CONTEXT(part_rules, &part_rest),
    CONTEXT(medium_rules, &medium_rest),
    CONTEXT(audio_rules, &medium_rest),
    CONTEXT(speech_rules, &any_rest),
    CONTEXT(tools_rules, NULL),
    CONTEXT(tool_rules, &any_rest),
    CONTEXT(modalities_rules, NULL),
    CONTEXT(thinking_rules, NULL),
    CONTEXT(extra_rules, &any_rest),
    CONTEXT(any_rules, &any_rest),
    CONTEXT(any_rules, &part_rest)
};

_Static_assert(GW_COUNT(root_rules) <= 64, "a bit for each rule");

static const gw_json_schema_t schema = { contexts, SLOT_ROOT };

const gw_request_format_t gw_request_chat = {
    &schema, gw_request_validate_chat
};
