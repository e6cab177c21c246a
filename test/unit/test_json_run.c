/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_run.c - strings that are read many bytes at a time are read as
 * those that come byte by byte: at each place of such a step, in all scripts,
 * with all escapes, and with all that may not stand in a string. */
#include "json.h"

#include "tap.h"
#include "trace.h"
#include "utf8.h"

static trace_t t, u;

/* Good and bad, what comes many times over first. */
static const char *const parts[] = {
    "x", "\xe4\xbd\xa0", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\n", "\\u4f60",
    "\\u0416", "\\ud83d\\ude00",
    "", "\\\"", "\\\\", "\\/", "\\b\\f\\r\\t", "\\\\\\n\\\"",
    "\\u0000", "\\u007F", "\\u0080", "\\u07ff", "\\u0800", "\\uABCD",
    "\\ud7ff\\udc00", "\\ue000", "\\ud800", "\\udc00", "\\uDBFF\\uDFFF",
    "\\ud83d\\ud83d\\ude00", "\\ude00\\ud83d", "\\ud83d\\n\\ude00",
    "\\ud83dx\\ude00", "\\ud83d\xc3\xa9\\ude00", "\\u4f60\\n\\u4f60",
    "\\u4f60 \\u4f60, \\u597d", "\xed\x9f\xbf\xee\x80\x80",
    "\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80", "\xe0\xa0\x80", "\xc2\x80",
    "\x7f", "\"", "\",\"model\":\"", "\xe4\xbd\xa0\xc3\xa9\xf0\x9f\x98\x80z",
    /* may not stand there */
    "\x01", "\x1f", "\t", "\n", "\\x", "\\\xc3\xa9", "\\u12g4", "\\u\"",
    "\\u4f6", "\\u4f60\\u4f6g", "\\u4f60\\", "\\U4f60", "\\u/000",
    "\\u000:", "\\u00@0", "\\u0G00", "\\u`000", "\\ug000", "\\u\xff" "000",
    "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3x", "\xc3\xc3\xa9",
    "\xe0\x9f\xbf", "\xe4\xbd", "\xe4x", "\xe4\xbd\xa0\xa0", "\xed\xa0\x80",
    "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf0\x9f",
    "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",
    "\xff", "\xfe", "\xf0\x9f\x98\x80\x80", "\xc3\xa9\xa9"
};

enum { FILLS = 8 };

static char doc[2048], xs[100];

/* Fill up to `before` bytes with a part, put in another, and fill again. */
static size_t put_in(const char *fill, unsigned before, const char *part)
{
    size_t n = (size_t)sprintf(doc, "{\"text\":\""), from = n;
    size_t each = strlen(fill);

    while (n - from + each <= before) {
        memcpy(doc + n, fill, each);
        n += each;
    }
    while (n - from < before)
        doc[n++] = 'x';
    n += (size_t)sprintf(doc + n, "%s", part);
    for (from = n; n - from < 140; n += each)
        memcpy(doc + n, fill, each);
    return n + (size_t)sprintf(doc + n, "\",\"list\":[\"%s\"]}", part);
}

static void read_bytes(unsigned mode, size_t n)
{
    size_t i;

    trace_start(&u, mode);
    for (i = 0; i < n; i++)
        gw_json_feed(&u.json, doc + i, 1);
    trace_end(&u);
}

/* Whole, and with a cut before, within and behind the part. */
static unsigned read_in_cuts(unsigned mode, size_t n, size_t at)
{
    static const int cuts[] = { -3, 0, 1, 2, 3, 5, 65 };
    unsigned i, wrong;

    read_bytes(mode, n);
    trace_whole(&t, mode, doc, n);
    wrong = strcmp(t.text, u.text) != 0;
    for (i = 0; i < GW_COUNT(cuts); i++) {
        size_t k = at + (size_t)(cuts[i] < -(int)at ? 0 : cuts[i]);

        trace_cut(&t, mode, doc, n, k < n ? k : n, k < n ? k : n);
        wrong += strcmp(t.text, u.text) != 0;
    }
    return wrong;
}

static void test_parts(unsigned mode)
{
    unsigned fill, i, before;

    for (fill = 0; fill < FILLS; fill++) {
        unsigned wrong = 0, good = 0;

        for (i = 0; i < GW_COUNT(parts); i++) {
            for (before = 0; before < 70; before += fill == 1 ? 1 : 13) {
                size_t n = put_in(parts[fill], before, parts[i]);
                unsigned bad = read_in_cuts(mode, n, 9 + before);

                if (bad > 0 && wrong == 0)
                    is_str(t.text, u.text, "part %u behind %u bytes", i,
                           before);
                wrong += bad;
                good += u.error == GW_JSON_OK;
            }
        }
        is_int(wrong, 0, "mode %u, among %s: as byte by byte", mode,
               parts[fill]);
        ok(good > 100, "... and many are good: %u", good);
    }
}

/* Names are read in the same way, and refused for an escaped NUL. */
static void test_names(void)
{
    unsigned i, before, wrong = 0;

    for (i = 0; i < GW_COUNT(parts); i++) {
        for (before = 0; before < 70; before += 7) {
            size_t n = (size_t)sprintf(doc, "{\"%.*s%s%.70s\":1}",
                                       (int)before, xs, parts[i],
                                       xs);

            wrong += read_in_cuts(GW_JSON_VALIDATE, n, 2 + before);
        }
    }
    is_int(wrong, 0, "names: as byte by byte");
}

/* ---- against a judge of characters ----------------------------------- */

/* Four bytes at this place among plain ones, or among characters. */
static int judged_alike(char *text, size_t at, const char *four)
{
    gw_str_t all = { text, at + 70 };
    int valid;

    memcpy(text + at, four, 4);
    valid = gw_utf8_valid(all);
    return valid == (gw_json_string_end(text, text + at + 71) != NULL);
}

static void test_four(char *text, size_t at, const char *name)
{
    static const char ends[] = "\x7f\x80\x8f\x90\x9f\xa0\xbf\xc2\xe1\xf1";
    unsigned a, b, c, d, wrong = 0;
    char four[4];

    text[at + 70] = '"';
    for (a = 0x80; a < 0x100; a++) {
        for (b = 0x7f; b < 0x100; b += b % 16 == 14 ? 1 : 15) {
            for (c = 0; c < sizeof(ends) - 1; c++) {
                for (d = 0; d < sizeof(ends) - 1; d++) {
                    four[0] = (char)a;
                    four[1] = (char)b;
                    four[2] = ends[c];
                    four[3] = ends[d];
                    wrong += !judged_alike(text, at, four);
                }
            }
        }
    }
    is_int(wrong, 0, "%s: all four bytes at %zu", name, at);
}

static void test_judge(void)
{
    static const size_t places[] = { 3, 29, 62 };
    char text[256];
    unsigned i, k;

    for (i = 0; i < GW_COUNT(places); i++) {
        memset(text, 'x', sizeof(text));
        test_four(text, places[i], "plain bytes");
        for (k = 0; k + 2 <= places[i]; k += 2)
            memcpy(text + k, "\xc3\xa9", 2);
        test_four(text, places[i], "characters");
    }
}

/* ---- random strings --------------------------------------------------- */

static void test_random(void)
{
    unsigned long long seed = 5;
    unsigned i, k, wrong = 0, good = 0, cases = tap_cases(3000);

    for (i = 0; i < cases; i++) {
        /* mostly what may stand there, else little would be read */
        unsigned of = i % 2 ? 38 : GW_COUNT(parts);
        size_t n = (size_t)sprintf(doc, "{\"text\":\"");
        unsigned mode = i % 4 == 3 ? GW_JSON_LENIENT : i % 4 == 2;

        for (k = 1 + (unsigned)(tap_random(&seed) % 60); k > 0; k--) {
            const char *part = parts[tap_random(&seed) % of];
            unsigned often = 1 + (unsigned)(tap_random(&seed) % 12);

            for (; often > 0 && n < 1000; often--)
                n += (size_t)sprintf(doc + n, "%s", part);
        }
        n += (size_t)sprintf(doc + n, "\"}");
        wrong += read_in_cuts(mode, n, tap_random(&seed) % n) > 0;
        good += u.error == GW_JSON_OK;
    }
    is_int(wrong, 0, "%u random strings", cases);
    ok(good > cases / 4, "... and many are good: %u", good);
}

int main(void)
{
    memset(xs, 'x', sizeof(xs) - 1);
    test_parts(0);
    test_parts(GW_JSON_LENIENT);
    test_names();
    test_judge();
    test_random();
    return tap_end();
}
