/* SPDX-License-Identifier: Apache-2.0 */
/* test_base64.c - what is base64, wherever in a text the byte stands that is
 * none. */
#include "base64.h"

#include "tap.h"

static int digit(int c)
{
    return c != '\0' && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789+/", c) != NULL;
}

/* Each byte at each place of texts of each length, alone in memory. */
static void test_bytes(void)
{
    int c;
    size_t n, at, wrong = 0;

    for (n = 1; n < 150; n += n < 40 ? 1 : 13) {
        char *text = malloc(n);

        memset(text, 'x', n);
        wrong += gw_base64_run(text, text + n) != n;
        for (at = 0; at < n; at++) {
            for (c = 0; c < 256; c++) {
                text[at] = (char)c;
                wrong += gw_base64_run(text, text + n) != (digit(c) ? n : at);
            }
            text[at] = 'x';
        }
        free(text);
    }
    is_int(wrong, 0, "each byte is a digit or none");
    is_int(gw_base64_run("", ""), 0, "nothing");
}

static const struct { const char *text; int is; } rows[] = {
    { "", 0 }, { "QQ==", 1 }, { "QUI=", 1 }, { "QUJD", 1 }, { "Q===", 0 },
    { "====", 0 }, { "QQ", 0 }, { "QUJD\n", 0 }, { "QU=D", 0 }, { "QUJ", 0 },
    { "QU_D", 0 }, { "QU-D", 0 }, { "a+/9", 1 }, { "QQ==QQ==", 0 },
    { "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKKLLLLMMMMNNNNOOOOPPPPQQ==",
      1 },
    { "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKKLLLL MMMNNNNOOOOPPPPQQ==",
      0 }
};

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t text = { rows[i].text, strlen(rows[i].text) };

        is_int(gw_base64_is(text), rows[i].is, "'%s'", rows[i].text);
    }
    test_bytes();
    return tap_end();
}
