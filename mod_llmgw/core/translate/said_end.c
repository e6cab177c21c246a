/* SPDX-License-Identifier: Apache-2.0 */
/* said_end.c - see said_end.h. */
#include "said_end.h"

static const struct {
    const char *finish;
    gw_said_end_t stop;
} stops[] = {
    { "stop", GW_SAID_END_TURN },
    { "length", GW_SAID_MAX_TOKENS },
    { "max_tokens", GW_SAID_MAX_TOKENS },
    { "tool_calls", GW_SAID_TOOL_USE },
    { "function_call", GW_SAID_TOOL_USE },
    { "content_filter", GW_SAID_FILTERED },
    { "sensitive", GW_SAID_FILTERED },                          /* GLM */
    { "model_context_window_exceeded", GW_SAID_WINDOW },        /* GLM */
    { "network_error", GW_SAID_FAILED },                        /* GLM */
    { "insufficient_system_resource", GW_SAID_FAILED },         /* DeepSeek */
    { "error", GW_SAID_FAILED }                                 /* OpenRouter */
};

gw_said_end_t gw_said_end(gw_str_t finish)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(stops); i++) {
        if (gw_str_is(finish, stops[i].finish))
            return stops[i].stop;
    }
    return GW_SAID_END_TURN;
}

int gw_said_is_cut(gw_said_end_t stop)
{
    return stop != GW_SAID_END_TURN && stop != GW_SAID_TOOL_USE;
}
