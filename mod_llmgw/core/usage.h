/* SPDX-License-Identifier: Apache-2.0 */
/* usage.h - what an upstream counted, made into disjoint buckets.
 *
 * Vendors disagree on what is inside what: cached tokens inside the prompt
 * or beside it, reasoning inside the completion or beside it.  Here is the
 * one place that decides; docs/billing.md gives the rules in words.
 */
#ifndef GW_USAGE_H
#define GW_USAGE_H

#include "gw.h"

/* The buckets: disjoint, the inputs sum up to the prompt, the outputs to the
 * output.  Rates bear the same names (tariff.h). */
typedef enum {
    GW_INPUT, GW_INPUT_AUDIO, GW_INPUT_IMAGE, GW_INPUT_VIDEO,
    GW_CACHE_READ, GW_CACHE_READ_EXPLICIT, GW_CACHE_WRITE_5M,
    GW_CACHE_WRITE_1H,
    GW_OUTPUT, GW_OUTPUT_AUDIO,
    GW_BUCKETS
} gw_bucket_t;

#define GW_USAGE_THINKING     0x01  /* reasoning was counted or seen */
#define GW_USAGE_INCONSISTENT 0x02  /* the counts contradict each other */
#define GW_USAGE_CALLS        0x80  /* they are sums of several calls */

#define GW_TOKENS_MAX 100000000       /* more than this counts as absent */
#define GW_COUNT_MAX 1000000000000LL  /* more than this is no count */

typedef struct gw_usage_t {
    apr_int64_t bucket[GW_BUCKETS];
    unsigned flags;
    apr_int32_t largest;    /* GW_USAGE_CALLS: the prompt of the largest, which
                               chooses the tier; not kept in the ledger */
    apr_int64_t search_units;   /* of a rerank that counted nothing else: the
                               buckets are all 0; else 0 */
} gw_usage_t;

/* The counts as they stand in a usage object; -1: absent. */
typedef enum {
    GW_N_PROMPT, GW_N_COMPLETION, GW_N_TOTAL,
    GW_N_CACHED, GW_N_WRITTEN, GW_N_WRITTEN_5M, GW_N_WRITTEN_1H,
    GW_N_AUDIO_IN, GW_N_IMAGE_IN, GW_N_VIDEO_IN,
    GW_N_REASONING, GW_N_AUDIO_OUT, GW_N_UNITS,
    GW_COUNTS
} gw_count_t;

typedef struct gw_counts_t {
    apr_int64_t n[GW_COUNTS];
    unsigned seen:1;        /* a usage object was met */
    unsigned explicit_cache:1; /* cache_type or cache_creation was met */
    unsigned bad:1;         /* a count was no integer >= 0 */
    unsigned beginning:1;   /* the output was counted when it began, and not
                               since: an answer that ended so is one without
                               usage */
    apr_int32_t largest;    /* where the counts are sums of several calls: the
                               prompt of the largest, caches too; else 0 */
} gw_counts_t;

typedef enum { GW_CACHE_AUTO, GW_CACHE_INSIDE, GW_CACHE_OUTSIDE }
    gw_cache_place_t;

/* How one upstream counts (its setting `usage`) and what the caller knows. */
typedef struct gw_usage_rule_t {
    gw_cache_place_t cache;
    unsigned output_total:1;  /* O = total - P (usage.output "total") */
    unsigned no_output:1;     /* embeddings, rerank: O = 0 */
    unsigned reasoning:1;     /* reasoning text was seen in the answer */
    unsigned marked:1;        /* a cache_control stood in the body sent */
    /* tokens that the price can bill; 0: GW_TOKENS_MAX */
    apr_int64_t prompt_most, output_most;
} gw_usage_rule_t;

/* Forget everything. */
void gw_counts_clear(gw_counts_t *counts);

/* Usage objects of one answer are cumulative: keep the larger of each.
 * n is in [0, GW_COUNT_MAX]; who reads larger ones sets counts->bad. */
void gw_counts_put(gw_counts_t *counts, gw_count_t which, apr_int64_t n);

/* Counts of the OpenAI dialect to buckets (BILLING B1, B4).  Where there is no
 * output and no token was counted, search units are usage, too, from 1 to
 * GW_TOKENS_MAX of them.
 * APR_ENOENT: the counts do not give prompt and output, or one of them is
 * above the most of the rule or GW_TOKENS_MAX: the answer counts as one
 * without usage. */
apr_status_t gw_usage_openai(gw_usage_t *usage, const gw_counts_t *counts,
                             const gw_usage_rule_t *rule);

/* The same, of counts of the Anthropic dialect: what was read from a cache and
 * written to it stands beside input_tokens, unless the rule says inside; and
 * it was read explicitly if the body had a marker. */
apr_status_t gw_usage_anthropic(gw_usage_t *usage, const gw_counts_t *counts,
                                const gw_usage_rule_t *rule);

/* Tokens for bytes of text where nobody counted: ceil(bytes * k / 1000). */
apr_int64_t gw_usage_estimate(apr_int64_t bytes, apr_int64_t k);

static inline apr_int64_t gw_usage_prompt(const gw_usage_t *u)
{
    apr_int64_t sum = 0;
    int i;

    for (i = GW_INPUT; i <= GW_CACHE_WRITE_1H; i++)
        sum += u->bucket[i];
    return sum;
}

static inline apr_int64_t gw_usage_output(const gw_usage_t *u)
{
    return u->bucket[GW_OUTPUT] + u->bucket[GW_OUTPUT_AUDIO];
}

/* How often per_request is charged. */
static inline apr_int64_t gw_usage_units(const gw_usage_t *u)
{
    return u->search_units > 0 ? u->search_units : 1;
}

/* "input", "cache_read", ... */
extern const char *const gw_bucket_names[GW_BUCKETS];

#endif
