/* SPDX-License-Identifier: Apache-2.0 */
/* mod_llmgw.c - the module record.  The list of hooks at the end reads as
 * the life of a server and then of a request. */
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_proxy.h>
#include <mpm_common.h>

#include <unistd.h>

#include "authz.h"
#include "body.h"
#include "call.h"
#include "claim.h"
#include "forward.h"
#include "helper.h"
#include "hide.h"
#include "owners.h"
#include "reply.h"
#include "status.h"
#include "tap.h"
#include "verify.h"
#include "watch.h"
#include "worker.h"

#define RETAINED "llmgw-segment"

/* ---- the server ----------------------------------------------------- */

static int pre_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp)
{
    memset(&gw_process, 0, sizeof(gw_process));
    gw_status_log_handlers(p);
    gw_process.unbound = gw_worker_bind();
    return OK;
}

/* What stays over restarts.  Nothing in it may point into this module, which
 * is loaded anew each time, and may be another version then: that looks at
 * the first member only. */
typedef struct kept_t {
    apr_uint32_t layout;
    gw_segment_t *seg;
    apr_size_t size;
    const char *path, *state_dir;
} kept_t;

static void say_later(server_rec *s)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0003)
                 "LLMGatewaySegment has another size or file now: it takes "
                 "effect when httpd is stopped and started");
}

/* The segment holds requests of one database, and both outlive a restart. */
static void keep_on(gw_server_conf_t *conf, const kept_t *kept,
                    const char *path, server_rec *s)
{
    if (gw_segment_size(conf->segment_size) != kept->size
        || strcmp(path, kept->path) != 0)
        say_later(s);
    if (strcmp(conf->state_dir, kept->state_dir) != 0)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0006)
                     "LLMGatewayState has another directory now: it takes "
                     "effect when httpd is stopped and started; until then "
                     "%s is in use", kept->state_dir);
    conf->state_dir = kept->state_dir;
    gw_process.seg = kept->seg;
}

static const char *make_segment(const char *path, server_rec *s)
{
    const gw_server_conf_t *conf = gw_process.conf;
    apr_pool_t *pool = s->process->pool;
    const char *why = NULL;
    char text[120];
    kept_t *kept;
    apr_status_t rv = gw_segment_make(&gw_process.seg, path,
                                      conf->segment_size, conf->state_dir,
                                      &why, pool);

    if (rv != APR_SUCCESS) {
        gw_process.seg = NULL;
        return apr_psprintf(pool, "LLMGatewaySegment: %s cannot be used: %s",
                            path, why ? why
                                      : apr_strerror(rv, text, sizeof(text)));
    }
    if (why != NULL)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0007)
                     "the segment that an earlier httpd left was put aside as "
                     "%s.old: %s", path, why);
    if (gw_process.seg->size != gw_segment_size(conf->segment_size))
        say_later(s);           /* what a crash left in it comes first */
    kept = ap_retained_data_create(RETAINED, sizeof(*kept));
    kept->layout = gw_segment_layout();
    kept->seg = gw_process.seg;
    kept->size = gw_process.seg->size;
    kept->path = path;
    kept->state_dir = apr_pstrdup(pool, conf->state_dir);
    return NULL;
}

/* The segment of the generation before, or a new one. */
static const char *get_segment(apr_pool_t *p, server_rec *s, int *first)
{
    gw_server_conf_t *conf = ap_get_module_config(s->module_config,
                                                  &llmgw_module);
    const kept_t *kept = ap_retained_data_get(RETAINED);
    const char *path = apr_pstrdup(s->process->pool, conf->segment_path
                                   ? conf->segment_path
                                   : ap_runtime_dir_relative(p,
                                         "llmgw.segment"));

    *first = kept == NULL;
    if (kept == NULL)
        return make_segment(path, s);
    if (kept->layout != gw_segment_layout())
        return "this mod_llmgw is another version than the one that httpd was "
               "started with: stop httpd and start it";
    keep_on(conf, kept, path, s);
    return NULL;
}

static const char *read_secret(apr_pool_t *p)
{
    const char *path = gw_process.conf->secret_file;
    const char *trouble;

    if (path == NULL)
        return NULL;            /* the helper makes one */
    trouble = gw_master_file(gw_process.master, path, p);
    gw_process.has_master = trouble == NULL;
    return trouble;
}

/* Without a secret nothing can be sent, but what the generation before left
 * is still to be written. */
static const char *with_helper(apr_pool_t *p, server_rec *s, int first)
{
    const char *secret = read_secret(p), *helper = NULL;

    if (secret == NULL || !first)
        helper = gw_helper_start(p, s, first);
    return secret != NULL ? secret : helper;
}

/* A trouble ends the start of httpd, but not a restart: that would be an
 * outage of everything else it serves. */
static int post_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *s)
{
    const char *trouble;
    int first = 1;

    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    gw_process.server = s;
    if (!gw_config_server(s)->used)
        return OK;
    gw_process.conf = gw_config_server(s);
    gw_watch_config(p, s);
    trouble = gw_process.unbound;
    if (trouble == NULL)
        trouble = get_segment(p, s, &first);
    if (gw_process.seg != NULL) {
        gw_owner_zone(gw_process.seg, gw_process.conf->zone);
        gw_process.seg->header->power = gw_process.conf->power != 0;
    }
    gw_process.db_path = apr_pstrcat(p, gw_process.conf->state_dir,
                                     "/llmgw.db", NULL);
    if (trouble == NULL)
        trouble = with_helper(p, s, first);
    if (trouble == NULL)
        return OK;
    ap_log_error(APLOG_MARK, first ? APLOG_EMERG : APLOG_CRIT, 0, s,
                 GW_TAG(0004) "%s", trouble);
    gw_process.trouble = trouble;
    return first ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

static void child_init(apr_pool_t *p, server_rec *s)
{
    if (gw_process.conf == NULL)
        return;
    if (gw_process.seg != NULL)
        close(gw_process.seg->fd);      /* its lock is the parent's */
    gw_worker_child(p);
    gw_process_child(p, s);
}

/* ---- the module ----------------------------------------------------- */

static void register_hooks(apr_pool_t *p)
{
    static const char *const after_proxy[] = { "mod_proxy.c", NULL };
    static const char *const after_log[] = { "mod_log_config.c", NULL };

    /* a server's life */
    ap_hook_pre_config(pre_config, after_log, NULL, APR_HOOK_LAST);
    ap_hook_check_config(gw_config_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(gw_verify_command, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, after_proxy, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, after_proxy, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_stopping(gw_process_stopping, NULL, NULL, APR_HOOK_MIDDLE);

    /* a request's life */
    gw_hide_register();         /* keys, from logs that are not ours */
    ap_hook_pre_translate_name(gw_claim_pre_translate, NULL, NULL,
                               APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(gw_claim_translate, NULL, NULL,
                           APR_HOOK_REALLY_FIRST);
    ap_hook_map_to_storage(gw_claim_map_to_storage, NULL, NULL,
                           APR_HOOK_REALLY_FIRST);
    ap_hook_type_checker(gw_claim_type_checker, NULL, NULL,
                         APR_HOOK_REALLY_FIRST);
    gw_authz_register(p);       /* AuthType llmgw, here and elsewhere */
    ap_hook_handler(gw_claim_handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
    gw_body_register();         /* his body, replayed to mod_proxy */
    gw_forward_register();      /* the headers that go upstream */
    gw_watch_register();        /* while the upstream thinks */
    gw_tap_register();          /* the answer, read as it passes */
    gw_reply_register();        /* errors, httpd's own too */
    gw_status_register();
}

/* the one symbol that is not hidden */
__attribute__((visibility("default")))
module AP_MODULE_DECLARE_DATA llmgw_module = {
    STANDARD20_MODULE_STUFF,
    gw_config_create_dir,
    gw_config_merge_dir,
    gw_config_create_server,
    NULL,                       /* the main server's settings are for all */
    gw_config_commands,
    register_hooks
};
