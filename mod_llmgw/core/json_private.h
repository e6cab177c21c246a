/* SPDX-License-Identifier: Apache-2.0 */
/* json_private.h - what json_reader.c, json_scalar.c, json_number.c and
 * json_schema.c share.
 *
 * Calls go one way: reader, scalar, number, schema.  What both ends need for
 * each value is inline.
 */
#ifndef GW_JSON_PRIVATE_H
#define GW_JSON_PRIVATE_H

#include "json.h"

enum {
    S_VALUE,        /* a value must come */
    S_FIRST,        /* after '[': a value or ']' */
    S_MEMBER_FIRST, /* after '{': a name or '}' */
    S_MEMBER,       /* after ',' in an object: a name */
    S_COLON,
    S_NEXT,         /* after a value: ',' or the closing bracket */
    S_STRING, S_ESCAPE, S_HEX, S_UTF8,
    S_TRUSTED,      /* at the first byte of a string that is known to be
                       valid */
    S_NUMBER, S_WORD, S_LITERAL,
    S_END,          /* white space only */
    S_BAD
};

/* Stop for good; returns p. */
static inline const char *gw_json_bad(gw_json_t *j, gw_json_error_t error,
                                      const char *p)
{
    j->error = error;
    j->state = S_BAD;
    return p;
}

/* The document's offset of p, in what is fed from base on. */
static inline apr_size_t gw_json_at(const gw_json_t *j, const char *p,
                                    const char *base)
{
    return j->offset + (apr_size_t)(p - base);
}

static inline int gw_json_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* GW_JSON_TEXT if a string that comes next is text, else 0. */
static inline unsigned char gw_json_text_flags(const gw_json_t *j)
{
    unsigned char flags = j->level[j->depth].flags;

    if (j->rule && (j->rule->flags & GW_JSON_TEXT))
        flags |= GW_JSON_TEXT;
    if (j->rule && (j->rule->flags & GW_JSON_DATA))
        flags &= (unsigned char)~GW_JSON_TEXT;
    return flags & GW_JSON_TEXT;
}

/* The slot of the value that comes next. */
static inline unsigned gw_json_slot(const gw_json_t *j)
{
    if (j->depth == 0)
        return j->schema->root_slot;
    return j->rule ? j->rule->slot : 0;
}

/* json_schema.c: a scalar is complete and ends at this offset: tell the
 * visitor, go on behind it.  A member name is complete, its closing quote is
 * at p: find its rule.  Returns where to go on, or p after gw_json_bad(). */
void gw_json_scalar_end(gw_json_t *j, apr_size_t end);
const char *gw_json_name_end(gw_json_t *j, const char *p);

/* json_skip.c: at or behind a value or a comma in a container that no rule is
 * for; the visitor is not called for what is in it.  Returns where to go on,
 * which is p where the value cannot be read there. */
const char *gw_json_skip(gw_json_t *j, const char *p, const char *end);

/* json_number.c: keep the bytes up to end of a token that goes on in the next
 * feed; begin a scalar that is no string at p; read on in one; end a number
 * that the document ends with.  They return where to go on. */
void gw_json_token_keep(gw_json_t *j, const char *end);
const char *gw_json_start_bare(gw_json_t *j, const char *p);
const char *gw_json_feed_bare(gw_json_t *j, const char *p, const char *end,
                              const char *base);
void gw_json_end_number(gw_json_t *j);

/* A token begins at p. */
static inline void gw_json_token_start(gw_json_t *j, const char *p)
{
    j->run = p;
    j->token_len = 0;
    j->node.escaped = 0;
    j->node.text = 0;
    j->high = 0;
}

/* The token ends before p: node.token and token_len are set from here on.  It
 * is shortened alike whether a cut went through it or not. */
static inline void gw_json_token_end(gw_json_t *j, const char *p)
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

/* json_scalar.c: begin a string (a value or a name) or another scalar at p;
 * read on in one.  They return where to go on. */
const char *gw_json_start_string(gw_json_t *j, const char *p, int in_name);
const char *gw_json_start_scalar(gw_json_t *j, const char *p);
const char *gw_json_feed_scalar(gw_json_t *j, const char *p, const char *end,
                                const char *base);

#endif
