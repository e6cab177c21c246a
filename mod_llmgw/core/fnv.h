/* SPDX-License-Identifier: Apache-2.0 */
/* fnv.h - FNV-1a in 64 bits: tells strings apart, not against an attacker. */
#ifndef GW_FNV_H
#define GW_FNV_H

#include "gw.h"

#define GW_FNV_START APR_UINT64_C(0xcbf29ce484222325)

/* The hash of what h is the hash of, followed by n bytes at p. */
static inline apr_uint64_t gw_fnv(apr_uint64_t h, const void *p, apr_size_t n)
{
    const unsigned char *byte = p;

    for (; n > 0; n--)
        h = (h ^ *byte++) * APR_UINT64_C(0x100000001b3);
    return h;
}

#endif
