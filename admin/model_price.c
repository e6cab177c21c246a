/* SPDX-License-Identifier: Apache-2.0 */
/* model_price.c - see model_price.h. */
#include "model_price.h"

#include <apr_strings.h>

#include "field.h"
#include "json_text.h"
#include "object.h"
#include "object_write.h"
#include "price.h"
#include "price_fits.h"
#include "refuse.h"
#include "rfc3339.h"
#include "spec.h"
#include "value.h"

#define NO_CURRENCY "XXX"       /* ISO 4217: no currency is involved */
#define NO_TIERS    "[{\"input\":\"0\",\"output\":\"0\"}]"

static const gw_field_t tier_fields[] = {
    { "up_to", GW_F_INT, GW_F_NULLABLE, 1, GW_TOKENS_MAX },
    { "output_up_to", GW_F_INT, GW_F_NULLABLE, 1, GW_TOKENS_MAX },
    { "input", GW_F_PRICE, GW_F_REQUIRED },
    { "output", GW_F_PRICE, GW_F_REQUIRED },
    { "input_audio", GW_F_PRICE }, { "input_image", GW_F_PRICE },
    { "input_video", GW_F_PRICE }, { "cache_read", GW_F_PRICE },
    { "cache_read_explicit", GW_F_PRICE }, { "cache_write_5m", GW_F_PRICE },
    { "cache_write_1h", GW_F_PRICE }, { "output_audio", GW_F_PRICE },
    { "output_thinking", GW_F_PRICE }, { "per_request", GW_F_PRICE },
    { NULL }
};

const gw_field_t gw_price_fields[] = {
    { "currency", GW_F_TEXT, GW_F_REQUIRED, 3, 3 },
    { "from", GW_F_TIME },
    { "tiers", GW_F_OBJECTS, GW_F_REQUIRED, 0, 0, tier_fields },
    { "id", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { NULL }
};

const gw_field_t gw_price_import_fields[] = {
    { "currency", GW_F_TEXT, 0, 3, 3 },
    { "from", GW_F_TIME, GW_F_REQUIRED },
    { "tiers", GW_F_OBJECTS, 0, 0, 0, tier_fields },
    { "free", GW_F_BOOL },
    { "id", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { NULL }
};

static int is_true(json_object *o, const char *name)
{
    json_object *v;

    return json_object_object_get_ex(o, name, &v)
           && json_object_get_boolean(v);
}

/* ---- validating ----------------------------------------------------- */

static int tier_refused(gw_admin_t *a, const char *path, unsigned i,
                        const char *why)
{
    const char *p = apr_psprintf(a->pool, "%s.tiers[%u]", path, i);

    return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, p,
                           apr_psprintf(a->pool, "'%s': %s.", p, why));
}

static int check_tiers(gw_admin_t *a, json_object *list, const char *path,
                       int explicit_cache)
{
    gw_tier_t *tiers;
    unsigned n, which, i;
    const char *why;

    if (gw_spec_tiers_of(&tiers, &n, list, a->pool) != APR_SUCCESS)
        return tier_refused(a, path, 0, "cannot be read");
    if (gw_tariff_check(tiers, n, &which, &why) != APR_SUCCESS)
        return tier_refused(a, path, which, why);
    for (i = 0; explicit_cache && i < n; i++) {
        if (!gw_price_names_explicit(&tiers[i]))
            return tier_refused(a, path, i, "a model with explicit caching "
                                "must price cache_read_explicit and "
                                "cache_write_5m");
    }
    return 1;
}

static int check_currency(gw_admin_t *a, const char *code, const char *path)
{
    const char *p;

    for (p = code; *p >= 'A' && *p <= 'Z'; p++)
        ;
    return *p == '\0'
           ? 1 : gw_check_refuse(a, gw_check_path(a, path, "currency"),
                                 "must be three capital letters (ISO 4217), "
                                 "such as CNY");
}

/* A price of the document that costs something. */
static int add_price(gw_admin_t *a, gw_item_t *item, json_object *price,
                     const char *path)
{
    gw_price_row_t *row = apr_array_push(item->prices);
    json_object *v;

    memset(row, 0, sizeof(*row));
    row->from_ms = row->created_ms = a->now_ms;
    if (json_object_object_get_ex(price, "from", &v))
        gw_rfc3339_parse(&row->from_ms, json_object_get_string(v));
    json_object_object_get_ex(price, "currency", &v);
    row->currency = apr_pstrdup(a->pool, json_object_get_string(v));
    json_object_object_get_ex(price, "tiers", &v);
    row->tiers = gw_admin_line(a, v);
    return check_currency(a, row->currency, path)
           && check_tiers(a, v, path, gw_price_wants_explicit(item->doc));
}

static void add_free(gw_admin_t *a, gw_item_t *item, json_object *price)
{
    gw_price_row_t *row = apr_array_push(item->prices);
    json_object *v;

    memset(row, 0, sizeof(*row));
    row->from_ms = row->created_ms = a->now_ms;
    if (price != NULL && json_object_object_get_ex(price, "from", &v))
        gw_rfc3339_parse(&row->from_ms, json_object_get_string(v));
    row->free = 1;
    row->currency = NO_CURRENCY;
    row->tiers = NO_TIERS;
}

static int missing(gw_admin_t *a, const char *path, const char *name)
{
    const char *p = gw_check_path(a, path, name);

    return gw_admin_refuse(a, GW_P_MISSING_PARAMETER, p,
                           apr_psprintf(a->pool, "'%s' is missing.", p));
}

/* One of the prices of a catalogue. */
static int read_version(gw_admin_t *a, gw_item_t *item, json_object *price,
                        const char *path)
{
    if (is_true(price, "free")) {
        if (json_object_object_get_ex(price, "tiers", NULL))
            return gw_check_refuse(a, gw_check_path(a, path, "tiers"),
                                   "cannot be given together with \"free\": "
                                   "true");
        add_free(a, item, price);
        return 1;
    }
    if (!json_object_object_get_ex(price, "currency", NULL))
        return missing(a, path, "currency");
    if (!json_object_object_get_ex(price, "tiers", NULL))
        return missing(a, path, "tiers");
    return add_price(a, item, price, path);
}

static int read_versions(gw_admin_t *a, gw_item_t *item, json_object *list)
{
    size_t i;

    if (json_object_object_get_ex(item->doc, "price", NULL)
        || is_true(item->doc, "free"))
        return gw_check_refuse(a, gw_check_path(a, item->path, "prices"),
                               "cannot be given together with 'price' or "
                               "'free'");
    for (i = 0; i < json_object_array_length(list); i++) {
        if (!read_version(a, item, json_object_array_get_idx(list, i),
                          gw_check_path(a, item->path, apr_psprintf(
                              a->pool, "prices[%d]", (int)i))))
            return 0;
    }
    return 1;
}

int gw_price_validate(gw_admin_t *a, gw_item_t *item)
{
    const char *path = gw_check_path(a, item->path, "price");
    int is_free = is_true(item->doc, "free");
    json_object *price, *list;

    item->prices = apr_array_make(a->pool, 2, sizeof(gw_price_row_t));
    if (item->import && json_object_object_get_ex(item->doc, "prices", &list))
        return read_versions(a, item, list);
    if (!json_object_object_get_ex(item->doc, "price", &price)) {
        if (is_free)
            add_free(a, item, NULL);
        return 1;
    }
    if (is_free)
        return gw_check_refuse(a, path, "cannot be given together with "
                                        "\"free\": true");
    return add_price(a, item, price, path);
}

/* A patch that says nothing of the price changes none.  One that does ends
 * what the other of `free` and `price` said; what is merged begins now,
 * unless it says when. */
void gw_price_patched(gw_admin_t *a, gw_item_t *item)
{
    int is_free = json_object_object_get_ex(a->body, "free", NULL);
    json_object *sent = NULL, *price;

    json_object_object_get_ex(a->body, "price", &sent);
    if (sent == NULL)
        json_object_object_del(item->doc, "price");
    else if (json_object_object_get_ex(item->doc, "price", &price)
             && json_object_is_type(sent, json_type_object)
             && !json_object_object_get_ex(sent, "from", NULL))
        json_object_object_del(price, "from");
    if (!is_free)
        json_object_object_del(item->doc, "free");
    else if (!json_object_object_get_ex(item->doc, "free", NULL))
        json_object_object_add(item->doc, "free",
                               json_object_new_boolean(0)); /* it was null */
    if (json_object_object_get_ex(a->body, "price", NULL) && sent == NULL)
        json_object_object_add(item->doc, "price", NULL);   /* refused */
}

/* ---- saving --------------------------------------------------------- */

apr_status_t gw_price_save(gw_admin_t *a, gw_item_t *item,
                           const gw_model_t *model)
{
    apr_status_t rv = APR_SUCCESS;
    int i, added;

    for (i = 0; i < item->prices->nelts && rv == APR_SUCCESS; i++) {
        rv = gw_price_put(&added, a->db, item->object.row.id,
                          &APR_ARRAY_IDX(item->prices, i, gw_price_row_t),
                          a->pool);
        item->changed |= added;
    }
    if (rv == APR_SUCCESS)
        rv = gw_price_list(&item->object.prices, a->db, item->object.row.id,
                           a->pool);
    return rv == APR_SUCCESS ? gw_price_fits(a, item, model) : rv;
}

/* ---- showing -------------------------------------------------------- */

static json_object *version_json(const gw_price_row_t *row)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "id", json_object_new_int64(row->id));
    json_object_object_add(o, "currency",
                           json_object_new_string(row->currency));
    json_object_object_add(o, "from", gw_admin_time(row->from_ms));
    json_object_object_add(o, "free", json_object_new_boolean(row->free));
    json_object_object_add(o, "tiers", json_tokener_parse(row->tiers));
    json_object_object_add(o, "created_at", gw_admin_time(row->created_ms));
    return o;
}

/* As PUT and a catalogue take it. */
static json_object *price_json(const gw_price_row_t *row)
{
    json_object *o = json_object_new_object();

    if (!row->free)
        json_object_object_add(o, "currency",
                               json_object_new_string(row->currency));
    json_object_object_add(o, "from", gw_admin_time(row->from_ms));
    if (row->free)
        json_object_object_add(o, "free", json_object_new_boolean(1));
    else
        json_object_object_add(o, "tiers", json_tokener_parse(row->tiers));
    return o;
}

/* The one in force, and those ahead; of several that begin at one moment the
 * last that was saved. */
static void add_export(json_object *out, const apr_array_header_t *rows,
                       apr_int64_t now_ms)
{
    json_object *list = json_object_new_array();
    int i = gw_price_in_force(rows, now_ms);

    for (i = i < 0 ? 0 : i; i < rows->nelts; i++) {
        const gw_price_row_t *row = &APR_ARRAY_IDX(rows, i, gw_price_row_t);

        if (i + 1 < rows->nelts && row[1].from_ms == row->from_ms)
            continue;
        json_object_array_add(list, price_json(row));
    }
    if (json_object_array_length(list) > 0)
        json_object_object_add(out, "prices", list);
    else
        json_object_put(list);
}

void gw_price_show(gw_admin_t *a, json_object *out, const gw_object_t *model,
                   gw_view_t view)
{
    const apr_array_header_t *rows = model->prices;
    json_object *list;
    int i = gw_price_in_force(rows, a->now_ms);

    if (view == GW_VIEW_EXPORT) {
        add_export(out, rows, a->now_ms);
        return;
    }
    if (i >= 0 && APR_ARRAY_IDX(rows, i, gw_price_row_t).free)
        json_object_object_add(out, "free", json_object_new_boolean(1));
    else if (i >= 0)
        json_object_object_add(out, "price", price_json(
            &APR_ARRAY_IDX(rows, i, gw_price_row_t)));
    if (view != GW_VIEW_WHOLE)
        return;
    list = json_object_new_array();
    for (i = 0; i < rows->nelts; i++)
        json_object_array_add(list, version_json(&APR_ARRAY_IDX(rows, i,
                                                     gw_price_row_t)));
    json_object_object_add(out, "prices", list);
}
