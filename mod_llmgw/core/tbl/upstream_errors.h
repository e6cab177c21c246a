/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/upstream_errors.h - what vendors mean by their errors.
 *
 * E(pattern for a code, type, status or reason, vendor or NULL, meaning)
 * W(pattern for the messages, vendor or NULL, meaning)
 * The first row that matches wins; letter case does not count.  Words are
 * for errors whose code says no more than "bad request".  UPSTREAM rows are
 * for errors inside a stream: a 4xx answer never matches them.  A status of
 * 401, 402 or 403 needs no row.
 * Sources: the vendors' pages on error codes (Alibaba Model Studio, OpenAI,
 * Azure, Anthropic, Google, DeepSeek, Moonshot, Zhipu, MiniMax, Volcengine,
 * Mistral, xAI, Groq, OpenRouter; 2026-10), and what servers and aggregators
 * were seen to send.
 */
/* ---- the same word means another thing ------------------------------ */
E("insufficient_quota",           "bailian", RATE)     /* tokens a minute */
E("Throttling.AllocationQuota",   NULL,      RATE)

/* ---- our account: money, key, what is not bought -------------------- */
E("insufficient_quota",           NULL,      ACCOUNT)  /* money */
E("credit_balance_exhausted",     NULL,      ACCOUNT)
E("billing_hard_limit*",          NULL,      ACCOUNT)  /* OpenAI */
E("billing_not_active",           NULL,      ACCOUNT)
E("account_deactivated",          NULL,      ACCOUNT)
E("invalid_organization",         NULL,      ACCOUNT)
E("unsupported_country*",         NULL,      ACCOUNT)
E("invalid_api_key*",             NULL,      ACCOUNT)
E("InvalidApiKey*",               NULL,      ACCOUNT)  /* Bailian */
E("incorrect_api_key*",           NULL,      ACCOUNT)  /* Moonshot */
E("invalid_authentication*",      NULL,      ACCOUNT)
E("exceeded_current_quota_error", NULL,      ACCOUNT)
E("permission_denied*",           NULL,      ACCOUNT)
E("billing_error",                NULL,      ACCOUNT)  /* Anthropic */
E("authentication_error",         NULL,      ACCOUNT)
E("AuthenticationError",          NULL,      ACCOUNT)  /* LiteLLM, Ark */
E("permission_error",             NULL,      ACCOUNT)
E("Arrearage",                    NULL,      ACCOUNT)  /* status is 400 */
E("AccessDenied*",                NULL,      ACCOUNT)
E("access_denied",                NULL,      ACCOUNT)
E("*.AccessDenied",               NULL,      ACCOUNT)  /* Model., App. */
E("AllocationQuota.FreeTierOnly", NULL,      ACCOUNT)
E("*Overdue*",                    NULL,      ACCOUNT)
E("CommodityNotPurchased",        NULL,      ACCOUNT)
E("APIKeyNotExist*",              NULL,      ACCOUNT)
E("API_KEY_*",                    NULL,      ACCOUNT)  /* Google's reasons */
E("BILLING_DISABLED",             NULL,      ACCOUNT)
E("SERVICE_DISABLED",             NULL,      ACCOUNT)
E("CONSUMER_*",                   NULL,      ACCOUNT)
E("USER_PROJECT_DENIED",          NULL,      ACCOUNT)
E("ACCOUNT_STATE_INVALID",        NULL,      ACCOUNT)
E("ACCESS_TOKEN_*",               NULL,      ACCOUNT)
E("CREDENTIALS_MISSING",          NULL,      ACCOUNT)
E("UNAUTHENTICATED",              NULL,      ACCOUNT)
E("FAILED_PRECONDITION",          "google",  ACCOUNT)  /* country, billing */
E("1000",                         "zhipu",   ACCOUNT)
E("1001",                         "zhipu",   ACCOUNT)
E("1002",                         "zhipu",   ACCOUNT)
E("1003",                         "zhipu",   ACCOUNT)
E("1004",                         "zhipu",   ACCOUNT)
E("1100",                         "zhipu",   ACCOUNT)
E("1110",                         NULL,      ACCOUNT)  /* Zhipu: inactive */
E("1111",                         NULL,      ACCOUNT)
E("1112",                         NULL,      ACCOUNT)  /* locked */
E("1113",                         NULL,      ACCOUNT)  /* in arrears */
E("1120",                         NULL,      ACCOUNT)
E("1121",                         NULL,      ACCOUNT)
E("1220",                         NULL,      ACCOUNT)  /* no permission */
E("1309",                         NULL,      ACCOUNT)  /* plan expired */
E("1311",                         NULL,      ACCOUNT)  /* not in the plan */
E("1313",                         NULL,      ACCOUNT)  /* fair use */
E("base_resp:1004",               NULL,      ACCOUNT)  /* MiniMax: key */
E("base_resp:1008",               NULL,      ACCOUNT)  /* balance */
E("base_resp:2049",               NULL,      ACCOUNT)
E("base_resp:2061",               NULL,      ACCOUNT)  /* not in the plan */
E("SetLimitExceeded",             NULL,      ACCOUNT)  /* Volcengine Ark */
E("OperationDenied.Service*",     NULL,      ACCOUNT)
E("ModelNotOpen",                 NULL,      ACCOUNT)
E("AccountSuspended",             NULL,      ACCOUNT)
E("organization_restricted",      NULL,      ACCOUNT)  /* Groq */
E("blocked_api_access",           NULL,      ACCOUNT)
E("spend_limit_reached",          NULL,      ACCOUNT)
E("model_terms_required",         NULL,      ACCOUNT)
E("model_permission_blocked*",    NULL,      ACCOUNT)
E("PermissionDenied",             NULL,      ACCOUNT)  /* Azure */
E("Unauthorized",                 NULL,      ACCOUNT)
E("ReadOnlyDisabledSubscription", NULL,      ACCOUNT)
E("SubscriptionDisabled*",        NULL,      ACCOUNT)
E("SubscriptionNotRegistered",    NULL,      ACCOUNT)
E("AuthFailure*",                 NULL,      ACCOUNT)  /* Tencent */
E("*ResourcePackExhausted",       NULL,      ACCOUNT)
E("*ChargeResourceExhausted",     NULL,      ACCOUNT)
E("*ServiceNotActivated",         NULL,      ACCOUNT)
E("*ServiceStop*",                NULL,      ACCOUNT)
E("insufficient_user_quota",      NULL,      ACCOUNT)  /* aggregators */
E("insufficient_balance",         NULL,      ACCOUNT)
E("insufficient_credit*",         NULL,      ACCOUNT)
E("insufficient_funds",           NULL,      ACCOUNT)
E("pre_consume_token_quota*",     NULL,      ACCOUNT)
E("budget_exceeded",              NULL,      ACCOUNT)  /* LiteLLM */
E("auth_error",                   NULL,      ACCOUNT)
E("token_not_found*",             NULL,      ACCOUNT)
E("expired_key",                  NULL,      ACCOUNT)
E("payment_required*",            NULL,      ACCOUNT)

/* ---- the client's own, whatever words it made them repeat ----------- */
E("context_length_exceeded",      NULL,      CLIENT)
E("exceed_context_size_error",    NULL,      CLIENT)   /* llama.cpp */
E("invalid_value",                NULL,      CLIENT)
E("invalid_type",                 NULL,      CLIENT)
E("unsupported_value",            NULL,      CLIENT)
E("unsupported_parameter",        NULL,      CLIENT)
E("missing_required_parameter",   NULL,      CLIENT)
E("unknown_parameter",            NULL,      CLIENT)
E("*_above_max_*",                NULL,      CLIENT)
E("*_below_min_*",                NULL,      CLIENT)
E("empty_array",                  NULL,      CLIENT)
E("invalid_parameter_error",      NULL,      CLIENT)   /* Bailian */
E("InvalidParameter",             NULL,      CLIENT)
E("InvalidParameter.NotSupport*", NULL,      CLIENT)
E("base_resp:1042",               NULL,      CLIENT)   /* MiniMax */
E("base_resp:2013",               NULL,      CLIENT)
E("121*",                         "zhipu",   CLIENT)
E("1261",                         "zhipu",   CLIENT)   /* too long */

/* ---- content filters ------------------------------------------------ */
E("DataInspectionFailed",         NULL,      CONTENT)
E("InvalidParameter.DataInspection", NULL,   CONTENT)
E("data_inspection_failed",       NULL,      CONTENT)
E("content_filter",               NULL,      CONTENT)
E("content_policy_violation",     NULL,      CONTENT)
E("ResponsibleAIPolicyViolation", NULL,      CONTENT)  /* Azure */
E("*SensitiveContentDetected*",   NULL,      CONTENT)  /* Volcengine Ark */
E("1300",                         "zhipu",   CONTENT)
E("1301",                         NULL,      CONTENT)  /* Zhipu */
E("base_resp:1026",               NULL,      CONTENT)  /* MiniMax */
E("base_resp:1027",               NULL,      CONTENT)

/* ---- how often and how much at a time ------------------------------- */
E("Throttling*",                  NULL,      RATE)
E("limit_requests",               NULL,      RATE)
E("LimitRequests",                NULL,      RATE)
E("limit_burst_rate",             NULL,      RATE)
E("engine_overloaded_error",      NULL,      RATE)     /* Moonshot */
E("1302",                         NULL,      RATE)     /* Zhipu */
E("1303",                         NULL,      RATE)
E("1304",                         NULL,      RATE)
E("1305",                         NULL,      RATE)
E("1308",                         NULL,      RATE)
E("1310",                         NULL,      RATE)
E("1312",                         NULL,      RATE)
E("base_resp:1002",               NULL,      RATE)     /* MiniMax */
E("base_resp:1039",               NULL,      RATE)
E("base_resp:1041",               NULL,      RATE)
E("base_resp:2045",               NULL,      RATE)
E("base_resp:2056",               NULL,      RATE)
E("base_resp:2062",               NULL,      RATE)
E("service_tier_capacity_exceeded", NULL,    RATE)     /* Mistral */
E("3505",                         "mistral", RATE)

/* ---- words ---------------------------------------------------------- */
W("*credit balance is too low*",  NULL,      ACCOUNT)  /* Anthropic */
W("*organization has been disabled*", NULL,  ACCOUNT)
W("*specified * usage limits*",   NULL,      ACCOUNT)
W("*organization has been restricted*", NULL, ACCOUNT) /* Groq */
W("*api key not valid*",          NULL,      ACCOUNT)  /* Google */
W("*api key not found*",          NULL,      ACCOUNT)
W("*api key expired*",            NULL,      ACCOUNT)
W("*api key was reported*",       NULL,      ACCOUNT)
W("*prepayment credits*",         NULL,      ACCOUNT)
W("*user location is not supported*", NULL,  ACCOUNT)
W("*incorrect api key*",          NULL,      ACCOUNT)  /* xAI: 400 */
W("*invalid api*key*",            NULL,      ACCOUNT)
W("*invalid access token*",       NULL,      ACCOUNT)
W("*invalid authentication*",     NULL,      ACCOUNT)
W("*token is invalid*",           NULL,      ACCOUNT)
W("*invalid subscription key*",   NULL,      ACCOUNT)  /* Azure */
W("*all available credits*",      NULL,      ACCOUNT)  /* xAI: 429 */
W("*monthly spending limit*",     NULL,      ACCOUNT)
W("*have any credits*",           NULL,      ACCOUNT)
W("*insufficient credits*",       NULL,      ACCOUNT)  /* OpenRouter */
W("*requires more credits*",      NULL,      ACCOUNT)
W("*insufficient*balance*",       NULL,      ACCOUNT)  /* DeepSeek */
W("*balance*insufficient*",       NULL,      ACCOUNT)  /* SiliconFlow */
W("*balance*not enough*",         NULL,      ACCOUNT)
W("*account*in good standing*",   NULL,      ACCOUNT)  /* Bailian */
W("*account*overdue*",            NULL,      ACCOUNT)
W("*account*in arrears*",         NULL,      ACCOUNT)
W("*account*suspended*",          NULL,      ACCOUNT)  /* Moonshot */
W("*account*deactivated*",        NULL,      ACCOUNT)
W("*billing hard limit*",         NULL,      ACCOUNT)
W("*token*has expired*",          NULL,      ACCOUNT)
W("*token expired*",              NULL,      ACCOUNT)
W("*token is expired*",           NULL,      ACCOUNT)
W("*payment required*",           NULL,      ACCOUNT)
W("unauthorized*",                NULL,      ACCOUNT)
W("*\xe6\xac\xa0\xe8\xb4\xb9*",   NULL,      ACCOUNT)  /* in arrears */
W("*\xe4\xbd\x99\xe9\xa2\x9d\xe4\xb8\x8d\xe8\xb6\xb3*", NULL, ACCOUNT)
W("*\xe9\xa2\x9d\xe5\xba\xa6\xe4\xb8\x8d\xe8\xb6\xb3*", NULL, ACCOUNT)
W("*\xe6\x97\xa0\xe6\x95\x88\xe7\x9a\x84\xe4\xbb\xa4\xe7\x89\x8c*", NULL,
  ACCOUNT)                                      /* token not valid */
W("*\xe4\xbb\xa4\xe7\x89\x8c*\xe8\xbf\x87\xe6\x9c\x9f*", NULL, ACCOUNT)
W("*high risk*",                  "moonshot", CONTENT)

/* ---- codes that say less than words --------------------------------- */
E("RESOURCE_EXHAUSTED",           NULL,      RATE)     /* Google */
E("RATE_LIMIT_EXCEEDED",          NULL,      RATE)
W("*exceeded your current quota*", NULL,     ACCOUNT)  /* OpenAI's, wrapped */
E("rate_limit*",                  NULL,      RATE)
E("RateLimit*",                   NULL,      RATE)

/* ---- the upstream --------------------------------------------------- */
E("server_error",                 NULL,      UPSTREAM)
E("internal_error",               NULL,      UPSTREAM)
E("internal_server_error",        NULL,      UPSTREAM)
E("InternalServerError",          NULL,      UPSTREAM)
E("InternalError*",               NULL,      UPSTREAM)
E("INTERNAL",                     NULL,      UPSTREAM) /* Google */
E("UNAVAILABLE",                  NULL,      UPSTREAM)
E("DEADLINE_EXCEEDED",            NULL,      UPSTREAM)
E("api_error",                    NULL,      UPSTREAM) /* Anthropic */
E("overloaded_error",             NULL,      UPSTREAM)
E("server_is_overloaded",         NULL,      UPSTREAM)
E("service_unavailable*",         NULL,      UPSTREAM)
E("timeout_error",                NULL,      UPSTREAM)
E("RequestTimeOut",               NULL,      UPSTREAM)
E("SystemError",                  NULL,      UPSTREAM)
E("ModelServiceFailed",           NULL,      UPSTREAM)
E("ModelServingError",            NULL,      UPSTREAM)
E("ModelUnavailable",             NULL,      UPSTREAM)
E("1230",                         "zhipu",   UPSTREAM)
E("1234",                         NULL,      UPSTREAM) /* Zhipu: network */
E("base_resp:*",                  NULL,      UPSTREAM) /* all others */
