/* SPDX-License-Identifier: Apache-2.0 */
/* count_tokens.c - see count_tokens.h. */
#include "count_tokens.h"

#include <apr_strings.h>

#include "candidates.h"
#include "forward.h"
#include "limit.h"
#include "reply.h"
#include "settle.h"

static int can_ask(const gw_call_t *call)
{
    gw_candidates_t c;

    gw_candidates_start(&c, call->model, call->url.endpoint, call->req);
    return gw_candidate_next(&c) != NULL;
}

static void reply_estimate(gw_call_t *call, apr_int64_t tokens)
{
    apr_table_setn(call->r->headers_out, "x-llmgw-estimate", "true");
    gw_reply_json(call, HTTP_OK, apr_psprintf(call->r->pool,
                                              "{\"input_tokens\":%"
                                              APR_INT64_T_FMT "}", tokens));
}

/* The parts that forward a request write what they learn of it into a cell,
 * so there is one, though nobody else sees it. */
gw_problem_kind_t gw_count_tokens(gw_call_t *call, gw_problem_t *problem)
{
    gw_cell_t *cell = apr_pcalloc(call->r->pool, sizeof(*cell));
    gw_problem_kind_t kind = gw_limit_count(call, cell, problem);
    gw_problem_t unanswered;
    apr_int64_t tokens;

    if (kind != 0)
        return kind;
    cell->reserve = -1;         /* and none is needed */
    call->cell = cell;
    gw_settle_foresee(call);
    tokens = cell->prompt;
    call->req->max_tokens = -1; /* none is put here */
    call->abort = GW_ABORT_CANCEL;
    if (!can_ask(call) || gw_forward(call, &unanswered) != 0)
        reply_estimate(call, tokens);
    call->cell = NULL;
    return 0;
}
