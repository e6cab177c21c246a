/* SPDX-License-Identifier: Apache-2.0 */
/* admin.h - everything that is not an endpoint of the data plane: what a
 * key's owner may see below /v1, and the REST API below /llmgw/admin/v1. */
#ifndef GW_ADMIN_H
#define GW_ADMIN_H

#include "call.h"

/* Serve such a call.  Returns what the handler returns. */
int gw_admin_serve(gw_call_t *call);

#endif
