/* SPDX-License-Identifier: Apache-2.0 */
/* tap_tidy.c - LLMGatewayAnswer tidy: whether it is for this answer, and the
 * end of a stream.  What becomes of a document is in tap_document.c. */
#include "tap_private.h"

int gw_tap_is_tidy(const gw_tap_t *t)
{
    return t->call->conf->tidy == 1
           && gw_endpoint_row(t->call->url.endpoint)->tidy;
}

/* An end that is only likely gets none: the client must be able to tell. */
void gw_tap_tidy_end(gw_tap_t *t, int half)
{
    static const char done[] = "\n\ndata: [DONE]\n\n";
    const char *from = done + (half ? 0 : 2);   /* the event before is whole */
    apr_size_t n = sizeof(done) - 1 - (apr_size_t)(from - done);

    if (t->x->answer != GW_ANSWER_BEGUN || t->failed || t->closed
        || t->answer.done || gw_tap_is_mute(t) || !gw_tap_is_tidy(t)
        || !gw_answer_finished(&t->answer))
        return;
    t->pending = (apr_int64_t)n;
    gw_tap_settle(t, GW_END_COMPLETE);
    t->pending = 0;
    gw_tap_put(t, from, n);
}
