/* SPDX-License-Identifier: Apache-2.0 */
/* json_token.c - tokens to text and integers, text to tokens, and the texts of
 * errors. */
#include "json.h"
#include "json_plain.h"
#include "utf8.h"

const char *gw_json_error_text(gw_json_error_t error)
{
    switch (error) {
    case GW_JSON_OK:         return "is valid";
    case GW_JSON_E_SYNTAX:   return "is not valid JSON";
    case GW_JSON_E_UTF8:     return "is not valid UTF-8";
    case GW_JSON_E_CONTROL:  return "has a raw control byte in a string";
    case GW_JSON_E_DEPTH:    return "is nested deeper than 64 levels";
    case GW_JSON_E_VALUES:   return "has more than 1000000 values";
    case GW_JSON_E_NUMBER:   return "has a number longer than 64 characters";
    case GW_JSON_E_TWICE:    return "has a member twice";
    case GW_JSON_E_CASE:     return "has a member that differs from one of "
                                    "the API in letter case only";
    case GW_JSON_E_NAME:     return "has a member name with a NUL character";
    case GW_JSON_E_CUT:      return "ends before the JSON value is complete";
    case GW_JSON_E_TRAILING: return "has something after the JSON value";
    }
    return "is bad";
}

/* ---- tokens as values ----------------------------------------------- */

static apr_size_t put_utf8(char *out, unsigned u)
{
    if (u < 0x80) {
        out[0] = (char)u;
        return 1;
    }
    if (u < 0x800) {
        out[0] = (char)(0xc0 | u >> 6);
        out[1] = (char)(0x80 | (u & 0x3f));
        return 2;
    }
    if (u < 0x10000) {
        out[0] = (char)(0xe0 | u >> 12);
        out[1] = (char)(0x80 | (u >> 6 & 0x3f));
        out[2] = (char)(0x80 | (u & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | u >> 18);
    out[1] = (char)(0x80 | (u >> 12 & 0x3f));
    out[2] = (char)(0x80 | (u >> 6 & 0x3f));
    out[3] = (char)(0x80 | (u & 0x3f));
    return 4;
}

static unsigned read_unit(const char *p)
{
    return (unsigned)(gw_hex(p[0]) << 12 | gw_hex(p[1]) << 8
                      | gw_hex(p[2]) << 4 | gw_hex(p[3]));
}

/* \uXXXX at p (the backslash); returns how many bytes it took. */
static apr_size_t unescape_unit(const char *p, const char *end, unsigned *u)
{
    *u = read_unit(p + 2);
    if (*u >= 0xd800 && *u <= 0xdbff && end - p >= 12 && p[6] == '\\'
        && p[7] == 'u') {
        unsigned low = read_unit(p + 8);

        if (low >= 0xdc00 && low <= 0xdfff) {
            *u = 0x10000 + ((*u - 0xd800) << 10) + (low - 0xdc00);
            return 12;
        }
    }
    if (*u >= 0xd800 && *u <= 0xdfff)
        *u = 0xfffd;
    return 6;
}

/* What a backslash and c stand for. */
static char unescaped(char c)
{
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default:  return c;
    }
}

/* Copy what stands before the next backslash of [p, end), or all of it, to o.
 * apart: o and what follows there is not [p, end), and has room for as much.
 * Returns how much it was. */
static apr_size_t copy_unescaped(char *o, const char *p, const char *end,
                                 int apart)
{
    const char *from = p, *slash;

#ifdef GW_JSON_SSE2
    for (; apart && end - p >= STEP; p += STEP) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned at = (unsigned)_mm_movemask_epi8(
            _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));

        _mm_storeu_si128((__m128i *)(void *)(o + (p - from)), x);
        if (at != 0)
            return (apr_size_t)(p - from) + (unsigned)__builtin_ctz(at);
    }
#endif
    (void)apart;
    slash = byte_run(p, end, '\\');
    if (slash > p)
        memmove(o + (p - from), p, (apr_size_t)(slash - p));
    return (apr_size_t)(slash - from);
}

apr_size_t gw_json_unescape(char *out, gw_str_t token)
{
    const char *p = token.p, *end = p + token.n;
    int apart = out + token.n <= p || out >= end;
    char *o = out;

    while (p < end) {
        apr_size_t n = copy_unescaped(o, p, end, apart);
        unsigned u;

        o += n;
        p += n;
        if (p == end)
            break;
        if (p + 1 == end) {     /* nothing that it could escape */
            *o++ = *p;
            break;
        }
        if (p[1] == 'u' && end - p >= 6) {
            p += unescape_unit(p, end, &u);
            o += put_utf8(o, u);
            continue;
        }
        *o++ = unescaped(p[1]);
        p += 2;
    }
    return (apr_size_t)(o - out);
}

int gw_json_token_is(gw_str_t token, int escaped, const char *word)
{
    char plain[GW_JSON_TOKEN];

    if (!escaped && token.n > 0 && *token.p != *word)
        return 0;               /* most are found out by this */
    if (escaped && token.n <= sizeof(plain)) {
        token.n = gw_json_unescape(plain, token);
        token.p = plain;
    }
    return gw_str_is(token, word);
}

int gw_json_is(const gw_json_node_t *node, const char *word)
{
    return node->kind == GW_JSON_STR
           && gw_json_token_is(node->token, node->escaped, word);
}

/* Copy what stands in a string as it is, from text.p + i to o, which has room
 * for as much as is left of text.  Returns how much that was. */
static apr_size_t copy_plain(char *o, gw_str_t text, apr_size_t i)
{
    apr_size_t from = i;

#ifdef GW_JSON_SSE2
    for (; text.n - i >= STEP; i += STEP) {
        const char *p = text.p + i;
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned odd = odd_bytes(p) | (unsigned)_mm_movemask_epi8(
            _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)));

        _mm_storeu_si128((__m128i *)(void *)(o + (i - from)), x);
        if (odd != 0)
            return i - from + (unsigned)__builtin_ctz(odd);
    }
#endif
    for (; i < text.n && is_plain(text.p[i]) && text.p[i] != 0x7f; i++)
        o[i - from] = text.p[i];
    return i - from;
}

/* The same of characters that are not ASCII, but for those of which it has to
 * be seen whether they are any. */
static apr_size_t copy_wide(char *o, gw_str_t text, apr_size_t i)
{
    apr_size_t n = (apr_size_t)(wide_run(text.p + i, text.p + text.n)
                                - (text.p + i));

    memcpy(o, text.p + i, n);
    return n;
}

/* An ASCII character that may not stand in a string as it is. */
static apr_size_t put_escape(char *o, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";

    o[0] = '\\';
    o[1] = (char)c;
    if (c == '"' || c == '\\')
        return 2;
    memcpy(o, "\\u00", 4);
    o[4] = hex[c >> 4];
    o[5] = hex[c & 15];
    return 6;
}

apr_size_t gw_json_quote(char *out, gw_str_t text)
{
    apr_size_t i = 0, n;
    char *o = out;

    *o++ = '"';
    while (i < text.n) {
        n = copy_plain(o, text, i);
        o += n;
        i += n;
        if (i == text.n)
            break;
        if ((signed char)text.p[i] >= 0) {
            o += put_escape(o, (unsigned char)text.p[i++]);
            continue;
        }
        n = copy_wide(o, text, i);
        o += n;
        i += n;
        if (n > 0)
            continue;
        o += gw_utf8_put(o, &n, text, i);
        i += n;
    }
    *o++ = '"';
    return (apr_size_t)(o - out);
}

const char *gw_json_quoted(gw_str_t text, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, 6 * text.n + 3);

    out[gw_json_quote(out, text)] = '\0';
    return out;
}

apr_status_t gw_json_count(apr_int64_t *out, const gw_json_node_t *node,
                           apr_int64_t max)
{
    apr_int64_t v = 0;
    apr_size_t i;

    if (node->kind != GW_JSON_NUM || !node->whole || node->token.n > 18
        || (node->token.n > 1 && node->token.p[0] == '0'))
        return APR_EINVAL;
    for (i = 0; i < node->token.n; i++) {
        char c = node->token.p[i];

        if (c < '0' || c > '9')
            return APR_EINVAL;
        v = v * 10 + (c - '0');
    }
    if (v > max)
        return APR_EINVAL;
    *out = v;
    return APR_SUCCESS;
}
