/* SPDX-License-Identifier: Apache-2.0 */
/* config_dir.c - see config_dir.h; docs/directives.md has a section for
 * each. */
#include "config_dir.h"

#include <apr_fnmatch.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include "config.h"
#include "config_value.h"

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

const char *gw_config_dir_enabled(cmd_parms *cmd, void *dir, int on)
{
    gw_dir_conf_t *c = dir;
    const char *trouble = find_mount(cmd, c);

    c->enabled = on;
    if (on)
        gw_config_use(cmd);
    return trouble;
}

const char *gw_config_dir_max_body(cmd_parms *cmd, void *dir, const char *text)
{
    gw_dir_conf_t *c = dir;

    c->max_body = gw_config_value_bytes(text);
    if (c->max_body < 1024 || c->max_body > APR_INT64_C(1) << 30)
        return apr_psprintf(cmd->pool, "LLMGatewayMaxBody %s: must be a size "
                            "between 1K and 1G", text);
    return NULL;
}

const char *gw_config_dir_envelope(cmd_parms *cmd, void *dir, int on)
{
    ((gw_dir_conf_t *)dir)->envelope = on;
    return NULL;
}

const char *gw_config_dir_answer(cmd_parms *cmd, void *dir, const char *text)
{
    return gw_config_value_word(cmd, &((gw_dir_conf_t *)dir)->tidy, text,
                                "relay", "tidy");
}

const char *gw_config_dir_thinking(cmd_parms *cmd, void *dir, const char *text)
{
    return gw_config_value_word(cmd, &((gw_dir_conf_t *)dir)->thinking_relay,
                                text, "translate", "relay");
}

/* scheme://host or scheme://host:port, as browsers say it. */
static int is_origin(const char *text)
{
    const char *host = strstr(text, "://");

    return host != NULL && host > text && host[3] != '\0'
           && strpbrk(host + 3, "/*?#") == NULL;
}

const char *gw_config_dir_cors(cmd_parms *cmd, void *dir, const char *origin)
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

const char *gw_config_dir_team(cmd_parms *cmd, void *dir, const char *name)
{
    ((gw_dir_conf_t *)dir)->team = name;
    return NULL;
}

/* Several lines of one section are one list. */
const char *gw_config_dir_models(cmd_parms *cmd, void *dir, const char *glob)
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

const char *gw_config_dir_max_tokens(cmd_parms *cmd, void *dir,
                                     const char *text)
{
    apr_int64_t n;

    if (gw_config_value_number(&n, text, 1, 1000000000) != 0)
        return apr_psprintf(cmd->pool, "LLMGatewayMaxTokens %s: must be a "
                            "number of tokens from 1 to 1000000000", text);
    ((gw_dir_conf_t *)dir)->max_tokens = n;
    return NULL;
}

const char *gw_config_dir_public_catalog(cmd_parms *cmd, void *dir, int on)
{
    ((gw_dir_conf_t *)dir)->public_catalog = on;
    return NULL;
}

/* One of two statuses; *out is 0 where it is the usual one. */
static const char *set_status(cmd_parms *cmd, int *out, const char *text,
                              const char *usual, const char *other)
{
    const char *trouble = gw_config_value_word(cmd, out, text, usual, other);

    if (trouble == NULL && *out)
        *out = atoi(other);
    return trouble;
}

const char *gw_config_dir_quota_status(cmd_parms *cmd, void *dir,
                                       const char *text)
{
    return set_status(cmd, &((gw_dir_conf_t *)dir)->quota_status, text, "429",
                      "402");
}

const char *gw_config_dir_timeout_status(cmd_parms *cmd, void *dir,
                                         const char *text)
{
    return set_status(cmd, &((gw_dir_conf_t *)dir)->timeout_status, text,
                      "504", "424");
}

const char *gw_config_dir_coalesce(cmd_parms *cmd, void *dir, const char *text)
{
    apr_int64_t ms;

    if (gw_config_value_number(&ms, text, 0, GW_COALESCE_MOST) != 0)
        return apr_psprintf(cmd->pool, "LLMGatewayCoalesce %s: must be a "
                            "number of milliseconds from 0 to %d", text,
                            GW_COALESCE_MOST);
    ((gw_dir_conf_t *)dir)->coalesce = (int)ms;
    return NULL;
}
