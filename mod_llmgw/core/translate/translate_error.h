/* SPDX-License-Identifier: Apache-2.0 */
/* translate_error.h - an upstream's error, as one of ours: for clients that
 * know another shape of errors than the upstream writes.
 *
 * Status and words stay, type and code are those of our own errors with that
 * status (tbl/problems.h).  A context that is too short is told in words that
 * agents act on: they make the conversation shorter, or ask for less.
 */
#ifndef GW_TRANSLATE_ERROR_H
#define GW_TRANSLATE_ERROR_H

#include "error_class.h"
#include "problem.h"

/* What is known of an error, beside what it says. */
typedef struct gw_fault_t {
    int status;                 /* of the answer; below 400: it stands in a
                                   stream, or in a document */
    gw_error_class_t class;
    gw_shape_t shape;           /* of the client's errors */
    apr_int64_t prompt;         /* of the request, by estimate, tokens */
    apr_int64_t max_tokens;     /* ... and the output it asks for; -1: none */
    apr_int64_t context;        /* of the model; 0: not known */
} gw_fault_t;

/* Say it as a problem, whose status is set.  Text comes from the pool.
 * Returns problem->kind, never 0. */
gw_problem_kind_t gw_translate_error(gw_problem_t *problem,
                                     const gw_error_t *error,
                                     const gw_fault_t *fault,
                                     apr_pool_t *pool);

/* Does it say that the request is longer than the model's context? */
int gw_error_is_overflow(const gw_error_t *error);

#endif
