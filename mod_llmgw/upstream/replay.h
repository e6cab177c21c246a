/* SPDX-License-Identifier: Apache-2.0 */
/* replay.h - the request's body, read by mod_proxy once for each attempt. */
#ifndef GW_REPLAY_H
#define GW_REPLAY_H

#include "call.h"

/* From here on mod_proxy reads `pieces` as the request's body, from the
 * start.  They stay where they are until the attempt ends.  May be called
 * again for the next attempt. */
void gw_replay(gw_call_t *call, const gw_str_t *pieces, unsigned count,
               apr_size_t length);

/* Did mod_proxy take all of it? */
int gw_replay_sent(const gw_call_t *call);

/* register_hooks. */
void gw_replay_register(void);

#endif
