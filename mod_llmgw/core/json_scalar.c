/* SPDX-License-Identifier: Apache-2.0 */
/* json_scalar.c - strings and member names, and what a scalar is. */
#include "json_plain.h"
#include "json_private.h"
#include "json_run.h"

/* ---- strings -------------------------------------------------------- */

/* The lead byte of a multi-byte sequence, RFC 3629 section 4. */
static const char *utf8_lead(gw_json_t *j, const char *p)
{
    unsigned char c = (unsigned char)*p;

    j->utf8_lo = 0x80;
    j->utf8_hi = 0xbf;
    if (c >= 0xc2 && c <= 0xdf) {
        j->utf8_left = 1;
    }
    else if (c >= 0xe0 && c <= 0xef) {
        j->utf8_left = 2;
        if (c == 0xe0)
            j->utf8_lo = 0xa0;
        if (c == 0xed)
            j->utf8_hi = 0x9f;
    }
    else if (c >= 0xf0 && c <= 0xf4) {
        j->utf8_left = 3;
        if (c == 0xf0)
            j->utf8_lo = 0x90;
        if (c == 0xf4)
            j->utf8_hi = 0x8f;
    }
    else {
        return gw_json_bad(j, GW_JSON_E_UTF8, p);
    }
    j->state = S_UTF8;
    return p + 1;
}

static const char *feed_utf8(gw_json_t *j, const char *p, const char *end)
{
    while (p < end && j->utf8_left > 0) {
        unsigned char c = (unsigned char)*p;

        if (c < j->utf8_lo || c > j->utf8_hi)
            return gw_json_bad(j, GW_JSON_E_UTF8, p);
        j->utf8_lo = 0x80;
        j->utf8_hi = 0xbf;
        j->utf8_left--;
        p++;
    }
    if (j->utf8_left == 0)
        j->state = S_STRING;
    return p;
}

/* The closing quote is at p.  Inlined in both readings. */
static inline __attribute__((always_inline)) const char *
string_end(gw_json_t *j, const char *p, const char *base)
{
    gw_json_token_end(j, p);
    /* node.text held what escapes save against their spelling */
    j->node.text = j->token_len - j->node.text;
    if (j->in_name)
        return gw_json_name_end(j, p);
    gw_json_scalar_end(j, gw_json_at(j, p, base) + 1);
    return p + 1;
}

/* A backslash at p: behind it, or behind the whole escape if it is a short one
 * and is all there. */
static const char *backslash(gw_json_t *j, const char *p, const char *end)
{
    j->node.escaped = 1;
    if (end - p < 2 || !is_short_escape(p[1])) {
        j->state = S_ESCAPE;
        return p + 1;
    }
    j->node.text += 1;
    j->high = 0;
    return p + 2;
}

/* A byte at p that is no ASCII, or may not stand there. */
static const char *wide_byte(gw_json_t *j, const char *p, const char *end)
{
    j->high = 0;
    if ((signed char)*p >= 0)
        return gw_json_bad(j, GW_JSON_E_CONTROL, p);
    p = utf8_lead(j, p);
    return j->state == S_UTF8 ? feed_utf8(j, p, end) : p;
}

/* Behind what of a string from p on is whole in this feed. */
static const char *whole_part(gw_json_t *j, const char *p, const char *end,
                              const char *base)
{
    const char *from = p;
    gw_json_run_t run = {
        .base = base, .high = j->high ? p : NULL,
        .lenient = j->mode & GW_JSON_LENIENT,
        .units = !j->in_name    /* where they need another look */
    };

    p = gw_json_run(&run, p, end);
    j->node.text += run.saved;
    j->node.escaped |= run.saved > 0;
    if (p > from)               /* its other half must follow at once */
        j->high = run.high == p;
    return p;
}

static const char *feed_string(gw_json_t *j, const char *p, const char *end,
                               const char *base)
{
    const char *near = near_run(p, end);

    if (near < end && *near == '"')     /* most names and words end here */
        return string_end(j, near, base);
    while (p < end && j->state == S_STRING) {
        p = whole_part(j, p, end, base);
        if (p == end)
            return p;
        if (*p == '"')
            return string_end(j, p, base);
        p = *p == '\\' ? backslash(j, p, end) : wide_byte(j, p, end);
    }
    return p;
}

/* Behind the valid string that begins at p; p: it goes on in the next feed, or
 * is a name whose escapes matter.  Inlined, it would cost who checks. */
static __attribute__((noinline)) const char *
step_over(gw_json_t *j, const char *p, const char *end, const char *base)
{
    int escaped;
    const char *quote = closing_quote(p, end, &escaped);

    j->state = S_STRING;
    if (quote == end || (escaped && j->in_name))
        return p;
    j->node.escaped = (unsigned)escaped & 1;
    return string_end(j, quote, base);
}

static const char *feed_escape(gw_json_t *j, const char *p)
{
    if (*p == 'u') {
        j->hex_left = 4;
        j->unit = 0;
        j->state = S_HEX;
        return p + 1;
    }
    if (!is_short_escape(*p))
        return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
    j->node.text += 1;
    j->high = 0;
    j->state = S_STRING;
    return p + 1;
}

/* node.text counts what escapes save. */
static const char *feed_hex(gw_json_t *j, const char *p)
{
    int v = gw_hex(*p);

    if (v < 0)
        return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
    j->unit = j->unit * 16 + (unsigned)v;
    if (--j->hex_left > 0)
        return p + 1;
    if (j->unit == 0 && j->in_name && (j->mode & GW_JSON_VALIDATE))
        return gw_json_bad(j, GW_JSON_E_NAME, p);
    j->node.text += gw_json_unit_saves(j->unit, j->high != 0);
    j->high = (unsigned)gw_json_is_high(j->unit);
    j->state = S_STRING;
    return p + 1;
}

const char *gw_json_start_string(gw_json_t *j, const char *p, int in_name)
{
    j->in_name = (unsigned char)in_name;
    j->state = j->string;
    gw_json_token_start(j, p + 1);
    return p + 1;
}

const char *gw_json_start_scalar(gw_json_t *j, const char *p)
{
    if (*p != '"')
        return gw_json_start_bare(j, p);
    j->node.kind = GW_JSON_STR;
    return gw_json_start_string(j, p, 0);
}

/* ---- entry points --------------------------------------------------- */

const char *gw_json_feed_scalar(gw_json_t *j, const char *p, const char *end,
                                const char *base)
{
    switch (j->state) {
    case S_STRING:
        return feed_string(j, p, end, base);
    case S_TRUSTED:
        return step_over(j, p, end, base);
    case S_ESCAPE:
        return feed_escape(j, p);
    case S_HEX:
        return feed_hex(j, p);
    case S_UTF8:
        return feed_utf8(j, p, end);
    default:
        return gw_json_feed_bare(j, p, end, base);
    }
}
