/* SPDX-License-Identifier: Apache-2.0 */
/* test_sent.c - what is sent for a route, and what that can cost: with a
 * translation of the test's own, from chat completions to an endpoint whose
 * bodies are read like those. */
#include "candidates.h"
#include "sent.h"

#include <apr_strings.h>

#include "glue.h"
#include "limit.h"
#include "request_chat.h"
#include "responses_names.h"
#include "settle.h"

#include "tap.h"

/* ---- one translated route ---------------------------------------------- */

static int made;                /* so many were translated */
static const char *becomes, *drops;
static const struct gw_tool_names_t *named;

static gw_problem_kind_t make(gw_translated_t *out, const gw_request_t *req,
                              const gw_model_t *model,
                              const gw_route_t *route, gw_problem_t *problem,
                              apr_pool_t *pool)
{
    made++;
    if (becomes == NULL)
        return gw_problem(problem, GW_P_UNSUPPORTED_PARAMETER, "n", "No.");
    out->names = named;
    gw_text_put(&out->body, becomes);
    if (drops != NULL)
        gw_translate_drop(out, drops, pool);
    return 0;
}

static const gw_translation_t translation = { .request = make };

const gw_translation_t *gw_translation(unsigned endpoint, unsigned at)
{
    return at == GW_EP_MESSAGES ? &translation : NULL;
}

const gw_dialect_row_t *gw_dialect_row(unsigned at)
{
    static const gw_dialect_row_t row[GW_ENDPOINTS] = {
        [GW_EP_CHAT] = { .at = GW_EP_CHAT, .answer = &gw_answer_openai },
        [GW_EP_MESSAGES] = { .at = GW_EP_MESSAGES,
                             .answer = &gw_answer_openai }
    };

    return &row[at];
}

/* One dialect of each. */
int gw_upstream_way(const gw_upstream_t *upstream, gw_endpoint_t endpoint)
{
    return upstream->dialect == GW_DIALECT_ANTHROPIC;
}

gw_endpoint_t gw_endpoint_way(gw_endpoint_t endpoint, unsigned k)
{
    return k == 0 ? GW_EP_CHAT : GW_EP_MESSAGES;
}

const gw_endpoint_row_t *gw_endpoint_row(gw_endpoint_t endpoint)
{
    static const gw_endpoint_row_t row = {
        .request = &gw_request_chat, .bound = gw_bound_make,
        .prompt = "messages", .max_tokens = "max_tokens"
    };

    return &row;
}

/* ---- driving ------------------------------------------------------------ */

#define BODY(more) "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"," \
                   "\"content\":\"Hello\"}]" more "}"
#define LONG "\"user\":\"0123456789\""

static gw_call_t *call;
static gw_route_t *native, *other;
static gw_problem_t problem;

static gw_route_t *route_of(gw_dialect_t dialect)
{
    gw_upstream_t *u = apr_pcalloc(tap_pool(), sizeof(*u));
    gw_route_t *route = apr_pcalloc(tap_pool(), sizeof(*route));

    u->dialect = dialect;
    route->upstream = u;
    return route;
}

static void begin(const char *body)
{
    call = glue_call();
    call->url.endpoint = GW_EP_CHAT;
    call->body.p = body;
    call->body.n = strlen(body);
    call->sent = NULL;
    if (gw_request_read(call->req, &gw_request_chat, call->body, &problem,
                        tap_pool()) != 0)
        abort();
    native = route_of(GW_DIALECT_OPENAI);
    other = route_of(GW_DIALECT_ANTHROPIC);
    made = 0;
    becomes = BODY("");
    drops = NULL;
}

/* ---- tests --------------------------------------------------------------- */

static void test_native(void)
{
    begin(BODY(""));
    is_int(gw_sent_make(call, native, &problem), 0, "a native route");
    ok(call->sent == call->req, "is sent the client's own body");
    ok(call->translation == NULL && made == 0, "and nothing is translated");
    is_int(call->dialect->at, GW_EP_CHAT, "where it goes");
    ok(call->dropped == NULL, "nothing was dropped");
}

static void test_translated(void)
{
    begin(BODY(""));
    becomes = BODY("," LONG);
    drops = "messages[3].name";
    named = gw_tool_names_make(tap_pool());
    is_int(gw_sent_make(call, other, &problem), 0, "a translated one");
    is_mem(call->sent->body.p, call->sent->body.n, becomes, strlen(becomes),
           "is sent the translation");
    ok(call->req->body.p == call->body.p, "the client's stays");
    is_int(call->dialect->at, GW_EP_MESSAGES, "where it goes");
    is_str(call->dropped, "messages[].name", "what was dropped");
    ok(call->names == named && named != NULL, "names of its tools");
    gw_sent_make(call, other, &problem);
    is_int(made, 1, "it is translated once");
    gw_sent_make(call, route_of(GW_DIALECT_ANTHROPIC), &problem);
    is_int(made, 2, "and anew for another route");
    gw_sent_make(call, native, &problem);
    ok(call->sent == call->req && call->translation == NULL
       && call->dropped == NULL, "a native one after that");
}

static void test_refused(void)
{
    begin(BODY(""));
    gw_sent_make(call, native, &problem);
    becomes = NULL;
    is_int(gw_sent_make(call, other, &problem), GW_P_UNSUPPORTED_PARAMETER,
           "what has no place there");
    is_str(problem.param, "n", "its path");
    becomes = "{\"model\":\"m\"}";
    is_int(gw_sent_make(call, other, &problem), GW_P_MISSING_PARAMETER,
           "what is no body there");
    ok(strstr(problem.message, "/v1/messages") != NULL, "says where");
    becomes = BODY(",\"previous_response_id\":\"x\"");
    is_int(gw_sent_make(call, other, &problem), GW_P_UNSUPPORTED_PARAMETER,
           "what is stored there");
    ok(call->sent == call->req && call->translation == NULL
       && call->sent_for == native, "nothing changes by that");
}

static gw_bound_t bound_of(const gw_route_t *route, apr_int64_t max_tokens)
{
    gw_bound_t bound;

    if (gw_sent_make(call, route, &problem) != 0
        || !gw_sent_bound(&bound, call, max_tokens))
        memset(&bound, 0, sizeof(bound));
    return bound;
}

/* The larger of each counts, wherever it is. */
static void test_bounds(void)
{
    gw_bound_t one, both;

    begin(BODY(",\"max_tokens\":50"));
    one = bound_of(native, -1);
    becomes = BODY(",\"max_tokens\":50," LONG);
    both = bound_of(other, -1);
    is_int(both.prompt - one.prompt, strlen("," LONG), "a longer prompt");
    is_int(both.output, 50, "the same output");
    begin(BODY(",\"max_tokens\":50," LONG));
    one = bound_of(native, -1);
    becomes = BODY(",\"max_tokens\":70");
    both = bound_of(other, -1);
    is_int(both.prompt, one.prompt, "a shorter one counts as it came");
    is_int(both.output, 70, "a larger output");
    both = bound_of(other, 20);
    is_int(both.output, 20, "if the client asked for less");
    becomes = BODY(",\"max_tokens\":50,\"cache_control\":{\"type\":"
                   "\"ephemeral\"}");
    both = bound_of(route_of(GW_DIALECT_ANTHROPIC), -1);
    ok(both.rates & 1u << GW_CACHE_WRITE_5M, "rates of both");
    becomes = BODY("");
    is_int(bound_of(route_of(GW_DIALECT_ANTHROPIC), -1).prompt, 0,
           "no bound there is none at all");
}

/* Who is told what would fit has to write it down. */
static void test_asked_for(void)
{
    apr_int64_t without;

    begin(BODY(",\"max_tokens\":50"));
    without = bound_of(native, -1).prompt;
    is_int(bound_of(native, 20).prompt, without, "another bound");
    begin(BODY(""));
    without = bound_of(native, -1).prompt;
    ok(bound_of(native, 20).prompt
       >= without + (apr_int64_t)strlen("\"max_tokens\": 20, "),
       "a bound where there was none");
}

/* ---- what is reserved for it -------------------------------------------- */

static gw_pico_t asked;         /* of the budgets; 0: nothing */
static const char *refusal;     /* what they say */

const char *gw_limit_grow(gw_call_t *c, gw_pico_t reserve)
{
    asked = reserve;
    if (refusal == NULL)
        c->cell->reserve = reserve;
    return refusal;
}

/* Admitted by its first route. */
static gw_pico_t admitted(const char *body, const gw_route_t *route)
{
    begin(body);
    gw_sent_make(call, route, &problem);
    gw_sent_bound(&call->bound, call, -1);
    asked = 0;
    refusal = NULL;
    return call->cell->reserve = call->bound.prompt * GLUE_INPUT
                                 + call->bound.output * GLUE_OUTPUT;
}

/* The bound of what is sent next, by another route. */
static const char *next(const char *body)
{
    becomes = body;
    gw_sent_make(call, route_of(GW_DIALECT_ANTHROPIC), &problem);
    return gw_settle_cover(call);
}

static void test_covered(void)
{
    gw_pico_t was = admitted(BODY(",\"max_tokens\":50"), native);

    call->cell->reserve = 1;    /* less than it would be now */
    ok(gw_settle_cover(call) == NULL && asked == 0,
       "the route that it was admitted by");
    call->cell->reserve = was;
    ok(next(BODY(",\"max_tokens\":50")) == NULL && asked == 0,
       "one that is as long");
    call->cell->reserve = -1;
    ok(next(BODY(",\"max_tokens\":70")) == NULL && asked == 0,
       "more, where nothing had to be reserved");
}

static void test_grown(void)
{
    gw_pico_t was = admitted(BODY(",\"max_tokens\":50"), native);

    ok(next(BODY(",\"max_tokens\":51")) == NULL, "more that is held");
    is_int(asked, was + GLUE_OUTPUT, "is asked for");
    is_int(call->bound.output, 51, "... and is what was reserved for");
    asked = 0;
    ok(next(BODY(",\"max_tokens\":50")) == NULL && asked == 0,
       "less than that is covered");
    is_int(call->bound.output, 51, "... and what was reserved stays");
    refusal = "no";
    is_str(next(BODY(",\"max_tokens\":52")), "no", "more that is refused");
    is_int(call->bound.output, 51, "... leaves it, too");
    is_str(next(BODY("")), "no", "what has no bound");
    is_int(asked, -1, "... asks for none");
    refusal = NULL;
    ok(next(BODY("")) == NULL, "... which may be");
    is_int(call->cell->reserve, -1, "... and is all that there is to know");
}

/* More of the prompt and less of the output may come to no more. */
static void test_another_bound(void)
{
    gw_bound_t one;

    admitted(BODY(",\"max_tokens\":50"), native);
    becomes = BODY(",\"max_tokens\":50," LONG);
    one = bound_of(other, -1);
    call->bound.output += one.prompt;
    call->cell->reserve += one.prompt * GLUE_OUTPUT;
    ok(gw_settle_cover(call) == NULL && asked == 0, "it comes to no more");
    is_int(call->bound.prompt, one.prompt, "its prompt counts then");
    is_int(call->bound.output, one.output, "... and its output");
}

int main(void)
{
    test_native();
    test_translated();
    test_refused();
    test_bounds();
    test_asked_for();
    test_covered();
    test_grown();
    test_another_bound();
    return tap_end();
}
