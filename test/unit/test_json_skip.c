/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_skip.c - containers that no rule is for are checked as strictly as
 * all others, in any cut, and their text is counted. */
#include "json.h"

#include "tap.h"
#include "trace.h"

static trace_t t, u;

/* What stands in such a container: good, then bad. */
static const struct { const char *text; gw_json_error_t error; } parts[] = {
    { "1", 0 }, { "-0", 0 }, { "0", 0 }, { "120", 0 }, { "-1.5", 0 },
    { "0.25e-7", 0 }, { "1E+5", 0 }, { "1e5", 0 }, { "true", 0 },
    { "false", 0 }, { "null", 0 }, { "\"\"", 0 }, { "\"abc\"", 0 },
    { "\"a\\\"\\\\\\n\\u4f60\"", 0 },
    { "\"\xe4\xbd\xa0\xe5\xa5\xbd, \\ud83d\\ude00 and some more bytes\"", 0 },
    { "[]", 0 }, { "{}", 0 }, { "[ ]", 0 }, { "{ }", 0 }, { "[[],[{}]]", 0 },
    { "{\"a\":{\"b\":[1, 2 ,3\n]} ,\"c\" : \"d\"}", 0 },
    { "{\"model\":1,\"model\":2,\"Model\":3,\"text\":\"x\"}", 0 },
    { "{\"a\\n\\u0041\":1,\"\":\t\"e\" \r\n}", 0 },
    { "{\"additionalProperties and more\":\"a long description of it\"}", 0 },
    { "[1,\"a\",true,null,{\"b\":[]},-2.5]", 0 },
    { "", GW_JSON_E_SYNTAX }, { "01", GW_JSON_E_SYNTAX },
    { "-", GW_JSON_E_SYNTAX }, { "1.", GW_JSON_E_SYNTAX },
    { ".5", GW_JSON_E_SYNTAX }, { "1e", GW_JSON_E_SYNTAX },
    { "1e+", GW_JSON_E_SYNTAX }, { "+1", GW_JSON_E_SYNTAX },
    { "--1", GW_JSON_E_SYNTAX }, { "1 2", GW_JSON_E_SYNTAX },
    { "tru", GW_JSON_E_SYNTAX }, { "truex", GW_JSON_E_SYNTAX },
    { "nulL", GW_JSON_E_SYNTAX }, { "[1,]", GW_JSON_E_SYNTAX },
    { "[,1]", GW_JSON_E_SYNTAX }, { "[1}", GW_JSON_E_SYNTAX },
    { "{]", GW_JSON_E_SYNTAX }, { "[}", GW_JSON_E_SYNTAX },
    { "{\"a\"}", GW_JSON_E_SYNTAX }, { "{\"a\":}", GW_JSON_E_SYNTAX },
    { "{\"a\":1,}", GW_JSON_E_SYNTAX }, { "{1:1}", GW_JSON_E_SYNTAX },
    { "{\"a\":1]", GW_JSON_E_SYNTAX }, { "{\"a\" 1}", GW_JSON_E_SYNTAX },
    { "{\"a\":1 \"b\":2}", GW_JSON_E_SYNTAX },
    { "{,\"a\":1}", GW_JSON_E_SYNTAX }, { "'a'", GW_JSON_E_SYNTAX },
    { "\"\\x\"", GW_JSON_E_SYNTAX }, { "{\"\\x\":1}", GW_JSON_E_SYNTAX },
    { "\"a\tb\"", GW_JSON_E_CONTROL }, { "{\"a\x01\":1}", GW_JSON_E_CONTROL },
    { "\"\xed\xa0\x80\"", GW_JSON_E_UTF8 }, { "{\"\xff\":1}", GW_JSON_E_UTF8 },
    { "{\"a\\u0000\":1}", GW_JSON_E_NAME }, { "NaN", GW_JSON_E_SYNTAX },
    { "1234567890123456789012345678901234567890123456789012345678901234", 0 },
    { "12345678901234567890123456789012345678901234567890123456789012345",
      GW_JSON_E_NUMBER },
    { "0.2345678901234567890123456789012345678901234567890123456789012345",
      GW_JSON_E_NUMBER }
};

/* All is told when the visitor is called for every value; what is not asked
 * for is left out. */
static void visit_ours(void *baton, const gw_json_node_t *node)
{
    if (node->slot != 0)
        trace_visit(baton, node);
}

static void read_every(unsigned mode, const char *doc, size_t n)
{
    trace_start(&u, mode);
    gw_json_start(&u.json, &trace_schema, mode | GW_JSON_EVERY, visit_ours,
                  &u);
    trace_piece(&u, doc, n);
    trace_end(&u);
}

static const char *const around[][2] = {
    { "{\"x\":[", "],\"model\":\"m\"}" },
    { "{\"x\": {\"y\": ", "}, \"text\":\"z\"}" },
    { "{\"quiet\":[0,", ",{\"text\":\"t\"}],\"stream\":true}" },
    { "{\"list\":[{\"data\":[", "]},\"l\"]}" },
    { "{\"options\":{\"o\":[[{\"a\":", "}]],\"usage\":1}}" }
};

static unsigned differ(unsigned mode, const char *doc, size_t n)
{
    unsigned wrong;
    size_t k;

    read_every(mode, doc, n);
    trace_whole(&t, mode, doc, n);
    wrong = strcmp(t.text, u.text) != 0;
    for (k = 0; k <= n; k++) {
        trace_cut(&t, mode, doc, n, k, k);
        wrong += strcmp(t.text, u.text) != 0;
        trace_cut(&t, mode, doc, n, k / 2, k);
        wrong += strcmp(t.text, u.text) != 0;
    }
    trace_bytes(&t, mode, doc, n);
    return wrong + (strcmp(t.text, u.text) != 0);
}

static void test_parts(unsigned i)
{
    char doc[400];
    unsigned k, wrong = 0, errors = 0;

    for (k = 0; k < GW_COUNT(around); k++) {
        size_t n = (size_t)sprintf(doc, "%s%s%s", around[k][0], parts[i].text,
                                   around[k][1]);

        wrong += differ(GW_JSON_VALIDATE, doc, n);
        errors += u.error != parts[i].error;
        wrong += differ(GW_JSON_LENIENT, doc, n);
        trace_whole(&t, GW_JSON_VALIDATE | GW_JSON_TRUSTED, doc, n);
        read_every(GW_JSON_VALIDATE, doc, n);
        wrong += parts[i].error == 0 && strncmp(t.text, u.text, 100) != 0;
    }
    is_int(wrong, 0, "part %u: as when all is told", i);
    /* in an array there may be nothing */
    is_int(errors, parts[i].text[0] == '\0' ? 2 : 0, "part %u: the error",
           i);
}

static const struct { const char *doc; apr_size_t text; } texts[] = {
    { "{\"quiet\":[\"ab\",{\"c\":\"d\"},1,null]}", 3 },
    { "{\"quiet\":{\"a\":\"\\n\\u4f60\",\"b\":[[\"\xc3\xa9\"]]}}", 6 },
    { "{\"quiet\":[\"a description that is longer than sixteen\"]}", 41 },
    { "{\"x\":[\"abc\",{\"quiet\":\"d\"}]}", 0 },
    { "{\"list\":[{\"data\":{\"text\":[\"abc\"]}},\"e\"]}", 1 }
};

static char big[9 << 20];

/* `open` as often as that, then 1, then `close` as often. */
static gw_json_error_t nested(const char *open, const char *close, unsigned n)
{
    unsigned i;

    strcpy(big, "{\"x\":");
    for (i = 0; i < n; i++)
        strcat(big, open);
    strcat(big, "1");
    for (i = 0; i < n; i++)
        strcat(big, close);
    strcat(big, "}");
    trace_whole(&t, 0, big, strlen(big));
    return t.error;
}

static void test_limits(void)
{
    size_t n = (size_t)sprintf(big, "{\"x\":["), i;

    is_int(nested("[", "]", 63), GW_JSON_OK, "64 levels");
    is_int(nested("[", "]", 64), GW_JSON_E_DEPTH, "65 levels");
    is_int(nested("{\"a\":", "}", 64), GW_JSON_E_DEPTH, "65 objects");
    n = (size_t)sprintf(big, "{\"x\":[");
    for (i = 0; i < 999996; i++, n += 2)
        memcpy(big + n, "0,", 2);
    memcpy(big + n, "0]}", 4);
    trace_whole(&t, 0, big, n + 3);
    is_int(t.error, GW_JSON_OK, "1 000 000 values");
    is_int(t.json.values, GW_JSON_VALUES, "... are counted");
    memcpy(big + n, "0,0]}", 6);
    trace_whole(&t, 0, big, n + 5);
    is_int(t.error, GW_JSON_E_VALUES, "one more");
    is_int(t.offset, n + 2, "... is where the error is");
    trace_whole(&t, GW_JSON_LENIENT, big, n + 5);
    is_int(t.error, GW_JSON_OK, "an answer may have more");
}

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(parts); i++)
        test_parts(i);
    for (i = 0; i < GW_COUNT(texts); i++) {
        trace_whole(&t, 0, texts[i].doc, strlen(texts[i].doc));
        is_int(t.json.text, texts[i].text, "text: %s", texts[i].doc);
    }
    test_limits();
    return tap_end();
}
