/* SPDX-License-Identifier: Apache-2.0 */
/* fsck_command.c - see fsck_command.h. */
#include "fsck_command.h"

#include <http_core.h>
#include <http_main.h>
#include <mpm_common.h>
#include <unixd.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "config.h"
#include "db_files.h"
#include "fsck.h"
#include "inherited.h"
#include "rfc3339.h"
#include "state_dir.h"

/* -D name=YYYY-MM-DD as ms; -1: it was not given.  0: it is no day. */
static int read_day(apr_int64_t *ms, const char *name)
{
    apr_size_t n = strlen(name);
    int i;

    *ms = -1;
    for (i = 0; i < ap_server_config_defines->nelts; i++) {
        const char *d = APR_ARRAY_IDX(ap_server_config_defines, i,
                                      const char *);

        if (strncmp(d, name, n) != 0 || d[n] != '=')
            continue;
        if (gw_rfc3339_parse_day(ms, d + n + 1) != APR_SUCCESS) {
            printf("-D %s: must be a day as %s=2026-11-01\n", d, name);
            return 0;
        }
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

/* The files are opened as the user that starts httpd, the database is read
 * as User: it holds what clients and upstreams sent. */
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
        && gw_db_files_inherit(in.db, in.wal, in.shm) != APR_SUCCESS)
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

void gw_fsck_command(apr_pool_t *pool, server_rec *s)
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
