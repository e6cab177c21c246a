/* SPDX-License-Identifier: Apache-2.0 */
/* test_chain.c - two translations as one: Messages over chat completions over
 * Messages, which nobody needs, but whose way there and back can be read. */
#include <apr_strings.h>

#include "chain.h"
#include "chat_translated.h"
#include "messages_fold.h"
#include "request_chat.h"
#include "request_messages.h"

static const gw_translation_t messages = {
    .request = gw_messages_request, .document = gw_messages_document,
    .start = gw_messages_start, .event = gw_messages_event,
    .end = gw_messages_end
};

static const gw_translation_t chat = {
    .request = gw_chat_request, .document = gw_chat_document,
    .start = gw_chat_start, .event = gw_chat_event, .end = gw_chat_end
};

static const gw_chain_name_t names[] = {
    { "messages", "messages" }, { "tools", "tools" }, { "top_p", "p" },
    { "tools[].function.name", "tools[].name" }, { NULL, NULL }
};

static const gw_chain_t chain = { &messages, &chat, &gw_request_chat, names };

/* ---- the request ------------------------------------------------------ */

#define HEAD "{'model':'m','max_tokens':10,"
#define HI "'messages':[{'role':'user','content':'hi'}]"

static char *quoted(const char *text)
{
    char *copy = apr_pstrdup(tap_pool(), text), *p;

    for (p = copy; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return copy;
}

static gw_translated_t out;
static gw_problem_t problem;

static gw_problem_kind_t put_to(const gw_chain_t *to, const char *body)
{
    gw_upstream_t upstream;
    gw_request_t req;
    gw_route_t route;
    gw_model_t model;
    gw_str_t text = { quoted(body), strlen(body) };

    memset(&upstream, 0, sizeof(upstream));
    memset(&route, 0, sizeof(route));
    memset(&model, 0, sizeof(model));
    memset(&out, 0, sizeof(out));
    route.upstream = &upstream;
    route.model = "llama";
    route.thinking = GW_THINKING_RELAY;
    model.routes = &route;
    model.route_count = 1;
    if (gw_request_read(&req, &gw_request_messages, text, &problem,
                        tap_pool()) != 0)
        return GW_P_INVALID_JSON;
    return gw_chain_request(to, &out, &req, &model, &route, &problem,
                            tap_pool());
}

static gw_problem_kind_t put(const char *body)
{
    return put_to(&chain, body);
}

static void test_request(void)
{
    const char *want = quoted("{'model':'m','max_tokens':10,'system':[{'type':"
                              "'text','text':'be brief'}],'messages':[{'role':"
                              "'user','content':[{'type':'text','text':'hi'}]"
                              "},{'role':'assistant','content':[{'type':"
                              "'tool_use','id':'t1','name':'f','input':{'a' : "
                              "1.0}}]},{'role':'user','content':[{'type':"
                              "'tool_result','tool_use_id':'t1','content':"
                              "'ok'}]}],'tools':[{'name':'f','input_schema':"
                              "{'type':'object','b':1,'a':2}}]}");

    is_int(put(HEAD "'system':'be brief','messages':[{'role':'user','content'"
               ":'hi'},{'role':'assistant','content':[{'type':'tool_use','id'"
               ":'t1','name':'f','input':{'a' : 1.0}}]},{'role':'user',"
               "'content':[{'type':'tool_result','tool_use_id':'t1','content'"
               ":'ok'}]}],'tools':[{'name':'f','input_schema':{'type':"
               "'object','b':1,'a':2}}]}"), 0, "there and back");
    is_mem(out.body.p, out.body.n, want, strlen(want), "... is the same");
    is_int(out.dropped.n, 0, "... and nothing is dropped");
}

static int has(const char *text)
{
    return out.dropped.n > 0
           && strstr(apr_pstrmemdup(tap_pool(), out.dropped.p, out.dropped.n),
                     text) != NULL;
}

/* Those of the first step as they are, of the second one those that the
 * client has a word for. */
static void test_dropped(void)
{
    is_int(put(HEAD HI ",'user_profile':{},'temperature':0.5,'top_p':0.5}"),
           0, "members that are dropped");
    is_str(apr_pstrmemdup(tap_pool(), out.dropped.p, out.dropped.n),
           "user_profile, p", "each by the client's word");
    is_int(put(HEAD HI ",'temperature':1.5}"), 0, "... or not at all");
    ok(!has("temperature"), "where it has none");
}

/* A first step whose body between is the test's own. */
static const char *between;

static gw_problem_kind_t stub_request(gw_translated_t *to,
                                      const gw_request_t *req,
                                      const gw_model_t *model,
                                      const gw_route_t *route,
                                      gw_problem_t *why, apr_pool_t *pool)
{
    gw_text_put(&to->body, between);
    gw_text_put(&to->dropped, "first");
    to->names = (const struct gw_tool_names_t *)between;
    to->summary = 1;
    return 0;
}

static const gw_translation_t stub = { .request = stub_request };
static const gw_chain_name_t stub_names[] = {
    { "messages", "input" }, { "n", "some.n" }, { "tools", "tools" },
    { "tools[].function.name", "tools[].name" }, { NULL, NULL }
};
static const gw_chain_t stubbed = { &stub, &chat, &gw_request_chat,
                                    stub_names };

#define OF_STUB "{'model':'m'," HI

/* What only the second step finds, or who reads what is between. */
static const struct { const char *name, *body, *param, *message; } faults[] = {
    { "a member with a word", OF_STUB ",'n':2}", "some.n",
      "'some.n' must be 1: " },
    { "one inside a list", OF_STUB ",'tools':[{'type':'function','function':{"
      "'name':'a b'}}]}", "tools[].name", "'tools[].name' must be " },
    { "beside one that has a word", OF_STUB ",'tools':[{'type':'x'}]}",
      "tools", "'tools' cannot be put to this model: translated for it, "
      "'tools[0].type' " },
    { "one without a word", OF_STUB ",'enable_search':true}", NULL,
      "The request cannot be put to this model: translated for it, "
      "'enable_search' " },
    { "a name that only begins so", OF_STUB ",'n1':1,'guided_json':'x'}",
      NULL, "The request cannot be put to this model" },
    { "what is not read", "{'model':'m','messages':1}", "input", "'input' " },
    { "no JSON", "{'model':'m'", NULL, "" }
};

static void test_faults_between(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(faults); i++) {
        between = quoted(faults[i].body);
        ok(put_to(&stubbed, HEAD HI "}") != 0, "%s", faults[i].name);
        is_str(problem.param, faults[i].param, "... its path");
        ok(strncmp(problem.message, faults[i].message,
                   strlen(faults[i].message)) == 0,
           "... its sentence: %s", problem.message);
    }
}

/* What the first says of the answer's way back is what the client is told. */
static void test_way_back(void)
{
    between = quoted(OF_STUB "}");
    is_int(put_to(&stubbed, HEAD HI "}"), 0, "a body of the first's own");
    ok((const char *)out.names == between && out.summary,
       "names and the summary are told on");
    is_str(apr_pstrmemdup(tap_pool(), out.dropped.p, out.dropped.n), "first",
           "and what was dropped");
}

static void test_problems(void)
{
    is_int(put(HEAD "'messages':[{'role':'user','content':' '}]}"),
           GW_P_INVALID_PARAMETER, "a text that is blank");
    is_str(problem.param, "messages", "the nearest that the client wrote");
    is_str(problem.message, "'messages' cannot be put to this model: "
           "translated for it, 'messages[0].content' is empty: this model "
           "wants something in each message but blanks.", "said so");
    is_int(put(HEAD HI ",'tools':[{'name':'a b','input_schema':{}}]}"),
           GW_P_INVALID_PARAMETER, "what the first finds");
    is_str(problem.param, "tools[0].name", "... is the client's own path");
}

/* ---- the answer ------------------------------------------------------- */

#define START "{'type':'message_start','message':{'id':'msg_1','type':" \
    "'message','role':'assistant','model':'claude-x','content':[]," \
    "'stop_reason':null,'usage':{'input_tokens':3,'output_tokens':1}}}"
#define BLOCK(i, block) "{'type':'content_block_start','index':" i \
    ",'content_block':{" block "}}"
#define DELTA(i, delta) "{'type':'content_block_delta','index':" i \
    ",'delta':{" delta "}}"
#define OVER(i) "{'type':'content_block_stop','index':" i "}"
#define STOP "{'type':'message_delta','delta':{'stop_reason':'tool_use'}," \
    "'usage':{'output_tokens':15}}"

static const char *const events[] = {
    START, "{'type':'ping'}", BLOCK("0", "'type':'text','text':''"),
    DELTA("0", "'type':'text_delta','text':'Hel'"),
    DELTA("0", "'type':'text_delta','text':'lo\\u4e2d\\n'"), OVER("0"),
    BLOCK("1", "'type':'tool_use','id':'t1','name':'f','input':{}"),
    DELTA("1", "'type':'input_json_delta','partial_json':'{\\u0022a\\u0022'"),
    DELTA("1", "'type':'input_json_delta','partial_json':': 1.0}'"), OVER("1"),
    BLOCK("2", "'type':'tool_use','id':'t2','name':'g','input':{}"),
    OVER("2"), STOP, "{'type':'message_stop'}"
};

#define CONTENT "{'type':'text','text':'Hello\\u4e2d\\n'}," \
    "{'type':'tool_use','id':'t1','name':'f','input':{'a': 1.0}}," \
    "{'type':'tool_use','id':'t2','name':'g','input':{}}"

static gw_usage_t counted = { { [GW_INPUT] = 3, [GW_OUTPUT] = 15 } };

static gw_translate_usage_t said(void)
{
    static gw_counts_t counts;
    gw_translate_usage_t usage = { &counts, &counted };

    gw_counts_clear(&counts);
    return usage;
}

static void test_stream(void)
{
    gw_translate_about_t about = about_it(0);
    gw_translate_usage_t usage = said();
    gw_translator_t *tr = gw_chain_start(&chain, &about);
    gw_text_t text;
    fold_t fold;
    unsigned i;

    fold_init(&fold, tap_pool());
    gw_text_init(&text, GW_TRANSLATE_EVENT, tap_pool());
    for (i = 0; i < GW_COUNT(events); i++) {
        const char *event = quoted(events[i]);

        gw_text_clear(&text);
        ok(gw_chain_event(tr, &text, (gw_str_t){ event, strlen(event) })
           == NULL, "event %u", i);
        ok(i >= 3 || text.n == 0, "... writes nothing too early");
        ok(i != 3 || text.n > 0, "... and not late");
        fold_feed(&fold, gw_text_str(&text));
    }
    gw_text_clear(&text);
    ok(gw_chain_end(tr, &text, &usage) == NULL, "the end");
    fold_feed(&fold, gw_text_str(&text));
    ok(fold.fault == NULL, "what comes of it has no fault: %s",
       fold.fault != NULL ? fold.fault : "");
    is_str(apr_pstrmemdup(tap_pool(), fold.content.p, fold.content.n),
           quoted(CONTENT), "and the content of what came");
    is_str(fold.stop_reason, "\"tool_use\"", "and its end");
    ok(strstr(apr_pstrmemdup(tap_pool(), text.p, text.n),
              "\"output_tokens\":15") != NULL, "and what was counted");
}

static void test_document(void)
{
    const char *document = quoted("{'id':'msg_1','type':'message','role':"
                                  "'assistant','model':'claude-x','content':["
                                  CONTENT "],'stop_reason':'tool_use','usage'"
                                  ":{'input_tokens':3,'output_tokens':15}}");
    gw_translate_about_t about = about_it(0);
    gw_translate_usage_t usage = said();
    gw_text_t text;
    const char *got;

    gw_text_init(&text, GW_TRANSLATE_ANSWER, tap_pool());
    ok(gw_chain_document(&chain, &text,
                         (gw_str_t){ document, strlen(document) }, &about,
                         &usage) == NULL, "a document");
    got = apr_pstrmemdup(tap_pool(), text.p, text.n);
    ok(strstr(got, quoted("'content':[" CONTENT "]")) != NULL,
       "has the content of what came: %s", got);
    ok(strstr(got, "\"output_tokens\":15") != NULL, "and what was counted");
    gw_text_clear(&text);
    ok(gw_chain_document(&chain, &text, (gw_str_t){ "[", 1 }, &about, &usage)
       != NULL, "one that is none");
}

/* A fault of either step is the stream's. */
static void test_faults(void)
{
    static const char *const bad[] = {
        "no JSON",
        BLOCK("1", "'type':'tool_use','id':'t','name':'f','input':'[1]'")
    };
    gw_translate_about_t about = about_it(0);
    gw_text_t text;
    unsigned i, k;

    gw_text_init(&text, GW_TRANSLATE_EVENT, tap_pool());
    for (i = 0; i < GW_COUNT(bad); i++) {
        gw_translator_t *tr = gw_chain_start(&chain, &about);
        const char *why = NULL;
        gw_translate_usage_t usage = said();

        for (k = 0; k < 4 && why == NULL; k++) {
            const char *event = quoted(k == 3 ? bad[i] : events[k]);

            why = gw_chain_event(tr, &text,
                                 (gw_str_t){ event, strlen(event) });
        }
        if (why == NULL)
            why = gw_chain_end(tr, &text, &usage);
        ok(why != NULL, "fault %u: %s", i, why != NULL ? why : "not seen");
    }
}

/* An event between that is longer than one may be. */
static void test_bound(void)
{
    gw_translate_about_t about = about_it(0);
    gw_translator_t *tr = gw_chain_start(&chain, &about);
    apr_size_t n = GW_TRANSLATE_EVENT;
    char *event = malloc(n + 200), *p;
    gw_text_t text;

    gw_text_init(&text, GW_TRANSLATE_EVENT, tap_pool());
    p = event + sprintf(event, "%s", quoted("{'type':'content_block_delta',"
                        "'index':0,'delta':{'type':'text_delta','text':'"));
    memset(p, 'x', n);
    memcpy(p + n, "\"}}", 4);
    ok(gw_chain_event(tr, &text, (gw_str_t){ event, strlen(event) }) != NULL,
       "too long");
    free(event);
}

/* ---- a stream that fails ---------------------------------------------- */

static int failed;

static void stub_fail(gw_translator_t *tr, gw_text_t *text, const char *code,
                      const char *message)
{
    failed += tr != NULL;
    gw_text_put(text, code);
    gw_text_put(text, message);
}

static void test_fail(void)
{
    static const gw_translation_t failing = {
        .start = gw_messages_start, .event = gw_messages_event,
        .end = gw_messages_end, .fail = stub_fail
    };
    static const gw_chain_t fails = { &failing, &chat, &gw_request_chat,
                                      names };
    gw_translate_about_t about = about_it(0);
    gw_translator_t *tr = gw_chain_start(&fails, &about);
    gw_text_t text;

    gw_text_init(&text, GW_TRANSLATE_EVENT, tap_pool());
    gw_chain_fail(tr, &text, "a", "b");
    is_mem(text.p, text.n, "ab", 2, "the first one writes it");
    is_int(failed, 1, "of its own stream");
}

int main(void)
{
    test_request();
    test_dropped();
    test_faults_between();
    test_way_back();
    test_problems();
    test_stream();
    test_document();
    test_faults();
    test_bound();
    test_fail();
    return tap_end();
}
