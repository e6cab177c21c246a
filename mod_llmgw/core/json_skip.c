/* SPDX-License-Identifier: Apache-2.0 */
/* json_skip.c - what no rule is for: containers whose values are only checked,
 * as in the schemas of tools.
 *
 * Only the brackets that are open, the number of values and the bytes of text
 * are kept.  Whatever is not whole, not usual or wrong is left where it begins
 * to the reader, which comes back here behind it.
 */
#include <limits.h>

#include "json_plain.h"
#include "json_private.h"
#include "json_run.h"

/* Not inlined: what it keeps would cost every short one. */
static __attribute__((noinline))
const char *long_string(const gw_json_t *j, const char *p, const char *end,
                        int in_name, apr_size_t *text)
{
    gw_json_run_t run = {
        .base = p, .units = !in_name, .lenient = j->mode & GW_JSON_LENIENT
    };
    const char *q = gw_json_run(&run, p + 1, end);

    if (q == end || *q != '"')
        return p;
    *text += (apr_size_t)(q - p) - 1 - run.saved;
    return q + 1;
}

/* Behind the string at p, *text longer by what it unescapes to; p: it is left
 * to the reader. */
static inline const char *string(const gw_json_t *j, const char *p,
                                 const char *end, int in_name,
                                 apr_size_t *text)
{
    const char *q = near_run(p + 1, end);

    if (q == end || *q != '"')
        return long_string(j, p, end, in_name, text);
    *text += (apr_size_t)(q - p) - 1;
    return q + 1;
}

/* Behind the name at p, its colon and the blank that many put there. */
static const char *name(const gw_json_t *j, const char *p, const char *end)
{
    apr_size_t n = 0;
    const char *q = *p == '"' ? string(j, p, end, 1, &n) : p;

    if (q == p || q == end || *q != ':')
        return p;
    q++;
    return q < end && *q == ' ' ? q + 1 : q;
}

/* Behind the number at p, if it is seen to end. */
static const char *number(const char *p, const char *end)
{
    const char *q = gw_json_number_end(p, end);

    return q != NULL && q < end
           && (*q == ',' || *q == '}' || *q == ']' || gw_json_is_space(*q))
           ? q : p;
}

static const char *literal(const char *p, const char *end, const char *word,
                           apr_size_t n)
{
    return (apr_size_t)(end - p) > n && memcmp(p, word, n) == 0 ? p + n : p;
}

static const char *scalar(gw_json_t *j, const char *p, const char *end)
{
    apr_size_t text = 0;

    switch (*p) {
    case '"':
        p = string(j, p, end, 0, &text);
        if (j->level[j->depth].flags)
            j->text += text;
        return p;
    case 't':
        return literal(p, end, "true", 4);
    case 'f':
        return literal(p, end, "false", 5);
    case 'n':
        return literal(p, end, "null", 4);
    default:
        return number(p, end);
    }
}

/* A container begins at p, unless it is one too deep. */
static const char *open_container(gw_json_t *j, const char *p)
{
    gw_json_level_t *l = &j->level[j->depth + 1];

    if (j->depth == j->most)
        return p;
    l->context = 0;
    l->slot = 0;
    l->flags = l[-1].flags;
    l->array = *p == '[';
    l->count = 0;
    j->depth++;
    j->state = l->array ? S_FIRST : S_MEMBER_FIRST;
    return p + 1;
}

static const char *value(gw_json_t *j, const char *p, const char *end)
{
    const char *q;

    if (*p == '{' || *p == '[') {
        q = open_container(j, p);
    }
    else {
        q = scalar(j, p, end);
        if (q > p)
            j->state = S_NEXT;
    }
    j->values += q > p;
    return q;
}

/* Behind a comma and the blank that many put there, or a closing bracket. */
static const char *next(gw_json_t *j, const char *p, const char *end,
                        unsigned outer)
{
    int array = j->level[j->depth].array;

    if (*p == ',') {
        j->state = array ? S_VALUE : S_MEMBER;
        p++;
        return p < end && *p == ' ' ? p + 1 : p;
    }
    if (j->depth == outer || *p != (array ? ']' : '}'))
        return p;
    j->depth--;
    j->state = S_NEXT;
    return p + 1;
}

static const char *step(gw_json_t *j, const char *p, const char *end,
                        unsigned outer)
{
    const char *q;

    switch (j->state) {
    case S_MEMBER_FIRST:
    case S_FIRST:
        if (*p == ']' || *p == '}')
            return next(j, p, end, outer);
        if (j->state == S_FIRST)
            return value(j, p, end);
        /* fall through */
    case S_MEMBER:
        q = name(j, p, end);
        if (q == p)
            return p;
        j->values++;
        j->state = S_VALUE;
        return q < end ? value(j, q, end) : q;
    case S_VALUE:
        return value(j, p, end);
    case S_NEXT:
        return next(j, p, end, outer);
    default:
        return p;
    }
}

const char *gw_json_skip(gw_json_t *j, const char *p, const char *end)
{
    unsigned outer = j->depth, most = GW_JSON_VALUES - 2;
    const char *from = NULL;

    if (j->mode & GW_JSON_LENIENT)
        most = UINT_MAX;
    j->rule = NULL;
    while (p < end && p != from && j->values < most) {
        from = p;
        p = step(j, p, end, outer);
        while (p < end && gw_json_is_space(*p))
            p++;
    }
    return p;
}
