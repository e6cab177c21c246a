/* SPDX-License-Identifier: Apache-2.0 */
/* helper_run.c - what the helper does all day (helper.h). */
#include "helper_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ap_listen.h>
#include <apr_strings.h>
#include <http_core.h>
#include <mpm_common.h>
#include <unixd.h>

#include "clock.h"
#include "id.h"
#include "key.h"
#include "ledger.h"
#include "owners.h"

#define ROUND_MS 100            /* at least this often the ledger is written */
#define ADMIN_S  10             /* an admin key is looked for, unless keys were
                                   written: then at once */
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

static const char *drop_privileges(apr_pool_t *pool)
{
    pid_t parent = getppid();

    if (ap_run_drop_privileges(pool, gw_process.server) != OK)
        return "the ledger helper cannot become the configured User";
    prctl(PR_SET_PDEATHSIG, SIGTERM);   /* setuid had cleared it */
    if (getppid() != parent)
        return "httpd went away";
    return NULL;
}

/* The directory on the way to path that User cannot go through; NULL: none. */
static const char *blocking_parent(const char *path, apr_pool_t *pool)
{
    char *p = apr_pstrdup(pool, path), *slash;

    for (slash = strchr(p + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (access(p, X_OK) != 0)
            return apr_pstrdup(pool, p);
        *slash = '/';
    }
    return NULL;
}

static const char *check_state_dir(helper_t *h)
{
    const char *dir = gw_process.conf->state_dir;
    const char *blocked = blocking_parent(dir, h->pool);

    if (blocked != NULL)
        return apr_psprintf(h->pool, "LLMGatewayState %s: user %s cannot go "
                            "through %s; choose another directory or allow "
                            "it (chmod o+x)", dir, ap_unixd_config.user_name,
                            blocked);
    if (access(dir, R_OK | W_OK | X_OK) != 0)
        return apr_psprintf(h->pool, "LLMGatewayState %s cannot be written "
                            "by user %s: %s; make it with: install -d -o %s "
                            "-m 750 %s", dir, ap_unixd_config.user_name,
                            strerror(errno), ap_unixd_config.user_name, dir);
    return NULL;
}

/* One helper at a time: the one before may still be writing, but not for
 * longer than it lingers. */
static const char *take_lock(helper_t *h)
{
    const char *path = apr_pstrcat(h->pool, gw_process.conf->state_dir,
                                   "/helper.lock", NULL);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    apr_time_t until = apr_time_now() + apr_time_from_sec(LINGER_S + 2);

    if (fd < 0)
        return apr_psprintf(h->pool, "%s cannot be opened: %s", path,
                            strerror(errno));
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (must_end || (errno != EWOULDBLOCK && errno != EINTR))
            return "the lock of the ledger helper cannot be had";
        if (apr_time_now() > until)
            return apr_psprintf(h->pool, "LLMGatewayState %s is in use: the "
                                "ledger helper of another httpd holds %s",
                                gw_process.conf->state_dir, path);
        apr_sleep(5000);
    }
    return NULL;
}

/* Write a file that is whole or not there: temporary file, fsync, rename. */
static const char *write_file(helper_t *h, const char *name, const char *text)
{
    const char *dir = gw_process.conf->state_dir;
    const char *path = apr_pstrcat(h->pool, dir, "/", name, NULL);
    const char *temp = apr_pstrcat(h->pool, path, ".new", NULL);
    apr_size_t n = strlen(text);
    int fd, ok;

    unlink(temp);
    fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
              0600);
    ok = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    if (!ok || rename(temp, path) != 0)
        return apr_psprintf(h->pool, "%s cannot be written: %s", path,
                            strerror(errno));
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    return NULL;
}

static const char *make_secret(helper_t *h)
{
    const char *path = apr_pstrcat(h->pool, gw_process.conf->state_dir,
                                   "/secret", NULL);
    unsigned char bytes[GW_MASTER];
    char hex[2 * GW_MASTER + 2];
    apr_status_t rv;
    int i;

    if (gw_process.conf->secret_file != NULL)
        return NULL;            /* the parent reads it */
    rv = gw_master_read(bytes, path);
    gw_wipe(bytes, sizeof(bytes));
    if (rv == APR_SUCCESS)
        return NULL;
    if (!APR_STATUS_IS_ENOENT(rv))
        return apr_psprintf(h->pool, "%s cannot be read or does not hold 64 "
                            "hex digits: bring the right one back, or remove "
                            "it and save the credentials of all upstreams "
                            "again", path);
    if (gw_random(bytes, sizeof(bytes)) != APR_SUCCESS)
        return "OpenSSL gives no random bytes";
    for (i = 0; i < GW_MASTER; i++)
        apr_snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    hex[2 * GW_MASTER] = '\n';
    hex[2 * GW_MASTER + 1] = '\0';
    return write_file(h, "secret", hex);
}

/* ---- the admin key -------------------------------------------------- */

static apr_status_t add_admin_key(helper_t *h, const char *key)
{
    unsigned char hash[GW_SHA256];
    gw_key_row_t row;
    apr_status_t rv;
    gw_str_t text;

    text.p = key;
    text.n = GW_KEY_LENGTH;
    gw_sha256(hash, key, GW_KEY_LENGTH);
    memset(&row, 0, sizeof(row));
    row.public_id = apr_pstrmemdup(h->scratch, gw_key_public(text).p,
                                   GW_KEY_PUBLIC);
    row.team_id = 1;
    row.name = "admin";
    row.spec = "{}";
    row.scope = GW_SCOPE_ADMIN;
    row.created_ms = apr_time_as_msec(gw_wall_now());
    rv = gw_db_begin(h->db);
    if (rv == APR_SUCCESS)
        rv = gw_key_add(&row, h->db, hash);
    if (rv == APR_SUCCESS)
        rv = gw_audit_add(h->db, row.created_ms, "httpd", "create", "key",
                          row.public_id, "{\"scope\":\"admin\"}");
    if (rv == APR_SUCCESS)
        return gw_db_commit(h->db);
    gw_db_rollback(h->db);
    return rv;
}

/* The file first, then the row: a key that nobody can read helps nobody.
 * wanted: the administrator asks for one with -D. */
static const char *make_admin_key(helper_t *h, int wanted)
{
    unsigned char random[GW_KEY_RANDOM];
    char key[GW_KEY_LENGTH + 2];
    const char *trouble;
    apr_int64_t live = 0;
    apr_status_t rv = gw_key_live_admins(&live, h->db,
                                         apr_time_as_msec(gw_wall_now()));

    if (rv != APR_SUCCESS)
        return apr_psprintf(h->pool, "the keys cannot be read: %s",
                            gw_db_error(h->db));
    if (live > 0 && !wanted)
        return NULL;
    if (gw_random(random, sizeof(random)) != APR_SUCCESS)
        return "OpenSSL gives no random bytes";
    gw_key_make(key, random);
    key[GW_KEY_LENGTH] = '\n';
    key[GW_KEY_LENGTH + 1] = '\0';
    trouble = write_file(h, "admin.key", key);
    if (trouble == NULL && add_admin_key(h, key) != APR_SUCCESS)
        trouble = "the admin key cannot be added to the database";
    gw_wipe(key, sizeof(key));
    return trouble;
}

void gw_helper_keep_an_admin(helper_t *h)
{
    apr_time_t now = gw_wall_now();
    apr_uint64_t writes = gw_owner_writes(h->seg);
    apr_int64_t live = 0;
    const char *trouble;

    if (writes == h->key_writes
        && now - h->admins_seen < apr_time_from_sec(ADMIN_S)
        && now >= h->admins_seen)
        return;
    h->admins_seen = now;
    if (gw_key_live_admins(&live, h->db, apr_time_as_msec(now))
        != APR_SUCCESS)
        return;
    trouble = live > 0 ? NULL : make_admin_key(h, 0);
    if (trouble == NULL)
        h->key_writes = writes;
    if (live == 0)
        ap_log_error(APLOG_MARK, trouble ? APLOG_ERR : APLOG_NOTICE, 0, h->s,
                     GW_TAG(0113) "no admin key is live any more: %s",
                     trouble ? trouble : "admin.key has a new one");
}

/* ---- getting ready -------------------------------------------------- */

/* Made only at the start of httpd: what is missing later was lost, and a new
 * one in its place would hide that. */
static const char *open_database(helper_t *h, int first)
{
    apr_status_t rv;

    if (!first && access(gw_process.db_path, F_OK) != 0)
        return apr_psprintf(h->scratch, "%s: %s; stop httpd, bring it back "
                            "with its -wal, and start", gw_process.db_path,
                            strerror(errno));
    rv = gw_db_open(&h->db, gw_process.db_path,
                    first ? GW_DB_CREATE : GW_DB_OWN, h->books);
    if (rv == APR_SUCCESS)
        rv = gw_db_migrate(h->db);
    if (rv == APR_EINCOMPLETE)
        return apr_psprintf(h->pool, "%s was made by a newer mod_llmgw: "
                            "install that one, or bring back the copy of "
                            "before the upgrade", gw_process.db_path);
    if (rv != APR_SUCCESS)
        return apr_psprintf(h->pool, "%s cannot be opened: %s",
                            gw_process.db_path,
                            h->db ? gw_db_error(h->db)
                                  : "not an SQLite database, or no rights");
    return NULL;
}

/* Ids go on after the last row, also if the clock was set back. */
static void seed_ids(helper_t *h)
{
    apr_int64_t last = 0, *now = &h->seg->header->last_time;
    apr_int64_t seen = __atomic_load_n(now, __ATOMIC_RELAXED);

    if (gw_ledger_last_id(&last, h->db) != APR_SUCCESS)
        return;
    last = gw_id_time(last);
    while (seen < last
           && !__atomic_compare_exchange_n(now, &seen, last, 0,
                                           __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED))
        ;
}

static const char *get_ready(helper_t *h, int first)
{
    const char *trouble = drop_privileges(h->pool);

    if (trouble == NULL && first)
        trouble = check_state_dir(h);
    if (trouble == NULL)
        trouble = take_lock(h);
    if (trouble == NULL && gw_crypto_init() != APR_SUCCESS)
        trouble = "OpenSSL gives no SHA-256";
    /* later a new one would hide that the old one is lost */
    if (trouble == NULL && first)
        trouble = make_secret(h);
    return trouble;
}

/* Nobody knows what was written meanwhile, nor whether it is the same one. */
static void all_anew(helper_t *h)
{
    gw_owner_doubt_all(h->seg);
    __atomic_add_fetch(&h->seg->header->catalogue, 1, __ATOMIC_ACQ_REL);
}

const char *gw_helper_get_books(helper_t *h, int first)
{
    apr_uint32_t *ready = &h->seg->header->database_ready;
    const char *trouble = check_state_dir(h);

    h->books = gw_pool_make("gw_books");
    if (trouble == NULL)
        trouble = open_database(h, first);
    if (trouble == NULL)
        trouble = make_admin_key(h, first && ap_exists_config_define(
                                            "LLMGW_NEW_ADMIN_KEY"));
    if (trouble != NULL) {
        h->db = NULL;
        apr_pool_destroy(h->books);
        return trouble;
    }
    seed_ids(h);
    gw_helper_open_books(h, first);
    if (!__atomic_load_n(ready, __ATOMIC_ACQUIRE))
        all_anew(h);
    __atomic_store_n(ready, 1, __ATOMIC_RELEASE);
    h->admins_seen = gw_wall_now();
    h->key_writes = gw_owner_writes(h->seg);
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

static int children_live(const helper_t *h)
{
    apr_uint32_t i;

    for (i = 0; i < h->seg->header->children; i++) {
        if (gw_segment_child_alive(h->seg, i))
            return 1;
    }
    return 0;
}

/* Prefork is told to stop together with us: what its children leave is
 * written too.  At a restart the next helper does it. */
static void last_rounds(helper_t *h)
{
    apr_time_t until = apr_time_now() + apr_time_from_sec(LINGER_S);

    while (!hand_over && children_live(h) && apr_time_now() < until) {
        gw_helper_round(h);
        rest(h);
    }
    h->swept = 0;
    gw_helper_round(h);
    gw_helper_close_books(h);
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
 * every second. */
static void round_of(helper_t *h)
{
    apr_time_t now = gw_steady_now();

    if (h->db == NULL && now - h->tried >= apr_time_from_sec(1)) {
        const char *trouble = gw_helper_get_books(h, 0);

        h->tried = now;
        if (trouble != NULL)
            cannot(h, trouble);
        else
            gw_helper_well_again(h);
    }
    gw_helper_round(h);
}

void gw_helper_run(server_rec *s, int say_fd)
{
    helper_t h;
    const char *trouble;

    set_signals();
    ap_close_listeners();
    memset(&h, 0, sizeof(h));
    h.s = s;
    h.seg = gw_process.seg;
    h.pool = gw_pool_make("gw_helper");
    apr_pool_create(&h.scratch, h.pool);
    trouble = get_ready(&h, say_fd >= 0);
    if (trouble == NULL && say_fd >= 0)
        trouble = gw_helper_get_books(&h, 1);
    if (trouble != NULL) {
        say(say_fd, trouble);
        cannot(&h, trouble);
        if (say_fd < 0)
            sleep(1);           /* it is started again at once */
        _exit(1);
    }
    h.seg->header->helper_pid = (apr_uint32_t)getpid();
    say(say_fd, "ok");
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
