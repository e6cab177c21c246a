/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_token.c - tokens to text and numbers, text to tokens. */
#include "json.h"
#include "utf8.h"

#include "tap.h"
#include "trace.h"

static trace_t t;

/* ---- unescaping ----------------------------------------------------- */

static const struct { const char *name, *token, *text; size_t n; } plain[] = {
    { "nothing", "", "", 0 },
    { "plain", "abc", "abc", 3 },
    { "short escapes", "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 8 },
    { "one byte", "\\u0041", "A", 1 },
    { "NUL", "a\\u0000b", "a\0b", 3 },
    { "0x7f", "\\u007f", "\x7f", 1 },
    { "0x80", "\\u0080", "\xc2\x80", 2 },
    { "0x7ff", "\\u07fF", "\xdf\xbf", 2 },
    { "0x800", "\\u0800", "\xe0\xa0\x80", 3 },
    { "0xffff", "\\uffff", "\xef\xbf\xbf", 3 },
    { "first of four bytes", "\\ud800\\udc00", "\xf0\x90\x80\x80", 4 },
    { "last of four bytes", "\\udbff\\udfff", "\xf4\x8f\xbf\xbf", 4 },
    { "a high one alone", "\\ud83dx", "\xef\xbf\xbdx", 4 },
    { "a low one alone", "\\ude00x", "\xef\xbf\xbdx", 4 },
    { "the first high one alone", "\\ud800", "\xef\xbf\xbd", 3 },
    { "the last low one alone", "\\udfff", "\xef\xbf\xbd", 3 },
    { "just below and above them", "\\ud7ff\\ue000",
      "\xed\x9f\xbf\xee\x80\x80", 6 },
    { "two high ones", "\\ud83d\\ud83d\\ude00",
      "\xef\xbf\xbd\xf0\x9f\x98\x80", 7 },
    { "high and another escape", "\\ud83d\\n\\ude00",
      "\xef\xbf\xbd\n\xef\xbf\xbd", 7 },
    { "high and a letter", "\\ud83dA", "\xef\xbf\xbd""A", 4 },
    { "high at the end", "\\ud83d", "\xef\xbf\xbd", 3 },
    { "high and half an escape", "\\ud83d\\u00", "\xef\xbf\xbdu00", 6 },
    { "UTF-8 stays", "\xe4\xbd\xa0", "\xe4\xbd\xa0", 3 },
    /* tokens that were shortened end anywhere */
    { "a backslash at the end", "ab\\", "ab\\", 3 },
    { "half a number", "ab\\u12", "abu12", 5 }
};

static void test_unescape(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(plain); i++) {
        size_t n = strlen(plain[i].token);
        char *copy = malloc(n + 1), *out = malloc(n + 1);
        gw_str_t token = { copy, n };

        memcpy(copy, plain[i].token, n);    /* ASan guards both ends */
        n = gw_json_unescape(out, token);
        is_mem(out, n, plain[i].text, plain[i].n, "unescape: %s",
               plain[i].name);
        n = gw_json_unescape(copy, token);
        is_mem(copy, n, plain[i].text, plain[i].n, "in its own place: %s",
               plain[i].name);
        free(copy);
        free(out);
    }
}

/* ---- quoting -------------------------------------------------------- */

static const struct { const char *name, *text; size_t n; const char *json; }
quotes[] = {
    { "nothing", "", 0, "\"\"" },
    { "plain", "a b/c", 5, "\"a b/c\"" },
    { "quote and backslash", "\"\\", 2, "\"\\\"\\\\\"" },
    { "controls", "\0\b\t\n\f\r\x1f", 7,
      "\"\\u0000\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f\"" },
    { "DEL", "\x7f", 1, "\"\\u007f\"" },
    { "UTF-8", "\xe4\xbd\xa0\xf0\x9f\x98\x80", 7,
      "\"\xe4\xbd\xa0\xf0\x9f\x98\x80\"" },
    { "a byte that is none", "a\xff" "b", 3, "\"a\xef\xbf\xbd" "b\"" },
    { "a cut character", "a\xe4\xbd", 3,
      "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "a surrogate", "\xed\xa0\x80", 3,
      "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }
};

static void test_quote(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(quotes); i++) {
        gw_str_t text = { quotes[i].text, quotes[i].n };
        char *out = malloc(6 * text.n + 2);
        size_t n = gw_json_quote(out, text);

        is_mem(out, n, quotes[i].json, strlen(quotes[i].json), "quote: %s",
               quotes[i].name);
        free(out);
    }
}

/* Whatever bytes are quoted, the reader takes the string. */
static void test_any_bytes(void)
{
    unsigned long long seed = 9;
    unsigned i, wrong = 0, cases = tap_cases(100000);

    for (i = 0; i < cases; i++) {
        char text[40], quoted[6 * 40 + 2];
        gw_str_t s = { text, tap_random(&seed) % 40 };
        apr_size_t k;

        for (k = 0; k < s.n; k++)
            text[k] = (char)tap_random(&seed);
        trace_whole(&t, GW_JSON_VALIDATE, quoted, gw_json_quote(quoted, s));
        wrong += t.error != GW_JSON_OK;
    }
    is_int(wrong, 0, "%u texts of any bytes are good strings", cases);
}

/* What is quoted reads as what it was. */
static void test_round_trip(void)
{
    unsigned long long seed = 8;
    unsigned i, wrong = 0, cases = tap_cases(100000);

    for (i = 0; i < cases; i++) {
        char text[40], quoted[6 * 40 + 2], again[6 * 40 + 2];
        gw_str_t s = { text, tap_random(&seed) % 40 }, token;
        apr_size_t n, k;

        for (k = 0; k < s.n; k++)
            text[k] = (char)(tap_random(&seed) & 0x7f);
        n = gw_json_quote(quoted, s);
        trace_whole(&t, GW_JSON_VALIDATE, quoted, n);
        token.p = quoted + 1;
        token.n = n - 2;
        n = gw_json_unescape(again, token);
        wrong += t.error != GW_JSON_OK || n != s.n
                 || memcmp(again, text, n) != 0 || t.json.node.text != n;
    }
    is_int(wrong, 0, "%u texts come back from their quotes", cases);
}

/* Byte by byte, as it could be written. */
static size_t quote_slowly(char *out, gw_str_t text)
{
    size_t i, n;
    char *o = out;

    *o++ = '"';
    for (i = 0; i < text.n; i += n) {
        unsigned char c = (unsigned char)text.p[i];

        n = 1;
        if (c == '"' || c == '\\')
            o += sprintf(o, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            o += sprintf(o, "\\u%04x", c);
        else
            o += gw_utf8_put(o, &n, text, i);
    }
    *o++ = '"';
    return (size_t)(o - out);
}

/* Runs of letters, of wide characters and of others, in blocks of their own
 * size: quoted as slowly, and unescaped in another place and its own. */
static void test_runs(void)
{
    static const char *const parts[] = {
        "abcdefghijklmnopqrstuvwxyz", "\xe4\xbd\xa0\xe5\xa5\xbd", "\x7f", "\"",
        "\\", "\n", "\xc3\xa9", "\xf0\x9f\x98\x80", "\xed\x9f\xbf",
        "\xe0\xa0\x80", "x", "\xff", "\xe4\xbd", "\xed\xa0\x80"
    };
    unsigned long long seed = 10;
    unsigned i, k, wrong = 0, cases = tap_cases(100000);

    for (i = 0; i < cases; i++) {
        unsigned of = i % 2 ? GW_COUNT(parts) : GW_COUNT(parts) - 3;
        char text[400] = "", *copy, *quoted, slow[6 * 400 + 2];
        size_t n = 0, q;

        for (k = tap_random(&seed) % 12; k > 0; k--)
            n += (size_t)sprintf(text + n, "%s", parts[tap_random(&seed) % of]);
        copy = malloc(n + 1);
        quoted = malloc(6 * n + 2);
        memcpy(copy, text, n);
        q = gw_json_quote(quoted, (gw_str_t){ copy, n });
        wrong += q != quote_slowly(slow, (gw_str_t){ copy, n })
                 || memcmp(quoted, slow, q) != 0;
        memmove(quoted, quoted + 1, q -= 2);    /* without its quotes */
        k = gw_json_unescape(quoted, (gw_str_t){ quoted, q }) != n
            || memcmp(quoted, text, n) != 0;
        wrong += i % 2 == 0 && k != 0;
        free(copy);
        free(quoted);
    }
    is_int(wrong, 0, "%u texts of runs", cases);
}

/* ---- counts --------------------------------------------------------- */

static const struct {
    const char *token;
    gw_json_kind_t kind;
    apr_int64_t max, want;      /* want -1: refused */
} counts[] = {
    { "0", GW_JSON_NUM, 100, 0 },
    { "7", GW_JSON_NUM, 100, 7 },
    { "100", GW_JSON_NUM, 100, 100 },
    { "101", GW_JSON_NUM, 100, -1 },
    { "1000000000000", GW_JSON_NUM, 1000000000000, 1000000000000 },
    { "1000000000001", GW_JSON_NUM, 1000000000000, -1 },
    { "999999999999999999", GW_JSON_NUM, APR_INT64_MAX, 999999999999999999 },
    { "9223372036854775807", GW_JSON_NUM, APR_INT64_MAX, -1 },
    { "18446744073709551616", GW_JSON_NUM, APR_INT64_MAX, -1 },
    { "-0", GW_JSON_NUM, 100, -1 },
    { "-1", GW_JSON_NUM, 100, -1 },
    { "1.0", GW_JSON_NUM, 100, -1 },
    { "1e1", GW_JSON_NUM, 100, -1 },
    { "1E+1", GW_JSON_NUM, 100, -1 },
    { "7", GW_JSON_STR, 100, -1 },
    { "", GW_JSON_STR, 100, -1 },
    { "null", GW_JSON_NULL, 100, -1 },
    { "true", GW_JSON_TRUE, 100, -1 },
    { "", GW_JSON_OBJECT, 100, -1 }
};

static void test_counts(void)
{
    gw_json_node_t node = { 0 };
    apr_int64_t n;
    unsigned i;

    for (i = 0; i < GW_COUNT(counts); i++) {
        node.kind = counts[i].kind;
        node.token.p = counts[i].token;
        node.token.n = strlen(counts[i].token);
        node.whole = 1;
        n = -77;
        is_int(gw_json_count(&n, &node, counts[i].max),
               counts[i].want < 0 ? APR_EINVAL : APR_SUCCESS,
               "count: row %u", i);
        is_int(n, counts[i].want < 0 ? -77 : counts[i].want,
               "count: row %u: value", i);
    }
    node.kind = GW_JSON_NUM;
    node.token.p = "7";
    node.token.n = 1;
    node.whole = 0;
    is_int(gw_json_count(&n, &node, 100), APR_EINVAL,
           "count: not of half a token");
}

static void test_words(void)
{
    unsigned i, k;

    for (i = GW_JSON_OK; i <= GW_JSON_E_TRAILING; i++) {
        const char *text = gw_json_error_text(i);

        ok(strlen(text) > 6 && strcmp(text, "is bad") != 0,
           "error %u has words", i);
        for (k = GW_JSON_OK; k < i; k++) {
            if (strcmp(text, gw_json_error_text(k)) == 0)
                break;
        }
        is_int(k, i, "error %u has its own words", i);
    }
}

/* ---- whole strings --------------------------------------------------- */

static void skip(void *baton, const gw_json_node_t *node)
{
}

/* The string of these bytes and a quote ends where the reader says. */
static int ends_alike(const char *bytes, apr_size_t n)
{
    static const gw_json_context_t contexts[] = { { NULL, 0 }, { NULL, 0 } };
    static const gw_json_schema_t schema = { contexts, 0 };
    char text[80];
    const char *end;
    gw_json_t j;

    text[0] = '"';
    memcpy(text + 1, bytes, n);
    text[n + 1] = '"';
    end = gw_json_string_end(text + 1, text + n + 2);
    gw_json_start(&j, &schema, 0, skip, NULL);
    if (end != NULL && gw_json_string_end(text + 1, end) != NULL)
        return 0;               /* its quote is the first */
    n = end != NULL ? (apr_size_t)(end + 1 - text) : n + 2;
    gw_json_feed(&j, text, n);
    return (gw_json_end(&j) == APR_SUCCESS) == (end != NULL);
}

static void test_string_end(void)
{
    static const char parts[][8] = {
        "a", "\"", "\\", "\\u", "00e9", "\\ud83d", "\x7f", "\x1f", "\xc3\xa9",
        "\xe4\xb8\xad", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xe4\xb8",
        "0123456", "\\n", "\xff"
    };
    unsigned long long random = 7;
    unsigned i, k, bad = 0;

    for (i = 0; i < 0x1000000; i += i < 0x10000 ? 1 : 251) {
        char bytes[3] = { (char)(i >> 16), (char)(i >> 8), (char)i };

        bad += !ends_alike(bytes, 3);
    }
    is_int(bad, 0, "three bytes");
    for (i = 0; i < tap_cases(200000); i++) {
        char bytes[72] = "";

        for (k = (unsigned)(tap_random(&random) % 9); k > 0; k--)
            strcat(bytes, parts[tap_random(&random) % 16]);
        bad += !ends_alike(bytes, strlen(bytes));
    }
    is_int(bad, 0, "longer ones");
    ok(gw_json_string_end("", "") == NULL, "nothing");
}

int main(void)
{
    test_string_end();
    test_unescape();
    test_quote();
    test_any_bytes();
    test_round_trip();
    test_runs();
    test_counts();
    test_words();
    return tap_end();
}
