/* SPDX-License-Identifier: Apache-2.0 */
/* test_event_template.c - events that are known again: each says what it says
 * byte by byte, and most of a real stream's are. */
#include "answer.h"

#include <apr_strings.h>

#include "tap.h"

/* Streams as vendors write them.  Each line of `events` is an event, in turn;
 * of it %d becomes a number that counts on, %s another text. */
static const struct {
    const char *name;
    const gw_answer_format_t *format;
    const char *events[3];
    unsigned learned;           /* so many events are parsed, at most */
} streams[] = {
    { "OpenAI", &gw_answer_openai,
      { "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
        "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}"
        ",\"logprobs\":null,\"finish_reason\":null}],\"usage\":null,"
        "\"obfuscation\":\"%d\"}\n\n" }, 1 },
    { "the time counts on", &gw_answer_openai,
      { "data: {\"id\":\"c\",\"created\":%d,\"choices\":[{\"index\":0,"
        "\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n" }, 1 },
    { "a tool is called", &gw_answer_openai,
      { "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":"
        "[{\"index\":%d,\"function\":{\"arguments\":\"{\\\"a\\\": \\\"%s"
        "\\n\"}}]},\"finish_reason\":null}]}\n\n" }, 1 },
    { "GLM thinks", &gw_answer_openai,
      { "data: {\"id\":\"202\",\"created\":%d,\"model\":\"glm\",\"choices\":["
        "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"reasoning_content\":"
        "\"%s\"}}]}\n\n" }, 1 },
    { "usage in each chunk", &gw_answer_openai,
      { "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
        "\"%s\"}}],\"usage\":{\"prompt_tokens\":12,\"total_tokens\":%d,"
        "\"completion_tokens\":%d}}\n\n" }, 1 },
    { "two choices", &gw_answer_openai,
      { "data: {\"choices\":[{\"index\":%d,\"delta\":{\"content\":\"%s\"}}]}"
        "\n\n" }, 1 },
    { "logprobs", &gw_answer_openai,
      { "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
        "\"logprobs\":{\"content\":[{\"token\":\"%s\",\"logprob\":-0.%d,"
        "\"bytes\":[%d],\"top_logprobs\":[]}],\"refusal\":null}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
        "\"logprobs\":{\"content\":[{\"token\":\"]}\",\"logprob\":-1e-5,"
        "\"bytes\":[1,%d,3]},{}],\"refusal\":null}}]}\n\n" }, 1 },
    { "two shapes in turn", &gw_answer_openai,
      { "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"reasoning\":\"%s\"}}]}\n\n" }, 4 },
    { "a comment before each", &gw_answer_openai,
      { ": %d\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n" }, 3 },
    { "Messages", &gw_answer_anthropic,
      { "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
        "\"index\":%d,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n" },
      1 },
    { "Messages call a tool", &gw_answer_anthropic,
      { "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\","
        "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
        "\"{\\\"%s\\\":\"}}\r\n\r\n" }, 1 },
    { "Messages and pings", &gw_answer_anthropic,
      { "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
        "\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"%s\"}}\n\n",
        "event: ping\ndata: {\"type\":\"ping\"}\n\n" }, 2 },
    { "Responses", &gw_answer_responses,
      { "event: response.output_text.delta\ndata: {\"type\":"
        "\"response.output_text.delta\",\"sequence_number\":%d,\"item_id\":\"i\","
        "\"delta\":\"%s\",\"logprobs\":[],\"obfuscation\":\"%d\"}\n\n" }, 1 },
    { "Responses call a tool", &gw_answer_responses,
      { "data: {\"type\":\"response.function_call_arguments.delta\","
        "\"item_id\":\"i\",\"output_index\":0,\"sequence_number\":%d,"
        "\"delta\":\"\\\"%s\\\\n\"}\n\n" }, 1 }
};

static const char *const texts[] = {
    "Hello", "", " \xe4\xbd\xa0\xe5\xa5\xbd", "a\\nb\\t\\\"c\\\"", "\\u4f60",
    "\\ud83d\\ude00", "x", "\xf0\x9f\x98\x80 and more than sixteen bytes of it",
    "\\\\", "\\ud83d", "]}", "{\\\"a\\\":", "\xff\xfe", "\t"
};

static const char *event_text(apr_pool_t *pool, const char *form, unsigned i)
{
    const char *text = "";

    for (; *form != '\0'; form++) {
        if (form[0] == '%' && form[1] == 'd')
            text = apr_psprintf(pool, "%s%u", text, i * 37 % 1000);
        else if (form[0] == '%')
            text = apr_pstrcat(pool, text, texts[i % GW_COUNT(texts)], NULL);
        else
            text = apr_psprintf(pool, "%s%c", text, *form);
        form += *form == '%';
    }
    return text;
}

/* What is not the same of both readings; NULL: all is. */
static const char *difference(const gw_answer_t *a, const gw_answer_t *b)
{
#define SAME(what) \
    if (memcmp(&a->what, &b->what, sizeof(a->what)) != 0) \
        return #what
    SAME(event);
    SAME(counts);
    SAME(started);
    SAME(finished);
    SAME(number);
    SAME(id_hash);
    SAME(told);
#undef SAME
    return a->reasoning != b->reasoning ? "reasoning"
           : a->any_data != b->any_data ? "any_data"
           : a->counted != b->counted ? "counted"
           : a->done != b->done ? "done"
           : a->error != b->error ? "error" : NULL;
}

static void says_the_same(const gw_answer_t *a, const gw_answer_t *b,
                          const char *name, unsigned i)
{
    const char *what = difference(a, b);

    is_str(what != NULL ? what : "", "", "%s, %u: what differs", name, i);
}

static void byte_by_byte(gw_answer_t *a, const char *p, apr_size_t n)
{
    apr_size_t used;

    for (; n > 0; n--, p++)
        (void)gw_answer_next(a, p, 1, &used);
}

static void test_stream(unsigned s)
{
    static gw_answer_t whole, bytes;
    apr_pool_t *pool = tap_pool();
    unsigned i, count = 0, parsed = 0;

    gw_answer_start(&whole, streams[s].format, 1);
    gw_answer_start(&bytes, streams[s].format, 1);
    while (count < 3 && streams[s].events[count] != NULL)
        count++;
    for (i = 0; i < 40; i++) {
        const char *text = event_text(pool, streams[s].events[i % count], i);
        apr_size_t n = strlen(text), used = 0;
        char *copy = malloc(n);

        memcpy(copy, text, n);
        is_int(gw_answer_next(&whole, copy, n, &used), GW_SSE_EVENT,
               "%s, event %u", streams[s].name, i);
        parsed += whole.base != NULL && strchr(text, '\t') == NULL
                  && text[0] != ':';
        byte_by_byte(&bytes, text, n);
        is_int((long long)used, (long long)n, "%s, event %u", streams[s].name,
               i);
        says_the_same(&whole, &bytes, streams[s].name, i);
        free(copy);
    }
    ok(parsed <= streams[s].learned,
       "%s: %u events were parsed", streams[s].name, parsed);
}

/* ---- what is not the same ------------------------------------------- */

#define E(id, text, rest) "data: {\"id\":" id ",\"choices\":[{\"index\":0," \
    "\"delta\":{\"content\":\"" text "\"}}],\"x\":[1,{\"y\":[]}]" rest "}\n\n"

/* The first event of a stream may have a byte order mark: it is not learned,
 * the second is. */
static void read_first(gw_answer_t *whole, gw_answer_t *bytes,
                       const char *event)
{
    apr_size_t n = strlen(event), used;
    int i;

    gw_answer_start(whole, &gw_answer_openai, 1);
    gw_answer_start(bytes, &gw_answer_openai, 1);
    for (i = 0; i < 2; i++) {
        (void)gw_answer_next(whole, event, n, &used);
        byte_by_byte(bytes, event, n);
    }
}

/* Behind E("1", "a", ""): is it known?  Whatever it is, it says the same. */
static const struct { const char *event; int known; } others[] = {
    { E("1", "b", ""), 1 }, { E("2", "b", ""), 1 }, { E("-0.5e+7", "b", ""), 1 },
    { E("12345678901234567890", "b", ""), 1 },
    { E("01", "b", ""), 0 }, { E("-", "b", ""), 0 }, { E("1.", "b", ""), 0 },
    { E("1e", "b", ""), 0 }, { E("\"1\"", "b", ""), 0 },
    { E("null", "b", ""), 0 }, { E("NaN", "b", ""), 0 },
    { E("1", "\\x", ""), 0 }, { E("1", "\\u12", ""), 0 },
    { E("1", "\\u12g4", ""), 0 }, { E("1", "\x01", ""), 0 },
    { E("1", "a\"b", ""), 0 }, { E("1", "b", ",\"finish_reason\":1"), 0 },
    { "data: {\"id\":1,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]"
      ",\"x\":[[[[[]]]],{\"]\":\"}\"}, 1e3, NaN]}\n\n", 1 },
    { "data: {\"id\":1,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]"
      ",\"x\":[1}\n\n", 0 },
    { "data: {\"id\":1,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]"
      ",\"x\":[[1]}\n\n", 0 },
    { "data: {\"id\":1,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]"
      ",\"x\":[1]]}\n\n", 0 },
    { "data: {\"id\":1,\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}}]"
      ",\"x\":[1,{\"y\":[]}]}\n\n", 1 },
    { "data: {\"id\":1,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]"
      ",\"x\":[1,{\"y\":[]}],\"error\":{}}\n\n", 0 },
    { "data: {\"id\":1,\"choices\":[]}\n\n", 0 }, { "data: [DONE]\n\n", 0 },
    { ":\n\n", 0 }
};

static void test_other(unsigned i)
{
    static const char first[] = E("1", "a", "");
    static gw_answer_t whole, bytes;
    apr_size_t n = strlen(others[i].event), used = 0;
    char *copy = malloc(n);

    memcpy(copy, others[i].event, n);
    read_first(&whole, &bytes, first);
    is_int(gw_answer_next(&whole, copy, n, &used), GW_SSE_EVENT, "other %u", i);
    byte_by_byte(&bytes, copy, n);
    is_int(whole.base == NULL, others[i].known, "other %u is known", i);
    is_int((long long)used, (long long)n, "other %u", i);
    says_the_same(&whole, &bytes, "other", i);
    free(copy);
}

/* Too deep inside what no rule is for: the reader says so, too. */
static void test_depth(void)
{
    static gw_answer_t whole, bytes;
    static const unsigned depths[] = { 3, 30, 47, 48, 49, 61, 62, 63, 64, 70 };
    apr_pool_t *pool = tap_pool();
    unsigned i, k;

    for (i = 0; i < GW_COUNT(depths); i++) {
        const char *open = "", *shut = "", *event;
        apr_size_t used;

        for (k = 0; k < depths[i]; k++) {
            open = apr_pstrcat(pool, open, "[", NULL);
            shut = apr_pstrcat(pool, shut, "]", NULL);
        }
        event = apr_pstrcat(pool, "data: {\"id\":1,\"choices\":[{\"index\":0,"
                            "\"delta\":{\"content\":\"a\"}}],\"x\":", open,
                            shut, "}\n\n", NULL);
        read_first(&whole, &bytes, E("1", "a", ""));
        (void)gw_answer_next(&whole, event, strlen(event), &used);
        byte_by_byte(&bytes, event, strlen(event));
        says_the_same(&whole, &bytes, "deep", depths[i]);
    }
}

/* Longer than a template, and with more to tell: parsed each time. */
static void test_too_much(void)
{
    static gw_answer_t a;
    apr_pool_t *pool = tap_pool();
    const char *padding = "", *values = "";
    unsigned i, k;

    for (i = 0; i < GW_TEMPLATE_BYTES; i++)
        padding = apr_pstrcat(pool, padding, "x", NULL);
    for (i = 0; i < GW_TEMPLATE_VALUES; i++)
        values = apr_pstrcat(pool, values, ",\"a\":1", NULL);
    for (k = 0; k < 2; k++) {
        const char *event = apr_pstrcat(pool, "data: {\"choices\":[{}],\"y\":\"",
                                        k == 0 ? padding : "", "\"",
                                        k == 0 ? "" : values, "}\n\n", NULL);
        apr_size_t used;

        gw_answer_start(&a, &gw_answer_openai, 1);
        (void)gw_answer_next(&a, event, strlen(event), &used);
        (void)gw_answer_next(&a, event, strlen(event), &used);
        (void)gw_answer_next(&a, event, strlen(event), &used);
        ok(a.base != NULL, "%s", k == 0 ? "too long" : "too much");
    }
}

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(streams); i++)
        test_stream(i);
    for (i = 0; i < GW_COUNT(others); i++)
        test_other(i);
    test_depth();
    test_too_much();
    return tap_end();
}
