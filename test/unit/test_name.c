/* SPDX-License-Identifier: Apache-2.0 */
/* test_name.c - what may stand in a name or an id. */
#include "name.h"

#include "tap.h"
#include "utf8.h"

static const struct { const char *text; const char *as_text, *as_id; } rows[] = {
    { "qwen3-max" }, { "org/with/slashes" }, { "a:b" }, { "a b" },
    { "caf\xc3\xa9" }, { "\xe4\xb8\xad\xe6\x96\x87" }, { "@cf/meta/llama" },
    { "\xf0\x9f\x98\x80" }, { "a.b..c" }, { "..." }, { "x/...y" },
    { "", "empty", "empty" },
    { "a*", NULL, "any of" }, { "openai/*", NULL, "any of" },
    { "a%2f", NULL, "any of" }, { "a?", NULL, "any of" },
    { "a#b", NULL, "any of" }, { "a\"b", NULL, "any of" },
    { "a\\b", NULL, "any of" },
    { "/a", NULL, "slash" }, { "a/", NULL, "slash" }, { "/", NULL, "slash" },
    { "a//b", NULL, "slash" }, { ".", NULL, "slash" }, { "..", NULL, "slash" },
    { "a/../b", NULL, "slash" }, { "a/.", NULL, "slash" },
    { " a", "blank", "blank" }, { "a ", "blank", "blank" },
    { " ", "blank", "blank" },
    { "a\tb", "control", "control" }, { "a\nb", "control", "control" },
    { "a\x7f", "control", "control" }, { "a\xc2\x85", "control", "control" },
    { "a\xc2\xa0z", "blanks", "blanks" },                   /* U+00A0 */
    { "a\xe3\x80\x80z", "blanks", "blanks" },               /* U+3000 */
    { "a\xe2\xa0\x80", "blanks", "blanks" },                /* U+2800 */
    { "a\xc2\xad", "invisible", "invisible" },              /* U+00AD */
    { "a\xe2\x80\xae", "invisible", "invisible" },          /* U+202E */
    { "a\xe2\x81\xa6", "invisible", "invisible" },          /* U+2066 */
    { "a\xe2\x80\x8b", "invisible", "invisible" },          /* U+200B */
    { "a\xe2\x80\x8d" "b", "invisible", "invisible" },      /* U+200D */
    { "a\xe2\x80\xa8", "invisible", "invisible" },          /* U+2028 */
    { "\xef\xbb\xbf" "a", "invisible", "invisible" },       /* U+FEFF */
    { "a\xef\xb8\x8f", "invisible", "invisible" },          /* U+FE0F */
    { "a\xcd\x8f", "invisible", "invisible" },              /* U+034F */
    { "a\xe3\x85\xa4", "invisible", "invisible" },          /* U+3164 */
    { "a\xf3\xa0\x81\x81", "invisible", "invisible" },      /* U+E0041 */
    { "a\xee\x80\x80", "private", "private" },              /* U+E000 */
    { "a\xef\xbf\xbd", "private", "private" },              /* U+FFFD */
    { "a\xef\xbf\xbe", "private", "private" },              /* U+FFFE */
    { "a\xf0\x9f\xbf\xbf", "private", "private" },          /* U+1FFFF */
    { "a\xef\xb7\x90", "private", "private" },              /* U+FDD0 */
    { "a\xff", "UTF-8", "UTF-8" }, { "a\xc0\xaf", "UTF-8", "UTF-8" },
    { "\xed\xa0\x80", "UTF-8", "UTF-8" }, { "\xe2\x82", "UTF-8", "UTF-8" },
    { "\xf4\x90\x80\x80", "UTF-8", "UTF-8" }
};

static void said(const char *got, const char *want, const char *text)
{
    ok((got == NULL) == (want == NULL)
       && (want == NULL || strstr(got, want) != NULL), "'%s': %s", text,
       got ? got : "nothing");
}

static void test_names(void)
{
    static const gw_str_t nul = GW_STR("a\0b");
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t text = { rows[i].text, strlen(rows[i].text) };

        said(gw_name_wrong(text, GW_NAME_TEXT), rows[i].as_text,
             rows[i].text);
        said(gw_name_wrong(text, GW_NAME_ID), rows[i].as_id, rows[i].text);
    }
    said(gw_name_wrong(nul, GW_NAME_TEXT), "control", "a NUL");
    said(gw_name_wrong(nul, GW_NAME_ID), "control", "a NUL");
}

/* Every code point is read back, and no cut splits one. */
static void test_utf8(void)
{
    static const gw_str_t mixed = GW_STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98"
                                         "\x80z");
    static const apr_size_t cuts[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11,
                                       11 };
    static const gw_str_t bad = GW_STR("\x80\x80\x80\x80\x80\x80");
    apr_uint32_t c, got;
    unsigned i, wrong = 0;

    for (c = 0; c < 0x110000; c++) {
        char b[4];
        apr_size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

        for (i = (unsigned)n; i-- > 1;)
            b[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
        b[0] = (char)(n == 1 ? c : (0xf00 >> n & 0xff) | c >> 6 * (n - 1));
        if ((c >= 0xd800 && c <= 0xdfff)
            ? gw_utf8_char(&got, b, n) != 0
            : gw_utf8_char(&got, b, n) != n || got != c
              || gw_utf8_char(&got, b, n - 1) != 0)
            wrong++;
    }
    is_int(wrong, 0, "all code points");
    for (i = 0; i < GW_COUNT(cuts); i++)
        is_int((int)gw_utf8_cut(mixed, i), (int)cuts[i], "cut at %u", i);
    is_int((int)gw_utf8_cut(bad, 4), 4, "what is no character may be cut");
    for (i = 1; i < 12; i++) {
        char out[13];
        gw_str_t got_text = { out, 0 };

        memset(out, 'x', sizeof(out));
        gw_utf8_copy(out, i, mixed);
        got_text.n = strlen(out);
        ok(got_text.n < i && gw_utf8_valid(got_text)
           && memcmp(out, mixed.p, got_text.n) == 0 && out[i] == 'x',
           "copied into %u bytes", i);
        gw_utf8_copy(out, i, bad);
        ok(strlen(out) == (i - 1) / 3 * 3 && (i < 4 || memcmp(out,
           "\xef\xbf\xbd", 3) == 0), "bad bytes into %u", i);
    }
    ok(gw_utf8_valid(mixed) && !gw_utf8_valid(bad), "valid");
}

int main(void)
{
    test_names();
    test_utf8();
    return tap_end();
}
