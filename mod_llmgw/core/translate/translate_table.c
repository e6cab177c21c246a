/* SPDX-License-Identifier: Apache-2.0 */
/* translate_table.c - which translations there are. */
#include "translate_rows.h"

static const gw_translation_t *const rows[GW_ENDPOINTS][GW_DIALECTS] = {
    [GW_EP_CHAT][GW_DIALECT_ANTHROPIC] = NULL,
    [GW_EP_MESSAGES][GW_DIALECT_OPENAI] = NULL
};

const gw_translation_t *gw_translation(unsigned endpoint, unsigned dialect)
{
    if (endpoint >= GW_ENDPOINTS || dialect >= GW_DIALECTS)
        return NULL;
    return rows[endpoint][dialect];
}
