/* SPDX-License-Identifier: Apache-2.0 */
/* request_words.h - what was read of a body, in words. */
#ifndef GW_TEST_REQUEST_WORDS_H
#define GW_TEST_REQUEST_WORDS_H

#include <stdio.h>

#include "request.h"

/* All that differs from a chat of one message, as words. */
static inline const char *words_of(const gw_request_t *r)
{
    static char text[600];
    char *o = text;
    unsigned i;

    o += sprintf(o, "%u messages", r->messages);
    if (r->text != r->body.n)
        o += sprintf(o, ", %zu of media", r->body.n - r->text);
    if (r->tools > 0)
        o += sprintf(o, ", tools %u", r->tools);
    o += sprintf(o, "%s", r->stream ? ", stream" : "");
    o += sprintf(o, "%s", r->include_usage == GW_TRUE ? ", usage"
                 : r->include_usage == GW_FALSE ? ", no usage" : "");
    o += sprintf(o, "%s", r->thinking == GW_TRUE ? ", think"
                 : r->thinking == GW_FALSE ? ", don't think" : "");
    o += sprintf(o, "%s%s", r->native_thinking ? ", native" : "",
                 r->native_off ? " off" : "");
    o += sprintf(o, "%s", r->asks_thinking ? ", asks" : "");
    o += sprintf(o, "%s", r->context_caching ? ", caching" : "");
    o += sprintf(o, "%s", r->cache_control ? ", marked" : "");
    o += sprintf(o, "%s", r->audio_output ? ", speaks" : "");
    o += sprintf(o, "%s%s", r->open_ended ? ", open" : "",
                 r->unknown_media ? " to media" : "");
    if (r->stored != NULL)
        o += sprintf(o, ", stored %s", r->stored);
    if (r->fileid != NULL)
        o += sprintf(o, ", fileid %s", r->fileid);
    if (r->n != 1)
        o += sprintf(o, ", n %d", (int)r->n);
    if (r->max != GW_MAX_NONE)
        o += sprintf(o, ", max %d", (int)r->max_tokens);
    if (r->thinking_budget != -1)
        o += sprintf(o, ", budget %d", (int)r->thinking_budget);
    for (i = 0; i < GW_MEDIAS; i++) {
        if (r->media[i] > 0)
            o += sprintf(o, ", %u %s first %s", r->media[i],
                         gw_media_names[i], r->media_at[i]);
    }
    return text;
}

#endif
