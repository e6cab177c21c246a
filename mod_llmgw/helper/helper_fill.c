/* SPDX-License-Identifier: Apache-2.0 */
/* helper_fill.c - see helper_fill.h. */
#include "helper_fill.h"

#include "fill.h"

void gw_helper_fill_watch(helper_t *h)
{
    static const char *const what[GW_FILLS] = {
        "keys and teams", "windows and budgets", "requests"
    };
    gw_fill_t fill[GW_FILLS];
    unsigned i;

    gw_fill_read(fill, h->seg);
    for (i = 0; i < GW_FILLS; i++) {
        apr_uint64_t used = fill[i].used, all = fill[i].all;

        if (used * 2 < all)
            h->filled &= ~(1u << i);
        if (used * 5 < all * 4 || (h->filled & 1u << i))
            continue;
        h->filled |= 1u << i;
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, h->s, GW_TAG(0034)
                     "%u of %u places of the shared segment for %s are in "
                     "use", fill[i].used, fill[i].all, what[i]);
    }
}
