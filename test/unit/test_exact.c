/* SPDX-License-Identifier: Apache-2.0 */
/* test_exact.c - sums of money and rate windows against exact.py, whose
 * numbers have no ends.  Its lines are described there. */
#include "money.h"
#include "quota.h"

#include "tap.h"

#define CASES 100000

static gw_quota_t quota;

static long long number(char **p)
{
    return strtoll(*p, p, 10);
}

static int expect(char **p, char c)
{
    while (**p == ' ')
        (*p)++;
    return *(*p)++ == c;
}

static gw_sum_t sum(char **p)
{
    gw_sum_t s;

    s.micro = number(p);
    s.pico = number(p);
    return s;
}

/* "= fits micro pico"; what does not fit leaves the sum alone. */
static int same_sum(char **p, apr_status_t rv, gw_sum_t got, gw_sum_t before)
{
    if (!expect(p, '='))
        return 0;
    if (number(p) == 0)
        return rv == APR_ERANGE && got.micro == before.micro
               && got.pico == before.pico;
    return rv == APR_SUCCESS && got.micro == number(p)
           && got.pico == number(p);
}

static int two_sums(char what, char *p)
{
    gw_sum_t a = sum(&p), b = sum(&p), before = a;
    apr_status_t rv;
    int order;

    if (what == '<') {
        order = gw_sum_compare(&a, &b);
        return expect(&p, '=') && (order > 0) - (order < 0) == number(&p);
    }
    rv = what == '+' ? gw_sum_add(&a, &b) : gw_sum_subtract(&a, &b);
    return same_sum(&p, rv, a, before);
}

static int of_amount(char *p)
{
    gw_sum_t s = gw_sum_of(number(&p));

    return expect(&p, '=') && s.micro == number(&p) && s.pico == number(&p);
}

static int gathered(char *p)
{
    gw_sum_t before = { 7, 7 }, s = before;
    long long units = number(&p), micro = number(&p), pico = number(&p);

    return same_sum(&p, gw_sum_gather(&s, units, micro, pico), s, before);
}

static int new_window(char *p)
{
    long long limit = number(&p);

    gw_quota_init(&quota, limit, number(&p));
    return 1;
}

static int take(char *p)
{
    long long n = number(&p), now = number(&p);
    int same = expect(&p, '=') && gw_quota_wait(&quota, n, now) == number(&p)
               && gw_quota_remaining(&quota, now) == number(&p)
               && gw_quota_reset(&quota, now) == number(&p);

    gw_quota_take(&quota, n, now);
    return same;
}

static int do_line(char *line)
{
    char *p = line + 1;

    switch (line[0]) {
    case '+':
    case '-':
    case '<':
        return two_sums(line[0], p);
    case 'o':
        return of_amount(p);
    case 'g':
        return gathered(p);
    case 'L':
        return new_window(p);
    case 'T':
        return take(p);
    case 'C':
        gw_quota_change(&quota, number(&p));
        return 1;
    default:
        return 0;
    }
}

int main(void)
{
    unsigned cases = tap_cases(CASES), lines = 0, wrong = 0;
    char command[300], line[400];
    FILE *in;

    plan(3);
    snprintf(command, sizeof(command), "exec python3 %.*sexact.py 1 %u",
             (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__, cases);
    in = popen(command, "r");
    while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
        lines++;
        if (!do_line(line) && wrong++ < 5)
            printf("# differs: %s", line);
    }
    is_int(in != NULL ? pclose(in) : -1, 0, "exact.py ran to its end");
    ok(lines > 2 * (cases / 40 * 40), "it had %u lines", lines);
    is_int(wrong, 0, "all of them agree");
    return tap_end();
}
