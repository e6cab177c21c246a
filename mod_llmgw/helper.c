/* SPDX-License-Identifier: Apache-2.0 */
/* helper.c - starting, replacing and ending the helper (helper.h). */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <ap_mpm.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>

#define READY_SECONDS 60

static server_rec *main_server;
static apr_pool_t *config_pool;

static int spawn(apr_proc_t *proc, int say_fd);

/* The parent's other-child callback. */
static void maintain(int reason, void *data, apr_wait_t status)
{
    apr_proc_t *proc = data;
    int state = AP_MPMQ_STOPPING;

    switch (reason) {
    case APR_OC_REASON_DEATH:
    case APR_OC_REASON_LOST:
        apr_proc_other_child_unregister(data);
        ap_mpm_query(AP_MPMQ_MPM_STATE, &state);
        if (state == AP_MPMQ_STOPPING)
            return;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main_server, GW_TAG(0100)
                     "the ledger helper has died and is replaced; nothing "
                     "is lost");
        spawn(proc, -1);
        break;
    case APR_OC_REASON_RESTART:
        apr_proc_other_child_unregister(data);
        break;
    case APR_OC_REASON_UNREGISTER:
        /* The configuration goes, and this helper with it.  At a stop all
         * children have ended by now; at a restart the next helper goes on
         * with those that have not. */
        kill(proc->pid, SIGUSR2);
        break;
    default:
        break;
    }
}

static int spawn(apr_proc_t *proc, int say_fd)
{
    pid_t pid = fork();

    if (pid < 0) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, errno, main_server,
                     GW_TAG(0101) "the ledger helper cannot be started");
        return 0;
    }
    if (pid == 0)
        gw_helper_run(main_server, say_fd);
    memset(proc, 0, sizeof(*proc));
    proc->pid = pid;
    apr_pool_note_subprocess(config_pool, proc, APR_KILL_AFTER_TIMEOUT);
    apr_proc_other_child_register(proc, maintain, proc, NULL, config_pool);
    return 1;
}

/* "ok", or a sentence. */
static const char *hear(int fd, apr_pool_t *pool)
{
    char text[512];
    apr_size_t used = 0;
    struct pollfd p = { fd, POLLIN, 0 };

    while (used < sizeof(text) - 1
           && poll(&p, 1, READY_SECONDS * 1000) > 0) {
        ssize_t n = read(fd, text + used, sizeof(text) - 1 - used);

        if (n <= 0)
            break;
        used += (apr_size_t)n;
    }
    text[used] = '\0';
    if (strcmp(text, "ok") == 0)
        return NULL;
    return used > 0 ? apr_pstrdup(pool, text)
                    : "the ledger helper said nothing for 60 s";
}

const char *gw_helper_start(apr_pool_t *pconf, server_rec *s, int wait)
{
    apr_proc_t *proc = apr_palloc(pconf, sizeof(*proc));
    const char *trouble;
    int fds[2];

    main_server = s;
    config_pool = pconf;
    if (!wait)
        return spawn(proc, -1) ? NULL : "the ledger helper cannot be started";
    if (pipe2(fds, O_CLOEXEC) != 0)
        return "no pipe for the ledger helper";
    trouble = spawn(proc, fds[1]) ? NULL
                                  : "the ledger helper cannot be started";
    close(fds[1]);
    if (trouble == NULL)
        trouble = hear(fds[0], pconf);
    close(fds[0]);
    return trouble;
}
