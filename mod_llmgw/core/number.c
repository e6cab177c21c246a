/* SPDX-License-Identifier: Apache-2.0 */
/* number.c - see number.h. */
#include "number.h"

char *gw_number_text(char *out, apr_int64_t n)
{
    apr_uint64_t left = n < 0 ? -(apr_uint64_t)n : (apr_uint64_t)n;
    char digits[GW_NUMBER_TEXT];
    unsigned count = 0;

    do {
        digits[count++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0)
        *out++ = '-';
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
    return out;
}
