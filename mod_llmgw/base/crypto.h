/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.h - hashes, random bytes and sealed secrets, all from libcrypto. */
#ifndef GW_CRYPTO_H
#define GW_CRYPTO_H

#include <apr_pools.h>

#include "gw.h"

#define GW_SHA256 32
#define GW_MASTER 32            /* bytes of the key that seals secrets */
#define GW_SEAL_OVERHEAD 28     /* nonce and tag of a sealed text */

/* Fetch the algorithms once per process; before any other function here. */
apr_status_t gw_crypto_init(void);

void gw_sha256(unsigned char *out, const void *bytes, apr_size_t n);

apr_status_t gw_random(unsigned char *out, apr_size_t n);

/* AES-256-GCM.  `about` (the upstream's name) is authenticated with it, so a
 * sealed text cannot be moved to another row.  out: n + GW_SEAL_OVERHEAD. */
apr_status_t gw_seal(unsigned char *out, const unsigned char *master,
                     gw_str_t text, const char *about);

/* APR_EINVAL: another master key, another row, or damaged.  The text is
 * terminated and comes from pool. */
apr_status_t gw_unseal(const char **text, const unsigned char *master,
                       const unsigned char *sealed, apr_size_t n,
                       const char *about, apr_pool_t *pool);

void gw_wipe(void *p, apr_size_t n);

#endif
