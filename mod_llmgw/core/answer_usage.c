/* SPDX-License-Identifier: Apache-2.0 */
/* answer_usage.c - see answer_usage.h. */
#include "answer_usage.h"

static int is_count(const gw_json_node_t *node)
{
    apr_int64_t n;

    return gw_json_count(&n, node, GW_COUNT_MAX) == APR_SUCCESS && n > 0;
}

void gw_answer_usage(gw_answer_t *a, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_USAGE:
        if (node->kind == GW_JSON_OBJECT)
            a->event.usage = a->counts.seen = 1;
        break;
    case SLOT_CACHE_TYPE:
        if (node->kind == GW_JSON_STR)
            a->counts.explicit_cache = 1;
        break;
    case SLOT_CREATION:
        if (node->kind == GW_JSON_OBJECT)
            a->counts.explicit_cache = 1;
        gw_answer_unread(a, node);
        break;
    case SLOT_CREATED:
        gw_answer_count(a, GW_N_WRITTEN, node);
        a->counts.explicit_cache |= is_count(node) != 0;
        break;
    case SLOT_UNREAD:
        gw_answer_unread(a, node);
        break;
    default:
        gw_answer_count(a, (gw_count_t)(node->slot - SLOT_COUNT), node);
        break;
    }
}
