/* SPDX-License-Identifier: Apache-2.0 */
/* test_sse_data.c - the data of whole events: as the reader of any cut finds
 * it. */
#include "sse_data.h"

#include "sse.h"

#include "tap.h"

static const struct { const char *event, *data; } rows[] = {
    { "data: {}\n\n", "{}" },
    { "data:{}\n\n", "{}" },
    { "data:  {}\n\n", " {}" },
    { "data: {}\r\n\r\n", "{}" },
    { "data: {}\r\r", "{}" },
    { "data: {}", "{}" },
    { "event: x\ndata: {}\n\n", "{}" },
    { "data: {}\nevent: x\nid: 1\n\n", "{}" },
    { ": c\ndata: {}\n\n", "{}" },
    { "\ndata: {}\n\n", "{}" },
    { "data: {\ndata: }\n\n", "{\n}" },
    { "data: {\r\ndata:\r\ndata: }\r\n\r\n", "{\n\n}" },
    { "data\n\n", "" },
    { "data\ndata: x\n\n", "\nx" },
    { "data:\n\n", "" },
    { "datax: 1\ndata: 2\n\n", "2" },
    { " data: 1\ndata: 2\n\n", "2" },
    { "dat: 1\n\n", "" },
    { ": data: 1\n\n", "" },
    { "Data: 1\n\n", "" },
    { "", "" },
    { "\xef\xbb\xbf" "data: {}\n\n", "{}" }
};

static void test_rows(void)
{
    gw_text_t join;
    unsigned i;

    gw_text_init(&join, 4096, tap_pool());
    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t event = { rows[i].event, strlen(rows[i].event) }, got;

        got = gw_sse_data(&join, event, 1);
        is_mem(got.p, got.n, rows[i].data, strlen(rows[i].data), "row %u", i);
    }
}

static void test_mark(void)
{
    gw_str_t event = { "\xef\xbb\xbf" "data: 1\ndata: 2\n\n", 19 };
    gw_text_t join;

    gw_text_init(&join, 4096, tap_pool());
    is_mem(gw_sse_data(&join, event, 0).p, 1, "2", 1,
           "a mark is one at the stream's begin only");
}

/* ---- the other reader ------------------------------------------------ */

static void add_data(void *baton, const char *p, apr_size_t n)
{
    gw_str_t piece = { p, n };

    gw_text_add(baton, piece);
}

/* Both find the same in all that can be made of these parts. */
static void test_same(void)
{
    static const char *const parts[] = {
        "data", ":", " ", "\n", "\r", "x", "event", "\r\n", "1"
    };
    char bytes[64];
    gw_text_t join, want;
    unsigned i, k, same = 0, all = 0;

    gw_text_init(&join, 4096, tap_pool());
    gw_text_init(&want, 4096, tap_pool());
    for (i = 0; i < 9 * 9 * 9 * 9 * 9; i++) {
        gw_str_t event = { bytes, 0 }, got;
        gw_sse_t sse;
        unsigned n = i;

        strcpy(bytes, "data: 0\n");
        for (k = 0; k < 5; k++, n /= 9)
            strcat(bytes, parts[n % 9]);
        strcat(bytes, "\n\n");
        gw_text_clear(&want);
        gw_sse_start(&sse, add_data, &want);
        if (gw_sse_feed(&sse, bytes, strlen(bytes), &event.n) != GW_SSE_EVENT)
            continue;
        got = gw_sse_data(&join, event, 1);
        all++;
        same += got.n == want.n && (got.n == 0
                                    || memcmp(got.p, want.p, got.n) == 0);
    }
    ok(all > 50000, "%u events", all);
    is_int(same, all, "both readers find the same");
}

int main(void)
{
    test_rows();
    test_mark();
    test_same();
    return tap_end();
}
