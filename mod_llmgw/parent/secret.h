/* SPDX-License-Identifier: Apache-2.0 */
/* secret.h - the file that holds the key which seals credentials. */
#ifndef GW_SECRET_H
#define GW_SECRET_H

#include "crypto.h"
#include "gw.h"

/* LLMGatewaySecretFile: NULL, or a sentence about it. */
const char *gw_secret_file(unsigned char *master, const char *path,
                           apr_pool_t *pool);

/* `secret` in the state directory, whose descriptor dir is; made where there
 * is none and make is set.  NULL, or a sentence. */
const char *gw_secret_of_state(unsigned char *master, int dir, int make,
                               const char *state_dir, apr_pool_t *pool);

#endif
