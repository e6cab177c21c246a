/* SPDX-License-Identifier: Apache-2.0 */
/* test_messages_answer.c - answers of chat completions as Messages answers:
 * streams of vendors event by event, documents, and that both say the same. */
#include "messages_fold.h"
#include "said_blocks.h"
#include "said_template.h"
#include "tap.h"
#include "translate_rows.h"

static gw_translate_about_t about_of(apr_pool_t *pool)
{
    gw_translate_about_t about = {
        .id = "req_77", .prompt = 1234, .model = GW_STR("asked\"for")
    };

    about.pool = pool;
    return about;
}

/* In the pool, with quotes for apostrophes. */
static char *quoted(const char *text, apr_pool_t *pool)
{
    char *copy = apr_pstrdup(pool, text), *p;

    for (p = copy; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return copy;
}

static gw_str_t str(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

static const gw_translate_usage_t uncounted = { NULL, NULL };

/* ---- streams --------------------------------------------------------- */

typedef struct stream_t {
    const char *name;
    unsigned quiet;
    const char *chunks, *events;
} stream_t;

static const stream_t streams[] = {
#define S(name, quiet, chunks, events) { name, quiet, chunks, events },
#include "data/messages_streams.h"
#undef S
};

typedef struct run_t {
    gw_text_t out;
    const char *why;            /* of an event, or of the end */
    unsigned quiet;             /* chunks before anything was written */
} run_t;

/* Translate chunks, one a line, and their end. */
static run_t run(char *chunks, const gw_translate_usage_t *usage,
                 apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(pool);
    gw_translator_t *tr = gw_messages_start(&about);
    char *next = chunks, *end;
    run_t r = { .quiet = 0 };

    gw_text_init(&r.out, GW_TRANSLATE_EVENT, pool);
    for (; r.why == NULL && (end = strchr(next, '\n')) != NULL;
         next = end + 1) {
        gw_str_t data = { next, (apr_size_t)(end - next) };

        r.why = gw_messages_event(tr, &r.out, data);
        r.quiet += r.out.n == 0;
    }
    if (r.why == NULL)
        r.why = gw_messages_end(tr, &r.out, usage);
    return r;
}

#define START(model) EV("message_start", ",'message':{'id':'msg_77'," \
    "'type':'message','role':'assistant','model':" model ",'content':[]," \
    "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':1234," \
    "'cache_creation_input_tokens':0,'cache_read_input_tokens':0," \
    "'output_tokens':0}}")

static void streams_as_events(void)
{
    apr_pool_t *pool;
    unsigned i;

    for (i = 0; i < GW_COUNT(streams); i++) {
        const stream_t *s = &streams[i];
        char *want;
        fold_t fold;
        run_t r;

        apr_pool_create(&pool, tap_pool());
        want = quoted(apr_pstrcat(pool, START("'m'"), s->events, NULL), pool);
        r = run(quoted(s->chunks, pool), &uncounted, pool);
        is_str(r.why, NULL, "%s", s->name);
        is_mem(r.out.p, r.out.n, want, strlen(want), "%s: events", s->name);
        is_int(r.quiet, s->quiet, "%s: nothing at first", s->name);
        fold_init(&fold, pool);
        fold_feed(&fold, gw_text_str(&r.out));
        is_str(fold.fault, NULL, "%s: a reader understands", s->name);
        ok(fold.stopped, "%s: and knows its end", s->name);
        apr_pool_destroy(pool);
    }
}

/* ---- what cannot be translated --------------------------------------- */

static const struct {
    const char *name, *chunks, *why;
} bad_streams[] = {
    { "an event that is no JSON", PLAIN("'content':'x'", "null") "{'a':\n",
      GW_SAID_NO_JSON },
    { "an escape that is none", "{'choices':[{'delta':{'content':'\\x'}}]}\n",
      GW_SAID_NO_JSON },
    { "... in what is known but for its text",
      PLAIN("'content':'x'", "null") PLAIN("'content':'\\ud8'", "null"),
      GW_SAID_NO_JSON },
    { "arguments that are cut", CALL("'index':0," FN("f", "{\\'a"))
      DONE("tool_calls"), GW_SAID_NO_OBJECT },
    { "arguments that are an array", CALL("'index':0," FN("f", "[]")),
      GW_SAID_NO_OBJECT },
    { "arguments that are a string", CALL("'index':0," FN("f", "\\'a\\'")),
      GW_SAID_NO_OBJECT },
    { "arguments that are a number", CALL("'index':0," FN("f", "7"))
      DONE("stop"), GW_SAID_NO_OBJECT },
    { "arguments that are no JSON", CALL("'index':0," FN("f", "{a:1}")),
      GW_SAID_NO_OBJECT },
    { "... though the answer was cut off",
      CALL("'index':0," FN("f", "{a:1}")) DONE("length"),
      GW_SAID_NO_OBJECT },
    { "a raw line end within a string of arguments",
      CALL("'index':0," FN("f", "{\\'a\\':\\'\\n\\'}")),
      GW_SAID_NO_OBJECT },
    { "something behind the arguments",
      CALL("'index':0," FN("f", "{}")) CALL("'index':0," ARGS("{}")),
      GW_SAID_NO_OBJECT },
    { "... when another call has begun",
      CALL("'index':0," FN("f", "{}")) CALL("'index':1," FN("g", "{}"))
      CALL("'index':0," ARGS("x")), GW_SAID_NO_OBJECT },
    { "held arguments that are none", CALL("'index':0," FN("f", "{"))
      CALL("'index':1," FN("g", "}")) CALL("'index':0," ARGS("}")),
      GW_SAID_NO_OBJECT },
    { "a call without a name", CALL("'index':0,'id':'a'," ARGS("{}"))
      DONE("tool_calls"), GW_SAID_NO_NAME },
    { "GLM: its network failed", PLAIN("'content':'x'", "null")
      DONE("network_error"), GW_SAID_BROKEN },
    { "DeepSeek: it has no room", PLAIN("'content':'x'", "null")
      PLAIN("", "'insufficient_system_resource'"), GW_SAID_BROKEN }
};

static void streams_that_fail(void)
{
    apr_pool_t *pool;
    unsigned i;

    for (i = 0; i < GW_COUNT(bad_streams); i++) {
        fold_t fold;
        run_t r;

        apr_pool_create(&pool, tap_pool());
        r = run(quoted(bad_streams[i].chunks, pool), &uncounted, pool);
        is_str(r.why, bad_streams[i].why, "%s", bad_streams[i].name);
        fold_init(&fold, pool);
        fold_feed(&fold, gw_text_str(&r.out));
        is_str(fold.fault, NULL, "%s: what was written", bad_streams[i].name);
        ok(!fold.ended, "%s: is not said to be whole", bad_streams[i].name);
        apr_pool_destroy(pool);
    }
}

/* ---- documents ------------------------------------------------------- */

typedef struct document_t {
    const char *name, *message, *finish, *content, *stop;
} document_t;

static const document_t documents[] = {
#define D(name, message, finish, content, stop) \
    { name, message, finish, content, stop },
#include "data/messages_documents.h"
#undef D
};

static char *document_text(const document_t *d, apr_pool_t *pool)
{
    return quoted(apr_pstrcat(pool, "{'id':'chatcmpl-1','object':"
        "'chat.completion','created':1,'model':'m\\u0031','choices':[{"
        "'index':0,'message':{'role':'assistant',", d->message, "},"
        "'logprobs':null,'finish_reason':", d->finish, "},{'index':1,"
        "'message':{'content':'no'},'finish_reason':'length'}],'usage':{"
        "'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}", NULL),
        pool);
}

static void documents_as_answers(void)
{
    apr_pool_t *pool;
    unsigned i;

    for (i = 0; i < GW_COUNT(documents); i++) {
        const document_t *d = &documents[i];
        gw_translate_about_t about;
        gw_text_t out;
        char *want;

        apr_pool_create(&pool, tap_pool());
        about = about_of(pool);
        gw_text_init(&out, GW_TRANSLATE_ANSWER, pool);
        is_str(gw_messages_document(&out, str(document_text(d, pool)), &about,
                                    &uncounted), NULL, "%s", d->name);
        want = quoted(apr_pstrcat(pool, "{'id':'msg_77','type':'message',"
            "'role':'assistant','model':'m\\u0031','content':[", d->content,
            "],'stop_reason':'", d->stop, "','stop_sequence':null,'usage':{"
            "'input_tokens':0,'output_tokens':0}}", NULL), pool);
        is_mem(out.p, out.n, want, strlen(want), "%s: answer", d->name);
        apr_pool_destroy(pool);
    }
}

static const struct {
    const char *document, *why;
} bad_documents[] = {
    { "{'choices':[{'message':{'content':'x'}}]", GW_SAID_NO_JSON },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "{")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "[]")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "7")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "{} {}")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "", "{}")) "}}]}",
      GW_SAID_NO_NAME },
    { "{'choices':[{'message':{'content':'x'},'finish_reason':'error'}]}",
      GW_SAID_BROKEN }
};

static void documents_that_fail(void)
{
    gw_translate_about_t about = about_of(tap_pool());
    gw_text_t out;
    unsigned i;

    for (i = 0; i < GW_COUNT(bad_documents); i++) {
        char *text = quoted(bad_documents[i].document, tap_pool());

        gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
        is_str(gw_messages_document(&out, str(text), &about, &uncounted),
               bad_documents[i].why, "%s", text);
    }
}

/* ---- the same, streamed ---------------------------------------------- */

typedef struct cutter_t {
    gw_text_t *chunks;
    unsigned long long *seed;
    unsigned calls;
} cutter_t;

/* A string in pieces, none of which cuts an escape, each in a chunk of this
 * form. */
static void cut(cutter_t *c, gw_str_t s, const char *before, const char *after)
{
    while (s.n > 0) {
        apr_size_t want = 1 + tap_random(c->seed) % 12, n = 0;

        while (n < want && n < s.n)
            n += s.p[n] != '\\' ? 1 : s.p[n + 1] == 'u' ? 6 : 2;
        while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
            n++;
        gw_text_put(c->chunks, "{\"model\":\"m\",\"choices\":[{\"index\":0,"
                               "\"delta\":{");
        gw_text_put(c->chunks, before);
        gw_text_add(c->chunks, (gw_str_t){ s.p, n });
        gw_text_put(c->chunks, after);
        gw_text_put(c->chunks, "}}]}\n");
        s.p += n;
        s.n -= n;
    }
}

/* A block of a Messages answer as chunks, so that what comes out again must
 * be the block. */
static void cut_block(cutter_t *c, const gw_tree_t *t, const gw_node_t *block,
                      apr_pool_t *pool)
{
    const gw_node_t *text = gw_tree_member(t, block, "text"),
                    *thought = gw_tree_member(t, block, "thinking"),
                    *input = gw_tree_member(t, block, "input");
    gw_text_t args;

    if (text != NULL)
        cut(c, gw_tree_inside(t, text), "\"content\":\"", "\"");
    if (thought != NULL)
        cut(c, gw_tree_inside(t, thought), "\"reasoning_content\":\"", "\"");
    if (input == NULL)
        return;
    cut(c, gw_tree_inside(t, gw_tree_member(t, block, "name")),
        apr_psprintf(pool, "\"tool_calls\":[{\"index\":%u,\"id\":%.*s,"
                     "\"function\":{\"name\":\"", c->calls,
                     (int)gw_tree_bytes(t, gw_tree_member(t, block, "id")).n,
                     gw_tree_bytes(t, gw_tree_member(t, block, "id")).p),
        "\",\"arguments\":\"\"}}]");
    gw_text_init(&args, 1 << 20, pool);
    gw_text_escape(&args, gw_tree_bytes(t, input));
    cut(c, gw_text_str(&args),
        apr_psprintf(pool, "\"tool_calls\":[{\"index\":%u,\"function\":{"
                     "\"arguments\":\"", c->calls++), "\"}}]");
}

static void round_trip(const document_t *d, unsigned long long *seed,
                       apr_pool_t *pool)
{
    const char *content = quoted(d->content, pool);
    gw_str_t text = str(apr_pstrcat(pool, "[", content, "]", NULL));
    gw_text_t chunks;
    cutter_t c = { &chunks, seed, 0 };
    const gw_node_t *block;
    gw_tree_t tree;
    fold_t fold;
    run_t r;

    gw_text_init(&chunks, 1 << 20, pool);
    gw_tree_read(&tree, text, &gw_tree_outer, 0, pool);
    for (block = gw_tree_child(&tree, gw_tree_root(&tree)); block != NULL;
         block = gw_tree_next(&tree, block))
        cut_block(&c, &tree, block, pool);
    gw_text_put(&chunks, quoted(apr_pstrcat(pool, "{'choices':[{'delta':{},"
        "'finish_reason':", d->finish, "}]}\n", NULL), pool));
    r = run(apr_pstrmemdup(pool, chunks.p, chunks.n), &uncounted, pool);
    fold_init(&fold, pool);
    fold_feed(&fold, gw_text_str(&r.out));
    ok(r.why == NULL && fold.fault == NULL, "%s: streamed", d->name);
    is_mem(fold.content.n ? fold.content.p : "", fold.content.n, content,
           strlen(content), "%s: is the document", d->name);
    is_str(fold.stop_reason, quoted(apr_pstrcat(pool, "'", d->stop, "'", NULL),
                                    pool), "%s: and stops so", d->name);
}

static void round_trips(void)
{
    unsigned long long seed = 11;
    apr_pool_t *pool;
    unsigned i, k;

    for (i = 0; i < GW_COUNT(documents); i++) {
        for (k = 0; k < 4; k++) {
            apr_pool_create(&pool, tap_pool());
            round_trip(&documents[i], &seed, pool);
            apr_pool_destroy(pool);
        }
    }
}

/* ---- usage and model ------------------------------------------------- */

static void usage(void)
{
    static const gw_usage_t buckets = {
        .bucket = { 100, 10, 20, 30, 5, 2, 7, 4, 50, 6 }
    };
    static const gw_translate_usage_t counted = { NULL, &buckets };
    gw_translate_about_t about = about_of(tap_pool());
    const char *want;
    gw_text_t out;
    run_t r;

    gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
    is_str(gw_messages_document(&out, str("{\"choices\":[]}"), &about,
                                &counted), NULL, "a document, counted");
    want = quoted("{'id':'msg_77','type':'message','role':'assistant','model':"
                  "'asked\\'for','content':[],'stop_reason':'end_turn',"
                  "'stop_sequence':null,'usage':{'input_tokens':160,"
                  "'cache_creation_input_tokens':11,"
                  "'cache_read_input_tokens':7,'cache_creation':{"
                  "'ephemeral_5m_input_tokens':7,"
                  "'ephemeral_1h_input_tokens':4},'output_tokens':56}}",
                  tap_pool());
    is_mem(out.p, out.n, want, strlen(want), "what was asked for, and usage");
    want = quoted(START("'asked\\'for'") EV("message_delta", ",'delta':{"
                  "'stop_reason':'end_turn','stop_sequence':null},'usage':{"
                  "'input_tokens':160,'cache_creation_input_tokens':11,"
                  "'cache_read_input_tokens':7,'output_tokens':56}")
                  EV("message_stop", ""), tap_pool());
    r = run(quoted("{'choices':[]}\n", tap_pool()), &counted, tap_pool());
    is_mem(r.out.p, r.out.n, want, strlen(want), "a stream, counted");
    r = run(quoted("{'choices':[]}\n", tap_pool()), NULL, tap_pool());
    is_str(r.why, NULL, "no usage at all");
}

/* ---- what is known again ---------------------------------------------- */

static const struct {
    const char *text;
    int known;
} known[] = {
    { "b", 1 }, { "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87"
                  "\xe4\xb8\xad\xe6\x96\x87", 1 },
    { "\\\"\\\\\\u00e9\\n", 1 }, { "\xf0\x9f\x98\x80\xc3\xa9", 1 },
    { "", 0 }, { "\\", 0 }, { "\\x", 0 }, { "\\u12g4", 0 }, { "\t", 0 },
    { "a\"", 0 }, { "\xff", 0 }, { "\xe0\x80\x80", 0 },
    { "\xed\xa0\x80", 0 }, { "\xe4\xb8", 0 },
    { "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8"
      "\xe4\xb8\xad", 0 },
    { "\xe4\xb8\xad\xe4\xb8\xad\xed\xa0\x80\xe4\xb8\xad\xe4\xb8\xad"
      "\xe4\xb8\xad", 0 }
};

static void known_again(void)
{
    static const char before[] = "{\"o\":\"", middle[] = "\",\"c\":\"",
                      end[] = "\",\"usage\":null,\"created\":1772000000}";
    apr_pool_t *pool = tap_pool();
    gw_said_template_t t = { .places = 0 };
    const char *first = apr_pstrcat(pool, before, "pad", middle, "a", end,
                                    NULL);
    gw_str_t padding = { first + sizeof(before) - 1, 3 },
             text = { padding.p + 3 + sizeof(middle) - 1, 1 };
    unsigned i;

    ok(!gw_said_template_match(&t, str(first), &text), "nothing is known");
    gw_said_template_learn(&t, str(first), text, padding);
    ok(!gw_said_template_match(&t, str(apr_pstrcat(pool, first, "x", NULL)),
                                   &text), "more behind it");
    for (i = 0; i < GW_COUNT(known); i++) {
        const char *data = apr_pstrcat(pool, before, "x", middle,
                                       known[i].text, end, NULL);
        gw_str_t found;

        is_int(gw_said_template_match(&t, str(data), &found),
               known[i].known, "text %u", i);
        if (known[i].known)
            is_mem(found.p, found.n, known[i].text, strlen(known[i].text),
                   "text %u is found", i);
    }
}

/* ---- bounds ---------------------------------------------------------- */

/* Chunks of one kind, given again and again; which one fails?  out is written
 * to by each alone, as a client takes it away. */
static unsigned fails_at(const char *first, const char *again, unsigned most,
                         const char **why, apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(pool);
    gw_translator_t *tr = gw_messages_start(&about);
    gw_text_t out;
    unsigned i = 0;

    gw_text_init(&out, GW_TRANSLATE_EVENT, pool);
    *why = gw_messages_event(tr, &out, str(quoted(first, pool)));
    again = quoted(again, pool);
    while (*why == NULL && i++ < most) {
        gw_text_clear(&out);
        *why = gw_messages_event(tr, &out, str(again));
    }
    return i;
}

static char *long_text(const char *before, apr_size_t n, const char *after,
                       apr_pool_t *pool)
{
    char *text = apr_palloc(pool, n + 1);

    memset(text, 'x', n);
    text[n] = '\0';
    return apr_pstrcat(pool, before, text, after, NULL);
}

static void bounds(void)
{
    apr_pool_t *pool = tap_pool();
    const char *open = CALL("'index':0,'id':'a'," FN("f", "{")), *why, *more;
    unsigned n;

    more = long_text("{'choices':[{'delta':{'tool_calls':[{'index':1,"
                     "'function':{'name':'g','arguments':'", 1 << 16,
                     "'}}]}}]}", pool);
    n = fails_at(open, more, 1000, &why, pool);
    is_str(why, GW_SAID_TOO_LONG, "calls that wait");
    is_int(n, GW_TRANSLATE_EVENT >> 16, "as much as is held");
    n = fails_at(open, CALL("'index':1,'function':{'name':'g'}}],"
                            "'content':'a','reasoning':'b','x':[{"),
                 10000, &why, pool);
    is_str(why, GW_SAID_TOO_LONG, "blocks that wait");
    ok(n < GW_TRANSLATE_EVENT / GW_BLOCK_BYTES, "few enough");
    n = fails_at(open, CALL(FN("f", "{}") ",'id':''"), 1000, &why, pool);
    is_str(why, GW_SAID_NO_OBJECT, "more of one call");
    n = fails_at(CALL(FN("f", "{}")), CALL(FN("f", "{}")), 1000, &why, pool);
    is_str(why, GW_SAID_TOO_LONG, "many calls");
    is_int(n, GW_CALLS_MOST, "as many as there may be");
    n = fails_at(open, CALL("'index':1,'function':{'name':'ab'}"), 9, &why,
                 pool);
    ok(why == NULL, "a name that is repeated");
    more = long_text("{'choices':[{'delta':{'tool_calls':[{'index':1,'id':'",
                     2000, "'}]}}]}", pool);
    fails_at(open, more, 1, &why, pool);
    is_str(why, GW_SAID_TOO_LONG, "an endless id");
    more = long_text("{'choices':[{'delta':{'content':'", GW_TRANSLATE_EVENT,
                     "'}}]}", pool);
    fails_at("{}", more, 1, &why, pool);
    is_str(why, GW_SAID_TOO_LONG, "an event that is too long");
    n = fails_at("{}", PLAIN("'content':'a','reasoning':'b'", "null"), 20000,
                 &why, pool);
    is_str(why, NULL, "blocks without end do not wait");
}

int main(void)
{
    streams_as_events();
    streams_that_fail();
    documents_as_answers();
    documents_that_fail();
    round_trips();
    usage();
    known_again();
    bounds();
    return tap_end();
}
