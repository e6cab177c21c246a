/* SPDX-License-Identifier: Apache-2.0 */
/* policy_fields.c - see policy_fields.h. */
#include "policy_fields.h"

#include "dialect_names.h"
#include "field.h"
#include "policy.h"
#include "quota.h"
#include "usage.h"

static const char *const windows[] = { "hour", "day", "month", "total",
                                       NULL };

static const gw_field_t limit_fields[] = {
    { "requests_per_second", GW_F_INT, 0, 1, GW_QUOTA_MAX },
    { "requests_per_minute", GW_F_INT, 0, 1, GW_QUOTA_MAX },
    { "requests_per_hour", GW_F_INT, 0, 1, GW_QUOTA_MAX },
    { "requests_per_day", GW_F_INT, 0, 1, GW_QUOTA_MAX },
    { "tokens_per_minute", GW_F_INT, 0, 1, GW_QUOTA_MAX },
    { "tokens_per_day", GW_F_INT, 0, 1, GW_QUOTA_MAX },
    { "concurrency", GW_F_INT, 0, 1, 1000000 },
    { "max_prompt_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "max_output_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { NULL }
};

static const gw_field_t budget_fields[] = {
    { "amount", GW_F_AMOUNT, GW_F_REQUIRED },
    { "currency", GW_F_CURRENCY, GW_F_REQUIRED },
    { "window", GW_F_WORD, GW_F_REQUIRED, 0, 0, NULL, windows },
    { "zone", GW_F_ZONE },
    { "soft", GW_F_AMOUNT },
    { NULL }
};

const gw_field_t gw_policy_fields[] = {
    { "models", GW_F_NAMES, 0, 1, 200 },
    { "deny_models", GW_F_NAMES, 0, 1, 200 },
    { "endpoints", GW_F_WORDS, GW_F_FILLED, 0, 0, NULL, gw_endpoint_names },
    { "addresses", GW_F_SUBNETS, GW_F_FILLED },
    { "limits", GW_F_OBJECT, 0, 0, 0, limit_fields },
    { "budgets", GW_F_BUDGETS, 0, 0, 0, budget_fields },
    { "coalesce_ms", GW_F_INT, 0, 0, GW_COALESCE_MOST },
    { "metadata", GW_F_ANY, 0, 0, 16384 },
    { NULL }
};
