/* SPDX-License-Identifier: Apache-2.0 */
/* said_template.c - see said_template.h. */
#include "said_template.h"

#include "json.h"

void gw_said_template_learn(gw_said_template_t *t, gw_str_t data,
                            gw_str_t text, gw_str_t padding)
{
    gw_str_t place[GW_SAID_PLACES];
    unsigned at = padding.p != NULL && padding.p < text.p, i,
             count = padding.p != NULL ? 2 : 1;
    const char *from = data.p, *to;

    t->places = 0;
    t->length = 0;
    t->text = at;
    place[at] = text;
    if (padding.p != NULL)
        place[!at] = padding;
    for (i = 0; i <= count; i++) {
        to = i < count ? place[i].p : data.p + data.n;
        t->part[i] = (apr_size_t)(to - from);
        if (to < from || t->part[i] > GW_SAID_BYTES - t->length)
            return;
        memcpy(t->bytes + t->length, from, t->part[i]);
        t->length += t->part[i];
        if (i < count)
            from = to + place[i].n;
    }
    t->places = count;
}

int gw_said_template_match(const gw_said_template_t *t, gw_str_t data,
                           gw_str_t *text)
{
    const char *p = data.p, *end = p + data.n, *known = t->bytes, *from;
    unsigned i;

    if (t->places == 0 || data.n < t->length)
        return 0;
    for (i = 0; i <= t->places; i++) {
        if ((apr_size_t)(end - p) < t->part[i]
            || memcmp(p, known, t->part[i]) != 0)
            return 0;
        p += t->part[i];
        known += t->part[i];
        if (i == t->places)
            break;
        from = p;
        p = gw_json_string_end(p, end);
        if (p == NULL)
            return 0;
        if (i == t->text) {
            text->p = from;
            text->n = (apr_size_t)(p - from);
        }
    }
    return p == end && text->n > 0;
}
