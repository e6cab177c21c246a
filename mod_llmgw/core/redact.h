/* SPDX-License-Identifier: Apache-2.0 */
/* redact.h - taking our keys out of text that people will read. */
#ifndef GW_REDACT_H
#define GW_REDACT_H

#include "gw.h"

/* The text with all but the public part of every key of ours replaced:
 * "sk-gtw-0123456789***".  A key is found by its prefix, also where some or
 * all of it is percent-encoded; what follows need not be a valid key.  NULL
 * for NULL; text itself if there is none, else in pool. */
const char *gw_redact(const char *text, apr_pool_t *pool);

#endif
