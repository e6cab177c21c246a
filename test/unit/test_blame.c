/* SPDX-License-Identifier: Apache-2.0 */
/* test_blame.c - whose trouble an upstream's error is. */
#include "blame.h"

#include "tap.h"

#define CLIENT GW_BLAME_CLIENT
#define CONTENT GW_BLAME_CONTENT
#define RATE GW_BLAME_RATE
#define UPSTREAM GW_BLAME_UPSTREAM
#define ACCOUNT GW_BLAME_ACCOUNT

static const struct {
    int status;
    const char *code, *type, *vendor;
    gw_blame_t want;
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
    { 200, "", "", NULL, CLIENT },
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
    { 200, "1302", "", NULL, CLIENT },
    { 200, "5xx", "", NULL, CLIENT },
    { 400, "502", "", NULL, CLIENT }
};

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        is_str(gw_blame_name(gw_blame(rows[i].status, rows[i].code,
                                      rows[i].type, rows[i].vendor)),
               gw_blame_name(rows[i].want), "%d '%s' '%s'%s%s",
               rows[i].status, rows[i].code, rows[i].type,
               rows[i].vendor ? " of " : "",
               rows[i].vendor ? rows[i].vendor : "");
    is_str(gw_blame_name(GW_BLAME_CLIENT), "client", "name of client");
    is_str(gw_blame_name(GW_BLAME_CONTENT), "content", "name of content");
    is_str(gw_blame_name(GW_BLAME_RATE), "rate", "name of rate");
    is_str(gw_blame_name(GW_BLAME_UPSTREAM), "upstream", "name of upstream");
    is_str(gw_blame_name(GW_BLAME_ACCOUNT), "account", "name of account");
    return tap_end();
}
