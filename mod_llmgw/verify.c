/* SPDX-License-Identifier: Apache-2.0 */
/* verify.c - see verify.h. */
#include <http_core.h>
#include <http_main.h>
#include <mpm_common.h>
#include <unixd.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "ledger.h"
#include "meters.h"
#include "owners.h"
#include "process.h"
#include "state_dir.h"
#include "verify.h"

/* ---- owners --------------------------------------------------------- */

/* What an owner counts. */
typedef struct view_t {
    gw_owner_kind_t kind;
    apr_int64_t id;
    apr_int32_t in_flight, pins;
    unsigned n;
    gw_budget_t budget[GW_BUDGETS];
} view_t;

static void look(view_t *view, const gw_segment_t *seg, const gw_owner_t *o)
{
    apr_uint32_t n;

    memset(view, 0, sizeof(*view));
    view->kind = (gw_owner_kind_t)o->kind;
    view->id = o->id;
    view->in_flight = o->in_flight;
    view->pins = o->pins;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        if (gw_meter_at(seg, n)->kind == GW_METER_BUDGET
            && view->n < GW_BUDGETS)
            view->budget[view->n++] = gw_meter_at(seg, n)->u.budget;
    }
}

static const char *name(const gw_fsck_t *f, const view_t *v)
{
    return apr_psprintf(f->pool, "%s %" APR_INT64_T_FMT,
                        v->kind == GW_OWNER_TEAM ? "team" : "key", v->id);
}

static void differ(gw_fsck_t *f, const view_t *v, const char *what,
                   apr_int64_t counted, apr_int64_t is)
{
    if (counted != is)
        gw_fsck_find(f, "counters", apr_psprintf(f->pool, "%s: %s were %"
                     APR_INT64_T_FMT ", its cells have %" APR_INT64_T_FMT,
                     name(f, v), what, counted, is));
}

static void differ_sum(gw_fsck_t *f, const view_t *v, const char *what,
                       const gw_sum_t *counted, const gw_sum_t *is)
{
    char was[GW_MONEY_TEXT], now[GW_MONEY_TEXT];

    if (gw_sum_compare(counted, is) != 0)
        gw_fsck_find(f, "counters", apr_psprintf(f->pool, "%s: %s were %s, "
                     "its cells have %s", name(f, v), what,
                     gw_sum_text(was, counted), gw_sum_text(now, is)));
}

static void compare(gw_fsck_t *f, const view_t *was, const view_t *is)
{
    unsigned i;

    differ(f, was, "places", was->in_flight, is->in_flight);
    differ(f, was, "pins", was->pins, is->pins);
    for (i = 0; i < was->n; i++) {
        differ_sum(f, was, "the reserves", &was->budget[i].reserved,
                   &is->budget[i].reserved);
        differ_sum(f, was, "the amounts pending", &was->budget[i].pending,
                   &is->budget[i].pending);
    }
}

static apr_status_t committed(gw_fsck_t *f, gw_db_t *db, const view_t *v)
{
    char counted[GW_MONEY_TEXT], is[GW_MONEY_TEXT];
    apr_status_t rv = APR_SUCCESS;
    gw_sum_t spent;
    unsigned i;

    for (i = 0; i < v->n && rv == APR_SUCCESS; i++) {
        const gw_budget_t *b = &v->budget[i];

        if (b->flags & GW_BUDGET_UNREAD)
            continue;
        rv = gw_ledger_spent(&spent, db, v->kind == GW_OWNER_TEAM, v->id,
                             b->currency, b->start);
        if (rv == APR_SUCCESS && gw_sum_compare(&spent, &b->committed) != 0)
            gw_fsck_find(f, "budgets", apr_psprintf(f->pool, "%s: %s %s: %s "
                         "is counted as spent, its rows come to %s",
                         name(f, v), b->currency, gw_window_names[b->window],
                         gw_sum_text(counted, &b->committed),
                         gw_sum_text(is, &spent)));
    }
    return rv;
}

static apr_status_t check_owner(gw_fsck_t *f, gw_segment_t *seg, gw_db_t *db,
                                apr_uint32_t number)
{
    view_t was, is;

    gw_owner_lock(seg, number);
    look(&was, seg, gw_owner_at(seg, number));
    gw_meters_recount(seg, number);
    look(&is, seg, gw_owner_at(seg, number));
    gw_owner_unlock(seg, number);
    compare(f, &was, &is);
    return committed(f, db, &is);
}

apr_status_t gw_verify_segment(gw_fsck_t *f, gw_segment_t *seg, gw_db_t *db)
{
    apr_status_t rv = APR_SUCCESS;
    apr_uint32_t i;

    gw_segment_lock(&seg->header->drain_mutex);
    if (seg->header->draining)
        rv = APR_EBUSY;         /* a helper died: see gw_budgets_read */
    for (i = 1; i <= seg->n.owners && rv == APR_SUCCESS; i++) {
        const gw_owner_t *o = gw_owner_at(seg, i);

        if (o->kind != GW_OWNER_FREE
            && (o->meters != 0 || o->pins != 0 || o->in_flight != 0))
            rv = check_owner(f, seg, db, i);
    }
    gw_segment_unlock(&seg->header->drain_mutex);
    return rv;
}

/* ---- the command ---------------------------------------------------- */

/* -D name=YYYY-MM-DD as ms; -1: it was not given.  0: it is no day. */
static int read_day(apr_int64_t *ms, const char *name)
{
    apr_size_t n = strlen(name);
    apr_time_exp_t t;
    apr_time_t time;
    int i, end = 0;

    *ms = -1;
    for (i = 0; i < ap_server_config_defines->nelts; i++) {
        const char *d = APR_ARRAY_IDX(ap_server_config_defines, i,
                                      const char *);

        if (strncmp(d, name, n) != 0 || d[n] != '=')
            continue;
        memset(&t, 0, sizeof(t));
        if (sscanf(d + n + 1, "%4d-%2d-%2d%n", &t.tm_year, &t.tm_mon,
                   &t.tm_mday, &end) != 3 || d[n + 1 + end] != '\0'
            || t.tm_year < 1970 || t.tm_mon < 1 || t.tm_mon > 12
            || t.tm_mday < 1 || t.tm_mday > 31) {
            printf("-D %s: must be a day as %s=2026-11-01\n", d, name);
            return 0;
        }
        t.tm_year -= 1900;
        t.tm_mon--;
        if (apr_time_exp_gmt_get(&time, &t) == APR_SUCCESS)
            *ms = apr_time_as_msec(time);
    }
    return 1;
}

static int report(apr_pool_t *pool, const char *path)
{
    apr_int64_t from, to;
    gw_fsck_t f;
    gw_db_t *db;
    apr_status_t rv = gw_db_open(&db, GW_DB_INHERITED, GW_DB_READ, pool);
    int i;

    if (!read_day(&from, "LLMGW_FSCK_FROM") || !read_day(&to, "LLMGW_FSCK_TO"))
        return 1;
    gw_fsck_init(&f, pool);
    gw_fsck_range(&f, from, to);
    if (rv == APR_SUCCESS)
        rv = gw_fsck_ledger(&f, db);
    if (rv != APR_SUCCESS) {
        printf("%s cannot be read\n", path);
        return 1;
    }
    for (i = 0; i < f.findings->nelts; i++) {
        const gw_finding_t *finding = &APR_ARRAY_IDX(f.findings, i,
                                                     gw_finding_t);

        printf("%s: %s\n", finding->check, finding->detail);
    }
    printf("%s: %" APR_INT64_T_FMT " rows, %" APR_INT64_T_FMT " priced again, "
           "%" APR_INT64_T_FMT " findings\n", path, f.rows, f.repriced,
           f.wrong);
    return f.wrong > 0;
}

/* The files are opened as who starts httpd, the database is read as User: it
 * holds what clients and upstreams sent. */
static const char *prepare(apr_pool_t *pool, server_rec *s)
{
    gw_inherited_t in = { .state_dir = gw_config_server(s)->state_dir };
    const char *above, *trouble;
    int dir;

    trouble = gw_state_open(&dir, &above, in.state_dir, pool);
    if (trouble == NULL)
        trouble = gw_state_open_db(&in, dir, 0, pool);
    if (trouble == NULL && ap_run_drop_privileges(pool, s) != OK)
        trouble = "cannot become the configured User";
    if (trouble == NULL
        && gw_db_inherit(in.db, in.wal, in.shm) != APR_SUCCESS)
        trouble = "this SQLite cannot open a database by its descriptors";
    return trouble;
}

static int run(apr_pool_t *pool, server_rec *s)
{
    const char *trouble = prepare(pool, s);

    if (trouble != NULL) {
        printf("%s\n", trouble);
        return 1;
    }
    return report(pool, apr_pstrcat(pool, gw_config_server(s)->state_dir,
                                    "/llmgw.db", NULL));
}

void gw_verify_command(apr_pool_t *pool, server_rec *s)
{
    int status = 1;
    pid_t pid;

    if (!ap_exists_config_define("LLMGW_FSCK"))
        return;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        status = run(pool, s);
        fflush(NULL);
        _exit(status);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        exit(1);
}
