/* SPDX-License-Identifier: Apache-2.0 */
/* check_scalar.c - see check_scalar.h. */
#include "check_scalar.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_uri.h>

#include "address.h"
#include "decimal.h"
#include "field.h"
#include "name.h"
#include "rfc3339.h"
#include "refuse.h"

static int check_text(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path)
{
    apr_int64_t n;

    if (!json_object_is_type(v, json_type_string))
        return gw_check_refuse(a, path, "must be a string");
    n = json_object_get_string_len(v);
    if (n < f->min || n > f->max)
        return gw_check_refuse(a, path, f->min == f->max
                               ? apr_psprintf(a->pool, "must have %"
                                     APR_INT64_T_FMT " bytes", f->max)
                               : apr_psprintf(a->pool, "must have %"
                                     APR_INT64_T_FMT " to %" APR_INT64_T_FMT
                                     " bytes", f->min, f->max));
    return 1;
}

/* The checks below read strings up to a NUL: where there is one, they would
 * not see what stands behind it. */
int gw_check_no_nul(gw_admin_t *a, json_object *v, const char *path)
{
    if (!json_object_is_type(v, json_type_string)
        || memchr(json_object_get_string(v), '\0',
                  (size_t)json_object_get_string_len(v)) == NULL)
        return 1;
    return gw_check_refuse(a, path, "must not hold a NUL character");
}

static int check_name(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path, gw_name_t kind)
{
    const char *why;
    gw_str_t text;

    if (!check_text(a, v, f, path))
        return 0;
    text.p = json_object_get_string(v);
    text.n = (apr_size_t)json_object_get_string_len(v);
    why = gw_name_wrong(text, kind);
    return why == NULL ? 1 : gw_check_refuse(a, path, why);
}

static int check_int(gw_admin_t *a, json_object *v, const gw_field_t *f,
                     const char *path)
{
    if (!json_object_is_type(v, json_type_int))
        return gw_check_refuse(a, path, "must be an integer");
    if (json_object_get_int64(v) < f->min || json_object_get_int64(v) > f->max)
        return gw_check_refuse(a, path, apr_psprintf(a->pool,
                               "must be between %" APR_INT64_T_FMT " and %"
                               APR_INT64_T_FMT, f->min, f->max));
    return 1;
}

/* How it is written is kept by json-c, but for integers beyond int64_t, which
 * become the nearest that it holds: both ends are left out. */
static int check_number(gw_admin_t *a, json_object *v, const char *path)
{
    static const gw_str_t least = GW_STR("-9223372036854775807");
    static const gw_str_t most = GW_STR("9223372036854775807");
    gw_str_t text;

    if (!json_object_is_type(v, json_type_int)
        && !json_object_is_type(v, json_type_double))
        return gw_check_refuse(a, path, "must be a number");
    text.p = json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN);
    text.n = strlen(text.p);
    if (text.n > GW_DECIMAL_TEXT)
        return gw_check_refuse(a, path, apr_psprintf(a->pool, "must be a "
                               "number of at most %d characters",
                               GW_DECIMAL_TEXT));
    if (gw_decimal_compare(text, least) < 0
        || gw_decimal_compare(text, most) > 0)
        return gw_check_refuse(a, path, apr_psprintf(a->pool, "must be a "
                               "number between %s and %s", least.p, most.p));
    return 1;
}

/* A name as a client writes it, in messages[].content[].cache_control. */
static int check_path(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path)
{
    const char *text;

    if (!check_text(a, v, f, path))
        return 0;
    for (text = json_object_get_string(v); *text != '\0'; text++) {
        if (!apr_isalnum(*text) && strchr("_-.[]", *text) == NULL)
            return gw_check_refuse(a, path, "must be the name of a member, or "
                                   "its path, of letters, digits and _ - . "
                                   "[ ], such as response_format.json_schema");
    }
    return 1;
}

static int check_word(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path)
{
    const char *all = "", *text = json_object_get_string(v);
    int i;

    for (i = 0; f->words[i] != NULL; i++) {
        if (json_object_is_type(v, json_type_string)
            && strcmp(f->words[i], text) == 0)
            return 1;
        all = apr_pstrcat(a->pool, all, i ? ", " : "", f->words[i], NULL);
    }
    return gw_check_refuse(a, path, apr_pstrcat(a->pool, "must be one of: ",
                                                all, NULL));
}

/* What may stand in a request line: no space, no control character. */
static int is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text > '~' || *text == '#')
            return 0;
    }
    return 1;
}

static int check_url(gw_admin_t *a, json_object *v, const char *path)
{
    const char *text = json_object_get_string(v);
    apr_uri_t uri;
    long port;

    if (!json_object_is_type(v, json_type_string)
        || apr_uri_parse(a->pool, text, &uri) != APR_SUCCESS
        || uri.scheme == NULL || uri.hostname == NULL || *uri.hostname == '\0'
        || (strcmp(uri.scheme, "http") != 0
            && strcmp(uri.scheme, "https") != 0))
        return gw_check_refuse(a, path, "must be an http:// or https:// URL");
    if (uri.user != NULL || uri.password != NULL || uri.query != NULL
        || uri.fragment != NULL || strpbrk(text, "?#") != NULL)
        return gw_check_refuse(a, path, "must not hold a user, a query or a "
                               "fragment");
    port = uri.port_str ? strtol(uri.port_str, NULL, 10) : 80;
    if (!is_plain(text) || strlen(text) > 2048 || port < 1 || port > 65535)
        return gw_check_refuse(a, path, "must be a URL of at most 2048 bytes "
                               "with a port from 1 to 65535; write spaces and "
                               "characters beyond ASCII as %XX");
    if (!a->conf->link_local && gw_host_is_local(uri.hostname))
        return gw_check_refuse(a, path, "names a link-local address or a "
                               "cloud's metadata service, which no upstream "
                               "may have unless the server's configuration "
                               "says LLMGatewayLinkLocal On");
    return 1;
}

static int check_query(gw_admin_t *a, json_object *v, const gw_field_t *f,
                       const char *path)
{
    if (!check_text(a, v, f, path))
        return 0;
    return is_plain(json_object_get_string(v))
           ? 1 : gw_check_refuse(a, path, "must be a query without '#'; write "
                                 "spaces and characters beyond ASCII as %XX");
}

/* The value of a header: no control character. */
static int check_line(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path)
{
    const char *text;

    if (!check_text(a, v, f, path))
        return 0;
    for (text = json_object_get_string(v); *text != '\0'; text++) {
        if (apr_iscntrl(*text))
            return gw_check_refuse(a, path, "must not hold control "
                                   "characters");
    }
    return 1;
}

static int check_price(gw_admin_t *a, json_object *v, const char *path)
{
    apr_int64_t rate;
    gw_str_t text;

    if (json_object_is_type(v, json_type_int)
        || json_object_is_type(v, json_type_double))
        return gw_check_refuse(a, path, "must be a price per million tokens: "
                               "write it as a string, such as \"2.5\"");
    if (!json_object_is_type(v, json_type_string))
        return gw_check_refuse(a, path, "must be a price per million tokens, "
                               "such as \"2.5\"");
    text.p = json_object_get_string(v);
    text.n = (apr_size_t)json_object_get_string_len(v);
    if (gw_money_rate(&rate, text) != APR_SUCCESS)
        return gw_check_refuse(a, path, "must be a price per million tokens "
                               "with at most 7 digits and 6 decimals, such "
                               "as \"2.5\"");
    return 1;
}

static int check_amount(gw_admin_t *a, json_object *v, const char *path)
{
    gw_sum_t sum = { 0, 0 };
    gw_str_t text;

    if (json_object_is_type(v, json_type_int)
        || json_object_is_type(v, json_type_double))
        return gw_check_refuse(a, path, "must be an amount of money, which "
                               "is not a JSON number: write it as a string, "
                               "such as \"10.5\"");
    text.p = json_object_is_type(v, json_type_string)
             ? json_object_get_string(v) : "";
    text.n = strlen(text.p);
    if (gw_money_amount(&sum, text) != APR_SUCCESS
        || gw_sum_sign(&sum) == 0)
        return gw_check_refuse(a, path, "must be an amount above 0 and up to "
                               "1000000000000, with at most 12 decimals, "
                               "such as \"10.5\"");
    return 1;
}

static int check_currency(gw_admin_t *a, json_object *v, const char *path)
{
    const char *p = json_object_is_type(v, json_type_string)
                    ? json_object_get_string(v) : "";
    int i;

    for (i = 0; i < 3 && p[i] >= 'A' && p[i] <= 'Z'; i++)
        ;
    return i == 3 && p[3] == '\0'
           ? 1 : gw_check_refuse(a, path, "must be three capital letters "
                                 "(ISO 4217), such as CNY");
}

static int check_zone(gw_admin_t *a, json_object *v, const char *path)
{
    gw_str_t text = { "", 0 };
    int minutes;

    if (json_object_is_type(v, json_type_string)) {
        text.p = json_object_get_string(v);
        text.n = (apr_size_t)json_object_get_string_len(v);
    }
    return gw_zone_parse(&minutes, text) == APR_SUCCESS
           ? 1 : gw_check_refuse(a, path, "must be an offset from UTC, a "
                                 "multiple of 15 minutes, such as +08:00");
}

static int check_subnet(gw_admin_t *a, json_object *v, const char *path)
{
    apr_ipsubnet_t *subnet;
    char *address, *bits;

    if (json_object_is_type(v, json_type_string)) {
        address = apr_pstrdup(a->pool, json_object_get_string(v));
        bits = strchr(address, '/');
        if (bits != NULL)
            *bits++ = '\0';
        if (apr_ipsubnet_create(&subnet, address, bits, a->pool)
            == APR_SUCCESS)
            return 1;
    }
    return gw_check_refuse(a, path, "must be an address or a block such as "
                           "192.0.2.0/24");
}

static int check_time_field(gw_admin_t *a, json_object *v, const char *path)
{
    apr_int64_t ms;

    if (json_object_is_type(v, json_type_string)
        && gw_rfc3339_parse(&ms, json_object_get_string(v)) == APR_SUCCESS)
        return 1;
    return gw_check_refuse(a, path, "must be a time such as "
                           "2027-01-01T00:00:00Z");
}

/* Money, and what goes with it; and a network. */
static int check_notation(gw_admin_t *a, json_object *v, const gw_field_t *f,
                          const char *path)
{
    switch (f->type) {
    case GW_F_PRICE:
        return check_price(a, v, path);
    case GW_F_AMOUNT:
        return check_amount(a, v, path);
    case GW_F_CURRENCY:
        return check_currency(a, v, path);
    case GW_F_ZONE:
        return check_zone(a, v, path);
    case GW_F_SUBNET:
        return check_subnet(a, v, path);
    default:
        return 1;
    }
}

int gw_check_scalar(gw_admin_t *a, json_object *v, const gw_field_t *f,
                    const char *path)
{
    if (f->type != GW_F_READ_ONLY && !gw_check_no_nul(a, v, path))
        return 0;
    switch (f->type) {
    case GW_F_TEXT:
        return check_text(a, v, f, path);
    case GW_F_LINE:
        return check_line(a, v, f, path);
    case GW_F_NAME:
        return check_name(a, v, f, path, GW_NAME_TEXT);
    case GW_F_ID:
        return check_name(a, v, f, path, GW_NAME_ID);
    case GW_F_PATH:
        return check_path(a, v, f, path);
    case GW_F_QUERY:
        return check_query(a, v, f, path);
    case GW_F_INT:
        return check_int(a, v, f, path);
    case GW_F_NUMBER:
        return check_number(a, v, path);
    case GW_F_BOOL:
        return json_object_is_type(v, json_type_boolean)
               ? 1 : gw_check_refuse(a, path, "must be true or false");
    case GW_F_WORD:
        return check_word(a, v, f, path);
    case GW_F_TIME:
        return check_time_field(a, v, path);
    case GW_F_URL:
        return check_url(a, v, path);
    case GW_F_NOT_YET:
        return gw_check_refuse(a, path, "is not enforced by this version: "
                               "leave it out");
    default:
        return check_notation(a, v, f, path);
    }
}
