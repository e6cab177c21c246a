/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - answers that a person reads: HTML in place of JSON, without script
 * and without anything that is loaded from elsewhere. */
#ifndef GW_PAGE_H
#define GW_PAGE_H

#include "buffer.h"
#include "query.h"

/* The row of ?format= in a table of query.h. */
#define GW_Q_FORMAT { "format", GW_Q_WORD, 0, 0, gw_page_formats }
extern const char *const gw_page_formats[3];    /* "json", "html" */

/* Is HTML wanted?  By ?format= where it is given, else where the Accept
 * header gives text/html a larger weight than application/json, as browsers
 * do.  The answer is marked as one that depends on that header. */
int gw_page_wanted(gw_admin_t *a, const gw_param_value_t *format);

/* Begin a page: all down to the first of its content.  title: text. */
void gw_page_begin(gw_buffer_t *b, const char *title);

/* End it: it is the answer, with the headers that bind a browser to it. */
void gw_page_end(gw_admin_t *a, gw_buffer_t *b);

#endif
