/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_trusted.c - a document that is known to be valid is read without
 * looking at each byte of its strings, and all is told alike. */
#include "json.h"

#include "tap.h"
#include "trace.h"

static trace_t t, u;

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

/* A good document is read alike when it is trusted, in any cut. */
static void test_trusted(const char *name, unsigned mode, const char *text,
                         size_t n)
{
    size_t k, wrong = 0;

    t.no_lengths = u.no_lengths = 1;
    trace_whole(&t, mode, text, n);
    is_int(t.error, GW_JSON_OK, "%s: it is good", name);
    mode |= GW_JSON_TRUSTED;
    trace_whole(&u, mode, text, n);
    is_str(u.text, t.text, "%s", name);
    for (k = 0; k <= n; k++) {
        trace_cut(&u, mode, text, n, k, k);
        wrong += strcmp(t.text, u.text) != 0;
        trace_cut(&u, mode, text, n, k / 2, k);
        wrong += strcmp(t.text, u.text) != 0;
    }
    trace_bytes(&u, mode, text, n);
    wrong += strcmp(t.text, u.text) != 0;
    is_int(wrong, 0, "%s: the same in all cuts", name);
    t.no_lengths = u.no_lengths = 0;
}

static const struct { const char *name, *doc; } trusted[] = {
    { "an escaped quote", "[\"\\\"\",\"a\\\"b\",{\"model\":\"\\\"\\\"\"}]" },
    { "escaped backslashes", "[\"\\\\\",\"\\\\\\\"\",\"\\\\\\\\\",1]" },
    { "a backslash before and behind a quote",
      "[\"a\\\\\",\"\\\\a\",\"b\",\"\\n\"]" },
    { "escaped names", "{\"mod\\u0065l\":\"a\",\"\\\"\":1,\"te\\u0078t\":"
                       "\"x\",\"\\\\\":2,\"list\":[{\"d\\u0061ta\":\"y\"}]}" },
    { "empty strings", "{\"\":\"\",\"text\":\"\",\"model\":\"\",\"list\":[\"\"]}" },
    { "brackets within strings", "{\"model\":\"}],[{:\",\"list\":[\"]\"]}" },
    { "what saves most", "[\"\\u0000\",\"\\ud83d\\ude00\",\"\\ud800\"]" }
};

static char xs[300];

/* Quotes and backslashes at each place of a step of the reading, and beyond
 * what is kept of a token. */
static void test_steps(unsigned mode)
{
    static const char *const tails[] = { "", "\\\"", "\\\\", "\\\\\\\"z",
                                         "\xe4\xbd\xa0" };
    char doc[400], name[60];
    unsigned i, n;

    for (n = 0; n < 290; n += n < 40 ? 1 : 7) {
        for (i = 0; i < GW_COUNT(tails); i++) {
            sprintf(doc, "{\"text\":\"%.*s%s\",\"model\":\"%s\"}", (int)n,
                    xs, tails[i], tails[(i + n) % 5]);
            sprintf(name, "%u bytes and tail %u", n, i);
            test_trusted(name, mode, doc, strlen(doc));
        }
    }
}

/* What is refused but for what is within strings is so when it is trusted. */
static void test_judged(void)
{
    static const struct { const char *doc; gw_json_error_t error; } docs[] = {
        { "{\"model\":1,\"model\":2}", GW_JSON_E_TWICE },
        { "{\"model\":1,\"mod\\u0065l\":2}", GW_JSON_E_TWICE },
        { "{\"Model\":1}", GW_JSON_E_CASE },
        { "{\"M\\u006fdel\":1}", GW_JSON_E_CASE },
        { "{\"a\\u0000\":1}", GW_JSON_E_NAME },
        { "{\"a\":{\"\\u0000\":1}}", GW_JSON_E_NAME },
        { "[\"a", GW_JSON_E_CUT }, { "[\"a\\\"", GW_JSON_E_CUT },
        { "[\"a\" 1]", GW_JSON_E_SYNTAX }, { "[\"a\"]]", GW_JSON_E_TRAILING }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(docs); i++) {
        trace_whole(&t, GW_JSON_VALIDATE | GW_JSON_TRUSTED, docs[i].doc,
                    strlen(docs[i].doc));
        is_int(t.error, docs[i].error, "%s", docs[i].doc);
    }
}

int main(void)
{
    unsigned i;

    memset(xs, 'x', sizeof(xs));
    for (i = 0; i < GW_COUNT(rows); i++) {
        if (rows[i].error == GW_JSON_OK)
            test_trusted(rows[i].name, 0, rows[i].text, rows[i].n);
    }
    for (i = 0; i < GW_COUNT(trusted); i++)
        test_trusted(trusted[i].name, GW_JSON_VALIDATE, trusted[i].doc,
                     strlen(trusted[i].doc));
    test_steps(GW_JSON_VALIDATE);
    test_judged();
    return tap_end();
}
