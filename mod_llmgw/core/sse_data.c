/* SPDX-License-Identifier: Apache-2.0 */
/* sse_data.c - see sse_data.h. */
#include "sse_data.h"

static const char *line_end(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (apr_size_t)(end - p));
    const char *stop = lf != NULL ? lf : end;
    const char *cr = memchr(p, '\r', (apr_size_t)(stop - p));

    return cr != NULL ? cr : stop;
}

/* The value of a line, if it is one of data. */
static int data_line(gw_str_t *value, const char *p, const char *end)
{
    if (end - p < 4 || memcmp(p, "data", 4) != 0)
        return 0;
    p += 4;
    if (p < end && *p++ != ':')
        return 0;
    if (p < end && *p == ' ')
        p++;
    value->p = p;
    value->n = (apr_size_t)(end - p);
    return 1;
}

gw_str_t gw_sse_data(gw_text_t *join, gw_str_t event, int first)
{
    static const char mark[] = "\xef\xbb\xbf";     /* byte order mark */
    const char *p = event.p, *end = event.p + event.n, *stop;
    gw_str_t data = { "", 0 }, value;
    unsigned lines = 0;

    gw_text_clear(join);
    if (first && event.n >= 3 && memcmp(p, mark, 3) == 0)
        p += 3;
    for (; p < end; p = stop + (stop < end)) {
        stop = line_end(p, end);
        if (!data_line(&value, p, stop))
            continue;
        if (lines++ == 0) {
            data = value;
            continue;
        }
        if (lines == 2)
            gw_text_add(join, data);
        gw_text_put(join, "\n");
        gw_text_add(join, value);
    }
    return lines > 1 ? gw_text_str(join) : data;
}
