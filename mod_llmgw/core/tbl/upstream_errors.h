/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/upstream_errors.h - what vendors mean by their errors.
 *
 * E(pattern for a code, type, status or reason, vendor or ANY, meaning)
 * W(pattern for the messages, vendor or ANY, meaning)
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
E("insufficient_quota",           BAILIAN,   RATE)     /* tokens a minute */
E("Throttling.AllocationQuota",   ANY,       RATE)

/* ---- our account: money, key, what is not bought -------------------- */
E("insufficient_quota",           ANY,       ACCOUNT)  /* money */
E("credit_balance_exhausted",     ANY,       ACCOUNT)
E("billing_hard_limit*",          ANY,       ACCOUNT)  /* OpenAI */
E("billing_not_active",           ANY,       ACCOUNT)
E("account_deactivated",          ANY,       ACCOUNT)
E("invalid_organization",         ANY,       ACCOUNT)
E("unsupported_country*",         ANY,       ACCOUNT)
E("invalid_api_key*",             ANY,       ACCOUNT)
E("InvalidApiKey*",               ANY,       ACCOUNT)  /* Bailian */
E("incorrect_api_key*",           ANY,       ACCOUNT)  /* Moonshot */
E("invalid_authentication*",      ANY,       ACCOUNT)
E("exceeded_current_quota_error", ANY,       ACCOUNT)
E("permission_denied*",           ANY,       ACCOUNT)
E("billing_error",                ANY,       ACCOUNT)  /* Anthropic */
E("authentication_error",         ANY,       ACCOUNT)
E("AuthenticationError",          ANY,       ACCOUNT)  /* LiteLLM, Ark */
E("permission_error",             ANY,       ACCOUNT)
E("Arrearage",                    ANY,       ACCOUNT)  /* status is 400 */
E("AccessDenied*",                ANY,       ACCOUNT)
E("access_denied",                ANY,       ACCOUNT)
E("*.AccessDenied",               ANY,       ACCOUNT)  /* Model., App. */
E("AllocationQuota.FreeTierOnly", ANY,       ACCOUNT)
E("*Overdue*",                    ANY,       ACCOUNT)
E("CommodityNotPurchased",        ANY,       ACCOUNT)
E("APIKeyNotExist*",              ANY,       ACCOUNT)
E("API_KEY_*",                    ANY,       ACCOUNT)  /* Google's reasons */
E("BILLING_DISABLED",             ANY,       ACCOUNT)
E("SERVICE_DISABLED",             ANY,       ACCOUNT)
E("CONSUMER_*",                   ANY,       ACCOUNT)
E("USER_PROJECT_DENIED",          ANY,       ACCOUNT)
E("ACCOUNT_STATE_INVALID",        ANY,       ACCOUNT)
E("ACCESS_TOKEN_*",               ANY,       ACCOUNT)
E("CREDENTIALS_MISSING",          ANY,       ACCOUNT)
E("UNAUTHENTICATED",              ANY,       ACCOUNT)
E("FAILED_PRECONDITION",          GOOGLE,    ACCOUNT)  /* country, billing */
E("1000",                         ZHIPU,     ACCOUNT)
E("1001",                         ZHIPU,     ACCOUNT)
E("1002",                         ZHIPU,     ACCOUNT)
E("1003",                         ZHIPU,     ACCOUNT)
E("1004",                         ZHIPU,     ACCOUNT)
E("1100",                         ZHIPU,     ACCOUNT)
E("1110",                         ANY,       ACCOUNT)  /* Zhipu: inactive */
E("1111",                         ANY,       ACCOUNT)
E("1112",                         ANY,       ACCOUNT)  /* locked */
E("1113",                         ANY,       ACCOUNT)  /* in arrears */
E("1120",                         ANY,       ACCOUNT)
E("1121",                         ANY,       ACCOUNT)
E("1220",                         ANY,       ACCOUNT)  /* no permission */
E("1309",                         ANY,       ACCOUNT)  /* plan expired */
E("1311",                         ANY,       ACCOUNT)  /* not in the plan */
E("1313",                         ANY,       ACCOUNT)  /* fair use */
E("base_resp:1004",               ANY,       ACCOUNT)  /* MiniMax: key */
E("base_resp:1008",               ANY,       ACCOUNT)  /* balance */
E("base_resp:2049",               ANY,       ACCOUNT)
E("base_resp:2061",               ANY,       ACCOUNT)  /* not in the plan */
E("SetLimitExceeded",             ANY,       ACCOUNT)  /* Volcengine Ark */
E("OperationDenied.Service*",     ANY,       ACCOUNT)
E("ModelNotOpen",                 ANY,       ACCOUNT)
E("AccountSuspended",             ANY,       ACCOUNT)
E("organization_restricted",      ANY,       ACCOUNT)  /* Groq */
E("blocked_api_access",           ANY,       ACCOUNT)
E("spend_limit_reached",          ANY,       ACCOUNT)
E("model_terms_required",         ANY,       ACCOUNT)
E("model_permission_blocked*",    ANY,       ACCOUNT)
E("PermissionDenied",             ANY,       ACCOUNT)  /* Azure */
E("Unauthorized",                 ANY,       ACCOUNT)
E("ReadOnlyDisabledSubscription", ANY,       ACCOUNT)
E("SubscriptionDisabled*",        ANY,       ACCOUNT)
E("SubscriptionNotRegistered",    ANY,       ACCOUNT)
E("AuthFailure*",                 ANY,       ACCOUNT)  /* Tencent */
E("*ResourcePackExhausted",       ANY,       ACCOUNT)
E("*ChargeResourceExhausted",     ANY,       ACCOUNT)
E("*ServiceNotActivated",         ANY,       ACCOUNT)
E("*ServiceStop*",                ANY,       ACCOUNT)
E("insufficient_user_quota",      ANY,       ACCOUNT)  /* aggregators */
E("insufficient_balance",         ANY,       ACCOUNT)
E("insufficient_credit*",         ANY,       ACCOUNT)
E("insufficient_funds",           ANY,       ACCOUNT)
E("pre_consume_token_quota*",     ANY,       ACCOUNT)
E("budget_exceeded",              ANY,       ACCOUNT)  /* LiteLLM */
E("auth_error",                   ANY,       ACCOUNT)
E("token_not_found*",             ANY,       ACCOUNT)
E("expired_key",                  ANY,       ACCOUNT)
E("payment_required*",            ANY,       ACCOUNT)

/* ---- the client's own, whatever words it made them repeat ----------- */
E("context_length_exceeded",      ANY,       CLIENT)
E("exceed_context_size_error",    ANY,       CLIENT)   /* llama.cpp */
E("invalid_value",                ANY,       CLIENT)
E("invalid_type",                 ANY,       CLIENT)
E("unsupported_value",            ANY,       CLIENT)
E("unsupported_parameter",        ANY,       CLIENT)
E("missing_required_parameter",   ANY,       CLIENT)
E("unknown_parameter",            ANY,       CLIENT)
E("*_above_max_*",                ANY,       CLIENT)
E("*_below_min_*",                ANY,       CLIENT)
E("empty_array",                  ANY,       CLIENT)
E("invalid_parameter_error",      ANY,       CLIENT)   /* Bailian */
E("InvalidParameter",             ANY,       CLIENT)
E("InvalidParameter.NotSupport*", ANY,       CLIENT)
E("base_resp:1042",               ANY,       CLIENT)   /* MiniMax */
E("base_resp:2013",               ANY,       CLIENT)
E("121*",                         ZHIPU,     CLIENT)
E("1261",                         ZHIPU,     CLIENT)   /* too long */

/* ---- content filters ------------------------------------------------ */
E("DataInspectionFailed",         ANY,       CONTENT)
E("InvalidParameter.DataInspection", ANY,    CONTENT)
E("data_inspection_failed",       ANY,       CONTENT)
E("content_filter",               ANY,       CONTENT)
E("content_policy_violation",     ANY,       CONTENT)
E("ResponsibleAIPolicyViolation", ANY,       CONTENT)  /* Azure */
E("*SensitiveContentDetected*",   ANY,       CONTENT)  /* Volcengine Ark */
E("1300",                         ZHIPU,     CONTENT)
E("1301",                         ANY,       CONTENT)  /* Zhipu */
E("base_resp:1026",               ANY,       CONTENT)  /* MiniMax */
E("base_resp:1027",               ANY,       CONTENT)

/* ---- how often and how much at a time ------------------------------- */
E("Throttling*",                  ANY,       RATE)
E("limit_requests",               ANY,       RATE)
E("LimitRequests",                ANY,       RATE)
E("limit_burst_rate",             ANY,       RATE)
E("engine_overloaded_error",      ANY,       RATE)     /* Moonshot */
E("1302",                         ANY,       RATE)     /* Zhipu */
E("1303",                         ANY,       RATE)
E("1304",                         ANY,       RATE)
E("1305",                         ANY,       RATE)
E("1308",                         ANY,       RATE)
E("1310",                         ANY,       RATE)
E("1312",                         ANY,       RATE)
E("base_resp:1002",               ANY,       RATE)     /* MiniMax */
E("base_resp:1039",               ANY,       RATE)
E("base_resp:1041",               ANY,       RATE)
E("base_resp:2045",               ANY,       RATE)
E("base_resp:2056",               ANY,       RATE)
E("base_resp:2062",               ANY,       RATE)
E("service_tier_capacity_exceeded", ANY,     RATE)     /* Mistral */
E("3505",                         MISTRAL,   RATE)

/* ---- words ---------------------------------------------------------- */
W("*credit balance is too low*",  ANY,       ACCOUNT)  /* Anthropic */
W("*organization has been disabled*", ANY,   ACCOUNT)
W("*specified * usage limits*",   ANY,       ACCOUNT)
W("*organization has been restricted*", ANY,  ACCOUNT) /* Groq */
W("*api key not valid*",          ANY,       ACCOUNT)  /* Google */
W("*api key not found*",          ANY,       ACCOUNT)
W("*api key expired*",            ANY,       ACCOUNT)
W("*api key was reported*",       ANY,       ACCOUNT)
W("*prepayment credits*",         ANY,       ACCOUNT)
W("*user location is not supported*", ANY,   ACCOUNT)
W("*incorrect api key*",          ANY,       ACCOUNT)  /* xAI: 400 */
W("*invalid api*key*",            ANY,       ACCOUNT)
W("*invalid access token*",       ANY,       ACCOUNT)
W("*invalid authentication*",     ANY,       ACCOUNT)
W("*token is invalid*",           ANY,       ACCOUNT)
W("*invalid subscription key*",   ANY,       ACCOUNT)  /* Azure */
W("*all available credits*",      ANY,       ACCOUNT)  /* xAI: 429 */
W("*monthly spending limit*",     ANY,       ACCOUNT)
W("*have any credits*",           ANY,       ACCOUNT)
W("*insufficient credits*",       ANY,       ACCOUNT)  /* OpenRouter */
W("*requires more credits*",      ANY,       ACCOUNT)
W("*insufficient*balance*",       ANY,       ACCOUNT)  /* DeepSeek */
W("*balance*insufficient*",       ANY,       ACCOUNT)  /* SiliconFlow */
W("*balance*not enough*",         ANY,       ACCOUNT)
W("*account*in good standing*",   ANY,       ACCOUNT)  /* Bailian */
W("*account*overdue*",            ANY,       ACCOUNT)
W("*account*in arrears*",         ANY,       ACCOUNT)
W("*account*suspended*",          ANY,       ACCOUNT)  /* Moonshot */
W("*account*deactivated*",        ANY,       ACCOUNT)
W("*billing hard limit*",         ANY,       ACCOUNT)
W("*token*has expired*",          ANY,       ACCOUNT)
W("*token expired*",              ANY,       ACCOUNT)
W("*token is expired*",           ANY,       ACCOUNT)
W("*payment required*",           ANY,       ACCOUNT)
W("unauthorized*",                ANY,       ACCOUNT)
W("*\xe6\xac\xa0\xe8\xb4\xb9*",   ANY,       ACCOUNT)  /* in arrears */
W("*\xe4\xbd\x99\xe9\xa2\x9d\xe4\xb8\x8d\xe8\xb6\xb3*", ANY,  ACCOUNT)
W("*\xe9\xa2\x9d\xe5\xba\xa6\xe4\xb8\x8d\xe8\xb6\xb3*", ANY,  ACCOUNT)
W("*\xe6\x97\xa0\xe6\x95\x88\xe7\x9a\x84\xe4\xbb\xa4\xe7\x89\x8c*", ANY,
  ACCOUNT)                                      /* token not valid */
W("*\xe4\xbb\xa4\xe7\x89\x8c*\xe8\xbf\x87\xe6\x9c\x9f*", ANY,  ACCOUNT)
W("*high risk*",                  MOONSHOT,  CONTENT)

/* ---- codes that say less than words --------------------------------- */
E("RESOURCE_EXHAUSTED",           ANY,       RATE)     /* Google */
E("RATE_LIMIT_EXCEEDED",          ANY,       RATE)
W("*exceeded your current quota*", ANY,      ACCOUNT)  /* OpenAI's, wrapped */
E("rate_limit*",                  ANY,       RATE)
E("RateLimit*",                   ANY,       RATE)

/* ---- the upstream --------------------------------------------------- */
E("server_error",                 ANY,       UPSTREAM)
E("internal_error",               ANY,       UPSTREAM)
E("internal_server_error",        ANY,       UPSTREAM)
E("InternalServerError",          ANY,       UPSTREAM)
E("InternalError*",               ANY,       UPSTREAM)
E("INTERNAL",                     ANY,       UPSTREAM) /* Google */
E("UNAVAILABLE",                  ANY,       UPSTREAM)
E("DEADLINE_EXCEEDED",            ANY,       UPSTREAM)
E("api_error",                    ANY,       UPSTREAM) /* Anthropic */
E("overloaded_error",             ANY,       UPSTREAM)
E("server_is_overloaded",         ANY,       UPSTREAM)
E("service_unavailable*",         ANY,       UPSTREAM)
E("timeout_error",                ANY,       UPSTREAM)
E("RequestTimeOut",               ANY,       UPSTREAM)
E("SystemError",                  ANY,       UPSTREAM)
E("ModelServiceFailed",           ANY,       UPSTREAM)
E("ModelServingError",            ANY,       UPSTREAM)
E("ModelUnavailable",             ANY,       UPSTREAM)
E("1230",                         ZHIPU,     UPSTREAM)
E("1234",                         ANY,       UPSTREAM) /* Zhipu: network */
E("base_resp:*",                  ANY,       UPSTREAM) /* all others */
