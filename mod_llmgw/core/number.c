/* SPDX-License-Identifier: Apache-2.0 */
/* number.c - see number.h. */
#include "number.h"

char *gw_number_text(char *out, apr_int64_t n)
{
    apr_uint64_t left = n < 0 ? -(apr_uint64_t)n : (apr_uint64_t)n;
    char digits[2 * GW_NUMBER_TEXT], *end = digits + GW_NUMBER_TEXT - 1;
    char *at = end;

    *end = '\0';
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0)
        *--at = '-';
    memcpy(out, at, GW_NUMBER_TEXT);    /* a fixed size is no loop */
    return out + (end - at);
}
