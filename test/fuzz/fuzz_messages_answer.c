/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_messages_answer.c - answers of chat completions become Messages answers
 * that a strict reader understands, the same in any cut.
 *
 * The first byte says whether it is a stream of events or a document, the
 * next two choose cuts.  A stream is cut into events as the gateway does, and
 * the data of each is translated; what is known of earlier events must change
 * nothing. */
#include "answer.h"
#include "fuzz.h"
#include "messages_fold.h"
#include "said_read.h"
#include "translate_rows.h"

#define EVENT_MOST (1 << 20)

typedef struct reading_t {
    apr_pool_t *pool;
    gw_answer_t answer;
    gw_text_t event;            /* its bytes so far */
    gw_text_t data;             /* ... and its data */
    gw_text_t out;
    gw_translator_t *tr;
    const char *why;
    gw_said_read_t *known, *afresh;
} reading_t;

static gw_translate_about_t about_of(apr_pool_t *pool)
{
    gw_translate_about_t about = {
        .id = "req_0f", .prompt = 10, .model = GW_STR("m")
    };

    about.pool = pool;
    return about;
}

static void add_data(void *baton, const char *p, apr_size_t n)
{
    gw_text_add(baton, (gw_str_t){ p, n });
}

static int same(gw_str_t a, gw_str_t b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Knowing a chunk again says what reading it does. */
static void compare(reading_t *r, gw_str_t data)
{
    apr_status_t rv = gw_said_read(r->known, data);
    unsigned i;

    r->afresh->template.places = 0;
    must(gw_said_read(r->afresh, data) == rv);
    if (rv != APR_SUCCESS)
        return;
    must(r->known->count == r->afresh->count);
    must(same(r->known->finish, r->afresh->finish));
    for (i = 0; i < r->known->count; i++) {
        const gw_said_t *a = &r->known->said[i], *b = &r->afresh->said[i];

        must(a->kind == b->kind && a->index == b->index
             && a->is_object == b->is_object && a->fresh == b->fresh);
        must(same(a->text, b->text) && same(a->id, b->id)
             && same(a->name, b->name));
    }
}

/* An event has ended: its data goes to the translation. */
static void translate(reading_t *r)
{
    gw_str_t data;
    gw_sse_t sse;
    apr_size_t used = 0;
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
    r->why = gw_messages_event(r->tr, &r->out, data);
    if (r->why == NULL)
        compare(r, data);
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

static void start(reading_t *r, apr_pool_t *pool)
{
    gw_translate_about_t about = about_of(pool);

    r->pool = pool;
    r->why = NULL;
    r->tr = gw_messages_start(&about);
    r->known = apr_palloc(pool, sizeof(*r->known));
    r->afresh = apr_palloc(pool, sizeof(*r->afresh));
    gw_said_read_init(r->known, pool);
    gw_said_read_init(r->afresh, pool);
    gw_text_init(&r->event, EVENT_MOST, pool);
    gw_text_init(&r->data, EVENT_MOST, pool);
    gw_text_init(&r->out, 8 * EVENT_MOST, pool);
    gw_answer_start(&r->answer, &gw_answer_openai, 1);
}

static void end(reading_t *r)
{
    static const gw_usage_t counted = { .bucket = { 3 } };
    const gw_translate_usage_t usage = { &r->answer.counts, &counted };

    if (r->why == NULL)
        r->why = gw_messages_end(r->tr, &r->out, &usage);
}

/* What was written is events of blocks that open and close, and it is whole
 * unless it is an error. */
static void check(const reading_t *r)
{
    fold_t fold;

    fold_init(&fold, r->pool);
    fold_feed(&fold, gw_text_str(&r->out));
    if (fold.fault != NULL)
        fprintf(stderr, "%s\n%.*s\n", fold.fault, (int)r->out.n, r->out.p);
    must(fold.fault == NULL);
    must(fold.stopped == (r->why == NULL));
}

static void stream(const uint8_t *p, size_t n, size_t i, size_t k)
{
    static reading_t whole, cut;
    apr_pool_t *pool = fuzz_pool();
    size_t at;

    start(&whole, pool);
    feed(&whole, p, n);
    end(&whole);
    check(&whole);
    start(&cut, pool);
    feed(&cut, p, i);
    feed(&cut, p + i, k - i);
    feed(&cut, p + k, n - k);
    end(&cut);
    must(same(gw_text_str(&whole.out), gw_text_str(&cut.out)));
    start(&cut, pool);
    for (at = 0; at < n; at++)
        feed(&cut, p + at, 1);
    end(&cut);
    must(same(gw_text_str(&whole.out), gw_text_str(&cut.out)));
    must(whole.why == cut.why);
}

static void document(const uint8_t *p, size_t n)
{
    static const gw_translate_usage_t usage;
    apr_pool_t *pool = fuzz_pool();
    gw_translate_about_t about = about_of(pool);
    gw_str_t text = { fuzz_copy(p, n), n };
    gw_tree_t tree;
    gw_text_t out;

    gw_text_init(&out, 8 * EVENT_MOST, pool);
    if (gw_messages_document(&out, text, &about, &usage) == NULL)
        must(gw_tree_read(&tree, gw_text_str(&out), &gw_tree_outer, 0, pool)
             == APR_SUCCESS);
    free((char *)(apr_uintptr_t)text.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned how = fuzz_byte(&data, &size);
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i = fuzz_place(a, size), k = fuzz_place(b, size);

    if (how & 1)
        stream(data, size, i < k ? i : k, i < k ? k : i);
    else
        document(data, size);
    fuzz_pool();                /* what is malloc'd goes with what is in it */
    return 0;
}
