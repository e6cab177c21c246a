/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_stream.c - streams of chat completions as Responses events:
 * each kind of event byte by byte, those of vendors by a strict reader, how
 * they fail, and bounds. */
#include "responses_about.h"
#include "responses_fold.h"
#include "said_blocks.h"
#include "tap.h"

static const gw_translate_usage_t uncounted = { NULL, NULL };

typedef struct run_t {
    gw_text_t out;
    const char *why;            /* of an event, or of the end */
    unsigned quiet;             /* chunks before anything was written */
    gw_translator_t *tr;
} run_t;

/* Translate chunks, one a line, and their end. */
static run_t run(char *chunks, unsigned summary,
                 const gw_translate_usage_t *usage, apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(summary, pool);
    char *next = chunks, *end;
    apr_size_t n = 0;
    run_t r = { .quiet = 0 };

    r.tr = gw_responses_start(&about);
    gw_text_init(&r.out, GW_TRANSLATE_EVENT, pool);
    for (; r.why == NULL && (end = strchr(next, '\n')) != NULL;
         next = end + 1) {
        gw_str_t data = { next, (apr_size_t)(end - next) };

        n = r.out.n;
        r.why = gw_responses_event(r.tr, &r.out, data);
        r.quiet += r.out.n == 0;
    }
    if (r.why == NULL) {
        n = r.out.n;
        r.why = gw_responses_end(r.tr, &r.out, usage);
    }
    if (r.why != NULL)
        r.out.n = n;            /* what failed is void */
    return r;
}

static const char *fault_of(const run_t *r, rfold_t *fold, apr_pool_t *pool)
{
    rfold_init(fold, pool);
    rfold_feed(fold, gw_text_str(&r->out));
    return fold->fault;
}

/* ---- event by event -------------------------------------------------- */

typedef struct stream_t {
    const char *name;
    unsigned summary, quiet;
    const char *chunks, *events;
} stream_t;

static const stream_t streams[] = {
#define S(name, summary, quiet, chunks, events) \
    { name, summary, quiet, chunks, events },
#include "data/responses_streams.h"
#undef S
};

static void streams_as_events(void)
{
    apr_pool_t *pool;
    unsigned i;

    for (i = 0; i < GW_COUNT(streams); i++) {
        const stream_t *s = &streams[i];
        rfold_t fold;
        char *want;
        run_t r;

        apr_pool_create(&pool, tap_pool());
        want = quoted(apr_pstrcat(pool, BEGIN("m"), s->events, NULL), pool);
        r = run(quoted(s->chunks, pool), s->summary, &uncounted, pool);
        is_str(r.why, NULL, "%s", s->name);
        is_mem(r.out.p, r.out.n, want, strlen(want), "%s: events", s->name);
        is_int(r.quiet, s->quiet, "%s: nothing at first", s->name);
        is_str(fault_of(&r, &fold, pool), NULL, "%s: a reader understands",
               s->name);
        ok(fold.end != NULL, "%s: and knows its end", s->name);
        apr_pool_destroy(pool);
    }
}

/* ---- the streams of vendors ------------------------------------------ */

#undef DONE
#undef FN
#undef ARGS

static const stream_t vendors[] = {
#define S(name, quiet, chunks, events) { name, 0, quiet, chunks, NULL },
#include "data/messages_streams.h"
#undef S
};

static void streams_of_vendors(void)
{
    apr_pool_t *pool;
    unsigned i, summary;

    for (i = 0; i < 2 * GW_COUNT(vendors); i++) {
        const stream_t *s = &vendors[i / 2];
        rfold_t fold;
        run_t r;

        summary = i % 2;
        apr_pool_create(&pool, tap_pool());
        r = run(quoted(s->chunks, pool), summary, &uncounted, pool);
        is_str(r.why, NULL, "%s", s->name);
        is_int(r.quiet, s->quiet, "%s: nothing at first", s->name);
        is_str(fault_of(&r, &fold, pool), NULL, "%s: a reader understands",
               s->name);
        ok(fold.end != NULL, "%s: and knows its end", s->name);
        apr_pool_destroy(pool);
    }
}

/* ---- what cannot be translated --------------------------------------- */

static const struct {
    const char *name, *chunks, *why;
    const char *failed;         /* what stands in `output` of the last event */
} bad_streams[] = {
    { "an event that is no JSON", C("'content':'x'", "null") "{'a':\n",
      GW_SAID_NO_JSON, MESSAGE(0, "incomplete", OUT_TEXT("x")) },
    { "no event before it", "{'a':\n", GW_SAID_NO_JSON, "" },
    { "arguments that are cut", C("'content':'x'", "null")
      F("'index':0," FN("f", "{\\'a")) DONE("tool_calls"), GW_SAID_NO_OBJECT,
      SAID(0, "x") },
    { "... beside more of a text", C("'content':'x'", "null")
      C("'content':'y','tool_calls':[{" FN("f", "[]") "}]", "null"),
      GW_SAID_NO_OBJECT, SAID(0, "xy") },
    { "... beside all of a text",
      C("'content':'y','tool_calls':[{" FN("f", "[]") "}]", "null"),
      GW_SAID_NO_OBJECT, "" },
    { "arguments that are an array", F("'index':0," FN("f", "[]")),
      GW_SAID_NO_OBJECT, "" },
    { "arguments of a search that are none",
      F("'index':0," FN("tool_search", "query")), GW_SAID_NO_OBJECT, "" },
    { "something behind the arguments",
      F("'index':0,'id':'a'," FN("f", "{}")) F("'index':0," ARGS("{}")),
      GW_SAID_NO_OBJECT, "" },
    { "held arguments that are none", F("'index':0,'id':'a'," FN("f", "{"))
      F("'index':1," FN("g", "}")) F("'index':0," ARGS("}")),
      GW_SAID_NO_OBJECT, "" },
    { "... behind what came before", F("'index':0,'id':'a'," FN("f", "{}"))
      F("'index':1," FN("g", "{")) F("'index':1," ARGS("]")),
      GW_SAID_NO_OBJECT, CALLED(0, "completed", "a", "f", "{}") },
    { "a call without a name", F("'index':0,'id':'a'," ARGS("{}"))
      DONE("tool_calls"), GW_SAID_NO_NAME, "" },
    { "GLM: its network failed", C("'content':'x'", "null")
      DONE("network_error"), GW_SAID_BROKEN,
      MESSAGE(0, "incomplete", OUT_TEXT("x")) }
};

static void streams_that_fail(void)
{
    apr_pool_t *pool;
    unsigned i;

    for (i = 0; i < GW_COUNT(bad_streams); i++) {
        rfold_t fold;
        run_t r;

        apr_pool_create(&pool, tap_pool());
        r = run(quoted(bad_streams[i].chunks, pool), 0, &uncounted, pool);
        is_str(r.why, bad_streams[i].why, "%s", bad_streams[i].name);
        is_str(fault_of(&r, &fold, pool), NULL, "%s: what was written",
               bad_streams[i].name);
        ok(fold.end == NULL, "%s: is not said to be whole",
           bad_streams[i].name);
        gw_responses_fail(r.tr, &r.out, "server_error", r.why);
        is_str(fault_of(&r, &fold, pool), NULL, "%s: and how it failed",
               bad_streams[i].name);
        is_str(fold.end, "response.failed", "%s: is said",
               bad_streams[i].name);
        is_str(fold.output, quoted(bad_streams[i].failed, pool),
               "%s: with what there was", bad_streams[i].name);
        apr_pool_destroy(pool);
    }
}

/* A connection that breaks: no event was wrong. */
static void broken(void)
{
    apr_pool_t *pool = tap_pool();
    gw_translate_about_t about = about_of(1, pool);
    gw_translator_t *tr = gw_responses_start(&about);
    const char *want;
    gw_text_t out;

    gw_text_init(&out, GW_TRANSLATE_EVENT, pool);
    gw_responses_event(tr, &out, str(quoted(C("'content':'x'", "null"),
                                            pool)));
    gw_responses_fail(tr, &out, "rate_limit_exceeded", "It's \"over\".");
    want = quoted(BEGIN("m") TEXT_BEGINS(0) RT(0, "x")
                  FAILED("rate_limit_exceeded", "It\1s \\'over\\'.",
                         MESSAGE(0, "incomplete", OUT_TEXT("x"))), pool);
    *strchr(want, '\1') = '\'';
    is_mem(out.p, out.n, want, strlen(want), "half a text is kept");
}

/* ---- usage and model ------------------------------------------------- */

static void usage(void)
{
    static const gw_usage_t buckets = {
        .bucket = { 100, 10, 20, 30, 5, 2, 7, 4, 50, 6 }
    };
    gw_counts_t counts = { .n = { 0 } };
    gw_translate_usage_t counted = { &counts, &buckets };
    apr_pool_t *pool = tap_pool();
    const char *tail;
    unsigned i;
    run_t r;
    static const struct {
        int reasoning;
        const char *said;
    } rows[] = { { 17, "17" }, { -1, "0" }, { 57, "56" } };

    for (i = 0; i < GW_COUNT(rows); i++) {
        counts.n[GW_N_REASONING] = rows[i].reasoning;
        tail = quoted(apr_pstrcat(pool, BEGIN("asked\\'for") REV("completed",
            ",'response':" HEAD("completed", "null", "null", "asked\\'for")
            TAIL("{'input_tokens':178,'input_tokens_details':{"
                 "'cached_tokens':7,'cache_write_tokens':11},"
                 "'output_tokens':56,"
                 "'output_tokens_details':{'reasoning_tokens':@},"
                 "'total_tokens':234}")), NULL), pool);
        tail = apr_pstrcat(pool, apr_pstrmemdup(pool, tail,
            (apr_size_t)(strchr(tail, '@') - tail)), rows[i].said,
            strchr(tail, '@') + 1, NULL);
        r = run(quoted("{'choices':[]}\n", pool), 0, &counted, pool);
        is_mem(r.out.p, r.out.n, tail, strlen(tail), "%d of reasoning",
               rows[i].reasoning);
    }
    r = run(quoted("{'choices':[]}\n", pool), 0, NULL, pool);
    is_str(r.why, NULL, "no usage at all");
}

/* ---- bounds ---------------------------------------------------------- */

/* Chunks of one kind, given again and again; which one fails?  out is written
 * to by each alone, as a client takes it away. */
static unsigned fails_at(const char *first, const char *again, unsigned most,
                         run_t *r, apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(1, pool);
    unsigned i = 0;

    r->tr = gw_responses_start(&about);
    gw_text_init(&r->out, GW_TRANSLATE_EVENT, pool);
    r->why = gw_responses_event(r->tr, &r->out, str(quoted(first, pool)));
    again = quoted(again, pool);
    while (r->why == NULL && i++ < most) {
        gw_text_clear(&r->out);
        r->why = gw_responses_event(r->tr, &r->out, str(again));
    }
    gw_text_clear(&r->out);
    return i;
}

static char *long_chunk(const char *before, const char *after,
                        apr_pool_t *pool)
{
    char *text = apr_palloc(pool, (1 << 16) + 1);

    memset(text, 'x', 1 << 16);
    text[1 << 16] = '\0';
    return apr_pstrcat(pool, before, text, after, NULL);
}

static void bounds(void)
{
    static const struct {
        const char *name, *first, *before, *after;
    } rows[] = {
        { "a text", "{}", "{'choices':[{'delta':{'content':'", "'}}]}" },
        { "a thought", "{}", "{'choices':[{'delta':{'reasoning':'", "'}}]}" },
        { "a thought and a text", "{}", "{'choices':[{'delta':{'content':'a',"
          "'reasoning':'", "'}}]}" },
        { "arguments", F("'index':0," FN("f", "{\\'a\\':\\'")),
          "{'choices':[{'delta':{'tool_calls':[{'index':0,'function':{"
          "'arguments':'", "'}}]}}]}" },
        { "an input", F("'index':0," FN("apply_patch", "a")),
          "{'choices':[{'delta':{'tool_calls':[{'index':0,'function':{"
          "'arguments':'", "'}}]}}]}" },
        { "calls that wait", F("'index':0," FN("f", "{")),
          "{'choices':[{'delta':{'tool_calls':[{'index':1,'function':{"
          "'name':'g','arguments':'", "'}}]}}]}" }
    };
    apr_pool_t *pool;
    unsigned i, n;
    run_t r;

    for (i = 0; i < GW_COUNT(rows); i++) {
        apr_pool_create(&pool, tap_pool());
        n = fails_at(rows[i].first, long_chunk(rows[i].before, rows[i].after,
                                               pool), 1000, &r, pool);
        is_str(r.why, GW_SAID_TOO_LONG, "%s without end", rows[i].name);
        ok(n <= (GW_TRANSLATE_EVENT >> 16) + 1, "%s is bounded: %u",
           rows[i].name, n);
        gw_responses_fail(r.tr, &r.out, "server_error", r.why);
        ok(!r.out.full && r.out.n > 0, "%s: how it failed is said",
           rows[i].name);
        apr_pool_destroy(pool);
    }
    pool = tap_pool();
    n = fails_at("{}", C("'content':'a','reasoning':'b'", "null"), 100000, &r,
                 pool);
    is_str(r.why, GW_SAID_TOO_LONG, "items without end");
    ok(n > 10000, "but many");
    fails_at(F(FN("f", "{}")), F(FN("f", "{}")), 1000, &r, pool);
    is_str(r.why, GW_SAID_TOO_LONG, "calls without end");
}

int main(void)
{
    streams_as_events();
    streams_of_vendors();
    streams_that_fail();
    broken();
    usage();
    bounds();
    return tap_end();
}
