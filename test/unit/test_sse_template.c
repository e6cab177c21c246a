/* SPDX-License-Identifier: Apache-2.0 */
/* test_sse_template.c - events that differ in their text only. */
#include "sse_template.h"
#include "tap.h"

static const char first[] =
    "data: {\"id\":\"c\",\"t\":\"one\",\"o\":\"xx\",\"f\":null}\n\n";

static gw_placeholder_t placeholders[2] = {
    { 21, 24, GW_HOLDS_TEXT }, { 31, 33, GW_HOLDS_PADDING }
};

static const struct {
    const char *name, *event;
    apr_size_t cut;             /* bytes that are there; 0: all */
    apr_size_t used, text;
} rows[] = {
    { "the same", first, 0, 46, 3 },
    { "longer text", "data: {\"id\":\"c\",\"t\":\"four words of "
      "text\",\"o\":\"y\",\"f\":null}\n\n", 0, 60, 18 },
    { "no text", "data: {\"id\":\"c\",\"t\":\"\",\"o\":\"\",\"f\":null}\n\n",
      0, 41, 0 },
    { "more follows", "data: {\"id\":\"c\",\"t\":\"a\",\"o\":\"b\",\"f\":null}"
      "\n\ndata: [DONE]\n\n", 0, 43, 1 },
    { "non-ASCII text", "data: {\"id\":\"c\",\"t\":\"\xc3\xa9\",\"o\":\"b\","
      "\"f\":null}\n\n", 0, 44, 2 },
    { "another id", "data: {\"id\":\"d\",\"t\":\"one\",\"o\":\"xx\",\"f\":null}"
      "\n\n", 0, 0, 0 },
    { "a finish reason", "data: {\"id\":\"c\",\"t\":\"one\",\"o\":\"xx\","
      "\"f\":\"stop\"}\n\n", 0, 0, 0 },
    { "an escaped quote", "data: {\"id\":\"c\",\"t\":\"a\\\"b\",\"o\":\"xx\","
      "\"f\":null}\n\n", 0, 0, 0 },
    { "an escape", "data: {\"id\":\"c\",\"t\":\"a\\n\",\"o\":\"xx\","
      "\"f\":null}\n\n", 0, 0, 0 },
    { "an escape in the other string", "data: {\"id\":\"c\",\"t\":\"a\",\"o\":"
      "\"x\\n\",\"f\":null}\n\n", 0, 0, 0 },
    { "cut in the text", first, 21, 0, 0 },
    { "cut in the end", first, 45, 0, 0 },
    { "cut in the head", first, 3, 0, 0 },
    { "a text with our foot in it", "data: {\"id\":\"c\",\"t\":\",\",\"o\":"
      "\",\"f\":null}\n\n", 0, 0, 0 },
};

/* ---- numbers --------------------------------------------------------- */

#define NUMBERED(n, text) "data: {\"n\":" n ",\"t\":\"" text "\"}\n\n"

static const struct { const char *event; apr_int64_t number; } numbers[] = {
    { NUMBERED("7", "a"), 7 }, { NUMBERED("0", "a"), 0 },
    { NUMBERED("123456789012345678", "a"), 123456789012345678 },
    { NUMBERED("1234567890123456789", "a"), -1 },
    { NUMBERED("07", "a"), -1 }, { NUMBERED("00", "a"), -1 },
    { NUMBERED("", "a"), -1 }, { NUMBERED("-1", "a"), -1 },
    { NUMBERED("1.0", "a"), -1 }, { NUMBERED("1e2", "a"), -1 },
    { NUMBERED("\"1\"", "a"), -1 }, { NUMBERED("8", "\\n"), -1 },
    { "data: {\"n\":12", -1 }
};

static void test_numbers(void)
{
    static const gw_placeholder_t holds[2] = {
        { 11, 12, GW_HOLDS_NUMBER }, { 18, 19, GW_HOLDS_TEXT }
    };
    static gw_sse_template_t t;
    unsigned i;

    gw_sse_template_learn(&t, NUMBERED("1", "x"),
                          sizeof(NUMBERED("1", "x")) - 1, holds, 2);
    for (i = 0; i < GW_COUNT(numbers); i++) {
        apr_int64_t number = -1;
        apr_size_t text = 0, n = strlen(numbers[i].event);

        is_int((long long)gw_sse_template_match(&t, numbers[i].event, n,
                                                &text, &number),
               numbers[i].number < 0 ? 0 : (long long)n, "number %u", i);
        is_int(number, numbers[i].number, "number %u: it", i);
    }
}

int main(void)
{
    static char big[2 * GW_TEMPLATE_BYTES];
    static gw_sse_template_t t;
    apr_size_t text, used;
    apr_int64_t number = -1;
    gw_placeholder_t placeholder;
    unsigned i;

    is_int(gw_sse_template_match(&t, first, 48, &text, &number), 0,
           "nothing is known at first");
    gw_sse_template_learn(&t, first, sizeof(first) - 1, placeholders, 2);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_size_t n = rows[i].cut ? rows[i].cut : strlen(rows[i].event);

        text = 0;
        used = gw_sse_template_match(&t, rows[i].event, n, &text, &number);
        is_int(used, rows[i].used, "%s", rows[i].name);
        if (used > 0)
            is_int(text, rows[i].text, "%s: text", rows[i].name);
    }
    memset(big, 'x', sizeof(big));
    placeholder.start = 10;
    placeholder.end = 11;
    placeholder.holds = GW_HOLDS_TEXT;
    gw_sse_template_learn(&t, big, sizeof(big), &placeholder, 1);
    is_int(gw_sse_template_match(&t, big, sizeof(big), &text, &number), 0,
           "an event that is too long is forgotten");
    gw_sse_template_learn(&t, big, GW_TEMPLATE_BYTES + 1, &placeholder, 1);
    is_int(t.placeholders, 1, "the longest is not");
    gw_sse_template_learn(&t, big, GW_TEMPLATE_BYTES + 2, &placeholder, 1);
    is_int(t.placeholders, 0, "one byte more is");
    test_numbers();
    return tap_end();
}
