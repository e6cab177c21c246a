/* SPDX-License-Identifier: Apache-2.0 */
/* siphash.h - SipHash-2-4 with 128 bits, a hash under a secret key.
 *
 * Who does not know the key can neither foretell a hash nor find two texts
 * that have the same one; so what is found by it needs not be kept itself.
 */
#ifndef GW_SIPHASH_H
#define GW_SIPHASH_H

#include "gw.h"

/* The hash of text[0..n) under key[0..2): two words into out.  The words are
 * those of the reference, read as little endian. */
void gw_siphash(apr_uint64_t *out, const apr_uint64_t *key, const void *text,
                apr_size_t n);

#endif
