/* SPDX-License-Identifier: Apache-2.0 */
/* reach.h - does a model serve an endpoint, and does an upstream of it do so
 * by itself? */
#ifndef GW_REACH_H
#define GW_REACH_H

#include "catalog.h"

typedef enum {
    GW_REACH_NOT,               /* it is not served */
    GW_REACH_TRANSLATED,        /* no upstream has it, but one has what it is
                                   translated to */
    GW_REACH_NATIVE
} gw_reach_t;

/* How a request of this endpoint reaches the model: by the best of its routes
 * that lead to an upstream that can be called.  Prices, keys and what a
 * request holds are other matters. */
gw_reach_t gw_model_reach(const gw_model_t *model, gw_endpoint_t endpoint);

#endif
