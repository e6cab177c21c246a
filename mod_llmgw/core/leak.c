/* SPDX-License-Identifier: Apache-2.0 */
/* leak.c - see leak.h. */
#include "leak.h"

#include <string.h>

/* ---- as it is ------------------------------------------------------- */

#define CAPITAL 100

/* The higher, the less often a byte stands in JSON and in prose. */
static unsigned rarity(char c)
{
    static const unsigned char letters[] = {    /* a to z */
        2, 20, 10, 11, 1, 14, 16, 8, 5, 24, 21, 9, 13, 6, 4, 15, 25, 7, 3, 2,
        12, 22, 17, 23, 18, 26
    };

    if (c >= 'a' && c <= 'z')
        return letters[c - 'a'];
    if (c >= 'A' && c <= 'Z')
        return CAPITAL;
    return c >= '0' && c <= '9' ? 40 : 0;
}

/* Where the rarest byte stands that is not `but`; 0 if each of them is
 * common. */
static apr_size_t rarest(const char *secret, apr_size_t n, char but)
{
    apr_size_t i, found = 0;
    unsigned most = 0;

    for (i = 0; i < n && most < CAPITAL; i++) {
        unsigned rare = rarity(secret[i]);

        if (rare > most && secret[i] != but) {
            found = i;
            most = rare;
        }
    }
    return found;
}

void gw_needle(gw_needle_t *needle, const char *secret)
{
    apr_size_t n = secret == NULL ? 0 : strlen(secret);

    memset(needle, 0, sizeof(*needle));
    if (n < GW_LEAK_LEAST)
        return;
    needle->p = secret;
    needle->n = n;
    needle->rare = rarest(secret, n, '\0');
    needle->second = rarest(secret, n, secret[needle->rare]);
}

const char *gw_needle_find(const gw_needle_t *needle, const char *text,
                           apr_size_t n)
{
    const char *p, *end, *at;
    char rare, second;

    if (needle->p == NULL || n < needle->n)
        return NULL;
    rare = needle->p[needle->rare];
    second = needle->p[needle->second];
    p = text + needle->rare;    /* where the rare byte can stand: here ... */
    end = text + n - needle->n + needle->rare + 1;      /* ... up to here */
    while (p < end) {
        p = memchr(p, rare, (apr_size_t)(end - p));
        if (p == NULL)
            return NULL;
        at = p - needle->rare;
        if (at[needle->second] == second
            && memcmp(at, needle->p, needle->n) == 0)
            return at;
        p++;
    }
    return NULL;
}

apr_size_t gw_needle_tail(const gw_needle_t *needle, const char *text,
                          apr_size_t n)
{
    apr_size_t k;

    if (needle->p == NULL)
        return 0;
    for (k = n < needle->n ? n : needle->n - 1; k > 0; k--) {
        if (text[n - k] == *needle->p
            && memcmp(text + n - k, needle->p, k) == 0)
            return k;
    }
    return 0;
}

/* ---- escaped -------------------------------------------------------- */

/* The value of `digits` hexadecimal digits at p; -1: there are none. */
static int hex(const char *p, const char *end, int digits)
{
    int value = 0, i;

    if (end - p < digits)
        return -1;
    for (i = 0; i < digits; i++) {
        int d = gw_hex(p[i]);

        if (d < 0)
            return -1;
        value = value << 4 | d;
    }
    return value;
}

/* The byte that is written at p, and where what follows begins.  Encoded
 * once more, a backslash is several of them and a percent sign %25. */
static int byte_at(const char *p, const char *end, const char **next)
{
    const char *from = p;
    int c;

    while (p < end && *p == '\\')
        p++;
    if (p == end) {
        *next = p;
        return '\\';
    }
    if (p > from && *p == 'u' && (c = hex(p + 1, end, 4)) >= 0) {
        *next = p + 5;
        return c;
    }
    *next = p + 1;
    c = (unsigned char)*p;
    while (c == '%' && hex(*next, end, 2) >= 0) {
        c = hex(*next, end, 2);
        *next += 2;
    }
    return c;
}

/* Does what is written at p begin with the secret? */
static int is_written(const gw_needle_t *needle, const char *p,
                      const char *end)
{
    apr_size_t i;

    for (i = 0; i < needle->n; i++) {
        if (p >= end)
            return 0;
        if (needle->p[i] == '\\' && *p == '\\') {
            p += p + 1 < end && p[1] == '\\' ? 2 : 1;
            continue;
        }
        if (byte_at(p, end, &p) != (unsigned char)needle->p[i])
            return 0;
    }
    return 1;
}

static int finds_escaped(const gw_needle_t *needle, const char *text,
                         apr_size_t n)
{
    const char *p, *end = text + n;

    for (p = text; end - p >= (long)needle->n; p++) {
        if ((*p == *needle->p || *p == '\\' || *p == '%')
            && is_written(needle, p, end))
            return 1;
    }
    return 0;
}

/* ---- base64 --------------------------------------------------------- */

/* Six bits, as both alphabets write them; -1: none of their characters. */
static int six_bits(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

/* Six bits of the secret from bit `at` on. */
static int bits_of(const gw_needle_t *needle, apr_size_t at)
{
    unsigned first = (unsigned char)needle->p[at / 8];
    unsigned second = at / 8 + 1 < needle->n
                      ? (unsigned char)needle->p[at / 8 + 1] : 0;

    return (int)((first << 8 | second) >> (10 - at % 8) & 63);
}

/* Does the text at p encode the secret?  skip: bits of the secret that share a
 * character with what comes before. */
static int encodes_secret(const gw_needle_t *needle, const char *p,
                          const char *end, apr_size_t skip)
{
    apr_size_t at;

    for (at = skip; at + 6 <= 8 * needle->n; at += 6, p++) {
        if (p == end || six_bits(*p) != bits_of(needle, at))
            return 0;
    }
    return 1;
}

static int finds_base64(const gw_needle_t *needle, const char *text,
                        apr_size_t n)
{
    const char *p, *end = text + n;

    for (p = text; p < end; p++) {
        int bits = six_bits(*p);

        if (bits >= 0
            && ((bits == bits_of(needle, 0)
                 && encodes_secret(needle, p, end, 0))
                || (bits == bits_of(needle, 2)
                    && encodes_secret(needle, p, end, 2))
                || (bits == bits_of(needle, 4)
                    && encodes_secret(needle, p, end, 4))))
            return 1;
    }
    return 0;
}

int gw_needle_leaks(const gw_needle_t *needle, const char *text,
                    apr_size_t n)
{
    if (needle->p == NULL || n < needle->n)
        return 0;               /* each form is at least as long */
    return gw_needle_find(needle, text, n) != NULL
           || finds_escaped(needle, text, n) || finds_base64(needle, text, n);
}
