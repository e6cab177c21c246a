/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - see config.h. */
#include "config.h"

#include "drain_slots.h"
#include "glob.h"
#include "segment.h"

#define STATE_DIR "/var/lib/llmgw"

void *gw_config_create_server(apr_pool_t *p, server_rec *s)
{
    gw_server_conf_t *c = apr_pcalloc(p, sizeof(*c));

    c->state_dir = STATE_DIR;
    c->segment_size = GW_SEGMENT_DEFAULT;
    c->clock_hours = 48;
    c->drain_seconds = 60;
    c->drain_tokens = 16384;
    c->drain_count = 100;
    c->admin_writes = 120;
    return c;
}

void *gw_config_create_dir(apr_pool_t *p, char *path)
{
    gw_dir_conf_t *c = apr_pcalloc(p, sizeof(*c));

    c->enabled = c->envelope = c->tidy = c->thinking_relay = -1;
    c->public_catalog = c->quota_status = c->timeout_status = -1;
    c->coalesce = -1;
    c->max_body = c->max_tokens = -1;
    return c;
}

/* What both allow.  The smaller of two limits, and lists that a name must be
 * in one after the other: the order of sections, a <Location> last, then
 * makes no difference. */
static void narrow(gw_dir_conf_t *c, const gw_dir_conf_t *base,
                   const gw_dir_conf_t *add, apr_pool_t *p)
{
    c->max_tokens = base->max_tokens == -1
                    || (add->max_tokens != -1
                        && add->max_tokens < base->max_tokens)
                    ? add->max_tokens : base->max_tokens;
    c->models = base->models == NULL ? add->models
                : add->models == NULL ? base->models
                : apr_array_append(p, base->models, add->models);
}

#define MERGE(field, unset) \
    c->field = add->field != (unset) ? add->field : base->field

void *gw_config_merge_dir(apr_pool_t *p, void *base_, void *add_)
{
    const gw_dir_conf_t *base = base_, *add = add_;
    gw_dir_conf_t *c = apr_pcalloc(p, sizeof(*c));
    const gw_dir_conf_t *on = add->enabled != -1 ? add : base;

    c->enabled = on->enabled;
    c->mount = on->mount;
    c->prefix = on->prefix;
    MERGE(max_body, -1);
    MERGE(envelope, -1);
    MERGE(tidy, -1);
    MERGE(thinking_relay, -1);
    MERGE(cors, NULL);
    MERGE(team, NULL);
    MERGE(public_catalog, -1);
    MERGE(quota_status, -1);
    MERGE(timeout_status, -1);
    MERGE(coalesce, -1);
    narrow(c, base, add, p);
    return c;
}

int gw_config_model(const gw_dir_conf_t *c, const char *model)
{
    gw_str_t name = { model, strlen(model) };
    int i, k, found = 1;

    for (i = 0; c->models != NULL && i < c->models->nelts && found; i++) {
        const apr_array_header_t *list =
            APR_ARRAY_IDX(c->models, i, apr_array_header_t *);

        found = 0;
        for (k = 0; k < list->nelts && !found; k++)
            found = gw_glob(APR_ARRAY_IDX(list, k, const char *), name, 0);
    }
    return found;
}

/* A part of count, but some even of a small one. */
static apr_uint32_t drains_of(int said, int part)
{
    return said > 0 ? (apr_uint32_t)said : part > 5 ? (apr_uint32_t)part : 5;
}

void gw_config_drains(apr_uint32_t *most, const gw_server_conf_t *c)
{
    most[GW_DRAIN_KEY] = drains_of(c->drain_key, c->drain_count / 4);
    most[GW_DRAIN_TEAM] = drains_of(c->drain_team, c->drain_count / 2);
    most[GW_DRAIN_ALL] = (apr_uint32_t)c->drain_count;
}

/* A virtual host without a directive of ours has no settings of its own. */
void gw_config_use(const cmd_parms *cmd)
{
    ap_conf_vector_t *all = cmd->server->module_config;
    gw_server_conf_t *c = ap_get_module_config(all, &llmgw_module);

    if (c == NULL) {
        c = gw_config_create_server(cmd->pool, cmd->server);
        ap_set_module_config(all, &llmgw_module, c);
    }
    c->in_use = 1;
}

const gw_server_conf_t *gw_config_server(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &llmgw_module);
}

const gw_dir_conf_t *gw_config_dir(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &llmgw_module);
}
