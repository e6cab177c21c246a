/* SPDX-License-Identifier: Apache-2.0 */
/* test_usage_anthropic.c - counts of the Messages API, made into disjoint
 * buckets. */
#include "usage.h"

#include "tap.h"

#define INSIDE GW_CACHE_INSIDE
#define BAD GW_USAGE_INCONSISTENT
#define THINKING GW_USAGE_THINKING
#define CALLS GW_USAGE_CALLS

/* Counts: input, output, read, created, of it for 5m, for 1h, thinking; -1:
 * absent.  want: input, read, explicit, 5m, 1h, output. */
static const struct {
    const char *name;
    apr_int64_t n[7];
    apr_int32_t largest;
    int bad;
    gw_usage_rule_t rule;
    apr_status_t rv;
    unsigned flags;
    apr_int64_t want[6];
} rows[] = {
    { "text", { 10, 5, -1, -1, -1, -1, -1 }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 5 } },
    { "zeros", { 10, 5, 0, 0, 0, 0, 0 }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 5 } },
    { "the cache is beside the input", { 3, 5, 100, 70, 40, 30, -1 }, 0, 0,
      { .marked = 1 }, APR_SUCCESS, 0, { 3, 0, 100, 40, 30, 5 } },
    { "nothing but a cache", { 0, 5, 100, -1, -1, -1, -1 }, 0, 0,
      { .marked = 1 }, APR_SUCCESS, 0, { 0, 0, 100, 0, 0, 5 } },
    { "a read without a marker", { 3, 5, 100, 0, -1, -1, -1 }, 0, 0, { 0 },
      APR_SUCCESS, 0, { 3, 100, 0, 0, 0, 5 } },
    { "written without a split", { 3, 5, 0, 70, -1, -1, -1 }, 0, 0,
      { .marked = 1 }, APR_SUCCESS, 0, { 3, 0, 0, 70, 0, 5 } },
    { "written more than the split of the beginning says",
      { 3, 5, 0, 90, 0, 30, -1 }, 0, 0, { .marked = 1 }, APR_SUCCESS, 0,
      { 3, 0, 0, 60, 30, 5 } },
    { "a split of more than was written", { 3, 5, 0, 10, 40, 30, -1 }, 0, 0,
      { .marked = 1 }, APR_SUCCESS, BAD, { 3, 0, 0, 40, 30, 5 } },
    { "a split alone", { 3, 5, -1, -1, 40, 30, -1 }, 0, 0, { .marked = 1 },
      APR_SUCCESS, 0, { 3, 0, 0, 40, 30, 5 } },
    { "the upstream counts it inside", { 103, 5, 60, 40, -1, -1, -1 }, 0, 0,
      { .cache = INSIDE, .marked = 1 }, APR_SUCCESS, 0,
      { 3, 0, 60, 40, 0, 5 } },
    { "... more than there is", { 50, 5, 60, 40, -1, -1, -1 }, 0, 0,
      { .cache = INSIDE, .marked = 1 }, APR_SUCCESS, BAD,
      { 0, 0, 50, 0, 0, 5 } },
    { "thinking was counted", { 10, 5, -1, -1, -1, -1, 3 }, 0, 0, { 0 },
      APR_SUCCESS, THINKING, { 10, 0, 0, 0, 0, 5 } },
    { "none was", { 10, 5, -1, -1, -1, -1, 0 }, 0, 0, { 0 }, APR_SUCCESS, 0,
      { 10, 0, 0, 0, 0, 5 } },
    { "thinking was seen", { 10, 5, -1, -1, -1, -1, -1 }, 0, 0,
      { .reasoning = 1 }, APR_SUCCESS, THINKING, { 10, 0, 0, 0, 0, 5 } },
    { "a bad count", { 10, 5, -1, -1, -1, -1, -1 }, 0, 1, { 0 }, APR_SUCCESS,
      BAD, { 10, 0, 0, 0, 0, 5 } },
    { "several calls", { 10, 5, 100, -1, -1, -1, -1 }, 80, 0, { .marked = 1 },
      APR_SUCCESS, CALLS, { 10, 0, 100, 0, 0, 5 } },
    { "one call", { 10, 5, 100, -1, -1, -1, -1 }, 110, 0, { .marked = 1 },
      APR_SUCCESS, 0, { 10, 0, 100, 0, 0, 5 } },
    { "no input", { -1, 5, 100, -1, -1, -1, -1 }, 0, 0, { 0 }, APR_ENOENT, 0,
      { 0 } },
    { "no output", { 10, -1, -1, -1, -1, -1, -1 }, 0, 0, { 0 }, APR_ENOENT, 0,
      { 0 } },
    { "no output, and none is wanted", { 10, -1, 4, -1, -1, -1, -1 }, 0, 0,
      { .no_output = 1 }, APR_SUCCESS, 0, { 10, 4, 0, 0, 0, 0 } },
    { "the most", { GW_TOKENS_MAX - 1, GW_TOKENS_MAX, 1, -1, -1, -1, -1 }, 0,
      0, { 0 }, APR_SUCCESS, 0,
      { GW_TOKENS_MAX - 1, 1, 0, 0, 0, GW_TOKENS_MAX } },
    { "more with its cache", { GW_TOKENS_MAX, 5, 1, -1, -1, -1, -1 }, 0, 0,
      { 0 }, APR_ENOENT, 0, { 0 } },
    { "more output", { 1, GW_TOKENS_MAX + 1, -1, -1, -1, -1, -1 }, 0, 0,
      { 0 }, APR_ENOENT, 0, { 0 } },
    { "more than the price bills", { 90, 5, 11, -1, -1, -1, -1 }, 0, 0,
      { .prompt_most = 100 }, APR_ENOENT, 0, { 0 } },
    { "... of output", { 90, 5, 10, -1, -1, -1, -1 }, 0, 0,
      { .prompt_most = 100, .output_most = 4 }, APR_ENOENT, 0, { 0 } },
    { "the most of what it bills", { 90, 4, 10, -1, -1, -1, -1 }, 0, 0,
      { .prompt_most = 100, .output_most = 4 }, APR_SUCCESS, 0,
      { 90, 10, 0, 0, 0, 4 } }
};

int main(void)
{
    static const gw_count_t counts[7] = {
        GW_N_PROMPT, GW_N_COMPLETION, GW_N_CACHED, GW_N_WRITTEN,
        GW_N_WRITTEN_5M, GW_N_WRITTEN_1H, GW_N_REASONING
    };
    static const gw_bucket_t buckets[6] = {
        GW_INPUT, GW_CACHE_READ, GW_CACHE_READ_EXPLICIT, GW_CACHE_WRITE_5M,
        GW_CACHE_WRITE_1H, GW_OUTPUT
    };
    unsigned i, k;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_counts_t c;
        gw_usage_t u;

        memset(&u, 0x55, sizeof(u));
        gw_counts_clear(&c);
        for (k = 0; k < 7; k++)
            gw_counts_put(&c, counts[k], rows[i].n[k]);
        c.largest = rows[i].largest;
        c.bad = rows[i].bad != 0;
        c.explicit_cache = 1;   /* it is the body that says so */
        if (!is_int(gw_usage_anthropic(&u, &c, &rows[i].rule), rows[i].rv,
                    "%s", rows[i].name) || rows[i].rv != APR_SUCCESS)
            continue;
        is_int(u.flags, rows[i].flags, "%s: flags", rows[i].name);
        is_int(u.largest, rows[i].flags & CALLS ? rows[i].largest : 0,
               "%s: the largest call", rows[i].name);
        for (k = 0; k < 6; k++)
            is_int(u.bucket[buckets[k]], rows[i].want[k], "%s: %s",
                   rows[i].name, gw_bucket_names[buckets[k]]);
        is_int(gw_usage_prompt(&u), rows[i].want[0] + rows[i].want[1]
               + rows[i].want[2] + rows[i].want[3] + rows[i].want[4],
               "%s: nothing else", rows[i].name);
    }
    return tap_end();
}
