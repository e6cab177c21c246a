/* SPDX-License-Identifier: Apache-2.0 */
/* test_error_class.c - whose trouble an upstream's error is. */
#include "error_class.h"

#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

static gw_vendor_t vendor_of(const char *name)
{
    return name != NULL ? gw_vendor_by_name(name) : GW_VENDOR_NONE;
}

#define CLIENT GW_CLASS_CLIENT
#define CONTENT GW_CLASS_CONTENT
#define RATE GW_CLASS_RATE
#define UPSTREAM GW_CLASS_UPSTREAM
#define ACCOUNT GW_CLASS_ACCOUNT

static const struct {
    int status;
    const char *code, *type, *vendor;
    gw_error_class_t want;
} rows[] = {
    /* by status alone */
    { 400, "", "", NULL, CLIENT },
    { 401, "", "", NULL, ACCOUNT },
    { 402, "", "", NULL, ACCOUNT },
    { 403, "", "", NULL, ACCOUNT },
    { 404, "", "", NULL, CLIENT },
    { 408, "", "", NULL, UPSTREAM },
    { 413, "", "", NULL, CLIENT },
    { 422, "", "", NULL, CLIENT },
    { 429, "", "", NULL, RATE },
    { 500, "", "", NULL, UPSTREAM },
    { 502, "", "", NULL, UPSTREAM },
    { 503, "", "", NULL, UPSTREAM },
    { 504, "", "", NULL, UPSTREAM },
    { 529, "", "", NULL, UPSTREAM },
    /* the key the upstream saw was ours, whatever it says of it */
    { 401, "invalid_api_key", "invalid_request_error", NULL, ACCOUNT },
    { 403, "data_inspection_failed", "", "bailian", ACCOUNT },
    { 403, "limit_requests", "", NULL, ACCOUNT },
    /* OpenAI */
    { 400, "context_length_exceeded", "invalid_request_error", NULL, CLIENT },
    { 404, "model_not_found", "invalid_request_error", NULL, CLIENT },
    { 429, "rate_limit_exceeded", "tokens", NULL, RATE },
    { 429, "insufficient_quota", "insufficient_quota", NULL, ACCOUNT },
    { 429, "credit_balance_exhausted", "", NULL, ACCOUNT },
    { 429, "slow_down", "rate_limit_error", NULL, RATE },
    { 500, "", "server_error", NULL, UPSTREAM },
    { 400, "content_filter", "", NULL, CONTENT },
    { 400, "content_policy_violation", "", NULL, CONTENT },
    /* Bailian */
    { 429, "insufficient_quota", "", "bailian", RATE },
    { 429, "Throttling.AllocationQuota", "", "bailian", RATE },
    { 429, "limit_burst_rate", "", "bailian", RATE },
    { 400, "Arrearage", "Arrearage", "bailian", ACCOUNT },
    { 400, "arrearage", "", "bailian", ACCOUNT },
    { 400, "", "Arrearage", NULL, ACCOUNT },
    { 400, "DataInspectionFailed", "", "bailian", CONTENT },
    { 400, "data_inspection_failed", "data_inspection_failed", "bailian",
      CONTENT },
    { 400, "invalid_parameter_error", "invalid_request_error", "bailian",
      CLIENT },
    { 400, "AccessDenied.Unpurchased", "", "bailian", ACCOUNT },
    { 429, "CommodityNotPurchased", "", "bailian", ACCOUNT },
    { 429, "PrepaidBillOverdue", "", "bailian", ACCOUNT },
    { 429, "PostpaidBillOverdue", "", "bailian", ACCOUNT },
    { 500, "InternalError.Algo", "", "bailian", UPSTREAM },
    /* others */
    { 429, "", "exceeded_current_quota_error", NULL, ACCOUNT },
    { 429, "", "engine_overloaded_error", NULL, RATE },
    { 400, "", "billing_error", NULL, ACCOUNT },
    /* servers that call every error an api_error */
    { 400, "", "api_error", NULL, CLIENT },
    { 404, "", "api_error", NULL, CLIENT },
    /* inside a stream the status is 200: words and numbers decide */
    { 200, "", "", NULL, UPSTREAM },
    { 200, "", "invalid_request_error", NULL, CLIENT },
    { 200, "data_inspection_failed", "", "bailian", CONTENT },
    { 200, "rate_limit_exceeded", "", NULL, RATE },
    { 200, "", "server_error", NULL, UPSTREAM },
    { 200, "", "overloaded_error", NULL, UPSTREAM },
    { 200, "", "api_error", NULL, UPSTREAM },
    { 200, "internal_error", "", "bailian", UPSTREAM },
    { 200, "InternalError.Algo", "", "bailian", UPSTREAM },
    { 200, "400", "", NULL, CLIENT },
    { 200, "401", "", NULL, ACCOUNT },
    { 200, "402", "", NULL, ACCOUNT },
    { 200, "429", "", NULL, RATE },
    { 200, "502", "", NULL, UPSTREAM },
    { 200, "503", "", NULL, UPSTREAM },
    { 200, "1302", "", NULL, RATE },
    { 200, "5xx", "", NULL, CLIENT },
    { 400, "502", "", NULL, CLIENT }
};

/* ---- whole answers, as the vendors' pages and wires have them ------- */

/* What the client sent is in it, and what was answered. */
#define FAILED(error) "event: response.failed\ndata: {\"type\":" \
    "\"response.failed\",\"response\":{\"metadata\":{\"code\":" \
    "\"insufficient_quota\"},\"output\":[{\"code\":\"401\",\"message\":" \
    "\"Your credit balance is too low\"}],\"error\":{" error "}}}\n\n"
#define ERR(members) "{\"error\":{" members "}}"
#define MSG(text) "\"message\":\"" text "\""

static const struct {
    const char *name;
    int status;
    const char *vendor, *body;
    gw_error_class_t want;
} answers[] = {
    /* OpenAI */
    { "OpenAI, quota", 429, "openai", ERR(MSG("You exceeded your current "
      "quota, please check your plan and billing details.") ",\"type\":"
      "\"insufficient_quota\",\"param\":null,\"code\":"
      "\"insufficient_quota\""), ACCOUNT },
    { "OpenAI, hard limit", 400, "openai", ERR(MSG("Billing hard limit has "
      "been reached") ",\"code\":\"billing_hard_limit_reached\",\"type\":"
      "\"invalid_request_error\""), ACCOUNT },
    { "OpenAI, not active", 429, "openai", ERR(MSG("Your account is not "
      "active") ",\"type\":\"billing_not_active\",\"code\":"
      "\"billing_not_active\""), ACCOUNT },
    { "OpenAI, tempo", 429, "openai", ERR(MSG("Rate limit reached for gpt-x "
      "in organization org-x on tokens per min (TPM)") ",\"type\":\"tokens\","
      "\"code\":\"rate_limit_exceeded\""), RATE },
    { "OpenAI, too long", 400, "openai", ERR(MSG("maximum context length") ","
      "\"type\":\"invalid_request_error\",\"code\":"
      "\"context_length_exceeded\""), CLIENT },
    { "OpenAI, words of the client", 400, "openai", ERR(MSG("Invalid value: "
      "'your credit balance is too low'") ",\"type\":"
      "\"invalid_request_error\",\"code\":\"invalid_value\""), CLIENT },
    { "OpenAI, a response that failed", 200, "openai", FAILED(
      "\"code\":\"server_error\"," MSG("x")), UPSTREAM },
    { "OpenAI, a response that failed for money", 200, "openai", FAILED(
      "\"code\":\"insufficient_quota\"," MSG("x")), ACCOUNT },
    /* Azure */
    { "Azure, tempo", 429, "azure", ERR("\"code\":\"RateLimitReached\","
      MSG("Requests have exceeded token rate limit of your current pricing "
      "tier.")), RATE },
    { "Azure, key", 400, "azure", ERR("\"code\":\"401\"," MSG("Access denied "
      "due to invalid subscription key or wrong API endpoint.")), ACCOUNT },
    { "Azure, subscription", 400, "azure", ERR("\"code\":"
      "\"ReadOnlyDisabledSubscription\"," MSG("x")), ACCOUNT },
    { "Azure, filter", 400, "azure", ERR(MSG("The response was filtered") ","
      "\"code\":null,\"status\":400,\"innererror\":{\"code\":"
      "\"ResponsibleAIPolicyViolation\"}"), CONTENT },
    /* Anthropic */
    { "Anthropic, credit", 400, "anthropic", "{\"type\":\"error\",\"error\":{"
      "\"type\":\"invalid_request_error\",\"message\":\"Your credit balance "
      "is too low to access the Anthropic API. Please go to Plans & Billing "
      "to upgrade or purchase credits.\"}}", ACCOUNT },
    { "Anthropic, disabled", 400, "anthropic", "{\"type\":\"error\",\"error\":"
      "{\"type\":\"invalid_request_error\",\"message\":\"This organization "
      "has been disabled.\"}}", ACCOUNT },
    { "Anthropic, spend limit", 400, NULL, "{\"error\":{\"type\":"
      "\"invalid_request_error\",\"message\":\"You have reached your "
      "specified API usage limits. You will regain access on 2026-12-01.\"}}",
      ACCOUNT },
    { "Anthropic, tempo", 429, "anthropic", "{\"type\":\"error\",\"error\":{"
      "\"type\":\"rate_limit_error\",\"message\":\"This request would exceed "
      "your organization's rate limit\"}}", RATE },
    { "Anthropic, the client", 400, "anthropic", "{\"type\":\"error\","
      "\"error\":{\"type\":\"invalid_request_error\",\"message\":\"messages: "
      "at least one message is required\"}}", CLIENT },
    { "Anthropic, overloaded", 529, "anthropic", "{\"type\":\"error\","
      "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
      UPSTREAM },
    /* Gemini */
    { "Gemini, key", 400, "google", "{\"error\":{\"code\":400,\"message\":"
      "\"API key not valid. Please pass a valid API key.\",\"status\":"
      "\"INVALID_ARGUMENT\",\"details\":[{\"@type\":\"type.googleapis.com/"
      "google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}]}}", ACCOUNT },
    { "Gemini, key, an array", 400, NULL, "[{\"error\":{\"code\":400,"
      "\"message\":\"x\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{"
      "\"reason\":\"API_KEY_INVALID\"}]}}]", ACCOUNT },
    { "Gemini, key, words", 400, NULL, "[{\"error\":{\"code\":400,\"message\":"
      "\"API key not valid. Please pass a valid API key.\",\"status\":"
      "\"INVALID_ARGUMENT\"}}\n]", ACCOUNT },
    { "Gemini, country", 400, "google", "[{\"error\":{\"code\":400,"
      "\"message\":\"User location is not supported for the API use.\","
      "\"status\":\"FAILED_PRECONDITION\"}}]", ACCOUNT },
    { "Gemini, service", 400, NULL, ERR("\"details\":[{\"reason\":"
      "\"SERVICE_DISABLED\"}]"), ACCOUNT },
    { "Gemini, tempo", 429, "google", "[{\"error\":{\"code\":429,\"message\":"
      "\"You exceeded your current quota, please check your plan and billing "
      "details.\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
      "\"google.rpc.RetryInfo\",\"retryDelay\":\"7s\"}]}}]", RATE },
    { "Gemini, money", 429, "google", ERR("\"code\":429," MSG("Your "
      "prepayment credits are depleted.") ",\"status\":"
      "\"RESOURCE_EXHAUSTED\""), ACCOUNT },
    { "Gemini, the client", 400, "google", "[{\"error\":{\"code\":400,"
      "\"message\":\"Invalid value at 'contents'\",\"status\":"
      "\"INVALID_ARGUMENT\"}}]", CLIENT },
    { "Gemini, unavailable", 503, "google", ERR("\"status\":\"UNAVAILABLE\""),
      UPSTREAM },
    /* Bailian */
    { "Bailian, arrearage", 400, "bailian", ERR("\"code\":\"Arrearage\","
      "\"type\":\"Arrearage\"," MSG("Access denied, please make sure your "
      "account is in good standing.")), ACCOUNT },
    { "Bailian, arrearage, native", 400, "bailian", "{\"code\":\"Arrearage\","
      "\"message\":\"x\",\"request_id\":\"1\"}", ACCOUNT },
    { "Bailian, words", 400, NULL, ERR(MSG("Access denied, please make sure "
      "your account is in good standing.")), ACCOUNT },
    { "Bailian, workspace", 400, "bailian", "{\"code\":"
      "\"Workspace.AccessDenied\"}", ACCOUNT },
    { "Bailian, key", 404, "bailian", ERR("\"code\":\"InvalidApiKey\""),
      ACCOUNT },
    { "Bailian, quota", 429, "bailian", ERR("\"code\":\"insufficient_quota\","
      "\"type\":\"insufficient_quota\"," MSG("You exceeded your current "
      "quota, please check your plan and billing details.")), RATE },
    { "Bailian, not purchased", 429, "bailian", "{\"code\":"
      "\"CommodityNotPurchased\"}", ACCOUNT },
    { "Bailian, filter", 400, "bailian", "{\"code\":\"DataInspectionFailed\"}",
      CONTENT },
    { "Bailian, the client", 400, "bailian", ERR("\"code\":"
      "\"invalid_parameter_error\"," MSG("x")), CLIENT },
    /* Zhipu */
    { "Zhipu, arrears", 429, "zhipu", ERR("\"code\":\"1113\"," MSG(
      "\xe6\x82\xa8\xe7\x9a\x84\xe8\xb4\xa6\xe6\x88\xb7")), ACCOUNT },
    { "Zhipu, arrears, nobody said Zhipu", 429, NULL, ERR("\"code\":\"1113\","
      MSG("x")), ACCOUNT },
    { "Zhipu, arrears as a number", 429, "", ERR("\"code\":1113"), ACCOUNT },
    { "Zhipu, locked", 429, "zhipu", ERR("\"code\":\"1112\""), ACCOUNT },
    { "Zhipu, token", 400, "zhipu", ERR("\"code\":\"1003\""), ACCOUNT },
    { "Zhipu, plan", 429, "zhipu", ERR("\"code\":\"1309\""), ACCOUNT },
    { "Zhipu, tempo", 429, "zhipu", ERR("\"code\":\"1302\""), RATE },
    { "Zhipu, plan's tempo", 429, "zhipu", ERR("\"code\":\"1308\""), RATE },
    { "Zhipu, filter", 400, "zhipu", ERR("\"code\":\"1301\""), CONTENT },
    { "Zhipu, the client", 400, "zhipu", ERR("\"code\":\"1214\""), CLIENT },
    /* DeepSeek, Moonshot, MiniMax, Volcengine */
    { "DeepSeek, balance", 402, "deepseek", ERR(MSG("Insufficient Balance")),
      ACCOUNT },
    { "DeepSeek, balance as words", 400, "deepseek", ERR(MSG("Insufficient "
      "Balance") ",\"type\":\"unknown_error\",\"code\":"
      "\"invalid_request_error\""), ACCOUNT },
    { "DeepSeek, tempo", 429, "deepseek", ERR(MSG("Rate limit reached")),
      RATE },
    { "Moonshot, quota", 429, "moonshot", ERR("\"type\":"
      "\"exceeded_current_quota_error\"," MSG("Your account x is suspended")),
      ACCOUNT },
    { "Moonshot, tempo", 429, "moonshot", ERR("\"type\":"
      "\"rate_limit_reached_error\"," MSG("max RPM: 3")), RATE },
    { "Moonshot, filter", 400, "moonshot", ERR("\"type\":\"content_filter\","
      MSG("The request was rejected because it was considered high risk")),
      CONTENT },
    { "MiniMax, key", 200, "minimax", "{\"base_resp\":{\"status_code\":1004,"
      "\"status_msg\":\"login fail\"}}", ACCOUNT },
    { "MiniMax, balance", 200, NULL, "{\"choices\":null,\"base_resp\":{"
      "\"status_code\":1008,\"status_msg\":\"insufficient balance\"}}",
      ACCOUNT },
    { "MiniMax, tempo", 200, "minimax", "{\"base_resp\":{\"status_code\":"
      "1002}}", RATE },
    { "MiniMax, filter", 200, NULL, "{\"base_resp\":{\"status_code\":1026}}",
      CONTENT },
    { "MiniMax, the client", 200, NULL, "{\"base_resp\":{\"status_code\":"
      "2013}}", CLIENT },
    { "MiniMax, another", 200, NULL, "{\"base_resp\":{\"status_code\":1033}}",
      UPSTREAM },
    { "Volcengine, overdue", 400, NULL, ERR("\"code\":"
      "\"AccountOverdueError\""), ACCOUNT },
    { "Volcengine, limit set", 429, NULL, ERR("\"code\":"
      "\"SetLimitExceeded\""), ACCOUNT },
    /* Mistral, xAI, Groq, OpenRouter, vLLM */
    { "Mistral, tempo", 429, "mistral", "{\"object\":\"error\",\"message\":"
      "\"Service tier capacity exceeded for this model.\",\"type\":"
      "\"service_tier_capacity_exceeded\",\"code\":\"3505\"}", RATE },
    { "Mistral, key", 200, "mistral", "{\"message\":\"Unauthorized\","
      "\"request_id\":\"1\"}", ACCOUNT },
    { "xAI, key", 400, "xai", "{\"code\":\"Client specified an invalid "
      "argument\",\"error\":\"Incorrect API key provided: xa***.\"}",
      ACCOUNT },
    { "xAI, credits", 429, "xai", "{\"code\":\"Some resource has been "
      "exhausted\",\"error\":\"Your team x has either used all available "
      "credits or reached its monthly spending limit.\"}", ACCOUNT },
    { "Groq, restricted", 400, "groq", ERR(MSG("Organization has been "
      "restricted.") ",\"type\":\"invalid_request_error\",\"code\":"
      "\"organization_restricted\""), ACCOUNT },
    { "Groq, spend", 400, "groq", ERR("\"code\":\"blocked_api_access\""),
      ACCOUNT },
    { "Groq, tempo", 429, "groq", ERR("\"type\":\"tokens\",\"code\":"
      "\"rate_limit_exceeded\""), RATE },
    { "Groq, tool use", 400, "groq", ERR("\"code\":\"tool_use_failed\""),
      CLIENT },
    { "OpenRouter, credits", 402, "openrouter", ERR("\"code\":402," MSG(
      "Insufficient credits")), ACCOUNT },
    { "OpenRouter, wraps", 400, "openrouter", ERR(MSG("Provider returned "
      "error") ",\"code\":400,\"metadata\":{\"raw\":\"{\\\"error\\\":{"
      "\\\"message\\\":\\\"x\\\",\\\"code\\\":\\\"insufficient_quota\\\"}}\","
      "\"provider_name\":\"Somebody\"}"), ACCOUNT },
    { "OpenRouter, wraps another's status", 400, "openrouter", ERR(MSG("x")
      ",\"code\":400,\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"code\\\":401"
      "}}\"}"), ACCOUNT },
    { "OpenRouter, wraps tempo", 400, "openrouter", ERR(MSG("x")
      ",\"code\":400,\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"code\\\":429"
      "}}\"}"), RATE },
    { "OpenRouter, wraps an object", 429, "openrouter", ERR(MSG("x")
      ",\"code\":429,\"metadata\":{\"raw\":{\"error\":{\"code\":\"1113\"}}}"),
      ACCOUNT },
    { "OpenRouter, wraps words", 400, "openrouter", ERR(MSG("x")
      ",\"metadata\":{\"raw\":\"Your credit balance is too low to go on\"}"),
      ACCOUNT },
    { "OpenRouter, wraps the client's", 400, "openrouter", ERR(MSG("x")
      ",\"code\":400,\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"code\\\":"
      "\\\"context_length_exceeded\\\"}}\"}"), CLIENT },
    { "a wrap in a wrap", 400, NULL, ERR(MSG("a: {\\\"error\\\":{\\\"message"
      "\\\":\\\"b: {\\\\\\\"error\\\\\\\":{\\\\\\\"code\\\\\\\":"
      "\\\\\\\"Arrearage\\\\\\\"}}\\\"}}")), ACCOUNT },
    { "LiteLLM, wraps", 400, NULL, ERR(MSG("litellm.BadRequestError: "
      "AnthropicException - {\\\"type\\\":\\\"error\\\",\\\"error\\\":{"
      "\\\"type\\\":\\\"invalid_request_error\\\",\\\"message\\\":\\\"Your "
      "credit balance is too low\\\"}}") ",\"type\":null,\"code\":\"400\""),
      ACCOUNT },
    { "LiteLLM, its own budget", 400, NULL, ERR(MSG("Budget has been "
      "exceeded!") ",\"type\":\"budget_exceeded\",\"code\":\"400\""),
      ACCOUNT },
    { "new-api, quota", 400, NULL, ERR("\"type\":\"new_api_error\",\"code\":"
      "\"insufficient_user_quota\""), ACCOUNT },
    { "vLLM, flat", 400, "vllm", "{\"object\":\"error\",\"message\":\"This "
      "model's maximum context length is 8 tokens\",\"type\":"
      "\"BadRequestError\",\"param\":null,\"code\":400}", CLIENT },
    { "a validator that repeats the request", 422, NULL, "{\"detail\":[{"
      "\"type\":\"missing\",\"loc\":[\"body\",\"x\"],\"msg\":\"Field "
      "required\",\"input\":{\"code\":\"1113\",\"message\":\"Your credit "
      "balance is too low\"}}]}", CLIENT },
    /* no answers */
    { "an envelope", 200, NULL, "{\"success\":false,\"message\":"
      "\"token expired\"}", ACCOUNT },
    { "an envelope that says nothing", 200, NULL, "{\"success\":false,"
      "\"message\":\"no\"}", UPSTREAM },
    { "a page", 200, NULL, "<html>unauthorized</html>", UPSTREAM },
    { "text", 200, NULL, "Unauthorized", ACCOUNT },
    { "nothing", 200, NULL, "", UPSTREAM },
    { "an error", 200, NULL, ERR(MSG("no")), CLIENT },
    { "events", 200, NULL, "event: ping\ndata: {\"type\":\"ping\"}\n\n"
      "event: error\ndata: {\"error\":{\"code\":\"Arrearage\"}}\n\n", ACCOUNT }
};

static void test_answers(void)
{
    gw_error_t e;
    unsigned i;

    for (i = 0; i < GW_COUNT(answers); i++) {
        gw_str_t body = { answers[i].body, strlen(answers[i].body) };

        gw_error_read(&e, body);
        is_str(gw_error_class_name(
                   gw_error_classify(answers[i].status, &e,
                                     vendor_of(answers[i].vendor))),
               gw_error_class_name(answers[i].want), "%s", answers[i].name);
    }
}

/* Whatever is there, it is read within its bounds. */
static void test_bounds(void)
{
    static char body[90000];
    gw_str_t text = { body, 0 };
    gw_error_t e;
    unsigned i, n = 0;

    for (i = 0; i < 4000; i++)
        n += (unsigned)sprintf(body + n, "{\"code\":\"%d\"}", i);
    text.n = n;
    gw_error_read(&e, text);
    is_int(e.words, GW_ERROR_VALUES, "so many values are read");
    n = (unsigned)sprintf(body, "{\"error\":{\"message\":\"");
    memset(body + n, '{', 60000);
    sprintf(body + n + 60000, "\",\"code\":\"%0200d\"}}", 7);
    text.n = strlen(body);
    gw_error_read(&e, text);
    is_int(e.text_len, GW_ERROR_TEXT, "so much text is kept");
    is_int(strlen(gw_error_name(&e)), GW_ERROR_WORD, "... and of a word");
    for (i = n = 0; i < 100; i++)
        n += (unsigned)sprintf(body + n, "%s\"code\":\"%d\"", i ? "," : "{",
                               i);
    text.n = n;
    gw_error_read(&e, text);
    is_int(e.words, GW_ERROR_WORDS, "so many words are kept");
    for (i = 0; i <= n; i++) {
        char *copy = malloc(i + 1);

        memcpy(copy, body, i);
        text.p = copy;
        text.n = i;
        gw_error_read(&e, text);
        free(copy);
    }
    ok(1, "any beginning of it is read");
}

static void test_rows(void)
{
    char body[200];
    gw_error_t e;
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t text = { body, 0 };

        text.n = (apr_size_t)snprintf(body, sizeof(body), "{\"error\":{"
                                      "\"code\":\"%s\",\"type\":\"%s\"}}",
                                      rows[i].code, rows[i].type);
        if (rows[i].code[0] == '\0' && rows[i].type[0] == '\0')
            text.n = 0;
        gw_error_read(&e, text);
        is_str(gw_error_class_name(
                   gw_error_classify(rows[i].status, &e,
                                     vendor_of(rows[i].vendor))),
               gw_error_class_name(rows[i].want), "%d '%s' '%s'%s%s",
               rows[i].status, rows[i].code, rows[i].type,
               rows[i].vendor ? " of " : "",
               rows[i].vendor ? rows[i].vendor : "");
    }
}

int main(void)
{
    test_rows();
    test_answers();
    test_bounds();
    is_str(gw_error_class_name(GW_CLASS_CLIENT), "client", "name of client");
    is_str(gw_error_class_name(GW_CLASS_CONTENT), "content", "name of content");
    is_str(gw_error_class_name(GW_CLASS_RATE), "rate", "name of rate");
    is_str(gw_error_class_name(GW_CLASS_UPSTREAM), "upstream",
           "name of upstream");
    is_str(gw_error_class_name(GW_CLASS_ACCOUNT), "account", "name of account");
    return tap_end();
}
