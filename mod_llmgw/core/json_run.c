/* SPDX-License-Identifier: Apache-2.0 */
/* json_run.c - see json_run.h: for all machines, and which way is taken. */
#include "json_run.h"

#include "json_plain.h"
#include "json_unit.h"
#include "json_wide.h"

static int is_more(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* How many bytes the character at p has that is not ASCII, RFC 3629 section 4;
 * 0: it is none, or not whole. */
static unsigned character(const char *p, const char *end)
{
    const unsigned char *c = (const unsigned char *)p;
    apr_size_t n = (apr_size_t)(end - p);

    if (n < 2 || !is_more(c[1]))
        return 0;
    if (c[0] < 0xe0)
        return c[0] >= 0xc2 ? 2 : 0;
    if (n < 3 || !is_more(c[2]))
        return 0;
    if (c[0] < 0xf0)            /* overlong; a surrogate */
        return (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f)
               ? 0 : 3;
    if (n < 4 || !is_more(c[3]) || c[0] > 0xf4)
        return 0;
    return (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f)
           ? 0 : 4;
}

static const char *characters(const char *p, const char *end)
{
    unsigned n = 1;

    while (n > 0 && p < end && (signed char)*p < 0) {
        p = wide_run(p, end);
        n = character(p, end);
        p += n;
    }
    return p;
}

static const char *any_machine(gw_json_run_t *run, const char *p,
                               const char *end)
{
    const char *from;

    do {
        p = run->lenient ? unquoted_run(p, end) : plain_run(p, end);
        from = p;
        if (p == end)
            return p;
        if (*p == '\\')
            p = gw_json_escape(run, p, end);
        else if ((signed char)*p < 0)
            p = characters(p, end);
    } while (p > from);
    return p;
}

const char *gw_json_run(gw_json_run_t *run, const char *p, const char *end)
{
#ifdef GW_JSON_WIDE
    if (end - p >= GW_JSON_WIDE && __builtin_cpu_supports("avx2")
        && __builtin_cpu_supports("popcnt")) {
        /* it looks at three bytes before a character; seven hold as many of
         * any characters */
        if (p - run->base < 3)
            p = any_machine(run, p, p + 7);
        p = gw_json_wide_run(run, p, end);
    }
#endif
    return any_machine(run, p, end);
}
