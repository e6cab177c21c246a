/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/dialects.h - what upstreams speak.
 *
 * D(id, the name in an upstream's spec, members of gw_dialect_facts_t)
 * The place in this table is the dialect's number in the ledger.
 */
D(OPENAI,    "openai",    .auth = GW_AUTH_BEARER,
             .headers = { "openai-beta" }, .usage = gw_usage_openai)
D(ANTHROPIC, "anthropic", .auth = GW_AUTH_X_API_KEY,
             .headers = { "anthropic-version", "anthropic-beta" },
             .usual = { "anthropic-version", "2023-06-01" },
             .usage = gw_usage_anthropic)
