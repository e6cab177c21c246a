/* SPDX-License-Identifier: Apache-2.0 */
/* lock_order.c - see lock_order.h; empty but in a test build. */
#include "lock_order.h"

#ifdef GW_CRASH_POINTS
#include <stdio.h>
#include <stdlib.h>

static __thread unsigned held;  /* bits: gw_lock_t */

void gw_lock_taken(gw_lock_t lock)
{
    if (held >> lock != 0) {
        fprintf(stderr, "lock_order: lock %d is taken while those of mask "
                "%#x are held\n", (int)lock, held);
        abort();
    }
    held |= 1u << lock;
}

void gw_lock_left(gw_lock_t lock)
{
    held &= ~(1u << lock);
}
#endif
