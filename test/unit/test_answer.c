/* SPDX-License-Identifier: Apache-2.0 */
/* test_answer.c - what answers say of their bill, in any cut. */
#include "answer.h"

#include "tap.h"

static const struct {
    const gw_answer_format_t *format;
    const char *name, *stream, *events, *answer;
} rows[] = {
#define A(name, stream, events, answer) \
    { &gw_answer_openai, name, stream, events, answer },
#include "data/answers.h"
#undef A
#define A(name, stream, events, answer) \
    { &gw_answer_anthropic, name, stream, events, answer },
#include "data/answers_messages.h"
#undef A
#define A(name, stream, events, answer) \
    { &gw_answer_responses, name, stream, events, answer },
#include "data/answers_responses.h"
#undef A
};

/* ---- an answer as text ---------------------------------------------- */

typedef struct reading_t {
    gw_answer_t answer;
    char events[4096], text[512];
    size_t n, bytes[32], count;     /* of the text of events; of each event */
} reading_t;

static void write_event(reading_t *r)
{
    const gw_event_t *e = &r->answer.event;

    r->bytes[r->count++] = e->bytes;
    r->n += (size_t)sprintf(
        r->events + r->n, "%zu %s%s%s%s%s%s%s\n", e->text,
        e->data ? "d" : "", e->done ? "D" : "", e->usage ? "u" : "",
        e->no_choices ? "n" : "", e->finish ? "f" : "", e->error ? "e" : "",
        e->opening ? "o" : "");
}

static void start_in(reading_t *r, const gw_answer_format_t *format)
{
    r->n = r->count = 0;
    r->events[0] = '\0';
    gw_answer_start(&r->answer, format, 1);
}

static void start(reading_t *r)
{
    start_in(r, &gw_answer_openai);
}

static void feed(reading_t *r, const char *p, size_t n)
{
    char *copy = malloc(n + 1);
    size_t done = 0;

    memcpy(copy, p, n);
    while (done < n) {
        apr_size_t used = 99999;
        gw_sse_result_t result = gw_answer_next(&r->answer, copy + done,
                                                n - done, &used);

        done += used;
        if (result == GW_SSE_EVENT)
            write_event(r);
        else if (result == GW_SSE_TAIL)     /* it is one byte longer */
            r->bytes[r->count - 1] = r->answer.event.bytes;
    }
    free(copy);
}

static void write_answer(reading_t *r)
{
    static const char *const names[GW_COUNTS] = {
        "prompt", "completion", "total", "cached", "written", "written_5m",
        "written_1h", "audio", "image", "video", "reasoning", "audio_out",
        "units"
    };
    const gw_answer_t *a = &r->answer;
    char *o = r->text;
    unsigned i;

    for (i = 0; i < GW_COUNTS; i++) {
        if (a->counts.n[i] >= 0)
            o += sprintf(o, "%s %lld ", names[i], (long long)a->counts.n[i]);
    }
    if (a->counts.largest > 0)
        o += sprintf(o, "largest %d ", (int)a->counts.largest);
    o += sprintf(o, "%s%s%s%s%s%s%s%s", a->counts.explicit_cache ? "x" : "",
                 a->counts.beginning ? "B" : "",
                 a->counts.bad ? "b" : "", a->counts.seen ? "s" : "",
                 a->done ? "D" : "", a->error ? "e" : "",
                 a->reasoning ? "r" : "",
                 gw_answer_complete(a, 1) ? "c" : "");
    while (o > r->text && o[-1] == ' ')
        o--;
    *o = '\0';
}

static void end(reading_t *r)
{
    if (gw_answer_last(&r->answer))
        write_event(r);
    write_answer(r);
}

static reading_t whole, part;

/* Do the events make up the stream, each with its blank line? */
static int events_tile(const reading_t *r, const char *s, size_t n)
{
    size_t i, at = 0;

    for (i = 0; i < r->count; i++) {
        at += r->bytes[i];
        if (at < 2 || at > n || (at < n && (strchr("\r\n", s[at - 1]) == NULL
            || strchr("\r\n", s[at - 2]) == NULL || s[at] == '\n')))
            return 0;
    }
    return at == n;
}

static int same_cut(const gw_answer_format_t *format, const char *s, size_t n,
                    size_t i, size_t k)
{
    start_in(&part, format);
    feed(&part, s, i);
    feed(&part, s + i, k - i);
    feed(&part, s + k, n - k);
    end(&part);
    return strcmp(part.events, whole.events) == 0
           && strcmp(part.text, whole.text) == 0
           && memcmp(part.bytes, whole.bytes,
                     whole.count * sizeof(whole.bytes[0])) == 0
           && part.answer.id_hash == whole.answer.id_hash;
}

/* ---- streams -------------------------------------------------------- */

static void test_streams(void)
{
    unsigned long long seed = 21;
    unsigned i, k, wrong;
    size_t n, at;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const gw_answer_format_t *format = rows[i].format;
        const char *s = rows[i].stream;

        n = strlen(s);
        start_in(&whole, format);
        feed(&whole, s, n);
        end(&whole);
        is_str(whole.events, rows[i].events, "%s: events", rows[i].name);
        is_str(whole.text, rows[i].answer, "%s: answer", rows[i].name);
        ok(events_tile(&whole, s, n), "%s: bytes", rows[i].name);
        for (at = wrong = 0; at <= n; at++)
            wrong += !same_cut(format, s, n, at, at);
        for (k = 0; k < 300; k++) {
            at = tap_random(&seed) % (n + 1);
            wrong += !same_cut(format, s, n, at,
                               at + tap_random(&seed) % (n + 1 - at));
        }
        is_int(wrong, 0, "%s: in all cuts", rows[i].name);
        start_in(&part, format);
        for (at = 0; at < n; at++)
            feed(&part, s + at, 1);
        end(&part);
        is_str(part.events, rows[i].events, "%s: byte by byte", rows[i].name);
        is_str(part.text, rows[i].answer, "%s: byte by byte", rows[i].name);
    }
}

/* ---- documents ------------------------------------------------------ */

static const struct {
    const char *name, *doc, *event, *answer;
    apr_status_t rv;
    const gw_answer_format_t *format;   /* NULL: OpenAI's */
} docs[] = {
#include "data/answers_documents.h"
};

static void test_docs(void)
{
    unsigned i;
    size_t n, k;

    for (i = 0; i < GW_COUNT(docs); i++) {
        n = strlen(docs[i].doc);
        for (k = 0; k <= n; k++) {
            gw_answer_start(&part.answer, docs[i].format != NULL
                            ? docs[i].format : &gw_answer_openai, 0);
            gw_answer_feed(&part.answer, docs[i].doc, k);
            gw_answer_feed(&part.answer, docs[i].doc + k, n - k);
            if (gw_answer_end(&part.answer) != docs[i].rv)
                break;
            part.n = part.count = 0;
            write_event(&part);
            write_answer(&part);
            if (strcmp(part.events, docs[i].event) != 0
                || part.bytes[0] != n || strcmp(part.text, docs[i].answer) != 0)
                break;
        }
        is_str(part.events, docs[i].event, "document: %s: event",
               docs[i].name);
        is_str(part.text, docs[i].answer, "document: %s: answer",
               docs[i].name);
        is_int(k, n + 1, "document: %s: in all cuts", docs[i].name);
    }
}

/* A batch of embeddings has more values than a request may have. */
static void test_embeddings(void)
{
    static const char usage[] = "0]}],\"usage\":{\"prompt_tokens\":5}}";
    gw_answer_t *a = &whole.answer;
    unsigned i;

    gw_answer_start(a, &gw_answer_openai, 0);
    gw_answer_feed(a, "{\"data\":[{\"embedding\":[", 23);
    for (i = 0; i < 2 * GW_JSON_VALUES; i++)
        gw_answer_feed(a, "0.1,", 4);
    gw_answer_feed(a, usage, sizeof(usage) - 1);
    is_int(gw_answer_end(a), APR_SUCCESS, "two million values");
    is_int(a->counts.n[GW_N_PROMPT], 5, "... and their usage");
}

/* ---- ids ------------------------------------------------------------ */

static apr_uint64_t id_of(const char *doc)
{
    gw_answer_start(&whole.answer, &gw_answer_openai, 0);
    gw_answer_feed(&whole.answer, doc, strlen(doc));
    return whole.answer.id_hash;
}

static apr_uint64_t hash(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return gw_answer_id_hash(s);
}

static void test_ids(void)
{
    ok(hash("") == 0xcbf29ce484222325ULL, "FNV-1a of nothing");
    ok(hash("a") == 0xaf63dc4c8601ec8cULL, "FNV-1a of a");
    ok(hash("foobar") == 0x85944171f73967e8ULL, "FNV-1a of foobar");
    ok(id_of("{\"id\":\"chatcmpl-7\"}") == hash("chatcmpl-7"), "an id");
    ok(id_of("{\"id\":\"a\\/b\\u0041\"}") == hash("a/bA"), "an escaped id");
    is_str(whole.answer.id, "a/bA", "... is kept");
    ok(id_of("{\"id\":\"\"}") == 0, "an empty id");
    ok(id_of("{\"id\":7}") == 0, "an id that is no string");
    ok(id_of("{\"id\":\"a\",\"id\":\"b\"}") == hash("a"), "the first id");
    gw_answer_start(&whole.answer, &gw_answer_anthropic, 1);
    feed(&whole, START, sizeof(START) - 1);
    ok(whole.answer.id_hash == hash("msg_1"), "a message's id");
    ok(id_of("{\"choices\":[{\"id\":\"a\"}],\"x_groq\":{\"id\":\"b\"}}") == 0,
       "ids of others");
}

/* Of events that are known again, too. */
static void test_numbers(void)
{
    static const char s[] = NUMBERED("8", "a") NUMBERED("9", "bc")
                            NUMBERED("10", "def") NUMBERED("011", "g")
                            NUMBERED("12", "h\\n") NUMBERED("13", "i");
    unsigned at = 0;

    for (; at < sizeof(s); at++) {
        start_in(&whole, &gw_answer_responses);
        feed(&whole, s, at);
        feed(&whole, s + at, sizeof(s) - 1 - at);
        if (whole.answer.number != 13)
            break;
    }
    is_int(at, sizeof(s), "the last number, in all cuts");
    is_str(whole.events, "1 d\n2 d\n3 d\n1 d\n2 d\n1 d\n", "... events");
}

/* ---- the end -------------------------------------------------------- */

static const struct {
    const char *name, *stream;
    apr_int64_t n;
    int complete, messages;
} ends[] = {
    { "nothing", "", 1, 0 },
    { "[DONE] alone", "data: [DONE]\n\n", 4, 1 },
    { "one of one", "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
      1, 1 },
    { "one of two", "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
      2, 0 },
    { "the same twice is one of two",
      "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n"
      "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n", 2, 0 },
    { "two of two", "data: {\"choices\":[{\"index\":1,\"finish_reason\":"
      "\"stop\"},{\"index\":0,\"finish_reason\":\"stop\"}]}\n\n", 2, 1 },
    { "more than asked for, one open",
      "data: {\"choices\":[{\"index\":1,\"finish_reason\":\"stop\"},"
      "{\"index\":0}]}\n\n", 1, 0 },
    { "choice 127", "data: {\"choices\":[{\"index\":127,\"finish_reason\":"
      "\"stop\"},{\"index\":63}]}\n\ndata: {\"choices\":[{\"index\":63,"
      "\"finish_reason\":\"stop\"}]}\n\n", 2, 1 },
    { "no index is 0", "data: {\"choices\":[{\"finish_reason\":\"stop\"},"
      "{\"index\":1,\"finish_reason\":\"stop\"}]}\n\n", 2, 1 },
    { "... also behind another", "data: {\"choices\":[{\"index\":1,"
      "\"finish_reason\":\"stop\"},{\"finish_reason\":\"stop\"}]}\n\n", 2,
      1 },
    { "64 is not 0", "data: {\"choices\":[{\"index\":64,\"finish_reason\":"
      "\"stop\"},{\"index\":0}]}\n\n", 1, 0 },
    { "null is no finish", "data: {\"choices\":[{\"finish_reason\":null}]}"
      "\n\n", 1, 0 },
    { "message_start", "data: {\"type\":\"message_start\"}\n\n", 1, 0, 1 },
    { "stop_reason", "data: {\"type\":\"message_delta\",\"delta\":{"
      "\"stop_reason\":\"end_turn\"}}\n\n", 1, 1, 1 },
    { "no stop_reason", "data: {\"type\":\"message_delta\",\"delta\":{"
      "\"stop_reason\":null}}\n\n", 1, 0, 1 },
    { "message_stop", "data: {\"type\":\"message_stop\"   }\n\n", 1, 1, 1 },
    { "message_stop by its name", "event: message_stop\ndata: {}\n\n", 1, 1,
      1 },
    { "a name is nothing to others", "event: message_stop\ndata: {}\n\n", 1,
      0, 0 }
};

static void test_ends(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(ends); i++) {
        start_in(&whole, ends[i].messages ? &gw_answer_anthropic
                                          : &gw_answer_openai);
        feed(&whole, ends[i].stream, strlen(ends[i].stream));
        is_int(gw_answer_complete(&whole.answer, ends[i].n),
               ends[i].complete, "complete: %s", ends[i].name);
    }
}

/* After a clean end of the body what began counts, not what was asked for. */
static const struct {
    const char *name, *stream;
    int ended, finished;
} clean[] = {
    { "nothing", "", 0, 0 },
    { "pings", "data: {\"type\":\"ping\"}\n\n: x\n\n", 0, 0 },
    { "[DONE]", "data: [DONE]\n\n", 1, 0 },
    { "the one that began",
      "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n", 1, 1 },
    { "one of two that began", "data: {\"choices\":[{\"index\":1},"
      "{\"index\":0,\"finish_reason\":\"stop\"}]}\n\n", 0, 0 },
    { "no finish_reason", "data: {\"choices\":[{\"delta\":{\"content\":"
      "\"a\"}}]}\n\n", 0, 0 },
    { "no finish_reason, but usage", "data: {\"choices\":[{\"delta\":{"
      "\"content\":\"a\"}}]}\n\ndata: {\"choices\":[],\"usage\":{"
      "\"prompt_tokens\":1}}\n\n", 1, 0 },
    { "usage in between", "data: {\"choices\":[],\"usage\":{"
      "\"prompt_tokens\":1}}\n\ndata: {\"choices\":[{\"delta\":{"
      "\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"delta\":{"
      "\"content\":\"b\"}}]}\n\n", 0, 0 },
    { "running usage", "data: {\"choices\":[{\"delta\":{\"content\":"
      "\"a\"}}],\"usage\":{\"prompt_tokens\":1}}\n\n", 0, 0 },
    { "usage alone", "data: {\"choices\":[],\"usage\":{"
      "\"prompt_tokens\":1}}\n\n", 1, 0 }
};

static void test_clean_ends(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(clean); i++) {
        start(&whole);
        feed(&whole, clean[i].stream, strlen(clean[i].stream));
        is_int(gw_answer_ended(&whole.answer), clean[i].ended, "ended: %s",
               clean[i].name);
        is_int(gw_answer_finished(&whole.answer), clean[i].finished,
               "finished: %s", clean[i].name);
    }
}

#define CHOICES GW_SHOWS_CHOICES
#define LIST GW_SHOWS_LIST
#define CONTENT GW_SHOWS_CONTENT
#define TOKENS GW_SHOWS_TOKENS

/* Does it have what makes it an answer? */
static const struct { unsigned shows; int is; const char *doc; } shapes[] = {
    { CHOICES, 1, "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}" },
    { CHOICES, 1, "{\"success\":true,\"error\":null,\"choices\":[{}]}" },
    { CHOICES, 1, "{\"choices\":[{}],\"base_resp\":{\"status_code\":0}}" },
    { CHOICES, 1, "{\"choices\":[],\"usage\":{\"prompt_tokens\":4}}" },
    { CHOICES, 0, "{\"choices\":[],\"usage\":{\"prompt_tokens\":0}}" },
    { CHOICES, 0, "{}" },
    { CHOICES, 0, "[]" },
    { CHOICES, 0, "[1,2]" },
    { CHOICES, 0, "<html>" },
    { CHOICES, 0, "" },
    { CHOICES, 0, "{\"choices\":null}" },
    { CHOICES, 0, "{\"choices\":{}}" },
    { CHOICES, 0, "{\"choices\":[null]}" },
    { CHOICES, 0, "{\"data\":[{\"embedding\":[1]}]}" },
    { CHOICES, 0, "{\"choices\":[{}],\"success\":false}" },
    { CHOICES, 0, "{\"choices\":[{}],\"error\":{\"code\":1}}" },
    { CHOICES, 0, "{\"choices\":[{\"error\":{\"code\":502}}]}" },
    { CHOICES, 0, "{\"choices\":[{}],\"base_resp\":{\"status_code\":"
      "1004}}" },
    { CHOICES, 1, "{\"choices\":[{\"text\":\"a\"}]}" },
    { LIST, 1, "{\"data\":[]}" },
    { LIST, 0, "{\"choices\":[{}]}" },
    { LIST, 0, "{\"data\":null}" },
    { LIST, 0, "[{\"data\":[]}]" },
    { LIST, 1, "{\"output\":[],\"error\":null}" },
    { CONTENT, 1, "{\"type\":\"message\",\"content\":[]}" },
    { CONTENT, 0, "{\"type\":\"error\",\"error\":{\"type\":\"x\"}}" },
    { CONTENT, 0, "{\"type\":\"message\",\"content\":\"a\"}" },
    { CONTENT, 0, "{\"message\":{\"content\":[]}}" },
    { CONTENT, 0, "{\"type\":\"error\",\"content\":[]}" },
    { CONTENT, 0, "{\"choices\":[{}]}" },
    { TOKENS, 1, "{\"input_tokens\":7}" },
    { TOKENS, 0, "{\"content\":[]}" },
    { TOKENS, 0, "{\"input_tokens\":7,\"error\":{\"type\":\"x\"}}" },
    { TOKENS, 0, "{\"usage\":{\"input_tokens\":7}}" }
};

static void test_shapes(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(shapes); i++) {
        gw_answer_start(&whole.answer, shapes[i].shows == CONTENT
                                       || shapes[i].shows == TOKENS
                        ? &gw_answer_anthropic : &gw_answer_openai, 0);
        gw_answer_feed(&whole.answer, shapes[i].doc, strlen(shapes[i].doc));
        is_int(gw_answer_is(&whole.answer, shapes[i].shows), shapes[i].is,
               "%u: %s", shapes[i].shows, shapes[i].doc);
    }
}

/* What nobody asked for but the gateway: hidden, unless `another` was. */
#define USAGE "\"usage\":{\"prompt_tokens\":1}"
static const struct { int hides, again; const char *event; } hidden[] = {
    { 1, 0, "{\"choices\":[]," USAGE "}" },
    { 1, 1, "{\"choices\":[{\"index\":0,\"delta\":{}}]," USAGE "}" },
    { 1, 1, "{\"choices\":[{\"delta\":{\"content\":\"\"}}]," USAGE "}" },
    { 0, 0, "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]," USAGE "}" },
    { 0, 0, "{\"choices\":[{\"delta\":{\"role\":\"r\"}}]," USAGE "}" },
    { 0, 0, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
            USAGE "}" },
    { 0, 0, "{" USAGE "}" }
};

static void test_hidden(void)
{
    char text[200];
    unsigned i;

    for (i = 0; i < GW_COUNT(hidden); i++) {
        gw_str_t pieces[2] = { { text, 3 }, { text + 3, 0 } };
        const gw_event_t *ev = &whole.answer.event;
        int n = sprintf(text, "data: %s\n\n", hidden[i].event);

        pieces[1].n = (apr_size_t)n - 3;
        start(&whole);
        feed(&whole, text, (size_t)n);
        ok(ev->usage && !ev->error, "bears usage: %s", hidden[i].event);
        is_int(gw_answer_openai.hides(ev, 0, pieces, 2), hidden[i].hides,
               "hides %s", hidden[i].event);
        is_int(gw_answer_openai.hides(ev, 1, pieces, 2), hidden[i].again,
               "... another one");
    }
}

/* ---- half an event --------------------------------------------------- */

/* Each of them: what is counted and finished by the second event's end is not,
 * wherever that is cut off. */
static const struct {
    const char *name, *first, *second;
    int messages;
} halves[] = {
    { "the first one", "",
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},"
      "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10}}", 0 },
    { "finish, then usage",
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
      "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}", 0 },
    { "running usage",
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{"
      "\"prompt_tokens\":10,\"completion_tokens\":1}}\n\n",
      "data: {\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":2},"
      "\"choices\":[{\"index\":1,\"finish_reason\":\"stop\"}]}", 0 },
    { "stop_reason, then usage",
      "data: {\"type\":\"message_start\",\"message\":{\"usage\":{"
      "\"input_tokens\":10,\"output_tokens\":1}}}\n\n",
      "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
      "\"end_turn\"},\"usage\":{\"input_tokens\":12,\"output_tokens\":5}}",
      1 }
};

static void test_half(unsigned i, size_t n, int broke)
{
    start_in(&whole, halves[i].messages ? &gw_answer_anthropic
                                        : &gw_answer_openai);
    feed(&whole, halves[i].first, strlen(halves[i].first));
    start_in(&part, whole.answer.format);
    feed(&part, halves[i].first, strlen(halves[i].first));
    feed(&part, halves[i].second, n);
    if (broke)
        gw_answer_cut(&part.answer);
    else
        gw_answer_last(&part.answer);
    write_answer(&whole);
    write_answer(&part);
    is_str(part.text, whole.text, "half: %s, %u bytes of it%s",
           halves[i].name, (unsigned)n, broke ? ", broke" : "");
}

static void test_halves(void)
{
    unsigned i;
    size_t n, length;

    for (i = 0; i < GW_COUNT(halves); i++) {
        length = strlen(halves[i].second);
        for (n = 0; n < length; n++) {
            test_half(i, n, 0);
            test_half(i, n, 1);
        }
        test_half(i, n, 1);
        feed(&whole, halves[i].second, length);
        gw_answer_last(&whole.answer);
        ok(gw_answer_complete(&whole.answer, 1) || i == 2,
           "half: %s is whole without its blank line", halves[i].name);
    }
    feed(&whole, "\n\n", 2);
    gw_answer_cut(&whole.answer);
    ok(gw_answer_complete(&whole.answer, 1), "half: there is none to cut");
}

/* An answer starts from nothing, whatever was in its memory. */
static void test_start(void)
{
    gw_answer_t *a = &whole.answer;
    apr_size_t used = 99;

    memset(a, 0x55, sizeof(*a));
    gw_answer_start(a, &gw_answer_openai, 0);
    is_int(a->sse, 0, "a document");
    memset(a, 0x55, sizeof(*a));
    gw_answer_start(a, &gw_answer_openai, 1);
    is_int(a->sse, 1, "a stream");
    is_int(gw_answer_last(a), 0, "... without events");
    gw_answer_next(a, "data: {\"error\":1}\n\r", 19, &used);
    is_int(gw_answer_next(a, NULL, 0, &used), GW_SSE_MORE, "fed nothing");
    is_int(used, 0, "... it uses nothing");
    ok(a->event.error, "... and keeps its last event");
    is_int(gw_answer_next(a, "\n", 1, &used), GW_SSE_TAIL, "... and its tail");
    is_int(gw_answer_last(a), 0, "... which is not one more");
}

int main(void)
{
    test_start();
    test_streams();
    test_docs();
    test_embeddings();
    test_ids();
    test_numbers();
    test_ends();
    test_clean_ends();
    test_halves();
    test_shapes();
    test_hidden();
    return tap_end();
}
