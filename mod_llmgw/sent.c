/* SPDX-License-Identifier: Apache-2.0 */
/* sent.c - see sent.h. */
#include "sent.h"

#include <apr_strings.h>

#include "candidates.h"

/* What a client adds to its body who asks for so many tokens. */
#define MEMBER "\n    \"max_completion_tokens\": 100000000,"

/* What is read in the translation is nothing that the client wrote: it is told
 * so. */
static gw_problem_kind_t read_translated(gw_request_t *sent,
                                         const gw_call_t *call,
                                         const gw_translated_t *made,
                                         gw_endpoint_t at,
                                         gw_problem_t *problem)
{
    apr_pool_t *pool = call->r->pool;
    gw_problem_kind_t kind = gw_request_read_made(
        sent, gw_endpoint_row(at)->request, gw_text_str(&made->body), 1,
        problem, pool);

    if (kind != 0)
        problem->message = apr_psprintf(pool, "Translated for an upstream of "
                                        "/v1/%s, the body is not valid: %s",
                                        gw_endpoint_names[at],
                                        problem->message);
    sent->relay = call->req->relay;
    return kind;
}

static gw_problem_kind_t translate(gw_call_t *call,
                                   const gw_translation_t *how,
                                   gw_endpoint_t at, const gw_route_t *route,
                                   gw_problem_t *problem)
{
    apr_pool_t *pool = call->r->pool;
    gw_request_t *sent = apr_palloc(pool, sizeof(*sent));
    gw_translated_t made;
    gw_problem_kind_t kind;

    memset(&made, 0, sizeof(made));
    gw_text_init(&made.body, GW_TRANSLATE_BODY, pool);
    gw_text_init(&made.dropped, GW_TRANSLATE_DROPPED, pool);
    kind = how->request(&made, call->req, call->model, route, problem, pool);
    if (kind == 0 && made.body.full)
        kind = gw_problem(problem, GW_P_REQUEST_TOO_LARGE, NULL,
                          "The request is too large to be translated for the "
                          "upstream of this model.");
    if (kind == 0)
        kind = read_translated(sent, call, &made, at, problem);
    if (kind == 0 && !gw_route_takes(route, sent))
        kind = gw_request_refuse_stored(sent, gw_endpoint_row(at)->prompt,
                                        problem, pool);
    if (kind != 0) {
        gw_text_drop(&made.body);
        return kind;
    }
    gw_text_drop(&call->sent_memory);
    call->sent_memory = made.body;
    call->sent = sent;
    call->names = made.names;
    call->summary = made.summary;
    call->dropped = made.dropped.n > 0
                    ? apr_pstrmemdup(pool, made.dropped.p, made.dropped.n)
                    : NULL;
    return 0;
}

/* What another model thought is nothing that Claude or OpenAI takes, nor are
 * all of their ids.  A body that cannot be written without them goes as it
 * is. */
static void drop_unsigned(gw_call_t *call, const gw_dialect_row_t *row,
                          int ids)
{
    apr_pool_t *pool = call->r->pool;
    gw_request_t *sent = apr_palloc(pool, sizeof(*sent));
    gw_problem_t problem;
    gw_text_t body;

    gw_text_init(&body, GW_TRANSLATE_BODY, pool);
    if (row->drop(&body, call->req->body, ids, pool) != APR_SUCCESS
        || gw_request_read_made(sent, gw_endpoint_row(row->at)->request,
                                gw_text_str(&body), 0, &problem, pool)
           != 0) {
        gw_text_drop(&body);
        return;
    }
    sent->relay = call->req->relay;
    if (sent->max == GW_MAX_NONE)
        sent->max_tokens = call->req->max_tokens;   /* what we put there */
    gw_text_drop(&call->sent_memory);
    call->sent_memory = body;
    call->sent = sent;
}

/* How a candidate is asked. */
static const gw_dialect_row_t *row_of(const gw_call_t *call,
                                      const gw_route_t *route)
{
    int way = gw_upstream_way(route->upstream, call->url.endpoint);

    return gw_dialect_row(gw_endpoint_way(call->url.endpoint, (unsigned)way));
}

gw_problem_kind_t gw_sent_make(gw_call_t *call, const gw_route_t *route,
                               gw_problem_t *problem)
{
    const gw_dialect_row_t *row = row_of(call, route);
    const gw_translation_t *how = NULL;
    gw_problem_kind_t kind;
    int ids;

    if (row->at != call->url.endpoint) {
        if (call->sent_for == route)
            return 0;
        how = gw_translation(call->url.endpoint, row->at);
        kind = translate(call, how, row->at, route, problem);
        if (kind != 0)
            return kind;
    }
    else {
        if (call->sent_for == route)
            return 0;
        call->sent = call->req;
        call->dropped = NULL;
        ids = call->req->other_ids
              && !gw_vendor_row(route->upstream->vendor)->any_ids;
        if ((call->req->unsigned_thinking || ids) && row->drop != NULL)
            drop_unsigned(call, row, ids);
    }
    call->translation = how;
    call->sent_for = route;
    call->dialect = row;
    return 0;
}

/* ---- what it can cost ------------------------------------------------ */

/* With max_tokens and with so much more text than it has: what is large is not
 * copied.  The request's thread alone reads it. */
static int bound_of(gw_bound_t *bound, const gw_call_t *call,
                    gw_endpoint_t endpoint, gw_request_t *req,
                    apr_int64_t max_tokens, apr_size_t more)
{
    const apr_int64_t was = req->max_tokens;
    int is;

    req->max_tokens = max_tokens;
    req->text += more;
    is = gw_endpoint_row(endpoint)->bound(bound, req, call->model);
    req->text -= more;
    req->max_tokens = was;
    return is;
}

int gw_sent_bound(gw_bound_t *bound, const gw_call_t *call,
                  apr_int64_t max_tokens)
{
    gw_request_t *req = call->req;
    apr_size_t more = max_tokens >= 0 && req->max != GW_MAX_GIVEN
                      ? sizeof(MEMBER) - 1 : 0;
    gw_bound_t sent;

    if (!bound_of(bound, call, call->url.endpoint, req,
                  max_tokens >= 0 ? max_tokens : req->max_tokens, more))
        return 0;
    if (call->sent == NULL || call->sent == call->req)
        return 1;
    req = call->sent;
    if (max_tokens < 0 || (req->max_tokens >= 0
                           && req->max_tokens <= max_tokens))
        max_tokens = req->max_tokens;
    if (!bound_of(&sent, call, call->dialect->at, req, max_tokens, 0))
        return 0;
    if (sent.prompt > bound->prompt)
        bound->prompt = sent.prompt;
    if (sent.output > bound->output)
        bound->output = sent.output;
    if (sent.units > bound->units)
        bound->units = sent.units;
    bound->rates |= sent.rates;
    return 1;
}
