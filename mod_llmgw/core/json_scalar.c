/* SPDX-License-Identifier: Apache-2.0 */
/* json_scalar.c - strings, numbers, literals and member names. */
#include "json_plain.h"
#include "json_private.h"

enum {              /* places inside a number, RFC 8259 section 6 */
    N_MINUS, N_ZERO, N_INT, N_POINT, N_FRACTION, N_E, N_SIGN, N_EXPONENT
};

static const char *const literals[] = { "null", "false", "true" };

/* ---- tokens --------------------------------------------------------- */

static void token_start(gw_json_t *j, const char *p)
{
    j->run = p;
    j->token_len = 0;
    j->node.escaped = 0;
    j->node.text = 0;
    j->high = 0;
}

void gw_json_token_keep(gw_json_t *j, const char *end)
{
    apr_size_t n = (apr_size_t)(end - j->run);

    if (j->token_len < GW_JSON_TOKEN) {
        apr_size_t room = GW_JSON_TOKEN - j->token_len;
        memcpy(j->carry + j->token_len, j->run, n < room ? n : room);
    }
    j->token_len += n;
    j->run = NULL;
}

/* The token ends before p: node.token and token_len are set from here on.  It
 * is shortened alike whether a cut went through it or not. */
static void token_end(gw_json_t *j, const char *p)
{
    if (j->token_len == 0) {
        j->node.token.p = j->run;
        j->token_len = (apr_size_t)(p - j->run);
    }
    else {
        gw_json_token_keep(j, p);
        j->node.token.p = j->carry;
    }
    j->node.whole = j->token_len <= GW_JSON_TOKEN;
    j->node.token.n = j->node.whole ? j->token_len : GW_JSON_TOKEN;
}

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
    token_end(j, p);
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
    const char *behind;

    j->high = 0;
    if (j->mode & GW_JSON_LENIENT) {
        do
            p++;
        while (p < end && (signed char)*p < 0);
        return p;
    }
    if ((signed char)*p >= 0)
        return gw_json_bad(j, GW_JSON_E_CONTROL, p);
    behind = wide_run(p, end);
    if (behind > p)
        return behind;
    p = utf8_lead(j, p);
    return j->state == S_UTF8 ? feed_utf8(j, p, end) : p;
}

static const char *feed_string(gw_json_t *j, const char *p, const char *end,
                               const char *base)
{
    while (p < end && j->state == S_STRING) {
        const char *plain = p;

        p = plain_run(p, end);
        if (p > plain)
            j->high = 0;        /* its other half must follow at once */
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
    j->node.text += escape_saves(j->unit, &j->high);
    j->state = S_STRING;
    return p + 1;
}

/* ---- numbers and literals ------------------------------------------- */

/* The place after c, or -1 if c cannot stand there. */
static int number_step(int place, char c)
{
    int digit = c >= '0' && c <= '9';

    switch (place) {
    case N_MINUS:
        return !digit ? -1 : c == '0' ? N_ZERO : N_INT;
    case N_INT:
        if (digit)
            return N_INT;
        /* fall through */
    case N_ZERO:
        return c == '.' ? N_POINT : c == 'e' || c == 'E' ? N_E : -1;
    case N_POINT:
        return digit ? N_FRACTION : -1;
    case N_FRACTION:
        return digit ? N_FRACTION : c == 'e' || c == 'E' ? N_E : -1;
    case N_E:
        if (c == '+' || c == '-')
            return N_SIGN;
        /* fall through */
    case N_SIGN:
    case N_EXPONENT:
        return digit ? N_EXPONENT : -1;
    default:
        return -1;
    }
}

static int number_may_end(int place)
{
    return place == N_ZERO || place == N_INT || place == N_FRACTION
           || place == N_EXPONENT;
}

/* May c stand in a bare word, as other writers than RFC 8259's have them? */
static int in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'
           || c == '_' || c == '#' || c == '(' || c == ')';
}

/* Is p, where no value goes on, inside a word that may be skipped? */
static int is_word(const gw_json_t *j, const char *p)
{
    return (j->mode & GW_JSON_LENIENT) && j->depth > 0 && in_word(*p);
}

static const char *feed_word(gw_json_t *j, const char *p, const char *end,
                             const char *base)
{
    j->node.kind = GW_JSON_NUM;
    j->state = S_WORD;
    for (; p < end && in_word(*p); p++) {
        if (j->token_len + (apr_size_t)(p - j->run) >= GW_JSON_NUMBER)
            return gw_json_bad(j, GW_JSON_E_NUMBER, p);
    }
    if (p == end)
        return p;
    token_end(j, p);
    gw_json_scalar_end(j, gw_json_at(j, p, base));
    return p;
}

static const char *feed_number(gw_json_t *j, const char *p, const char *end,
                               const char *base)
{
    for (; p < end; p++) {
        int next = number_step(j->sub, *p);

        if (next < 0)
            break;
        j->sub = (unsigned char)next;
        if (j->token_len + (apr_size_t)(p - j->run) >= GW_JSON_NUMBER)
            return gw_json_bad(j, GW_JSON_E_NUMBER, p);
    }
    if (p == end)
        return p;
    if (is_word(j, p))
        return feed_word(j, p, end, base);
    if (!number_may_end(j->sub))
        return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
    token_end(j, p);
    gw_json_scalar_end(j, gw_json_at(j, p, base));
    return p;
}

static const char *feed_literal(gw_json_t *j, const char *p, const char *end,
                                const char *base)
{
    const char *want = literals[j->node.kind];

    while (p < end && want[j->sub] != '\0') {
        if (*p != want[j->sub])
            return is_word(j, p) ? feed_word(j, p, end, base)
                                 : gw_json_bad(j, GW_JSON_E_SYNTAX, p);
        j->sub++;
        p++;
    }
    if (want[j->sub] == '\0') {
        token_end(j, p);
        gw_json_scalar_end(j, gw_json_at(j, p, base));
    }
    return p;
}

const char *gw_json_start_string(gw_json_t *j, const char *p, int in_name)
{
    j->in_name = (unsigned char)in_name;
    j->state = j->string;
    token_start(j, p + 1);
    return p + 1;
}

const char *gw_json_start_scalar(gw_json_t *j, const char *p)
{
    switch (*p) {
    case '"':
        j->node.kind = GW_JSON_STR;
        return gw_json_start_string(j, p, 0);
    case 'n': case 'f': case 't':
        j->node.kind = *p == 'n' ? GW_JSON_NULL
                     : *p == 'f' ? GW_JSON_FALSE : GW_JSON_TRUE;
        j->state = S_LITERAL;
        j->sub = 0;
        token_start(j, p);
        return p;
    default:
        j->node.kind = GW_JSON_NUM;
        if (*p != '-' && (*p < '0' || *p > '9')) {
            if (!is_word(j, p))
                return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
            j->state = S_WORD;
            token_start(j, p);
            return p + 1;
        }
        j->state = S_NUMBER;
        j->sub = *p == '-' ? N_MINUS : *p == '0' ? N_ZERO : N_INT;
        token_start(j, p);
        return p + 1;
    }
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
    case S_NUMBER:
        return feed_number(j, p, end, base);
    case S_WORD:
        return feed_word(j, p, end, base);
    default:
        return feed_literal(j, p, end, base);
    }
}

/* A number may be ended by the end of the document. */
void gw_json_end_number(gw_json_t *j)
{
    if (j->state != S_NUMBER || !number_may_end(j->sub))
        return;
    j->run = j->carry;                 /* nothing more: an empty last run */
    token_end(j, j->carry);
    gw_json_scalar_end(j, j->offset);
}
