/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - see policy.h. */
#include "policy.h"

#include "glob.h"

const char *const gw_limit_names[GW_LIMITS] = {
    "requests_per_second", "requests_per_minute", "requests_per_hour",
    "requests_per_day", "tokens_per_minute", "tokens_per_day", "concurrency",
    "max_prompt_tokens", "max_output_tokens"
};

const apr_int64_t gw_limit_periods[GW_LIMIT_WINDOWS] = {
    APR_INT64_C(1000000), APR_INT64_C(60000000), APR_INT64_C(3600000000),
    APR_INT64_C(86400000000), APR_INT64_C(60000000), APR_INT64_C(86400000000)
};

const char *const gw_scope_names[3] = { "none", "team", "admin" };

static int any_matches(const char **patterns, gw_str_t text)
{
    for (; *patterns != NULL; patterns++) {
        if (gw_glob(*patterns, text, 0))
            return 1;
    }
    return 0;
}

int gw_policy_model(const gw_policy_t *policy, const char *model)
{
    gw_str_t text = { model, strlen(model) };

    if (policy->models != NULL && !any_matches(policy->models, text))
        return 0;
    return policy->deny_models == NULL
           || !any_matches(policy->deny_models, text);
}
