/* SPDX-License-Identifier: Apache-2.0 */
/* test_chat_custom.c - calls of custom tools, on their way back from the
 * Messages API: the text that a call has, documents and streams. */
#include <apr_strings.h>

#include "chat_custom.h"
#include "chat_translated.h"
#include "responses_names.h"

static gw_str_t str(const char *text)
{
    return (gw_str_t){ text, strlen(text) };
}

/* In the pool, with quotes for apostrophes. */
static gw_str_t quoted(const char *text)
{
    char *copy = apr_pstrdup(tap_pool(), text), *p;

    for (p = copy; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return str(copy);
}

static gw_translate_about_t about_tools(void)
{
    static const gw_str_t none = { "", 0 };
    gw_translate_about_t about = about_it(0);
    gw_tool_names_t *names = gw_tool_names_make(tap_pool());

    gw_tool_names_add(names, GW_TOOL_CUSTOM, none, str("patch"));
    gw_tool_names_add(names, GW_TOOL_FUNCTION, none, str("plain"));
    about.names = names;
    return about;
}

/* ---- what it was called with ------------------------------------------ */

static const struct { const char *json, *want; } texts[] = {
    { "{'input':'a'}", "'a'" },
    { " {'input':'a'}", "'a'" },
    { "{ 'input' : 'a\\n\\u4e2d\\'' }", "'a\\n\\u4e2d\\''" },
    { "{'input':''}", "''" },
    { "{'\\u0069nput':'a'}", "'{\\'\\\\u0069nput\\':\\'a\\'}'" },
    { "{}", "'{}'" },
    { "{'input':1}", "'{\\'input\\':1}'" },
    { "{'input':{'input':'a'}}", "'{\\'input\\':{\\'input\\':\\'a\\'}}'" },
    { "{'input':['a']}", "'{\\'input\\':[\\'a\\']}'" },
    { "{'input':'a','b':{}}", "'{\\'input\\':\\'a\\',\\'b\\':{}}'" },
    { "{'b':1,'input':'a'}", "'{\\'b\\':1,\\'input\\':\\'a\\'}'" },
    { "{'input':'a'", "'{\\'input\\':\\'a\\''" },
    { "{'input':'a'}x", "'{\\'input\\':\\'a\\'}x'" },
    { "['input','a']", "'[\\'input\\',\\'a\\']'" },
    { "'a'", "'\\'a\\''" }
};

static void test_texts(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(texts); i++) {
        gw_str_t want = quoted(texts[i].want);
        gw_text_t out;

        gw_text_init(&out, 1000, tap_pool());
        gw_chat_custom_text(&out, quoted(texts[i].json), tap_pool());
        is_mem(out.p, out.n, want.p, want.n, "text of %s", texts[i].json);
    }
}

static void test_names(void)
{
    gw_translate_about_t about = about_tools(), nothing = about_it(0);
    char *longest = apr_palloc(tap_pool(), 300);

    ok(gw_chat_is_custom(&about, str("\"patch\"")), "a custom tool");
    ok(gw_chat_is_custom(&about, str("\"p\\u0061tch\"")), "in escapes");
    ok(!gw_chat_is_custom(&about, str("\"plain\"")), "a function");
    ok(!gw_chat_is_custom(&about, str("\"other\"")), "nobody's");
    ok(!gw_chat_is_custom(&about, str("\"\"")), "no name");
    ok(!gw_chat_is_custom(&about, (gw_str_t){ NULL, 0 }), "none at all");
    ok(!gw_chat_is_custom(&nothing, str("\"patch\"")), "no names");
    memset(longest, 'a', 300);
    ok(!gw_chat_is_custom(&about, (gw_str_t){ longest, 300 }), "a long one");
}

/* ---- answers ---------------------------------------------------------- */

static const gw_translate_usage_t uncounted = { NULL, NULL };

static void test_document(void)
{
    gw_translate_about_t about = about_tools();
    gw_str_t want = quoted("'tool_calls':[{'id':'t1','type':'custom','custom':"
                           "{'name':'patch','input':'*** a\\n'}},{'id':'t2',"
                           "'type':'function','function':{'name':'plain',"
                           "'arguments':'{\\'input\\':\\'b\\'}'}}]");
    const char *got;
    gw_text_t out;

    gw_text_init(&out, GW_TRANSLATE_ANSWER, tap_pool());
    ok(gw_chat_document(&out, quoted("{'model':'m','content':[{'type':"
                                     "'tool_use','id':'t1','name':'patch',"
                                     "'input':{'input':'*** a\\n'}},{'type':"
                                     "'tool_use','id':'t2','name':'plain',"
                                     "'input':{'input':'b'}}],'stop_reason':"
                                     "'tool_use'}"), &about, &uncounted)
       == NULL, "a document");
    got = apr_pstrmemdup(tap_pool(), out.p, out.n);
    ok(strstr(got, want.p) != NULL, "has both kinds of calls: %s", got);
}

#define BLOCK(i, id, name, input) "{'type':'content_block_start','index':" i \
    ",'content_block':{'type':'tool_use','id':'" id "','name':'" name \
    "','input':" input "}}"
#define JSON(i, text) "{'type':'content_block_delta','index':" i \
    ",'delta':{'type':'input_json_delta','partial_json':'" text "'}}"
#define OVER(i) "{'type':'content_block_stop','index':" i "}"

/* Feed events; everything that is written. */
static const char *run(const char *const *in, unsigned count,
                       const char **written)
{
    gw_translate_about_t about = about_tools();
    gw_translator_t *tr = gw_chat_start(&about);
    const char *why = NULL;
    gw_text_t out;
    unsigned i;

    gw_text_init(&out, GW_TRANSLATE_EVENT, tap_pool());
    for (i = 0; i < count && why == NULL; i++)
        why = gw_chat_event(tr, &out, quoted(in[i]));
    if (why == NULL)
        why = gw_chat_end(tr, &out, &uncounted);
    *written = apr_pstrmemdup(tap_pool(), out.p, out.n);
    return why;
}

static void has(const char *all, const char *part, const char *what)
{
    ok(strstr(all, quoted(part).p) != NULL, "%s: %s", what, all);
}

static void test_stream(void)
{
    static const char *const in[] = {
        BLOCK("0", "t1", "patch", "{}"), JSON("0", "{\\'inp"),
        JSON("0", "ut\\': \\'a\\\\n\\ud83d"), JSON("0", "\\ude00\\'}"),
        OVER("0"), BLOCK("1", "t2", "plain", "{}"),
        JSON("1", "{\\'input\\':1}"), OVER("1"),
        BLOCK("2", "t3", "patch", "{'input':'b'}"), OVER("2"),
        BLOCK("3", "t4", "patch", "{}")
    };
    const char *all;

    ok(run(in, GW_COUNT(in), &all) == NULL, "a stream");
    has(all, "[{'index':0,'id':'t1','type':'custom','custom':{'name':'patch',"
        "'input':''}}]", "a custom call begins");
    has(all, "[{'index':0,'custom':{'input':'a\\n'}}]", "its text grows");
    has(all, "[{'index':0,'custom':{'input':'\xf0\x9f\x98\x80'}}]",
        "by whole characters");
    ok(strstr(all, "inp\\\"") == NULL && strstr(all, "\"}\"") == NULL,
       "without what stands around it");
    has(all, "[{'index':1,'id':'t2','type':'function','function':{'name':"
        "'plain','arguments':''}}]", "a function stays one");
    has(all, "[{'index':1,'function':{'arguments':'{\\'input\\':1}'}}]",
        "with its arguments");
    has(all, "[{'index':2,'custom':{'input':'b'}}]",
        "an input that came with its block");
    has(all, "[{'index':3,'custom':{'input':'{}'}}]",
        "one that says nothing");
    has(all, "'finish_reason':'tool_calls'", "and the end");
}

static void test_two(void)
{
    static const char *const at_once[] = {
        BLOCK("0", "t1", "patch", "{}"), BLOCK("1", "t2", "patch", "{}")
    };
    static const char *const again[] = {
        BLOCK("0", "t1", "patch", "{}"), BLOCK("0", "t2", "patch", "{}"),
        JSON("0", "{\\'input\\':\\'c\\'}"), OVER("0")
    };
    const char *all;

    is_str(run(at_once, 2, &all), "The upstream writes two calls of custom "
           "tools at a time.", "two open at a time");
    ok(run(again, GW_COUNT(again), &all) == NULL, "a block that begins anew");
    has(all, "[{'index':1,'custom':{'input':'c'}}]", "ends the one before");
}

/* As much is gathered as an event may be, and no more. */
static void test_bound(void)
{
    gw_translate_about_t about = about_tools();
    gw_translator_t *tr = gw_chat_start(&about);
    apr_size_t n = GW_TRANSLATE_EVENT / 2;
    char *text = apr_palloc(tap_pool(), n + 1);
    const char *event, *why = NULL;
    gw_text_t out;
    unsigned i;

    memset(text, 'x', n);
    text[n] = '\0';
    event = apr_pstrcat(tap_pool(), quoted("{'type':'content_block_delta',"
                        "'index':0,'delta':{'type':'input_json_delta',"
                        "'partial_json':'").p, text, "\"}}", NULL);
    gw_text_init(&out, GW_TRANSLATE_EVENT, tap_pool());
    gw_chat_event(tr, &out, quoted(BLOCK("0", "t1", "patch", "{}")));
    for (i = 0; i < 4 && why == NULL; i++) {
        gw_text_clear(&out);
        why = gw_chat_event(tr, &out, str(event));
    }
    is_int(i, 3, "two halves, and not a third one");
    ok(why != NULL, "is too long: %s", why != NULL ? why : "");
}

int main(void)
{
    test_texts();
    test_names();
    test_document();
    test_stream();
    test_two();
    test_bound();
    return tap_end();
}
