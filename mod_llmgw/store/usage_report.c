/* SPDX-License-Identifier: Apache-2.0 */
/* usage_report.c - sums of the rollups (see usage_report.h).
 *
 * They are added up here, not by SQL: its sum() overflows where two columns
 * do not, and it would sort what only has to be found again.
 */
#include "usage_report.h"

#include <stdlib.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "col.h"
#include "stmt.h"

typedef struct report_t {
    gw_db_t *db;
    const gw_usage_filter_t *f;
    int most;
    apr_pool_t *pool;
    apr_hash_t *groups;         /* gw_usage_at_t to gw_usage_sum_t */
    apr_array_header_t *list;   /* of gw_usage_sum_t * */
    apr_hash_t *names;
} report_t;

/* ---- adding up ------------------------------------------------------ */

static gw_stmt_t *prepare(report_t *r)
{
    static const gw_sql_t all[] = { sql_usage_day, sql_usage_hour };
    static const gw_sql_t team[] = { sql_usage_day_of_team,
                                        sql_usage_hour_of_team };
    static const gw_sql_t key[] = { sql_usage_day_of_key,
                                       sql_usage_hour_of_key };
    const gw_usage_filter_t *f = r->f;
    int hours = f->hours != 0;
    gw_stmt_t *st = gw_stmt_prepare(r->db, f->key_id != GW_ANY ? key[hours]
                                          : f->team_id != GW_ANY ? team[hours]
                                          : all[hours]);

    gw_stmt_bind_int(st, 1, f->from);
    gw_stmt_bind_int(st, 2, f->to);
    if (f->key_id != GW_ANY) {
        gw_stmt_bind_int(st, 3, f->key_team_id);
        gw_stmt_bind_int(st, 4, f->key_id);
    }
    else if (f->team_id != GW_ANY) {
        gw_stmt_bind_int(st, 3, f->team_id);
    }
    return st;
}

/* The group that a row of a rollup belongs to. */
static void place(gw_usage_at_t *at, const report_t *r, gw_stmt_t *st)
{
    unsigned by = r->f->group_by;
    apr_int64_t hour = gw_col_int(st, 0) * (r->f->hours ? 1 : 24);

    memset(at, 0, sizeof(*at));
    if (by & GW_GROUP_HOUR)
        at->hour = hour;
    else if (by & GW_GROUP_DAY)
        at->hour = hour - hour % 24;
    if (by & GW_GROUP_TEAM)
        at->team_id = gw_col_int(st, 1);
    if (by & GW_GROUP_KEY)
        at->key_id = gw_col_int(st, 2);
    if (by & GW_GROUP_MODEL)
        at->model_id = gw_col_int(st, 3);
    at->currency_id = gw_col_int(st, 4);
}

/* NULL: there are too many. */
static gw_usage_sum_t *group_of(report_t *r, const gw_usage_at_t *at)
{
    gw_usage_sum_t *sum = apr_hash_get(r->groups, at, sizeof(*at));

    if (sum == NULL && r->list->nelts < r->most) {
        sum = apr_pcalloc(r->pool, sizeof(*sum));
        sum->at = *at;
        apr_hash_set(r->groups, &sum->at, sizeof(sum->at), sum);
        APR_ARRAY_PUSH(r->list, gw_usage_sum_t *) = sum;
    }
    return sum;
}

static apr_status_t add_row(report_t *r, gw_stmt_t *st)
{
    gw_usage_at_t at;
    gw_usage_sum_t *sum;
    gw_sum_t amount;

    if ((r->f->model_id != GW_ANY
         && gw_col_int(st, 3) != r->f->model_id)
        || (r->f->currency_id != GW_ANY
            && gw_col_int(st, 4) != r->f->currency_id))
        return APR_SUCCESS;
    place(&at, r, st);
    sum = group_of(r, &at);
    if (sum == NULL)
        return APR_ERANGE;
    sum->requests += gw_col_int(st, 5);
    sum->failed += gw_col_int(st, 6);
    sum->estimated += gw_col_int(st, 7);
    sum->prompt += gw_col_int(st, 8);
    sum->cached += gw_col_int(st, 9);
    sum->output += gw_col_int(st, 10);
    amount.micro = gw_col_int(st, 11);
    amount.pico = gw_col_int(st, 12);
    return gw_sum_add(&sum->amount, &amount) == APR_SUCCESS ? APR_SUCCESS
                                                            : APR_EGENERAL;
}

static apr_status_t add_up(report_t *r)
{
    gw_stmt_t *st = prepare(r);
    int work = GW_USAGE_WORK;
    apr_status_t rv;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        rv = work-- > 0 ? add_row(r, st) : APR_ENOMEM;
        if (rv != APR_SUCCESS) {
            gw_stmt_end(st);
            return rv;
        }
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

/* ---- names ---------------------------------------------------------- */

typedef struct name_t {
    struct { apr_int64_t kind, id; } at;
    const char *text, *more;
} name_t;

enum { TEAM, KEY, MODEL, CURRENCY };

/* Each is looked up once; id 0 has none. */
static apr_status_t find_name(const name_t **out, report_t *r, int kind,
                              apr_int64_t id)
{
    static const gw_sql_t sql[] = {
        sql_team_name, sql_key_name, sql_model_name, sql_currency_name
    };
    gw_stmt_t *st;
    apr_status_t rv;
    name_t *name, seek;

    memset(&seek, 0, sizeof(seek));
    seek.at.kind = kind;
    seek.at.id = id;
    *out = name = apr_hash_get(r->names, &seek.at, sizeof(seek.at));
    if (name != NULL)
        return APR_SUCCESS;
    *out = name = apr_pmemdup(r->pool, &seek, sizeof(seek));
    apr_hash_set(r->names, &name->at, sizeof(name->at), name);
    if (id == 0)
        return APR_SUCCESS;
    st = gw_stmt_prepare(r->db, sql[kind]);
    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_SUCCESS : rv;
    name->text = gw_col_text(st, 0, r->pool);
    if (kind == KEY)
        name->more = gw_col_text(st, 1, r->pool);
    return gw_stmt_end(st);
}

static apr_status_t name_sum(report_t *r, gw_usage_sum_t *sum)
{
    const name_t *name[4] = { NULL };
    const apr_int64_t ids[4] = { sum->at.team_id, sum->at.key_id,
                                 sum->at.model_id, sum->at.currency_id };
    apr_status_t rv;
    int i;

    for (i = 0; i < 4; i++) {
        rv = find_name(&name[i], r, i, ids[i]);
        if (rv != APR_SUCCESS)
            return rv;
    }
    sum->team = name[TEAM]->text;
    sum->key = name[KEY]->text;
    sum->key_name = name[KEY]->more;
    sum->model = name[MODEL]->text;
    sum->currency = name[CURRENCY]->text;
    return APR_SUCCESS;
}

static int compare_texts(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int compare(const void *pa, const void *pb)
{
    const gw_usage_sum_t *a = *(gw_usage_sum_t *const *)pa;
    const gw_usage_sum_t *b = *(gw_usage_sum_t *const *)pb;
    int c = (a->at.hour > b->at.hour) - (a->at.hour < b->at.hour);

    if (c == 0)
        c = compare_texts(a->team, b->team);
    if (c == 0)
        c = compare_texts(a->key, b->key);
    if (c == 0)
        c = compare_texts(a->model, b->model);
    return c != 0 ? c : compare_texts(a->currency, b->currency);
}

apr_status_t gw_usage_report(apr_array_header_t **sums, gw_db_t *db,
                             const gw_usage_filter_t *filter, int most,
                             apr_pool_t *pool)
{
    report_t r = { db, filter, most, pool, apr_hash_make(pool),
                   apr_array_make(pool, 64, sizeof(gw_usage_sum_t *)),
                   apr_hash_make(pool) };
    apr_status_t rv = gw_db_begin_read(db);
    int i;

    if (rv == APR_SUCCESS)
        rv = add_up(&r);
    for (i = 0; i < r.list->nelts && rv == APR_SUCCESS; i++)
        rv = name_sum(&r, APR_ARRAY_IDX(r.list, i, gw_usage_sum_t *));
    gw_db_rollback(db);
    if (rv != APR_SUCCESS)
        return rv;
    qsort(r.list->elts, (size_t)r.list->nelts, sizeof(gw_usage_sum_t *),
          compare);
    *sums = r.list;
    return APR_SUCCESS;
}
