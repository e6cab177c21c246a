/* SPDX-License-Identifier: Apache-2.0 */
/* test_request_responses.c - what is read in a body for Responses, and what is
 * refused. */
#include "request_responses.h"

#include "request_words.h"
#include "same_request.h"
#include "tap.h"

static gw_request_t req;
static gw_problem_t problem;

/* The body stands alone in memory, so that ASan sees one byte too far. */
static gw_problem_kind_t read_body(const char *text)
{
    static char *body;
    size_t n = strlen(text), i;
    gw_str_t s = { NULL, n };
    gw_request_t made;

    free(body);
    s.p = body = malloc(n);
    for (i = 0; i < n; i++)
        body[i] = text[i] == '\'' ? '"' : text[i];
    memset(&problem, 0, sizeof(problem));
    if (gw_request_read(&req, &gw_request_responses, s, &problem, tap_pool())
        == 0)
        ok(gw_request_read_made(&made, &gw_request_responses, s, 0, &problem,
                                tap_pool()) == 0
           && same_request(&req, &made), "trusted, it is read alike");
    return problem.kind;
}

/* ---- what is read ---------------------------------------------------- */

static const struct { const char *name, *body, *words; } taken[] = {
#define R(name, body, words) { name, body, words },
#include "data/requests_responses.h"
#undef R
};

static void test_taken(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(taken); i++) {
        if (!is_int(read_body(taken[i].body), 0, "taken: %s", taken[i].name))
            printf("#   message: %s\n", problem.message);
        is_str(words_of(&req), taken[i].words, "taken: %s: words",
               taken[i].name);
    }
}

/* ---- what is refused ------------------------------------------------- */

static const struct {
    const char *name, *body;
    gw_problem_kind_t kind;
    const char *param, *word;   /* word: the message has it */
} refused[] = {
    { "no model", "{" HI "}", GW_P_MISSING_PARAMETER, "model", "missing" },
    { "no input", "{'model':'m'}", GW_P_MISSING_PARAMETER, "input",
      "give a string, or an array" },
    { "messages in its place", "{'model':'m','messages':[{'content':'a'}]}",
      GW_P_MISSING_PARAMETER, "input", "missing" },
    { "input null", "{'model':'m','input':null}", GW_P_INVALID_PARAMETER,
      "input", "a string, or an array" },
    { "input null, and an answer before",
      "{'model':'m','input':null,'previous_response_id':'r'}",
      GW_P_INVALID_PARAMETER, "input", "a string, or an array" },
    { "input a number", "{'model':'m','input':7}", GW_P_INVALID_PARAMETER,
      "input", "a string, or an array" },
    { "input true", "{'model':'m','input':true}", GW_P_INVALID_PARAMETER,
      "input", "a string, or an array" },
    { "input an object", "{'model':'m','input':{'role':'user'}}",
      GW_P_INVALID_PARAMETER, "input", "a string, or an array" },
    { "input empty", INPUT(""), GW_P_INVALID_PARAMETER, "input",
      "at least one item" },
    { "input empty, and instructions",
      "{'model':'m','input':[],'instructions':'a'}", GW_P_INVALID_PARAMETER,
      "input", "at least one item" },
    { "input empty, and instructions of a message",
      "{'model':'m','instructions':[{'role':'user'}],'input':[]}",
      GW_P_INVALID_PARAMETER, "input", "at least one item" },
    { "input twice", BODY(HI), GW_P_INVALID_JSON, "input", "twice" },
    { "Input", BODY("'Input':'x'"), GW_P_INVALID_JSON, "input",
      "letter case" },
    { "a type twice", INPUT("{'type':'message','type':'item_reference'}"),
      GW_P_INVALID_JSON, "type", "twice" },
    { "an output twice", INPUT("{'output':'a','output':'b'}"),
      GW_P_INVALID_JSON, "output", "twice" },
    { "a tool's type twice", TOOLS("{'type':'web_search','type':'function'}"),
      GW_P_INVALID_JSON, "type", "twice" },
    { "effort twice", BODY("'reasoning':{'effort':'high','effort':'none'}"),
      GW_P_INVALID_JSON, "effort", "twice" },
    { "max_output_tokens twice",
      BODY("'max_output_tokens':1,'max_output_tokens':2"), GW_P_INVALID_JSON,
      "max_output_tokens", "twice" },
    { "stream a string", BODY("'stream':'yes'"), GW_P_INVALID_PARAMETER,
      "stream", "true, false or null" },
    { "llmgw_thinking a string", BODY("'llmgw_thinking':'on'"),
      GW_P_INVALID_PARAMETER, "llmgw_thinking", "true or false" },
    { "background", BODY("'background':true"), GW_P_UNSUPPORTED_PARAMETER,
      "background", "not supported" },
    { "service_tier priority", BODY("'service_tier':'priority'"),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "tier" }
};

static void test_refused(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(refused); i++) {
        const char *name = refused[i].name;

        is_int(read_body(refused[i].body), refused[i].kind, "refused: %s",
               name);
        is_str(problem.param, refused[i].param, "refused: %s: param", name);
        if (!ok(problem.message && strstr(problem.message, refused[i].word),
                "refused: %s: message", name))
            printf("#   message: %s\n", problem.message);
    }
}

/* ---- where a text can be put ----------------------------------------- */

static const struct { const char *name, *body, *at; int what; } places[] = {
    { "a string", "{'model':'m','input':'hi'}", "'hi'", GW_PLACE_STRING },
    { "a message", INPUT("{'role':'user','content':'a'}"), "'a'",
      GW_PLACE_STRING },
    { "the last of the user's",
      INPUT("{'role':'user','content':'a'},{'role':'user','content':["
            "{'type':'input_text','text':'b'},{'type':'input_image'}]},"
            "{'type':'function_call_output','output':[{'type':'input_text',"
            "'text':'c'}]},{'role':'assistant','content':'d'}"), "'b'",
      GW_PLACE_STRING },
    { "no text", USER("{'type':'input_image'}"), "{'type':'input_image'}",
      GW_PLACE_PART },
    { "no part", USER(""), "[]", GW_PLACE_ARRAY },
    { "no user", INPUT("{'role':'assistant','content':'d'}"), "",
      GW_PLACE_NONE }
};

static void test_places(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(places); i++) {
        const gw_place_t *p = &req.last_user;
        size_t n = strlen(places[i].at), k, same = 0;

        read_body(places[i].body);
        is_int(p->what, places[i].what, "place: %s", places[i].name);
        for (k = 0; k < n && p->end - p->start == n; k++)
            same += req.body.p[p->start + k] == places[i].at[k]
                    || places[i].at[k] == '\'';
        is_int((long long)same, (long long)n, "place: %s: bytes",
               places[i].name);
    }
}

int main(void)
{
    test_taken();
    test_refused();
    test_places();
    return tap_end();
}
