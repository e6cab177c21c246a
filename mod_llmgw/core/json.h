/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - a strict, resumable reader of RFC 8259 that builds no tree.
 *
 * The reader is fed bytes in any cut and reports the values that a schema
 * names; everything else is only checked.  It allocates nothing, copies
 * nothing but a token that a cut went through, and its memory does not depend
 * on the document.  It validates request bodies (GW_JSON_VALIDATE) and reads
 * answers (GW_JSON_LENIENT), where a fault must not stop a relay.  A body that
 * it has validated once is read again without another look at each byte of its
 * strings (GW_JSON_TRUSTED).
 *
 * A schema has a list of rules for each kind of container, which is called a
 * context.  Context 0 is for containers that are only checked, context 1 for
 * the document.
 *
 * Property, tested and fuzzed: for every cut k, feeding [0,k) and [k,n)
 * visits what feeding the whole visits.
 */
#ifndef GW_JSON_H
#define GW_JSON_H

#include "gw.h"

#define GW_JSON_DEPTH    64      /* containers within each other */
#define GW_JSON_VALUES   1000000 /* values and member names of a document,
                                    unless read leniently */
#define GW_JSON_NUMBER   64      /* characters of a number */
#define GW_JSON_TOKEN    256     /* bytes of a scalar that are reported */
#define GW_JSON_NAME     40      /* longest member name a rule may have */

typedef enum {
    GW_JSON_NULL, GW_JSON_FALSE, GW_JSON_TRUE, GW_JSON_NUM, GW_JSON_STR,
    GW_JSON_ARRAY, GW_JSON_OBJECT
} gw_json_kind_t;

typedef enum {
    GW_JSON_OK,
    GW_JSON_E_SYNTAX,    /* not RFC 8259 */
    GW_JSON_E_UTF8,      /* not RFC 3629: overlong, surrogate, above U+10FFFF */
    GW_JSON_E_CONTROL,   /* a raw control byte inside a string, or NUL */
    GW_JSON_E_DEPTH,     /* more than GW_JSON_DEPTH containers */
    GW_JSON_E_VALUES,    /* more than GW_JSON_VALUES values */
    GW_JSON_E_NUMBER,    /* a number longer than GW_JSON_NUMBER */
    GW_JSON_E_TWICE,     /* a member with GW_JSON_ONCE is there twice */
    GW_JSON_E_CASE,      /* a member differs from one of those in case only */
    GW_JSON_E_NAME,      /* a member name with an escaped NUL */
    GW_JSON_E_CUT,       /* the document ends too early */
    GW_JSON_E_TRAILING   /* something follows the document */
} gw_json_error_t;

/* Rule flags. */
#define GW_JSON_ONCE 0x01 /* validate: a second one is GW_JSON_E_TWICE, one that
                             differs in case only is GW_JSON_E_CASE */
#define GW_JSON_TEXT 0x02 /* strings from here on inwards are counted as text */
#define GW_JSON_DATA 0x04 /* ... and from here on inwards no longer */
#define GW_JSON_LIKE 0x08 /* its name is a pattern (glob.h, any letter case)
                             for members that no rule before has */
#define GW_JSON_FOLD 0x10 /* validate: the name in any letter case (the rule
                             has it in lower case) */

typedef struct gw_json_rule_t {
    const char *name;        /* member name; NULL: each element of an array;
                                those with GW_JSON_LIKE stand last */
    unsigned char name_len;
    unsigned char slot;      /* what the visitor knows the value by; 0: it is
                                not called for it */
    unsigned char to;        /* context of the value if it is a container */
    unsigned char flags;
} gw_json_rule_t;

#define GW_JSON_MEMBER(name, slot, to, flags) \
    { (name), sizeof(name) - 1, (slot), (to), (flags) }
#define GW_JSON_EACH(slot, to, flags) { NULL, 0, (slot), (to), (flags) }
#define GW_JSON_ANY(pattern, slot, to) \
    GW_JSON_MEMBER(pattern, slot, to, GW_JSON_LIKE)

typedef struct gw_json_context_t {
    const gw_json_rule_t *rules;
    unsigned char count;     /* at most 64 */
    const gw_json_rule_t *rest; /* of members and elements that no rule names;
                                   NULL: they are only checked */
} gw_json_context_t;

typedef struct gw_json_schema_t {
    const gw_json_context_t *contexts; /* [0] unused, [1] the document */
    unsigned char root_slot;           /* slot of the document itself */
} gw_json_schema_t;

/* A value with a slot.  Offsets count from the document's start. */
typedef struct gw_json_node_t {
    unsigned slot;
    gw_json_kind_t kind;
    apr_size_t start, end;   /* the value's bytes, quotes and brackets too;
                                end is 0 while a container is just opened */
    apr_size_t name_start;   /* the member name's opening quote */
    apr_size_t prev_end;     /* end of what stands before it in its container:
                                the value before, or the opening bracket */
    unsigned index;          /* its place in its container, from 0 */
    apr_size_t text;         /* string: bytes after unescaping; read with
                                GW_JSON_TRUSTED: as written, or fewer, and
                                0 of an empty one only */
    gw_str_t token;          /* scalar: its bytes as written, without quotes;
                                cut after GW_JSON_TOKEN bytes if !whole */
    unsigned whole:1;        /* token holds all of it */
    unsigned escaped:1;      /* token holds a backslash */
    unsigned counted:1;      /* string: its bytes are counted as text */
    unsigned opaque:1;       /* container, opened: no rule is for what is in
                                it, and none of that is text */
} gw_json_node_t;

/* Called for each value with a slot (with GW_JSON_EVERY for the others too,
 * whose slot is 0): containers when opened (end == 0) and when closed, scalars
 * once.  Must not call the reader. */
typedef void gw_json_visit_fn(void *baton, const gw_json_node_t *node);

/* There are many in each reader, and a reader in each stream: offsets have 48
 * bits. */
typedef struct gw_json_level_t {
    apr_uint64_t start:48;                     /* of the container */
    apr_uint64_t context:8, slot:8;
    apr_uint64_t name_start:48;
    apr_uint64_t flags:8, array:8;
    apr_uint64_t prev_end:48;
    apr_uint64_t last_end:48;                  /* of its latest value */
    apr_uint64_t seen;                         /* ONCE rules met */
    unsigned count;                            /* values in it so far */
    unsigned index;                            /* its own place */
} gw_json_level_t;

typedef struct gw_json_t {
    const gw_json_schema_t *schema;
    gw_json_visit_fn *visit;
    void *baton;
    apr_size_t offset;       /* bytes of the document consumed */
    apr_size_t text;         /* bytes of unescaped text under GW_JSON_TEXT */
    gw_json_error_t error;
    unsigned mode;
    unsigned char state, sub, depth, in_name;
    unsigned char most;      /* containers within each other: GW_JSON_DEPTH, or
                                what the caller set it to after the start */
    unsigned char string;    /* the state that a string begins in */
    unsigned char hex_left, utf8_left, utf8_lo, utf8_hi;
    unsigned values;
    unsigned unit, high;     /* \uXXXX being read; a high surrogate came */
    const gw_json_rule_t *rule; /* of the value that comes next */
    gw_json_node_t node;
    apr_size_t token_len;    /* bytes of the token so far */
    const char *run;         /* token's first byte in this feed, or NULL */
    gw_json_level_t level[GW_JSON_DEPTH + 1];
    char carry[GW_JSON_TOKEN];
    char name[GW_JSON_NAME + 8];
    unsigned char name_len;  /* for errors: the member they are about */
} gw_json_t;

/* Modes, as bits. */
#define GW_JSON_VALIDATE 0x01 /* enforce ONCE, E_CASE and E_NAME */
#define GW_JSON_LENIENT  0x02 /* any byte may stand in a string, values are not
                                 counted, and a bare word inside a container
                                 (NaN, Infinity, -inf, None) is a number that
                                 is no count */
#define GW_JSON_TRUSTED  0x04 /* the document is one that a reading without
                                 GW_JSON_LENIENT takes: what is within a string
                                 is not checked.  All that is reported is the
                                 same but lengths of text (node.text).  Of any
                                 other document it means nothing; nothing
                                 beyond what is fed is read */

#define GW_JSON_EVERY    0x08 /* the visitor is called for every value */

/* Ready for a document.  schema and baton must outlive the reading. */
void gw_json_start(gw_json_t *j, const gw_json_schema_t *schema, unsigned mode,
                   gw_json_visit_fn *visit, void *baton);

/* Read n more bytes.  APR_EINVAL: the document is bad, j->error says why and
 * j->offset where; further calls do nothing. */
apr_status_t gw_json_feed(gw_json_t *j, const char *p, apr_size_t n);

/* The document ends here.  APR_EINVAL: it is bad or not whole (j->error). */
apr_status_t gw_json_end(gw_json_t *j);

/* Bytes of text so far: those of a string that is not yet whole too.  (What
 * an escape saves is taken off once it is whole.) */
apr_size_t gw_json_text(const gw_json_t *j);

/* What an error means, as half a sentence for a message. */
const char *gw_json_error_text(gw_json_error_t error);

/* Unescape a whole string token into out (at least token.n bytes; it may be
 * the token's own place).  Lone surrogates become U+FFFD, as json-c reads them.
 * Returns the length. */
apr_size_t gw_json_unescape(char *out, gw_str_t token);

/* Is a whole string token this word?  escaped: it holds a backslash; escapes
 * spell the word as well. */
int gw_json_token_is(gw_str_t token, int escaped, const char *word);

/* Is the value a string, and this word? */
int gw_json_is(const gw_json_node_t *node, const char *word);

/* Write text as a JSON string with its quotes into out, which holds at least
 * 6 * n + 2 bytes.  What is written is UTF-8: a byte that begins no character
 * becomes U+FFFD.  Returns the length. */
apr_size_t gw_json_quote(char *out, gw_str_t text);

/* The same, in the pool and terminated. */
const char *gw_json_quoted(gw_str_t text, apr_pool_t *pool);

/* Behind the number at p, RFC 8259 section 6; NULL: it is none, or longer than
 * GW_JSON_NUMBER.  Where it is end, more of it may follow. */
const char *gw_json_number_end(const char *p, const char *end);

/* The closing quote of the string whose first byte, behind its opening quote,
 * is at p; NULL: it does not end before end, or is none as the reader takes
 * them in mode 0. */
const char *gw_json_string_end(const char *p, const char *end);

/* The same as the reader takes them with GW_JSON_LENIENT, but NULL as well
 * where a control byte stands in it.  *text gets its length after unescaping,
 * as node.text; *escaped: it has an escape. */
const char *gw_json_string_measure(const char *p, const char *end,
                                   apr_size_t *text, int *escaped);

/* Read a token as an integer >= 0.  APR_EINVAL: it is not one as JSON writes
 * it (sign, fraction, exponent), or above max. */
apr_status_t gw_json_count(apr_int64_t *out, const gw_json_node_t *node,
                           apr_int64_t max);

#endif
