/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - see config.h; docs/directives.md has a section for each. */
#include "config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_fnmatch.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <mpm_common.h>
#include <unixd.h>

#include "process.h"

#define STATE_DIR "/var/lib/llmgw"

void *gw_config_create_server(apr_pool_t *p, server_rec *s)
{
    gw_server_conf_t *c = apr_pcalloc(p, sizeof(*c));

    c->state_dir = STATE_DIR;
    c->segment_size = GW_SEGMENT_DEFAULT;
    return c;
}

void *gw_config_create_dir(apr_pool_t *p, char *path)
{
    gw_dir_conf_t *c = apr_pcalloc(p, sizeof(*c));

    c->enabled = c->envelope = c->tidy = c->thinking_relay = -1;
    c->max_body = -1;
    return c;
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
    return c;
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
    if (on) {
        gw_server_conf_t *main_conf = ap_get_module_config(
            cmd->server->module_config, &llmgw_module);

        main_conf->used = 1;
    }
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
    { NULL }
};

/* ---- checking ------------------------------------------------------- */

/* Modules that run each request under another user: our memory and database
 * would be open to all of them. */
static const char *refused_module(void)
{
    static const char *const names[] = {
        "itk.c", "mpm_itk.c", "mod_ruid2.c"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++) {
        if (ap_find_linked_module(names[i]) != NULL)
            return names[i];
    }
    return NULL;
}

static int needs(server_rec *s, const char *file, const char *name)
{
    if (ap_find_linked_module(file) != NULL)
        return 1;
    ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, GW_TAG(0001)
                 "LLMGateway needs %s: enable it (a2enmod %s)", file, name);
    return 0;
}

/* What post_config would find at the first start.  At a restart it is no
 * reason to end, but `apachectl graceful` asks us first. */
static const char *trouble_ahead(const gw_server_conf_t *c, apr_pool_t *p)
{
    unsigned char master[GW_MASTER];
    const char *trouble = NULL;
    struct stat st;

    if (stat(c->state_dir, &st) != 0 ? errno != EACCES
                                     : !S_ISDIR(st.st_mode))
        return apr_psprintf(p, "LLMGatewayState %s: there is no such "
                            "directory; make it with: install -d -o %s -m "
                            "750 %s", c->state_dir, ap_unixd_config.user_name,
                            c->state_dir);
    if (c->secret_file != NULL
        && (geteuid() == 0 || access(c->secret_file, R_OK) == 0))
        trouble = gw_master_file(master, c->secret_file, p);
    gw_wipe(master, sizeof(master));
    return trouble;
}

int gw_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *s)
{
    gw_server_conf_t *c = ap_get_module_config(s->module_config,
                                               &llmgw_module);
    const char *name, *trouble;
    server_rec *v;

    for (v = s; v != NULL; v = v->next)
        c->used |= ((gw_server_conf_t *)ap_get_module_config(
                        v->module_config, &llmgw_module))->used;
    if (!c->used)
        return OK;
    name = refused_module();
    if (name != NULL) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, GW_TAG(0002)
                     "LLMGateway cannot run with %s, which serves requests "
                     "under different users: they would share the keys and "
                     "the ledger; use mpm_event and php-fpm instead", name);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (!needs(s, "mod_proxy.c", "proxy")
        || !needs(s, "mod_proxy_http.c", "proxy_http"))
        return HTTP_INTERNAL_SERVER_ERROR;
    if (ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST)
        return OK;
    trouble = trouble_ahead(c, ptemp);
    if (trouble == NULL)
        return OK;
    ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, GW_TAG(0005) "%s", trouble);
    return HTTP_INTERNAL_SERVER_ERROR;
}
