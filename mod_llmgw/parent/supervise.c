/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.c - see supervise.h. */
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ap_mpm.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "log.h"
#include "segment_file.h"

#define NO_PROCESS "the ledger helper cannot be started: no process or pipe " \
                   "can be made; look at the limits of the system"
#define READY_S 60
#define STOP_S  30              /* for the last rows, and an emptied -wal */
#define GONE_MS 3000            /* for one that gave up */
#define SAYS    512             /* bytes that a helper's word may have */

static server_rec *main_server;
static apr_pool_t *config_pool;
static gw_inherited_t *inherited;
static const gw_helper_conf_t *helper_conf;
static apr_proc_t *current;     /* NULL: none is registered */

static int spawn(apr_proc_t *proc, int say_fd, int first);
static void keep(apr_proc_t *proc);

/* The parent's other-child callback. */
static void maintain(int reason, void *data, apr_wait_t status)
{
    apr_proc_t *proc = data;
    int state = AP_MPMQ_STOPPING;

    switch (reason) {
    case APR_OC_REASON_DEATH:
    case APR_OC_REASON_LOST:
        apr_proc_other_child_unregister(data);
        current = NULL;
        ap_mpm_query(AP_MPMQ_MPM_STATE, &state);
        if (state == AP_MPMQ_STOPPING)
            return;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main_server, GW_TAG(0100)
                     "the ledger helper has died and is replaced; nothing "
                     "is lost");
        if (spawn(proc, -1, 0))
            keep(proc);
        break;
    case APR_OC_REASON_UNREGISTER:
        /* The configuration goes, and this helper with it: the next one goes
         * on with the children that have not ended. */
        if (current != NULL)
            kill(proc->pid, SIGUSR2);
        break;
    default:
        /* _RESTART comes while httpd waits for its children to end: they
         * still have something to be written */
        break;
    }
}

static void keep(apr_proc_t *proc)
{
    current = proc;
    apr_pool_note_subprocess(config_pool, proc, APR_KILL_AFTER_TIMEOUT);
    apr_proc_other_child_register(proc, maintain, proc, NULL, config_pool);
}

static int spawn(apr_proc_t *proc, int say_fd, int first)
{
    pid_t pid;

    if (gw_segment_file_refill(inherited) && !inherited->refilled) {
        inherited->refilled = 1;
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, main_server, GW_TAG(0009)
                     "the file of the segment was truncated while httpd runs: "
                     "requests are answered with 503 until httpd is "
                     "restarted, and what was in it and not yet in the ledger "
                     "is lost");
    }
    pid = fork();
    if (pid < 0) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, errno, main_server,
                     GW_TAG(0101) "the ledger helper cannot be started");
        return 0;
    }
    if (pid == 0)
        gw_helper_run(inherited, helper_conf, main_server, say_fd, first);
    memset(proc, 0, sizeof(*proc));
    proc->pid = pid;
    return 1;
}

/* Wait for its end, ms at most, then make it end.  1: it ended by itself. */
static int reap(pid_t pid, int ms, int *status)
{
    for (; ms > 0; ms -= 5) {
        if (waitpid(pid, status, WNOHANG) != 0)
            return 1;
        apr_sleep(5000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, status, 0);
    return 0;
}

/* httpd stops, and its MPM has returned: all children that will end have.
 * The helper writes what they left and empties the -wal file. */
static apr_status_t stop(void *data)
{
    int status;

    if (current == NULL)
        return APR_SUCCESS;
    kill(current->pid, SIGUSR2);
    if (!reap(current->pid, STOP_S * 1000, &status))
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, main_server, GW_TAG(0107)
                     "the ledger helper had not ended after %d s and was "
                     "killed; what it had not written yet is written at the "
                     "next start", STOP_S);
    current = NULL;
    return APR_SUCCESS;
}

/* This code may be gone at the next stop: it is loaded anew each time. */
static apr_status_t forget_stop(void *pool)
{
    apr_pool_cleanup_kill(pool, NULL, stop);
    return APR_SUCCESS;
}

static void begin(gw_inherited_t *in, const gw_helper_conf_t *conf,
                  apr_pool_t *pconf, server_rec *s)
{
    main_server = s;
    config_pool = pconf;
    inherited = in;
    helper_conf = conf;
    current = NULL;
    apr_pool_pre_cleanup_register(s->process->pool, NULL, stop);
    apr_pool_cleanup_register(pconf, s->process->pool, forget_stop,
                              apr_pool_cleanup_null);
}

/* ---- the first one -------------------------------------------------- */

/* Lines of a helper until it closes the pipe or is ready. */
static void hear(char *text, int fd)
{
    apr_size_t used = 0;
    struct pollfd p = { fd, POLLIN, 0 };

    while (used < SAYS && poll(&p, 1, READY_S * 1000) > 0) {
        ssize_t n = read(fd, text + used, SAYS - used);

        if (n <= 0)
            break;
        used += (apr_size_t)n;
        text[used] = '\0';
        if (strcmp(text, HELPER_JUDGED HELPER_READY) == 0)
            break;
    }
    text[used] = '\0';
}

static const char *printable(const char *text, apr_pool_t *pool)
{
    char *copy = apr_pstrdup(pool, text), *p;

    for (p = copy; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
            *p = '?';
    }
    return copy;
}

/* What it died of, where that is the fault of what it read. */
static const char *crash(int status, apr_pool_t *pool)
{
    int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (sig != SIGSEGV && sig != SIGBUS && sig != SIGABRT && sig != SIGFPE
        && sig != SIGILL)
        return NULL;
    return apr_psprintf(pool, "the ledger helper crashed when it read it "
                        "(signal %d)", sig);
}

static gw_first_word_t judge(char *text, int status, apr_pool_t *pool)
{
    static const char judged[] = HELPER_JUDGED, aside[] = HELPER_ASIDE;
    gw_first_word_t word = { NULL, NULL };

    if (strncmp(text, aside, sizeof(aside) - 1) == 0)
        word.aside = printable(text + sizeof(aside) - 1, pool);
    else if (strncmp(text, judged, sizeof(judged) - 1) == 0)
        word.trouble = printable(text + sizeof(judged) - 1, pool);
    else if (text[0] != '\0')
        word.trouble = printable(text, pool);
    else
        word.aside = crash(status, pool);
    if (word.aside == NULL && (word.trouble == NULL || !*word.trouble))
        word.trouble = "the ledger helper ended, or said nothing for 60 s: "
                       "see what the log says above this line";
    return word;
}

gw_first_word_t gw_supervise_first(gw_inherited_t *in,
                                   const gw_helper_conf_t *conf,
                                   apr_pool_t *pconf, server_rec *s)
{
    static const gw_first_word_t ready = { NULL, NULL };
    gw_first_word_t failed = { NULL, NO_PROCESS };
    apr_proc_t *proc = apr_palloc(pconf, sizeof(*proc));
    char text[SAYS + 1];
    int fds[2], status = 0, started;

    begin(in, conf, pconf, s);
    if (pipe2(fds, O_CLOEXEC) != 0)
        return failed;
    started = spawn(proc, fds[1], 1);
    close(fds[1]);
    if (started)
        hear(text, fds[0]);
    close(fds[0]);
    if (!started)
        return failed;
    if (strcmp(text, HELPER_JUDGED HELPER_READY) == 0) {
        keep(proc);
        return ready;
    }
    kill(proc->pid, SIGTERM);           /* it ends by itself, or hangs */
    reap(proc->pid, GONE_MS, &status);
    return judge(text, status, pconf);
}

const char *gw_supervise_next(gw_inherited_t *in,
                              const gw_helper_conf_t *conf,
                              apr_pool_t *pconf, server_rec *s)
{
    apr_proc_t *proc = apr_palloc(pconf, sizeof(*proc));

    begin(in, conf, pconf, s);
    if (!spawn(proc, -1, 0))
        return NO_PROCESS;
    keep(proc);
    return NULL;
}
