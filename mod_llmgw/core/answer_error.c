/* SPDX-License-Identifier: Apache-2.0 */
/* answer_error.c - see answer_error.h. */
#include "answer_error.h"

#include "json.h"

enum { C_NONE, C_ERROR, C_RESPONSE, C_MINIMAX };

enum { SLOT_NONE, SLOT_ERROR, SLOT_WORD, SLOT_TEXT, SLOT_BASE_RESP };

#define WORD(name) GW_JSON_MEMBER(name, SLOT_WORD, C_ERROR, 0)
#define TEXT(name) GW_JSON_MEMBER(name, SLOT_TEXT, C_ERROR, 0)
#define LOOK(name) GW_JSON_MEMBER(name, SLOT_NONE, C_ERROR, 0)

static const gw_json_rule_t error_rules[] = {
    GW_JSON_MEMBER("error", SLOT_ERROR, C_ERROR, 0),
    GW_JSON_EACH(SLOT_TEXT, C_ERROR, 0),
    WORD("code"), WORD("type"), WORD("status"), WORD("reason"),
    WORD("status_code"), WORD("error_code"), WORD("error_type"),
    WORD("errorCode"), WORD("Code"), WORD("raw_status_code"),
    TEXT("message"), TEXT("msg"), TEXT("Message"), TEXT("detail"),
    TEXT("error_msg"), TEXT("error_message"), TEXT("errorMessage"),
    TEXT("error_description"), TEXT("raw"), TEXT("body"),
    LOOK("errors"), LOOK("details"), LOOK("data"), LOOK("metadata"),
    LOOK("innererror"), LOOK("inner_error"), LOOK("cause"), LOOK("output"),
    LOOK("upstream_error"), LOOK("choices"),
    LOOK("Error"), LOOK("Response"),
    GW_JSON_MEMBER("response", SLOT_TEXT, C_RESPONSE, 0),
    GW_JSON_MEMBER("base_resp", SLOT_NONE, C_MINIMAX, 0)
};

/* Of the Responses API it has what the client sent as well, and what was
 * answered so far. */
static const gw_json_rule_t response_rules[] = {
    GW_JSON_MEMBER("error", SLOT_ERROR, C_ERROR, 0),
    WORD("code"), TEXT("message"), TEXT("detail"), LOOK("data"),
    LOOK("errors")
};

static const gw_json_rule_t minimax_rules[] = {
    GW_JSON_MEMBER("status_code", SLOT_BASE_RESP, C_NONE, 0),
    TEXT("status_msg")
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(error_rules), CONTEXT(response_rules),
    CONTEXT(minimax_rules)
};

static const gw_json_schema_t schema = { contexts, 0 };

typedef struct reading_t {
    gw_error_t *e;
    gw_str_t text;              /* what is read */
    int nested;                 /* ... how many strings deep */
} reading_t;

static void read_values(gw_error_t *e, gw_str_t text, int nested);

static void add_text(gw_error_t *e, gw_str_t text)
{
    apr_size_t room = GW_ERROR_TEXT - e->text_len;

    if (text.n == 0 || room < 2)
        return;
    if (text.n > room - 1)
        text.n = room - 1;
    memcpy(e->text + e->text_len, text.p, text.n);
    e->text_len += text.n;
    e->text[e->text_len++] = '\n';
    e->text[e->text_len] = '\0';
}

static void add_word(gw_error_t *e, const char *prefix, gw_str_t word)
{
    apr_size_t n = strlen(prefix);
    char *out;

    if (word.n == 0 || e->words == GW_ERROR_WORDS)
        return;
    if (word.n > GW_ERROR_WORD - n)
        word.n = GW_ERROR_WORD - n;
    out = e->word[e->words++];
    memcpy(out, prefix, n);
    memcpy(out + n, word.p, word.n);
    out[n + word.n] = '\0';
}

/* A code may be the HTTP status that another server gave. */
static void note_status(reading_t *r, gw_str_t word)
{
    int n = 0;
    apr_size_t i;

    if (word.n != 3 || (word.p[0] != '4' && word.p[0] != '5'))
        return;
    for (i = 0; i < 3; i++) {
        if (word.p[i] < '0' || word.p[i] > '9')
            return;
        n = n * 10 + (word.p[i] - '0');
    }
    if (r->nested > 0)
        r->e->inner = n;
    else if (r->e->status == 0)
        r->e->status = n;
}

static void word(reading_t *r, const gw_json_node_t *node)
{
    char plain[GW_JSON_TOKEN];
    gw_str_t text = { plain, 0 };

    if (node->kind != GW_JSON_STR && node->kind != GW_JSON_NUM)
        return;
    text.n = gw_json_unescape(plain, node->token);
    note_status(r, text);
    if (node->slot == SLOT_BASE_RESP && gw_str_is(text, "0"))
        return;
    add_word(r->e, node->slot == SLOT_BASE_RESP ? "base_resp:" : "", text);
}

/* A string, whole as far as it is read; there may be JSON in it. */
static void text(reading_t *r, const gw_json_node_t *node)
{
    char plain[GW_ERROR_STRING];
    gw_str_t said = { plain, 0 }, token;

    if (node->kind != GW_JSON_STR)
        return;
    token.p = r->text.p + node->start + 1;
    token.n = node->end - node->start - 2;
    if (token.n > GW_ERROR_STRING)
        token.n = GW_ERROR_STRING;
    said.n = gw_json_unescape(plain, token);
    add_text(r->e, said);
    if (r->nested < GW_ERROR_NESTED)
        read_values(r->e, said, r->nested + 1);
}

static void visit(void *baton, const gw_json_node_t *node)
{
    reading_t *r = baton;

    switch (node->slot) {
    case SLOT_ERROR:
        if (node->kind != GW_JSON_NULL && node->kind != GW_JSON_FALSE
            && (node->kind != GW_JSON_STR || node->token.n > 0))
            r->e->said = 1;
        text(r, node);
        break;
    case SLOT_TEXT:
        text(r, node);
        break;
    default:
        word(r, node);
        break;
    }
}

/* Where a value may begin at or behind `from`; text.n: nowhere. */
static apr_size_t next_value(gw_str_t text, apr_size_t from)
{
    while (from < text.n && text.p[from] != '{' && text.p[from] != '[')
        from++;
    return from;
}

/* The values in a text, whatever stands between them. */
static void read_values(gw_error_t *e, gw_str_t text, int nested)
{
    apr_size_t at = 0;
    int i;

    for (i = 0; i < (nested ? 2 : GW_ERROR_VALUES); i++) {
        reading_t r = { e, text, nested };
        gw_json_t json;

        at = next_value(text, at);
        if (at == text.n)
            return;
        r.text.p = text.p + at;
        r.text.n = text.n - at;
        gw_json_start(&json, &schema, GW_JSON_LENIENT, visit, &r);
        gw_json_feed(&json, r.text.p, r.text.n);
        at += json.offset > 0 ? json.offset : 1;
    }
}

void gw_error_read(gw_error_t *e, gw_str_t body)
{
    apr_size_t at = 0;

    memset(e, 0, sizeof(*e));
    read_values(e, body, 0);
    while (at < body.n && memchr(" \t\r\n", body.p[at], 4) != NULL)
        at++;
    /* a page says nothing to us, a line of plain text may */
    if (e->words > 0 || e->text_len > 0 || at == body.n || body.p[at] == '<')
        return;
    body.p += at;
    body.n -= at;
    add_text(e, body);
}

const char *gw_error_name(const gw_error_t *e)
{
    return e->words > 0 ? e->word[0] : "";
}
