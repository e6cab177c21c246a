/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - directives, and what they come to.
 *
 * Configuration is made while httpd reads its files and is constant from
 * post_config on; what changes at run time lives in the database and in the
 * segment.
 */
#ifndef GW_CONFIG_H
#define GW_CONFIG_H

#include "gw.h"
#include "log.h"
#include "policy.h"

/* Of the whole server; set outside of virtual hosts only. */
typedef struct gw_server_conf_t {
    const char *state_dir;      /* LLMGatewayState */
    const char *secret_file;    /* LLMGatewaySecretFile; NULL: in state_dir */
    const char *segment_path;   /* LLMGatewaySegment; NULL: runtime dir */
    apr_size_t segment_size;
    int power;                  /* LLMGatewayDurability power */
    int zone;                   /* LLMGatewayZone, minutes east of UTC */
    int clock_hours;            /* LLMGatewayClockStep; 0: off */
    int in_use;                 /* LLMGateway On or Require llmgw-... stands
                                   in this server; of the main server, from
                                   check_config on, in any */
    int link_local;             /* LLMGatewayLinkLocal: may upstreams be at
                                   such addresses? */
    int drain_seconds, drain_tokens, drain_count;   /* LLMGatewayDrain */
    int drain_key, drain_team;  /* ... 0: a part of count */
    int admin_writes;           /* LLMGatewayAdminWrites; 0: no bound */
} gw_server_conf_t;

typedef enum { GW_MOUNT_VHOST, GW_MOUNT_LOCATION, GW_MOUNT_DIRECTORY }
    gw_mount_t;

/* Of a place.  Unset values are -1 or NULL. */
typedef struct gw_dir_conf_t {
    int enabled;                /* LLMGateway */
    gw_mount_t mount;           /* where it was said ... */
    const char *prefix;         /* ... and below which path we serve; of a
                                   directory: its own path */
    apr_int64_t max_body;       /* LLMGatewayMaxBody, bytes */
    int envelope;               /* LLMGatewayEnvelope */
    int tidy;                   /* LLMGatewayAnswer tidy */
    int thinking_relay;         /* LLMGatewayThinking relay */
    apr_array_header_t *cors;   /* LLMGatewayCORS: origins; "*"; empty: off */
    const char *team;           /* LLMGatewayTeam */
    int public_catalog;         /* LLMGatewayPublicCatalog */
    int quota_status;           /* LLMGatewayQuotaStatus */
    int timeout_status;         /* LLMGatewayTimeoutStatus */
    int coalesce;               /* LLMGatewayCoalesce, ms */
    apr_array_header_t *models; /* LLMGatewayModels: lists of globs, one of
                                   each section; a model must be in each */
    apr_int64_t max_tokens;     /* LLMGatewayMaxTokens, the lowest one */
} gw_dir_conf_t;

#define GW_MAX_BODY (32 << 20)

/* What httpd calls while it reads its files, in the parent: the defaults of a
 * server and of a place, and what a section inside another comes to. */
void *gw_config_create_server(apr_pool_t *p, server_rec *s);
void *gw_config_create_dir(apr_pool_t *p, char *path);
void *gw_config_merge_dir(apr_pool_t *p, void *base, void *add);

/* While httpd reads its configuration: a directive, perhaps another module's,
 * says that the gateway has to run. */
void gw_config_use(const cmd_parms *cmd);

/* s: the main server. */
const gw_server_conf_t *gw_config_server(const server_rec *s);
const gw_dir_conf_t *gw_config_dir(const request_rec *r);

/* How many answers may be read on: of a key, a team, in all (by
 * gw_drain_bound_t). */
void gw_config_drains(apr_uint32_t *most, const gw_server_conf_t *c);

/* Does LLMGatewayModels let this model be used? */
int gw_config_model(const gw_dir_conf_t *c, const char *model);

#endif
