/* SPDX-License-Identifier: Apache-2.0 */
/* requests.c - /llmgw/admin/v1/requests: rows of the ledger.
 *
 * Where a request went is the administrator's: a caller of scope team sees
 * what its keys see.
 */
#include <apr_strings.h>

#include "catalog_load.h"
#include "filters.h"
#include "handlers.h"
#include "ledger_rows.h"
#include "query.h"
#include "refuse.h"
#include "value.h"

static const char *const sources[] = {
    "none", "reported", "drained", "estimated", NULL
};
static const char *const kinds[] = { "request", "adjustment", NULL };

static int is_admin(const gw_admin_t *a)
{
    return a->call->caller.scope == GW_SCOPE_ADMIN;
}

static void add(json_object *o, const char *name, json_object *value)
{
    json_object_object_add(o, name, value);
}

static json_object *request_json(const gw_admin_t *a, const gw_receipt_t *rc)
{
    const gw_row_t *row = &rc->row;
    json_object *o = gw_admin_row_json(rc, "request");

    if (row->kind != GW_KIND_REQUEST || !is_admin(a))
        return o;
    add(o, "upstream", gw_admin_text(rc->upstream));
    add(o, "upstream_model", gw_admin_text(rc->route));
    add(o, "upstream_request", gw_admin_text(rc->upstream_request));
    add(o, "dialect", json_object_new_string(gw_dialect_names[row->dialect]));
    add(o, "reached", json_object_new_boolean(row->reached));
    return o;
}

/* ---- the list ------------------------------------------------------- */

enum { Q_LIMIT, Q_AFTER, Q_KEY, Q_TEAM, Q_MODEL, Q_CURRENCY, Q_UPSTREAM,
       Q_STATE, Q_SOURCE, Q_KIND, Q_FROM, Q_TO, Q_MIN, Q_COUNT };

static void add_to_filter(gw_row_filter_t *f, const gw_param_value_t *q,
                          const gw_names_t *names)
{
    f->key_id = names->key_id;
    f->team_id = names->team_id;
    f->model_id = names->model_id;
    f->currency_id = names->currency_id;
    f->state = q[Q_STATE].text != NULL ? (int)q[Q_STATE].n + 1 : GW_ANY;
    f->source = q[Q_SOURCE].text != NULL ? (int)q[Q_SOURCE].n : GW_ANY;
    f->kind = q[Q_KIND].text != NULL ? (int)q[Q_KIND].n : GW_ANY;
    f->least = q[Q_MIN].text != NULL ? &q[Q_MIN].sum : NULL;
}

int gw_admin_request_list(gw_admin_t *a, json_object **out)
{
    static const gw_param_t params[] = {
        GW_Q_PAGE, GW_Q_NAMES, { "upstream", GW_Q_TEXT, 1, 64 },
        { "state", GW_Q_WORD, 0, 0, gw_admin_states },
        { "source", GW_Q_WORD, 0, 0, sources },
        { "kind", GW_Q_WORD, 0, 0, kinds },
        { "from", GW_Q_TIME }, { "to", GW_Q_TIME },
        { "min_amount", GW_Q_AMOUNT }, { NULL }
    };
    gw_param_value_t q[Q_COUNT];
    gw_row_filter_t f;
    gw_row_page_t page;
    gw_names_t names;
    apr_status_t rv;

    gw_rows_filter_init(&f);
    if (!gw_query(a, params, q) || !gw_filter_names(a, &q[Q_KEY], &names)
        || !gw_filter_name(a, GW_NAME_UPSTREAM, "upstream",
                           is_admin(a) ? q[Q_UPSTREAM].text : NULL,
                           &f.upstream_id)
        || !gw_filter_time(a, &q[Q_FROM], &q[Q_TO], &f)
        || !gw_admin_rows_after(a, &q[Q_AFTER], &f))
        return 0;
    if (!is_admin(a) && q[Q_UPSTREAM].text != NULL)
        return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, "upstream",
                               "'upstream' needs a key of scope 'admin'.");
    add_to_filter(&f, q, &names);
    rv = gw_rows_page(&page, a->db, &f, (int)q[Q_LIMIT].n, a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = gw_admin_rows_json(a, &page, request_json);
    return *out != NULL ? HTTP_OK : 0;
}

/* ---- one ------------------------------------------------------------ */

static json_object *attempts_json(const apr_array_header_t *attempts)
{
    json_object *list = json_object_new_array();
    int i;

    for (i = 0; i < attempts->nelts; i++) {
        const gw_receipt_attempt_t *t = &APR_ARRAY_IDX(attempts, i,
                                                       gw_receipt_attempt_t);
        json_object *o = json_object_new_object();

        add(o, "upstream", gw_admin_text(t->upstream));
        add(o, "status", t->attempt.status
                         ? json_object_new_int(t->attempt.status) : NULL);
        add(o, "reason", json_object_new_string(
                             gw_reason_names[t->attempt.reason]));
        add(o, "ms", json_object_new_int(t->attempt.ms));
        json_object_array_add(list, o);
    }
    return list;
}

/* Every row can be priced again from what it holds, and gives itself. */
static apr_status_t add_check(gw_admin_t *a, json_object *o,
                              const gw_row_t *row)
{
    json_object *check;
    gw_charge_t charge;
    gw_price_t price;
    apr_status_t rv;
    int is_free;

    if (row->kind != GW_KIND_REQUEST || row->state == GW_STATE_OPEN)
        return APR_SUCCESS;
    rv = gw_catalog_load_price(&price, &is_free, a->db, row->price_id, a->pool);
    if (rv == APR_SUCCESS)
        rv = gw_row_reprice(&charge, row, &price);
    if (rv != APR_SUCCESS)
        return rv;
    check = json_object_new_object();
    add(check, "amount", gw_admin_amount(charge.amount));
    add(check, "equal",
        json_object_new_boolean(charge.amount == row->amount));
    add(o, "repriced", check);
    return APR_SUCCESS;
}

static int not_found(gw_admin_t *a)
{
    return gw_admin_refuse(a, GW_P_NOT_FOUND, NULL,
                           apr_psprintf(a->pool, "There is no request '%s'.",
                                        a->id));
}

static int may_see(const gw_admin_t *a, const gw_row_t *row)
{
    return is_admin(a) || row->team_id == a->call->caller.team_id;
}

static int show(gw_admin_t *a, const gw_receipt_t *rc, json_object **out)
{
    apr_array_header_t *attempts;
    apr_status_t rv = APR_SUCCESS;
    json_object *o;

    o = request_json(a, rc);
    if (is_admin(a) && rc->row.kind == GW_KIND_REQUEST
        && rc->row.state != GW_STATE_OPEN) {
        rv = gw_receipt_attempts(&attempts, a->db, rc->row.id, a->pool);
        if (rv == APR_SUCCESS)
            add(o, "failed_attempts", attempts_json(attempts));
    }
    if (rv == APR_SUCCESS)
        rv = add_check(a, o, &rc->row);
    if (rv != APR_SUCCESS) {
        json_object_put(o);
        return gw_admin_store_trouble(a, rv);
    }
    *out = o;
    return HTTP_OK;
}

int gw_admin_request_get(gw_admin_t *a, json_object **out)
{
    gw_str_t text = { a->id, strlen(a->id) };
    gw_receipt_t rc;
    apr_int64_t id;
    apr_status_t rv;

    if (gw_id_parse(&id, text) != APR_SUCCESS)
        return not_found(a);
    rv = gw_admin_row_find(&rc, a, id);
    if (rv == APR_SUCCESS && !may_see(a, &rc.row))
        rv = APR_ENOENT;
    if (rv == APR_ENOENT)
        return not_found(a);
    return rv == APR_SUCCESS ? show(a, &rc, out)
                             : gw_admin_store_trouble(a, rv);
}
