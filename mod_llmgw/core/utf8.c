/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.c - see utf8.h. */
#include "utf8.h"

apr_size_t gw_utf8_char(apr_uint32_t *c, const char *p, apr_size_t n)
{
    static const apr_uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = n > 0 ? (unsigned char)*p : 0xff;
    apr_size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0
                      : first < 0xe0 ? 2 : first < 0xf0 ? 3
                      : first < 0xf5 ? 4 : 0;
    apr_size_t i;

    if (length == 0 || length > n)
        return 0;
    *c = length == 1 ? first : first & (0x7fu >> length);
    for (i = 1; i < length; i++) {
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | ((unsigned char)p[i] & 0x3f);
    }
    return *c < least[length] || *c > 0x10ffff
           || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : length;
}

int gw_utf8_valid(gw_str_t text)
{
    apr_uint32_t c;
    apr_size_t i, n;

    for (i = 0; i < text.n; i += n) {
        n = gw_utf8_char(&c, text.p + i, text.n - i);
        if (n == 0)
            return 0;
    }
    return 1;
}

apr_size_t gw_utf8_cut(gw_str_t text, apr_size_t most)
{
    apr_size_t n = most, back;
    apr_uint32_t c;

    if (text.n <= most)
        return text.n;
    /* the last character that begins before the cut, if it is one */
    for (back = 1; back <= 3 && back <= n; back++) {
        apr_size_t at = n - back;
        apr_size_t length = gw_utf8_char(&c, text.p + at, text.n - at);

        if (length > back)
            return at;
        if (length > 0)
            break;
    }
    return n;
}

apr_size_t gw_utf8_put(char *out, apr_size_t *taken, gw_str_t text,
                       apr_size_t i)
{
    apr_uint32_t c;

    *taken = gw_utf8_char(&c, text.p + i, text.n - i);
    if (*taken == 0) {
        *taken = 1;
        memcpy(out, "\xef\xbf\xbd", 3);
        return 3;
    }
    memcpy(out, text.p + i, *taken);
    return *taken;
}

void gw_utf8_copy(char *out, apr_size_t room, gw_str_t text)
{
    char *end = out + room - 1;
    apr_size_t i, n, taken;
    char character[4];

    for (i = 0; i < text.n && out < end; i += taken) {
        if ((unsigned char)text.p[i] < 0x80) {
            *out++ = text.p[i];
            taken = 1;
            continue;
        }
        n = gw_utf8_put(character, &taken, text, i);
        if (n > (apr_size_t)(end - out))
            break;
        memcpy(out, character, n);
        out += n;
    }
    *out = '\0';
}
