/* SPDX-License-Identifier: Apache-2.0 */
/* tap.h - the few words of a unit test: plan, ok, is_int, is_str, is_mem.
 *
 * A test program prints the Test Anything Protocol and ends with
 * "return tap_end();".  A test is a row of a table; its name is the last
 * argument, in printf's form.  What fails prints where, what it got and what
 * it wanted.
 */
#ifndef GW_TEST_TAP_H
#define GW_TEST_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>

static struct {
    unsigned planned, run, failed;
} tap;

/* How many tests there will be; without it tap_end() says how many it saw. */
static inline void plan(unsigned n)
{
    tap.planned = n;
    printf("1..%u\n", n);
}

__attribute__((format(printf, 4, 0)))
static inline int tap_line(int passed, const char *file, int line,
                           const char *name, va_list ap)
{
    tap.run++;
    tap.failed += !passed;
    printf("%sok %u - ", passed ? "" : "not ", tap.run);
    vprintf(name, ap);
    printf("\n");
    if (!passed)
        printf("#   at %s:%d\n", file, line);
    return passed;
}

__attribute__((format(printf, 5, 6)))
static inline int tap_ok(int passed, const char *file, int line,
                         const char *what, const char *name, ...)
{
    va_list ap;

    va_start(ap, name);
    tap_line(passed, file, line, name, ap);
    va_end(ap);
    if (!passed)
        printf("#   false: %s\n", what);
    return passed;
}

__attribute__((format(printf, 5, 6)))
static inline int tap_int(long long got, long long want, const char *file,
                          int line, const char *name, ...)
{
    va_list ap;

    va_start(ap, name);
    tap_line(got == want, file, line, name, ap);
    va_end(ap);
    if (got != want)
        printf("#   got:  %lld\n#   want: %lld\n", got, want);
    return got == want;
}

/* Bytes as C would write them, so that a line stays a line. */
static inline void tap_bytes(const char *label, const char *p, size_t n)
{
    size_t i;

    printf("#   %s ", label);
    if (p == NULL) {
        printf("NULL\n");
        return;
    }
    printf("\"");
    for (i = 0; i < n && i < 800; i++) {
        unsigned char c = (unsigned char)p[i];

        printf(c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c);
    }
    printf("\"%s (%zu bytes)\n", i < n ? "..." : "", n);
}

__attribute__((format(printf, 7, 0)))
static inline int tap_same(const char *got, size_t got_n, const char *want,
                           size_t want_n, const char *file, int line,
                           const char *name, va_list ap)
{
    int same = (got == NULL) == (want == NULL) && got_n == want_n
               && (got == NULL || want == NULL
                   || memcmp(got, want, got_n) == 0);

    tap_line(same, file, line, name, ap);
    if (!same) {
        tap_bytes("got: ", got, got_n);
        tap_bytes("want:", want, want_n);
    }
    return same;
}

__attribute__((format(printf, 7, 8)))
static inline int tap_mem(const char *got, size_t got_n, const char *want,
                          size_t want_n, const char *file, int line,
                          const char *name, ...)
{
    va_list ap;
    int same;

    va_start(ap, name);
    same = tap_same(got, got_n, want, want_n, file, line, name, ap);
    va_end(ap);
    return same;
}

__attribute__((format(printf, 5, 6)))
static inline int tap_str(const char *got, const char *want, const char *file,
                          int line, const char *name, ...)
{
    va_list ap;
    int same;

    va_start(ap, name);
    same = tap_same(got, got ? strlen(got) : 0, want,
                    want ? strlen(want) : 0, file, line, name, ap);
    va_end(ap);
    return same;
}

#define ok(cond, ...) \
    tap_ok((cond) ? 1 : 0, __FILE__, __LINE__, #cond, __VA_ARGS__)
#define is_int(got, want, ...) \
    tap_int((long long)(got), (long long)(want), __FILE__, __LINE__, \
            __VA_ARGS__)
#define is_mem(got, got_n, want, want_n, ...) \
    tap_mem((got), (got_n), (want), (want_n), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...) \
    tap_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* The exit code; the plan, if none was made. */
static inline int tap_end(void)
{
    if (tap.planned == 0)
        printf("1..%u\n", tap.run);
    return tap.run == 0 || tap.failed > 0
           || (tap.planned != 0 && tap.planned != tap.run);
}

/* Under valgrind a thousandth of the random cases must do. */
static inline unsigned tap_cases(unsigned n)
{
    return getenv("VALGRIND") ? n / 1000 + 1 : n;
}

/* One pool for the whole program. */
static inline apr_pool_t *tap_pool(void)
{
    static apr_pool_t *pool;

    if (pool == NULL) {
        apr_initialize();
        atexit(apr_terminate);
        apr_pool_create(&pool, NULL);
    }
    return pool;
}

/* xorshift64*: the same numbers on every machine. */
static inline unsigned long long tap_random(unsigned long long *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dULL;
}

#endif
