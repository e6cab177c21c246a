/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - what an administrator sees: access-log fields, mod_status. */
#ifndef GW_STATUS_H
#define GW_STATUS_H

#include "call.h"

/* pre_config: register %{name}^LG with mod_log_config.  Names: key, model,
 * upstream, request, input, output, tokens, amount, attempts, state. */
void gw_status_log_handlers(apr_pool_t *p);

/* register_hooks: a section in mod_status. */
void gw_status_register(void);

#endif
