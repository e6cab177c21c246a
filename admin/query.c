/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - see query.h. */
#include "query.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <httpd.h>

#include "id.h"
#include "refuse.h"
#include "rfc3339.h"
#include "utf8.h"
#include "value.h"

/* A name that can be repeated in an error. */
static const char *shown(gw_admin_t *a, const char *name)
{
    const char *p;

    for (p = name; *p != '\0'; p++) {
        if (!apr_isalnum(*p) && *p != '_' && *p != '-')
            return "query";
    }
    return *name == '\0' || p - name > 64 ? "query" : name;
}

static int unknown(gw_admin_t *a, const gw_query_t *query, unsigned n,
                   const char *name)
{
    const char *all = "";
    unsigned i;

    for (i = 0; i < n; i++)
        all = apr_pstrcat(a->pool, all, i ? ", " : "", query[i].name, NULL);
    name = shown(a, name);
    return gw_check_refuse(a, name, n == 0
                           ? "is not known: this URL takes no query"
                           : apr_pstrcat(a->pool, "is not a parameter of "
                                         "this URL, which takes: ", all,
                                         NULL));
}

static int take(gw_admin_t *a, gw_query_t *query, unsigned n, char *word)
{
    char *value = strchr(word, '=');
    unsigned i;

    if (value != NULL)
        *value++ = '\0';
    if (ap_unescape_urlencoded(word) != OK)
        return unknown(a, query, n, "query");
    for (i = 0; i < n && strcmp(query[i].name, word) != 0; i++)
        ;
    if (i == n)
        return unknown(a, query, n, word);
    if (query[i].value != NULL)
        return gw_check_refuse(a, query[i].name, "is given twice");
    if (value == NULL || ap_unescape_urlencoded(value) != OK)
        return gw_check_refuse(a, query[i].name, value ? "has a malformed "
                               "percent-encoding: write %XX" : "has no value");
    query[i].value = value;
    return 1;
}

int gw_query_read(gw_admin_t *a, gw_query_t *query, unsigned n)
{
    const char *args = a->call->r->args;
    char *state, *word, *copy = apr_pstrdup(a->pool, args ? args : "");

    for (word = apr_strtok(copy, "&", &state); word != NULL;
         word = apr_strtok(NULL, "&", &state)) {
        if (!take(a, query, n, word))
            return 0;
    }
    return 1;
}

int gw_query_limit(gw_admin_t *a, const char *text, int *limit)
{
    apr_int64_t n;
    char *end;

    *limit = 100;
    if (text == NULL)
        return 1;
    n = apr_strtoi64(text, &end, 10);
    if (!apr_isdigit(*text) || *end != '\0' || n < 1 || n > 1000)
        return gw_check_refuse(a, "limit", "must be between 1 and 1000");
    *limit = (int)n;
    return 1;
}

int gw_query_flag(gw_admin_t *a, const char *name, const char *text,
                  int otherwise, int *flag)
{
    *flag = otherwise;
    if (text == NULL)
        return 1;
    *flag = strcmp(text, "true") == 0;
    return *flag || strcmp(text, "false") == 0
           ? 1 : gw_check_refuse(a, name, "must be true or false");
}

int gw_query_no_cursor(gw_admin_t *a)
{
    return gw_check_refuse(a, "after", "is not a cursor of this list: use the "
                           "'next' of the previous page");
}

json_object *gw_query_page(json_object *data, const char *next)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "object", json_object_new_string("list"));
    json_object_object_add(o, "data", data);
    json_object_object_add(o, "has_more",
                           json_object_new_boolean(next != NULL));
    json_object_object_add(o, "next", gw_admin_text(next));
    return o;
}

/* ---- typed parameters ----------------------------------------------- */

/* UTF-8 without control characters? */
static int is_text(const char *text)
{
    gw_str_t s = { text, strlen(text) };
    const char *p;

    for (p = text; *p != '\0'; p++) {
        if (apr_iscntrl(*p))
            return 0;
    }
    return gw_utf8_valid(s);
}

static int read_text(gw_admin_t *a, const gw_param_t *p, gw_param_value_t *v)
{
    apr_int64_t n = (apr_int64_t)strlen(v->text);

    if (n >= p->min && n <= p->max)
        return 1;
    return gw_check_refuse(a, p->name, apr_psprintf(a->pool, "must have %"
                           APR_INT64_T_FMT " to %" APR_INT64_T_FMT " bytes",
                           p->min, p->max));
}

static int read_int(gw_admin_t *a, const gw_param_t *p, gw_param_value_t *v)
{
    char *end;

    v->n = apr_strtoi64(v->text, &end, 10);
    if (apr_isdigit(*v->text) && *end == '\0' && strlen(v->text) < 19
        && v->n >= p->min && v->n <= p->max)
        return 1;
    return gw_check_refuse(a, p->name, apr_psprintf(a->pool, "must be "
                           "between %" APR_INT64_T_FMT " and %"
                           APR_INT64_T_FMT, p->min, p->max));
}

static int word_index(const gw_param_t *p, const char *text, apr_size_t n)
{
    int i;

    for (i = 0; p->words[i] != NULL; i++) {
        if (strlen(p->words[i]) == n && strncmp(p->words[i], text, n) == 0)
            return i;
    }
    return -1;
}

static int no_word(gw_admin_t *a, const gw_param_t *p)
{
    const char *all = p->type == GW_Q_WORDS
                      ? "must be a list, with commas, of some of these, none "
                        "twice: "
                      : "must be one of: ";
    int i;

    for (i = 0; p->words[i] != NULL; i++)
        all = apr_pstrcat(a->pool, all, i ? ", " : "", p->words[i], NULL);
    return gw_check_refuse(a, p->name, all);
}

static int read_words(gw_admin_t *a, const gw_param_t *p,
                      gw_param_value_t *v)
{
    const char *word = v->text;

    for (v->n = 0;;) {
        apr_size_t n = strcspn(word, ",");
        int i = word_index(p, word, n);

        if (i < 0 || (v->n & (apr_int64_t)1 << i))
            return no_word(a, p);
        v->n |= (apr_int64_t)1 << i;
        if (word[n] == '\0')
            return 1;
        word += n + 1;
    }
}

/* 2026-11-20, or a time; the + of an offset may have been sent as it is. */
static int read_time(gw_admin_t *a, const gw_param_t *p, gw_param_value_t *v)
{
    apr_size_t n = strlen(v->text);
    char *text = apr_pstrdup(a->pool, v->text);

    if (n > 10 && text[n - 6] == ' ')
        text[n - 6] = '+';
    if (gw_rfc3339_parse_day(&v->n, text) == APR_SUCCESS
        || gw_rfc3339_parse(&v->n, text) == APR_SUCCESS)
        return 1;
    return gw_check_refuse(a, p->name, "must be a date such as 2026-11-20, "
                           "which begins at 00:00 UTC, or a time such as "
                           "2026-11-20T08:00:00Z");
}

static int read_request(gw_admin_t *a, const gw_param_t *p,
                        gw_param_value_t *v)
{
    gw_str_t text = { v->text, strlen(v->text) };

    if (gw_id_parse(&v->n, text) == APR_SUCCESS)
        return 1;
    return gw_check_refuse(a, p->name, "must be the id of a request: 'req_' "
                           "and 13 characters, as in its x-request-id");
}

static int read_amount(gw_admin_t *a, const gw_param_t *p,
                       gw_param_value_t *v)
{
    gw_str_t text = { v->text, strlen(v->text) };

    if (gw_money_amount(&v->sum, text) == APR_SUCCESS)
        return 1;
    return gw_check_refuse(a, p->name, "must be an amount such as 0.25, with "
                           "at most 12 decimals and up to 1000000000000");
}

static int read_value(gw_admin_t *a, const gw_param_t *p,
                      gw_param_value_t *v)
{
    if (!is_text(v->text))
        return gw_check_refuse(a, p->name, "must be UTF-8 without control "
                               "characters");
    switch (p->type) {
    case GW_Q_TEXT:
        return read_text(a, p, v);
    case GW_Q_INT:
        return read_int(a, p, v);
    case GW_Q_WORD:
        v->n = word_index(p, v->text, strlen(v->text));
        return v->n >= 0 ? 1 : no_word(a, p);
    case GW_Q_WORDS:
        return read_words(a, p, v);
    case GW_Q_TIME:
        return read_time(a, p, v);
    case GW_Q_REQUEST:
        return read_request(a, p, v);
    default:
        return read_amount(a, p, v);
    }
}

int gw_query(gw_admin_t *a, const gw_param_t *params,
             gw_param_value_t *values)
{
    gw_query_t query[GW_QUERY_PARAMS];
    unsigned n, i;

    memset(query, 0, sizeof(query));
    for (n = 0; params[n].name != NULL && n < GW_QUERY_PARAMS; n++) {
        query[n].name = params[n].name;
        memset(&values[n], 0, sizeof(values[n]));
        if (strcmp(params[n].name, "limit") == 0)
            values[n].n = 100;
    }
    if (!gw_query_read(a, query, n))
        return 0;
    for (i = 0; i < n; i++) {
        values[i].text = query[i].value;
        if (values[i].text != NULL && !read_value(a, &params[i], &values[i]))
            return 0;
    }
    return 1;
}
