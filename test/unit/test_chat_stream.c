/* SPDX-License-Identifier: Apache-2.0 */
/* test_chat_stream.c - streams of the Messages API as chunks of a chat
 * completion: events in, exact bytes out. */
#include "chat_answer.h"
#include "chat_translated.h"
#include "json_tree.h"

#define HEAD "data: {\"id\":\"chatcmpl-0123\",\"object\":"                  \
    "\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"claude-x\","
#define PLAIN(delta, finish) HEAD "\"choices\":[{\"index\":0,\"delta\":{"   \
    delta "},\"logprobs\":null,\"finish_reason\":" finish "}]"
#define CHUNK(delta) PLAIN(delta, "null") "}\n\n"
#define ROLE(content) \
    CHUNK("\"role\":\"assistant\",\"content\":" content)
#define SAYS(text) CHUNK("\"content\":\"" text "\"")
#define THOUGHT(text) CHUNK("\"reasoning_content\":\"" text "\"")
#define CALL(k, id, name) CHUNK("\"tool_calls\":[{\"index\":" k ",\"id\":"  \
    id ",\"type\":\"function\",\"function\":{\"name\":" name                \
    ",\"arguments\":\"\"}}]")
#define ARGUMENTS(k, text) CHUNK("\"tool_calls\":[{\"index\":" k            \
    ",\"function\":{\"arguments\":\"" text "\"}}]")
#define DONE "data: [DONE]\n\n"
#define END(finish) PLAIN("", "\"" finish "\"") "}\n\n" DONE

#define START "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","  \
    "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","   \
    "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":" \
    "{\"input_tokens\":3,\"cache_creation_input_tokens\":2048,"             \
    "\"cache_read_input_tokens\":10,\"cache_creation\":"                    \
    "{\"ephemeral_5m_input_tokens\":2048,\"ephemeral_1h_input_tokens\":0}," \
    "\"output_tokens\":1}}}"
#define BLOCK(i, block) "{\"type\":\"content_block_start\",\"index\":" i    \
    ",\"content_block\":{" block "}}"
#define TOOL(i, id, name, input) BLOCK(i, "\"type\":\"tool_use\",\"id\":"   \
    id ",\"name\":" name ",\"input\":" input)
#define DELTA(i, delta) "{\"type\":\"content_block_delta\",\"index\":" i    \
    ",\"delta\":{" delta "}}"
#define TEXT(i, text) \
    DELTA(i, "\"type\":\"text_delta\",\"text\":\"" text "\"")
#define THINK(i, text) \
    DELTA(i, "\"type\":\"thinking_delta\",\"thinking\":\"" text "\"")
#define JSON(i, text) \
    DELTA(i, "\"type\":\"input_json_delta\",\"partial_json\":\"" text "\"")
#define OVER(i) "{\"type\":\"content_block_stop\",\"index\":" i "}"
#define REASON(reason) "{\"type\":\"message_delta\",\"delta\":"             \
    "{\"stop_reason\":" reason ",\"stop_sequence\":null},\"usage\":"        \
    "{\"output_tokens\":15}}"
#define LAST "{\"type\":\"message_stop\"             }"
#define PING "{\"type\": \"ping\"}"

#define EVENTS 16

/* "|" in out is where an event ends that wrote nothing, or where what was
 * written for one ends: so nothing goes out too early. */
static const struct { const char *name, *in[EVENTS], *out; } rows[] = {
    { "half a pair of surrogates waits for the other",
      { START, TEXT("0", "x\\ud83d"), TEXT("0", "\\ude00y"),
        TEXT("0", "\\uD83D"), TEXT("0", "\\uDE00"), TEXT("0", "\\\\ud83d"),
        TOOL("1", "\"t\"", "\"f\"", "{}"), JSON("1", "{\\\"\\ud83d"),
        JSON("1", "\\ude00\\\":1}"), OVER("1"), REASON("\"tool_use\""), LAST },
      "|" ROLE("\"\"") SAYS("x") "|" SAYS("\\ud83d\\ude00y") "||"
      SAYS("\\uD83D\\uDE00") "|" SAYS("\\\\ud83d") "|"
      CALL("0", "\"t\"", "\"f\"") "|" ARGUMENTS("0", "{\\\"") "|"
      ARGUMENTS("0", "\\ud83d\\ude00\\\":1}") "||||" END("tool_calls") },
    { "a text", { START, BLOCK("0", "\"type\":\"text\",\"text\":\"\""), PING,
      TEXT("0", "Hi"), TEXT("0", "\\n\\u4e2d\\\""), TEXT("0", ""),
      TEXT("0", "\xe4\xb8\xad"), OVER("0"), REASON("\"end_turn\""), LAST },
      "|||" ROLE("\"\"") SAYS("Hi") "|" SAYS("\\n\\u4e2d\\\"") "||"
      SAYS("\xe4\xb8\xad") "||||" END("stop") },
    { "a text that stands in the block's start",
      { START, BLOCK("0", "\"text\":\"Hi\",\"type\":\"text\""), OVER("0"),
        REASON("\"end_turn\"") },
      "|" ROLE("\"\"") SAYS("Hi") "|||" END("stop") },
    { "padding, as the API writes it",
      { START, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
        "\"type\":\"text_delta\",\"text\":\"a\"}      }",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
        "\"type\":\"text_delta\",\"text\":\"b\"}   }",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
        "\"type\":\"text_delta\",\"text\":\"c\" } }  ", LAST },
      "|" ROLE("\"\"") SAYS("a") "|" SAYS("b") "|" SAYS("c") "||"
      END("stop") },
    { "what only looks like the event before",
      { START, TEXT("0", "a"),
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
        "\"type\":\"text_delta\",\"text\":\"b\",\"text\":\"c\"}}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
        "\"type\":\"text_delta\",\"text\":\"d\"},\"type\":\"ping\"}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
        "\"type\":\"text_delta\",\"text\":\"e\",\"x\":{}}}",
        TEXT("0", "f") },
      "|" ROLE("\"\"") SAYS("a") "|" SAYS("c") "||" SAYS("e") "|" SAYS("f")
      "|" END("stop") },
    { "other order, other blanks, escapes in names",
      { START, "{ \"delta\" : { \"t\\u0065xt\" : \"a\" , \"type\" : "
        "\"text\\u005fdelta\" } , \"index\" : 0 , \"type\" : "
        "\"content_block_delta\" }" },
      "|" ROLE("\"\"") SAYS("a") "|" END("stop") },
    { "thinking and its signature",
      { START, BLOCK("0", "\"type\":\"thinking\",\"thinking\":\"\","
                     "\"signature\":\"\""), THINK("0", ""), THINK("0", "so "),
        THINK("0", "what"),
        DELTA("0", "\"type\":\"signature_delta\",\"signature\":\"EqQB\""),
        OVER("0"), BLOCK("1", "\"type\":\"redacted_thinking\",\"data\":"
                         "\"Zm9v\""), OVER("1"),
        TEXT("2", "Hi"), REASON("\"end_turn\"") },
      "|||" ROLE("\"\"") THOUGHT("so ") "|" THOUGHT("what") "|||||" SAYS("Hi")
      "||" END("stop") },
    { "a call in pieces, the first of them empty",
      { START, TOOL("0", "\"toolu_1\"", "\"f\"", "{}"), JSON("0", ""),
        JSON("0", "{\\\"b\\\": 1.5"), PING, JSON("0", "0}"), OVER("0"),
        REASON("\"tool_use\""), LAST },
      "|" ROLE("null") CALL("0", "\"toolu_1\"", "\"f\"") "||"
      ARGUMENTS("0", "{\\\"b\\\": 1.5") "||" ARGUMENTS("0", "0}") "||||"
      END("tool_calls") },
    { "calls behind a text, by their own count",
      { START, TEXT("0", "Hi"), OVER("0"),
        TOOL("1", "\"t1\"", "\"f\"", "{}"), JSON("1", "{}"), OVER("1"),
        BLOCK("2", "\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":"
              "\"web_search\",\"input\":{}"), JSON("2", "{\\\"query\\\":1}"),
        OVER("2"), BLOCK("3", "\"type\":\"web_search_tool_result\","
                         "\"tool_use_id\":\"s\",\"content\":[{\"type\":"
                         "\"text\",\"text\":\"no\"}]"), OVER("3"),
        TOOL("4", "\"t2\"", "\"g\"", "{}"), JSON("4", "[]"), OVER("4"),
        REASON("\"tool_use\"") },
      "|" ROLE("\"\"") SAYS("Hi") "||" CALL("0", "\"t1\"", "\"f\"") "|"
      ARGUMENTS("0", "{}") "|||||||" CALL("1", "\"t2\"", "\"g\"") "|"
      ARGUMENTS("1", "[]") "|||" END("tool_calls") },
    { "calls at a time",
      { START, TOOL("5", "\"t1\"", "\"f\"", "{}"),
        TOOL("3", "\"t2\"", "\"g\"", "{}"), JSON("5", "a"), JSON("3", "b"),
        JSON("5", "c"), OVER("5"), JSON("3", "d"), JSON("5", "late"),
        OVER("3"), OVER("3"), REASON("\"tool_use\"") },
      "|" ROLE("null") CALL("0", "\"t1\"", "\"f\"") "|"
      CALL("1", "\"t2\"", "\"g\"") "|" ARGUMENTS("0", "a") "|"
      ARGUMENTS("1", "b") "|" ARGUMENTS("0", "c") "||" ARGUMENTS("1", "d")
      "|||||" END("tool_calls") },
    { "a call without arguments",
      { START, TOOL("0", "\"t1\"", "\"f\"", "{}"), JSON("0", ""), OVER("0"),
        REASON("\"tool_use\"") },
      "|" ROLE("null") CALL("0", "\"t1\"", "\"f\"") "||"
      ARGUMENTS("0", "{}") "||" END("tool_calls") },
    { "input that came whole, and that came again in pieces",
      { START, TOOL("0", "\"t1\"", "\"f\"", "{\"b\":1.0, \"a\":\"\\n\"}"),
        TOOL("1", "\"t2\"", "\"g\"", "{\"b\":1}"), JSON("1", "{}"),
        OVER("1"), OVER("0"), REASON("\"tool_use\"") },
      "|" ROLE("null") CALL("0", "\"t1\"", "\"f\"") "|"
      CALL("1", "\"t2\"", "\"g\"") "|" ARGUMENTS("1", "{}") "||"
      ARGUMENTS("0", "{\\\"b\\\":1.0, \\\"a\\\":\\\"\\\\n\\\"}") "||"
      END("tool_calls") },
    { "blocks that do not end, ids that are none, an end with a call",
      { START, TOOL("0", "null", "null", "{}"),
        TOOL("0", "\"\"", "\"g\"", "{\"x\":1}"),
        TOOL("1", "\"t\"", "\"h\"", "{}"), REASON("null") },
      "|" ROLE("null") CALL("0", "\"call_0123_0\"", "\"\"") "|"
      ARGUMENTS("0", "{}") CALL("1", "\"call_0123_1\"", "\"g\"") "|"
      CALL("2", "\"t\"", "\"h\"") "||" ARGUMENTS("1", "{\\\"x\\\":1}")
      ARGUMENTS("2", "{}") END("tool_calls") },
    { "citations and what nobody knows yet",
      { START, TEXT("0", "Hi"),
        DELTA("0", "\"type\":\"citations_delta\",\"citation\":{\"type\":"
              "\"char_location\",\"cited_text\":\"no\",\"text\":\"no\"}"),
        BLOCK("1", "\"type\":\"what_comes_next\",\"text\":\"no\""),
        DELTA("1", "\"type\":\"next_delta\",\"text\":\"no\""),
        "{\"type\":\"next_event\",\"delta\":{\"type\":\"text_delta\","
        "\"text\":\"no\"}}", "{}", "[{\"type\":\"content_block_delta\"}]",
        "7", "{\"type\":[\"content_block_delta\"]}" },
      "|" ROLE("\"\"") SAYS("Hi") "|||||||||" END("stop") },
    { "the last reason counts, and one that is null takes none back",
      { START, TEXT("0", "Hi"), REASON("\"end_turn\""),
        REASON("\"max_tokens\""), REASON("null"), LAST },
      "|" ROLE("\"\"") SAYS("Hi") "|||||" END("length") },
    { "nothing was said", { START, PING, REASON("\"refusal\""), LAST },
      "||||" ROLE("\"\"") END("content_filter") },
    { "no start: the client's word for the model", { TEXT("0", "Hi") },
      NULL },
    { "bytes that may not stand in a string",
      { START, TEXT("0", "a"), TEXT("0", "\x01\xe4\xb8"), TEXT("0", "b") },
      "|" ROLE("\"\"") SAYS("a") "|" SAYS("\\u0001\xef\xbf\xbd\xef\xbf\xbd")
      "|" SAYS("b") "|" END("stop") },
};

static const struct { const char *reason, *finish; } reasons[] = {
    { "\"end_turn\"", "stop" }, { "\"stop_sequence\"", "stop" },
    { "\"pause_turn\"", "stop" }, { "\"max_tokens\"", "length" },
    { "\"model_context_window_exceeded\"", "length" },
    { "\"tool_use\"", "stop" }, { "\"refusal\"", "content_filter" },
    { "\"what_comes_next\"", "stop" }, { "null", "stop" }, { "7", "stop" },
    { "\"refus\\u0061l\"", "content_filter" }
};

static gw_str_t str(const char *s)
{
    return (gw_str_t){ s, strlen(s) };
}

static const gw_translate_usage_t uncounted = { NULL, NULL };

/* Translate these events into all, with the mark behind each but the last. */
static void stream(gw_text_t *all, const char *const *in, int include_usage,
                   const gw_translate_usage_t *usage, const char *mark)
{
    gw_translate_about_t about = about_it(include_usage);
    gw_translator_t *tr = gw_chat_start(&about);
    gw_text_t out;
    unsigned i;

    gw_text_init(&out, GW_TRANSLATE_EVENT, tap_pool());
    gw_text_init(all, 1 << 20, tap_pool());
    for (i = 0; i < EVENTS && in[i] != NULL; i++) {
        gw_text_clear(&out);
        if (gw_chat_event(tr, &out, str(in[i])) != NULL)
            gw_text_put(all, "(not translated)");
        gw_text_add(all, gw_text_str(&out));
        gw_text_put(all, mark);
    }
    gw_text_clear(&out);
    gw_chat_end(tr, &out, usage);
    gw_chat_end(tr, &out, usage);           /* once only */
    gw_chat_event(tr, &out, str(TEXT("0", "late")));
    gw_text_add(all, gw_text_str(&out));
}

static void streams(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_text_t all;

        stream(&all, rows[i].in, 0, &uncounted, "|");
        if (rows[i].out != NULL)
            is_mem(all.p, all.n, rows[i].out, strlen(rows[i].out), "%s",
                   rows[i].name);
        else
            ok(memmem(all.p, all.n, "\"model\":\"asked \\\"for\\\"\",", 24)
               != NULL, "%s", rows[i].name);
    }
    for (i = 0; i < GW_COUNT(reasons); i++) {
        const char *in[EVENTS] = { START, TEXT("0", "Hi"), NULL };
        char last[200], want[40];
        gw_text_t all;

        snprintf(last, sizeof(last), REASON("%s"), reasons[i].reason);
        snprintf(want, sizeof(want), "\"finish_reason\":\"%s\"}]}",
                 reasons[i].finish);
        in[2] = last;
        stream(&all, in, 0, &uncounted, "");
        ok(memmem(all.p, all.n, want, strlen(want)) != NULL, "%s is %s",
           reasons[i].reason, reasons[i].finish);
    }
}

/* ---- usage ----------------------------------------------------------- */

#define WITH(delta, finish) PLAIN(delta, finish) ",\"usage\":null}\n\n"

static void usage(void)
{
    static const char *const in[EVENTS] = {
        START, TEXT("0", "Hi"), REASON("\"end_turn\""), LAST
    };
    static const char body[] =
        WITH("\"role\":\"assistant\",\"content\":\"\"", "null")
        WITH("\"content\":\"Hi\"", "null") WITH("", "\"stop\"");
    static const char last[] = HEAD "\"choices\":[],\"usage\":"
        "{\"prompt_tokens\":2061,\"completion_tokens\":15,"
        "\"total_tokens\":2076,\"prompt_tokens_details\":"
        "{\"cached_tokens\":10,\"cache_write_tokens\":2048,"
        "\"cache_creation_input_tokens\":2048},"
        "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\n";
    gw_counts_t counts;
    gw_usage_t buckets = { { 0 } };
    gw_translate_usage_t told = { &counts, &buckets };
    gw_text_t all, want;

    gw_counts_clear(&counts);
    counts.n[GW_N_REASONING] = 0;
    buckets.bucket[GW_INPUT] = 3;
    buckets.bucket[GW_CACHE_READ] = 10;
    buckets.bucket[GW_CACHE_WRITE_5M] = 2048;
    buckets.bucket[GW_OUTPUT] = 15;
    gw_text_init(&want, 1 << 20, tap_pool());
    gw_text_put(&want, body);
    gw_text_put(&want, last);
    gw_text_put(&want, DONE);
    stream(&all, in, 1, &told, "");
    is_mem(all.p, all.n, want.p, want.n, "usage, for who asked for it");
    stream(&all, in, 0, &told, "");
    ok(memmem(all.p, all.n, "usage", 5) == NULL, "and for no one else");
    gw_text_clear(&want);
    gw_text_put(&want, body);
    gw_text_put(&want, DONE);
    stream(&all, in, 1, &uncounted, "");
    is_mem(all.p, all.n, want.p, want.n, "nothing that was not counted");
}

/* ---- bounds ---------------------------------------------------------- */

static void bounds(void)
{
    gw_translate_about_t about = about_it(0);
    gw_translator_t *tr = gw_chat_start(&about);
    gw_text_t out, event;
    const char *why = NULL;
    unsigned i;

    gw_text_init(&out, GW_TRANSLATE_EVENT, tap_pool());
    gw_text_init(&event, GW_TRANSLATE_EVENT, tap_pool());
    for (i = 0; i < 1000 && why == NULL; i++) {
        gw_text_clear(&event);
        gw_text_put(&event, "{\"type\":\"content_block_start\",\"index\":");
        gw_text_number(&event, i);
        gw_text_put(&event, ",\"content_block\":{\"type\":\"tool_use\"}}");
        gw_text_clear(&out);
        why = gw_chat_event(tr, &out, gw_text_str(&event));
    }
    ok(why != NULL && why != gw_chat_too_long, "calls without end: %s", why);
    is_int(i, 129, "128 may be open");
    tr = gw_chat_start(&about);
    why = NULL;
    for (i = 0; i < 100 && why == NULL; i++) {
        gw_text_clear(&event);
        gw_text_put(&event, "{\"type\":\"content_block_start\",\"index\":");
        gw_text_number(&event, i);
        gw_text_put(&event, ",\"content_block\":{\"type\":\"tool_use\","
                            "\"input\":[\"");
        while (event.n < (1 << 20))
            gw_text_put(&event, "0123456789abcdef");
        gw_text_put(&event, "\"]}}");
        gw_text_clear(&out);
        why = gw_chat_event(tr, &out, gw_text_str(&event));
    }
    is_str(why, gw_chat_too_long, "more is held back than there is room for");
    is_int(i, 9, "eight of a little less than 1 MiB are held");
    tr = gw_chat_start(&about);
    gw_text_init(&out, 100, tap_pool());
    is_str(gw_chat_event(tr, &out, str(TEXT("0", "Hi"))), gw_chat_too_long,
           "an event that has no room");
    is_str(gw_chat_event(tr, &out, str("{\"type\":")), gw_chat_no_json,
           "an event that is cut");
    ok(gw_chat_event(tr, &out, str("")) == NULL, "an event without data");
}

/* ---- the same in one piece ------------------------------------------- */

/* The chunks of a stream, put together again. */
typedef struct fold_t {
    gw_text_t content, thoughts, finish;
    struct { gw_text_t id, name, arguments; } call[4];
    unsigned calls;
} fold_t;

static void put(gw_text_t *text, const gw_tree_t *t, const gw_node_t *in,
                const char *name)
{
    const gw_node_t *m = gw_tree_value(t, in, name);

    if (text->kept == NULL)
        gw_text_init(text, 1 << 20, tap_pool());
    if (m != NULL)
        gw_text_add(text, gw_tree_string(t, m, tap_pool()));
}

static void fold_message(fold_t *f, const gw_tree_t *t, const gw_node_t *in)
{
    const gw_node_t *calls = gw_tree_value(t, in, "tool_calls"), *call;

    put(&f->content, t, in, "content");
    put(&f->thoughts, t, in, "reasoning_content");
    for (call = calls ? gw_tree_child(t, calls) : NULL; call != NULL;
         call = gw_tree_next(t, call)) {
        const gw_node_t *index = gw_tree_member(t, call, "index");
        const gw_node_t *fn = gw_tree_member(t, call, "function");
        unsigned k = index ? (unsigned)(*gw_tree_bytes(t, index).p - '0')
                           : call->index;

        f->calls = k + 1 > f->calls ? k + 1 : f->calls;
        put(&f->call[k].id, t, call, "id");
        put(&f->call[k].name, t, fn, "name");
        put(&f->call[k].arguments, t, fn, "arguments");
    }
}

static void fold(fold_t *f, gw_str_t json, const char *message)
{
    gw_tree_t t;
    const gw_node_t *choice;

    if (gw_tree_read(&t, json, &gw_tree_all, 0, tap_pool()) != APR_SUCCESS)
        return;
    choice = gw_tree_child(&t, gw_tree_member(&t, gw_tree_root(&t),
                                              "choices"));
    fold_message(f, &t, gw_tree_member(&t, choice, message));
    put(&f->finish, &t, choice, "finish_reason");
}

static void same(const gw_text_t *a, const gw_text_t *b, const char *what)
{
    is_mem(a->n ? a->p : "", a->n, b->n ? b->p : "", b->n, "%s", what);
}

static void round_trip(void)
{
    static const char document[] =
        "{\"model\":\"claude-x\",\"content\":[{\"type\":\"thinking\","
        "\"thinking\":\"so what\",\"signature\":\"E\"},{\"type\":\"text\","
        "\"text\":\"H\\u00e9\\\"i\"},{\"type\":\"tool_use\",\"id\":\"t1\","
        "\"name\":\"f\",\"input\":{\"b\":1.0,\"a\":\"\\n\"}},{\"type\":"
        "\"text\",\"text\":\"!\"},{\"type\":\"tool_use\",\"id\":\"t2\","
        "\"name\":\"g\",\"input\":{}}],\"stop_reason\":\"tool_use\"}";
    static const char *const in[EVENTS] = {
        START, THINK("0", "so "), THINK("0", "what"), TEXT("1", "H\\u00e9"),
        TEXT("1", "\\\"i"), TOOL("2", "\"t1\"", "\"f\"", "{}"),
        JSON("2", "{\\\"b\\\":1."), JSON("2", "0,\\\"a\\\":\\\"\\\\"),
        JSON("2", "n\\\"}"), OVER("2"), TEXT("3", "!"),
        TOOL("4", "\"t2\"", "\"g\"", "{}"), OVER("4"), REASON("\"tool_use\"")
    };
    static fold_t whole, pieces;
    gw_translate_about_t about = about_it(0);
    gw_text_t out, all;
    char *line, *end;
    unsigned k;

    gw_text_init(&out, 1 << 20, tap_pool());
    gw_chat_document(&out, str(document), &about, &uncounted);
    fold(&whole, gw_text_str(&out), "message");
    stream(&all, in, 0, &uncounted, "");
    gw_text_add(&all, (gw_str_t){ "", 1 });
    for (line = all.p; (end = strchr(line, '\n')) != NULL; line = end + 2)
        fold(&pieces, (gw_str_t){ line + 6, (apr_size_t)(end - line - 6) },
             "delta");
    same(&pieces.content, &whole.content, "the same text");
    same(&pieces.thoughts, &whole.thoughts, "the same thoughts");
    same(&pieces.finish, &whole.finish, "the same end, once");
    is_int(pieces.calls, 2, "two calls");
    is_int(whole.calls, 2, "two calls");
    for (k = 0; k < 2; k++) {
        same(&pieces.call[k].id, &whole.call[k].id, "the same id");
        same(&pieces.call[k].name, &whole.call[k].name, "the same name");
        same(&pieces.call[k].arguments, &whole.call[k].arguments,
             "the same arguments");
    }
    is_mem(whole.call[0].arguments.p, whole.call[0].arguments.n,
           "{\"b\":1.0,\"a\":\"\\n\"}", 18, "which are what was written");
}

int main(void)
{
    streams();
    usage();
    bounds();
    round_trip();
    return tap_end();
}
