/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_decimal.c - any two texts can be compared, and either way round it
 * comes to the same; zeros at the end of decimals change nothing. */
#include "decimal.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size), *other, *longer;
    char *cut = memchr(copy, '\n', size);
    gw_str_t a = { copy, cut != NULL ? (size_t)(cut - copy) : size }, b, c;
    int order;

    b.n = size - a.n;
    other = fuzz_copy(data + a.n, b.n);         /* its end is an end */
    b.p = b.n > 0 ? other + 1 : other;
    b.n -= b.n > 0;
    order = gw_decimal_compare(a, b);
    must((order > 0) == (gw_decimal_compare(b, a) < 0));
    must(gw_decimal_compare(a, a) == 0 && gw_decimal_compare(b, b) == 0);
    if (memchr(a.p, '.', a.n) != NULL && a.n + 2 < GW_DECIMAL_TEXT
        && memchr(a.p, 'e', a.n) == NULL && memchr(a.p, 'E', a.n) == NULL
        && a.p[a.n - 1] >= '0' && a.p[a.n - 1] <= '9') {
        longer = malloc(a.n + 2);
        must(longer != NULL);
        memcpy(longer, a.p, a.n);
        memcpy(longer + a.n, "00", 2);
        c.p = longer;
        c.n = a.n + 2;
        must(gw_decimal_compare(a, c) == 0);
        free(longer);
    }
    free(other);
    free(copy);
    return 0;
}
