/* SPDX-License-Identifier: Apache-2.0 */
/* reserve.c - see reserve.h. */
#include "reserve.h"

#include "tariff.h"
#include "widen.h"

#define BOUND_MOST 1000000000   /* tokens; what is beyond is no bound */

gw_pico_t gw_reserve_amount(gw_bound_t *bound, const gw_segment_t *seg,
                            const gw_price_t *price, const gw_model_t *model,
                            apr_int64_t key_id, apr_time_t at)
{
    gw_pico_t reserve;
    gw_wider_t wider;

    gw_widen_read(&wider, seg, key_id, model->id, at);
    bound->prompt = gw_widening_apply(bound->prompt, wider.prompt,
                                      model->context);
    bound->output = gw_widening_apply(bound->output, wider.output,
                                      model->context);
    if (bound->prompt > BOUND_MOST || bound->output > BOUND_MOST
        || gw_tariff_reserve(&reserve, price, bound) != APR_SUCCESS)
        return -1;
    return reserve;
}
