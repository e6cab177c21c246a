/* SPDX-License-Identifier: Apache-2.0 */
/* responses_input.c - see responses_input.h. */
#include "responses_input.h"

#include <apr_lib.h>

#include "json.h"
#include "translate.h"

enum { BEFORE, STRING, BEHIND, RAW };

static const char before[] = "{\"input\":\"";
static const gw_str_t none = { "", 0 };

void gw_input_init(gw_input_t *in, apr_pool_t *pool)
{
    gw_text_init(&in->plain, GW_TRANSLATE_EVENT, pool);
    gw_text_init(&in->inner, GW_TRANSLATE_EVENT, pool);
    gw_input_start(in);
}

void gw_input_start(gw_input_t *in)
{
    gw_text_clear(&in->inner);
    in->sure = in->told = 0;
    in->state = BEFORE;
    in->at = in->escape = 0;
    in->closed = in->odd = 0;
}

/* ---- around the string ----------------------------------------------- */

static int is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void read_before(gw_input_t *in, char c)
{
    int between = in->at <= 1 || in->at >= sizeof(before) - 3;

    if (c == before[in->at])
        in->at++;
    else if (!(between && is_space(c)))
        in->state = RAW;
    if (in->at == sizeof(before) - 1)
        in->state = STRING;
}

static void read_behind(gw_input_t *in, char c)
{
    if (c == '}' && !in->closed)
        in->closed = 1;
    else if (!is_space(c))
        in->odd = 1;
}

/* ---- inside of it ---------------------------------------------------- */

static void add(gw_input_t *in, const char *p, apr_size_t n)
{
    gw_text_add(&in->inner, (gw_str_t){ p, n });
}

static void read_string(gw_input_t *in, char c);

/* What looked like an escape is none. */
static void no_escape(gw_input_t *in, char c)
{
    unsigned n = in->escape;

    add(in, "\\\\u", n > 1 ? 3 : 2);
    if (n > 2)
        add(in, in->hex, n - 2);
    in->escape = 0;
    in->sure = in->inner.n;
    read_string(in, c);
}

/* The first half of a pair waits for the other one. */
static void read_hex(gw_input_t *in, char c)
{
    int half;

    if (!apr_isxdigit(c)) {
        no_escape(in, c);
        return;
    }
    in->hex[in->escape++ - 2] = c;
    if (in->escape < 6)
        return;
    add(in, "\\u", 2);
    add(in, in->hex, 4);
    in->escape = 0;
    half = apr_tolower(in->hex[0]) == 'd'
           && strchr("89abAB", in->hex[1]) != NULL;
    if (!half)
        in->sure = in->inner.n;
}

static void read_escape(gw_input_t *in, char c)
{
    char pair[2] = { '\\', c };

    if (in->escape > 1) {
        read_hex(in, c);
    }
    else if (c == 'u') {
        in->escape = 2;
    }
    else if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) {
        in->escape = 0;
        add(in, pair, 2);
        in->sure = in->inner.n;
    }
    else {
        no_escape(in, c);
    }
}

static void read_string(gw_input_t *in, char c)
{
    static const char hex[] = "0123456789abcdef";
    char as[6] = { '\\', 'u', '0', '0' };

    if (in->escape > 0) {
        read_escape(in, c);
        return;
    }
    if (c == '"') {
        in->state = BEHIND;
    }
    else if (c == '\\') {
        in->escape = 1;
        return;
    }
    else if ((unsigned char)c < 0x20) {
        as[4] = hex[c >> 4];
        as[5] = hex[c & 15];
        add(in, as, 6);
    }
    else {
        add(in, &c, 1);
    }
    in->sure = in->inner.n;
}

/* How many bytes from p on stand for themselves. */
static apr_size_t plain_run(const char *p, const char *end)
{
    const char *at = p;

    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return (apr_size_t)(at - p);
}

static void read_piece(gw_input_t *in, const char *p, const char *end)
{
    apr_size_t run;

    while (p < end && in->state != RAW) {
        run = in->state == STRING && in->escape == 0 ? plain_run(p, end) : 0;
        if (run > 0) {
            add(in, p, run);
            in->sure = in->inner.n;
            p += run;
        }
        else if (in->state == STRING) {
            read_string(in, *p++);
        }
        else if (in->state == BEFORE) {
            read_before(in, *p++);
        }
        else {
            read_behind(in, *p++);
        }
    }
}

/* ---- the input ------------------------------------------------------- */

/* What was not given out of these bytes, up to there. */
static gw_str_t rest(gw_input_t *in, gw_str_t all, apr_size_t n)
{
    gw_str_t more = none;

    if (n > in->told) {
        more.p = all.p + in->told;
        more.n = n - in->told;
        in->told = n;
    }
    return more;
}

gw_str_t gw_input_feed(gw_input_t *in, gw_str_t all, gw_str_t first,
                       gw_str_t second)
{
    gw_text_t *plain = &in->plain;

    if (in->state != RAW) {
        gw_text_clear(plain);
        gw_text_add(plain, first);
        gw_text_add(plain, second);
        if (plain->n > 0)
            plain->n = gw_json_unescape(plain->p, gw_text_str(plain));
        read_piece(in, plain->p, plain->p + plain->n);
    }
    if (in->state == RAW)
        return rest(in, all, all.n);
    return rest(in, gw_text_str(&in->inner), in->sure);
}

gw_str_t gw_input_end(gw_input_t *in, gw_str_t all, int cut, gw_str_t *whole)
{
    int begun = in->state == STRING || in->state == BEHIND;
    int ended = in->state == BEHIND && in->closed && !in->odd;

    *whole = all;
    if (begun && (ended || cut)) {
        *whole = gw_text_str(&in->inner);
        whole->n = in->sure;
    }
    else if (begun) {
        return none;            /* what was told is of the string */
    }
    return rest(in, *whole, whole->n);
}
