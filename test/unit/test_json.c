/* SPDX-License-Identifier: Apache-2.0 */
/* test_json.c - what the JSON reader takes and refuses, its limits, and the
 * judging of members that are ours. */
#include "json.h"

#include <sys/resource.h>
#include <time.h>

#include "tap.h"
#include "trace.h"

static trace_t t, u;

/* ---- documents ------------------------------------------------------ */

static const struct {
    const char *name, *text;
    size_t n;
    gw_json_error_t error;
} rows[] = {
#define J(name, text, error) { #name, text, sizeof(text) - 1, GW_JSON_##error },
#define D J
#include "data/json_rows.h"
#undef J
#undef D
};

/* The same in any cut, and nothing is visited that is not there. */
static void test_row(unsigned i)
{
    size_t k, l, wrong = 0;

    trace_whole(&t, 0, rows[i].text, rows[i].n);
    is_int(t.error, rows[i].error, "%s", rows[i].name);
    for (k = 0; k <= rows[i].n; k++) {
        for (l = k; l <= rows[i].n; l++) {
            trace_cut(&u, 0, rows[i].text, rows[i].n, k, l);
            wrong += strcmp(t.text, u.text) != 0;
        }
    }
    trace_bytes(&u, 0, rows[i].text, rows[i].n);
    wrong += strcmp(t.text, u.text) != 0;
    is_int(wrong, 0, "%s: the same in all cuts", rows[i].name);
    ok(t.offset <= rows[i].n, "%s: error within the document", rows[i].name);
}

/* A prefix of a good document is cut, not wrong: a reader may be fed. */
static void test_prefixes(void)
{
    static const char doc[] = "{\"a\":[1,-2.5e+1,\"x\\u00e9\xe4\xbd\xa0\"],"
                              "\"b\":{\"c\":null,\"d\":true}}";
    size_t k, wrong = 0;

    for (k = 0; k < sizeof(doc) - 1; k++) {
        trace_whole(&t, GW_JSON_VALIDATE, doc, k);
        wrong += t.error != GW_JSON_E_CUT;
    }
    is_int(wrong, 0, "every prefix is only cut");
    trace_whole(&t, GW_JSON_VALIDATE, doc, k);
    is_int(t.error, GW_JSON_OK, "... and the whole is good");
}

static const struct { const char *name, *text; size_t offset; } places[] = {
    { "syntax", "[1 2]", 3 }, { "comma", "[1,]", 3 },
    { "escape", "[\"\\x\"]", 3 }, { "hex", "[\"\\u12g4\"]", 6 },
    { "control", "[\"ab\tc\"]", 4 }, { "UTF-8 lead", "[\"a\xff\"]", 3 },
    { "UTF-8 continuation", "[\"\xe2\x82(\"]", 4 }, { "cut", "[1,2", 4 },
    { "trailing", "[] []", 3 }, { "number", "[1.x]", 3 },
    { "literal", "[nulx]", 4 }
};

static void test_places(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(places); i++) {
        trace_whole(&t, 0, places[i].text, strlen(places[i].text));
        is_int(t.offset, places[i].offset, "place of the error: %s",
               places[i].name);
        is_int(gw_json_feed(&t.json, "[]", 2), APR_EINVAL,
               "place of the error: %s: it stays bad", places[i].name);
        is_int(t.json.offset, places[i].offset,
               "place of the error: %s: it stays there", places[i].name);
    }
}

/* ---- limits --------------------------------------------------------- */

static char big[9 << 20];

/* before, then n times part, then after */
static size_t repeat(const char *before, const char *part, size_t n,
                     const char *after)
{
    size_t len = strlen(part), at = strlen(before);

    memcpy(big, before, at);
    for (; n > 0; n--, at += len)
        memcpy(big + at, part, len);
    memcpy(big + at, after, strlen(after) + 1);
    return at + strlen(after);
}

static gw_json_error_t read_big(unsigned mode, size_t n)
{
    gw_json_start(&t.json, &trace_schema, mode, trace_visit, &t);
    t.n = sizeof(t.text);       /* nothing to write down */
    gw_json_feed(&t.json, big, n);
    gw_json_end(&t.json);
    return t.json.error;
}

static const struct { const char *name, *open, *close; } nests[] = {
    { "arrays", "[", "]" }, { "objects", "{\"a\":", "}" },
    { "both", "[{\"free\":", "}]" }
};

static void test_depth(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(nests); i++) {
        const char *open = nests[i].open, *close = nests[i].close;
        unsigned each = i == 2 ? 2 : 1, deep = GW_JSON_DEPTH / each;
        size_t n = repeat("", open, deep, "1"), k;

        for (k = 0; k < deep; k++, n += strlen(close))
            strcpy(big + n, close);
        is_int(read_big(0, n), GW_JSON_OK, "64 levels of %s", nests[i].name);
        memmove(big + 1, big, n);
        big[0] = '[';
        big[n + 1] = ']';
        is_int(read_big(0, n + 2), GW_JSON_E_DEPTH, "65 levels of %s",
               nests[i].name);
        is_int(read_big(GW_JSON_LENIENT, n + 2), GW_JSON_E_DEPTH,
               "65 levels of %s, leniently", nests[i].name);
    }
    is_int(read_big(0, repeat("[", "[", 8 << 20, "")), GW_JSON_E_DEPTH,
           "8 Mi of brackets");
    is_int(t.json.offset, 64, "... end at the 65th");
}

static const struct {
    const char *name, *before, *part;
    size_t n;
    const char *after;
} counts[] = {
    { "numbers", "[", "0,", 999998, "0]" },
    { "empty arrays", "[", "[],", 999998, "[]]" },
    { "members", "{\"a\":", "0,\"\":", 499998, "[0]}" }
};

static void test_values(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(counts); i++) {
        size_t n = repeat(counts[i].before, counts[i].part, counts[i].n,
                          counts[i].after);

        is_int(read_big(GW_JSON_VALIDATE, n), GW_JSON_OK,
               "1 000 000 values: %s",
               counts[i].name);
        is_int(t.json.values, GW_JSON_VALUES, "... counted: %s",
               counts[i].name);
        n = repeat(counts[i].before, counts[i].part, counts[i].n + 1,
                   counts[i].after);
        is_int(read_big(GW_JSON_VALIDATE, n), GW_JSON_E_VALUES, "more: %s",
               counts[i].name);
        is_int(read_big(GW_JSON_LENIENT, n), GW_JSON_OK,
               "an answer may have more: %s", counts[i].name);
    }
}

/* What builds a 2 GB tree elsewhere: refused at the first value too many,
 * and nothing was allocated. */
static void test_bomb(void)
{
    size_t n = repeat("[", "{},", (8 << 20) / 3, "{}]");
    struct rusage before, after;
    clock_t start = clock();

    getrusage(RUSAGE_SELF, &before);
    is_int(read_big(GW_JSON_VALIDATE, n), GW_JSON_E_VALUES, "8 MiB of objects");
    getrusage(RUSAGE_SELF, &after);
    is_int(t.json.offset, 1 + 999999 * 3, "... end at the first too many");
    ok(clock() - start < CLOCKS_PER_SEC, "... quickly");
    ok(after.ru_maxrss - before.ru_maxrss < 1024, "... without memory: %ld kB",
       after.ru_maxrss - before.ru_maxrss);
}

static void test_numbers(void)
{
    static const struct { const char *name, *before, *part, *after; }
    forms[] = {
        { "digits", "", "1", "" }, { "negative", "-", "1", "" },
        { "fraction", "0.", "0", "" }, { "exponent", "1e", "0", "" },
        { "in an array", "[", "7", "]" }
    };
    unsigned i;
    size_t k;

    for (i = 0; i < GW_COUNT(forms); i++) {
        int array = forms[i].after[0] != '\0';
        size_t digits = 64 - strlen(forms[i].before) + (array ? 1 : 0);
        size_t n = repeat(forms[i].before, forms[i].part, digits,
                          forms[i].after);

        is_int(read_big(0, n), GW_JSON_OK, "64 characters: %s",
               forms[i].name);
        n = repeat(forms[i].before, forms[i].part, digits + 1,
                   forms[i].after);
        is_int(read_big(0, n), GW_JSON_E_NUMBER, "65 characters: %s",
               forms[i].name);
        trace_whole(&t, 0, big, n);
        for (k = 0; k <= n; k++) {
            trace_cut(&u, 0, big, n, k, k);
            if (strcmp(t.text, u.text) != 0)
                break;
        }
        is_int(k, n + 1, "65 characters: %s: in all cuts", forms[i].name);
    }
}

/* ---- members that are ours ------------------------------------------ */

static const struct {
    const char *name, *doc;
    gw_json_error_t error;
    const char *about;
} judged[] = {
    { "once", "{\"model\":1}", GW_JSON_OK, "" },
    { "twice", "{\"model\":1,\"a\":2,\"model\":3}", GW_JSON_E_TWICE,
      "model" },
    { "twice, escaped", "{\"model\":1,\"m\\u006fdel\":3}", GW_JSON_E_TWICE,
      "model" },
    { "twice, container", "{\"options\":{},\"options\":{}}", GW_JSON_E_TWICE,
      "options" },
    { "twice, inside", "{\"options\":{\"usage\":1,\"usage\":1}}",
      GW_JSON_E_TWICE, "usage" },
    { "another's name", "{\"usage\":1,\"usage\":1}", GW_JSON_OK, "" },
    { "once in each of two", "{\"free\":{\"model\":1},\"model\":1}",
      GW_JSON_OK, "" },
    { "twice in one of two", "{\"free\":{\"model\":1,\"model\":1}}",
      GW_JSON_E_TWICE, "model" },
    { "where nobody reads", "{\"x\":{\"model\":1,\"model\":1}}",
      GW_JSON_OK, "" },
    { "not owned", "{\"text\":\"\",\"text\":\"\",\"Text\":\"\"}",
      GW_JSON_OK, "" },
    { "case", "{\"model\":1,\"Model\":2}", GW_JSON_E_CASE, "model" },
    { "case alone", "{\"MODEL\":1}", GW_JSON_E_CASE, "model" },
    { "case, escaped", "{\"\\u004dodel\":1}", GW_JSON_E_CASE, "model" },
    { "long s", "{\"option\xc5\xbf\":1}", GW_JSON_E_CASE, "options" },
    { "long s, escaped", "{\"option\\u017f\":1}", GW_JSON_E_CASE,
      "options" },
    { "a letter that only looks alike", "{\"m\xd0\xbe" "del\":1}",
      GW_JSON_OK, "" },
    { "case, inside", "{\"options\":{\"Usage\":1}}", GW_JSON_E_CASE,
      "usage" },
    { "no case of another length", "{\"Model \":1,\"Mode\":1}",
      GW_JSON_OK, "" },
    { "NUL behind ours", "{\"model\\u0000x\":1}", GW_JSON_E_NAME, "" },
    { "NUL in any name", "{\"x\":[{\"\\u0000\":1}]}", GW_JSON_E_NAME, "" },
    { "NUL in a value", "{\"model\":\"a\\u0000b\"}", GW_JSON_OK, "" },
    { "other escapes", "{\"\\u0001\\u0100\\n\":1}", GW_JSON_OK, "" }
};

static void test_judged(void)
{
    unsigned i;
    size_t k;

    for (i = 0; i < GW_COUNT(judged); i++) {
        const char *doc = judged[i].doc;
        size_t n = strlen(doc);

        trace_whole(&t, GW_JSON_VALIDATE, doc, n);
        is_int(t.error, judged[i].error, "judge: %s", judged[i].name);
        is_mem(t.json.name, t.json.name_len, judged[i].about,
               strlen(judged[i].about), "judge: %s: about", judged[i].name);
        for (k = 0; k <= n; k++) {
            trace_cut(&u, GW_JSON_VALIDATE, doc, n, k, k);
            if (strcmp(t.text, u.text) != 0)
                break;
        }
        is_int(k, n + 1, "judge: %s: in all cuts", judged[i].name);
        trace_whole(&t, 0, doc, n);
        is_int(t.error, GW_JSON_OK, "not judged: %s", judged[i].name);
    }
}

/* Answers are read whatever bytes their strings hold. */
static void test_lenient(void)
{
    static const struct { const char *name, *doc; gw_json_error_t error; }
    docs[] = {
        { "control", "[\"a\tb\n\x01\"]", GW_JSON_OK },
        { "UTF-8", "[\"\xff\xc0\x80\xed\xa0\x80\"]", GW_JSON_OK },
        { "names", "{\"\xff\t\":1}", GW_JSON_OK },
        { "bad escape", "[\"\\x\"]", GW_JSON_E_SYNTAX },
        { "outside", "[\x80]", GW_JSON_E_SYNTAX },
        { "twice", "{\"model\":1,\"model\":2,\"Model\":3}", GW_JSON_OK },
        { "NUL", "{\"model\\u0000x\":1}", GW_JSON_OK }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(docs); i++) {
        trace_whole(&t, GW_JSON_LENIENT, docs[i].doc, strlen(docs[i].doc));
        is_int(t.error, docs[i].error, "lenient: %s", docs[i].name);
    }
}

static void test_nothing(void)
{
    trace_start(&t, 0);
    is_int(gw_json_feed(&t.json, NULL, 0), APR_SUCCESS, "feeding nothing");
    gw_json_feed(&t.json, "\"a", 2);
    is_int(gw_json_feed(&t.json, NULL, 0), APR_SUCCESS,
           "feeding nothing in a string");
    gw_json_feed(&t.json, "b\"", 2);
    is_int(gw_json_end(&t.json), APR_SUCCESS, "... changes nothing");
    is_str(t.text, "1 str 0-4 name 0 prev 0 index 0 'ab' 2\n",
           "... and is not visited");
    is_int(gw_json_end(&t.json), APR_SUCCESS, "an end may come twice");
}

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        test_row(i);
    test_prefixes();
    test_places();
    test_depth();
    test_values();
    test_bomb();
    test_numbers();
    test_judged();
    test_lenient();
    test_nothing();
    return tap_end();
}
