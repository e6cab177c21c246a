/* SPDX-License-Identifier: Apache-2.0 */
/* directives.c - see directives.h. */
#include "directives.h"

#include "config_dir.h"
#include "config_server.h"

#define PLACE (RSRC_CONF | ACCESS_CONF)

const command_rec gw_directives[] = {
    AP_INIT_FLAG("LLMGateway", gw_config_dir_enabled, NULL, PLACE,
        "On: serve the LLM gateway here"),
    AP_INIT_TAKE1("LLMGatewayState", gw_config_server_state, NULL, RSRC_CONF,
        "directory of the database and the admin key"),
    AP_INIT_TAKE1("LLMGatewaySecretFile", gw_config_server_secret_file,
        NULL, RSRC_CONF,
        "file with the key that seals upstream credentials"),
    AP_INIT_TAKE12("LLMGatewaySegment", gw_config_server_segment,
        NULL, RSRC_CONF,
        "size of the shared segment, and its file"),
    AP_INIT_TAKE1("LLMGatewayDurability", gw_config_server_durability,
        NULL, RSRC_CONF,
        "what the ledger survives: process or power"),
    AP_INIT_TAKE1("LLMGatewayClockStep", gw_config_server_clock_step,
        NULL, RSRC_CONF,
        "hours that the clock may be ahead of what is known"),
    AP_INIT_FLAG("LLMGatewayLinkLocal", gw_config_server_link_local,
        NULL, RSRC_CONF,
        "may upstreams be at link-local and metadata addresses"),
    AP_INIT_TAKE1("LLMGatewayZone", gw_config_server_zone, NULL, RSRC_CONF,
        "the zone of budgets' windows that name none: +08:00"),
    AP_INIT_ITERATE("LLMGatewayDrain", gw_config_server_drain, NULL, RSRC_CONF,
        "how far answers are read on for clients that left"),
    AP_INIT_TAKE1("LLMGatewayAdminWrites", gw_config_server_admin_writes,
        NULL, RSRC_CONF,
        "writes a minute that a key of scope team may make"),
    AP_INIT_TAKE1("LLMGatewayMaxBody", gw_config_dir_max_body, NULL, PLACE,
        "largest request body, with K, M or G"),
    AP_INIT_FLAG("LLMGatewayEnvelope", gw_config_dir_envelope, NULL, PLACE,
        "On: answer in the success envelope of /api/v1"),
    AP_INIT_TAKE1("LLMGatewayAnswer", gw_config_dir_answer, NULL, PLACE,
        "relay or tidy: take reasoning out of plain answers"),
    AP_INIT_TAKE1("LLMGatewayThinking", gw_config_dir_thinking, NULL, PLACE,
        "translate or relay: what happens to thinking switches"),
    AP_INIT_TAKE1("LLMGatewayCoalesce", gw_config_dir_coalesce, NULL, PLACE,
        "milliseconds that events of a stream may wait for others"),
    AP_INIT_ITERATE("LLMGatewayCORS", gw_config_dir_cors, NULL, PLACE,
        "off, * or the origins that browsers may call from"),
    AP_INIT_TAKE1("LLMGatewayTeam", gw_config_dir_team, NULL, PLACE,
        "the only team whose keys are taken here"),
    AP_INIT_ITERATE("LLMGatewayModels", gw_config_dir_models,
        NULL, PLACE | OR_AUTHCFG,
        "the only models that can be used here; * stands for any characters"),
    AP_INIT_TAKE1("LLMGatewayMaxTokens", gw_config_dir_max_tokens, NULL,
        PLACE | OR_AUTHCFG, "the most tokens that a request may ask for"),
    AP_INIT_FLAG("LLMGatewayPublicCatalog", gw_config_dir_public_catalog,
        NULL, PLACE,
        "On: models can be listed without a key"),
    AP_INIT_TAKE1("LLMGatewayQuotaStatus", gw_config_dir_quota_status,
        NULL, PLACE,
        "429 or 402: the status of an answer where a budget is spent"),
    AP_INIT_TAKE1("LLMGatewayTimeoutStatus", gw_config_dir_timeout_status,
        NULL, PLACE,
        "504 or 424: the status where an upstream that has the request did "
        "not answer in time"),
    { NULL }
};
