/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_json.c - the JSON reader: the same in any cut and byte by byte, and
 * what it takes json-c reads with equal members.
 *
 * The first byte chooses the mode, the next two the cuts.  What cannot be
 * compared with json-c: members that are not ours and stand twice (it keeps
 * the last), strings of more than GW_JSON_TOKEN bytes (only their beginning
 * is told), numbers that are no counts (it rounds or clamps them), and what
 * only json-c takes (NaN, control characters, bytes behind a NUL, ...).
 *
 * From 0.17 on json-c's strict mode refuses text that is not ASCII (where char
 * is signed) and integers of more than 64 bits.  So iconv judges UTF-8, the
 * strict mode the grammar, and members are compared without it.
 */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <json-c/json.h>

#include "json.h"

#include "fnv.h"
#include "fuzz.h"

enum { OURS = 6 };

static const gw_json_rule_t root_rules[] = {
    GW_JSON_MEMBER("model", 1, 0, GW_JSON_ONCE),
    GW_JSON_MEMBER("stream", 2, 0, GW_JSON_ONCE),
    GW_JSON_MEMBER("n", 3, 0, GW_JSON_ONCE | GW_JSON_TEXT),
    GW_JSON_MEMBER("max_tokens", 4, 1, GW_JSON_ONCE),
    GW_JSON_MEMBER("llmgw_thinking", 5, 2, GW_JSON_ONCE),
    GW_JSON_EACH(6, 1, GW_JSON_TEXT)
};
static const gw_json_rule_t inner_rules[] = {
    GW_JSON_MEMBER("text", 7, 2, GW_JSON_TEXT),
    GW_JSON_MEMBER("data", 8, 1, GW_JSON_DATA),
    GW_JSON_EACH(9, 2, 0)
};
static const gw_json_context_t contexts[] = {
    { NULL, 0 }, { root_rules, GW_COUNT(root_rules) },
    { inner_rules, GW_COUNT(inner_rules) }
};
static const gw_json_schema_t schema = { contexts, 10 };

/* One member of the document as it was told. */
typedef struct seen_t {
    gw_json_kind_t kind;
    int whole, there;
    apr_int64_t count;          /* -1: no count */
    size_t n;
    char text[GW_JSON_TOKEN];
} seen_t;

typedef struct reading_t {
    int no_lengths;             /* of text: only whether there is any */
    gw_json_t json;
    uint64_t hash;              /* of all that was visited */
    int depth, object;
    seen_t seen[OURS];
} reading_t;

static void mix(reading_t *r, const void *p, size_t n)
{
    r->hash = gw_fnv(r->hash, p, n);
}

static void keep(seen_t *s, const gw_json_node_t *node)
{
    s->there = 1;
    s->kind = node->kind;
    s->whole = node->whole;
    s->n = node->kind == GW_JSON_STR
           ? gw_json_unescape(s->text, node->token) : 0;
    if (gw_json_count(&s->count, node, APR_INT64_MAX) != APR_SUCCESS)
        s->count = -1;
}

static void visit(void *baton, const gw_json_node_t *node)
{
    reading_t *r = baton;
    const size_t told[] = {
        node->slot, node->kind, node->start, node->end, node->name_start,
        node->prev_end, node->index, node->token.n
    };

    must(node->end == 0 || node->end > node->start);
    if (node->slot == 0)        /* only told with GW_JSON_EVERY */
        return;
    must(node->prev_end <= node->start);
    mix(r, told, sizeof(told));
    if (node->kind < GW_JSON_ARRAY) {
        mix(r, node->token.p, node->token.n);
        must(!node->whole || node->token.n <= GW_JSON_TOKEN);
    }
    if (node->kind == GW_JSON_STR) {
        size_t text = r->no_lengths ? node->text > 0 : node->text;

        must(node->text <= node->end - node->start - 2);
        mix(r, &text, sizeof(text));
    }
    if (node->slot == 10)
        r->object = node->kind == GW_JSON_OBJECT;
    if (node->slot < OURS && r->json.depth == 1
        && !(r->json.mode & GW_JSON_TRUSTED))
        keep(&r->seen[node->slot], node);
}

static void feed(reading_t *r, const uint8_t *p, size_t n)
{
    char *copy = fuzz_copy(p, n);

    gw_json_feed(&r->json, copy, n);
    free(copy);
}

static void read_start(reading_t *r, unsigned mode)
{
    memset((char *)r + offsetof(reading_t, json), 0,
           sizeof(*r) - offsetof(reading_t, json));
    gw_json_start(&r->json, &schema, mode, visit, r);
}

static void read_end(reading_t *r)
{
    gw_json_end(&r->json);
    mix(r, &r->json.error, sizeof(r->json.error));
    mix(r, &r->json.offset, sizeof(r->json.offset));
    if (!r->no_lengths)
        mix(r, &r->json.text, sizeof(r->json.text));
    mix(r, r->json.name, r->json.name_len);
}

static void read_cut(reading_t *r, unsigned mode, const uint8_t *p, size_t n,
                     size_t i, size_t k)
{
    read_start(r, mode);
    feed(r, p, i);
    feed(r, p + i, k - i);
    feed(r, p + k, n - k);
    read_end(r);
}

/* Byte by byte no two are ever looked at together. */
static void read_bytes(reading_t *r, unsigned mode, const uint8_t *p, size_t n)
{
    size_t i;

    read_start(r, mode);
    for (i = 0; i < n; i++)
        gw_json_feed(&r->json, (const char *)p + i, 1);
    read_end(r);
}

static json_type type_of(gw_json_kind_t kind)
{
    switch (kind) {
    case GW_JSON_NULL:  return json_type_null;
    case GW_JSON_STR:   return json_type_string;
    case GW_JSON_ARRAY: return json_type_array;
    case GW_JSON_TRUE:
    case GW_JSON_FALSE: return json_type_boolean;
    default:            return json_type_object;
    }
}

static void compare(const seen_t *s, json_object *root, const char *name)
{
    json_object *value = NULL;
    json_bool there = json_object_object_get_ex(root, name, &value);

    must((there != 0) == (s->there != 0));
    if (!there)
        return;
    if (s->kind == GW_JSON_NUM) {
        must(json_object_is_type(value, json_type_int)
             || json_object_is_type(value, json_type_double));
        must(s->count < 0 || json_object_get_int64(value) == s->count);
        return;
    }
    must(json_object_is_type(value, type_of(s->kind)));
    if (s->kind == GW_JSON_TRUE || s->kind == GW_JSON_FALSE)
        must((json_object_get_boolean(value) != 0)
             == (s->kind == GW_JSON_TRUE));
    if (s->kind == GW_JSON_STR && s->whole) {
        must((size_t)json_object_get_string_len(value) == s->n);
        must(memcmp(json_object_get_string(value), s->text, s->n) == 0);
    }
}

static int is_utf8(char *text, size_t n)
{
    static iconv_t cd;
    char out[1024], *to;
    size_t room;

    if (cd == NULL)
        cd = iconv_open("UTF-32", "UTF-8");
    must(cd != (iconv_t)-1);
    iconv(cd, NULL, NULL, NULL, NULL);
    do {
        to = out;
        room = sizeof(out);
        if (iconv(cd, &text, &n, &to, &room) == (size_t)-1 && errno != E2BIG)
            return 0;
    } while (n > 0);
    return 1;
}

static json_object *parse(const char *text, size_t n, int flags)
{
    json_tokener *tok = json_tokener_new_ex(GW_JSON_DEPTH + 8);
    json_object *root;

    json_tokener_set_flags(tok, flags);
    root = json_tokener_parse_ex(tok, text, (int)n);
    if (json_tokener_get_error(tok) != json_tokener_success)
        fprintf(stderr, "json-c: %s\n",
                json_tokener_error_desc(json_tokener_get_error(tok)));
    must(json_tokener_get_error(tok) == json_tokener_success);
    json_tokener_free(tok);
    return root;
}

/* The strict mode judges the grammar alone: it sees letters for what is not
 * ASCII, and no more than 18 digits of a number. */
static void judge_grammar(const char *text, size_t n)
{
    char *copy = malloc(n), *to = copy;
    size_t i, digits = 0;

    for (i = 0; i < n; i++) {
        digits = isdigit((unsigned char)text[i]) ? digits + 1 : 0;
        if (digits <= 18)
            *to++ = (unsigned char)text[i] < 0x80 ? text[i] : 'x';
    }
    json_object_put(parse(copy, (size_t)(to - copy), JSON_TOKENER_STRICT));
    free(copy);
}

static void read_with_json_c(const reading_t *r, const uint8_t *p, size_t n)
{
    char *text = malloc(n + 1);
    json_object *root;
    unsigned i;

    memcpy(text, p, n);
    text[n] = '\0';             /* json-c ends a number at it */
    must(is_utf8(text, n));
    judge_grammar(text, n + 1);
    root = parse(text, n + 1, 0);
    must(r->object == json_object_is_type(root, json_type_object));
    for (i = 1; i < OURS && r->object; i++)
        compare(&r->seen[i], root, root_rules[i - 1].name);
    json_object_put(root);
    free(text);
}

/* What a reading without GW_JSON_LENIENT takes is read alike when it is
 * trusted; of anything else only where it is. */
static void read_trusted(unsigned mode, const uint8_t *p, size_t n, size_t i,
                         size_t k)
{
    static reading_t strict, trusted;

    mode &= GW_JSON_VALIDATE;
    strict.no_lengths = trusted.no_lengths = 1;
    read_cut(&strict, mode, p, n, 0, 0);
    read_cut(&trusted, mode | GW_JSON_TRUSTED, p, n, i, k);
    must(strict.json.error != GW_JSON_OK || trusted.hash == strict.hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reading_t whole, cut, bytes;
    static const unsigned modes[] = { GW_JSON_VALIDATE, 0, GW_JSON_LENIENT,
                                      GW_JSON_LENIENT | GW_JSON_VALIDATE };
    unsigned mode = modes[fuzz_byte(&data, &size) & 3];
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i = fuzz_place(a, size), k = fuzz_place(b, size);

    read_cut(&whole, mode, data, size, 0, 0);
    read_cut(&cut, mode, data, size, i < k ? i : k, i < k ? k : i);
    must(whole.hash == cut.hash);
    read_bytes(&bytes, mode, data, size);
    must(whole.hash == bytes.hash);
    /* then no container is gone over */
    read_cut(&bytes, mode | GW_JSON_EVERY, data, size, 0, 0);
    must(whole.hash == bytes.hash);
    read_trusted(mode, data, size, 0, 0);
    read_trusted(mode, data, size, i < k ? i : k, i < k ? k : i);
    if (mode == GW_JSON_VALIDATE && whole.json.error == GW_JSON_OK)
        read_with_json_c(&whole, data, size);
    return 0;
}
