/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_price.c - prices and amounts are taken exactly when they are written
 * as they must be, and come back from their text. */
#include "money.h"

#include "fuzz.h"

/* (0|[1-9][0-9]{0,digits-1})(\.[0-9]{1,decimals})? */
static int well_written(const char *p, size_t n, size_t digits,
                        size_t decimals)
{
    size_t whole = 0, part = 0;

    while (whole < n && p[whole] >= '0' && p[whole] <= '9')
        whole++;
    if (whole == 0 || whole > digits || (whole > 1 && p[0] == '0'))
        return 0;
    if (whole == n)
        return 1;
    if (p[whole] != '.')
        return 0;
    while (whole + 1 + part < n && p[whole + 1 + part] >= '0'
           && p[whole + 1 + part] <= '9')
        part++;
    return part >= 1 && part <= decimals && whole + 1 + part == n;
}

/* The shortest way to write it: no zeros at the end of the decimals. */
static void shortest(char *out, const char *p, size_t n)
{
    memcpy(out, p, n);
    if (memchr(p, '.', n) != NULL) {
        while (out[n - 1] == '0')
            n--;
        if (out[n - 1] == '.')
            n--;
    }
    out[n] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size), text[GW_MONEY_TEXT], want[64];
    gw_str_t s = { copy, size };
    apr_int64_t rate = -1;
    gw_sum_t sum = { -1, -1 };
    apr_status_t rv = gw_money_rate(&rate, s);

    must((rv == APR_SUCCESS) == well_written(copy, size, 4, 6));
    must(rv == APR_SUCCESS || (rv == APR_EINVAL && rate == -1));
    if (rv == APR_SUCCESS) {
        shortest(want, copy, size);
        must(strcmp(gw_rate_text(text, rate), want) == 0);
    }
    rv = gw_money_amount(&sum, s);
    must((rv == APR_SUCCESS) == well_written(copy, size, 12, 12));
    must(rv == APR_SUCCESS || (rv == APR_EINVAL && sum.micro == -1));
    if (rv == APR_SUCCESS) {
        shortest(want, copy, size);
        must(strcmp(gw_sum_text(text, &sum), want) == 0);
    }
    free(copy);
    return 0;
}
