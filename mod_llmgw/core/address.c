/* SPDX-License-Identifier: Apache-2.0 */
/* address.c - see address.h. */
#include "address.h"

#include <string.h>

#include <apr_cstr.h>

typedef struct block_t {
    unsigned char address[16];
    unsigned bits;
} block_t;

static int is_in(const block_t *blocks, unsigned count,
                 const unsigned char *address)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        unsigned whole = blocks[i].bits / 8, rest = blocks[i].bits % 8;

        if (memcmp(address, blocks[i].address, whole) == 0
            && (rest == 0 || (address[whole] ^ blocks[i].address[whole])
                             >> (8 - rest) == 0))
            return 1;
    }
    return 0;
}

static int is_local_4(const unsigned char *address)
{
    static const block_t blocks[] = {
        { { 169, 254 }, 16 },               /* link-local; AWS, Azure, Google,
                                               Oracle, OpenStack, Tencent */
        { { 100, 100, 100, 200 }, 32 },     /* Alibaba */
        { { 168, 63, 129, 16 }, 32 },       /* Azure's host */
        { { 192, 0, 0, 192 }, 32 }          /* Oracle, as it was */
    };

    return is_in(blocks, GW_COUNT(blocks), address);
}

/* Where the address of IPv4 stands in this one; NULL: none does. */
static const unsigned char *inner(const unsigned char *a)
{
    static const block_t behind[] = {       /* 96 bits, then the address */
        { { 0 }, 96 }, { { [10] = 0xff, [11] = 0xff }, 96 },
        { { [8] = 0xff, [9] = 0xff }, 96 },
        { { 0, 0x64, 0xff, 0x9b }, 96 },    /* NAT64 */
        { { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48 }
    };
    static const block_t six_to_four = { { 0x20, 2 }, 16 };

    if (is_in(behind, GW_COUNT(behind), a))
        return a + 12;
    return is_in(&six_to_four, 1, a) ? a + 2 : NULL;
}

int gw_address_is_local(const unsigned char *address, apr_size_t n)
{
    static const block_t blocks[] = {
        { { 0xfe, 0x80 }, 10 },             /* link-local */
        { { 0xfd, 0, 0x0e, 0xc2 }, 32 },    /* AWS: fd00:ec2::254 and others */
        { { 0xfd, 0x20, 0, 0xce }, 32 },    /* Google: fd20:ce::254 */
        { { 0xfd, 0, 0, 0x42, [15] = 0x42 }, 128 }  /* Scaleway */
    };
    const unsigned char *four;

    if (n == 4)
        return is_local_4(address);
    if (n != 16)
        return 0;
    four = inner(address);
    return (four != NULL && is_local_4(four))
           || is_in(blocks, GW_COUNT(blocks), address);
}

/* Names that clouds have for theirs. */
static int is_local_name(const char *host, apr_size_t n)
{
    static const char *const names[] = {
        "metadata.google.internal", "metadata.goog", "metadata",
        "metadata.internal", "instance-data", "instance-data.ec2.internal",
        "metadata.tencentyun.com", "metadata.azure.internal",
        "metadata.platformequinix.com"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++) {
        if (strlen(names[i]) == n && apr_cstr_casecmpn(host, names[i], n) == 0)
            return 1;
    }
    return 0;
}

/* ---- spellings ------------------------------------------------------ */

/* A number with C's prefixes, which *p is moved behind.  0: there is none, or
 * it is over 32 bits. */
static int number(const char **p, apr_uint64_t *value)
{
    int base = 10, digits = 0, d;

    if (**p == '0' && ((*p)[1] | 0x20) == 'x') {
        base = 16;
        *p += 2;
    }
    else if (**p == '0') {
        base = 8;
    }
    *value = 0;
    for (; (d = gw_hex(**p)) >= 0 && d < base; ++*p, digits++) {
        *value = *value * (unsigned)base + (unsigned)d;
        if (*value > 0xffffffffu)
            return 0;
    }
    return digits > 0;
}

/* What inet_aton() takes: one to four numbers, the last one of which stands
 * for all bytes that are left. */
static int spells_4(unsigned char *out, const char *p)
{
    apr_uint64_t value;
    unsigned i = 0;

    for (;; p++) {
        if (!number(&p, &value))
            return 0;
        if (*p != '.' || i == 3)
            break;
        if (value > 255)
            return 0;
        out[i++] = (unsigned char)value;
    }
    if (*p != '\0' || value >> (8 * (4 - i)) != 0)
        return 0;
    for (; i < 4; i++)
        out[i] = (unsigned char)(value >> (8 * (3 - i)));
    return 1;
}

/* A group of up to four hexadecimal digits. */
static int group(const char **p, unsigned char *out)
{
    unsigned value = 0, digits = 0;

    while (gw_hex(**p) >= 0 && digits++ < 4)
        value = value << 4 | (unsigned)gw_hex(*(*p)++);
    out[0] = (unsigned char)(value >> 8);
    out[1] = (unsigned char)value;
    return digits > 0 && digits <= 4;
}

/* What inet_pton() takes. */
static int spells_6(unsigned char *out, const char *p)
{
    unsigned char all[16 + 4] = { 0 };
    unsigned n = 0, gap = 16;

    if (p[0] == ':' && p[1] != ':')
        return 0;
    while (n < 16 && *p != '\0') {
        if (p[0] == ':' && p[1] == ':' && gap == 16) {
            gap = n;
            p += 2;
            continue;
        }
        p += *p == ':' && n > 0 && gap != n;
        if (n <= 12 && strchr(p, ':') == NULL && strchr(p, '.') != NULL) {
            if (!spells_4(all + n, p))
                return 0;
            n += 4;
            p += strlen(p);
            continue;
        }
        if (!group(&p, all + n))
            return 0;
        n += 2;
    }
    if (*p != '\0' || (n < 16) != (gap < 16))
        return 0;
    memset(out, 0, 16);
    if (gap > n)
        gap = n;
    memcpy(out, all, gap);
    memcpy(out + 16 - (n - gap), all + gap, n - gap);
    return 1;
}

#define HOST_MOST 255

/* As a resolver takes it: a zone behind '%' is no part of the address, nor
 * is the dot behind a name; numbers may be decimal, octal or hexadecimal and
 * stand for one to four bytes.  Returns how many bytes the address has; 0: it
 * is a name. */
static apr_size_t spelled(unsigned char *address, gw_str_t host)
{
    char text[HOST_MOST + 1];

    if (host.n > HOST_MOST)
        return 0;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    if (spells_6(address, text))
        return 16;
    return spells_4(address, text) ? 4 : 0;
}

static gw_str_t without_end(gw_str_t host)
{
    const char *zone = memchr(host.p, '%', host.n);

    if (zone != NULL)
        host.n = (apr_size_t)(zone - host.p);
    while (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    return host;
}

int gw_host_is_local(const char *host)
{
    gw_str_t all = { host, strlen(host) };
    unsigned char address[16];
    apr_size_t n;

    all = without_end(all);
    if (all.n > HOST_MOST)
        return 1;               /* no name is so long: zeros before a number */
    n = spelled(address, all);
    return n > 0 ? gw_address_is_local(address, n)
                 : is_local_name(all.p, all.n);
}

int gw_host_is_private(gw_str_t host)
{
    static const block_t four[] = {
        { { 10 }, 8 }, { { 100, 64 }, 10 }, { { 127 }, 8 },
        { { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 168 }, 16 }
    };
    static const block_t six[] = {
        { { [15] = 1 }, 128 }, { { 0xfc }, 7 }, { { 0xfe, 0x80 }, 10 }
    };
    unsigned char address[16];

    switch (spelled(address, without_end(host))) {
    case 4:
        return is_in(four, GW_COUNT(four), address);
    case 16:
        return is_in(six, GW_COUNT(six), address);
    default:
        return 0;
    }
}
