/* SPDX-License-Identifier: Apache-2.0 */
/* responses_reasoning.c - see responses_reasoning.h. */
#include "responses_reasoning.h"

#include "base64.h"
#include "json.h"

#define PIECE 3072              /* bytes that are encoded at a time */

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The four digits of one, two or three bytes. */
static void encode(char *to, const unsigned char *p, apr_size_t n)
{
    unsigned bits = (unsigned)p[0] << 16;

    if (n > 1)
        bits |= (unsigned)p[1] << 8;
    if (n > 2)
        bits |= p[2];
    to[0] = digits[bits >> 18];
    to[1] = digits[bits >> 12 & 63];
    to[2] = n > 1 ? digits[bits >> 6 & 63] : '=';
    to[3] = n > 2 ? digits[bits & 63] : '=';
}

static void add_base64(gw_text_t *out, const char *bytes, apr_size_t n)
{
    const unsigned char *p = (const unsigned char *)bytes;
    char piece[PIECE / 3 * 4];
    gw_str_t s = { piece, 0 };

    while (n > 0) {
        apr_size_t some = n < 3 ? n : 3;

        encode(piece + s.n, p, some);
        s.n += 4;
        p += some;
        n -= some;
        if (s.n == sizeof(piece) || n == 0) {
            gw_text_add(out, s);
            s.n = 0;
        }
    }
}

void gw_reasoning_seal(gw_text_t *out, gw_str_t thought, gw_text_t *room)
{
    gw_text_clear(room);
    gw_text_add(room, thought);
    if (room->full)
        return;
    if (room->n > 0)
        room->n = gw_json_unescape(room->p, gw_text_str(room));
    gw_reasoning_seal_as(out, GW_REASONING_MARK, gw_text_str(room));
}

void gw_reasoning_seal_as(gw_text_t *out, const char *mark, gw_str_t bytes)
{
    gw_text_put(out, mark);
    add_base64(out, bytes.p, bytes.n);
}

static unsigned value(char c)
{
    return (unsigned)(strchr(digits, c) - digits);
}

/* The bytes of four digits; how many: 1 to 3. */
static apr_size_t decode(char *to, const char *p)
{
    unsigned bits = value(p[0]) << 18 | value(p[1]) << 12;

    if (p[2] != '=')
        bits |= value(p[2]) << 6;
    if (p[3] != '=')
        bits |= value(p[3]);
    to[0] = (char)(bits >> 16);
    to[1] = (char)(bits >> 8 & 255);
    to[2] = (char)(bits & 255);
    return p[2] == '=' ? 1 : p[3] == '=' ? 2 : 3;
}

int gw_reasoning_unseal(gw_text_t *out, gw_str_t sealed)
{
    return gw_reasoning_unseal_as(out, GW_REASONING_MARK, sealed);
}

int gw_reasoning_unseal_as(gw_text_t *out, const char *mark, gw_str_t sealed)
{
    apr_size_t n = strlen(mark), i;
    char piece[PIECE];
    gw_str_t s = { piece, 0 };

    if (sealed.n < n || memcmp(sealed.p, mark, n) != 0)
        return 0;
    sealed.p += n;
    sealed.n -= n;
    if (sealed.n > 0 && !gw_base64_is(sealed))
        return 0;
    for (i = 0; i < sealed.n; i += 4) {
        s.n += decode(piece + s.n, sealed.p + i);
        if (s.n > PIECE - 3 || i + 4 == sealed.n) {
            gw_text_add(out, s);
            s.n = 0;
        }
    }
    return 1;
}
