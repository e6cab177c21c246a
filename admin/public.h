/* SPDX-License-Identifier: Apache-2.0 */
/* public.h - answers that are the same for everybody. */
#ifndef GW_PUBLIC_H
#define GW_PUBLIC_H

#include "admin_request.h"

/* Say that the answer, which is this text, may be kept for a minute, by
 * shared caches too, but for nobody who sends a key.  1: the client has it
 * already (If-None-Match): 304 is to be answered, with gw_public_unchanged.
 * For answers to callers that gw_auth_public() lets in. */
int gw_public_headers(gw_admin_t *a, const char *text);

/* Answer 304.  Returns what the handler returns. */
int gw_public_unchanged(gw_admin_t *a);

#endif
