/* SPDX-License-Identifier: Apache-2.0 */
/* json_number.c - numbers, literals and bare words. */
#include "json_private.h"

enum {              /* places inside a number, RFC 8259 section 6 */
    N_MINUS, N_ZERO, N_INT, N_POINT, N_FRACTION, N_E, N_SIGN, N_EXPONENT
};

static const char *const literals[] = { "null", "false", "true" };

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
    gw_json_token_end(j, p);
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
    gw_json_token_end(j, p);
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
        gw_json_token_end(j, p);
        gw_json_scalar_end(j, gw_json_at(j, p, base));
    }
    return p;
}

const char *gw_json_start_bare(gw_json_t *j, const char *p)
{
    gw_json_token_start(j, p);
    switch (*p) {
    case 'n': case 'f': case 't':
        j->node.kind = *p == 'n' ? GW_JSON_NULL
                     : *p == 'f' ? GW_JSON_FALSE : GW_JSON_TRUE;
        j->state = S_LITERAL;
        j->sub = 0;
        return p;
    default:
        j->node.kind = GW_JSON_NUM;
        if (*p != '-' && (*p < '0' || *p > '9')) {
            if (!is_word(j, p))
                return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
            j->state = S_WORD;
            return p + 1;
        }
        j->state = S_NUMBER;
        j->sub = *p == '-' ? N_MINUS : *p == '0' ? N_ZERO : N_INT;
        return p + 1;
    }
}

const char *gw_json_feed_bare(gw_json_t *j, const char *p, const char *end,
                              const char *base)
{
    switch (j->state) {
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
    gw_json_token_end(j, j->carry);
    gw_json_scalar_end(j, j->offset);
}

/* ---- a number that is whole in memory ------------------------------- */

/* Behind the digits that must be at p; NULL: there are none. */
static const char *digits(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p > start ? p : NULL;
}

const char *gw_json_number_end(const char *p, const char *end)
{
    const char *start = p;

    p += p < end && *p == '-';
    p = p < end && *p == '0' ? p + 1 : digits(p, end);
    if (p != NULL && p < end && *p == '.')
        p = digits(p + 1, end);
    if (p != NULL && p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        p = digits(p, end);
    }
    return p != NULL && p - start <= GW_JSON_NUMBER ? p : NULL;
}
