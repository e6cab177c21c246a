/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/upstream_errors.h - what vendors mean by their error codes.
 *
 * E(pattern for error.code or error.type, vendor or NULL for all, meaning)
 * The first row that matches wins; letter case does not count.  UPSTREAM
 * rows are for errors inside a stream: a 4xx answer never matches them.
 * Sources:
 * Alibaba Model Studio "error code" page (2026-10); OpenAI API reference
 * "error codes"; Moonshot and Zhipu error tables.
 */
E("insufficient_quota",           "bailian", RATE)     /* tokens a minute */
E("Throttling.AllocationQuota",   NULL,      RATE)
E("Throttling*",                  NULL,      RATE)
E("limit_requests",               NULL,      RATE)
E("limit_burst_rate",             NULL,      RATE)
E("rate_limit*",                  NULL,      RATE)
E("engine_overloaded_error",      NULL,      RATE)     /* Moonshot */
E("insufficient_quota",           NULL,      ACCOUNT)  /* money */
E("credit_balance_exhausted",     NULL,      ACCOUNT)
E("exceeded_current_quota_error", NULL,      ACCOUNT)  /* Moonshot */
E("billing_error",                NULL,      ACCOUNT)  /* Anthropic */
E("Arrearage",                    NULL,      ACCOUNT)  /* status is 400 */
E("AccessDenied*",                NULL,      ACCOUNT)
E("access_denied",                NULL,      ACCOUNT)
E("Model.AccessDenied",           NULL,      ACCOUNT)
E("Workspace.AccessDenied",       NULL,      ACCOUNT)
E("AllocationQuota.FreeTierOnly", NULL,      ACCOUNT)
E("*Overdue*",                    NULL,      ACCOUNT)
E("CommodityNotPurchased",        NULL,      ACCOUNT)
E("DataInspectionFailed",         NULL,      CONTENT)
E("data_inspection_failed",       NULL,      CONTENT)
E("content_filter",               NULL,      CONTENT)
E("content_policy_violation",     NULL,      CONTENT)
E("server_error",                 NULL,      UPSTREAM)
E("internal_error",               NULL,      UPSTREAM)
E("internal_server_error",        NULL,      UPSTREAM)
E("InternalError*",               NULL,      UPSTREAM)
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
