/* SPDX-License-Identifier: Apache-2.0 */
/* to_responses.h - answers of an upstream become Responses answers that a strict
 * reader understands, the same in any cut: the whole of a fuzz target that says
 * which translation (HOW_START, HOW_EVENT, HOW_END, HOW_FAIL, HOW_DOCUMENT) of
 * which answers (FORMAT).
 *
 * The first byte says whether it is a stream of events or a document, and
 * whether a summary was asked for; the next two choose cuts.  A stream is cut
 * into events as the gateway does, and the data of each is translated.  What
 * fails says so in an event of its own. */
#ifndef GW_FUZZ_TO_RESPONSES_H
#define GW_FUZZ_TO_RESPONSES_H

#include "answer.h"
#include "fuzz.h"
#include "responses_about.h"
#include "responses_fold.h"

#define EVENT_MOST (1 << 20)

typedef struct reading_t {
    apr_pool_t *pool;
    gw_answer_t answer;
    gw_text_t event;            /* its bytes so far */
    gw_text_t data;             /* ... and its data */
    gw_text_t out;
    gw_translator_t *tr;
    const char *why;
} reading_t;

static void add_data(void *baton, const char *p, apr_size_t n)
{
    gw_text_add(baton, (gw_str_t){ p, n });
}

static int same(gw_str_t a, gw_str_t b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* An event has ended: its data goes to the translation. */
static void translate(reading_t *r)
{
    gw_str_t data;
    gw_sse_t sse;
    apr_size_t used = 0, n;
    char *copy;

    gw_text_clear(&r->data);
    gw_sse_start(&sse, add_data, &r->data);
    if (r->event.n > 0)
        gw_sse_feed(&sse, r->event.p, r->event.n, &used);
    gw_text_clear(&r->event);
    if (!r->answer.event.data || r->answer.event.done || r->answer.event.error
        || r->why != NULL)
        return;
    copy = fuzz_copy(r->data.p, r->data.n);
    data.p = copy;
    data.n = r->data.n;
    n = r->out.n;
    r->why = HOW_EVENT(r->tr, &r->out, data);
    if (r->why != NULL)
        r->out.n = n;           /* what failed is void */
    free(copy);
}

static void feed(reading_t *r, const uint8_t *p, size_t n)
{
    char *copy = fuzz_copy(p, n);
    size_t done = 0;

    while (done < n) {
        apr_size_t used = 0;
        gw_sse_result_t result = gw_answer_next(&r->answer, copy + done,
                                                n - done, &used);

        if (result != GW_SSE_TAIL)
            gw_text_add(&r->event, (gw_str_t){ copy + done, used });
        done += used;
        if (result == GW_SSE_EVENT)
            translate(r);
    }
    free(copy);
}

static void start(reading_t *r, unsigned summary, apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(summary, pool);

    r->pool = pool;
    r->why = NULL;
    r->tr = HOW_START(&about);
    gw_text_init(&r->event, EVENT_MOST, pool);
    gw_text_init(&r->data, EVENT_MOST, pool);
    gw_text_init(&r->out, 32 * EVENT_MOST, pool);
    gw_answer_start(&r->answer, FORMAT, 1);
}

/* Ended, or broken off. */
static void end(reading_t *r, int broken)
{
    static const gw_usage_t counted = { .bucket = { 3 } };
    const gw_translate_usage_t usage = { &r->answer.counts, &counted };
    apr_size_t n;

    if (r->why == NULL && broken)
        r->why = "The connection broke.";
    n = r->out.n;
    if (r->why == NULL) {
        r->why = HOW_END(r->tr, &r->out, &usage);
        if (r->why != NULL)
            r->out.n = n;
    }
    if (r->why != NULL)
        HOW_FAIL(r->tr, &r->out, "server_error", r->why);
}

/* What was written is events of items that are added and done, and it says
 * whether it is whole. */
static void check(const reading_t *r)
{
    rfold_t fold;

    rfold_init(&fold, r->pool);
    rfold_feed(&fold, gw_text_str(&r->out));
    if (fold.fault != NULL)
        fprintf(stderr, "%s\n%.*s\n", fold.fault, (int)r->out.n, r->out.p);
    must(fold.fault == NULL && fold.end != NULL);
    must((strcmp(fold.end, "response.failed") == 0) == (r->why != NULL));
}

static void stream(const uint8_t *p, size_t n, size_t i, size_t k,
                   unsigned how)
{
    static reading_t whole, cut;
    apr_pool_t *pool = fuzz_pool();
    int broken = (how & 4) != 0;
    size_t at;

    start(&whole, how >> 1 & 1, pool);
    feed(&whole, p, n);
    end(&whole, broken);
    check(&whole);
    start(&cut, how >> 1 & 1, pool);
    feed(&cut, p, i);
    feed(&cut, p + i, k - i);
    feed(&cut, p + k, n - k);
    end(&cut, broken);
    must(same(gw_text_str(&whole.out), gw_text_str(&cut.out)));
    start(&cut, how >> 1 & 1, pool);
    for (at = 0; at < n; at++)
        feed(&cut, p + at, 1);
    end(&cut, broken);
    must(same(gw_text_str(&whole.out), gw_text_str(&cut.out)));
    must(whole.why == cut.why);
}

static void document(const uint8_t *p, size_t n, unsigned how)
{
    static const gw_translate_usage_t usage;
    apr_pool_t *pool = fuzz_pool();
    gw_translate_about_t about = about_of(how >> 1 & 1, pool);
    gw_str_t text = { fuzz_copy(p, n), n };
    gw_tree_t tree;
    gw_text_t out;

    gw_text_init(&out, 32 * EVENT_MOST, pool);
    if (HOW_DOCUMENT(&out, text, &about, &usage) == NULL)
        must(gw_tree_read(&tree, gw_text_str(&out), &gw_tree_outer, 0, pool)
             == APR_SUCCESS);
    free((char *)(apr_uintptr_t)text.p);
}

static int answer_one(const uint8_t *data, size_t size)
{
    unsigned how = fuzz_byte(&data, &size);
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i = fuzz_place(a, size), k = fuzz_place(b, size);

    if (how & 1)
        stream(data, size, i < k ? i : k, i < k ? k : i, how);
    else
        document(data, size, how);
    fuzz_pool();                /* what is malloc'd goes with what is in it */
    return 0;
}

#endif
