/* SPDX-License-Identifier: Apache-2.0 */
/* mod_llmgw.c - the module record.  The list of hooks at the end reads as
 * the life of a server and then of a request. */
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_proxy.h>
#include <mpm_common.h>

#include "authz.h"
#include "body.h"
#include "call.h"
#include "claim.h"
#include "config_check.h"
#include "deny_state_files.h"
#include "directives.h"
#include "forward.h"
#include "fsck_command.h"
#include "key_hash.h"
#include "parent.h"
#include "redact_log.h"
#include "replay.h"
#include "reply.h"
#include "start_notice.h"
#include "status.h"
#include "tap.h"
#include "watch.h"
#include "worker.h"

/* ---- the server ----------------------------------------------------- */

static int pre_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp)
{
    memset(&gw_process, 0, sizeof(gw_process));
    gw_status_log_handlers(p);
    gw_process.proxy_missing = gw_worker_bind();
    return OK;
}

/* A trouble ends the start of httpd, but not a restart: that would be an
 * outage of everything else it serves. */
static int post_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *s)
{
    gw_server_conf_t *conf = ap_get_module_config(s->module_config,
                                                  &llmgw_module);
    const char *trouble;
    int first = 1;

    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    gw_process.server = s;
    if (!conf->in_use)
        return OK;
    gw_process.conf = conf;
    gw_watch_config(p, s);
    trouble = gw_process.proxy_missing;
    if (trouble == NULL)
        trouble = gw_parent_start(&gw_process.in, &first, p, s, conf,
                                  gw_segment_layout());
    if (trouble == NULL)
        return OK;
    ap_log_error(APLOG_MARK, first ? APLOG_EMERG : APLOG_CRIT, 0, s,
                 GW_TAG(0004) "%s", trouble);
    gw_process.not_ready = trouble;
    return first ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

static void child_init(apr_pool_t *p, server_rec *s)
{
    if (gw_process.conf == NULL)
        return;
    gw_worker_child(p);
    gw_process_child(p, s);
    gw_key_hash_child();
}

/* ---- the module ----------------------------------------------------- */

static void register_hooks(apr_pool_t *p)
{
    static const char *const after_proxy[] = { "mod_proxy.c", NULL };
    static const char *const after_log[] = { "mod_log_config.c", NULL };

    /* a server's life */
    ap_hook_pre_config(pre_config, after_log, NULL, APR_HOOK_LAST);
    ap_hook_check_config(gw_config_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(gw_fsck_command, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, after_proxy, NULL, APR_HOOK_MIDDLE);
    gw_start_notice_register(); /* what runs here, for the log */
    ap_hook_monitor(gw_parent_monitor, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, after_proxy, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_stopping(gw_process_stopping, NULL, NULL, APR_HOOK_MIDDLE);

    /* a request's life */
    gw_redact_log_register();   /* keys, from logs that are not ours */
    ap_hook_pre_translate_name(gw_claim_pre_translate, NULL, NULL,
                               APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(gw_claim_translate, NULL, NULL,
                           APR_HOOK_REALLY_FIRST);
    ap_hook_map_to_storage(gw_claim_map_to_storage, NULL, NULL,
                           APR_HOOK_REALLY_FIRST);
    ap_hook_type_checker(gw_claim_type_checker, NULL, NULL,
                         APR_HOOK_REALLY_FIRST);
    gw_authz_register(p);       /* AuthType llmgw, here and elsewhere */
    ap_hook_fixups(gw_deny_state_files, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(gw_claim_fixups, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(gw_claim_handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
    gw_body_register();         /* its body ... */
    gw_replay_register();       /* ... replayed to mod_proxy */
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
    gw_directives,
    register_hooks
};
