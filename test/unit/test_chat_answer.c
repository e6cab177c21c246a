/* SPDX-License-Identifier: Apache-2.0 */
/* test_chat_answer.c - documents of the Messages API as chat completions. */
#include "chat_answer.h"
#include "chat_translated.h"
#include "json_mend.h"
#include "tap.h"

#define DOC(model, message, finish, rest)                                   \
    "{\"id\":\"chatcmpl-0123\",\"object\":\"chat.completion\","             \
    "\"created\":1700000000,\"model\":" model ",\"choices\":[{\"index\":0," \
    "\"message\":{\"role\":\"assistant\",\"content\":" message              \
    "},\"logprobs\":null,\"finish_reason\":\"" finish "\"}]" rest "}"
#define SAYS(message, finish) DOC("\"claude-x\"", message, finish, "")
#define IN(content, reason)                                                 \
    "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","        \
    "\"model\":\"claude-x\",\"content\":[" content "],\"stop_reason\":"     \
    reason ",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,"         \
    "\"output_tokens\":5}}"
#define TEXT(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define THINKS(text) "{\"type\":\"thinking\",\"thinking\":\"" text          \
                     "\",\"signature\":\"EqQB\"}"
#define TOOL(id, name, input) "{\"type\":\"tool_use\",\"id\":" id           \
                              ",\"name\":" name ",\"input\":" input "}"
#define CALL(id, name, arguments) "{\"id\":" id ",\"type\":\"function\","   \
    "\"function\":{\"name\":" name ",\"arguments\":" arguments "}}"

static const struct { const char *name, *in, *out; } rows[] = {
    { "a text", IN(TEXT("Hi"), "\"end_turn\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "texts are joined as they are written",
      IN(TEXT("a\\n") "," TEXT("\\u4e2d\\/") "," TEXT("\xe4\xb8\xad"),
         "\"end_turn\""),
      SAYS("\"a\\n\\u4e2d\\/\xe4\xb8\xad\",\"refusal\":null", "stop") },
    { "citations stay behind",
      IN("{\"citations\":[{\"type\":\"char_location\",\"cited_text\":\"x\"}],"
         "\"type\":\"text\",\"text\":\"Hi\"}", "\"end_turn\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "thinking, and what is hidden of it",
      IN(THINKS("so ") ",{\"type\":\"redacted_thinking\",\"data\":\"Zm9v\"},"
         THINKS("what") "," TEXT("Hi"), "\"end_turn\""),
      SAYS("\"Hi\",\"refusal\":null,\"reasoning_content\":\"so what\"",
           "stop") },
    { "thinking that nobody may read",
      IN(THINKS("") "," TEXT("Hi"), "\"end_turn\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "a call and no text",
      IN(TOOL("\"toolu_1\"", "\"f\"", "{\"b\":1.50,\"a\":12345678901234567890,"
              "\"s\":\"x\\n\\\"y\"}"), "\"tool_use\""),
      SAYS("null,\"refusal\":null,\"tool_calls\":["
           CALL("\"toolu_1\"", "\"f\"", "\"{\\\"b\\\":1.50,\\\"a\\\":"
                "12345678901234567890,\\\"s\\\":\\\"x\\\\n\\\\\\\"y\\\"}\"")
           "]", "tool_calls") },
    { "calls beside a text, and one without input",
      IN(TEXT("Let me") "," TOOL("\"t1\"", "\"f\"", "{ }") ","
         TOOL("\"t2\"", "\"g\"", "{\"x\":[]}"), "\"tool_use\""),
      SAYS("\"Let me\",\"refusal\":null,\"tool_calls\":["
           CALL("\"t1\"", "\"f\"", "\"{}\"") ","
           CALL("\"t2\"", "\"g\"", "\"{\\\"x\\\":[]}\"") "]", "tool_calls") },
    { "an empty text beside a call is none",
      IN(TEXT("") "," TOOL("\"t1\"", "\"f\"", "null"), "\"tool_use\""),
      SAYS("null,\"refusal\":null,\"tool_calls\":["
           CALL("\"t1\"", "\"f\"", "\"{}\"") "]", "tool_calls") },
    { "a call without an id gets one of ours",
      IN(TOOL("\"\"", "\"f\"", "{}") "," TOOL("null", "\"f\"", "{}"),
         "\"tool_use\""),
      SAYS("null,\"refusal\":null,\"tool_calls\":["
           CALL("\"call_0123_0\"", "\"f\"", "\"{}\"") ","
           CALL("\"call_0123_1\"", "\"f\"", "\"{}\"") "]", "tool_calls") },
    { "tools of the upstream's own are no calls",
      IN("{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":"
         "\"web_search\",\"input\":{\"query\":\"x\"}},{\"type\":"
         "\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\","
         "\"content\":[{\"type\":\"text\",\"text\":\"no\"}]},"
         "{\"type\":\"what_comes_next\",\"text\":\"no\"}," TEXT("Hi"),
         "\"end_turn\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "max_tokens", IN(TEXT("Hi"), "\"max_tokens\""),
      SAYS("\"Hi\",\"refusal\":null", "length") },
    { "max_tokens within a call",
      IN(TOOL("\"t1\"", "\"f\"", "{}"), "\"max_tokens\""),
      SAYS("null,\"refusal\":null,\"tool_calls\":["
           CALL("\"t1\"", "\"f\"", "\"{}\"") "]", "length") },
    { "the context is full",
      IN(TEXT("Hi"), "\"model_context_window_exceeded\""),
      SAYS("\"Hi\",\"refusal\":null", "length") },
    { "stop_sequence", IN(TEXT("Hi"), "\"stop_sequence\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "pause_turn", IN(TEXT("Hi"), "\"pause_turn\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "a refusal without a word", IN("", "\"refusal\""),
      SAYS("\"\",\"refusal\":null", "content_filter") },
    { "an unknown reason", IN(TEXT("Hi"), "\"x\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "no reason", IN(TEXT("Hi"), "null"),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "calls, whatever the reason says",
      IN(TOOL("\"t1\"", "\"f\"", "{}"), "\"end_turn\""),
      SAYS("null,\"refusal\":null,\"tool_calls\":["
           CALL("\"t1\"", "\"f\"", "\"{}\"") "]", "tool_calls") },
    { "no calls, whatever the reason says", IN(TEXT("Hi"), "\"tool_use\""),
      SAYS("\"Hi\",\"refusal\":null", "stop") },
    { "names and words with escapes, the type last, blanks",
      " { \"c\\u006fntent\" : [ { \"text\" : \"Hi\" , \"type\" : \"te\\u0078t\""
      " } ] , \"stop_reason\" : \"max\\u005ftokens\" , \"model\" : \"m\\\"\" } ",
      DOC("\"m\\\"\"", "\"Hi\",\"refusal\":null", "length", "") },
    { "no model", "{\"content\":[]}",
      DOC("\"asked \\\"for\\\"\"", "\"\",\"refusal\":null", "stop", "") },
    { "members of other kinds",
      "{\"model\":7,\"content\":[null,1,[],{},{\"type\":1},{\"type\":\"text\","
      "\"text\":null},{\"type\":\"thinking\",\"thinking\":[\"x\"]}],"
      "\"stop_reason\":[\"refusal\"]}",
      DOC("\"asked \\\"for\\\"\"", "\"\",\"refusal\":null", "stop", "") },
    { "bytes that may not stand in a string",
      "{\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":"
      "\"a\nb\xff\xe4\xb8z\xe4\xb8\xad\"}]}",
      DOC("\"m\"", "\"a\\u000ab\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz"
          "\xe4\xb8\xad\",\"refusal\":null", "stop", "") },
    { "no JSON", "{\"content\":[", NULL },
    { "no JSON behind it", "{\"content\":[]}}", NULL },
    { "nothing", "", NULL },
};

static void documents(void)
{
    const gw_translate_usage_t none = { NULL, NULL };
    gw_translate_about_t about = about_it(0);
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t in = { rows[i].in, strlen(rows[i].in) };
        gw_text_t out;
        const char *why;

        gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
        why = gw_chat_document(&out, in, &about, &none);
        is_str(why, rows[i].out == NULL ? gw_chat_no_json : NULL,
               "%s: is translated, or why not", rows[i].name);
        if (rows[i].out != NULL)
            is_mem(out.p, out.n, rows[i].out, strlen(rows[i].out), "%s",
                   rows[i].name);
    }
}

/* ---- usage ----------------------------------------------------------- */

static void usage(void)
{
    static const char in[] = IN(TEXT("Hi"), "\"end_turn\"");
    gw_counts_t counts;
    gw_usage_t buckets = { { 0 } };
    gw_translate_usage_t told = { &counts, &buckets };
    gw_translate_about_t about = about_it(0);
    gw_str_t document = { in, sizeof(in) - 1 };
    gw_text_t out;
    const char *want;

    gw_counts_clear(&counts);
    buckets.bucket[GW_INPUT] = 3;
    buckets.bucket[GW_CACHE_READ] = 10;
    buckets.bucket[GW_CACHE_READ_EXPLICIT] = 200;
    buckets.bucket[GW_CACHE_WRITE_5M] = 4000;
    buckets.bucket[GW_CACHE_WRITE_1H] = 50000;
    buckets.bucket[GW_OUTPUT] = 7;
    gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
    ok(gw_chat_document(&out, document, &about, &told) == NULL, "with usage");
    want = DOC("\"claude-x\"", "\"Hi\",\"refusal\":null", "stop", ",\"usage\":"
               "{\"prompt_tokens\":54213,\"completion_tokens\":7,"
               "\"total_tokens\":54220,\"prompt_tokens_details\":"
               "{\"cached_tokens\":210,\"cache_write_tokens\":54000,"
               "\"cache_creation_input_tokens\":54000}}");
    is_mem(out.p, out.n, want, strlen(want), "read and written are inside");
    counts.n[GW_N_REASONING] = 5;
    gw_text_clear(&out);
    gw_chat_usage(&out, &told);
    want = "{\"prompt_tokens\":54213,\"completion_tokens\":7,\"total_tokens\":"
           "54220,\"prompt_tokens_details\":{\"cached_tokens\":210,"
           "\"cache_write_tokens\":54000,\"cache_creation_input_tokens\":"
           "54000},\"completion_tokens_details\":{\"reasoning_tokens\":5}}";
    is_mem(out.p, out.n, want, strlen(want), "and what was thought");
}

/* ---- bounds ---------------------------------------------------------- */

static void bounds(void)
{
    static const char in[] = IN(TEXT("0123456789"), "\"end_turn\"");
    const gw_translate_usage_t none = { NULL, NULL };
    gw_translate_about_t about = about_it(0);
    gw_str_t document = { in, sizeof(in) - 1 };
    gw_text_t out, many;

    gw_text_init(&out, 100, tap_pool());
    is_str(gw_chat_document(&out, document, &about, &none), gw_chat_too_long,
           "more than there is room for");
    ok(out.n <= 100, "and no byte more is written");
    gw_text_init(&many, 4 << 20, tap_pool());
    gw_text_put(&many, "{\"content\":[0");
    while (many.n < 2 * GW_TREE_NODES + 100)
        gw_text_put(&many, ",0");
    gw_text_put(&many, "]}");
    gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
    is_str(gw_chat_document(&out, gw_text_str(&many), &about, &none),
           gw_chat_too_long, "more blocks than can be looked at");
}

/* A text that may be cut in any way is mended to what a strict reader takes,
 * if it was JSON but for bytes inside its strings. */
static void mends(void)
{
    static const struct { const char *in, *out; } texts[] = {
        { "{\"a\":\"\x01\x7f\"}", "{\"a\":\"\\u0001\x7f\"}" },
        { "[\n\"\\\"\n\"\t]", "[\n\"\\\"\\u000a\"\t]" },
        { "\"\xc3\"", "\"\xef\xbf\xbd\"" },
        { "\xc3\"\xed\xa0\x80\"", "\xc3\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
          "\"" },
        { "\"\\", "\"\\" }, { "\"\xc3", "\"\xef\xbf\xbd" }, { "", "" }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(texts); i++) {
        gw_text_t out;

        gw_text_init(&out, 100, tap_pool());
        gw_json_mend(&out, (gw_str_t){ texts[i].in, strlen(texts[i].in) });
        is_mem(out.n ? out.p : "", out.n, texts[i].out, strlen(texts[i].out),
               "mended: text %u", i);
    }
}

int main(void)
{
    documents();
    usage();
    bounds();
    mends();
    return tap_end();
}
