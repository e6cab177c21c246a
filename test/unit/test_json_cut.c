/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_cut.c - what the JSON reader says of the values it was asked for,
 * and that it says the same in any cut. */
#include "json.h"

#include "tap.h"
#include "trace.h"

static trace_t t, u;

/* ---- what is visited ------------------------------------------------ */

static const struct { const char *name, *doc, *visits; } rows[] = {
    { "members", "{\"model\":\"a\",\"x\":1,\"stream\" : true }",
      "1 object 0-0 name 0 prev 0 index 0\n"
      "2 str 9-12 name 1 prev 1 index 0 'a' 1\n"
      "3 true 30-34 name 19 prev 18 index 2 'true'\n"
      "1 object 0-36 name 0 prev 0 index 0\n"
      "error 0 at 36, text 0, about ''\n" },
    { "an escaped name", "{\"\\u0073tream\":null,\"m\\u006Fdel\":-1.5e3}",
      "1 object 0-0 name 0 prev 0 index 0\n"
      "3 null 15-19 name 1 prev 1 index 0 'null'\n"
      "2 num 33-39 name 20 prev 19 index 1 '-1.5e3'\n"
      "1 object 0-40 name 0 prev 0 index 0\n"
      "error 0 at 40, text 0, about ''\n" },
    { "containers", "{\"options\": {\"usage\":false} , \"list\":[\n1,\"b\"]}",
      "1 object 0-0 name 0 prev 0 index 0\n"
      "4 object 12-0 name 1 prev 1 index 0\n"
      "5 false 21-26 name 13 prev 13 index 0 'false'\n"
      "4 object 12-27 name 1 prev 1 index 0\n"
      "6 array 37-0 name 30 prev 27 index 1\n"
      "7 num 39-40 name 0 prev 38 index 0 '1'\n"
      "7 str 41-44 name 0 prev 40 index 1 'b' 1\n"
      "6 array 37-45 name 30 prev 27 index 1\n"
      "1 object 0-46 name 0 prev 0 index 0\n"
      "error 0 at 46, text 1, about ''\n" },
    { "a scalar", " \"\\n\\u00e9\" ",
      "1 str 1-11 name 0 prev 0 index 0 escaped '\\n\\u00e9' 3\n"
      "error 0 at 12, text 0, about ''\n" },
    { "a number at the end", "-0",
      "1 num 0-2 name 0 prev 0 index 0 '-0'\n"
      "error 0 at 2, text 0, about ''\n" },
    { "an array", "[{\"model\":0},[],7]",
      "1 array 0-0 name 0 prev 0 index 0\n"
      "7 object 1-0 name 0 prev 1 index 0\n"
      "2 num 10-11 name 2 prev 2 index 0 '0'\n"
      "7 object 1-12 name 0 prev 1 index 0\n"
      "7 array 13-0 name 0 prev 12 index 1\n"
      "7 array 13-15 name 0 prev 12 index 1\n"
      "7 num 16-17 name 0 prev 15 index 2 '7'\n"
      "1 array 0-18 name 0 prev 0 index 0\n"
      "error 0 at 18, text 0, about ''\n" },
    { "nothing that was asked for", "{\"a\":{\"model\":1,\"list\":[1]}}",
      "1 object 0-0 name 0 prev 0 index 0\n"
      "1 object 0-28 name 0 prev 0 index 0\n"
      "error 0 at 28, text 0, about ''\n" },
    { "names that only begin so", "{\"mode\":1,\"models\":1,\"\":1}",
      "1 object 0-0 name 0 prev 0 index 0\n"
      "1 object 0-26 name 0 prev 0 index 0\n"
      "error 0 at 26, text 0, about ''\n" }
};

static void test_visits(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        trace_whole(&t, GW_JSON_VALIDATE, rows[i].doc, strlen(rows[i].doc));
        is_str(t.text, rows[i].visits, "visits: %s", rows[i].name);
    }
}

/* ---- text ----------------------------------------------------------- */

static const struct { const char *name, *doc; apr_size_t text; } texts[] = {
    { "a member", "{\"text\":\"abc\"}", 3 },
    { "one that nobody visits", "{\"quiet\":\"abcd\"}", 4 },
    { "below it", "{\"quiet\":[\"ab\",{\"c\":\"d\"},1,null]}", 3 },
    { "names are not text", "{\"quiet\":{\"text\":1}}", 0 },
    { "others are not", "{\"model\":\"abc\",\"x\":\"abc\"}", 0 },
    { "elements", "{\"list\":[\"a\",\"bc\",{\"x\":\"def\"}]}", 6 },
    { "data is not text", "{\"list\":[{\"data\":\"abc\",\"text\":\"d\"}]}", 1 },
    { "nor below data", "{\"list\":[{\"data\":{\"text\":[\"abc\"]}}]}", 0 },
    { "back outside", "{\"list\":[{\"data\":[\"abc\"],\"y\":\"zz\"}]}", 2 },
    { "two bytes", "{\"text\":\"\xc3\xa9\\u00e9\"}", 4 },
    { "three bytes", "{\"text\":\"\xe2\x82\xac\\u20ac\"}", 6 },
    { "four bytes", "{\"text\":\"\xf0\x9f\x98\x80\\ud83d\\ude00\"}", 8 },
    { "the last of one byte, the first of two",
      "{\"text\":\"\\u007f\\u0080\"}", 3 },
    { "the last of two bytes, the first of three",
      "{\"text\":\"\\u07ff\\u0800\"}", 5 },
    { "the first and the last of four",
      "{\"text\":\"\\ud800\\udc00\\udbff\\udfff\\ud83d\\udc00\"}", 12 },
    { "around the halves", "{\"text\":\"\\ud7ff\\udc00\\ue000\\udc00\"}", 12 },
    { "escapes", "{\"text\":\"\\n\\t\\\"\\\\\\/\"}", 5 },
    { "NUL", "{\"text\":\"\\u0000\"}", 1 },
    { "half a pair", "{\"text\":\"\\ud83d\"}", 3 },
    { "the other half", "{\"text\":\"\\ude00\"}", 3 },
    { "wrong way round", "{\"text\":\"\\ude00\\ud83d\"}", 6 },
    { "one half too many", "{\"text\":\"\\ud83d\\ud83d\\ude00\"}", 7 },
    { "two pairs", "{\"text\":\"\\ud83d\\ude00\\ud83d\\ude00\"}", 8 },
    { "a pair and a half", "{\"text\":\"\\ud83d\\ude00\\ude00\"}", 7 },
    { "halves apart", "{\"text\":\"\\ud83dA\\ude00\"}", 7 },
    { "halves apart by an escape", "{\"text\":\"\\ud83d\\n\\ude00\"}", 7 },
    { "halves in two strings", "{\"list\":[\"\\ud83d\",\"\\ude00\"]}", 6 },
    { "halves apart by UTF-8", "{\"text\":\"\\ud83d\xc3\xa9\\ude00\"}", 8 }
};

static void test_texts(void)
{
    unsigned i;
    size_t k, n;

    for (i = 0; i < GW_COUNT(texts); i++) {
        n = strlen(texts[i].doc);
        trace_whole(&t, 0, texts[i].doc, n);
        is_int(t.json.text, texts[i].text, "text: %s", texts[i].name);
        for (k = 0; k <= n; k++) {
            trace_cut(&u, 0, texts[i].doc, n, k, k);
            if (u.json.text != texts[i].text)
                break;
        }
        is_int(k, n + 1, "text: %s: in all cuts", texts[i].name);
    }
}

static const char *const units[] = {
    "a", "\\n", "\\u0041", "\\u00e9", "\\u20ac", "\\ud83d", "\\ude00",
    "\\ud83d\\ude00", "\\u0000", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\\\",
    "\\uDBFF\\uDFFF", "\\ufffd"
};

/* A string's length as the reader counts it is what unescaping gives. */
static void test_lengths(void)
{
    unsigned long long seed = 11;
    unsigned i, k, wrong = 0, cases = tap_cases(100000);

    for (i = 0; i < cases; i++) {
        char doc[400] = "\"", plain[400];
        gw_str_t token = { doc + 1, 0 };
        apr_size_t n;

        for (k = (unsigned)(tap_random(&seed) % 8); k > 0; k--)
            strcat(doc, units[tap_random(&seed) % GW_COUNT(units)]);
        token.n = strlen(doc) - 1;
        strcat(doc, "\"");
        trace_whole(&t, 0, doc, strlen(doc));
        n = gw_json_unescape(plain, token);
        wrong += t.error != GW_JSON_OK || t.json.node.text != n;
    }
    is_int(wrong, 0, "%u strings are as long as they unescape to", cases);
}

/* ---- long tokens ---------------------------------------------------- */

static char doc[8192];

/* {"NAME...NAME":"VALUE...VALUE"}, of parts repeated */
static size_t long_doc(const char *name, unsigned names, const char *value,
                       unsigned values)
{
    size_t n = 2;

    memcpy(doc, "{\"", 2);
    for (; names > 0; names--, n += strlen(name))
        strcpy(doc + n, name);
    strcpy(doc + n, "\":\"");
    for (n += 3; values > 0; values--, n += strlen(value))
        strcpy(doc + n, value);
    strcpy(doc + n, "\"}");
    return n + 2;
}

static const struct {
    const char *name, *part;
    unsigned parts;
    const char *value;
    unsigned values;
} longs[] = {
    { "a value of 256 bytes", "model", 1, "x", 256 },
    { "a value of 257 bytes", "model", 1, "x", 257 },
    { "a value of 3000 bytes", "model", 1, "x", 3000 },
    { "a value of 256 escaped bytes", "text", 1, "\\u0041\\n", 32 },
    { "a value of 264 escaped bytes", "text", 1, "\\u0041\\n", 33 },
    { "a name of 256 bytes", "x", 256, "", 0 },
    { "a name of 257 bytes", "x", 257, "", 0 },
    { "a name of 3000 bytes", "x", 3000, "", 0 },
    { "a name of 256 escaped bytes", "\\u0041\\n", 32, "", 0 },
    { "a name of 258 escaped bytes", "\\u0041", 43, "", 0 },
    { "a name of 3000 escaped bytes", "\\u0041", 500, "", 0 },
    { "a name of 4000 short escapes", "\\n", 2000, "", 0 }
};

static void test_long(void)
{
    unsigned i;
    size_t k, n;

    for (i = 0; i < GW_COUNT(longs); i++) {
        n = long_doc(longs[i].part, longs[i].parts, longs[i].value,
                     longs[i].values);
        trace_whole(&t, GW_JSON_VALIDATE, doc, n);
        is_int(t.error, GW_JSON_OK, "%s is read", longs[i].name);
        is_int(strstr(t.text, " cut ") != NULL,
               strlen(longs[i].value) * longs[i].values > GW_JSON_TOKEN,
               "%s is told as a whole or not", longs[i].name);
        for (k = 0; k <= n; k++) {
            trace_cut(&u, GW_JSON_VALIDATE, doc, n, k, k);
            if (strcmp(t.text, u.text) != 0)
                break;
        }
        is_int(k, n + 1, "%s: in all cuts", longs[i].name);
        trace_bytes(&u, GW_JSON_VALIDATE, doc, n);
        is_str(u.text, t.text, "%s: byte by byte", longs[i].name);
    }
}

/* The longest name that a rule may have, all of it escaped. */
static void test_longest_name(void)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmn";
    static const gw_json_rule_t rules[] = {
        { name, sizeof(name) - 1, S_MODEL, 0, GW_JSON_ONCE }
    };
    static const gw_json_context_t contexts[] = { { NULL, 0 }, { rules, 1 } };
    static const gw_json_schema_t schema = { contexts, 0 };
    size_t n = 2, i, k, missed = 0;

    is_int(sizeof(name) - 1, GW_JSON_NAME, "the longest name");
    memcpy(doc, "{\"", 2);
    for (i = 0; i + 1 < sizeof(name); i++)
        n += (size_t)sprintf(doc + n, "\\u00%02x", (unsigned)name[i]);
    n += (size_t)sprintf(doc + n, "\":1}");
    for (k = 0; k <= n; k++) {
        t.n = 0;
        gw_json_start(&t.json, &schema, GW_JSON_VALIDATE, trace_visit, &t);
        trace_piece(&t, doc, k);
        trace_piece(&t, doc + k, n - k);
        missed += gw_json_end(&t.json) != APR_SUCCESS || t.n == 0;
    }
    is_int(missed, 0, "... is found in all cuts, escaped");
}

/* ---- a chat --------------------------------------------------------- */

static const char chat[] =
    "{\"model\":\"qwen3-max\",\"stream\":true,\"options\":{\"usage\":null},"
    "\"list\":[{\"text\":\"\xe4\xbd\xa0\\u597d \\ud83d\\ude00\",\"data\":"
    "\"https://x\"},[\"a\",1e5]],\"quiet\":\"\xf0\x9f\x98\x80\",\"free\":"
    "{\"model\":-12.75,\"x\":[{},[],{\"y\":false}]},\"seed\":12345678901234}";

static void test_chat(void)
{
    size_t n = sizeof(chat) - 1, i, k, wrong = 0;

    trace_whole(&t, GW_JSON_VALIDATE, chat, n);
    is_int(t.error, GW_JSON_OK, "a chat");
    for (i = 0; i <= n; i++) {
        for (k = i; k <= n; k++) {
            trace_cut(&u, GW_JSON_VALIDATE, chat, n, i, k);
            wrong += strcmp(t.text, u.text) != 0;
        }
    }
    is_int(wrong, 0, "a chat: in all pairs of cuts");
    trace_bytes(&u, GW_JSON_VALIDATE, chat, n);
    is_str(u.text, t.text, "a chat: byte by byte");
}

int main(void)
{
    test_visits();
    test_texts();
    test_lengths();
    test_long();
    test_longest_name();
    test_chat();
    return tap_end();
}
