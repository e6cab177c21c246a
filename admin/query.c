/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - see query.h. */
#include "query.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <httpd.h>

#include "check.h"

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
        return gw_check_refuse(a, query[i].name, "is there twice");
    if (value == NULL || ap_unescape_urlencoded(value) != OK)
        return gw_check_refuse(a, query[i].name, value ? "has an escape that "
                               "is none: write %XX" : "has no value");
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
    return gw_check_refuse(a, "after", "is not a cursor of this list: take "
                           "the 'next' of the page before");
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
