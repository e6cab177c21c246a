/* SPDX-License-Identifier: Apache-2.0 */
/* calibrations.c - see calibrations.h. */
#include "calibrations.h"

#define PROBES 16

gw_calibration_t *gw_calibrations_find(gw_segment_t *seg,
                                       apr_int64_t team_id,
                                       apr_int64_t model_id)
{
    apr_uint32_t n = seg->n.calibrations, i;
    apr_int64_t key = gw_calibration_key(team_id, model_id);
    apr_uint64_t home = (apr_uint64_t)model_id
                        + (apr_uint64_t)team_id * 0x9e3779b1u;

    for (i = 0; i < PROBES && key != 0; i++) {
        gw_calibration_t *c = &seg->calibrations[(home + i) % n];
        apr_int64_t found = __atomic_load_n(&c->key, __ATOMIC_ACQUIRE);

        if (found == 0
            && __atomic_compare_exchange_n(&c->key, &found, key, 0,
                                           __ATOMIC_ACQ_REL,
                                           __ATOMIC_ACQUIRE))
            return c;
        if (found == key)
            return c;
    }
    return NULL;
}

void gw_calibrations_sum(gw_calibration_t *sum, const gw_segment_t *seg,
                         apr_int64_t model_id)
{
    apr_uint32_t i;

    memset(sum, 0, sizeof(*sum));
    for (i = 0; i < seg->n.calibrations; i++) {
        const gw_calibration_t *c = &seg->calibrations[i];

        if ((__atomic_load_n(&c->key, __ATOMIC_ACQUIRE) & 0xffffffff)
            == model_id)
            gw_calibration_sum(sum, c);
    }
}
