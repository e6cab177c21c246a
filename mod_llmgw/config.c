/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - see config.h; docs/directives.md has a section for each. */
#include "config.h"

#include <apr_fnmatch.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include "drains.h"
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

/* ---- directives ----------------------------------------------------- */

static gw_server_conf_t *server_of(cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config, &llmgw_module);
}

/* Is it <Location ~ "..."> or has its path a wildcard? */
static int is_pattern(const char *args, const char *path)
{
    while (apr_isspace(*args))
        args++;
    return *args == '~' || path[0] != '/' || apr_fnmatch_test(path);
}

/* Which section is LLMGateway in?  Returns why it cannot be there. */
static const char *find_mount(cmd_parms *cmd, gw_dir_conf_t *c)
{
    const ap_directive_t *in = cmd->directive->parent;
    apr_size_t n;

    c->prefix = "";
    if (in == NULL || ap_cstr_casecmp(in->directive, "<VirtualHost") == 0) {
        c->mount = GW_MOUNT_VHOST;
        return NULL;
    }
    if (cmd->path != NULL && !is_pattern(in->args, cmd->path)) {
        n = strlen(cmd->path);
        c->prefix = apr_pstrmemdup(cmd->pool, cmd->path,
                                   cmd->path[n - 1] == '/' ? n - 1 : n);
        c->mount = GW_MOUNT_LOCATION;
        if (ap_cstr_casecmp(in->directive, "<Location") == 0)
            return NULL;
        c->mount = GW_MOUNT_DIRECTORY;
        if (ap_cstr_casecmp(in->directive, "<Directory") == 0)
            return NULL;
    }
    return apr_pstrcat(cmd->pool, "LLMGateway cannot stand in ",
                       in->directive, " ", in->args, " put it in a "
                       "<VirtualHost>, or in a <Location> or <Directory> "
                       "with a plain path", NULL);
}

static const char *set_enabled(cmd_parms *cmd, void *dir, int on)
{
    gw_dir_conf_t *c = dir;
    const char *trouble = find_mount(cmd, c);

    c->enabled = on;
    if (on)
        gw_config_use(cmd);
    return trouble;
}

static const char *global_only(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *set_state(cmd_parms *cmd, void *dir, const char *path)
{
    const char *trouble = global_only(cmd);

    if (trouble == NULL && path[0] != '/')
        return apr_psprintf(cmd->pool, "LLMGatewayState %s: must be an "
                            "absolute path", path);
    if (trouble == NULL)
        server_of(cmd)->state_dir = path;
    return trouble;
}

static const char *set_secret_file(cmd_parms *cmd, void *dir,
                                   const char *path)
{
    const char *trouble = global_only(cmd);

    if (trouble == NULL)
        server_of(cmd)->secret_file = ap_server_root_relative(cmd->pool,
                                                              path);
    return trouble;
}

/* "32M" and the like, as a number of bytes; -1: not that. */
static apr_int64_t bytes_of(const char *text)
{
    char *end;
    apr_int64_t n = apr_strtoi64(text, &end, 10);
    int shift = *end == 'K' || *end == 'k' ? 10
              : *end == 'M' || *end == 'm' ? 20
              : *end == 'G' || *end == 'g' ? 30 : 0;

    if (end == text || n < 0 || n > (APR_INT64_MAX >> shift)
        || end[shift ? 1 : 0] != '\0')
        return -1;
    return n << shift;
}

static const char *set_segment(cmd_parms *cmd, void *dir, const char *size,
                               const char *path)
{
    const char *trouble = global_only(cmd);
    apr_int64_t n = bytes_of(size);

    if (trouble != NULL)
        return trouble;
    if (n < GW_SEGMENT_LEAST || n > APR_INT64_C(64) << 30)
        return apr_psprintf(cmd->pool, "LLMGatewaySegment %s: the size must "
                            "be between %dM and 64G", size,
                            GW_SEGMENT_LEAST >> 20);
    server_of(cmd)->segment_size = (apr_size_t)n;
    if (path != NULL)
        server_of(cmd)->segment_path = ap_runtime_dir_relative(cmd->pool,
                                                               path);
    return NULL;
}

static const char *set_durability(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *trouble = global_only(cmd);

    if (trouble != NULL)
        return trouble;
    if (strcasecmp(arg, "process") != 0 && strcasecmp(arg, "power") != 0)
        return apr_psprintf(cmd->pool, "LLMGatewayDurability %s: must be "
                            "process or power", arg);
    server_of(cmd)->power = strcasecmp(arg, "power") == 0;
    return NULL;
}

static const char *set_link_local(cmd_parms *cmd, void *dir, int on)
{
    const char *trouble = global_only(cmd);

    if (trouble == NULL)
        server_of(cmd)->link_local = on;
    return trouble;
}

static const char *set_zone(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *trouble = global_only(cmd);
    gw_str_t text = { arg, strlen(arg) };

    if (trouble != NULL)
        return trouble;
    if (gw_zone_parse(&server_of(cmd)->zone, text) != APR_SUCCESS)
        return apr_psprintf(cmd->pool, "LLMGatewayZone %s: must be an offset "
                            "from UTC as +08:00, a multiple of 15 minutes, "
                            "at most 14 hours", arg);
    return NULL;
}

static const char *set_clock_step(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *trouble = global_only(cmd);
    apr_int64_t hours = 0;
    char *end;

    if (trouble != NULL)
        return trouble;
    if (strcasecmp(arg, "off") != 0) {
        hours = apr_strtoi64(arg, &end, 10);
        if (!apr_isdigit(*arg) || *end != '\0' || hours < 1 || hours > 8784)
            return apr_psprintf(cmd->pool, "LLMGatewayClockStep %s: must be a "
                                "number of hours from 1 to 8784, or off",
                                arg);
    }
    server_of(cmd)->clock_hours = (int)hours;
    return NULL;
}

/* One "name=number" of LLMGatewayDrain. */
static const char *set_drain(cmd_parms *cmd, void *dir, const char *text)
{
    gw_server_conf_t *c = server_of(cmd);
    const struct { const char *name; int *value, least, most; } rows[] = {
        { "seconds=", &c->drain_seconds, 1, 3600 },
        { "tokens=", &c->drain_tokens, 1, 10000000 },
        { "count=", &c->drain_count, 0, 100000 },
        { "key=", &c->drain_key, 1, 100000 },
        { "team=", &c->drain_team, 1, 100000 }
    };
    const char *trouble = global_only(cmd);
    unsigned i;

    for (i = 0; i < GW_COUNT(rows) && trouble == NULL; i++) {
        apr_size_t n = strlen(rows[i].name);
        apr_int64_t value;
        char *end;

        if (ap_cstr_casecmpn(text, rows[i].name, n) != 0)
            continue;
        value = apr_strtoi64(text + n, &end, 10);
        if (!apr_isdigit(text[n]) || *end != '\0' || value < rows[i].least
            || value > rows[i].most)
            return apr_psprintf(cmd->pool, "LLMGatewayDrain %s: must be a "
                                "number from %d to %d", text, rows[i].least,
                                rows[i].most);
        *rows[i].value = (int)value;
        return NULL;
    }
    return trouble != NULL ? trouble
           : apr_psprintf(cmd->pool, "LLMGatewayDrain %s: must be seconds=, "
                          "tokens=, count=, key= or team= with a number",
                          text);
}

static const char *set_admin_writes(cmd_parms *cmd, void *dir,
                                    const char *text)
{
    const char *trouble = global_only(cmd);
    char *end;
    apr_int64_t n = apr_strtoi64(text, &end, 10);

    if (trouble != NULL)
        return trouble;
    if (!apr_isdigit(text[0]) || *end != '\0' || n > 100000)
        return apr_psprintf(cmd->pool, "LLMGatewayAdminWrites %s: must be a "
                            "number of writes a minute from 0 (no bound) to "
                            "100000", text);
    server_of(cmd)->admin_writes = (int)n;
    return NULL;
}

static const char *set_max_body(cmd_parms *cmd, void *dir, const char *text)
{
    gw_dir_conf_t *c = dir;

    c->max_body = bytes_of(text);
    if (c->max_body < 1024 || c->max_body > APR_INT64_C(1) << 30)
        return apr_psprintf(cmd->pool, "LLMGatewayMaxBody %s: must be a size "
                            "between 1K and 1G", text);
    return NULL;
}

static const char *set_envelope(cmd_parms *cmd, void *dir, int on)
{
    ((gw_dir_conf_t *)dir)->envelope = on;
    return NULL;
}

/* One of two words. */
static const char *set_word(cmd_parms *cmd, int *out, const char *text,
                            const char *zero, const char *one)
{
    if (ap_cstr_casecmp(text, zero) != 0 && ap_cstr_casecmp(text, one) != 0)
        return apr_psprintf(cmd->pool, "%s %s: must be %s or %s",
                            cmd->cmd->name, text, zero, one);
    *out = ap_cstr_casecmp(text, one) == 0;
    return NULL;
}

static const char *set_answer(cmd_parms *cmd, void *dir, const char *text)
{
    return set_word(cmd, &((gw_dir_conf_t *)dir)->tidy, text, "relay",
                    "tidy");
}

static const char *set_thinking(cmd_parms *cmd, void *dir, const char *text)
{
    return set_word(cmd, &((gw_dir_conf_t *)dir)->thinking_relay, text,
                    "translate", "relay");
}

/* scheme://host or scheme://host:port, as browsers say it. */
static int is_origin(const char *text)
{
    const char *host = strstr(text, "://");

    return host != NULL && host > text && host[3] != '\0'
           && strpbrk(host + 3, "/*?#") == NULL;
}

static const char *set_cors(cmd_parms *cmd, void *dir, const char *origin)
{
    gw_dir_conf_t *c = dir;
    int off = ap_cstr_casecmp(origin, "off") == 0;
    int any = strcmp(origin, "*") == 0;

    if (c->cors != NULL
        && (off || any || c->cors->nelts == 0
            || strcmp(APR_ARRAY_IDX(c->cors, 0, const char *), "*") == 0))
        return apr_psprintf(cmd->pool, "LLMGatewayCORS %s: off and * stand "
                            "alone", origin);
    if (!off && !any && !is_origin(origin))
        return apr_psprintf(cmd->pool, "LLMGatewayCORS %s: must be off, * or "
                            "origins such as https://app.example.com",
                            origin);
    if (c->cors == NULL)
        c->cors = apr_array_make(cmd->pool, 2, sizeof(const char *));
    if (!off)
        APR_ARRAY_PUSH(c->cors, const char *) = origin;
    return NULL;
}

static const char *set_team(cmd_parms *cmd, void *dir, const char *name)
{
    ((gw_dir_conf_t *)dir)->team = name;
    return NULL;
}

/* Several lines of one section are one list. */
static const char *set_models(cmd_parms *cmd, void *dir, const char *glob)
{
    gw_dir_conf_t *c = dir;
    apr_array_header_t *list;

    if (c->models == NULL) {
        c->models = apr_array_make(cmd->pool, 1, sizeof(list));
        list = apr_array_make(cmd->pool, 4, sizeof(glob));
        APR_ARRAY_PUSH(c->models, apr_array_header_t *) = list;
    }
    list = APR_ARRAY_IDX(c->models, 0, apr_array_header_t *);
    APR_ARRAY_PUSH(list, const char *) = glob;
    return NULL;
}

static const char *set_max_tokens(cmd_parms *cmd, void *dir,
                                  const char *text)
{
    char *end;
    apr_int64_t n = apr_strtoi64(text, &end, 10);

    if (!apr_isdigit(text[0]) || *end != '\0' || n < 1 || n > 1000000000)
        return apr_psprintf(cmd->pool, "LLMGatewayMaxTokens %s: must be a "
                            "number of tokens from 1 to 1000000000", text);
    ((gw_dir_conf_t *)dir)->max_tokens = n;
    return NULL;
}

static const char *set_public_catalog(cmd_parms *cmd, void *dir, int on)
{
    ((gw_dir_conf_t *)dir)->public_catalog = on;
    return NULL;
}

/* One of two statuses; *out is 0 where it is the usual one. */
static const char *set_status(cmd_parms *cmd, int *out, const char *text,
                              const char *usual, const char *other)
{
    const char *trouble = set_word(cmd, out, text, usual, other);

    if (trouble == NULL && *out)
        *out = atoi(other);
    return trouble;
}

static const char *set_quota_status(cmd_parms *cmd, void *dir,
                                    const char *text)
{
    return set_status(cmd, &((gw_dir_conf_t *)dir)->quota_status, text, "429",
                      "402");
}

static const char *set_timeout_status(cmd_parms *cmd, void *dir,
                                      const char *text)
{
    return set_status(cmd, &((gw_dir_conf_t *)dir)->timeout_status, text,
                      "504", "424");
}

#define PLACE (RSRC_CONF | ACCESS_CONF)

const command_rec gw_config_commands[] = {
    AP_INIT_FLAG("LLMGateway", set_enabled, NULL, PLACE,
        "On: serve the LLM gateway here"),
    AP_INIT_TAKE1("LLMGatewayState", set_state, NULL, RSRC_CONF,
        "directory of the database and the admin key"),
    AP_INIT_TAKE1("LLMGatewaySecretFile", set_secret_file, NULL, RSRC_CONF,
        "file with the key that seals upstream credentials"),
    AP_INIT_TAKE12("LLMGatewaySegment", set_segment, NULL, RSRC_CONF,
        "size of the shared segment, and its file"),
    AP_INIT_TAKE1("LLMGatewayDurability", set_durability, NULL, RSRC_CONF,
                  "what the ledger survives: process or power"),
    AP_INIT_TAKE1("LLMGatewayClockStep", set_clock_step, NULL, RSRC_CONF,
                  "hours that the clock may be ahead of what is known"),
    AP_INIT_FLAG("LLMGatewayLinkLocal", set_link_local, NULL, RSRC_CONF,
                 "may upstreams be at link-local and metadata addresses"),
    AP_INIT_TAKE1("LLMGatewayZone", set_zone, NULL, RSRC_CONF,
                  "the zone of budgets' windows that name none: +08:00"),
    AP_INIT_ITERATE("LLMGatewayDrain", set_drain, NULL, RSRC_CONF,
        "how far answers are read on for clients that left"),
    AP_INIT_TAKE1("LLMGatewayAdminWrites", set_admin_writes, NULL, RSRC_CONF,
        "writes a minute that a key of scope team may make"),
    AP_INIT_TAKE1("LLMGatewayMaxBody", set_max_body, NULL, PLACE,
        "largest request body, with K, M or G"),
    AP_INIT_FLAG("LLMGatewayEnvelope", set_envelope, NULL, PLACE,
        "On: answer in the success envelope of /api/v1"),
    AP_INIT_TAKE1("LLMGatewayAnswer", set_answer, NULL, PLACE,
        "relay or tidy: take reasoning out of plain answers"),
    AP_INIT_TAKE1("LLMGatewayThinking", set_thinking, NULL, PLACE,
        "translate or relay: what happens to thinking switches"),
    AP_INIT_ITERATE("LLMGatewayCORS", set_cors, NULL, PLACE,
        "off, * or the origins that browsers may call from"),
    AP_INIT_TAKE1("LLMGatewayTeam", set_team, NULL, PLACE,
        "the only team whose keys are taken here"),
    AP_INIT_ITERATE("LLMGatewayModels", set_models, NULL, PLACE | OR_AUTHCFG,
        "the only models that can be used here; * stands for any characters"),
    AP_INIT_TAKE1("LLMGatewayMaxTokens", set_max_tokens, NULL,
        PLACE | OR_AUTHCFG, "the most tokens that a request may ask for"),
    AP_INIT_FLAG("LLMGatewayPublicCatalog", set_public_catalog, NULL, PLACE,
        "On: models can be listed without a key"),
    AP_INIT_TAKE1("LLMGatewayQuotaStatus", set_quota_status, NULL, PLACE,
        "429 or 402: the status of an answer where a budget is spent"),
    AP_INIT_TAKE1("LLMGatewayTimeoutStatus", set_timeout_status, NULL, PLACE,
        "504 or 424: the status where an upstream that has the request did "
        "not answer in time"),
    { NULL }
};
