/* SPDX-License-Identifier: Apache-2.0 */
/* reserve.h - what a request may cost at most. */
#ifndef GW_RESERVE_H
#define GW_RESERVE_H

#include "bound.h"
#include "catalog.h"
#include "segment.h"

/* The most that a request within the bound can be charged at this price, in
 * pico-units.  The bound is made wider first, by as much as the key's
 * reserves for the model are at this time (widen.h), and *bound comes out so:
 * tokens, neither of them beyond the model's context if that is known.
 * -1: there is no bound for the cost.  Any process, any thread, no lock. */
gw_pico_t gw_reserve_amount(gw_bound_t *bound, const gw_segment_t *seg,
                            const gw_price_t *price, const gw_model_t *model,
                            apr_int64_t key_id, apr_time_t at);

#endif
