/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_messages.c - /v1/responses over the Messages API: what Claude
 * thought goes to the client, sealed, and comes back unchanged. */
#include <apr_strings.h>

#include "chain.h"
#include "chat_translated.h"
#include "messages_body.h"
#include "request_messages.h"
#include "request_responses.h"
#include "signed.h"

static gw_str_t str(const char *text)
{
    return (gw_str_t){ text, strlen(text) };
}

/* In the pool, with quotes for apostrophes. */
static char *quoted(const char *text)
{
    char *copy = apr_pstrdup(tap_pool(), text), *p;

    for (p = copy; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return copy;
}

static const char *text_of(const gw_text_t *text)
{
    return apr_pstrmemdup(tap_pool(), text->p, text->n);
}

/* ---- the answer ------------------------------------------------------- */

#define START "{'type':'message_start','message':{'id':'m','type':'message'," \
    "'role':'assistant','model':'claude-x','content':[],'usage':{}}}"
#define BLOCK(i, block) "{'type':'content_block_start','index':" i \
    ",'content_block':{" block "}}"
#define DELTA(i, delta) "{'type':'content_block_delta','index':" i \
    ",'delta':{" delta "}}"
#define OVER(i) "{'type':'content_block_stop','index':" i "}"
#define THINKS(i) BLOCK(i, "'type':'thinking','thinking':'','signature':''")
#define THOUGHT(i, text) \
    DELTA(i, "'type':'thinking_delta','thinking':'" text "'")
#define SIGNED(i, text) \
    DELTA(i, "'type':'signature_delta','signature':'" text "'")
#define TEXT(i, text) BLOCK(i, "'type':'text','text':'" text "'"), OVER(i)
#define REDACTED(i, data) \
    BLOCK(i, "'type':'redacted_thinking','data':'" data "'"), OVER(i)
#define CALL(i, id) BLOCK(i, "'type':'tool_use','id':'" id \
    "','name':'f','input':{}"), OVER(i)
#define STOP "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}"
#define EVENTS 16

static const gw_translate_usage_t uncounted = { NULL, NULL };

static const char *stream(const char *const *in)
{
    gw_translate_about_t about = about_it(0);
    gw_translator_t *tr = gw_responses_messages_start(&about);
    const char *why = NULL;
    gw_text_t out;
    unsigned i;

    gw_text_init(&out, GW_TRANSLATE_EVENT, tap_pool());
    for (i = 0; i < EVENTS && in[i] != NULL && why == NULL; i++)
        why = gw_chain_event(tr, &out, str(quoted(in[i])));
    if (why == NULL)
        why = gw_chain_end(tr, &out, &uncounted);
    is_str(why, NULL, "a stream");
    return text_of(&out);
}

/* The index of a JSON text's `output`, a list. */
static const gw_node_t *find_output(gw_tree_t *tree, const char *json)
{
    const gw_node_t *root, *response;

    if (gw_tree_read(tree, str(json), &gw_tree_all, 0, tap_pool())
        != APR_SUCCESS)
        return NULL;
    root = gw_tree_root(tree);
    response = gw_tree_member(tree, root, "response");
    return gw_tree_member(tree, response != NULL ? response : root, "output");
}

/* The items, with commas between, of the stream's last event. */
static const char *items_of(const char *all)
{
    const char *last = NULL, *p = all, *end;
    const gw_node_t *output;
    gw_tree_t tree;
    gw_str_t inner;

    while ((p = strstr(p, "\ndata: ")) != NULL)
        last = p += 7;
    end = last != NULL ? strchr(last, '\n') : NULL;
    if (end == NULL)
        return "";
    output = find_output(&tree, apr_pstrmemdup(tap_pool(), last,
                                               (apr_size_t)(end - last)));
    if (output == NULL)
        return "";
    inner = gw_tree_inside(&tree, output);
    return apr_pstrmemdup(tap_pool(), inner.p, inner.n);
}

/* ---- the request ------------------------------------------------------ */

#define ASK "{'model':'m','max_output_tokens':8000,'reasoning':{'effort':" \
    "'high'},'tools':[{'type':'function','name':'f','parameters':{}}]"
#define SAY "{'type':'message','role':'user','content':'do'}"
#define RESULT(id) "{'type':'function_call_output','call_id':'" id \
    "','output':'R'}"
#define ADAPTIVE "'thinking':{'type':'adaptive'}"

static gw_translated_t made;
static gw_problem_t problem;

/* Between the user's word and what follows: items, as JSON. */
static const char *ask(const char *more, const char *items,
                       const char *behind)
{
    const char *body = apr_pstrcat(tap_pool(), quoted(ASK), quoted(more),
                                   quoted(",'input':[" SAY), *items ? "," : "",
                                   items, *behind ? "," : "", quoted(behind),
                                   "]}", NULL);
    gw_upstream_t upstream;
    gw_request_t req;
    gw_route_t route;
    gw_model_t model;
    const char *fault;

    memset(&upstream, 0, sizeof(upstream));
    memset(&route, 0, sizeof(route));
    memset(&model, 0, sizeof(model));
    memset(&made, 0, sizeof(made));
    route.upstream = &upstream;
    route.model = "claude-x";
    route.thinking = GW_THINKING_NONE;
    model.thinks = 1;
    model.declares = GW_DECLARES_EFFORT;
    if (gw_request_read(&req, &gw_request_responses, str(body), &problem,
                        tap_pool()) != 0
        || gw_responses_messages_request(&made, &req, &model, &route,
                                         &problem, tap_pool()) != 0) {
        ok(0, "%s in %s", problem.message, body);
        return "";
    }
    fault = messages_body_fault(gw_text_str(&made.body), tap_pool());
    is_str(fault, NULL, "the body obeys the rules");
    return text_of(&made.body);
}

static void has(const char *all, const char *part, int want, const char *what)
{
    ok((strstr(all, quoted(part)) != NULL) == want, "%s: %s", what, all);
}

#define SEEN "{'type':'thinking','thinking':'so\\n\\u4e2d','signature':'Sg=='}"

/* ---- there and back --------------------------------------------------- */

static const struct {
    const char *name, *in[EVENTS], *blocks;
    int thinks;
} turns[] = {
    { "signed thinking",
      { START, THINKS("0"), THOUGHT("0", "so"), THOUGHT("0", "\\n\\u4e2d"),
        SIGNED("0", "Sg=="), OVER("0"), TEXT("1", "Hi"), CALL("2", "a"), STOP },
      "[" SEEN ",{'type':'text','text':'Hi'},{'type':'tool_use','id':'a'", 1 },
    { "thinking that cannot be read",
      { START, THINKS("0"), SIGNED("0", "S"), SIGNED("0", "T"), OVER("0"),
        CALL("1", "a"), STOP },
      "[{'type':'thinking','thinking':'','signature':'ST'},{'type':"
      "'tool_use','id':'a'", 1 },
    { "redacted thinking",
      { START, REDACTED("0", "Xy=="), CALL("1", "a"), STOP },
      "[{'type':'redacted_thinking','data':'Xy=='},{'type':'tool_use'", 1 },
    { "several blocks",
      { START, THINKS("0"), THOUGHT("0", "a"), SIGNED("0", "A"), OVER("0"),
        REDACTED("1", "B"), THINKS("2"), THOUGHT("2", "c"), SIGNED("2", "C"),
        OVER("2"), CALL("3", "a"), STOP },
      "[{'type':'thinking','thinking':'a','signature':'A'},{'type':"
      "'redacted_thinking','data':'B'},{'type':'thinking','thinking':'c',"
      "'signature':'C'},{'type':'tool_use'", 1 },
    { "thinking between what is said",
      { START, THINKS("0"), THOUGHT("0", "a"), SIGNED("0", "A"), OVER("0"),
        TEXT("1", "Hi"), THINKS("2"), THOUGHT("2", "c"), SIGNED("2", "C"),
        OVER("2"), CALL("3", "a"), STOP }, NULL, 0 },
    { "... that cannot be read",
      { START, THINKS("0"), SIGNED("0", "A"), OVER("0"), TEXT("1", "Hi"),
        THINKS("2"), SIGNED("2", "C"), OVER("2"), CALL("3", "a"), STOP },
      NULL, 0 },
    { "thinking that is not signed",
      { START, THINKS("0"), THOUGHT("0", "a"), OVER("0"), CALL("1", "a"),
        STOP }, NULL, 0 },
    { "... beside one that is",
      { START, THINKS("0"), THOUGHT("0", "a"), SIGNED("0", "A"), OVER("0"),
        THINKS("1"), THOUGHT("1", "a"), OVER("1"), CALL("2", "a"), STOP },
      NULL, 0 },
    { "no thinking", { START, TEXT("0", "Hi"), CALL("1", "a"), STOP }, NULL,
      0 }
};

static void test_turns(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(turns); i++) {
        const char *items = items_of(stream(turns[i].in)), *body;

        ok(*items != '\0', "%s: items", turns[i].name);
        body = ask("", items, RESULT("a"));
        if (turns[i].blocks != NULL)
            has(body, turns[i].blocks, 1, turns[i].name);
        else
            has(body, "thinking'", 0, turns[i].name);
        has(body, ADAPTIVE, turns[i].thinks, turns[i].name);
    }
}

static void test_document(void)
{
    static const struct { const char *content, *blocks; } rows[] = {
        { "{'type':'thinking','thinking':'so\\n\\u4e2d','signature':'Sg=='},"
          "{'type':'tool_use','id':'a','name':'f','input':{}}", "[" SEEN },
        { "{'type':'thinking','thinking':'','signature':'Q'},{'type':'text',"
          "'text':'Hi'},{'type':'tool_use','id':'a','name':'f','input':{}}",
          "[{'type':'thinking','thinking':'','signature':'Q'}," },
        { "{'type':'thinking','thinking':'a','signature':'Q'},{'type':'text',"
          "'text':'Hi'},{'type':'thinking','thinking':'b','signature':'R'},"
          "{'type':'tool_use','id':'a','name':'f','input':{}}", NULL },
        { "{'type':'thinking','thinking':'a'},{'type':'tool_use','id':'a',"
          "'name':'f','input':{}}", NULL }
    };
    gw_translate_about_t about = about_it(0);
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const gw_node_t *output;
        const char *body;
        gw_text_t out;
        gw_tree_t tree;
        gw_str_t inner = { "", 0 };

        gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
        body = apr_pstrcat(tap_pool(), "{'model':'m','content':[",
                           rows[i].content, "],'stop_reason':'tool_use'}",
                           NULL);
        is_str(gw_responses_messages_document(&out, str(quoted(body)), &about,
                                              &uncounted), NULL,
               "document %u", i);
        output = find_output(&tree, text_of(&out));
        if (ok(output != NULL, "... has output"))
            inner = gw_tree_inside(&tree, output);
        body = ask("", apr_pstrmemdup(tap_pool(), inner.p, inner.n),
                   RESULT("a"));
        if (rows[i].blocks != NULL)
            has(body, rows[i].blocks, 1, "its thinking comes back");
        has(body, ADAPTIVE, rows[i].blocks != NULL, "and goes on, or not");
    }
}

/* ---- what clients send ------------------------------------------------ */

/* A reasoning item that holds these bytes. */
static const char *sealed(const char *blocks)
{
    gw_text_t out;

    gw_text_init(&out, 100000, tap_pool());
    gw_text_put(&out, "{\"type\":\"reasoning\",\"summary\":[],"
                "\"encrypted_content\":\"");
    gw_signed_seal(&out, str(quoted(blocks)));
    gw_text_put(&out, "\"}");
    return text_of(&out);
}

#define CALLED(id) "{'type':'function_call','call_id':'" id \
    "','name':'f','arguments':'{}'}"
#define GOOD "{'type':'thinking','thinking':'t','signature':'S'}"

static const char *items(const char *first, const char *rest)
{
    return apr_pstrcat(tap_pool(), first, quoted(rest), NULL);
}

/* What is not as we sealed it is nothing, and harms nothing. */
static void test_forged(void)
{
    static const char *const bad[] = {
        "", "x", "{}", "null", "7", "[" GOOD "]", GOOD "," , GOOD ",null",
        "{'type':'text','text':'t'}", "{'type':'thinking','thinking':'t'}",
        "{'type':'thinking','thinking':1,'signature':'S'}",
        "{'type':'tool_use','id':'a','name':'f','input':{}}",
        "{'type':'redacted_thinking'}", GOOD "]},{'x':[" GOOD
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(bad); i++) {
        const char *body = ask("", items(sealed(bad[i]), "," CALLED("a")),
                               RESULT("a"));

        has(body, "thinking", 0, bad[i]);
    }
    has(ask("", quoted("{'type':'reasoning','summary':[],'encrypted_content':"
                       "'" GW_SIGNED_MARK "!!'}," CALLED("a")), RESULT("a")),
        "thinking", 0, "no base64");
}

static void test_members(void)
{
    const char *body = ask("", items(sealed("{'x':1,'signature':'S','type':"
                           "'thinking','cache_control':{'type':'ephemeral'},"
                           "'thinking':'t'}"), "," CALLED("a")), RESULT("a"));

    has(body, "[" GOOD ",{'type':'tool_use'", 1, "only what a block has");
}

static void test_when(void)
{
    const char *good = sealed(GOOD);
    const char *one = items(good, "," CALLED("a") "," RESULT("a"));

    has(ask("", one, CALLED("b") "," RESULT("b")), ADAPTIVE, 1,
        "a turn that began with thinking goes on without more of it");
    has(ask("", quoted(CALLED("b") "," RESULT("b")), ""), ADAPTIVE, 0,
        "one that began without does not think");
    has(ask("", apr_pstrcat(tap_pool(), quoted(CALLED("b") "," RESULT("b")
            ","), good, quoted("," CALLED("a")), NULL), RESULT("a")),
        "thinking'", 0, "... even if it thought later");
    has(ask("", one, SAY), ADAPTIVE, 1, "a new turn thinks");
    has(ask("", one, SAY), "[" GOOD ",", 1, "... and keeps the old one's");
    has(ask(",'tool_choice':'required'", one, ""), "thinking'", 0,
        "a tool that must be called is called without thinking");
    has(ask("", apr_pstrcat(tap_pool(), good, ",", good,
            quoted("," CALLED("a")), NULL), RESULT("a")),
        "[" GOOD "," GOOD ",{'type':'tool_use'", 1, "two items");
    has(ask("", apr_pstrcat(tap_pool(), good, quoted("," CALLED("a") ","),
            good, quoted("," CALLED("b")), NULL), RESULT("a") "," RESULT("b")),
        "thinking'", 0, "thinking between two calls of a message");
}

static void test_none(void)
{
    is_int(gw_signed_find(NULL, str("a")).n, 0, "no blocks at all");
    ok(gw_signed_collect(str("{\"input\":\"llmgw1:s:\"}"), tap_pool())
       == NULL, "an input that is a string");
    ok(gw_signed_collect(str("{\"input\":[{\"type\":\"reasoning\","
                             "\"encrypted_content\":\"llmgw1:s:e30=\"}]}"),
                         tap_pool()) == NULL, "no call");
}

int main(void)
{
    test_turns();
    test_document();
    test_forged();
    test_members();
    test_when();
    test_none();
    return tap_end();
}
