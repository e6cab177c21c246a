/* SPDX-License-Identifier: Apache-2.0 */
/* money.c - see money.h. */
#include "money.h"

#define PICO_PER_MICRO 1000000
#define MICRO_PER_UNIT 1000000

apr_status_t gw_money_add(gw_pico_t *out, apr_int64_t count, apr_int64_t rate)
{
    apr_int64_t product, total;

    if (count < 0 || rate < 0)
        return APR_EINVAL;
    if (__builtin_mul_overflow(count, rate, &product)
        || __builtin_add_overflow(*out, product, &total))
        return APR_ERANGE;
    *out = total;
    return APR_SUCCESS;
}

gw_sum_t gw_sum_of(gw_pico_t amount)
{
    gw_sum_t sum = { amount / PICO_PER_MICRO, amount % PICO_PER_MICRO };

    if (sum.pico < 0) {
        sum.pico += PICO_PER_MICRO;
        sum.micro--;
    }
    return sum;
}

/* The carry goes where it cannot overflow unless the sum does. */
apr_status_t gw_sum_add(gw_sum_t *sum, const gw_sum_t *other)
{
    apr_int64_t a = sum->micro, b = other->micro, micro;
    apr_int64_t pico = sum->pico + other->pico;
    apr_int64_t *lower = a < b ? &a : &b;
    int carry = pico >= PICO_PER_MICRO;

    if (__builtin_add_overflow(*lower, carry, lower)
        || __builtin_add_overflow(a, b, &micro))
        return APR_ERANGE;
    sum->micro = micro;
    sum->pico = pico - carry * PICO_PER_MICRO;
    return APR_SUCCESS;
}

apr_status_t gw_sum_subtract(gw_sum_t *sum, const gw_sum_t *other)
{
    apr_int64_t a = sum->micro, b = other->micro, micro;
    apr_int64_t pico = sum->pico - other->pico;
    int borrow = pico < 0;

    if (a >= 0)
        a -= borrow;
    else if (__builtin_add_overflow(b, borrow, &b))
        return APR_ERANGE;
    if (__builtin_sub_overflow(a, b, &micro))
        return APR_ERANGE;
    sum->micro = micro;
    sum->pico = pico + borrow * PICO_PER_MICRO;
    return APR_SUCCESS;
}

apr_status_t gw_sum_gather(gw_sum_t *sum, apr_int64_t units,
                           apr_int64_t micro, apr_int64_t pico)
{
    gw_sum_t whole = { 0, 0 }, rest = gw_sum_of(pico);
    apr_status_t rv;

    if (__builtin_mul_overflow(units, MICRO_PER_UNIT, &whole.micro)
        || __builtin_add_overflow(whole.micro, micro, &whole.micro))
        return APR_ERANGE;
    rv = gw_sum_add(&whole, &rest);
    if (rv == APR_SUCCESS)
        *sum = whole;
    return rv;
}

int gw_sum_compare(const gw_sum_t *a, const gw_sum_t *b)
{
    if (a->micro != b->micro)
        return a->micro < b->micro ? -1 : 1;
    return a->pico < b->pico ? -1 : a->pico > b->pico;
}

int gw_sum_sign(const gw_sum_t *sum)
{
    static const gw_sum_t none = { 0, 0 };

    return gw_sum_compare(sum, &none);
}

/* digits [ "." decimals ] without sign, plus sign, spaces or leading zeros.
 * *whole gets the digits, *part the decimals as if there were `decimals`. */
static apr_status_t read_decimal(apr_int64_t *whole, apr_int64_t *part,
                                 gw_str_t text, unsigned digits,
                                 unsigned decimals)
{
    apr_size_t i = 0, point;
    apr_int64_t w = 0, f = 0;

    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
        if (i == digits)
            return APR_EINVAL;
        w = w * 10 + (text.p[i] - '0');
    }
    if (i == 0 || (i > 1 && text.p[0] == '0'))
        return APR_EINVAL;
    point = i;
    if (i < text.n && text.p[i++] != '.')
        return APR_EINVAL;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
        if (i - point > decimals)
            return APR_EINVAL;
        f = f * 10 + (text.p[i] - '0');
    }
    if (i < text.n || i == point + 1)
        return APR_EINVAL;
    for (i = i > point ? i - point - 1 : 0; i < decimals; i++)
        f *= 10;
    *whole = w;
    *part = f;
    return APR_SUCCESS;
}

apr_status_t gw_money_rate(apr_int64_t *rate, gw_str_t text)
{
    apr_int64_t whole, part;
    apr_status_t rv = read_decimal(&whole, &part, text, 7, 6);

    if (rv == APR_SUCCESS)
        *rate = whole * MICRO_PER_UNIT + part;
    return rv;
}

apr_status_t gw_money_amount(gw_sum_t *sum, gw_str_t text)
{
    apr_int64_t whole, part;
    apr_status_t rv = read_decimal(&whole, &part, text, 13, 12);

    if (rv == APR_SUCCESS && whole >= GW_AMOUNT_MOST
        && (whole > GW_AMOUNT_MOST || part > 0))
        rv = APR_ERANGE;
    if (rv == APR_SUCCESS) {
        sum->micro = whole * MICRO_PER_UNIT + part / PICO_PER_MICRO;
        sum->pico = part % PICO_PER_MICRO;
    }
    return rv;
}

/* [-]whole.part with `decimals` digits of part, trailing zeros cut. */
static char *write_decimal(char *out, int negative, apr_uint64_t whole,
                           apr_uint64_t part, unsigned decimals)
{
    char digits[24], *o = out;
    unsigned n = 0, i;

    if (negative)
        *o++ = '-';
    do {
        digits[n++] = (char)('0' + whole % 10);
        whole /= 10;
    } while (whole > 0);
    while (n > 0)
        *o++ = digits[--n];
    if (part > 0) {
        *o++ = '.';
        for (i = decimals; i > 0; i--) {
            o[i - 1] = (char)('0' + part % 10);
            part /= 10;
        }
        o += decimals;
        while (o[-1] == '0')
            o--;
    }
    *o = '\0';
    return out;
}

char *gw_sum_text(char *out, const gw_sum_t *sum)
{
    int negative = sum->micro < 0;
    apr_uint64_t micro = (apr_uint64_t)sum->micro;
    apr_uint64_t pico = (apr_uint64_t)sum->pico;

    if (negative) {
        /* -(micro * 10^6 + pico), with pico again in [0, 10^6) */
        micro = 0 - micro;
        if (pico > 0) {
            micro--;
            pico = PICO_PER_MICRO - pico;
        }
    }
    return write_decimal(out, negative, micro / MICRO_PER_UNIT,
                         micro % MICRO_PER_UNIT * PICO_PER_MICRO + pico, 12);
}

char *gw_money_text(char *out, gw_pico_t amount)
{
    gw_sum_t sum = gw_sum_of(amount);

    return gw_sum_text(out, &sum);
}

char *gw_rate_text(char *out, apr_int64_t rate)
{
    return write_decimal(out, 0, (apr_uint64_t)rate / MICRO_PER_UNIT,
                         (apr_uint64_t)rate % MICRO_PER_UNIT, 6);
}
