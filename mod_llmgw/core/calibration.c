/* SPDX-License-Identifier: Apache-2.0 */
/* calibration.c - see calibration.h. */
#include "calibration.h"

#define K_LEAST 50              /* bounds of tokens per 1000 bytes ... */
#define K_MOST  2000            /* ... whatever an upstream counted */
#define MANY    100000          /* rows after which old ones count half */

static void add_atomic(apr_int64_t *sum, apr_int64_t n)
{
    __atomic_fetch_add(sum, n, __ATOMIC_RELAXED);
}

static apr_int64_t get(const apr_int64_t *sum)
{
    return __atomic_load_n(sum, __ATOMIC_RELAXED);
}

void gw_calibration_add(gw_calibration_t *c, const gw_sample_t *s)
{
    apr_int64_t off = s->prompt_tokens - s->prompt_estimate;

    add_atomic(&c->output, s->output);
    /* a count beyond all reason teaches nothing */
    if (s->prompt_bytes > 0
        && s->prompt_tokens <= 4 * s->prompt_bytes + 4096) {
        add_atomic(&c->prompt_bytes, s->prompt_bytes);
        add_atomic(&c->prompt_tokens, s->prompt_tokens);
        add_atomic(&c->prompt_error, off < 0 ? -off : off);
        add_atomic(&c->prompts, 1);
    }
    if (s->answer_bytes > 0) {
        add_atomic(&c->answer_bytes, s->answer_bytes);
        add_atomic(&c->answer_tokens, s->output);
        add_atomic(&c->answers, 1);
    }
    add_atomic(&c->rows, 1);
}

static void halve(apr_int64_t *sum)
{
    add_atomic(sum, -(get(sum) / 2));
}

void gw_calibration_age(gw_calibration_t *c)
{
    if (get(&c->rows) < MANY)
        return;
    halve(&c->rows);
    halve(&c->output);
    halve(&c->prompts);
    halve(&c->prompt_bytes);
    halve(&c->prompt_tokens);
    halve(&c->prompt_error);
    halve(&c->answers);
    halve(&c->answer_bytes);
    halve(&c->answer_tokens);
}

void gw_calibration_sum(gw_calibration_t *sum, const gw_calibration_t *c)
{
    sum->rows += get(&c->rows);
    sum->output += get(&c->output);
    sum->prompts += get(&c->prompts);
    sum->prompt_bytes += get(&c->prompt_bytes);
    sum->prompt_tokens += get(&c->prompt_tokens);
    sum->prompt_error += get(&c->prompt_error);
    sum->answers += get(&c->answers);
    sum->answer_bytes += get(&c->answer_bytes);
    sum->answer_tokens += get(&c->answer_tokens);
}

static apr_int64_t rate(apr_int64_t rows, apr_int64_t tokens,
                        apr_int64_t bytes)
{
    apr_int64_t k;

    if (rows < GW_CALIBRATED || bytes <= 0)
        return GW_K_FIRST;
    k = (tokens * 1000 + bytes - 1) / bytes;
    return k < K_LEAST ? K_LEAST : k > K_MOST ? K_MOST : k;
}

apr_int64_t gw_calibration_prompt_k(const gw_calibration_t *c)
{
    return c == NULL ? GW_K_FIRST
                     : rate(get(&c->prompts), get(&c->prompt_tokens),
                            get(&c->prompt_bytes));
}

apr_int64_t gw_calibration_output_k(const gw_calibration_t *c)
{
    return c == NULL ? GW_K_FIRST
                     : rate(get(&c->answers), get(&c->answer_tokens),
                            get(&c->answer_bytes));
}

apr_int64_t gw_calibration_output(const gw_calibration_t *c)
{
    apr_int64_t rows = c == NULL ? 0 : get(&c->rows);

    return rows < GW_CALIBRATED ? GW_OUTPUT_FIRST : get(&c->output) / rows;
}

apr_int64_t gw_calibration_error(const gw_calibration_t *c)
{
    apr_int64_t tokens = c == NULL ? 0 : get(&c->prompt_tokens);

    return tokens <= 0 ? -1 : get(&c->prompt_error) * 1000 / tokens;
}
