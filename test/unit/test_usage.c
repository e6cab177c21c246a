/* SPDX-License-Identifier: Apache-2.0 */
/* test_usage.c - counts as vendors give them, made into disjoint buckets. */
#include "usage.h"

#include "tap.h"

#define INSIDE GW_CACHE_INSIDE
#define OUTSIDE GW_CACHE_OUTSIDE
#define BAD GW_USAGE_INCONSISTENT
#define THINKING GW_USAGE_THINKING

/* Counts are written as a list; what is not in it is absent. */
typedef struct put_t { unsigned which; apr_int64_t n; } put_t;

#define PUT(which, n) { (which) + 1, (n) }     /* 0 ends the list */
#define P(n) PUT(GW_N_PROMPT, n)
#define C(n) PUT(GW_N_COMPLETION, n)
#define T(n) PUT(GW_N_TOTAL, n)
#define UNITS(n) PUT(GW_N_UNITS, n)
#define CACHED(n) PUT(GW_N_CACHED, n)
#define WRITTEN(n) PUT(GW_N_WRITTEN, n)
#define W5M(n) PUT(GW_N_WRITTEN_5M, n)
#define W1H(n) PUT(GW_N_WRITTEN_1H, n)
#define AUDIO(n) PUT(GW_N_AUDIO_IN, n)
#define IMAGE(n) PUT(GW_N_IMAGE_IN, n)
#define VIDEO(n) PUT(GW_N_VIDEO_IN, n)
#define REASONING(n) PUT(GW_N_REASONING, n)
#define AUDIO_OUT(n) PUT(GW_N_AUDIO_OUT, n)

/* want: input, audio, image, video, read, explicit, 5m, 1h, output, audio */
static const struct {
    const char *name;
    put_t put[9];
    int explicit_, bad;
    gw_usage_rule_t rule;
    apr_status_t rv;
    unsigned flags;
    apr_int64_t want[GW_BUCKETS];
} rows[] = {
    { "text", { P(10), C(5), T(15) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "no total", { P(10), C(5) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "no completion", { P(10), T(15) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "nothing at all came out", { P(10), C(0), T(10) }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "no completion, and the total is the prompt", { P(10), T(10) }, 0, 0,
      { 0 }, APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "an empty prompt", { P(0), C(5), T(5) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 0, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "a total of zero", { P(0), C(5), T(0) }, 0, 0, { 0 }, APR_SUCCESS, BAD,
      { 0, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "nothing in, nothing out", { P(0), C(0), T(0) }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 0 } },
    { "prompt only", { P(10) }, 0, 0, { 0 }, APR_ENOENT, 0, { 0 } },
    { "no completion and a total too small", { P(10), T(9) }, 0, 0, { 0 },
      APR_ENOENT, 0, { 0 } },
    { "a total above", { P(10), C(5), T(16) }, 0, 0, { 0 }, APR_SUCCESS, BAD,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "a total below", { P(10), C(5), T(14) }, 0, 0, { 0 }, APR_SUCCESS, BAD,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "a count that was none", { P(10), C(5), T(15) }, 0, 1, { 0 },
      APR_SUCCESS, BAD, { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },

    { "reasoning inside", { P(10), C(5), T(15), REASONING(3) }, 0, 0, { 0 },
      APR_SUCCESS, THINKING, { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "reasoning beside", { P(12), C(2), T(354), REASONING(340) }, 0, 0,
      { 0 }, APR_SUCCESS, THINKING, { 12, 0, 0, 0, 0, 0, 0, 0, 342, 0 } },
    { "reasoning larger than the completion, total without it",
      { P(12), C(10), T(22), REASONING(11) }, 0, 0, { 0 }, APR_SUCCESS,
      THINKING, { 12, 0, 0, 0, 0, 0, 0, 0, 10, 0 } },
    { "reasoning beside, total wrong",
      { P(12), C(2), T(355), REASONING(340) }, 0, 0, { 0 }, APR_SUCCESS,
      THINKING | BAD, { 12, 0, 0, 0, 0, 0, 0, 0, 2, 0 } },
    { "reasoning zero", { P(10), C(5), T(15), REASONING(0) }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "reasoning text, not counted", { P(10), C(5), T(15) }, 0, 0,
      { .reasoning = 1 }, APR_SUCCESS, THINKING,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "output by total", { P(10), C(5), T(40) }, 0, 0, { .output_total = 1 },
      APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 30, 0 } },
    { "output by total, and there was none", { P(10), C(5), T(10) }, 0, 0,
      { .output_total = 1 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "output by total, but it is below the prompt", { P(10), C(5), T(4) },
      0, 0, { .output_total = 1 }, APR_SUCCESS, BAD,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "output by total without one", { P(10), C(5) }, 0, 0,
      { .output_total = 1 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },

    { "cached inside", { P(100), C(5), T(105), CACHED(64) }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 36, 0, 0, 0, 64, 0, 0, 0, 5, 0 } },
    { "cached inside, explicit", { P(100), C(5), T(105), CACHED(64) }, 1, 0,
      { 0 }, APR_SUCCESS, 0, { 36, 0, 0, 0, 0, 64, 0, 0, 5, 0 } },
    { "all cached", { P(100), C(5), T(105), CACHED(100) }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 0, 0, 0, 0, 100, 0, 0, 0, 5, 0 } },
    { "one more than the prompt", { P(100), C(5), T(105), CACHED(101) }, 0,
      0, { 0 }, APR_SUCCESS, BAD, { 100, 0, 0, 0, 101, 0, 0, 0, 5, 0 } },
    { "the same where the cache is inside",
      { P(100), C(5), T(105), CACHED(101) }, 0, 0, { .cache = INSIDE },
      APR_SUCCESS, BAD, { 0, 0, 0, 0, 100, 0, 0, 0, 5, 0 } },
    { "cached outside", { P(100), C(5), T(169), CACHED(64) }, 0, 0,
      { .cache = OUTSIDE }, APR_SUCCESS, 0,
      { 100, 0, 0, 0, 64, 0, 0, 0, 5, 0 } },
    { "cached outside, total without it", { P(100), C(5), T(105), CACHED(64) },
      0, 0, { .cache = OUTSIDE }, APR_SUCCESS, 0,
      { 100, 0, 0, 0, 64, 0, 0, 0, 5, 0 } },
    { "cached outside, more than the prompt",
      { P(100), C(5), T(905), CACHED(800) }, 0, 0, { .cache = OUTSIDE },
      APR_SUCCESS, 0, { 100, 0, 0, 0, 800, 0, 0, 0, 5, 0 } },
    { "contradiction with writes",
      { P(100), C(5), T(105), CACHED(101), WRITTEN(50) }, 0, 0, { 0 },
      APR_SUCCESS, BAD, { 100, 0, 0, 0, 101, 0, 50, 0, 5, 0 } },

    { "written", { P(100), C(5), T(105), WRITTEN(40) }, 1, 0, { 0 },
      APR_SUCCESS, 0, { 60, 0, 0, 0, 0, 0, 40, 0, 5, 0 } },
    { "written, in two kinds",
      { P(100), C(5), T(105), WRITTEN(40), W5M(30), W1H(10) }, 1, 0, { 0 },
      APR_SUCCESS, 0, { 60, 0, 0, 0, 0, 0, 30, 10, 5, 0 } },
    { "written, kinds only", { P(100), C(5), T(105), W5M(30), W1H(10) }, 1,
      0, { 0 }, APR_SUCCESS, 0, { 60, 0, 0, 0, 0, 0, 30, 10, 5, 0 } },
    { "written, more than the kinds",
      { P(100), C(5), T(105), WRITTEN(50), W1H(10) }, 1, 0, { 0 },
      APR_SUCCESS, 0, { 50, 0, 0, 0, 0, 0, 40, 10, 5, 0 } },
    { "read and written fill the prompt",
      { P(100), C(5), T(105), CACHED(60), WRITTEN(40) }, 1, 0, { 0 },
      APR_SUCCESS, 0, { 0, 0, 0, 0, 0, 60, 40, 0, 5, 0 } },
    { "read and written are too much",
      { P(100), C(5), T(105), CACHED(60), WRITTEN(41) }, 1, 0, { 0 },
      APR_SUCCESS, BAD, { 0, 0, 0, 0, 0, 60, 40, 0, 5, 0 } },
    { "written alone is too much", { P(100), C(5), T(105), WRITTEN(400) }, 1,
      0, { 0 }, APR_SUCCESS, BAD, { 0, 0, 0, 0, 0, 0, 100, 0, 5, 0 } },
    { "too much of both kinds: the dearer stays",
      { P(100), C(5), T(105), CACHED(60), W5M(30), W1H(30) }, 1, 0, { 0 },
      APR_SUCCESS, BAD, { 0, 0, 0, 0, 0, 60, 10, 30, 5, 0 } },
    { "too much of the dearer kind",
      { P(100), C(5), T(105), CACHED(60), W1H(90) }, 1, 0, { 0 },
      APR_SUCCESS, BAD, { 0, 0, 0, 0, 0, 60, 0, 40, 5, 0 } },
    { "both kinds outside", { P(100), C(5), T(165), W5M(40), W1H(20) }, 1, 0,
      { .cache = OUTSIDE }, APR_SUCCESS, 0,
      { 100, 0, 0, 0, 0, 0, 40, 20, 5, 0 } },
    { "written outside", { P(100), C(5), T(145), WRITTEN(40) }, 1, 0,
      { .cache = OUTSIDE }, APR_SUCCESS, 0,
      { 100, 0, 0, 0, 0, 0, 40, 0, 5, 0 } },

    { "media", { P(100), C(5), T(105), AUDIO(10), IMAGE(20), VIDEO(30) }, 0,
      0, { 0 }, APR_SUCCESS, 0, { 40, 10, 20, 30, 0, 0, 0, 0, 5, 0 } },
    { "cached text", { P(100), C(5), CACHED(40), AUDIO(10), IMAGE(20),
      VIDEO(30) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 0, 10, 20, 30, 40, 0, 0, 0, 5, 0 } },
    { "cached text, then image", { P(100), C(5), CACHED(45), AUDIO(10),
      IMAGE(20), VIDEO(30) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 0, 10, 15, 30, 45, 0, 0, 0, 5, 0 } },
    { "then video", { P(100), C(5), CACHED(75), AUDIO(10), IMAGE(20),
      VIDEO(30) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 0, 10, 0, 15, 75, 0, 0, 0, 5, 0 } },
    { "then audio", { P(100), C(5), CACHED(60), WRITTEN(35), AUDIO(10),
      IMAGE(20), VIDEO(30) }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 0, 5, 0, 0, 60, 0, 35, 0, 5, 0 } },
    { "more audio than prompt", { P(100), C(5), AUDIO(101), IMAGE(1) }, 0, 0,
      { 0 }, APR_SUCCESS, BAD, { 0, 100, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "more media than prompt", { P(100), C(5), AUDIO(50), IMAGE(40),
      VIDEO(30) }, 0, 0, { 0 }, APR_SUCCESS, BAD,
      { 0, 50, 40, 10, 0, 0, 0, 0, 5, 0 } },
    { "media, cached outside", { P(100), C(5), CACHED(80), AUDIO(10) }, 0, 0,
      { .cache = OUTSIDE }, APR_SUCCESS, 0,
      { 90, 10, 0, 0, 80, 0, 0, 0, 5, 0 } },
    { "spoken output", { P(10), C(50), T(60), AUDIO_OUT(40) }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 10, 40 } },
    { "more spoken than put out", { P(10), C(50), T(60), AUDIO_OUT(51) }, 0,
      0, { 0 }, APR_SUCCESS, BAD, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 50 } },

    { "embeddings", { P(10), T(10) }, 0, 0, { .no_output = 1 }, APR_SUCCESS,
      0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "embeddings, prompt only", { P(10) }, 0, 0, { .no_output = 1 },
      APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "a rerank's total", { T(10) }, 0, 0, { .no_output = 1 }, APR_SUCCESS,
      0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "tokens go before search units", { P(10), UNITS(3) }, 0, 0,
      { .no_output = 1 }, APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "... and a total", { T(10), UNITS(3) }, 0, 0, { .no_output = 1 },
      APR_SUCCESS, 0, { 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
    { "search units of a chat", { UNITS(3) }, 0, 0, { 0 }, APR_ENOENT, 0,
      { 0 } },
    { "no search units", { UNITS(0) }, 0, 0, { .no_output = 1 }, APR_ENOENT, 0,
      { 0 } },
    { "too many search units", { UNITS(100000001) }, 0, 0, { .no_output = 1 },
      APR_ENOENT, 0, { 0 } },
    { "a chat's total is not enough", { T(10) }, 0, 0, { 0 }, APR_ENOENT, 0,
      { 0 } },
    { "no prompt", { C(5), T(15) }, 0, 0, { 0 }, APR_ENOENT, 0, { 0 } },
    { "embeddings of nothing", { P(0), T(7) }, 0, 0, { .no_output = 1 },
      APR_SUCCESS, 0, { 0 } },
    { "no counts", { CACHED(1) }, 0, 0, { .no_output = 1 },
      APR_ENOENT, 0, { 0 } },

    { "the largest prompt", { P(100000000), C(5) }, 0, 0, { 0 }, APR_SUCCESS,
      0, { 100000000, 0, 0, 0, 0, 0, 0, 0, 5, 0 } },
    { "one more", { P(100000001), C(5) }, 0, 0, { 0 }, APR_ENOENT, 0, { 0 } },
    { "the largest output", { P(5), C(100000000) }, 0, 0, { 0 }, APR_SUCCESS,
      0, { 5, 0, 0, 0, 0, 0, 0, 0, 100000000, 0 } },
    { "one more put out", { P(5), C(100000001) }, 0, 0, { 0 }, APR_ENOENT, 0,
      { 0 } },
    { "too much with what is outside", { P(99999999), C(5), CACHED(2) }, 0,
      0, { .cache = OUTSIDE }, APR_ENOENT, 0, { 0 } },
    { "exactly as much with what is outside",
      { P(99999900), C(5), CACHED(50), W5M(30), W1H(20) }, 0, 0,
      { .cache = OUTSIDE }, APR_SUCCESS, 0,
      { 99999900, 0, 0, 0, 50, 0, 30, 20, 5, 0 } },
    { "one more of the dearest",
      { P(99999900), C(5), CACHED(50), W5M(30), W1H(21) }, 0, 0,
      { .cache = OUTSIDE }, APR_ENOENT, 0, { 0 } },
    { "the largest counts", { P(1000000000000), C(1000000000000),
      T(1000000000000), CACHED(1000000000000), WRITTEN(1000000000000),
      W5M(1000000000000), W1H(1000000000000), REASONING(1000000000000) },
      0, 0, { .cache = OUTSIDE }, APR_ENOENT, 0, { 0 } }
};

static void test_rows(void)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *name = rows[i].name;
        gw_counts_t counts;
        gw_usage_t usage;

        gw_counts_clear(&counts);
        for (k = 0; k < GW_COUNT(rows[i].put); k++) {
            const put_t *put = &rows[i].put[k];

            if (put->which > 0)
                gw_counts_put(&counts, put->which - 1, put->n);
        }
        counts.explicit_cache = rows[i].explicit_ != 0;
        counts.bad = rows[i].bad != 0;
        memset(&usage, 0x55, sizeof(usage));
        is_int(gw_usage_openai(&usage, &counts, &rows[i].rule), rows[i].rv,
               "%s", name);
        if (rows[i].rv != APR_SUCCESS) {
            ok(usage.flags == 0x55555555u, "%s: usage is left alone", name);
            continue;
        }
        is_int(usage.flags, rows[i].flags, "%s: flags", name);
        for (k = 0; k < GW_BUCKETS; k++)
            is_int(usage.bucket[k], rows[i].want[k], "%s: %s", name,
                   gw_bucket_names[k]);
    }
}

static void test_search_units(void)
{
    static const apr_int64_t counts_of[] = { 1, 3, GW_TOKENS_MAX };
    gw_usage_rule_t rule = { .no_output = 1 };
    gw_counts_t counts;
    gw_usage_t usage;
    unsigned i;

    for (i = 0; i < GW_COUNT(counts_of); i++) {
        gw_counts_clear(&counts);
        gw_counts_put(&counts, GW_N_UNITS, counts_of[i]);
        counts.bad = i == 1;
        memset(&usage, 0x55, sizeof(usage));
        is_int(gw_usage_openai(&usage, &counts, &rule), APR_SUCCESS,
               "search units alone");
        is_int(usage.search_units, counts_of[i], "... are kept");
        is_int(gw_usage_units(&usage), counts_of[i], "... and charged");
        is_int(gw_usage_prompt(&usage) + gw_usage_output(&usage), 0,
               "... without tokens");
        is_int(usage.flags, i == 1 ? BAD : 0, "... as they were counted");
    }
    counts.bad = 0;
    gw_counts_put(&counts, GW_N_PROMPT, 0);
    gw_counts_put(&counts, GW_N_TOTAL, 0);
    gw_usage_openai(&usage, &counts, &rule);
    is_int(usage.search_units, GW_TOKENS_MAX, "no tokens beside them");
    gw_counts_put(&counts, GW_N_PROMPT, 10);
    gw_usage_openai(&usage, &counts, &rule);
    is_int(usage.search_units, 0, "tokens beside them: they are not kept");
    is_int(gw_usage_units(&usage), 1, "... and it is charged once");
}

static void test_counts(void)
{
    gw_counts_t counts;
    gw_usage_t usage;
    gw_usage_rule_t rule = { 0 };
    unsigned i;

    gw_counts_clear(&counts);
    for (i = 0; i < GW_COUNTS; i++)
        is_int(counts.n[i], -1, "cleared: count %u is absent", i);
    ok(!counts.seen && !counts.bad && !counts.explicit_cache, "cleared: flags");
    gw_counts_put(&counts, GW_N_PROMPT, 0);
    is_int(counts.n[GW_N_PROMPT], 0, "zero is a count");
    gw_counts_put(&counts, GW_N_PROMPT, 7);
    gw_counts_put(&counts, GW_N_PROMPT, 5);
    is_int(counts.n[GW_N_PROMPT], 7, "the larger count stays");
    gw_counts_put(&counts, GW_N_COMPLETION, 0);
    is_int(gw_usage_openai(&usage, &counts, &rule), APR_SUCCESS,
           "a completion of zero");
    is_int(gw_usage_prompt(&usage), 7, "prompt total");
    is_int(gw_usage_output(&usage), 0, "output total");
    memset(&usage, 0, sizeof(usage));
    for (i = 0; i < GW_BUCKETS; i++)
        usage.bucket[i] = (apr_int64_t)1 << i;
    is_int(gw_usage_prompt(&usage), 0xff, "all inputs are prompt");
    is_int(gw_usage_output(&usage), 0x300, "all outputs are output");
}

static const struct { apr_int64_t bytes, k, tokens; } estimates[] = {
    { 0, 250, 0 }, { 1, 250, 1 }, { 4, 250, 1 }, { 5, 250, 2 },
    { 901, 250, 226 }, { 4000, 250, 1000 }, { 1, 1, 1 }, { 1000, 1, 1 },
    { 1001, 1, 2 }, { 3, 1000, 3 }, { 3, 1001, 4 }, { 8388608, 333, 2793407 }
};

static void test_estimates(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(estimates); i++)
        is_int(gw_usage_estimate(estimates[i].bytes, estimates[i].k),
               estimates[i].tokens, "%d bytes at %d",
               (int)estimates[i].bytes, (int)estimates[i].k);
}

int main(void)
{
    test_rows();
    test_search_units();
    test_counts();
    test_estimates();
    return tap_end();
}
