/* SPDX-License-Identifier: Apache-2.0 */
/* test_request_input.c - what is read in a body for completions, embeddings or
 * rerank, what is refused, what goes upstream, and what it can cost. */
#include "request_input.h"

#include <apr_strings.h>

#include "bound.h"
#include "rewrite_input.h"

#include "same_request.h"
#include "tap.h"

static gw_request_t req;
static gw_problem_t problem;

static const gw_request_format_t *const formats[] = {
    &gw_request_completions, &gw_request_embeddings, &gw_request_rerank
};

enum { C, E, R };

/* The body stands alone in memory, so that ASan sees one byte too far. */
static gw_problem_kind_t read_body(int format, const char *text)
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
    if (gw_request_read(&req, formats[format], s, &problem, tap_pool()) == 0)
        ok(gw_request_read_made(&made, formats[format], s, 0, &problem,
                                tap_pool()) == 0
           && same_request(&req, &made), "trusted, it is read alike");
    return problem.kind;
}

/* ---- what is read ---------------------------------------------------- */

static const struct {
    int format;
    const char *body;
    apr_int64_t prompts, n, max_tokens, repeated;
    int open_ended;
} taken[] = {
    { C, "'prompt':'a'", 1, 1, -1, 0, 0 },
    { C, "'prompt':''", 1, 1, -1, 0, 0 },
    { C, "'prompt':['a']", 1, 1, -1, 0, 0 },
    { C, "'prompt':['a','b','c']", 3, 3, -1, 0, 0 },
    { C, "'prompt':[1,2,3]", 1, 1, -1, 0, 0 },
    { C, "'prompt':[[1,2],[3]]", 2, 2, -1, 0, 0 },
    { C, "'prompt':['a','b'],'n':3", 2, 6, -1, 0, 0 },
    { C, "'prompt':['a','b'],'n':3,'best_of':5", 2, 10, -1, 0, 0 },
    { C, "'prompt':['a','b'],'n':3,'best_of':2", 2, 6, -1, 0, 0 },
    { C, "'prompt':'a','best_of':'4'", 1, 4, -1, 0, 0 },
    { C, "'prompt':'a','best_of':null", 1, 1, -1, 0, 0 },
    { C, "'prompt':'a','best_of':{}", 1, 128, -1, 0, 0 },
    { C, "'prompt':['a','b'],'n':1000000000", 2, 1000000000, -1, 0, 0 },
    { C, "'prompt':'a','max_tokens':7", 1, 1, 7, 0, 0 },
    { C, "'prompt':'a','max_completion_tokens':9", 1, 1, 9, 0, 0 },
    { C, "'prompt':'a','max_tokens':0", 1, 1, -1, 0, 0 },
    { C, "'prompt':'a','max_tokens':0,'echo':true", 1, 1, 0, 0, 0 },
    { C, "'prompt':'a','max_tokens':0,'echo':false", 1, 1, -1, 0, 0 },
    { C, "'prompt':'a','max_tokens':null,'echo':true", 1, 1, -1, 0, 0 },
    { C, "'prompt':'a','enable_search':true", 1, 1, -1, 0, 1 },
    { C, "'prompt':'a','extra_body':{'n':2}", 1, 128, -1, 0, 0 },
    { C, "'prompt':'a','suffix':'b','logprobs':5",
      1, 1, -1, 0, 0 },
    { E, "'input':'a','encoding_format':'base64','dimensions':8",
      1, 1, 0, 0, 0 },
    { E, "'input':['a','b']", 2, 1, 0, 0, 0 },
    { E, "'input':[5]", 1, 1, 0, 0, 0 },
    { E, "'input':[[5],[6],[7]]", 3, 1, 0, 0, 0 },
    { E, "'input':[{'text':'a'},{'image':'https://a.example/b.png'}]",
      2, 1, 0, 0, 0 },
    { E, "'input':[{'other':'https://a.example/b'}]", 1, 1, 0, 0, 1 },
    { E, "'input':'a','n':5,'max_tokens':9,'stream':false", 1, 1, 0, 0, 0 },
    { E, "'input':[{'type':'text','other':'https://a.example/b'}]",
      1, 1, 0, 0, 1 },
    { E, "'input':[{'text':'https://a.example/b'}]", 1, 1, 0, 0, 0 },
    { E, "'input':[{'text':[{'image':'https://a.example/b'}]}]",
      1, 1, 0, 0, 1 },
    { E, "'input':'https://a.example/b','modality':'image'", 1, 1, 0, 0, 1 },
    { E, "'input':'https://a.example/b','extra_body':{'Modality':'image'}",
      1, 1, 0, 0, 1 },
    { E, "'input':'a','modality':null", 1, 1, 0, 0, 0 },
    /* a document of vLLM's */
    { R, "'query':'q','documents':[{'content':[{'type':'image_url',"
      "'image_url':{'url':'https://a.example/b.png'}}]}]", 1, 1, 0, 0, 1 },
    { R, "'query':'q','documents':[{'content':[{'type':'text',"
      "'text':'a'}]}]", 1, 1, 0, 0, 0 },
    { R, "'query':'what?','documents':['a']", 1, 1, 0, 0, 0 },
    { R, "'query':'what?','documents':['a','b','c']", 3, 1, 0, 10, 0 },
    { R, "'query':'','documents':['a',{'text':'b','url':'https://x.example'}]",
      2, 1, 0, 0, 0 },
    { R, "'query':'q','documents':[{'image':'https://a.example/b.png'}]",
      1, 1, 0, 0, 0 }
};

static void test_taken(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(taken); i++) {
        const char *body = apr_pstrcat(tap_pool(), "{'model':'m',",
                                       taken[i].body, "}", NULL);

        if (!is_int(read_body(taken[i].format, body), 0, "taken: %s",
                    taken[i].body))
            printf("#   message: %s\n", problem.message);
        is_int(req.prompts, taken[i].prompts, "... prompts");
        is_int(req.n, taken[i].n, "... choices");
        is_int(req.max_tokens, taken[i].max_tokens, "... bound");
        is_int(req.repeated, taken[i].repeated, "... what is read again");
        is_int(req.open_ended, taken[i].open_ended, "... open-ended");
        is_int(req.messages, taken[i].prompts, "... what templates surround");
    }
    read_body(E, "{'model':'m','input':[{'image':'https://a.example/b'},"
              "{'image_url':{'url':'https://a.example/c'}}]}");
    is_int(req.media[GW_MEDIA_IMAGE], 2, "images are counted");
    is_str(req.media_at[GW_MEDIA_IMAGE], "input[0]", "... where the first is");
    read_body(R, "{'model':'m','query':'q','documents':"
              "[{'Image':'https://a.example/b'}]}");
    is_int(req.media[GW_MEDIA_IMAGE], 1, "... in any letter case");
}

/* ---- what is refused ------------------------------------------------- */

static const struct {
    int format;
    const char *body;
    gw_problem_kind_t kind;
    const char *param;
} refused[] = {
    { C, "'messages':[]", GW_P_MISSING_PARAMETER, "prompt" },
    { C, "'prompt':null", GW_P_INVALID_PARAMETER, "prompt" },
    { C, "'prompt':true", GW_P_INVALID_PARAMETER, "prompt" },
    { C, "'prompt':{'id':'p'}", GW_P_INVALID_PARAMETER, "prompt" },
    { C, "'prompt':[]", GW_P_INVALID_PARAMETER, "prompt" },
    { C, "'prompt':[null]", GW_P_INVALID_PARAMETER, "prompt[0]" },
    { C, "'prompt':[{}]", GW_P_INVALID_PARAMETER, "prompt[0]" },
    { C, "'prompt':['a',[1]]", GW_P_INVALID_PARAMETER, "prompt[1]" },
    { C, "'prompt':[1,'a']", GW_P_INVALID_PARAMETER, "prompt[1]" },
    { C, "'prompt':[[1],['a']]", GW_P_INVALID_PARAMETER, "prompt[1][0]" },
    { C, "'prompt':[[1],[[2]]]", GW_P_INVALID_PARAMETER, "prompt[1][0]" },
    { C, "'prompt':[[]]", GW_P_INVALID_PARAMETER, "prompt[0]" },
    { C, "'prompt':'a','stream':1", GW_P_INVALID_PARAMETER, "stream" },
    { C, "'prompt':'a','prompt_embeds':['AA==']", GW_P_UNSUPPORTED_PARAMETER,
      "prompt_embeds" },
    { C, "'prompt':'a','background':true", GW_P_UNSUPPORTED_PARAMETER,
      "background" },
    { C, "'prompt':'a','service_tier':'flex'", GW_P_UNSUPPORTED_PARAMETER,
      "service_tier" },
    { C, "'prompt':'a','Prompt':'b'", GW_P_INVALID_JSON, "prompt" },
    { E, "'prompt':'a'", GW_P_MISSING_PARAMETER, "input" },
    { E, "'input':'a','stream':true", GW_P_INVALID_PARAMETER, "stream" },
    { E, "'input':[{'text':'a'},'b']", GW_P_INVALID_PARAMETER, "input[1]" },
    { R, "'documents':['a']", GW_P_MISSING_PARAMETER, "query" },
    { R, "'documents':['a'],'query':['b']", GW_P_INVALID_PARAMETER, "query" },
    { R, "'query':'a'", GW_P_MISSING_PARAMETER, "documents" },
    { R, "'query':'a','documents':'b'", GW_P_INVALID_PARAMETER, "documents" },
    { R, "'query':'a','documents':['b',1]", GW_P_INVALID_PARAMETER,
      "documents[1]" },
    { R, "'query':'a','documents':['b'],'stream':true",
      GW_P_INVALID_PARAMETER, "stream" }
};

static void test_refused(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(refused); i++) {
        is_int(read_body(refused[i].format,
                         apr_pstrcat(tap_pool(), "{'model':'m',",
                                     refused[i].body, "}", NULL)),
               refused[i].kind, "refused: %s", refused[i].body);
        is_str(problem.param, refused[i].param, "... its param");
        ok(problem.message != NULL, "... in words");
    }
}

/* Prompts beside those that are counted. */
static const struct { int format; const char *body, *at; } beside[] = {
    { C, "'prompt':'a','extra_body':{'prompt':['b']}", "extra_body.prompt" },
    { C, "'prompt':'a','extra_body':{'Messages':['b']}",
      "extra_body.Messages" },
    { C, "'prompt':'a','messages':[{'content':'b'}]", "messages" },
    { C, "'prompt':'a','multi_modal_data':{'image':'b'}",
      "multi_modal_data" },
    { E, "'input':'a','messages':[{'content':[{'image_url':"
      "{'url':'https://a.example/b.png'}}]}]", "messages" },
    { E, "'input':'a','Inputs':['b','c']", "Inputs" },
    { E, "'input':'a','content':['b','c']", "content" },
    { E, "'input':'a','texts':['b','c']", "texts" },
    { E, "'input':'a','images':['https://a.example/b.png']", "images" },
    { R, "'query':'a','documents':['b'],'texts':['c','d']", "texts" }
};

static void test_beside(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(beside); i++) {
        is_int(read_body(beside[i].format,
                         apr_pstrcat(tap_pool(), "{'model':'m',",
                                     beside[i].body, "}", NULL)),
               GW_P_UNSUPPORTED_PARAMETER, "beside: %s", beside[i].body);
        is_str(problem.param, beside[i].at, "... its param");
    }
}

/* ---- what goes upstream ---------------------------------------------- */

static const struct { int format; const char *body, *goes; } rewritten[] = {
    { C, "{'model':'m','prompt':'a'}",
      "{'max_tokens':77,'model':'up','prompt':'a'}" },
    { C, "{'model':'m','prompt':'a','max_completion_tokens': 5}",
      "{'model':'up','prompt':'a','max_tokens': 5}" },
    { C, "{'model':'m','prompt':'a','max_tokens':0,'echo':true}",
      "{'model':'up','prompt':'a','max_tokens':0,'echo':true}" },
    { C, "{'model':'m','prompt':'a','max_tokens':6,'max_completion_tokens':5,"
      "'llmgw_thinking':true}",
      "{'model':'up','prompt':'a','max_tokens':6}" },
    { E, "{'model':'m','input':'a','store':true,'enable_thinking':true}",
      "{'model':'up','input':'a','store':false}" },
    { R, "{'model':'m','query':'q','documents':['a']}",
      "{'model':'up','query':'q','documents':['a']}" }
};

static void test_rewritten(void)
{
    gw_rewrite_t how = { .model = "up", .thinking = GW_THINKING_NONE,
                         .max_completion = 1, .max_tokens = 77 };
    gw_str_t piece[2 * GW_EDITS + 1];
    gw_edits_t edits;
    unsigned i, k, n;
    apr_size_t length;

    for (i = 0; i < GW_COUNT(rewritten); i++) {
        char *out = apr_pstrdup(tap_pool(), ""), *p;

        read_body(rewritten[i].format, rewritten[i].body);
        if (rewritten[i].format == C)
            gw_rewrite_completions(&edits, &req, &how, tap_pool());
        else
            gw_rewrite_input(&edits, &req, &how, tap_pool());
        n = gw_edits_apply(piece, &length, &edits, req.body);
        for (k = 0; k < n; k++)
            out = apr_pstrcat(tap_pool(), out,
                              apr_pstrmemdup(tap_pool(), piece[k].p,
                                             piece[k].n), NULL);
        for (p = out; *p != '\0'; p++)
            *p = *p == '"' ? '\'' : *p;
        is_str(out, rewritten[i].goes, "goes: %s", rewritten[i].body);
    }
}

/* ---- what it can cost ------------------------------------------------ */

static void test_bounds(void)
{
    gw_model_t m = { .context = 100, .output = 50 };
    gw_bound_t bound;

    read_body(C, "{'model':'m','prompt':['a','b'],'n':3,'max_tokens':10}");
    ok(gw_bound_make(&bound, &req, &m), "completions have a bound");
    is_int(bound.prompt, 200, "... each prompt may fill the context");
    is_int(bound.output, 60, "... each choice of each its output");
    read_body(E, "{'model':'m','input':['a','b','c']}");
    ok(gw_bound_make(&bound, &req, &m), "embeddings have a bound");
    is_int(bound.prompt, 300, "... of their inputs");
    is_int(bound.output, 0, "... and no output");
    read_body(E, "{'model':'m','input':'a','modality':'image'}");
    ok(gw_bound_make(&bound, &req, &m)
       && bound.rates & 1u << GW_INPUT_IMAGE, "strings that are images cost "
       "what images do");
    m.context = 1000000;
    m.output = 0;
    read_body(R, "{'model':'m','query':'0123456789','documents':['a','b']}");
    ok(gw_bound_make(&bound, &req, &m), "ranks have one without a limit");
    is_int(bound.prompt, (apr_int64_t)req.body.n + 10 + GW_HEADROOM + 2 * 16,
           "... the query counts beside each document");
    is_int(gw_bound_prompt(&req, &m, 1000), (apr_int64_t)req.body.n + 10 + 16,
           "... in an estimate, too");
}

int main(void)
{
    test_taken();
    test_refused();
    test_beside();
    test_rewritten();
    test_bounds();
    return tap_end();
}
