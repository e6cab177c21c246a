/* SPDX-License-Identifier: Apache-2.0 */
/* decimal.c - see decimal.h. */
#include "decimal.h"

/* More than the exponent of any number of GW_DECIMAL_TEXT bytes needs, and
 * little enough to add to. */
#define EXPONENT_MOST 1000000000

/* 0.digits x 10^power; the first digit is none of 0.  No digits: 0. */
typedef struct decimal_t {
    char digits[GW_DECIMAL_TEXT];
    unsigned n;
    int negative, power;
} decimal_t;

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits and a point, from p on. */
static const char *read_digits(decimal_t *d, const char *p, const char *end)
{
    int point = 0;

    for (; p < end && (is_digit(*p) || *p == '.'); p++) {
        if (*p == '.') {
            point = 1;
            continue;
        }
        if (d->n > 0 || *p != '0') {
            d->digits[d->n++] = *p;
            d->power += !point;
        }
        else {
            d->power -= point;
        }
    }
    while (d->n > 0 && d->digits[d->n - 1] == '0')
        d->n--;
    return p;
}

static int read_exponent(const char *p, const char *end)
{
    int negative = p < end && *p == '-', n = 0;

    if (p < end && (*p == '-' || *p == '+'))
        p++;
    for (; p < end && is_digit(*p); p++)
        n = n < EXPONENT_MOST / 10 ? 10 * n + (*p - '0') : EXPONENT_MOST;
    return negative ? -n : n;
}

static void read_decimal(decimal_t *d, gw_str_t text)
{
    const char *p = text.p, *end;

    memset(d, 0, sizeof(*d));
    end = p + (text.n < GW_DECIMAL_TEXT ? text.n : GW_DECIMAL_TEXT);
    d->negative = p < end && *p == '-';
    p = read_digits(d, p + d->negative, end);
    if (p < end && (*p == 'e' || *p == 'E'))
        d->power += read_exponent(p + 1, end);
    if (d->n == 0)
        d->negative = d->power = 0;
}

/* The sign is left out. */
static int compare_size(const decimal_t *a, const decimal_t *b)
{
    unsigned n = a->n < b->n ? a->n : b->n;
    int c;

    if (a->n == 0 || b->n == 0)
        return (a->n > 0) - (b->n > 0);
    if (a->power != b->power)
        return a->power < b->power ? -1 : 1;
    c = memcmp(a->digits, b->digits, n);
    return c != 0 ? c : (a->n > n) - (b->n > n);
}

int gw_decimal_compare(gw_str_t a, gw_str_t b)
{
    decimal_t x, y;

    read_decimal(&x, a);
    read_decimal(&y, b);
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    return x.negative ? compare_size(&y, &x) : compare_size(&x, &y);
}
