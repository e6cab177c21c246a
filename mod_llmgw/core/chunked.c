/* SPDX-License-Identifier: Apache-2.0 */
/* chunked.c - see chunked.h. */
#include "chunked.h"

#define USUAL  5                /* digits of a size */
#define BLANKS 10               /* behind a size: some pad it to its room */
#define MOST   (APR_INT64_MAX >> 4) /* of a size before another digit */

enum {
    SIZE,           /* its first digit must come */
    DIGITS,
    PADDING,        /* blanks behind it */
    EXTENSION,
    SIZE_LF,        /* its line ends with this */
    DATA,
    DATA_CR, DATA_LF,
    TRAILER,        /* the first byte of one, or of the empty line */
    NAME, VALUE,
    VALUE_LF,
    LAST_LF,
    END, BAD
};

void gw_chunked_start(gw_chunked_t *c, apr_size_t limit)
{
    memset(c, 0, sizeof(*c));
    c->at = SIZE;
    c->limit = limit;
}

/* A byte that may stand in text: no control byte but a tab. */
static int is_text(char c)
{
    return ((unsigned char)c >= 0x20 && c != 0x7f) || c == '\t';
}

/* One of a field's name, RFC 9110 section 5.6.2. */
static int is_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z')
           || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* Another digit of the size. */
static int digit(gw_chunked_t *c, int v)
{
    if (v < 0 || c->left > MOST)
        return BAD;
    c->left = c->left << 4 | v;
    return DIGITS;
}

/* What may stand behind a size, or behind something of that. */
static int behind_size(gw_chunked_t *c, char b)
{
    switch (b) {
    case '\r':
        return SIZE_LF;
    case ';':
        return EXTENSION;
    case ' ': case '\t':
        return ++c->blanks > BLANKS ? BAD : PADDING;
    default:
        return c->at == DIGITS ? digit(c, gw_hex(b)) : BAD;
    }
}

static int in_size(gw_chunked_t *c, char b)
{
    switch (c->at) {
    case SIZE:
        c->left = 0;
        c->blanks = 0;
        return digit(c, gw_hex(b));
    case EXTENSION:
        return b == '\r' ? SIZE_LF : is_text(b) ? EXTENSION : BAD;
    case SIZE_LF:
        c->line = 0;
        return b != '\n' ? BAD : c->left > 0 ? DATA : TRAILER;
    default:
        return behind_size(c, b);
    }
}

static int in_trailer(gw_chunked_t *c, char b)
{
    switch (c->at) {
    case TRAILER:
        if (b == '\r')
            return LAST_LF;
        return ++c->trailers > GW_CHUNKED_TRAILERS || !is_token(b) ? BAD
               : NAME;
    case NAME:
        return b == ':' ? VALUE : is_token(b) ? NAME : BAD;
    case VALUE:
        return b == '\r' ? VALUE_LF : is_text(b) ? VALUE : BAD;
    case VALUE_LF:
        c->line = 0;
        return b == '\n' ? TRAILER : BAD;
    default:
        return b == '\n' ? END : BAD;
    }
}

/* Where the byte of a line leads. */
static int step(gw_chunked_t *c, char b)
{
    if (c->at == DATA_CR)
        return b == '\r' ? DATA_LF : BAD;
    if (c->at == DATA_LF)
        return b == '\n' ? SIZE : BAD;
    if (++c->line > c->limit)
        return BAD;
    return c->at <= SIZE_LF ? in_size(c, b) : in_trailer(c, b);
}

/* Between two chunks: step over a line end and a size as nearly all are, if all
 * of them is there. */
static void usual_size(gw_chunked_t *c, gw_str_t *in)
{
    const char *p = in->p, *end = p + in->n;
    apr_int64_t size = 0;
    int v, n;

    if (c->at == DATA_CR && end - p > 2 && p[0] == '\r' && p[1] == '\n')
        p += 2;
    else if (c->at != SIZE)
        return;
    for (n = 0; n < USUAL && p < end && (v = gw_hex(*p)) >= 0; n++, p++)
        size = size << 4 | v;
    if (size == 0 || end - p < 2 || p[0] != '\r' || p[1] != '\n'
        || c->limit < USUAL + 2)
        return;
    c->left = size;
    c->line = 0;
    c->at = DATA;
    in->n -= (apr_size_t)(p + 2 - in->p);
    in->p = p + 2;
}

/* As much of the chunk as is there. */
static gw_chunked_result_t piece(gw_chunked_t *c, gw_str_t *in,
                                 gw_str_t *data)
{
    apr_size_t n = (apr_uint64_t)c->left < in->n ? (apr_size_t)c->left
                                                 : in->n;

    data->p = in->p;
    data->n = n;
    in->p += n;
    in->n -= n;
    c->left -= (apr_int64_t)n;
    if (c->left == 0)
        c->at = DATA_CR;
    return GW_CHUNKED_DATA;
}

gw_chunked_result_t gw_chunked_next(gw_chunked_t *c, gw_str_t *in,
                                    gw_str_t *data)
{
    usual_size(c, in);
    while (in->n > 0 && c->at < END) {
        if (c->at == DATA)
            return piece(c, in, data);
        c->at = (unsigned char)step(c, *in->p);
        if (c->at != BAD) {     /* that one stays the first */
            in->p++;
            in->n--;
        }
    }
    return c->at == END ? GW_CHUNKED_END : c->at == BAD ? GW_CHUNKED_BAD
           : GW_CHUNKED_MORE;
}
