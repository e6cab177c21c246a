/* SPDX-License-Identifier: Apache-2.0 */
/* segment_clock.c - see segment_clock.h. */
#include "segment_clock.h"

#include "clock.h"
#include "id.h"

static apr_time_t load(const apr_time_t *t)
{
    return __atomic_load_n(t, __ATOMIC_RELAXED);
}

apr_time_t gw_segment_clock(const gw_segment_t *seg, apr_time_t wall,
                            apr_time_t steady, int *believed)
{
    const gw_header_t *h = seg->header;
    apr_time_t known = load(&h->clock_steady);
    apr_interval_time_t step = load(&h->clock_step);

    *believed = step == 0 || known == 0 || wall - steady <= known + step
                || wall <= load(&h->last_time) + step;
    return *believed ? wall : known + steady;
}

apr_time_t gw_segment_now(const gw_segment_t *seg)
{
    int believed;

    return gw_segment_clock(seg, gw_wall_now(), gw_steady_now(), &believed);
}

static void raise_to(apr_time_t *to, apr_time_t t)
{
    apr_time_t seen = load(to);

    while (seen < t && !__atomic_compare_exchange_n(to, &seen, t, 0,
                                                    __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED))
        ;
}

void gw_segment_seen(gw_segment_t *seg, apr_time_t t)
{
    raise_to(&seg->header->last_time, t);
}

void gw_segment_believe(gw_segment_t *seg, apr_time_t wall)
{
    raise_to(&seg->header->clock_steady, wall - gw_steady_now());
    raise_to(&seg->header->clock_boot, wall - gw_boot_now());
}

apr_time_t gw_segment_time(const gw_segment_t *seg)
{
    apr_time_t now = gw_segment_now(seg);
    apr_time_t last = __atomic_load_n(&seg->header->last_time,
                                      __ATOMIC_RELAXED);

    return now > last ? now : last;
}

apr_int64_t gw_segment_new_id(gw_segment_t *seg, apr_time_t now)
{
    apr_int64_t *last = &seg->header->last_time;
    apr_int64_t seen = __atomic_load_n(last, __ATOMIC_RELAXED), next;

    do {
        next = now > seen ? now : seen + 1;
    } while (!__atomic_compare_exchange_n(last, &seen, next, 0,
                                          __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    return gw_id_make(next, GW_ID_NODE);
}
