/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_answer.c - chat completions as Responses objects: documents,
 * and that a stream of the same pieces, however cut, adds up to the same. */
#include "responses_about.h"
#include "responses_fold.h"
#include "said_end.h"
#include "tap.h"

/* The macros of the streams, without the streams. */
#define S(name, summary, quiet, chunks, events)
#include "data/responses_streams.h"
#undef S

typedef struct document_t {
    const char *name;
    unsigned summary;
    const char *message, *finish, *output, *reason;
} document_t;

static const document_t documents[] = {
#define D(name, summary, message, finish, output, reason) \
    { name, summary, message, finish, output, reason },
#include "data/responses_documents.h"
#undef D
};

static const gw_translate_usage_t uncounted = { NULL, NULL };

static const char *document_text(const document_t *d, apr_pool_t *pool)
{
    return quoted(apr_pstrcat(pool, "{'id':'chatcmpl-1','object':"
        "'chat.completion','created':1,'model':'m','choices':[{"
        "'index':0,'message':{'role':'assistant',", d->message, "},"
        "'logprobs':null,'finish_reason':", d->finish, "},{'index':1,"
        "'message':{'content':'no'},'finish_reason':'length'}],'usage':{"
        "'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}", NULL),
        pool);
}

static const char *answer_of(const document_t *d, apr_pool_t *pool)
{
    if (d->reason == NULL)
        return quoted(apr_pstrcat(pool, HEAD("completed", "null", "null", "m"),
                                  d->output, TAIL("null"), NULL), pool);
    return quoted(apr_pstrcat(pool, HEAD("incomplete", "null",
                                         "{'reason':'@'}", "m"), d->output,
                              TAIL("null"), NULL), pool);
}

static void documents_as_answers(void)
{
    apr_pool_t *pool;
    unsigned i;

    for (i = 0; i < GW_COUNT(documents); i++) {
        const document_t *d = &documents[i];
        gw_translate_about_t about;
        const char *want, *at;
        gw_text_t out;

        apr_pool_create(&pool, tap_pool());
        about = about_of(d->summary, pool);
        gw_text_init(&out, GW_TRANSLATE_ANSWER, pool);
        is_str(gw_responses_document(&out, str(document_text(d, pool)), &about,
                                     &uncounted), NULL, "%s", d->name);
        want = answer_of(d, pool);
        at = strchr(want, '@');
        if (at != NULL)
            want = apr_pstrcat(pool, apr_pstrmemdup(pool, want,
                               (apr_size_t)(at - want)), d->reason, at + 1,
                               NULL);
        is_mem(out.p, out.n, want, strlen(want), "%s: answer", d->name);
        apr_pool_destroy(pool);
    }
}

static const struct {
    const char *document, *why;
} bad_documents[] = {
    { "{'choices':[{'message':{'content':'x'}}]", GW_SAID_NO_JSON },
    { "", GW_SAID_NO_JSON }, { "<html>", GW_SAID_NO_JSON },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "{")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "[]")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "f", "{} {}")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "tool_search", "x")) "}}]}",
      GW_SAID_NO_OBJECT },
    { "{'choices':[{'message':{" CALLS(FUN("a", "", "{}")) "}}]}",
      GW_SAID_NO_NAME },
    { "{'choices':[{'message':{'content':'x'},'finish_reason':'error'}]}",
      GW_SAID_BROKEN }
};

static void documents_that_fail(void)
{
    gw_translate_about_t about = about_of(0, tap_pool());
    gw_text_t out;
    unsigned i;

    for (i = 0; i < GW_COUNT(bad_documents); i++) {
        char *text = quoted(bad_documents[i].document, tap_pool());

        gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
        is_str(gw_responses_document(&out, str(text), &about, &uncounted),
               bad_documents[i].why, "'%s'", text);
    }
}

static void usage(void)
{
    static const gw_usage_t buckets = {
        .bucket = { 100, 0, 0, 0, 5, 2, 0, 0, 50, 0 }
    };
    gw_counts_t counts = { .n = { [GW_N_REASONING] = 9 } };
    gw_translate_usage_t counted = { &counts, &buckets };
    gw_translate_about_t about = about_of(0, tap_pool());
    const char *want = quoted(HEAD("completed", "null", "null", "asked\\'for")
        TAIL("{'input_tokens':107,'input_tokens_details':{'cached_tokens':7,"
             "'cache_write_tokens':0},'output_tokens':50,"
             "'output_tokens_details':{'reasoning_tokens':9},"
             "'total_tokens':157}"), tap_pool());
    gw_text_t out;

    gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
    is_str(gw_responses_document(&out, str("{\"choices\":[]}"), &about,
                                 &counted), NULL, "a document, counted");
    is_mem(out.p, out.n, want, strlen(want), "what was asked for, and usage");
}

/* ---- the same, streamed ---------------------------------------------- */

typedef struct cutter_t {
    gw_translator_t *tr;
    gw_text_t out;
    const char *why;
    unsigned long long *seed;
    apr_pool_t *pool;
} cutter_t;

static void give(cutter_t *c, const char *delta, const char *finish)
{
    const char *chunk = apr_pstrcat(c->pool, "{\"model\":\"m\",\"choices\":[{"
                                    "\"index\":0,\"delta\":{", delta,
                                    "},\"finish_reason\":", finish, "}]}",
                                    NULL);

    if (c->why == NULL)
        c->why = gw_responses_event(c->tr, &c->out, str(chunk));
}

/* A string in pieces, none of which cuts an escape or a character, each in a
 * delta of this form; none, if it is not there. */
static void cut(cutter_t *c, const gw_tree_t *t, const gw_node_t *node,
                const char *before, const char *after)
{
    gw_str_t s = { "", 0 };

    if (node != NULL && node->kind == GW_JSON_STR)
        s = gw_tree_inside(t, node);
    while (s.n > 0) {
        apr_size_t want = 1 + tap_random(c->seed) % 8, n = 0;

        while (n < want && n < s.n)
            n += s.p[n] != '\\' ? 1 : s.p[n + 1] == 'u' ? 6 : 2;
        while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
            n++;
        give(c, apr_pstrcat(c->pool, before, apr_pstrmemdup(c->pool, s.p, n),
                            after, NULL), "null");
        s.p += n;
        s.n -= n;
    }
}

static const char *word(const gw_tree_t *t, const gw_node_t *of,
                        const char *name, apr_pool_t *pool)
{
    const gw_node_t *node = gw_tree_member(t, of, name);
    gw_str_t s = { "\"\"", 2 };

    if (node != NULL)
        s = gw_tree_bytes(t, node);
    return apr_pstrmemdup(pool, s.p, s.n);
}

static void cut_calls(cutter_t *c, const gw_tree_t *t, const gw_node_t *calls)
{
    const gw_node_t *call, *function;
    unsigned i = 0;

    if (calls == NULL)
        return;
    for (call = gw_tree_child(t, calls); call != NULL;
         call = gw_tree_next(t, call), i++) {
        const char *index = apr_psprintf(c->pool, "\"tool_calls\":[{\"index\":"
                                         "%u,", i);

        function = gw_tree_member(t, call, "function");
        give(c, apr_pstrcat(c->pool, index, "\"id\":",
                            word(t, call, "id", c->pool),
                            ",\"function\":{\"name\":",
                            word(t, function, "name", c->pool),
                            ",\"arguments\":\"\"}}]", NULL), "null");
        cut(c, t, gw_tree_member(t, function, "arguments"),
            apr_pstrcat(c->pool, index, "\"function\":{\"arguments\":\"",
                        NULL), "\"}}]");
    }
}

static void cut_message(cutter_t *c, const gw_tree_t *t,
                        const gw_node_t *message)
{
    const gw_node_t *content = gw_tree_member(t, message, "content"), *part;

    cut(c, t, gw_tree_member(t, message, "reasoning_content"),
        "\"reasoning_content\":\"", "\"");
    cut(c, t, gw_tree_member(t, message, "reasoning"), "\"reasoning\":\"",
        "\"");
    cut(c, t, content, "\"content\":\"", "\"");
    part = content->kind == GW_JSON_ARRAY ? gw_tree_child(t, content) : NULL;
    for (; part != NULL; part = gw_tree_next(t, part))
        cut(c, t, gw_tree_member(t, part, "text"), "\"content\":\"", "\"");
    cut(c, t, gw_tree_member(t, message, "refusal"), "\"refusal\":\"", "\"");
    cut_calls(c, t, gw_tree_member(t, message, "tool_calls"));
}

static void round_trip(const document_t *d, unsigned long long *seed,
                       apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(d->summary, pool);
    gw_str_t text = str(quoted(apr_pstrcat(pool, "{'content':null,",
                                           d->message, "}", NULL), pool));
    cutter_t c = { .seed = seed, .pool = pool };
    gw_tree_t tree;
    rfold_t fold;

    c.tr = gw_responses_start(&about);
    gw_text_init(&c.out, GW_TRANSLATE_EVENT, pool);
    gw_tree_read(&tree, text, &gw_tree_all, 0, pool);
    cut_message(&c, &tree, gw_tree_root(&tree));
    give(&c, "", quoted(d->finish, pool));
    if (c.why == NULL)
        c.why = gw_responses_end(c.tr, &c.out, &uncounted);
    rfold_init(&fold, pool);
    rfold_feed(&fold, gw_text_str(&c.out));
    is_str(c.why, NULL, "%s: streamed", d->name);
    is_str(fold.fault, NULL, "%s: a reader understands", d->name);
    is_str(fold.end, d->reason != NULL ? "response.incomplete"
                                       : "response.completed",
           "%s: and how it ended", d->name);
    is_str(fold.output, quoted(d->output, pool), "%s: is the document",
           d->name);
}

static void round_trips(void)
{
    unsigned long long seed = 11;
    apr_pool_t *pool;
    unsigned i, k;

    for (i = 0; i < GW_COUNT(documents); i++) {
        for (k = 0; k < 8; k++) {
            apr_pool_create(&pool, tap_pool());
            round_trip(&documents[i], &seed, pool);
            apr_pool_destroy(pool);
        }
    }
}

int main(void)
{
    documents_as_answers();
    documents_that_fail();
    usage();
    round_trips();
    return tap_end();
}
