/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_answer.c - answers say the same in any cut and byte by byte, and what
 * they say makes usage that adds up.  The first byte says whether it is a
 * stream, how the upstream counts, and in which format; the next two choose the
 * cuts. */
#include "answer.h"

#include "fnv.h"
#include "fuzz.h"

typedef struct reading_t {
    gw_answer_t answer;
    uint64_t hash;              /* of all events */
    gw_event_t last;            /* not yet hashed: a tail may follow */
    int pending;
} reading_t;

static void mix(reading_t *r, const void *p, size_t n)
{
    r->hash = gw_fnv(r->hash, p, n);
}

static void hash_last(reading_t *r)
{
    const gw_event_t *e = &r->last;
    const size_t told[] = {
        e->bytes, e->text, e->data, e->done, e->usage, e->no_choices,
        e->choice, e->finish, e->error, e->opening, e->telling
    };

    if (r->pending)
        mix(r, told, sizeof(told));
    r->pending = 0;
}

static void feed(reading_t *r, const uint8_t *p, size_t n)
{
    char *copy = fuzz_copy(p, n);
    size_t done = 0;

    if (!r->answer.sse && n > 0)
        gw_answer_feed(&r->answer, copy, n);
    while (r->answer.sse && done < n) {
        apr_size_t used = 0;
        gw_sse_result_t result = gw_answer_next(&r->answer, copy + done,
                                                n - done, &used);

        must(used > 0 && used <= n - done);
        done += used;
        if (result == GW_SSE_EVENT)
            hash_last(r);
        if (result != GW_SSE_MORE) {
            r->last = r->answer.event;
            r->pending = 1;
        }
    }
    free(copy);
}

static void hash_answer(reading_t *r)
{
    const gw_answer_t *a = &r->answer;
    const uint64_t told[] = {
        a->counts.seen, a->counts.explicit_cache, a->counts.bad,
        a->counts.beginning, (uint64_t)a->counts.largest, a->started[0],
        a->started[1], a->finished[0], a->finished[1], a->done, a->error,
        a->reasoning, a->counted, a->shows, a->id_hash,
        (uint64_t)gw_answer_complete(a, 1), (uint64_t)gw_answer_ended(a)
    };

    hash_last(r);
    mix(r, told, sizeof(told));
    mix(r, &a->told, sizeof(a->told));
    mix(r, &a->number, sizeof(a->number));
    mix(r, a->counts.n, sizeof(a->counts.n));
}

static void start(reading_t *r, unsigned how)
{
    static const gw_answer_format_t *const formats[] = {
        &gw_answer_openai, &gw_answer_responses, &gw_answer_anthropic,
        &gw_answer_rerank
    };

    r->hash = 0;
    r->pending = 0;
    gw_answer_start(&r->answer, formats[how >> 6 & 3], how & 1);
}

static void end(reading_t *r)
{
    if (!r->answer.sse)
        gw_answer_end(&r->answer);
    hash_last(r);
    r->pending = !r->answer.sse || gw_answer_last(&r->answer);
    r->last = r->answer.event;
    hash_answer(r);
}

static void read_cut(reading_t *r, unsigned how, const uint8_t *p, size_t n,
                     size_t i, size_t k)
{
    start(r, how);
    feed(r, p, i);
    feed(r, p + i, k - i);
    feed(r, p + k, n - k);
    end(r);
}

/* Nothing that is known of earlier events can help here. */
static void read_bytes(reading_t *r, unsigned how, const uint8_t *p, size_t n)
{
    size_t i;

    start(r, how);
    for (i = 0; i < n; i++)
        feed(r, p + i, 1);
    end(r);
}

static void use(const gw_counts_t *counts, unsigned how)
{
    gw_usage_rule_t rule = { how % 3, how >> 2 & 1, how >> 3 & 1,
                             how >> 4 & 1, how >> 5 & 1 };
    gw_usage_t usage;
    unsigned i;

    for (i = 0; i < GW_COUNTS; i++)
        must(counts->n[i] >= -1 && counts->n[i] <= GW_COUNT_MAX);
    must(counts->largest >= 0 && counts->largest <= GW_TOKENS_MAX);
    if ((how & 64 ? gw_usage_anthropic : gw_usage_openai)(&usage, counts,
                                                          &rule)
        != APR_SUCCESS)
        return;
    for (i = 0; i < GW_BUCKETS; i++)
        must(usage.bucket[i] >= 0);
    must(gw_usage_prompt(&usage) <= GW_TOKENS_MAX);
    must(gw_usage_output(&usage) <= GW_TOKENS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reading_t whole, cut;
    unsigned how = fuzz_byte(&data, &size);
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i = fuzz_place(a, size), k = fuzz_place(b, size);

    read_cut(&whole, how, data, size, 0, 0);
    read_cut(&cut, how, data, size, i < k ? i : k, i < k ? k : i);
    must(whole.hash == cut.hash);
    read_bytes(&cut, how, data, size);
    must(whole.hash == cut.hash);
    use(&whole.answer.counts, how >> 1);
    return 0;
}
