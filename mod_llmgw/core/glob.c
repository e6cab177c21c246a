/* SPDX-License-Identifier: Apache-2.0 */
/* glob.c - see glob.h. */
#include "glob.h"

static int same_char(char a, char b, int fold)
{
    if (a == b)
        return 1;
    if (!fold)
        return 0;
    if (a >= 'A' && a <= 'Z')
        a = (char)(a | 0x20);
    if (b >= 'A' && b <= 'Z')
        b = (char)(b | 0x20);
    return a == b;
}

int gw_glob(const char *pattern, gw_str_t text, int fold)
{
    const char *p = text.p, *end = text.p + text.n;
    const char *star = NULL, *resume = NULL;

    while (p < end) {
        if (*pattern == '*') {
            star = ++pattern;       /* try with nothing for the star first */
            resume = p;
            if (*star == '\0')
                return 1;
        }
        else if (*pattern != '\0' && same_char(*pattern, *p, fold)) {
            pattern++;
            p++;
        }
        else if (star != NULL) {
            pattern = star;         /* give the last star one more byte */
            p = ++resume;
        }
        else {
            return 0;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
