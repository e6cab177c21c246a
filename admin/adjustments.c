/* SPDX-License-Identifier: Apache-2.0 */
/* adjustments.c - POST /llmgw/admin/v1/adjustments: an amount that belongs
 * to no request, a credit or a correction, as a row of the ledger.
 *
 * It is written here and not by the helper: an administrator's word comes
 * with its audit row, or not at all.  A reference makes it safe to repeat.
 */
#include <apr_strings.h>

#include "budgets.h"
#include "check.h"
#include "field.h"
#include "handlers.h"
#include "json_text.h"
#include "keys.h"
#include "ledger.h"
#include "ledger_rows.h"
#include "owner_index.h"
#include "query.h"
#include "refuse.h"
#include "segment_clock.h"
#include "transaction.h"

static const gw_field_t fields[] = {
    { "key", GW_F_TEXT, 0, 1, 64 },
    { "team", GW_F_TEXT, 0, 1, 64 },
    { "amount", GW_F_TEXT, GW_F_REQUIRED, 1, 32 },
    { "currency", GW_F_TEXT, GW_F_REQUIRED, 3, 3 },
    { "reason", GW_F_LINE, GW_F_REQUIRED, 1, 500 },
    { "request", GW_F_TEXT, 0, 1, 32 },
    { "reference", GW_F_NAME, 0, 1, 200 },
    { NULL }
};

typedef struct adjusting_t {
    gw_row_t row;
    gw_adjustment_t more;
} adjusting_t;

static const char *text_of(gw_admin_t *a, const char *name)
{
    json_object *v;

    return json_object_object_get_ex(a->body, name, &v)
           ? json_object_get_string(v) : NULL;
}

/* ---- the body ------------------------------------------------------- */

static int read_amount(gw_admin_t *a, adjusting_t *adj)
{
    const char *text = text_of(a, "amount");
    int negative = *text == '-';
    gw_str_t digits = { text + negative, strlen(text + negative) };
    gw_sum_t sum, signed_sum = { 0, 0 };

    if (gw_money_amount(&sum, digits) != APR_SUCCESS)
        return gw_check_refuse(a, "amount", "must be a decimal string such "
                               "as \"-1.25\", with at most 12 decimals and "
                               "up to 1000000000000");
    if (gw_sum_sign(&sum) == 0)
        return gw_check_refuse(a, "amount", "must not be zero");
    if (negative)
        gw_sum_subtract(&signed_sum, &sum);
    else
        signed_sum = sum;
    gw_row_put_sum(&adj->row, &adj->more.micro, &signed_sum);
    return 1;
}

static int no_such(gw_admin_t *a, const char *name)
{
    return gw_check_refuse(a, name, apr_psprintf(a->pool, "names no %s: there "
                           "is no '%s'", name, text_of(a, name)));
}

static int read_owner(gw_admin_t *a, gw_row_t *row)
{
    const char *key = text_of(a, "key"), *team = text_of(a, "team");
    gw_key_row_t found;
    apr_status_t rv;

    if (key == NULL && team == NULL)
        return gw_admin_refuse(a, GW_P_MISSING_PARAMETER, "key",
                               "'key' is missing: say whose amount it is, "
                               "with 'key', or with 'team' for a team as a "
                               "whole.");
    if (key != NULL && team != NULL)
        return gw_check_refuse(a, "team", "cannot be given together with "
                               "'key', which belongs to a team");
    if (team != NULL) {
        rv = gw_names_id(&row->team_id, a->db, GW_NAME_TEAM, team);
    }
    else {
        rv = gw_keys_by_public_id(&found, a->db, key, a->pool);
        if (rv == APR_SUCCESS) {
            row->key_id = found.id;
            row->team_id = found.team_id;
        }
    }
    if (rv == APR_ENOENT)
        return no_such(a, key != NULL ? "key" : "team");
    return rv == APR_SUCCESS ? 1 : gw_admin_store_trouble(a, rv);
}

static int read_currency(gw_admin_t *a, gw_row_t *row)
{
    apr_int64_t id = 0;
    const char *code = text_of(a, "currency");
    apr_status_t rv = gw_names_id(&id, a->db, GW_NAME_CURRENCY, code);

    row->currency_id = (apr_int16_t)id;
    if (rv == APR_ENOENT || strcmp(code, "XXX") == 0)
        return gw_check_refuse(a, "currency", apr_psprintf(a->pool, "is '%s', "
                               "in which no model has been priced: use the "
                               "currency of a model's price", code));
    return rv == APR_SUCCESS ? 1 : gw_admin_store_trouble(a, rv);
}

/* The row it corrects: of the same owner, in the same currency. */
static int read_request(gw_admin_t *a, adjusting_t *adj)
{
    const gw_row_t *row = &adj->row;
    const char *text = text_of(a, "request");
    gw_str_t id = { text, 0 };
    gw_receipt_t rc;
    apr_status_t rv = APR_ENOENT;

    if (text == NULL)
        return 1;
    id.n = strlen(text);
    if (gw_id_parse(&adj->more.corrects, id) == APR_SUCCESS)
        rv = gw_receipt_get(&rc, a->db, adj->more.corrects, a->pool);
    if (rv == APR_ENOENT)
        return no_such(a, "request");
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    if (rc.row.team_id != row->team_id
        || (row->key_id != 0 && rc.row.key_id != row->key_id))
        return gw_check_refuse(a, "request", "belongs to another key or team");
    return rc.row.currency_id == row->currency_id
           ? 1 : gw_check_refuse(a, "request", apr_psprintf(a->pool, "is "
                                 "billed in %s: give that 'currency'",
                                 rc.currency));
}

static int read_body(gw_admin_t *a, adjusting_t *adj)
{
    memset(adj, 0, sizeof(*adj));
    adj->row.kind = GW_KIND_ADJUSTMENT;
    adj->row.state = GW_STATE_SETTLED;
    adj->row.source = GW_SOURCE_NONE;
    adj->row.first_ms = -1;
    adj->more.actor_id = a->call->caller.key_id;
    adj->more.reason = text_of(a, "reason");
    adj->more.reference = text_of(a, "reference");
    return gw_check(a, a->body, fields, "") && read_owner(a, &adj->row)
           && read_amount(a, adj)
           && read_currency(a, &adj->row) && read_request(a, adj);
}

/* ---- writing -------------------------------------------------------- */

/* What its key and team spent is read from the ledger again before it is
 * believed: said before the commit, since this process may die behind it. */
static void forget_spent(gw_segment_t *seg, const gw_row_t *row)
{
    apr_uint32_t key = gw_index_by_id(seg, GW_OWNER_KEY, row->key_id);
    apr_uint32_t team = gw_index_by_id(seg, GW_OWNER_TEAM, row->team_id);

    if (key != 0)
        gw_budgets_forget(seg, key);
    if (team != 0)
        gw_budgets_forget(seg, team);
}

static int show(gw_admin_t *a, apr_int64_t id, int status, json_object **out)
{
    gw_receipt_t rc;
    apr_status_t rv = gw_receipt_get(&rc, a->db, id, a->pool);

    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = gw_admin_row_json(&rc, "request");
    return status;
}

/* Its reference was used before: the same adjustment is given back, another
 * one is a conflict. */
static int repeated(gw_admin_t *a, const adjusting_t *adj, apr_int64_t id,
                    json_object **out)
{
    const gw_row_t *row = &adj->row;
    gw_receipt_t rc;
    apr_status_t rv = gw_receipt_get(&rc, a->db, id, a->pool);

    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    if (rc.row.key_id == row->key_id && rc.row.team_id == row->team_id
        && rc.row.amount == row->amount && rc.micro == adj->more.micro
        && rc.row.currency_id == row->currency_id
        && rc.corrects == adj->more.corrects
        && strcmp(rc.reason, adj->more.reason) == 0)
        return show(a, id, HTTP_OK, out);
    return gw_admin_refuse(a, GW_P_CONFLICT, "reference",
                           apr_psprintf(a->pool, "The reference '%s' belongs "
                                        "to another adjustment: give a new "
                                        "adjustment a reference of its own.",
                                        adj->more.reference));
}

/* Nobody reads what was spent until it is committed. */
static apr_status_t commit(gw_admin_t *a, apr_status_t rv,
                           const gw_row_t *row)
{
    pthread_mutex_t *draining = &a->seg->header->drain_mutex;
    char text[GW_ID_LENGTH + 1];

    gw_segment_lock(draining);
    if (rv == APR_SUCCESS)
        forget_spent(a->seg, row);
    rv = gw_admin_commit(a, rv, "create", "adjustment",
                         gw_id_text(text, row->id),
                         gw_admin_line(a, a->body));
    gw_segment_unlock(draining);
    return rv;
}

/* Add it.  *id: the adjustment that has its reference already; 0: none. */
static apr_status_t add(gw_admin_t *a, adjusting_t *adj, apr_int64_t *id)
{
    apr_status_t rv = gw_admin_begin(a);

    *id = 0;
    if (rv == APR_SUCCESS && adj->more.reference != NULL)
        rv = gw_receipt_by_reference(id, a->db, adj->more.reference);
    if (*id != 0) {
        gw_db_rollback(a->db);
        return APR_SUCCESS;
    }
    if (rv == APR_ENOENT)
        rv = APR_SUCCESS;
    adj->row.id = gw_segment_new_id(a->seg, gw_segment_now(a->seg));
    if (rv == APR_SUCCESS)
        rv = gw_ledger_adjust(a->db, &adj->row, &adj->more, a->pool);
    return commit(a, rv, &adj->row);
}

int gw_admin_adjustment_create(gw_admin_t *a, json_object **out)
{
    adjusting_t adj;
    apr_int64_t before;
    apr_status_t rv;

    if (!gw_query_read(a, NULL, 0) || !read_body(a, &adj))
        return 0;
    rv = add(a, &adj, &before);
    if (rv == APR_EEXIST)       /* sql/ledger.sql, rollup_hour_add */
        return gw_check_refuse(a, "amount", "is too large: with it, a sum of "
                               "this day would pass 9 * 10^12, the most that "
                               "it can hold");
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    if (before != 0)
        return repeated(a, &adj, before, out);
    return show(a, adj.row.id, HTTP_CREATED, out);
}
