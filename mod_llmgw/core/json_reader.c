/* SPDX-License-Identifier: Apache-2.0 */
/* json_reader.c - the reader: a state machine over bytes, resumable at each of
 * them.
 *
 * Each state has one function that eats what it can of [p, end) and returns
 * where it stopped.  Containers and members are here, strings and member names
 * in json_scalar.c, numbers in json_number.c, what a schema says of them in
 * json_schema.c, tokens as values in json_token.c.
 */
#include "json_plain.h"
#include "json_private.h"

/* ---- containers and members ----------------------------------------- */

apr_size_t gw_json_text(const gw_json_t *j)
{
    switch (j->state) {
    case S_STRING:
    case S_ESCAPE:
    case S_HEX:
    case S_UTF8:
        return j->in_name || !gw_json_text_flags(j) ? j->text
               : j->text + j->token_len - j->node.text;
    default:
        return j->text;
    }
}

/* Is the visitor told nothing of what is in the innermost container? */
static int is_unread(const gw_json_t *j)
{
    return j->level[j->depth].context == 0 && !(j->mode & GW_JSON_EVERY);
}

static const char *open_container(gw_json_t *j, const char *p,
                                  const char *end, apr_size_t pos)
{
    gw_json_level_t *l;
    unsigned char flags = gw_json_text_flags(j);
    unsigned slot = gw_json_slot(j);

    if (j->depth == j->most)
        return gw_json_bad(j, GW_JSON_E_DEPTH, p);
    l = &j->level[j->depth + 1];
    l->context = j->depth == 0 ? 1 : j->rule ? j->rule->to : 0;
    j->node.slot = slot;
    j->node.end = 0;
    j->node.token.n = 0;
    j->node.opaque = l->context == 0 && flags == 0;
    if (slot != 0 || (j->mode & GW_JSON_EVERY))
        j->visit(j->baton, &j->node);
    l->start = pos;
    l->name_start = j->node.name_start;
    l->prev_end = j->node.prev_end;
    l->last_end = pos + 1;
    l->seen = 0;
    l->count = 0;
    l->index = j->node.index;
    l->slot = (unsigned char)slot;
    l->flags = flags;
    l->array = *p == '[';
    j->depth++;
    j->state = *p == '[' ? S_FIRST : S_MEMBER_FIRST;
    return is_unread(j) ? gw_json_skip(j, p + 1, end) : p + 1;
}

static const char *close_container(gw_json_t *j, const char *p,
                                   apr_size_t pos)
{
    const gw_json_level_t *l = &j->level[j->depth];

    if ((*p == ']') != l->array)
        return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
    j->depth--;
    if (l->slot != 0 || (j->mode & GW_JSON_EVERY)) {
        j->node.slot = l->slot;
        j->node.kind = l->array ? GW_JSON_ARRAY : GW_JSON_OBJECT;
        j->node.start = l->start;
        j->node.end = pos + 1;
        j->node.name_start = l->name_start;
        j->node.prev_end = l->prev_end;
        j->node.index = l->index;
        j->node.token.n = 0;
        j->visit(j->baton, &j->node);
    }
    j->level[j->depth].last_end = pos + 1;
    j->state = j->depth == 0 ? S_END : S_NEXT;
    return p + 1;
}

static const gw_json_rule_t *element_rule(const gw_json_t *j)
{
    const gw_json_level_t *in = &j->level[j->depth];
    const gw_json_context_t *c = &j->schema->contexts[in->context];
    unsigned i;

    for (i = 0; in->context != 0 && i < c->count; i++) {
        if (c->rules[i].name == NULL)
            return &c->rules[i];
    }
    return c->rest;
}

/* One more value or name.  Answers are read without this limit: a batch of
 * embeddings has millions of values, and its usage comes last. */
static int too_many(gw_json_t *j)
{
    return ++j->values > GW_JSON_VALUES && !(j->mode & GW_JSON_LENIENT);
}

/* Behind the comma or colon at p, and the blank that many put there. */
static const char *behind(const char *p, const char *end)
{
    p++;
    return p < end && *p == ' ' ? p + 1 : p;
}

static const char *feed_next(gw_json_t *j, const char *p, const char *end,
                             const char *base)
{
    if (*p == ',') {
        j->state = j->level[j->depth].array ? S_VALUE : S_MEMBER;
        p = behind(p, end);
        return is_unread(j) ? gw_json_skip(j, p, end) : p;
    }
    if (gw_json_is_space(*p))
        return p + 1;
    if (*p == '}' || *p == ']')
        return close_container(j, p, gw_json_at(j, p, base));
    return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
}

/* The closing quote of the string at p, as nearly all names and words are:
 * plain, short and whole.  Then it is the token.  NULL: it may be another. */
static inline const char *short_string(gw_json_t *j, const char *p,
                                       const char *end)
{
    const char *quote = near_run(p + 1, end);

    if (quote == end || *quote != '"')
        return NULL;
    j->node.token.p = p + 1;
    j->node.token.n = j->node.text = (apr_size_t)(quote - p) - 1;
    j->node.whole = 1;
    j->node.escaped = 0;
    return quote;
}

static const char *feed_scalar(gw_json_t *j, const char *p, const char *end,
                               const char *base)
{
    const char *quote = *p == '"' ? short_string(j, p, end) : NULL;

    if (quote == NULL)
        return gw_json_start_scalar(j, p);
    j->node.kind = GW_JSON_STR;
    gw_json_scalar_end(j, gw_json_at(j, quote, base) + 1);
    p = quote + 1;
    return p < end && *p == ',' && j->state == S_NEXT
           ? feed_next(j, p, end, base) : p;
}

static const char *feed_value(gw_json_t *j, const char *p, const char *end,
                              const char *base)
{
    gw_json_level_t *in = &j->level[j->depth];

    if (gw_json_is_space(*p))
        return p + 1;
    if (*p == ']' && j->state == S_FIRST)
        return close_container(j, p, gw_json_at(j, p, base));
    if (too_many(j))
        return gw_json_bad(j, GW_JSON_E_VALUES, p);
    if (in->array) {
        j->rule = element_rule(j);
        j->node.name_start = 0;
        j->node.prev_end = in->last_end;
    }
    j->node.start = gw_json_at(j, p, base);
    j->node.index = in->count++;
    if (*p == '{' || *p == '[') {
        j->node.kind = *p == '[' ? GW_JSON_ARRAY : GW_JSON_OBJECT;
        return open_container(j, p, end, j->node.start);
    }
    return feed_scalar(j, p, end, base);
}

/* Behind the member name at p; if its colon is there, too, behind that. */
static const char *feed_name(gw_json_t *j, const char *p, const char *end,
                             const char *base)
{
    const char *quote = short_string(j, p, end);

    if (quote == NULL)
        return gw_json_start_string(j, p, 1);
    p = gw_json_name_end(j, quote);
    if (j->state != S_COLON || p == end || *p != ':')
        return p;
    j->state = S_VALUE;
    p = behind(p, end);
    return p < end ? feed_value(j, p, end, base) : p;
}

static const char *feed_member(gw_json_t *j, const char *p, const char *end,
                               const char *base)
{
    if (gw_json_is_space(*p))
        return p + 1;
    if (*p == '}' && j->state == S_MEMBER_FIRST)
        return close_container(j, p, gw_json_at(j, p, base));
    if (*p != '"')
        return gw_json_bad(j, GW_JSON_E_SYNTAX, p);
    if (too_many(j))
        return gw_json_bad(j, GW_JSON_E_VALUES, p);
    j->node.name_start = gw_json_at(j, p, base);
    j->node.prev_end = j->level[j->depth].last_end;
    return feed_name(j, p, end, base);
}

/* ---- the machine ---------------------------------------------------- */

void gw_json_start(gw_json_t *j, const gw_json_schema_t *schema, unsigned mode,
                   gw_json_visit_fn *visit, void *baton)
{
    memset(j, 0, offsetof(gw_json_t, level) + sizeof(j->level[0]));
    j->schema = schema;
    j->visit = visit;
    j->baton = baton;
    j->mode = mode;
    j->name_len = 0;
    j->most = GW_JSON_DEPTH;
    j->state = S_VALUE;
    j->string = mode & GW_JSON_TRUSTED ? S_TRUSTED : S_STRING;
}

static int in_token(const gw_json_t *j)
{
    return j->state >= S_STRING && j->state <= S_LITERAL;
}

static const char *step(gw_json_t *j, const char *p, const char *end,
                        const char *base)
{
    if (in_token(j))
        return gw_json_feed_scalar(j, p, end, base);
    switch (j->state) {
    case S_VALUE:
    case S_FIRST:
        return feed_value(j, p, end, base);
    case S_MEMBER_FIRST:
    case S_MEMBER:
        return feed_member(j, p, end, base);
    case S_COLON:
        if (*p == ':') {
            j->state = S_VALUE;
            return behind(p, end);
        }
        return gw_json_is_space(*p) ? p + 1
                                    : gw_json_bad(j, GW_JSON_E_SYNTAX, p);
    case S_NEXT:
        return feed_next(j, p, end, base);
    default:
        return gw_json_is_space(*p) ? p + 1
                                    : gw_json_bad(j, GW_JSON_E_TRAILING, p);
    }
}

apr_status_t gw_json_feed(gw_json_t *j, const char *p, apr_size_t n)
{
    const char *base = p, *end;

    if (n == 0)                 /* then p may be NULL */
        return j->state == S_BAD ? APR_EINVAL : APR_SUCCESS;
    end = p + n;
    if (in_token(j))
        j->run = p;
    while (p < end && j->state != S_BAD)
        p = step(j, p, end, base);
    if (in_token(j) && j->run != NULL)
        gw_json_token_keep(j, end);
    j->offset += (apr_size_t)(p - base);
    return j->state == S_BAD ? APR_EINVAL : APR_SUCCESS;
}

apr_status_t gw_json_end(gw_json_t *j)
{
    gw_json_end_number(j);
    if (j->state == S_END)
        return APR_SUCCESS;
    if (j->state != S_BAD)
        gw_json_bad(j, GW_JSON_E_CUT, NULL);
    return APR_EINVAL;
}
