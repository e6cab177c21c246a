/* SPDX-License-Identifier: Apache-2.0 */
/* said_template.c - see said_template.h. */
#include "said_template.h"

#include "json.h"

void gw_said_template_learn(gw_sse_template_t *t, gw_str_t data,
                                gw_str_t text, gw_str_t padding)
{
    gw_placeholder_t place[GW_PLACEHOLDERS];
    unsigned at = padding.p != NULL && padding.p < text.p, count = 1;

    place[at].start = (apr_size_t)(text.p - data.p);
    place[at].end = place[at].start + text.n;
    place[at].holds = GW_HOLDS_TEXT;
    if (padding.p != NULL) {
        place[!at].start = (apr_size_t)(padding.p - data.p);
        place[!at].end = place[!at].start + padding.n;
        place[!at].holds = GW_HOLDS_PADDING;
        count = 2;
    }
    gw_sse_template_learn(t, data.p, data.n, place, count);
}

int gw_said_template_match(const gw_sse_template_t *t, gw_str_t data,
                               gw_str_t *text)
{
    const char *p = data.p, *end = p + data.n, *known = t->bytes, *from;
    unsigned i;

    if (t->placeholders == 0 || data.n < t->length)
        return 0;
    for (i = 0; i <= t->placeholders; i++) {
        if ((apr_size_t)(end - p) < t->part[i]
            || memcmp(p, known, t->part[i]) != 0)
            return 0;
        p += t->part[i];
        known += t->part[i];
        if (i == t->placeholders)
            break;
        from = p;
        p = gw_json_string_end(p, end);
        if (p == NULL)
            return 0;
        if (t->holds[i] == GW_HOLDS_TEXT) {
            text->p = from;
            text->n = (apr_size_t)(p - from);
        }
    }
    return p == end && text->n > 0;
}
