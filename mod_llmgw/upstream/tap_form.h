/* SPDX-License-Identifier: Apache-2.0 */
/* tap_form.h - what kind of answer is it?
 *
 * By its first bytes: vendors and proxies leave a Content-Type that belongs
 * to what was asked for.
 */
#ifndef GW_TAP_FORM_H
#define GW_TAP_FORM_H

#include <httpd.h>

typedef enum {
    GW_FORM_OPEN,       /* more bytes are needed */
    GW_FORM_DOCUMENT, GW_FORM_STREAM, GW_FORM_OTHER
} gw_form_t;

gw_form_t gw_form_of(const char *p, apr_size_t n);

/* By its form, or by its Content-Type where that does not tell. */
int gw_form_is_stream(const request_rec *r, gw_form_t form);

/* Does the body's form matter, and can it be read? */
int gw_form_matters(const request_rec *r);

#endif
