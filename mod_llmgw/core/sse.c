/* SPDX-License-Identifier: Apache-2.0 */
/* sse.c - see sse.h. */
#include "sse.h"

enum {
    L_START,        /* at the first byte of a line */
    L_FIELD,        /* in a field's name */
    L_SPACE,        /* after the colon: one space is not part of the value */
    L_DATA, L_NAME, /* in the value of data: or event: */
    L_SKIP          /* in a comment or in a value that is not used */
};

void gw_sse_start(gw_sse_t *s, gw_sse_data_fn *data, void *baton)
{
    memset(s, 0, sizeof(*s));
    s->data = data;
    s->baton = baton;
}

static int field_is(const gw_sse_t *s, const char *name)
{
    gw_str_t field = { s->field, s->field_len };

    /* a byte order mark may stand before the first line */
    if (!s->begun && field.n >= 3 && memcmp(field.p, "\xef\xbb\xbf", 3) == 0) {
        field.p += 3;
        field.n -= 3;
    }
    return gw_str_is(field, name);
}

static void data_start(gw_sse_t *s)
{
    s->state = L_DATA;
    if (s->data_lines++ > 0)
        s->data(s->baton, "\n", 1);
}

static void name_start(gw_sse_t *s)
{
    s->state = L_NAME;
    s->name_len = 0;
    s->name[0] = '\0';
}

static void value_start(gw_sse_t *s)
{
    if (field_is(s, "data")) {
        data_start(s);
    }
    else if (field_is(s, "event")) {
        name_start(s);
    }
    else {
        s->state = L_SKIP;
    }
}

/* The line ends before its line end; returns whether the event does too. */
static int line_end(gw_sse_t *s)
{
    /* the first line may be blank behind a byte order mark */
    int blank = s->state == L_START
                || (s->state == L_FIELD && field_is(s, ""));

    if (s->state == L_FIELD)    /* a field without colon has no value */
        value_start(s);
    s->state = L_START;
    s->field_len = 0;
    s->begun = 1;
    if (blank)
        s->fresh = 1;
    return blank;
}

/* Behind the field that begins a line, if it is whole and one of the two that
 * are used, written as nearly all write it; p: it may be another. */
static const char *usual_field(gw_sse_t *s, const char *p, const char *end)
{
    if (s->state != L_START)
        return p;
    if (end - p >= 6 && memcmp(p, "data: ", 6) == 0) {
        data_start(s);
        return p + 6;
    }
    if (end - p >= 7 && memcmp(p, "event: ", 7) == 0) {
        name_start(s);
        return p + 7;
    }
    return p;
}

/* Bytes [p, end) hold no line end. */
static void line_bytes(gw_sse_t *s, const char *p, const char *end)
{
    p = usual_field(s, p, end);
    while (p < end && s->state < L_DATA) {
        if (s->state == L_SPACE) {
            value_start(s);
            if (*p == ' ')
                p++;
        }
        else if (*p == ':') {
            s->state = L_SPACE;
            p++;
        }
        else {
            s->state = L_FIELD;
            if (s->field_len < sizeof(s->field))
                s->field[s->field_len++] = *p;
            p++;
        }
    }
    if (p == end)
        return;
    if (s->state == L_DATA) {
        s->data(s->baton, p, (apr_size_t)(end - p));
    }
    else if (s->state == L_NAME) {
        while (p < end && s->name_len < GW_SSE_NAME)
            s->name[s->name_len++] = *p++;
        s->name[s->name_len] = '\0';
    }
}

/* The first CR or LF of [p, end), or end. */
static const char *find_line_end(const char *p, const char *end)
{
    const char *lf, *cr;

    if (*p == '\n' || *p == '\r')    /* each event ends with a blank line */
        return p;
    lf = memchr(p, '\n', (apr_size_t)(end - p));
    if (lf == NULL)
        lf = end;
    cr = memchr(p, '\r', (apr_size_t)(lf - p));
    return cr ? cr : lf;
}

static void event_start(gw_sse_t *s)
{
    s->fresh = 0;
    s->data_lines = 0;
    s->name_len = 0;
    s->name[0] = '\0';
}

/* The line that ends at stop, with CR, LF or both.  Returns whether the event
 * does, too; *next: where it goes on. */
static int end_of_line(gw_sse_t *s, const char *stop, const char *end,
                       const char **next)
{
    const char *p = stop + 1;
    int event;

    if (s->state == L_SPACE)    /* "data:" and nothing more */
        value_start(s);
    event = line_end(s);
    if (*stop == '\r' && p < end && *p == '\n')
        p++;
    else if (*stop == '\r' && p == end)
        s->skip_lf = 1;
    *next = p;
    return event;
}

gw_sse_result_t gw_sse_feed(gw_sse_t *s, const char *p, apr_size_t n,
                            apr_size_t *used)
{
    const char *start = p, *end;
    int ended = s->event_lf, late;

    *used = 0;
    if (n == 0)                 /* then p may be NULL */
        return GW_SSE_MORE;
    end = p + n;
    late = s->skip_lf && *p == '\n';
    s->skip_lf = s->event_lf = 0;
    if (late) {
        p++;
        *used = 1;
        if (ended)
            return GW_SSE_TAIL;
    }
    if (s->fresh && p < end)
        event_start(s);
    while (p < end) {
        const char *stop = find_line_end(p, end);

        if (stop > p)
            line_bytes(s, p, stop);
        if (stop == end)
            break;
        if (end_of_line(s, stop, end, &p)) {
            s->event_lf = s->skip_lf;
            *used = (apr_size_t)(p - start);
            return GW_SSE_EVENT;
        }
    }
    *used = n;
    return GW_SSE_MORE;
}
