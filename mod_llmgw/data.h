/* SPDX-License-Identifier: Apache-2.0 */
/* data.h - the data plane: one call from its first check to its answer. */
#ifndef GW_DATA_H
#define GW_DATA_H

#include "call.h"

/* Serve a call to an endpoint.  Returns what the handler returns. */
int gw_data_serve(gw_call_t *call);

#endif
