/* SPDX-License-Identifier: Apache-2.0 */
/* test_glob.c - patterns for model names, against a matcher that tries all. */
#include "glob.h"

#include "tap.h"

static const struct { const char *pattern, *text; int fold, want; } rows[] = {
    { "", "", 0, 1 }, { "", "a", 0, 0 }, { "*", "", 0, 1 },
    { "*", "anything/at:all", 0, 1 }, { "a", "", 0, 0 }, { "a", "a", 0, 1 },
    { "qwen*", "qwen", 0, 1 }, { "qwen*", "qwen3-max", 0, 1 },
    { "qwen*", "Qwen3-max", 0, 0 }, { "qwen*", "Qwen3-MAX", 1, 1 },
    { "QWEN*", "qwen3-max", 1, 1 }, { "qwen*", "my-qwen", 0, 0 },
    { "*/qwen*", "vendor/qwen3", 0, 1 }, { "a*c", "a/b/c", 0, 1 },
    { "o[0-9]*", "o1", 0, 0 }, { "o[0-9]*", "o[0-9]x", 0, 1 },
    { "a?c", "abc", 0, 0 }, { "a?c", "a?c", 0, 1 }, { "a.c", "abc", 0, 0 },
    { "\\*", "*", 0, 0 }, { "\\*", "\\x", 0, 1 }, { "**", "x", 0, 1 },
    { "a**b", "ab", 0, 1 }, { "*ab", "aab", 0, 1 }, { "*ab", "aba", 0, 0 },
    { "a*b*c", "abbbc", 0, 1 }, { "a*b*c", "ac", 0, 0 },
    { "gpt-4o", "gpt-4o-mini", 0, 0 }, { "gpt-4o-mini", "gpt-4o", 0, 0 },
    { "*Overdue*", "PrepaidBillOverdue", 1, 1 },
    { "azm", "AZM", 1, 1 }, { "AZM", "azm", 1, 1 }, { "0", "\x10", 1, 0 },
    { "\x10", "0", 1, 0 }, { "@", "`", 1, 0 }, { "`", "@", 1, 0 },
    { "[", "{", 1, 0 }, { "\xc3\x84", "\xc3\xa4", 1, 0 },
    { "deepseek-v4-*", "deepseek-v4", 0, 0 }
};

static int match(const char *pattern, const char *text, apr_size_t n,
                 int fold)
{
    gw_str_t s = { text, n };

    return gw_glob(pattern, s, fold);
}

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        is_int(match(rows[i].pattern, rows[i].text, strlen(rows[i].text),
                     rows[i].fold),
               rows[i].want, "'%s' and '%s'%s", rows[i].pattern,
               rows[i].text, rows[i].fold ? ", folded" : "");
    is_int(match("abc", "abcd", 3, 0), 1, "text ends where it says");
    is_int(match("a", "a\0b", 3, 0), 0, "text does not end at a NUL");
    is_int(match("a*b", "a\0b", 3, 0), 1, "a star matches a NUL");
    is_int(match("", "\0", 1, 0), 0, "a NUL is a character");
}

static int by_trying(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return by_trying(pattern + 1, text)
               || (*text != '\0' && by_trying(pattern, text + 1));
    return *pattern == *text && by_trying(pattern + 1, text + 1);
}

/* The word number i over an alphabet. */
static char *word_of(char *out, const char *alphabet, unsigned i)
{
    unsigned base = (unsigned)strlen(alphabet), n = 0;

    for (; i > 0; i = (i - 1) / base)
        out[n++] = alphabet[(i - 1) % base];
    out[n] = '\0';
    return out;
}

static void test_all_short(void)
{
    unsigned p, t, wrong = 0, matches = 0;

    for (p = 0; p < 364; p++) {         /* all of up to five of "ab*" */
        for (t = 0; t < 255; t++) {     /* all of up to seven of "ab" */
            char pattern[8], text[8];
            int want;

            word_of(pattern, "ab*", p);
            word_of(text, "ab", t);
            want = by_trying(pattern, text);
            matches += (unsigned)want;
            wrong += match(pattern, text, strlen(text), 0) != want;
            wrong += match(pattern, text, strlen(text), 1) != want;
        }
    }
    is_int(wrong, 0, "all short patterns and texts");
    ok(matches > 10000, "... of which many match");
}

/* Not exponential in the stars: this would outlive us all. */
static void test_many_stars(void)
{
    static char text[20000];

    memset(text, 'a', sizeof(text));
    is_int(match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text, sizeof(text), 0),
           0, "many stars and a long text");
}

int main(void)
{
    test_rows();
    test_all_short();
    test_many_stars();
    return tap_end();
}
