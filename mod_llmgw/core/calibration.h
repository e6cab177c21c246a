/* SPDX-License-Identifier: Apache-2.0 */
/* calibration.h - what a model's settled rows teach about its tokens, for
 * the estimates of BILLING B6 and the token windows.
 *
 * Written by many processes at once without a lock: single sums may be a row
 * apart for a moment, which no estimate notices.  No bill depends on it once
 * an upstream counted.
 */
#ifndef GW_CALIBRATION_H
#define GW_CALIBRATION_H

#include "gw.h"

#define GW_K_FIRST 250          /* tokens per 1000 bytes, until calibrated */
#define GW_OUTPUT_FIRST 512     /* tokens of an answer, until calibrated */
#define GW_CALIBRATED 50        /* rows that make it believed */

typedef struct gw_calibration_t {
    apr_int64_t key;            /* gw_calibration_key; 0: free */
    apr_int64_t rows;           /* settled rows, and their output: */
    apr_int64_t output;
    apr_int64_t prompts;        /* of them, with text only: */
    apr_int64_t prompt_bytes, prompt_tokens;
    apr_int64_t prompt_error;   /* sum of |estimate - count|, tokens */
    apr_int64_t answers;        /* of them, with all text delivered: */
    apr_int64_t answer_bytes, answer_tokens;
} gw_calibration_t;

/* Of a model and a team, whose estimates go by its own rows alone; team 0 has
 * what was learnt before that was so, and is only shown.  0: the ids do not fit
 * (31 bits). */
static inline apr_int64_t gw_calibration_key(apr_int64_t team_id,
                                             apr_int64_t model_id)
{
    return team_id < 0 || team_id > APR_INT32_MAX || model_id <= 0
           || model_id > APR_INT32_MAX ? 0 : team_id << 32 | model_id;
}

/* What one settled row tells.  0 bytes: it tells nothing of that. */
typedef struct gw_sample_t {
    apr_int64_t prompt_bytes, prompt_tokens, prompt_estimate;
    apr_int64_t answer_bytes;
    apr_int64_t output;         /* tokens */
} gw_sample_t;

/* Learn from one more row.  Any process and thread, without a lock. */
void gw_calibration_add(gw_calibration_t *c, const gw_sample_t *sample);

/* Make old rows count half once there are many, so that a changed model is
 * learnt anew.  One process only. */
void gw_calibration_age(gw_calibration_t *c);

/* *sum += c. */
void gw_calibration_sum(gw_calibration_t *sum, const gw_calibration_t *c);

/* Tokens per 1000 bytes of a prompt, and of an answer's text.  Of these and
 * those below: c may be NULL, then nothing is known. */
apr_int64_t gw_calibration_prompt_k(const gw_calibration_t *c);
apr_int64_t gw_calibration_output_k(const gw_calibration_t *c);
/* Tokens of an answer to expect. */
apr_int64_t gw_calibration_output(const gw_calibration_t *c);
/* How far prompt estimates were off, in 1/1000 of the tokens; -1: unknown. */
apr_int64_t gw_calibration_error(const gw_calibration_t *c);

#endif
