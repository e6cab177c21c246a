/* SPDX-License-Identifier: Apache-2.0 */
/* helper.c - see helper.h: how the helper begins, goes on and ends. */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <ap_listen.h>
#include <apr_strings.h>
#include <http_core.h>
#include <mpm_common.h>
#include <unixd.h>

#include "clock.h"
#include "crypto.h"
#include "db_files.h"
#include "helper_db.h"
#include "helper_sweep.h"
#include "helper_work.h"
#include "owners.h"
#include "pool.h"
#include "takeover.h"

#define ROUND_MS 100            /* at least this often the ledger is written */
#define LINGER_S 10             /* at shutdown, for children that still end */

static volatile sig_atomic_t must_end, hand_over;

static void on_signal(int sig)
{
    must_end = 1;
    if (sig == SIGUSR2)
        hand_over = 1;          /* nobody is left, or the next one waits */
}

/* ---- becoming the helper -------------------------------------------- */

static void say(int fd, const char *word)
{
    if (fd >= 0 && write(fd, word, strlen(word)) < 0)
        return;                 /* the parent waits no more */
}

static const char *drop_privileges(apr_pool_t *pool, server_rec *s)
{
    pid_t parent = getppid();

    if (ap_run_drop_privileges(pool, s) != OK)
        return "the ledger helper cannot become the configured User";
    prctl(PR_SET_PDEATHSIG, SIGTERM);   /* setuid had cleared it */
    if (getppid() != parent)
        return "httpd's parent process has ended";
    return NULL;
}

/* One helper at a time: the one before may still be writing, but not for
 * longer than it lingers.  fcntl's lock is the process's own, though all of
 * them inherit one descriptor; children ask by it whether a helper lives. */
static const char *take_lock(helper_t *h)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    apr_time_t until = apr_time_now() + apr_time_from_sec(LINGER_S + 2);

    while (fcntl(h->in->lock, F_SETLK, &lock) != 0) {
        if (must_end || (errno != EAGAIN && errno != EACCES
                         && errno != EINTR))
            return apr_psprintf(h->pool, "helper.lock in LLMGatewayState %s "
                                "cannot be locked: %s", h->in->state_dir,
                                strerror(errno));
        if (apr_time_now() > until)
            return apr_psprintf(h->pool, "LLMGatewayState %s is in use: the "
                                "ledger helper of another httpd holds "
                                "helper.lock", h->in->state_dir);
        apr_sleep(5000);
    }
    return NULL;
}

/* ---- getting ready -------------------------------------------------- */

static const char *get_ready(helper_t *h)
{
    const char *trouble = drop_privileges(h->pool, h->s);

    if (trouble == NULL)
        trouble = take_lock(h);
    if (trouble == NULL && gw_crypto_init() != APR_SUCCESS)
        trouble = "OpenSSL offers no SHA-256: see its configuration";
    if (trouble == NULL
        && gw_segment_map(&h->seg, h->in->segment, h->in->segment_size,
                          h->in->wake, h->pool) != APR_SUCCESS)
        trouble = "the shared segment cannot be mapped";
    if (trouble == NULL
        && gw_db_files_inherit(h->in->db, h->in->wal, h->in->shm)
           != APR_SUCCESS)
        trouble = "this SQLite cannot open a database by its descriptors";
    return trouble;
}

/* Is the segment one that we can work with? */
static const char *take_segment(helper_t *h, const gw_helper_conf_t *conf,
                                int say_fd, int first)
{
    const char *why;

    if (first) {
        why = gw_takeover(h->seg, h->in->state_dir, conf->segment_size,
                          h->pool);
        if (why != NULL)
            return apr_pstrcat(h->pool, HELPER_ASIDE, why, NULL);
        say(say_fd, HELPER_JUDGED);
    }
    else if (h->in->refilled || !gw_segment_sound(h->seg)) {
        gw_segment_spoil(h->seg);
        return NULL;
    }
    gw_owners_set_zone(h->seg, conf->zone);
    h->seg->header->power = conf->power != 0;
    return NULL;
}

/* ---- the loop ------------------------------------------------------- */

static void rest(const helper_t *h)
{
    struct pollfd p = { h->seg->wake_fd, POLLIN, 0 };
    apr_uint64_t n;

    if (poll(&p, 1, ROUND_MS) > 0 && read(p.fd, &n, sizeof(n)) < 0)
        return;
}

static void set_signals(void)
{
    struct sigaction sa;

    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = on_signal;
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGUSR2, &sa, NULL);
    sa.sa_handler = SIG_IGN;
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
    sigaction(SIGUSR1, &sa, NULL);
    sigaction(SIGWINCH, &sa, NULL);
    sigaction(SIGPIPE, &sa, NULL);
    sigaction(SIGXFSZ, &sa, NULL);      /* a write that fails will do */
    sa.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &sa, NULL);
}

/* Prefork is told to stop together with us: what its children leave is
 * written too.  At a restart the next helper does it. */
static void last_rounds(helper_t *h)
{
    apr_time_t until = apr_time_now() + apr_time_from_sec(LINGER_S);

    if (!gw_segment_ready(h->seg))
        return;
    while (!hand_over && gw_helper_sweep_live(h) && apr_time_now() < until) {
        gw_helper_work_round(h);
        rest(h);
    }
    h->swept = 0;
    gw_helper_work_round(h);
    gw_helper_work_end(h);
}

static void cannot(helper_t *h, const char *trouble)
{
    if (strncmp(h->said, trouble, sizeof(h->said) - 1) == 0)
        return;
    apr_cpystrn(h->said, trouble, sizeof(h->said));
    ap_log_error(APLOG_MARK, APLOG_CRIT, 0, h->s, GW_TAG(0102)
                 "the ledger helper cannot work: %s", trouble);
}

/* Without its database it gives back the places of the dead, and tries again
 * every second.  A segment that was written over is not touched. */
static void round_of(helper_t *h)
{
    apr_time_t now = gw_steady_now();

    if (!gw_segment_ready(h->seg)) {
        cannot(h, "the shared segment was damaged: restart httpd, or stop "
                  "and start it");
        return;
    }
    if (h->db == NULL && now - h->tried >= apr_time_from_sec(1)) {
        const char *trouble = gw_helper_work_begin(h, 0);

        h->tried = now;
        if (trouble != NULL)
            cannot(h, trouble);
        else
            gw_helper_db_recovered(h);
    }
    gw_helper_work_round(h);
}

static const char *begin(helper_t *h, const gw_helper_conf_t *conf,
                         int say_fd, int first)
{
    const char *trouble = get_ready(h);

    if (trouble == NULL)
        trouble = take_segment(h, conf, say_fd, first);
    if (trouble == NULL && first)
        trouble = gw_helper_work_begin(h, 1);
    return trouble;
}

void gw_helper_run(const gw_inherited_t *in, const gw_helper_conf_t *conf,
                   server_rec *s, int say_fd, int first)
{
    helper_t h;
    const char *trouble;

    set_signals();
    ap_close_listeners();
    memset(&h, 0, sizeof(h));
    h.s = s;
    h.in = in;
    h.pool = gw_pool_make("gw_helper");
    if (h.pool == NULL)
        _exit(1);               /* another one is started */
    apr_pool_create(&h.scratch, h.pool);
    h.db_path = apr_pstrcat(h.pool, in->state_dir, "/llmgw.db", NULL);
    h.clock_step = apr_time_from_sec(conf->clock_hours * APR_INT64_C(3600));
    trouble = begin(&h, conf, say_fd, first);
    if (trouble != NULL) {
        say(say_fd, trouble);
        if (!first)
            cannot(&h, trouble);
        if (say_fd < 0)
            sleep(1);           /* it is started again at once */
        _exit(1);
    }
    h.seg->header->helper_pid = (apr_uint32_t)getpid();
    say(say_fd, HELPER_READY);
    if (say_fd >= 0)
        close(say_fd);
    while (!must_end) {
        round_of(&h);
        rest(&h);
    }
    last_rounds(&h);
    apr_pool_destroy(h.pool);
    _exit(0);
}
