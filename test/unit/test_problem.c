/* SPDX-License-Identifier: Apache-2.0 */
/* test_problem.c - what clients are told: statuses, codes, shapes. */
#include "problem.h"

#include "tap.h"

#define IRE "invalid_request_error"
#define PERM "permission_error"

/* The contract's table of errors. */
static const struct {
    gw_problem_kind_t kind;
    int status;
    const char *code, *type;
    int a_status;
    const char *a_type;
    gw_retry_t retry;
} rows[] = {
    { GW_P_INVALID_JSON, 400, "invalid_json", IRE, 400, IRE, GW_RETRY_NO },
    { GW_P_MISSING_PARAMETER, 400, "missing_parameter", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_INVALID_PARAMETER, 400, "invalid_parameter", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_UNSUPPORTED_PARAMETER, 400, "unsupported_parameter", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_UNSUPPORTED_MODALITY, 400, "unsupported_modality", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_MAX_TOKENS_EXCEEDED, 400, "max_tokens_exceeded", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_METHOD_NOT_ALLOWED, 405, "method_not_allowed", IRE, 405, IRE,
      GW_RETRY_NO },
    { GW_P_INVALID_ENCODING, 400, "invalid_encoding", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_UNSUPPORTED_ENCODING, 415, "unsupported_encoding", IRE, 415, IRE,
      GW_RETRY_NO },
    { GW_P_REQUEST_TOO_LARGE, 413, "request_too_large", IRE, 413,
      "request_too_large", GW_RETRY_NO },
    { GW_P_MISSING_API_KEY, 401, "missing_api_key", IRE, 401,
      "authentication_error", GW_RETRY_NO },
    { GW_P_INVALID_API_KEY, 401, "invalid_api_key", IRE, 401,
      "authentication_error", GW_RETRY_NO },
    { GW_P_ENDPOINT_NOT_ALLOWED, 403, "endpoint_not_allowed", PERM, 403, PERM,
      GW_RETRY_NO },
    { GW_P_ADDRESS_NOT_ALLOWED, 403, "address_not_allowed", PERM, 403, PERM,
      GW_RETRY_NO },
    { GW_P_UNBOUNDED_COST, 403, "unbounded_cost", PERM, 403, PERM,
      GW_RETRY_NO },
    { GW_P_MODEL_NOT_FOUND, 404, "model_not_found", IRE, 404,
      "not_found_error", GW_RETRY_NO },
    { GW_P_UNKNOWN_URL, 404, "unknown_url", IRE, 404, "not_found_error",
      GW_RETRY_NO },
    { GW_P_RECEIPT_NOT_FOUND, 404, "receipt_not_found", IRE, 404,
      "not_found_error", GW_RETRY_NO },
    { GW_P_RATE_LIMIT_REQUESTS, 429, "rate_limit_exceeded", "requests", 429,
      "rate_limit_error", GW_RETRY_AFTER },
    { GW_P_RATE_LIMIT_TOKENS, 429, "rate_limit_exceeded", "tokens", 429,
      "rate_limit_error", GW_RETRY_AFTER },
    { GW_P_INSUFFICIENT_QUOTA, 429, "insufficient_quota",
      "insufficient_quota", 402, "billing_error", GW_RETRY_NEVER },
    { GW_P_INTERNAL_ERROR, 500, "internal_error", "server_error", 500,
      "api_error", GW_RETRY_AGAIN },
    { GW_P_UPSTREAM_UNAVAILABLE, 502, "upstream_unavailable", "server_error",
      502, "api_error", GW_RETRY_AGAIN },
    { GW_P_OVERLOADED, 503, "overloaded", "server_error", 529,
      "overloaded_error", GW_RETRY_AFTER },
    { GW_P_UPSTREAM_TIMEOUT, 504, "upstream_timeout", "server_error", 504,
      "timeout_error", GW_RETRY_NEVER },
    { GW_P_CONTEXT_LENGTH, 400, "context_length_exceeded", IRE, 400, IRE,
      GW_RETRY_NO },
    { GW_P_CONTENT_FILTER, 400, "content_filter", IRE, 400, IRE, GW_RETRY_NO }
};

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const gw_problem_row_t *row = gw_problem_row(rows[i].kind);
        const char *code = rows[i].code;
        gw_problem_t p;

        is_int(gw_problem(&p, rows[i].kind, NULL, "x"), rows[i].kind,
               "%s: gives its kind back", code);
        is_str(row->code, code, "%s: code", code);
        is_str(row->type, rows[i].type, "%s: type", code);
        is_int(row->retry, rows[i].retry, "%s: retry", code);
        is_str(row->anthropic_type, rows[i].a_type, "%s: other type", code);
        is_int(gw_problem_status(&p, GW_SHAPE_OPENAI), rows[i].status,
               "%s: status", code);
        is_int(gw_problem_status(&p, GW_SHAPE_ENVELOPE), rows[i].status,
               "%s: status in the envelope", code);
        is_int(gw_problem_status(&p, GW_SHAPE_RESPONSES), rows[i].status,
               "%s: status of Responses", code);
        is_int(gw_problem_status(&p, GW_SHAPE_ANTHROPIC), rows[i].a_status,
               "%s: other status", code);
    }
}

/* No row of the table is half filled in. */
static void test_all(void)
{
    unsigned i;

    for (i = GW_PROBLEM_NONE; i < GW_PROBLEMS; i++) {
        const gw_problem_row_t *row = gw_problem_row(i);

        ok(row->status >= 400 && row->status < 600
           && row->anthropic_status >= 400 && row->anthropic_status < 600
           && row->code[0] && row->type[0] && row->anthropic_type[0],
           "row %u is whole", i);
    }
}

static void test_fields(void)
{
    gw_problem_t p;

    memset(&p, 0x55, sizeof(p));
    gw_problem(&p, GW_P_INVALID_PARAMETER, "n", "No.");
    is_str(p.param, "n", "param");
    is_str(p.message, "No.", "message");
    is_int(p.retry_after, 1, "retry_after is at least 1");
    ok(p.allow == NULL, "no Allow");
}

/* ---- shapes --------------------------------------------------------- */

#define MESSAGE "Say \"no\" \\ to\ttabs and \x7f; \xe4\xbd\xa0\xe5\xa5\xbd."
#define ESCAPED "Say \\\"no\\\" \\\\ to\\u0009tabs and \\u007f; " \
                "\xe4\xbd\xa0\xe5\xa5\xbd."

static const struct {
    const char *name;
    gw_shape_t shape;
    const char *param, *id, *json, *event;
} shapes[] = {
    { "OpenAI's Responses", GW_SHAPE_RESPONSES, "input[0]", "req_1",
      "{\"error\":{\"message\":\"" ESCAPED "\",\"type\":"
      "\"invalid_request_error\",\"param\":\"input[0]\","
      "\"code\":\"invalid_parameter\"}}",
      "event: response.failed\ndata: {\"type\":\"response.failed\","
      "\"sequence_number\":7,\"response\":{\"id\":\"resp_1\",\"object\":"
      "\"response\",\"created_at\":1700000000,\"status\":\"failed\","
      "\"error\":{\"code\":\"invalid_prompt\",\"message\":\"" ESCAPED "\"},"
      "\"incomplete_details\":null,\"instructions\":null,\"metadata\":{},"
      "\"model\":\"a\\\"b\",\"output\":[],\"usage\":null}}\n\n" },
    { "OpenAI's", GW_SHAPE_OPENAI, "stream_options.include_usage", "req_1",
      "{\"error\":{\"message\":\"" ESCAPED "\",\"type\":"
      "\"invalid_request_error\",\"param\":\"stream_options.include_usage\","
      "\"code\":\"invalid_parameter\"}}",
      "data: {\"error\":{\"message\":\"" ESCAPED "\",\"type\":"
      "\"invalid_request_error\",\"param\":\"stream_options.include_usage\","
      "\"code\":\"invalid_parameter\"}}\n\n" },
    { "OpenAI's without param", GW_SHAPE_OPENAI, NULL, NULL,
      "{\"error\":{\"message\":\"" ESCAPED "\",\"type\":"
      "\"invalid_request_error\",\"param\":null,"
      "\"code\":\"invalid_parameter\"}}", NULL },
    { "Anthropic's", GW_SHAPE_ANTHROPIC, "n", "req_1",
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
      "\"message\":\"" ESCAPED "\"},\"request_id\":\"req_1\"}",
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
      "\"invalid_request_error\",\"message\":\"" ESCAPED "\"},"
      "\"request_id\":\"req_1\"}\n\n" },
    { "Anthropic's without id", GW_SHAPE_ANTHROPIC, NULL, NULL,
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
      "\"message\":\"" ESCAPED "\"},\"request_id\":null}", NULL },
    { "the envelope", GW_SHAPE_ENVELOPE, "n", NULL,
      "{\"success\":false,\"code\":\"400\",\"message\":\"" ESCAPED "\","
      "\"data\":{\"error\":{\"message\":\"" ESCAPED "\",\"type\":"
      "\"invalid_request_error\",\"param\":\"n\","
      "\"code\":\"invalid_parameter\"}}}",
      "data: {\"error\":{\"message\":\"" ESCAPED "\",\"type\":"
      "\"invalid_request_error\",\"param\":\"n\","
      "\"code\":\"invalid_parameter\"}}\n\n" }
};

static void test_shapes(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(shapes); i++) {
        gw_broken_t broken = { shapes[i].id, "resp_1", "a\"b", 1700000000, 7 };
        gw_problem_t p;

        gw_problem(&p, GW_P_INVALID_PARAMETER, shapes[i].param, MESSAGE);
        is_str(gw_problem_json(&p, shapes[i].shape, shapes[i].id,
                               tap_pool()),
               shapes[i].json, "shape: %s", shapes[i].name);
        if (shapes[i].event)
            is_str(gw_problem_event(&p, shapes[i].shape, &broken, tap_pool()),
                   shapes[i].event, "shape: %s: event", shapes[i].name);
    }
}

/* Only Anthropic's clients look for them. */
static void test_details(void)
{
    gw_problem_t p;

    gw_problem(&p, GW_P_INVALID_PARAMETER, NULL, "No.");
    p.details = "{\"error_code\":\"a\"}";
    is_str(gw_problem_json(&p, GW_SHAPE_ANTHROPIC, "req_1", tap_pool()),
           "{\"type\":\"error\",\"error\":{\"type\":"
           "\"invalid_request_error\",\"message\":\"No.\",\"details\":"
           "{\"error_code\":\"a\"}},\"request_id\":\"req_1\"}",
           "details: Anthropic's");
    ok(strstr(gw_problem_json(&p, GW_SHAPE_OPENAI, NULL, tap_pool()),
              "error_code") == NULL, "details: not OpenAI's");
}

/* ---- a response that failed ------------------------------------------ */

#define FAILED(code, message) "{\"code\":\"" code "\",\"message\":\"" \
                              message "\"}"

/* What Codex is known to act on; and what must not look like one of these. */
static const struct {
    gw_problem_kind_t kind;
    const char *message, *code, *want;
    int retry_after;
} failed[] = {
    { GW_P_CONTEXT_LENGTH, "Too long.",
      "context_length_exceeded", "Too long.", 1 },
    { GW_P_INSUFFICIENT_QUOTA, "No.", "insufficient_quota", "No.", 1 },
    { GW_P_RATE_LIMIT_TOKENS, "Slow down.",
      "rate_limit_exceeded", "Slow down. Please try again in 7s.",
      7 },
    { GW_P_RATE_LIMIT_REQUESTS, "Wait. Please TRY again in 1.5s.",
      "rate_limit_exceeded", "Wait. Please TRY again in 1.5s.", 7 },
    { GW_P_UPSTREAM_UNAVAILABLE, "It broke.",
      "upstream_unavailable", "It broke.", 1 },
    { GW_P_UPSTREAM_TIMEOUT, "Late.", "upstream_timeout", "Late.", 1 },
    { GW_P_OVERLOADED, "Later.", "overloaded", "Later.", 1 },
    { GW_P_INTERNAL_ERROR, "Oh.", "internal_error", "Oh.", 1 },
    { GW_P_CONTENT_FILTER, "Not so.", "invalid_prompt", "Not so.", 1 },
    { GW_P_NOT_FOUND, "What?", "invalid_prompt", "What?", 1 }
};

static void test_failed(void)
{
    gw_broken_t unknown = { NULL, NULL, NULL, 5, -1 };
    gw_problem_t p;
    unsigned i;

    for (i = 0; i < GW_COUNT(failed); i++) {
        gw_problem(&p, failed[i].kind, NULL, failed[i].message);
        p.retry_after = failed[i].retry_after;
        is_str(gw_problem_failed_code(&p), failed[i].code,
               "failed: code %u", i);
        is_str(gw_problem_failed_message(&p, tap_pool()), failed[i].want,
               "... message");
    }
    gw_problem(&p, GW_P_OVERLOADED, NULL, "Later.");
    is_str(gw_problem_event(&p, GW_SHAPE_RESPONSES, &unknown, tap_pool()),
           "event: response.failed\ndata: {\"type\":\"response.failed\","
           "\"response\":{\"id\":null,\"object\":\"response\","
           "\"created_at\":5,\"status\":\"failed\",\"error\":"
           FAILED("overloaded", "Later.") ",\"incomplete_details\":null,"
           "\"instructions\":null,\"metadata\":{},\"model\":null,"
           "\"output\":[],\"usage\":null}}\n\n",
           "what is not known is not told");
}

static void test_shape_rows(void)
{
    ok(gw_shape_row(GW_SHAPE_OPENAI)->id_header == NULL, "OpenAI's id");
    ok(gw_shape_row(GW_SHAPE_OPENAI)->mark == NULL, "OpenAI's mark");
    is_str(gw_shape_row(GW_SHAPE_ANTHROPIC)->mark, "anthropic-version",
           "Anthropic's mark");
    is_str(gw_shape_row(GW_SHAPE_ANTHROPIC)->id_header, "request-id",
           "Anthropic's id");
    ok(gw_shape_row(GW_SHAPE_ENVELOPE)->id_header == NULL, "envelope's id");
    is_str(gw_shape_row(GW_SHAPE_OPENAI)->base_url,
           gw_shape_row(GW_SHAPE_ENVELOPE)->base_url, "one kind of clients");
    is_str(gw_shape_row(GW_SHAPE_RESPONSES)->base_url,
           gw_shape_row(GW_SHAPE_OPENAI)->base_url, "and of Responses");
    ok(gw_shape_row(GW_SHAPE_RESPONSES)->streams_overflow
       && !gw_shape_row(GW_SHAPE_OPENAI)->streams_overflow
       && !gw_shape_row(GW_SHAPE_ANTHROPIC)->streams_overflow,
       "who is told of a short context in a stream");
}

int main(void)
{
    test_rows();
    test_all();
    test_fields();
    test_shapes();
    test_details();
    test_failed();
    test_shape_rows();
    return tap_end();
}
