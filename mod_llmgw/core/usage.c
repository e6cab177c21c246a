/* SPDX-License-Identifier: Apache-2.0 */
/* usage.c - see usage.h. */
#include "usage.h"

const char *const gw_bucket_names[GW_BUCKETS] = {
    "input", "input_audio", "input_image", "input_video",
    "cache_read", "cache_read_explicit", "cache_write_5m", "cache_write_1h",
    "output", "output_audio"
};

void gw_counts_clear(gw_counts_t *counts)
{
    int i;

    memset(counts, 0, sizeof(*counts));
    for (i = 0; i < GW_COUNTS; i++)
        counts->n[i] = -1;
}

void gw_counts_put(gw_counts_t *counts, gw_count_t which, apr_int64_t n)
{
    if (n > counts->n[which])
        counts->n[which] = n;
}

static apr_int64_t or_zero(apr_int64_t n)
{
    return n < 0 ? 0 : n;
}

static apr_int64_t least(apr_int64_t a, apr_int64_t b)
{
    return a < b ? a : b;
}

/* Take up to *want tokens out of *from. */
static void take(apr_int64_t *from, apr_int64_t *want)
{
    apr_int64_t n = least(*from, *want);

    *from -= n;
    *want -= n;
}

/* The part of the prompt that was written to a cache, by life time. */
static void written(apr_int64_t *w5m, apr_int64_t *w1h,
                    const gw_counts_t *counts)
{
    apr_int64_t all = or_zero(counts->n[GW_N_WRITTEN]);
    apr_int64_t parts = or_zero(counts->n[GW_N_WRITTEN_5M]);

    *w1h = or_zero(counts->n[GW_N_WRITTEN_1H]);
    if (all < parts + *w1h)
        all = parts + *w1h;
    *w5m = all - *w1h;            /* a write without a split is a 5m one */
}

/* Audio, image and video of a prompt; never more than it. */
static void media_buckets(gw_usage_t *u, const gw_counts_t *counts,
                          apr_int64_t prompt)
{
    apr_int64_t *b = u->bucket;

    b[GW_INPUT_AUDIO] = or_zero(counts->n[GW_N_AUDIO_IN]);
    b[GW_INPUT_IMAGE] = or_zero(counts->n[GW_N_IMAGE_IN]);
    b[GW_INPUT_VIDEO] = or_zero(counts->n[GW_N_VIDEO_IN]);
    if (b[GW_INPUT_AUDIO] + b[GW_INPUT_IMAGE] + b[GW_INPUT_VIDEO] <= prompt)
        return;
    b[GW_INPUT_AUDIO] = least(b[GW_INPUT_AUDIO], prompt);
    b[GW_INPUT_IMAGE] = least(b[GW_INPUT_IMAGE], prompt - b[GW_INPUT_AUDIO]);
    b[GW_INPUT_VIDEO] = least(b[GW_INPUT_VIDEO], prompt - b[GW_INPUT_AUDIO]
                                                 - b[GW_INPUT_IMAGE]);
    u->flags |= GW_USAGE_INCONSISTENT;
}

/* Input buckets of a prompt as the upstream counted it.  Returns the prompt
 * total. */
static apr_int64_t input_buckets(gw_usage_t *u, const gw_counts_t *counts,
                                 apr_int64_t prompt, gw_cache_place_t place)
{
    apr_int64_t cached = or_zero(counts->n[GW_N_CACHED]);
    apr_int64_t *b = u->bucket, w5m, w1h, out;
    int outside = place == GW_CACHE_OUTSIDE;

    written(&w5m, &w1h, counts);
    if (cached > prompt && place == GW_CACHE_AUTO) {
        outside = 1;
        u->flags |= GW_USAGE_INCONSISTENT;
    }
    if (!outside && cached + w5m + w1h > prompt) {
        cached = least(cached, prompt);
        w1h = least(w1h, prompt - cached);
        w5m = prompt - cached - w1h;
        u->flags |= GW_USAGE_INCONSISTENT;
    }
    media_buckets(u, counts, prompt);
    b[GW_INPUT] = prompt - b[GW_INPUT_AUDIO] - b[GW_INPUT_IMAGE]
                  - b[GW_INPUT_VIDEO];
    out = outside ? 0 : cached + w5m + w1h;
    take(&b[GW_INPUT], &out);
    take(&b[GW_INPUT_IMAGE], &out);
    take(&b[GW_INPUT_VIDEO], &out);
    take(&b[GW_INPUT_AUDIO], &out);
    b[counts->explicit_cache ? GW_CACHE_READ_EXPLICIT : GW_CACHE_READ] = cached;
    b[GW_CACHE_WRITE_5M] = w5m;
    b[GW_CACHE_WRITE_1H] = w1h;
    return outside ? prompt + cached + w5m + w1h : prompt;
}

/* The output total; -1: the counts do not give it. */
static apr_int64_t output_total(gw_usage_t *u, const gw_counts_t *counts,
                                const gw_usage_rule_t *rule,
                                apr_int64_t prompt)
{
    apr_int64_t completion = counts->n[GW_N_COMPLETION];
    apr_int64_t total = counts->n[GW_N_TOTAL];
    apr_int64_t reasoning = or_zero(counts->n[GW_N_REASONING]);
    apr_int64_t base = counts->n[GW_N_PROMPT];

    if (rule->no_output)
        return 0;
    if (completion < 0)
        return total >= prompt ? total - prompt : -1;
    if (total < 0)
        return completion;
    /* reasoning beside the completion; or a total without what is cached
     * outside, where reasoning is 0 */
    if (completion + reasoning == total - base)
        return completion + reasoning;
    if (rule->output_total && total >= prompt)
        return total - prompt;
    if (total != prompt + completion)
        u->flags |= GW_USAGE_INCONSISTENT;
    return completion;
}

static apr_int64_t most_of(apr_int64_t most)
{
    return most > 0 && most < GW_TOKENS_MAX ? most : GW_TOKENS_MAX;
}

/* What was counted where no tokens were.  APR_ENOENT: nothing. */
static apr_status_t units_alone(gw_usage_t *u, const gw_counts_t *counts)
{
    apr_int64_t units = counts->n[GW_N_UNITS];

    if (units < 1 || units > GW_TOKENS_MAX)
        return APR_ENOENT;
    memset(u, 0, sizeof(*u));
    u->search_units = units;
    if (counts->bad)
        u->flags |= GW_USAGE_INCONSISTENT;
    return APR_SUCCESS;
}

apr_status_t gw_usage_openai(gw_usage_t *usage, const gw_counts_t *counts,
                             const gw_usage_rule_t *rule)
{
    gw_usage_t u;
    apr_int64_t prompt = counts->n[GW_N_PROMPT], output, audio;

    memset(&u, 0, sizeof(u));
    if (prompt < 0 && rule->no_output)
        prompt = counts->n[GW_N_TOTAL];     /* all that some reranks count */
    if (rule->no_output && prompt <= 0
        && units_alone(usage, counts) == APR_SUCCESS)
        return APR_SUCCESS;
    if (prompt < 0)
        return APR_ENOENT;
    if (counts->bad)
        u.flags |= GW_USAGE_INCONSISTENT;
    prompt = input_buckets(&u, counts, prompt, rule->cache);
    output = output_total(&u, counts, rule, prompt);
    if (output < 0 || prompt > most_of(rule->prompt_most)
        || output > most_of(rule->output_most))
        return APR_ENOENT;
    audio = or_zero(counts->n[GW_N_AUDIO_OUT]);
    if (audio > output && !rule->no_output)
        u.flags |= GW_USAGE_INCONSISTENT;
    u.bucket[GW_OUTPUT_AUDIO] = least(audio, output);
    u.bucket[GW_OUTPUT] = output - u.bucket[GW_OUTPUT_AUDIO];
    if (counts->n[GW_N_REASONING] > 0 || rule->reasoning)
        u.flags |= GW_USAGE_THINKING;
    *usage = u;
    return APR_SUCCESS;
}

apr_status_t gw_usage_anthropic(gw_usage_t *usage, const gw_counts_t *counts,
                                const gw_usage_rule_t *rule)
{
    gw_usage_t u;
    gw_counts_t c = *counts;
    apr_int64_t prompt = c.n[GW_N_PROMPT];
    apr_int64_t output = rule->no_output ? 0 : c.n[GW_N_COMPLETION];
    gw_cache_place_t place = rule->cache == GW_CACHE_INSIDE
                             ? GW_CACHE_INSIDE : GW_CACHE_OUTSIDE;

    if (prompt < 0 || output < 0)
        return APR_ENOENT;
    memset(&u, 0, sizeof(u));
    if (c.bad || (c.n[GW_N_WRITTEN] >= 0
                  && c.n[GW_N_WRITTEN] < or_zero(c.n[GW_N_WRITTEN_5M])
                                         + or_zero(c.n[GW_N_WRITTEN_1H])))
        u.flags |= GW_USAGE_INCONSISTENT;
    c.explicit_cache = rule->marked;
    prompt = input_buckets(&u, &c, prompt, place);
    if (prompt > most_of(rule->prompt_most)
        || output > most_of(rule->output_most))
        return APR_ENOENT;
    u.bucket[GW_OUTPUT] = output;
    if (c.largest > 0 && c.largest < prompt) {
        u.flags |= GW_USAGE_CALLS;
        u.largest = c.largest;
    }
    if (c.n[GW_N_REASONING] > 0 || rule->reasoning)
        u.flags |= GW_USAGE_THINKING;
    *usage = u;
    return APR_SUCCESS;
}

apr_int64_t gw_usage_estimate(apr_int64_t bytes, apr_int64_t k)
{
    return (bytes * k + 999) / 1000;
}
