/* SPDX-License-Identifier: Apache-2.0 */
/* config_check.c - what `httpd -t` and a start refuse beyond single words. */
#include "config_check.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_core.h>
#include <mpm_common.h>

#include "config.h"
#include "secret.h"
#include "upstream_policy.h"

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

/* Who starts httpd owns it; nobody else needs to come near. */
static const char *state_trouble(const char *dir, apr_pool_t *p)
{
    struct stat st;

    if (stat(dir, &st) != 0 ? errno != EACCES : !S_ISDIR(st.st_mode))
        return apr_psprintf(p, "LLMGatewayState %s: there is no such "
                            "directory; make it with: install -d -m 700 %s",
                            dir, dir);
    return NULL;
}

/* The runtime directory may be made by what starts httpd. */
static const char *segment_trouble(const char *path, apr_pool_t *p)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    const char *dir = slash != NULL ? apr_pstrmemdup(p, path, slash - path)
                                    : NULL;
    struct stat st;

    if (slash == NULL || slash == path || stat(dir, &st) == 0
        || strcmp(path, ap_runtime_dir_relative(p, slash + 1)) == 0)
        return NULL;
    return apr_psprintf(p, "LLMGatewaySegment %s: the directory %s is not "
                        "there: make it, or name another file", path, dir);
}

/* What post_config would find at the first start.  At a restart it is no
 * reason to end, but `apachectl graceful` asks us first. */
static const char *trouble_ahead(const gw_server_conf_t *c, apr_pool_t *p)
{
    unsigned char master[GW_MASTER];
    const char *trouble = state_trouble(c->state_dir, p);

    if (trouble == NULL)
        trouble = segment_trouble(c->segment_path, p);
    if (trouble == NULL && c->secret_file != NULL
        && (geteuid() == 0 || access(c->secret_file, R_OK) == 0))
        trouble = gw_secret_file(master, c->secret_file, p);
    gw_wipe(master, sizeof(master));
    return trouble;
}

int gw_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *s)
{
    gw_server_conf_t *c = ap_get_module_config(s->module_config,
                                               &llmgw_module);
    const char *name, *trouble;
    const server_rec *other;

    for (other = s->next; other != NULL; other = other->next)
        c->in_use |= gw_config_server(other)->in_use;
    if (!c->in_use)
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
    trouble = gw_upstream_policy_trouble(ptemp);
    if (trouble != NULL) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, GW_TAG(0012) "%s",
                     trouble);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST)
        return OK;
    trouble = trouble_ahead(c, ptemp);
    if (trouble == NULL)
        return OK;
    ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, GW_TAG(0005) "%s", trouble);
    return HTTP_INTERNAL_SERVER_ERROR;
}
