/* SPDX-License-Identifier: Apache-2.0 */
/* usage.c - /llmgw/admin/v1/usage and /v1/usage: sums by key, team, model,
 * day and hour, as JSON or CSV.
 *
 * They come from the rollups, never from the ledger's rows; amounts of two
 * currencies are never one sum.  Days and hours are those of UTC.  An answer
 * is whole: a part of a bill looks like a bill, so what is too much for one
 * answer is refused.
 */
#include <apr_strings.h>
#include <httpd.h>

#include "buffer.h"
#include "csv.h"
#include "filters.h"
#include "handlers.h"
#include "query.h"
#include "refuse.h"
#include "rfc3339.h"
#include "usage_report.h"
#include "value.h"

#define HOUR_MS APR_INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define DAYS_DEFAULT 30         /* before today */
#define MOST_JSON 10000         /* sums of one answer */
#define MOST_CSV 100000

static const char *const groups[] = {
    "day", "hour", "team", "key", "model", NULL     /* bits: GW_GROUP_* */
};
static const char *const own_groups[] = { "day", "hour", "model", NULL };
static const char *const formats[] = { "json", "csv", NULL };

typedef struct asked_t {
    gw_usage_filter_t filter;
    apr_int64_t from_ms, to_ms;
    int csv;
} asked_t;

/* ---- what is asked -------------------------------------------------- */

static int whole(gw_admin_t *a, const char *name, apr_int64_t ms)
{
    if (ms % HOUR_MS == 0)
        return 1;
    return gw_check_refuse(a, name, "must be a whole hour: sums are kept by "
                           "the hour, in UTC");
}

/* The range: whole days where both ends are, which is faster. */
static int range_of(gw_admin_t *a, asked_t *q, const gw_param_value_t *from,
                    const gw_param_value_t *to)
{
    gw_usage_filter_t *f = &q->filter;
    apr_int64_t unit;

    q->to_ms = to->text != NULL ? to->n
                                : (a->now_ms / DAY_MS + 1) * DAY_MS;
    q->from_ms = from->text != NULL ? from->n
               : q->to_ms - q->to_ms % DAY_MS - (DAYS_DEFAULT + 1) * DAY_MS;
    if (q->from_ms < 0)
        q->from_ms = 0;
    if (!whole(a, "from", q->from_ms) || !whole(a, "to", q->to_ms))
        return 0;
    if (q->from_ms >= q->to_ms)
        return gw_check_refuse(a, "from", "must be earlier than 'to', which is "
                               "exclusive and by default the end of today");
    f->hours = (f->group_by & GW_GROUP_HOUR) || q->from_ms % DAY_MS != 0
               || q->to_ms % DAY_MS != 0;
    unit = f->hours ? HOUR_MS : DAY_MS;
    f->from = q->from_ms / unit;
    f->to = q->to_ms / unit;
    return 1;
}

static int wants_csv(const gw_admin_t *a, const gw_param_value_t *format)
{
    const char *accept = apr_table_get(a->call->r->headers_in, "Accept");

    if (format->text != NULL)
        return format->n == 1;
    return accept != NULL && ap_strcasestr(accept, "text/csv") != NULL;
}

static void set_names(gw_usage_filter_t *f, const gw_names_t *names)
{
    f->key_id = names->key_id;
    f->team_id = names->team_id;
    f->model_id = names->model_id;
    f->currency_id = names->currency_id;
    f->key_team_id = names->key_team_id;
    if (f->key_id != GW_ANY && f->team_id != GW_ANY
        && f->team_id != f->key_team_id)
        f->key_team_id = GW_NO_MATCH;   /* a key of another team */
}

/* ---- JSON ----------------------------------------------------------- */

static void add(json_object *o, const char *name, json_object *value)
{
    json_object_object_add(o, name, value);
}

static void add_count(json_object *o, const char *name, apr_int64_t n)
{
    add(o, name, json_object_new_int64(n));
}

static json_object *sum_json(gw_admin_t *a, unsigned by,
                             const gw_usage_sum_t *s)
{
    json_object *o = json_object_new_object();
    char amount[GW_MONEY_TEXT], at[GW_RFC3339_TEXT];

    add(o, "object", json_object_new_string("usage"));
    if (by & GW_GROUP_DAY)
        add(o, "day", gw_admin_text(
                gw_rfc3339_day(at, s->at.hour * HOUR_MS)));
    if (by & GW_GROUP_HOUR)
        add(o, "hour", gw_admin_text(
                gw_rfc3339_text(at, s->at.hour * HOUR_MS)));
    if (by & GW_GROUP_TEAM)
        add(o, "team", gw_admin_text(s->team));
    if (by & GW_GROUP_KEY) {
        add(o, "key", gw_admin_text(s->key));
        add(o, "key_name", gw_admin_text(s->key_name));
    }
    if (by & GW_GROUP_MODEL)
        add(o, "model", gw_admin_text(s->model));
    add(o, "currency", gw_admin_text(s->currency));
    add_count(o, "requests", s->requests);
    add_count(o, "failed", s->failed);
    add_count(o, "estimated", s->estimated);
    add_count(o, "prompt_tokens", s->prompt);
    add_count(o, "cached_tokens", s->cached);
    add_count(o, "completion_tokens", s->output);
    add(o, "amount", json_object_new_string(gw_sum_text(amount,
                                                        &s->amount)));
    return o;
}

static json_object *sums_json(gw_admin_t *a, const asked_t *q,
                              const apr_array_header_t *sums)
{
    json_object *data = json_object_new_array(), *o;
    int i;

    for (i = 0; i < sums->nelts; i++)
        json_object_array_add(data, sum_json(a, q->filter.group_by,
                              APR_ARRAY_IDX(sums, i, gw_usage_sum_t *)));
    o = gw_query_page(data, NULL);
    add(o, "from", gw_admin_time(q->from_ms));
    add(o, "to", gw_admin_time(q->to_ms));
    add(o, "zone", json_object_new_string("UTC"));
    return o;
}

/* ---- CSV ------------------------------------------------------------ */

static void count(gw_buffer_t *b, apr_int64_t n)
{
    char text[32];

    apr_snprintf(text, sizeof(text), "%" APR_INT64_T_FMT, n);
    gw_csv_plain(b, text, ",");
}

static void csv_head(gw_buffer_t *b, unsigned by)
{
    static const char *const counts[] = {
        "currency", "requests", "failed", "estimated", "prompt_tokens",
        "cached_tokens", "completion_tokens"
    };
    unsigned i;

    for (i = 0; groups[i] != NULL; i++) {
        if (by & 1u << i)
            gw_csv_plain(b, groups[i], ",");
        if (by & 1u << i & GW_GROUP_KEY)
            gw_csv_plain(b, "key_name", ",");
    }
    for (i = 0; i < GW_COUNT(counts); i++)
        gw_csv_plain(b, counts[i], ",");
    gw_csv_plain(b, "amount", "\r\n");
}

static void csv_sum(gw_buffer_t *b, unsigned by, const gw_usage_sum_t *s)
{
    char amount[GW_MONEY_TEXT], at[GW_RFC3339_TEXT];

    if (by & GW_GROUP_DAY)
        gw_csv_text(b, gw_rfc3339_day(at, s->at.hour * HOUR_MS), ",");
    if (by & GW_GROUP_HOUR)
        gw_csv_text(b, gw_rfc3339_text(at, s->at.hour * HOUR_MS), ",");
    if (by & GW_GROUP_TEAM)
        gw_csv_text(b, s->team, ",");
    if (by & GW_GROUP_KEY) {
        gw_csv_text(b, s->key, ",");
        gw_csv_text(b, s->key_name, ",");
    }
    if (by & GW_GROUP_MODEL)
        gw_csv_text(b, s->model, ",");
    gw_csv_text(b, s->currency, ",");
    count(b, s->requests);
    count(b, s->failed);
    count(b, s->estimated);
    count(b, s->prompt);
    count(b, s->cached);
    count(b, s->output);
    gw_csv_plain(b, gw_sum_text(amount, &s->amount), "\r\n");
}

static void sums_csv(gw_admin_t *a, const asked_t *q,
                     const apr_array_header_t *sums)
{
    gw_buffer_t b = { NULL, 0, 0 };
    int i;

    csv_head(&b, q->filter.group_by);
    for (i = 0; i < sums->nelts; i++)
        csv_sum(&b, q->filter.group_by,
                APR_ARRAY_IDX(sums, i, gw_usage_sum_t *));
    a->type = "text/csv; charset=utf-8; header=present";
    a->text = gw_buffer_take(&b, a->pool);
    apr_table_setn(a->call->r->headers_out, "Content-Disposition",
                   "attachment; filename=\"usage.csv\"");
}

/* ---- the answer ----------------------------------------------------- */

static int too_much(gw_admin_t *a, const asked_t *q, apr_status_t rv)
{
    if (rv == APR_ENOMEM)
        return gw_check_refuse(a, "from", apr_psprintf(a->pool, "is too early: "
                               "more than %d hourly or daily sums lie in the "
                               "range; ask for a shorter one, for whole days, "
                               "or for one team or key",
                               GW_USAGE_WORK));
    return gw_check_refuse(a, "group_by", apr_psprintf(a->pool, "gives more "
                           "than %d sums, the most that one answer holds%s; "
                           "ask for a shorter range, group by less, or ask for "
                           "one team, key or model",
                           q->csv ? MOST_CSV : MOST_JSON,
                           q->csv ? "" : " as JSON (with ?format=csv it holds "
                                         "100000)"));
}

static int answer(gw_admin_t *a, const asked_t *q, json_object **out)
{
    apr_array_header_t *sums;
    apr_status_t rv = gw_usage_report(&sums, a->db, &q->filter,
                                      q->csv ? MOST_CSV : MOST_JSON, a->pool);

    if (rv == APR_ENOMEM || rv == APR_ERANGE)
        return too_much(a, q, rv);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    if (q->csv)
        sums_csv(a, q, sums);
    else
        *out = sums_json(a, q, sums);
    return HTTP_OK;
}

int gw_admin_usage(gw_admin_t *a, json_object **out)
{
    enum { Q_KEY, Q_TEAM, Q_MODEL, Q_CURRENCY, Q_BY, Q_FROM, Q_TO, Q_FORMAT,
           Q_COUNT };
    static const gw_param_t params[] = {
        GW_Q_NAMES, { "group_by", GW_Q_WORDS, 0, 0, groups },
        { "from", GW_Q_TIME }, { "to", GW_Q_TIME },
        { "format", GW_Q_WORD, 0, 0, formats }, { NULL }
    };
    gw_param_value_t v[Q_COUNT];
    gw_names_t names;
    asked_t q;

    if (!gw_query(a, params, v) || !gw_filter_names(a, &v[Q_KEY], &names))
        return 0;
    q.filter.group_by = (unsigned)v[Q_BY].n;
    q.csv = wants_csv(a, &v[Q_FORMAT]);
    set_names(&q.filter, &names);
    return range_of(a, &q, &v[Q_FROM], &v[Q_TO]) && answer(a, &q, out)
           ? HTTP_OK : 0;
}

int gw_admin_own_usage(gw_admin_t *a, json_object **out)
{
    static const unsigned bits[] = { GW_GROUP_DAY, GW_GROUP_HOUR,
                                     GW_GROUP_MODEL };
    enum { Q_MODEL, Q_CURRENCY, Q_BY, Q_FROM, Q_TO, Q_FORMAT, Q_COUNT };
    static const gw_param_t params[] = {
        { "model", GW_Q_TEXT, 1, 200 }, { "currency", GW_Q_TEXT, 3, 3 },
        { "group_by", GW_Q_WORDS, 0, 0, own_groups },
        { "from", GW_Q_TIME }, { "to", GW_Q_TIME },
        { "format", GW_Q_WORD, 0, 0, formats }, { NULL }
    };
    gw_param_value_t v[Q_COUNT];
    gw_names_t names;
    asked_t q;
    unsigned i;

    if (!gw_query(a, params, v) || !gw_filter_own(a, &v[Q_MODEL], &names))
        return 0;
    q.filter.group_by = 0;
    for (i = 0; i < GW_COUNT(bits); i++) {
        if (v[Q_BY].n & 1 << i)
            q.filter.group_by |= bits[i];
    }
    q.csv = wants_csv(a, &v[Q_FORMAT]);
    set_names(&q.filter, &names);
    return range_of(a, &q, &v[Q_FROM], &v[Q_TO]) && answer(a, &q, out)
           ? HTTP_OK : 0;
}
