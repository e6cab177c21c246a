/* SPDX-License-Identifier: Apache-2.0 */
/* calibration.h - what a model's settled rows teach about its tokens, for
 * the estimates of BILLING B6, the reserves of B9 and the token windows.
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
    apr_int64_t model_id;       /* 0: free */
    apr_int64_t rows;           /* settled rows, and their output: */
    apr_int64_t output;
    apr_int64_t prompts;        /* of them, with text only: */
    apr_int64_t prompt_bytes, prompt_tokens;
    apr_int64_t prompt_error;   /* sum of |estimate - count|, tokens */
    apr_int64_t answers;        /* of them, with all text delivered: */
    apr_int64_t answer_bytes, answer_tokens;
    apr_int64_t extra_prompt;   /* by which reserves were too small: widens */
    apr_int64_t extra_output;   /*   those to come */
} gw_calibration_t;

/* What one settled row tells.  0 bytes: it tells nothing of that. */
typedef struct gw_sample_t {
    apr_int64_t prompt_bytes, prompt_tokens, prompt_estimate;
    apr_int64_t answer_bytes;
    apr_int64_t output;         /* tokens */
} gw_sample_t;

void gw_calibration_add(gw_calibration_t *c, const gw_sample_t *sample);

/* Make old rows count half once there are many, so that a changed model is
 * learnt anew.  One process only. */
void gw_calibration_age(gw_calibration_t *c);

/* A reserve was this much too small. */
void gw_calibration_widen(gw_calibration_t *c, apr_int64_t prompt,
                          apr_int64_t output);

/* c may be NULL: nothing is known.  Tokens per 1000 bytes. */
apr_int64_t gw_calibration_prompt_k(const gw_calibration_t *c);
apr_int64_t gw_calibration_output_k(const gw_calibration_t *c);
/* Tokens of an answer to expect. */
apr_int64_t gw_calibration_output(const gw_calibration_t *c);
/* How far prompt estimates were off, in 1/1000 of the tokens; -1: unknown. */
apr_int64_t gw_calibration_error(const gw_calibration_t *c);

#endif
