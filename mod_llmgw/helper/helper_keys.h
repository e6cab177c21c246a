/* SPDX-License-Identifier: Apache-2.0 */
/* helper_keys.h - the helper's care for an admin key. */
#ifndef GW_HELPER_KEYS_H
#define GW_HELPER_KEYS_H

#include "helper_state.h"

/* The last admin key was revoked, or expired: there is a way back without a
 * restart.  What fails is tried again. */
void gw_helper_keys_keep_admin(helper_t *h);

/* Make one, if none is live or if it is wanted.  NULL, or a sentence. */
const char *gw_helper_keys_make(helper_t *h, int wanted);

#endif
