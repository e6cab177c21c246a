/* SPDX-License-Identifier: Apache-2.0 */
/* test_sse.c - where events end and what their data is, in any cut. */
#include "sse.h"

#include "tap.h"

/* What was read, as text: for each event its bytes, name and data. */
typedef struct reading_t {
    gw_sse_t lines;
    char data[4096], text[16384];
    size_t data_n, n, from, at;
} reading_t;

static void take_data(void *baton, const char *p, apr_size_t n)
{
    reading_t *r = baton;

    memcpy(r->data + r->data_n, p, n);
    r->data_n += n;
}

static void start(reading_t *r)
{
    r->data_n = r->n = r->from = r->at = 0;
    r->text[0] = '\0';
    gw_sse_start(&r->lines, take_data, r);
}

static void write_event(reading_t *r, const char *name, unsigned lines)
{
    r->n += (size_t)sprintf(r->text + r->n, "%zu '%s' %u:", r->from, name,
                            lines);
    memcpy(r->text + r->n, r->data, r->data_n);
    r->n += r->data_n;
    r->n += (size_t)sprintf(r->text + r->n, "\n");
    r->data_n = 0;
}

/* An event is written when it ends; its end is the next one's start. */
static void feed(reading_t *r, const char *p, size_t n)
{
    char *copy = malloc(n + 1);
    size_t done = 0;

    memcpy(copy, p, n);
    while (done < n) {
        apr_size_t used = 99999;
        gw_sse_result_t result = gw_sse_feed(&r->lines, copy + done,
                                             n - done, &used);

        done += used;
        r->at += used;
        if (result == GW_SSE_EVENT)
            write_event(r, r->lines.name, r->lines.data_lines);
        if (result != GW_SSE_MORE)
            r->from = r->at;
    }
    free(copy);
}

static void end(reading_t *r)
{
    r->n += (size_t)sprintf(r->text + r->n, "rest %zu of %zu", r->from,
                            r->at);
}

static void read_whole(reading_t *r, const char *p, size_t n)
{
    start(r);
    feed(r, p, n);
    end(r);
}

/* ---- rows ----------------------------------------------------------- */

static const struct { const char *name, *stream, *want; } rows[] = {
    { "nothing", "", "rest 0 of 0" },
    { "LF", "data: a\n\ndata: b\n\n", "0 '' 1:a\n9 '' 1:b\nrest 18 of 18" },
    { "CRLF", "data: a\r\n\r\ndata: b\r\n\r\n",
      "0 '' 1:a\n11 '' 1:b\nrest 22 of 22" },
    { "CR", "data: a\r\rdata: b\r\r", "0 '' 1:a\n9 '' 1:b\nrest 18 of 18" },
    { "LF, then CRLF", "data: a\n\r\ndata: b\r\n\n",
      "0 '' 1:a\n10 '' 1:b\nrest 20 of 20" },
    { "LF, then CR", "data: a\n\rdata: b\r\n\r",
      "0 '' 1:a\n9 '' 1:b\nrest 19 of 19" },
    { "no space", "data:a\n\n", "0 '' 1:a\nrest 8 of 8" },
    { "two spaces", "data:  a\n\n", "0 '' 1: a\nrest 10 of 10" },
    { "a tab is no space", "data:\ta\n\n", "0 '' 1:\ta\nrest 9 of 9" },
    { "empty data", "data:\n\n", "0 '' 1:\nrest 7 of 7" },
    { "one space", "data: \n\n", "0 '' 1:\nrest 8 of 8" },
    { "no colon", "data\n\n", "0 '' 1:\nrest 6 of 6" },
    { "colons in data", "data: a:b: c\n\n", "0 '' 1:a:b: c\nrest 14 of 14" },
    { "several lines", "data: a\ndata\ndata: b\ndata:\n\n",
      "0 '' 4:a\n\nb\n\nrest 28 of 28" },
    { "a name", "event: ping\ndata: {}\n\n",
      "0 'ping' 1:{}\nrest 22 of 22" },
    { "the name behind", "data: {}\nevent:ping\n\n",
      "0 'ping' 1:{}\nrest 21 of 21" },
    { "two names", "event: long\nevent: b\ndata: 1\n\n",
      "0 'b' 1:1\nrest 30 of 30" },
    { "a name without value", "event: a\nevent\ndata: 1\n\n",
      "0 '' 1:1\nrest 24 of 24" },
    { "a name ends with its event", "event: a\ndata: 1\n\ndata: 2\n\n",
      "0 'a' 1:1\n18 '' 1:2\nrest 27 of 27" },
    { "a name of 31", "event: 0123456789012345678901234567890\n\n",
      "0 '0123456789012345678901234567890' 0:\nrest 40 of 40" },
    { "a name of 32", "event: 01234567890123456789012345678901\n\n",
      "0 '0123456789012345678901234567890' 0:\nrest 41 of 41" },
    { "a name alone", "event: ping\n\n", "0 'ping' 0:\nrest 13 of 13" },
    { "a comment", ": hello\n\n", "0 '' 0:\nrest 9 of 9" },
    { "an empty comment", ":\n\n", "0 '' 0:\nrest 3 of 3" },
    { "comments in an event", ":x\ndata: a\n: data: b\ndata: c\n:\n\n",
      "0 '' 2:a\nc\nrest 32 of 32" },
    { "blank lines", "\n\ndata: a\n\n\n\n",
      "0 '' 0:\n1 '' 0:\n2 '' 1:a\n11 '' 0:\n12 '' 0:\nrest 13 of 13" },
    { "other fields", "id: 7\nretry: 10\ndata: a\nfoo: b\nbar\n\n",
      "0 '' 1:a\nrest 36 of 36" },
    { "fields that only look so",
      "datax: 1\ndat: 2\nData: 3\n data: 4\ndata : 5\ndata-data-data-data: 6\n"
      "eventevent: 7\n\n", "0 '' 0:\nrest 80 of 80" },
    { "half an event", "data: a\n\ndata: b\n", "0 '' 1:a\nrest 9 of 17" },
    { "half a line", "data: a\n\nda", "0 '' 1:a\nrest 9 of 11" },
    { "a byte order mark", "\xef\xbb\xbf" "data: a\n\n",
      "0 '' 1:a\nrest 12 of 12" },
    { "... and a name", "\xef\xbb\xbf" "event: a\n\n",
      "0 'a' 0:\nrest 13 of 13" },
    { "... and a comment", "\xef\xbb\xbf" ": a\ndata: b\n\n",
      "0 '' 1:b\nrest 16 of 16" },
    { "... and a blank line", "\xef\xbb\xbf\ndata: b\n\n",
      "0 '' 0:\n4 '' 1:b\nrest 13 of 13" },
    { "a mark in the second line", "data: a\n\xef\xbb\xbf" "data: b\n\n",
      "0 '' 1:a\nrest 20 of 20" },
    { "two marks", "\xef\xbb\xbf\xef\xbb\xbf" "data: a\n\n",
      "0 '' 0:\nrest 15 of 15" },
    { "half a mark", "\xef\xbb" "data: a\n\n", "0 '' 0:\nrest 11 of 11" },
    { "separators of Unicode are none",
      "data: a\xe2\x80\xa8\xe2\x80\xa9\xc2\x85" "b\n\n",
      "0 '' 1:a\xe2\x80\xa8\xe2\x80\xa9\xc2\x85" "b\nrest 18 of 18" },
    { "vertical tab and form feed are none", "data: a\v\fb\n\n",
      "0 '' 1:a\v\fb\nrest 12 of 12" },
    { "OpenAI", "data: {\"id\":1}\n\ndata: [DONE]\n\n",
      "0 '' 1:{\"id\":1}\n16 '' 1:[DONE]\nrest 30 of 30" },
    { "OpenRouter waits", ": OPENROUTER PROCESSING\n\ndata: 1\n\n",
      "0 '' 0:\n25 '' 1:1\nrest 34 of 34" }
};

static reading_t whole, part;

/* Every pair of cuts, and every byte alone. */
static void test_rows(void)
{
    unsigned i;
    size_t n, k, l, wrong;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *s = rows[i].stream;

        n = strlen(s);
        read_whole(&whole, s, n);
        is_str(whole.text, rows[i].want, "%s", rows[i].name);
        for (k = wrong = 0; k <= n; k++) {
            for (l = k; l <= n; l++) {
                start(&part);
                feed(&part, s, k);
                feed(&part, s + k, l - k);
                feed(&part, s + l, n - l);
                end(&part);
                wrong += strcmp(part.text, rows[i].want) != 0;
            }
        }
        is_int(wrong, 0, "%s: in all pairs of cuts", rows[i].name);
        start(&part);
        for (k = 0; k < n; k++)
            feed(&part, s + k, 1);
        end(&part);
        is_str(part.text, rows[i].want, "%s: byte by byte", rows[i].name);
    }
}

/* ---- against a reader that has it all ------------------------------- */

/* The standard's algorithm, a line at a time, on a whole stream. */
static void line_of(reading_t *r, char *name, unsigned *lines, const char *p,
                    size_t n)
{
    const char *colon = memchr(p, ':', n);
    size_t field = colon ? (size_t)(colon - p) : n;
    size_t value = colon ? field + 1 : n;

    if (value < n && p[value] == ' ')
        value++;
    if (field == 4 && memcmp(p, "data", 4) == 0) {
        if ((*lines)++ > 0)
            r->data[r->data_n++] = '\n';
        memcpy(r->data + r->data_n, p + value, n - value);
        r->data_n += n - value;
    }
    else if (field == 5 && memcmp(p, "event", 5) == 0) {
        snprintf(name, GW_SSE_NAME + 1, "%.*s", (int)(n - value), p + value);
    }
}

static void by_the_standard(reading_t *r, const char *p, size_t n)
{
    size_t i = 0, k;
    char name[64] = "";
    unsigned lines = 0;

    start(r);
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        i = 3;
    for (; ; i = k) {
        for (k = i; k < n && p[k] != '\n' && p[k] != '\r'; k++)
            ;
        if (k == n)
            break;
        if (k > i)
            line_of(r, name, &lines, p + i, k - i);
        k += p[k] == '\r' && k + 1 < n && p[k + 1] == '\n' ? 2 : 1;
        if (p[i] != '\n' && p[i] != '\r')
            continue;
        write_event(r, name, lines);
        name[0] = '\0';
        lines = 0;
        r->from = k;
    }
    r->at = n;
    end(r);
}

static const char *const words[] = {
    "\n", "\r", "\r\n", "\n\n", "data", "data:", "data: ", "event", "event:",
    ":", " ", "x", "\xef\xbb\xbf", "d", "id: 1"
};

static void test_random(void)
{
    unsigned long long seed = 77;
    unsigned i, k, wrong = 0, cut = 0, events = 0;
    unsigned cases = tap_cases(100000);

    for (i = 0; i < cases; i++) {
        char s[256] = "";
        size_t n, at;

        for (k = (unsigned)(tap_random(&seed) % 16); k > 0; k--)
            strcat(s, words[tap_random(&seed) % GW_COUNT(words)]);
        n = strlen(s);
        by_the_standard(&part, s, n);
        read_whole(&whole, s, n);
        events += whole.text[0] != 'r';
        if (strcmp(part.text, whole.text) != 0 && wrong++ == 0)
            is_str(whole.text, part.text, "a random stream");
        start(&part);
        for (at = 0; at < n; at += k) {
            k = 1 + (unsigned)(tap_random(&seed) % 5);
            feed(&part, s + at, at + k < n ? k : n - at);
        }
        end(&part);
        cut += strcmp(part.text, whole.text) != 0;
    }
    is_int(wrong, 0, "%u random streams as the standard reads them", cases);
    is_int(cut, 0, "... in random cuts as well");
    ok(events > cases / 4, "... and many had events");
}

/* A large event is not kept: its data comes as it comes. */
static void test_large(void)
{
    static char chunk[1 << 16];
    size_t i, k = 0;
    apr_size_t used;
    gw_sse_result_t result = GW_SSE_MORE;

    memset(chunk, 'x', sizeof(chunk));
    start(&whole);
    feed(&whole, "data: ", 6);
    for (i = 0; i < 256; i++) {
        whole.data_n = 0;
        for (k = 0; k < sizeof(chunk); k += 4096) {
            whole.data_n = 0;
            result = gw_sse_feed(&whole.lines, chunk + k, 4096, &used);
            if (result != GW_SSE_MORE || used != 4096 || whole.data_n != 4096)
                break;
        }
    }
    ok(result == GW_SSE_MORE && k == sizeof(chunk) && i == 256,
       "16 MiB of one event pass");
    is_int(gw_sse_feed(&whole.lines, "\n\n", 2, &used), GW_SSE_EVENT,
           "... and end");
}

static void test_nothing(void)
{
    apr_size_t used = 99;

    start(&whole);
    is_int(gw_sse_feed(&whole.lines, NULL, 0, &used), GW_SSE_MORE,
           "feeding nothing");
    is_int(used, 0, "... uses nothing");
    gw_sse_feed(&whole.lines, "data: a\r\n\r", 10, &used);
    gw_sse_feed(&whole.lines, NULL, 0, &used);
    is_int(gw_sse_feed(&whole.lines, "\ndata", 5, &used), GW_SSE_TAIL,
           "a tail after nothing");
    is_int(used, 1, "... is one byte");
}

int main(void)
{
    test_rows();
    test_random();
    test_large();
    test_nothing();
    return tap_end();
}
