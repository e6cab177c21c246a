/* SPDX-License-Identifier: Apache-2.0 */
/* test_decimal.c - JSON numbers, compared as they are written. */
#include "decimal.h"

#include "tap.h"

/* Each is less than the next one; a blank parts ways to write the same. */
static const char *const rows[] = {
    "-1e999", "-18446744073709551616", "-9223372036854775808",
    "-9223372036854775807 -9223372036854775807.0", "-1e3 -1000 -1.000E+3",
    "-999.9999", "-1.5 -15e-1", "-1.25", "-0.1 -1e-1", "-1e-999",
    "0 -0 0.0 -0.000 0e5 0E-5 -0e999 0.0e999",
    "1e-999999999999999999999", "1e-999", "1e-7 0.0000001 0.00000010 10e-8",
    "0.0099", "0.01 1e-2 0.1E-1", "0.09999", "0.1", "0.10000000000000000001",
    "1 1.0 1e0 1e+0 10e-1 0.1e1 100e-2", "1.0000000000000000000000000001",
    "9.99", "10 1e1", "2147483647", "9007199254740992", "9007199254740993",
    "9223372036854775807", "9223372036854775808", "1e19", "1e999",
    "2e999", "1e1000"
};

static const char *word(gw_str_t *out, const char *p)
{
    out->p = p;
    out->n = strcspn(p, " ");
    return p[out->n] == '\0' ? NULL : p + out->n + 1;
}

/* Every way of one row beside every way of another. */
static void beside(const char *row, const char *other, int want)
{
    const char *p, *q;
    gw_str_t a, b;

    for (p = row; p != NULL;) {
        p = word(&a, p);
        for (q = other; q != NULL;) {
            int c;

            q = word(&b, q);
            c = gw_decimal_compare(a, b);
            is_int((c > 0) - (c < 0), want, "%.*s beside %.*s", (int)a.n,
                   a.p, (int)b.n, b.p);
        }
    }
}

int main(void)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(rows); i++) {
        for (k = 0; k < GW_COUNT(rows); k++)
            beside(rows[i], rows[k], (i > k) - (i < k));
    }
    return tap_end();
}
