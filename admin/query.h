/* SPDX-License-Identifier: Apache-2.0 */
/* query.h - what stands behind the ? of a URL, and lists.
 *
 * A URL that takes parameters names each in a table with its type and
 * bounds, as check.h does for bodies, so a misspelt filter is never a missing
 * one:
 *
 *     enum { Q_LIMIT, Q_AFTER, Q_TEAM, Q_COUNT };
 *     static const gw_param_t params[] = {
 *         GW_Q_PAGE, { "team", GW_Q_TEXT, 1, 64 }, { NULL }
 *     };
 *     gw_param_value_t q[Q_COUNT];
 *
 *     if (!gw_query(a, params, q))
 *         return 0;
 */
#ifndef GW_QUERY_H
#define GW_QUERY_H

#include "admin_request.h"

typedef enum {
    GW_Q_TEXT,      /* min to max bytes of UTF-8, no control characters */
    GW_Q_INT,       /* an integer from min to max */
    GW_Q_WORD,      /* one of words: n is its index */
    GW_Q_WORDS,     /* some of words, with commas: n is a mask */
    GW_Q_TIME,      /* RFC 3339, or a date, which begins in UTC: n in ms */
    GW_Q_REQUEST,   /* a request's id: n is the ledger's */
    GW_Q_AMOUNT     /* a decimal string without sign: sum */
} gw_param_type_t;

typedef struct gw_param_t {
    const char *name;           /* NULL: end of the table */
    gw_param_type_t type;
    apr_int64_t min, max;
    const char *const *words;   /* NULL-ended */
} gw_param_t;

typedef struct gw_param_value_t {
    const char *text;           /* decoded; NULL: not given */
    apr_int64_t n;
    gw_sum_t sum;
} gw_param_value_t;

/* The first two rows of a list's table: ?limit= (its n is always set) and
 * ?after=, the `next` of the page before. */
#define GW_Q_PAGE \
    { "limit", GW_Q_INT, 1, 1000 }, { "after", GW_Q_TEXT, 1, 400 }

#define GW_QUERY_PARAMS 24      /* at most, of one URL */

/* Read the query: values[i] is that of params[i].  0: it is refused, and
 * a->problem names the parameter and what it may be. */
int gw_query(gw_admin_t *a, const gw_param_t *params,
             gw_param_value_t *values);

/* ---- the parts, for who needs no table ------------------------------ */

typedef struct gw_query_t {
    const char *name;
    const char *value;          /* decoded; NULL: not given */
} gw_query_t;

/* Read the query against the n names that the URL takes.  Refused with the
 * parameter's name: one that is not known, one that is there twice, an
 * escape that is none.  0: refused, a->problem says what. */
int gw_query_read(gw_admin_t *a, gw_query_t *query, unsigned n);

/* The value of ?limit=: 1 to 1000; 100 for NULL.  0: refused. */
int gw_query_limit(gw_admin_t *a, const char *text, int *limit);

/* true or false; `otherwise` for NULL.  0: refused, as the parameter name. */
int gw_query_flag(gw_admin_t *a, const char *name, const char *text,
                  int otherwise, int *flag);

/* Refuse ?after=.  Returns 0. */
int gw_query_no_cursor(gw_admin_t *a);

/* {"object":"list","data":data,"has_more":...,"next":next}; takes data.
 * next: the cursor of the page behind, NULL where this is the last. */
json_object *gw_query_page(json_object *data, const char *next);

#endif
