/* SPDX-License-Identifier: Apache-2.0 */
/* query.h - what stands behind the ? of an admin URL, and lists. */
#ifndef GW_QUERY_H
#define GW_QUERY_H

#include "admin.h"

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
