/* SPDX-License-Identifier: Apache-2.0 */
/* leak.h - does a text that comes from an upstream hold a secret of ours?
 *
 * The quick search finds the secret as it is; it is made for what passes all
 * the time.  The thorough one finds the forms as well that servers write it
 * in when they repeat a request: escaped in JSON, percent-encoded, each once
 * or more often, and in base64.
 */
#ifndef GW_LEAK_H
#define GW_LEAK_H

#include "gw.h"

#define GW_LEAK_LEAST 8         /* bytes: a shorter secret is not searched */

/* A secret to search for.  Begin with gw_needle(). */
typedef struct gw_needle_t {
    const char *p;              /* not copied; NULL: nothing to search */
    apr_size_t n;
    apr_size_t rare;            /* where its rarest byte stands */
    apr_size_t second;          /* ... and the rarest of another value */
} gw_needle_t;

/* secret NULL or too short: nothing will be found. */
void gw_needle(gw_needle_t *needle, const char *secret);

/* Where the secret stands in text; NULL: nowhere. */
const char *gw_needle_find(const gw_needle_t *needle, const char *text,
                           apr_size_t n);

/* How many bytes at the end of text may be the beginning of the secret. */
apr_size_t gw_needle_tail(const gw_needle_t *needle, const char *text,
                          apr_size_t n);

/* The thorough search.  Its time is bounded by the product of the lengths,
 * and near that of text in practice. */
int gw_needle_leaks(const gw_needle_t *needle, const char *text,
                    apr_size_t n);

#endif
