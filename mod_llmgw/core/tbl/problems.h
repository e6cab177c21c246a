/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/problems.h - what can be wrong with a request, CONTRACT section 4.
 *
 * P(name, status, code, type in OpenAI's shape, status and type in
 *   Anthropic's, what SDKs should do)
 * Retry: NO (SDKs do not retry these by themselves), AFTER (Retry-After is
 * sent), NEVER (x-should-retry: false is sent), AGAIN (SDKs retry).
 */
P(INVALID_JSON,         400, "invalid_json",         "invalid_request_error",
                        400, "invalid_request_error", NO)
P(MISSING_PARAMETER,    400, "missing_parameter",    "invalid_request_error",
                        400, "invalid_request_error", NO)
P(INVALID_PARAMETER,    400, "invalid_parameter",    "invalid_request_error",
                        400, "invalid_request_error", NO)
P(UNSUPPORTED_PARAMETER, 400, "unsupported_parameter", "invalid_request_error",
                        400, "invalid_request_error", NO)
P(UNSUPPORTED_MODALITY, 400, "unsupported_modality", "invalid_request_error",
                        400, "invalid_request_error", NO)
P(MAX_TOKENS_EXCEEDED,  400, "max_tokens_exceeded",  "invalid_request_error",
                        400, "invalid_request_error", NO)
P(METHOD_NOT_ALLOWED,   405, "method_not_allowed",   "invalid_request_error",
                        405, "invalid_request_error", NO)
P(INVALID_ENCODING,     400, "invalid_encoding",     "invalid_request_error",
                        400, "invalid_request_error", NO)
P(UNSUPPORTED_ENCODING, 415, "unsupported_encoding", "invalid_request_error",
                        415, "invalid_request_error", NO)
P(REQUEST_TOO_LARGE,    413, "request_too_large",    "invalid_request_error",
                        413, "request_too_large",     NO)
P(MISSING_API_KEY,      401, "missing_api_key",      "invalid_request_error",
                        401, "authentication_error",  NO)
P(INVALID_API_KEY,      401, "invalid_api_key",      "invalid_request_error",
                        401, "authentication_error",  NO)
P(PERMISSION_DENIED,    403, "permission_denied",    "permission_error",
                        403, "permission_error",      NO)
P(ENDPOINT_NOT_ALLOWED, 403, "endpoint_not_allowed", "permission_error",
                        403, "permission_error",      NO)
P(ADDRESS_NOT_ALLOWED,  403, "address_not_allowed",  "permission_error",
                        403, "permission_error",      NO)
P(UNBOUNDED_COST,       403, "unbounded_cost",       "permission_error",
                        403, "permission_error",      NO)
P(MODEL_NOT_FOUND,      404, "model_not_found",      "invalid_request_error",
                        404, "not_found_error",       NO)
P(UNKNOWN_URL,          404, "unknown_url",          "invalid_request_error",
                        404, "not_found_error",       NO)
P(RECEIPT_NOT_FOUND,    404, "receipt_not_found",    "invalid_request_error",
                        404, "not_found_error",       NO)
P(NOT_FOUND,            404, "not_found",            "invalid_request_error",
                        404, "not_found_error",       NO)
P(CONFLICT,             409, "conflict",             "invalid_request_error",
                        409, "invalid_request_error", NEVER)
P(RATE_LIMIT_REQUESTS,  429, "rate_limit_exceeded",  "requests",
                        429, "rate_limit_error",      AFTER)
P(RATE_LIMIT_TOKENS,    429, "rate_limit_exceeded",  "tokens",
                        429, "rate_limit_error",      AFTER)
P(REQUEST_OVER_LIMIT,   429, "rate_limit_exceeded",  "tokens",
                        429, "rate_limit_error",      NEVER)
P(INSUFFICIENT_QUOTA,   429, "insufficient_quota",   "insufficient_quota",
                        402, "billing_error",         NEVER)
P(INTERNAL_ERROR,       500, "internal_error",       "server_error",
                        500, "api_error",             AGAIN)
P(UPSTREAM_UNAVAILABLE, 502, "upstream_unavailable", "server_error",
                        502, "api_error",             AGAIN)
P(OVERLOADED,           503, "overloaded",           "server_error",
                        529, "overloaded_error",      AFTER)
P(UPSTREAM_TIMEOUT,     504, "upstream_timeout",     "server_error",
                        504, "timeout_error",         NEVER)
/* what an upstream says, where its answers are translated */
P(CONTEXT_LENGTH,       400, "context_length_exceeded", "invalid_request_error",
                        400, "invalid_request_error", NO)
P(CONTENT_FILTER,       400, "content_filter",       "invalid_request_error",
                        400, "invalid_request_error", NO)
