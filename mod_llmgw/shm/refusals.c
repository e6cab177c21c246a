/* SPDX-License-Identifier: Apache-2.0 */
/* refusals.c - see refusals.h. */
#include "refusals.h"

#define PROBES 16

void gw_refusals_count(gw_segment_t *seg, apr_int64_t key_id, int day,
                       int kind)
{
    apr_uint64_t h = (apr_uint64_t)key_id * 31 + (apr_uint64_t)kind;
    unsigned i;

    gw_segment_lock(&seg->header->refusal_mutex);
    for (i = 0; i < PROBES; i++) {
        gw_refusal_t *f = &seg->refusals[(h + i) % GW_REFUSALS];

        if (f->key_id != 0 && (f->key_id != key_id || f->day != day
                               || f->kind != kind))
            continue;
        f->day = day;
        f->kind = kind;
        f->count++;
        f->key_id = key_id;
        break;
    }
    gw_segment_unlock(&seg->header->refusal_mutex);
}
