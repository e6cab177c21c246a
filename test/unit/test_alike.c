/* SPDX-License-Identifier: Apache-2.0 */
/* test_alike.c - events that differ in their text only. */
#include "alike.h"
#include "tap.h"

static const char first[] =
    "data: {\"id\":\"c\",\"t\":\"one\",\"o\":\"xx\",\"f\":null}\n\n";

static gw_hole_t holes[2] = { { 21, 24, 1 }, { 31, 33, 0 } };

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
    { "an escape in the other hole", "data: {\"id\":\"c\",\"t\":\"a\",\"o\":"
      "\"x\\n\",\"f\":null}\n\n", 0, 0, 0 },
    { "cut in the text", first, 21, 0, 0 },
    { "cut in the end", first, 45, 0, 0 },
    { "cut in the head", first, 3, 0, 0 },
    { "a text with our foot in it", "data: {\"id\":\"c\",\"t\":\",\",\"o\":"
      "\",\"f\":null}\n\n", 0, 0, 0 },
};

int main(void)
{
    static char big[2 * GW_ALIKE_BYTES];
    static gw_alike_t a;
    apr_size_t text, used;
    gw_hole_t hole;
    unsigned i;

    is_int(gw_alike_match(&a, first, 48, &text), 0,
           "nothing is known at first");
    gw_alike_learn(&a, first, sizeof(first) - 1, holes, 2);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_size_t n = rows[i].cut ? rows[i].cut : strlen(rows[i].event);

        text = 0;
        used = gw_alike_match(&a, rows[i].event, n, &text);
        is_int(used, rows[i].used, "%s", rows[i].name);
        if (used > 0)
            is_int(text, rows[i].text, "%s: text", rows[i].name);
    }
    memset(big, 'x', sizeof(big));
    hole.start = 10;
    hole.end = 11;
    hole.text = 1;
    gw_alike_learn(&a, big, sizeof(big), &hole, 1);
    is_int(gw_alike_match(&a, big, sizeof(big), &text), 0,
           "an event that is too long is forgotten");
    gw_alike_learn(&a, big, GW_ALIKE_BYTES + 1, &hole, 1);
    is_int(a.holes, 1, "the longest is not");
    gw_alike_learn(&a, big, GW_ALIKE_BYTES + 2, &hole, 1);
    is_int(a.holes, 0, "one byte more is");
    return tap_end();
}
