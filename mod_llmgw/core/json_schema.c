/* SPDX-License-Identifier: Apache-2.0 */
/* json_schema.c - which rule of the schema a member has, and telling the
 * visitor of a scalar.
 */
#include "json_private.h"

#include "glob.h"

static const char *name_error(gw_json_t *j, gw_json_error_t error,
                              const gw_json_rule_t *rule, const char *p)
{
    memcpy(j->name, rule->name, rule->name_len);
    j->name_len = rule->name_len;
    return gw_json_bad(j, error, p);
}

/* The name with its letter case folded: ASCII in lower case, and the two other
 * characters that Unicode folds to an ASCII letter (U+017F to s, U+212A to k).
 * Returns its length; 0: folding changes nothing. */
static apr_size_t folded(char *out, gw_str_t name)
{
    apr_size_t i, n = 0;
    int other = 0;

    for (i = 0; i < name.n; i++) {
        const char *p = name.p + i;
        apr_size_t left = name.n - i;
        char c = *p;

        if (left >= 2 && memcmp(p, "\xc5\xbf", 2) == 0) {
            c = 's';
            i += 1;
        }
        else if (left >= 3 && memcmp(p, "\xe2\x84\xaa", 3) == 0) {
            c = 'k';
            i += 2;
        }
        else if (c >= 'A' && c <= 'Z') {
            c = (char)(c | 0x20);
        }
        other |= c != *p;
        out[n++] = c;
    }
    return other ? n : 0;
}

/* A member that a reader without letter case takes for one that has a rule:
 * refused, or read by that rule.  Not inlined: its buffer would cost every
 * name. */
static __attribute__((noinline))
const char *find_folded(gw_json_t *j, const gw_json_context_t *c,
                         gw_str_t name, const char *p)
{
    char text[GW_JSON_TOKEN];
    apr_size_t n = folded(text, name);
    unsigned i;

    for (i = 0; n > 0 && i < c->count; i++) {
        const gw_json_rule_t *rule = &c->rules[i];

        if (!(rule->flags & (GW_JSON_ONCE | GW_JSON_FOLD))
            || rule->name_len != n || memcmp(rule->name, text, n) != 0)
            continue;
        if (rule->flags & GW_JSON_ONCE)
            return name_error(j, GW_JSON_E_CASE, rule, p);
        j->rule = rule;
        break;
    }
    return p;
}

/* Nearly all names are in lower case. */
static const char *find_variant(gw_json_t *j, const gw_json_context_t *c,
                                gw_str_t name, const char *p)
{
    apr_size_t i;

    for (i = 0; i < name.n; i++) {
        char b = name.p[i];

        if ((b >= 'A' && b <= 'Z') || (signed char)b < 0)
            return find_folded(j, c, name, p);
    }
    return p;
}

/* The first rule that is a pattern for this name; NULL: none. */
static const gw_json_rule_t *like(const gw_json_context_t *c, gw_str_t name)
{
    const gw_json_rule_t *found = NULL;
    unsigned i;

    for (i = c->count; i > 0 && (c->rules[i - 1].flags & GW_JSON_LIKE); i--) {
        if (gw_glob(c->rules[i - 1].name, name, 1))
            found = &c->rules[i - 1];
    }
    return found;
}

/* Are these n bytes the same?  Most names have at most sixteen: two looks that
 * may overlap. */
static inline int is_same(const char *a, const char *b, apr_size_t n)
{
    apr_uint64_t x[4];
    apr_uint32_t y[4];

    if (n > 16)
        return memcmp(a, b, n) == 0;
    if (n >= 8) {
        memcpy(&x[0], a, 8);
        memcpy(&x[1], b, 8);
        memcpy(&x[2], a + n - 8, 8);
        memcpy(&x[3], b + n - 8, 8);
        return x[0] == x[1] && x[2] == x[3];
    }
    if (n >= 4) {
        memcpy(&y[0], a, 4);
        memcpy(&y[1], b, 4);
        memcpy(&y[2], a + n - 4, 4);
        memcpy(&y[3], b + n - 4, 4);
        return y[0] == y[1] && y[2] == y[3];
    }
    while (n > 0 && a[n - 1] == b[n - 1])
        n--;
    return n == 0;
}

/* The rule of exactly this name; NULL: none.  Most names differ in their
 * length or their first byte. */
static const gw_json_rule_t *exactly(const gw_json_context_t *c, gw_str_t name)
{
    const gw_json_rule_t *rule = c->rules;
    unsigned left = name.n > 0 ? c->count : 0;

    for (; left > 0; left--, rule++) {
        if (rule->name_len == name.n && *rule->name == *name.p
            && is_same(rule->name, name.p, name.n)
            && !(rule->flags & GW_JSON_LIKE))
            return rule;
    }
    return NULL;
}

/* Which rule has the member of this name?  Sets j->rule, or fails on a second
 * one. */
static const char *find_member(gw_json_t *j, gw_str_t name, const char *p)
{
    gw_json_level_t *in = &j->level[j->depth];
    const gw_json_context_t *c = &j->schema->contexts[in->context];
    int validate = (j->mode & GW_JSON_VALIDATE) != 0;
    const gw_json_rule_t *rule;
    apr_uint64_t bit;

    rule = exactly(c, name);
    if (rule == NULL) {
        rule = like(c, name);
        if (rule != NULL)
            j->rule = rule;
        return validate ? find_variant(j, c, name, p) : p;
    }
    bit = (apr_uint64_t)1 << (rule - c->rules);
    if (validate && (rule->flags & GW_JSON_ONCE) && (in->seen & bit))
        return name_error(j, GW_JSON_E_TWICE, rule, p);
    in->seen |= bit;
    j->rule = rule;
    return p;
}

/* Not inlined for the same reason: few names have escapes. */
static __attribute__((noinline))
const char *find_escaped(gw_json_t *j, const char *p)
{
    char plain[GW_JSON_TOKEN];
    gw_str_t name = { plain, gw_json_unescape(plain, j->node.token) };

    return find_member(j, name, p);
}

const char *gw_json_name_end(gw_json_t *j, const char *p)
{
    const gw_json_level_t *in = &j->level[j->depth];

    j->state = S_COLON;
    j->rule = j->schema->contexts[in->context].rest;
    if (in->context == 0 || !j->node.whole)
        return p + 1;
    if (j->node.escaped)
        find_escaped(j, p);
    else
        find_member(j, j->node.token, p);
    return j->state == S_BAD ? p : p + 1;
}

void gw_json_scalar_end(gw_json_t *j, apr_size_t end)
{
    gw_json_level_t *in = &j->level[j->depth];

    j->node.end = end;
    j->node.counted = j->node.kind == GW_JSON_STR && gw_json_text_flags(j);
    if (j->node.counted)
        j->text += j->node.text;
    j->node.slot = gw_json_slot(j);
    if (j->node.slot != 0 || (j->mode & GW_JSON_EVERY))
        j->visit(j->baton, &j->node);
    in->last_end = end;
    j->state = j->depth == 0 ? S_END : S_NEXT;
}
