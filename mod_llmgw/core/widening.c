/* SPDX-License-Identifier: Apache-2.0 */
/* widening.c - see widening.h. */
#include "widening.h"

apr_int64_t gw_widening_left(apr_int64_t n, apr_time_t seen, apr_time_t now)
{
    apr_time_t age = now > seen ? now - seen : 0;
    apr_int64_t halves = age / GW_WIDENING_HALF;

    if (halves > 31)            /* of 32 bits nothing is left */
        return 0;
    n >>= halves;
    /* n is below 2^31 and the rest of a day below 2^27 ms */
    return n - n * (age % GW_WIDENING_HALF / 1000)
               / (GW_WIDENING_HALF / 1000 * 2);
}

static apr_int32_t larger(apr_int64_t left, apr_int64_t n, apr_int64_t most)
{
    if (n > most)
        n = most;
    return (apr_int32_t)(n > left ? n : left);
}

void gw_widening_see(gw_widening_t *w, apr_int64_t prompt,
                     apr_int64_t output, apr_int64_t most, apr_time_t now)
{
    if (most <= 0)
        most = GW_WIDENING_MOST;
    else if (most > APR_INT32_MAX)
        most = APR_INT32_MAX;
    w->prompt = larger(gw_widening_left(w->prompt, w->seen, now), prompt,
                       most);
    w->output = larger(gw_widening_left(w->output, w->seen, now), output,
                       most);
    if (now > w->seen)
        w->seen = now;
}

apr_int64_t gw_widening_apply(apr_int64_t bound, apr_int64_t by,
                              apr_int64_t context)
{
    if (by <= 0 || (context > 0 && bound >= context))
        return bound;
    return context > 0 && by > context - bound ? context : bound + by;
}
