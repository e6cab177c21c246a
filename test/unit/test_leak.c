/* SPDX-License-Identifier: Apache-2.0 */
/* test_leak.c - secrets found in what an upstream says. */
#include "leak.h"

#include <stdlib.h>
#include <string.h>

#include <apr_base64.h>
#include <apr_strings.h>

#include "tap.h"

#define SECRET "sk-Ab/9+z_Q.7x"

static const struct { const char *text; int clear, any; } rows[] = {
    { "", 0, 0 }, { "sk-", 0, 0 }, { "sk-Ab/9+z_Q.7", 0, 0 },
    { "sk-Ab/9+z_Q.7X", 0, 0 }, { "sk-Ab/9+z_Q.8x", 0, 0 },
    { SECRET, 1, 1 }, { "a" SECRET "b", 1, 1 }, { "sk-sk-" SECRET, 1, 1 },
    { "Bearer " SECRET, 1, 1 },
    { "sk-Ab\\/9+z_Q.7x", 0, 1 }, { "sk-Ab\\/9\\u002bz_Q.7x", 0, 1 },
    { "sk-Ab\\\\/9\\\\u002Bz_Q.7x", 0, 1 },
    { "\\u0073k-Ab/9+z_Q.7x", 0, 1 }, { "\\u1073k-Ab/9+z_Q.7x", 0, 0 },
    { "sk-Ab\\u002", 0, 0 }, { "sk-Ab/9+z_Q.7\\u0078", 0, 1 },
    { "sk-Ab%2F9%2bz_Q.7x", 0, 1 }, { "sk-Ab%252f9%252Bz_Q.7x", 0, 1 },
    { "%73%6b%2D%41%62%2f%39%2b%7a%5f%51%2e%37%78", 0, 1 },
    { "%73%6b%2D%41%62%2f%39%2b%7a%5f%51%2e%37%7", 0, 0 },
    { "sk-Ab%2", 0, 0 }, { "sk-Ab%", 0, 0 }, { "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\",
                                                 0, 0 },
};

static void test_rows(void)
{
    gw_needle_t needle;
    unsigned i;

    gw_needle(&needle, SECRET);
    for (i = 0; i < GW_COUNT(rows); i++) {
        apr_size_t n = strlen(rows[i].text);
        char *exact = malloc(n + 1);    /* so that a byte too far is seen */

        memcpy(exact, rows[i].text, n);
        ok((gw_needle_find(&needle, exact, n) != NULL) == rows[i].clear,
           "clear: %s", rows[i].text);
        ok(gw_needle_leaks(&needle, exact, n) == rows[i].any, "any: %s",
           rows[i].text);
        free(exact);
    }
}

static void test_what_is_not_searched(void)
{
    gw_needle_t needle;

    gw_needle(&needle, "short77");
    ok(!gw_needle_leaks(&needle, "short77", 7), "a short one");
    ok(gw_needle_tail(&needle, "short7", 6) == 0, "nor its beginning");
    gw_needle(&needle, NULL);
    ok(!gw_needle_leaks(&needle, "anything", 8), "none");
    gw_needle(&needle, "back\\slash-secret");
    ok(gw_needle_leaks(&needle, "back\\\\slash-secret", 18), "a backslash");
}

/* However much stands before it, in both alphabets. */
static void test_base64(void)
{
    char text[200], coded[300];
    gw_needle_t needle;
    unsigned before, after, i, bad = 0;

    gw_needle(&needle, SECRET);
    for (before = 0; before < 8; before++) {
        for (after = 0; after < 8; after++) {
            int n = sprintf(text, "%.*s%s%.*s", (int)before, "user:xyz",
                            SECRET, (int)after, "&more=12");

            apr_base64_encode_binary(coded, (unsigned char *)text, n);
            bad += !gw_needle_leaks(&needle, coded, strlen(coded));
            for (i = 0; coded[i] != '\0'; i++)
                coded[i] = coded[i] == '+' ? '-' : coded[i] == '/' ? '_'
                                                 : coded[i];
            bad += !gw_needle_leaks(&needle, coded, strlen(coded));
            text[before + 3] ^= 1;
            apr_base64_encode_binary(coded, (unsigned char *)text, n);
            bad += gw_needle_leaks(&needle, coded, strlen(coded));
        }
    }
    is_int(bad, 0, "all positions");
}

static void test_tail(void)
{
    gw_needle_t needle;
    apr_size_t k, bad = 0, n = strlen(SECRET);
    char text[100];

    gw_needle(&needle, SECRET);
    for (k = 0; k < n; k++) {
        int length = sprintf(text, "text %.*s", (int)k, SECRET);

        bad += gw_needle_tail(&needle, text, (apr_size_t)length) != k;
        bad += gw_needle_tail(&needle, text + 5, k) != k;
    }
    is_int((apr_int64_t)bad, 0, "each beginning of it");
    ok(gw_needle_tail(&needle, SECRET, n) == 0, "the whole is no beginning");
}

int main(void)
{
    test_rows();
    test_what_is_not_searched();
    test_base64();
    test_tail();
    return tap_end();
}
