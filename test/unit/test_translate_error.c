/* SPDX-License-Identifier: Apache-2.0 */
/* test_translate_error.c - errors of upstreams in the words of ours. */
#include "translate_error.h"

#include <apr_strings.h>

#include "tap.h"

static gw_problem_t problem;

static void say(const char *body, const gw_fault_t *fault)
{
    gw_str_t text = { body, strlen(body) };
    gw_error_t error;

    gw_error_read(&error, text);
    gw_translate_error(&problem, &error, fault, tap_pool());
}

/* ---- any error --------------------------------------------------------- */

#define SAID(more) "{\"error\":{\"message\":\"Words.\"" more "}}"

static const struct {
    int status;
    gw_error_class_t class;
    const char *body;
    gw_problem_kind_t kind;
    int want;
    const char *message;
} errors[] = {
    { 400, GW_CLASS_CLIENT, SAID(""), GW_P_INVALID_PARAMETER, 400, "Words." },
    { 422, GW_CLASS_CLIENT, SAID(""), GW_P_INVALID_PARAMETER, 422, "Words." },
    { 404, GW_CLASS_CLIENT, SAID(""), GW_P_NOT_FOUND, 404, "Words." },
    { 413, GW_CLASS_CLIENT, SAID(""), GW_P_REQUEST_TOO_LARGE, 413, "Words." },
    { 429, GW_CLASS_RATE, SAID(""), GW_P_RATE_LIMIT_REQUESTS, 429, "Words." },
    { 408, GW_CLASS_UPSTREAM, SAID(""), GW_P_UPSTREAM_TIMEOUT, 408,
      "Words." },
    { 500, GW_CLASS_UPSTREAM, SAID(""), GW_P_UPSTREAM_UNAVAILABLE, 500,
      "Words." },
    { 503, GW_CLASS_UPSTREAM, SAID(""), GW_P_OVERLOADED, 503, "Words." },
    { 504, GW_CLASS_UPSTREAM, SAID(""), GW_P_UPSTREAM_TIMEOUT, 504,
      "Words." },
    { 529, GW_CLASS_UPSTREAM, "{\"type\":\"error\",\"error\":{\"type\":"
      "\"overloaded_error\",\"message\":\"Overloaded\"}}", GW_P_OVERLOADED,
      529, "Overloaded" },
    { 400, GW_CLASS_CONTENT, SAID(",\"code\":\"data_inspection_failed\""),
      GW_P_CONTENT_FILTER, 400, "Words." },
    /* inside a stream, or a document that says 200 */
    { 200, GW_CLASS_CLIENT, SAID(""), GW_P_INVALID_PARAMETER, 400, "Words." },
    { 200, GW_CLASS_CLIENT, SAID(",\"code\":422"), GW_P_INVALID_PARAMETER,
      422, "Words." },
    { 200, GW_CLASS_RATE, SAID(""), GW_P_RATE_LIMIT_REQUESTS, 429, "Words." },
    { 200, GW_CLASS_UPSTREAM, SAID(""), GW_P_UPSTREAM_UNAVAILABLE, 502,
      "Words." },
    { 200, GW_CLASS_UPSTREAM, SAID(",\"code\":529"), GW_P_OVERLOADED, 529,
      "Words." },
    { 200, GW_CLASS_UPSTREAM, SAID(",\"type\":\"overloaded_error\""),
      GW_P_OVERLOADED, 529, "Words." },
    { 200, GW_CLASS_RATE, SAID(",\"code\":\"engine_overloaded_error\""),
      GW_P_OVERLOADED, 503, "Words." },
    { 200, GW_CLASS_UPSTREAM, SAID(",\"type\":\"timeout_error\""),
      GW_P_UPSTREAM_TIMEOUT, 504, "Words." },
    { 429, GW_CLASS_RATE, SAID(",\"code\":\"engine_overloaded_error\""),
      GW_P_RATE_LIMIT_REQUESTS, 429, "Words." },
    /* words of several kinds, or none */
    { 500, GW_CLASS_UPSTREAM, "{\"error\":{\"message\":\"One.\"},"
      "\"detail\":\"Two.\"}", GW_P_UPSTREAM_UNAVAILABLE, 500, "One." },
    { 500, GW_CLASS_UPSTREAM, "{\"error\":{\"code\":\"InternalError\"}}",
      GW_P_UPSTREAM_UNAVAILABLE, 500,
      "The upstream answered with an error: InternalError." },
    { 500, GW_CLASS_UPSTREAM, "", GW_P_UPSTREAM_UNAVAILABLE, 500,
      "The upstream answered with an error that says nothing." }
};

static void test_errors(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(errors); i++) {
        gw_fault_t fault = { errors[i].status, errors[i].class,
                             GW_SHAPE_ANTHROPIC, 10, -1, 0 };

        say(errors[i].body, &fault);
        is_int(problem.kind, errors[i].kind, "error %u: kind", i);
        is_int(gw_problem_status(&problem, fault.shape), errors[i].want,
               "error %u: status", i);
        is_str(problem.message, errors[i].message, "error %u: words", i);
    }
}

/* ---- a context that is too short -------------------------------------- */

#define LONG(n, limit) "prompt is too long: " n " tokens > " limit " maximum"
#define BOTH(a, b, l)  "input length and `max_tokens` exceed context limit: " \
                       a " + " b " > " l

/* What servers say to a prompt that is taken for 900 tokens, with max_tokens
 * 100 and a context of 1000. */
static const struct { const char *said, *want; } overflows[] = {
    { "This model's maximum context length is 8192 tokens. However, you "
      "requested 9000 tokens (8000 in the messages, 1000 in the completion). "
      "Please reduce the length of the messages or completion.",
      BOTH("8000", "1000", "8192") },
    { "This model's maximum context length is 8192 tokens. However, your "
      "messages resulted in 9001 tokens. Please reduce the length of the "
      "messages.", LONG("9001", "8192") },
    { "This model's maximum context length is 4096 tokens. However, your "
      "request has 5000 input tokens. Please reduce the length of the input "
      "messages.", LONG("5000", "4096") },
    { "'max_tokens' or 'max_completion_tokens' is too large: 5000. This "
      "model's maximum context length is 4096 tokens and your request has 10 "
      "input tokens (5000 > 4096 - 10).", BOTH("10", "5000", "4096") },
    { "Requested token count exceeds the model's maximum context length of "
      "4096 tokens. You requested a total of 5000 tokens: 4000 tokens from "
      "the input messages and 1000 tokens for the completion.",
      BOTH("4000", "1000", "4096") },
    { "The input (5000 tokens) is longer than the model's context length "
      "(4096 tokens).", LONG("5000", "4096") },
    { "request (5678 tokens) exceeds the available context size (4096 "
      "tokens), try increasing it", LONG("5678", "4096") },
    { "the request exceeds the available context size. try increasing the "
      "context size or enable context shift", LONG("1001", "1000") },
    { "<400> InternalError.Algo.InvalidParameter: Range of input length "
      "should be [1, 30720]", LONG("30721", "30720") },
    { "Invalid request: Your request exceeded model token limit: 8192",
      LONG("8193", "8192") },
    { "This model's maximum prompt length is 131072 but the request contains "
      "150000 tokens.", LONG("150000", "131072") },
    { "The input token count (1200000) exceeds the maximum number of tokens "
      "allowed (1048576).", LONG("1200000", "1048576") },
    { "Prompt contains 40000 tokens and 0 draft tokens, too large for model "
      "with 32768 maximum context length", LONG("40000", "32768") },
    { "This endpoint's maximum context length is 8192 tokens. However, you "
      "requested about 9000 tokens (8000 of text input, 1000 in the output).",
      BOTH("8000", "1000", "8192") },
    { "prompt is too long: 215,000 tokens > 200,000 maximum",
      LONG("215000", "200000") },
    { "Input is too long for requested model.", LONG("1001", "1000") },
    { "Prompt \xe8\xb6\x85\xe9\x95\xbf", LONG("1001", "1000") },
    { "This model's maximum context length is 8192 tokens. However, you "
      "requested 9000 tokens (7000 in the messages, 500 in the functions, and "
      "1500 in the completion).", BOTH("7500", "1500", "8192") },
    { "input length and `max_tokens` exceed context limit: 190000 + 20000 > "
      "200000, decrease input length or `max_tokens` and try again",
      BOTH("190000", "20000", "200000") },
    { "The decoder prompt (length 5000) is longer than the maximum model "
      "length of 4096.", LONG("5000", "4096") },
    { "Trying to keep the first 5000 tokens when context the overflows. "
      "However, the model is loaded with context length of only 4096 tokens, "
      "which is not enough.", LONG("5000", "4096") },
    { "Input length 150000 exceeds the maximum length 131072",
      LONG("150000", "131072") },
    { "length of prompt_tokens (150000) must be less than max_seq_len "
      "(131072).", LONG("150000", "131072") },
    { "max_total_tokens (131100) must be less than or equal to max_seq_len "
      "(131072)", BOTH("131000", "100", "131072") },
    { "Input validation error: `inputs` must have less than 4096 tokens. "
      "Given: 5000", LONG("5000", "4096") },
    { "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 "
      "`inputs` tokens and 512 `max_new_tokens`", BOTH("4000", "512", "4096")
    },
    { "too many tokens: total number of tokens in the prompt cannot exceed "
      "4081 - received 5000.", LONG("5000", "4081") },
    { "Current length is 40000 while limit is 32768", LONG("40000", "32768") },
    { "Input tokens exceed the configured limit of 272000 tokens. Your "
      "messages resulted in 300000 tokens.", LONG("300000", "272000") },
    { "Invalid request: Your request exceeded model token limit: 8192 "
      "(requested: 8250)", BOTH("8150", "100", "8192") },
    { "The input token count exceeds the maximum number of tokens allowed "
      "1048576.", LONG("1048577", "1048576") }
};

static const char *body_of(const char *said)
{
    return apr_pstrcat(tap_pool(), "{\"error\":{\"message\":\"", said,
                       "\",\"type\":\"x\"}}", NULL);
}

static void test_overflows(void)
{
    gw_fault_t fault = { 400, GW_CLASS_CLIENT, GW_SHAPE_ANTHROPIC, 900, 100,
                         1000 };
    unsigned i;

    for (i = 0; i < GW_COUNT(overflows); i++) {
        fault.shape = GW_SHAPE_ANTHROPIC;
        fault.status = i % 2 ? 500 : 413;
        say(body_of(overflows[i].said), &fault);
        is_str(problem.message, overflows[i].want, "overflow %u", i);
        is_int(gw_problem_status(&problem, fault.shape), 400,
               "... is the client's");
        fault.shape = GW_SHAPE_OPENAI;
        say(body_of(overflows[i].said), &fault);
        is_str(problem.message, overflows[i].said, "... in its own words");
        is_int(problem.kind, GW_P_CONTEXT_LENGTH, "... with a code");
    }
}

/* Codes that say it, whatever their words; a limit that nobody knows. */
static void test_codes(void)
{
    gw_fault_t fault = { 400, GW_CLASS_CLIENT, GW_SHAPE_ANTHROPIC, 900, -1,
                         0 };

    say("{\"error\":{\"code\":\"context_length_exceeded\",\"message\":"
        "\"No.\"}}", &fault);
    is_str(problem.message, "prompt is too long: No.", "no number at all");
    fault.context = 500;
    say("{\"error\":{\"code\":1261,\"message\":\"No.\"}}", &fault);
    is_str(problem.message, LONG("900", "500"), "the model's context");
    fault.class = GW_CLASS_RATE;
    fault.status = 429;
    say(body_of("Rate limit: 5 tokens. Please reduce the length of the "
                "messages."), &fault);
    is_int(problem.kind, GW_P_RATE_LIMIT_REQUESTS, "too often is not long");
}

static void test_others(void)
{
    static const char *const said[] = {
        "The tool name is too long: at most 64 characters",
        "max_tokens is too large: 5000", "messages: at least one is required",
        "Invalid image: too large", "context is not supported",
        "Invalid 'messages[2].tool_calls[0].id': string too long. Expected a "
        "string with maximum length 40, but instead got a string with length "
        "55 instead.", ""
    };
    gw_error_t e;
    unsigned i;

    for (i = 0; i < GW_COUNT(said); i++) {
        const char *body = body_of(said[i]);
        gw_str_t text = { body, strlen(body) };

        gw_error_read(&e, text);
        ok(!gw_error_is_overflow(&e), "no overflow: %s", said[i]);
    }
}

int main(void)
{
    test_errors();
    test_overflows();
    test_codes();
    test_others();
    return tap_end();
}
