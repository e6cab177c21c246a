/* SPDX-License-Identifier: Apache-2.0 */
/* test_chat_request.c - bodies of chat completions for the Messages API: each
 * rule to the byte, what is refused with its path, and the table of members
 * in docs/translation.md against what the code does. */
#include <apr_strings.h>

#include "chat_request.h"
#include "messages_body.h"
#include "request_chat.h"
#include "request_messages.h"
#include "same_request.h"
#include "tap.h"
#include "translate_rows.h"

typedef struct how_t {
    gw_thinking_t thinking;     /* RELAY, if nothing is said */
    apr_int64_t output, thinking_most;
    unsigned declares;
    int thinks, cache, relay;
} how_t;

#define ID(...) __VA_ARGS__
#define EFFORT .declares = GW_DECLARES_EFFORT
#define ENABLE .thinking = GW_THINKING_ENABLE
#define NONE .thinking = GW_THINKING_NONE

/* An apostrophe stands for a quotation mark in all texts of this test. */
#define HEAD "{'model':'m',"
#define HEAD_TALK HEAD "'messages':["
#define MAX HEAD "'max_tokens':8192,"
#define HI "{'role':'user','content':'hi'}"
#define HI_OUT "{'role':'user','content':[{'type':'text','text':'hi'}]}"
#define EPHEMERAL "'cache_control':{'type':'ephemeral'}"
#define NO_SCHEMA "'input_schema':{'type':'object','properties':{}}"

/* Whole bodies; messages and what follows of them; members beside one
 * message, and what stands behind it; and bodies that are refused. */
static const struct row_t {
    const char *name;
    how_t how;
    const char *body, *want, *dropped;
} rows[] = {
#define WHOLE(name, how, body, want, dropped) \
    { name, { ID how }, body, want, dropped },
#define TALK(name, how, messages, want, dropped) \
    { name, { ID how }, HEAD_TALK messages "]}", MAX want "}", dropped },
#define SAYS(name, how, members, want, dropped) \
    { name, { ID how }, HEAD_TALK HI "]," members "}", \
      MAX "'messages':[" HI_OUT "]" want "}", dropped },
#include "data/chat_request_talk.h"
#include "data/chat_request_options.h"
#include "data/chat_request_thinking.h"
};

static const struct bad_t {
    const char *name;
    how_t how;
    const char *body;
    gw_problem_kind_t kind;
    const char *param;
} bads[] = {
#define BAD(name, how, body, kind, param) \
    { name, { ID how }, body, GW_P_##kind, param },
#include "data/chat_request_bad.h"
};

/* ---- translating ----------------------------------------------------- */

static gw_translated_t out;
static gw_problem_t problem;

static const char *json(const char *text, apr_pool_t *pool)
{
    char *copy = apr_pstrdup(pool, text), *p;

    for (p = copy; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return copy;
}

static gw_problem_kind_t translate(const char *text, const how_t *how,
                                   apr_pool_t *pool)
{
    gw_str_t body = { json(text, pool), strlen(text) };
    gw_upstream_t upstream;
    gw_request_t req;
    gw_model_t model;
    gw_route_t route;
    gw_problem_kind_t kind;

    memset(&upstream, 0, sizeof(upstream));
    memset(&model, 0, sizeof(model));
    memset(&route, 0, sizeof(route));
    memset(&problem, 0, sizeof(problem));
    route.upstream = &upstream;
    route.model = "claude";
    route.thinking = how->thinking;
    model.output = how->output;
    model.thinking = how->thinking_most;
    model.declares = how->declares;
    model.thinks = how->thinks;
    model.cache_explicit = how->cache;
    kind = gw_request_read(&req, &gw_request_chat, body, &problem, pool);
    if (kind != 0) {
        printf("# not read: %s\n", problem.message);
        return kind;
    }
    req.relay = how->relay;
    return gw_chat_request(&out, &req, &model, &route, &problem, pool);
}

/* The gateway's own reader of the Messages API takes it. */
static void test_read(const struct row_t *row, apr_pool_t *pool)
{
    gw_problem_t fault;
    gw_request_t req, made;

    memset(&fault, 0, sizeof(fault));
    is_int(gw_request_read(&req, &gw_request_messages, gw_text_str(&out.body),
                           &fault, pool), 0, "%s: it is read", row->name);
    gw_request_read_made(&made, &gw_request_messages, gw_text_str(&out.body),
                         1, &fault, pool);
    ok(same_request(&req, &made), "%s: trusted, it is read alike", row->name);
    is_str(fault.message, NULL, "%s: without complaint", row->name);
}

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const struct row_t *row = &rows[i];
        apr_pool_t *pool;
        const char *fault;

        apr_pool_create(&pool, tap_pool());
        if (!is_int(translate(row->body, &row->how, pool), 0, "%s: taken",
                    row->name)) {
            printf("# %s\n", problem.message);
            apr_pool_destroy(pool);
            continue;
        }
        is_mem(out.body.p, out.body.n, json(row->want, pool),
               strlen(row->want),
               "%s: the body", row->name);
        is_mem(out.dropped.n ? out.dropped.p : "", out.dropped.n,
               row->dropped, strlen(row->dropped), "%s: what is dropped",
               row->name);
        fault = messages_body_fault(gw_text_str(&out.body), pool);
        is_str(fault, NULL, "%s: it obeys the rules", row->name);
        test_read(row, pool);
        apr_pool_destroy(pool);
    }
}

static void test_bads(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(bads); i++) {
        const struct bad_t *row = &bads[i];
        apr_pool_t *pool;

        apr_pool_create(&pool, tap_pool());
        is_int(translate(row->body, &row->how, pool), row->kind,
               "%s: refused", row->name);
        is_str(problem.param, row->param, "%s: the param", row->name);
        ok(problem.message != NULL
           && problem.message[strlen(problem.message) - 1] == '.',
           "%s: says so in a sentence", row->name);
        apr_pool_destroy(pool);
    }
}

/* ---- the table of members -------------------------------------------- */

static const struct { const char *where, *member; gw_member_fate_t fate; }
    members[] = {
#define G(from, where, count)
#define R(from, where, member, fate) \
    { GW_EP_##from == GW_EP_CHAT ? where : NULL, member, GW_MEMBER_##fate },
#include "translation_table.h"
#undef G
#undef R
};

/* Where the members of an object stand in a body that is good without
 * them. */
static const struct { const char *where, *before, *after; } frames[] = {
    { "", HEAD_TALK HI "],", "}" },
    { "messages[]", HEAD_TALK "{'role':'user','content':'hi',", "}]}" },
    { "messages[].content[]", HEAD_TALK "{'role':'user','content':["
      "{'type':'text','text':'hi',", "}]}]}" },
    { "messages[].content[].image_url", HEAD_TALK "{'role':'user','content':["
      "{'type':'image_url','image_url':{'url':'https://a/b.png',",
      "}}]}]}" },
    { "messages[].content[].file", HEAD_TALK "{'role':'user','content':["
      "{'type':'file','file':{'file_data':'data:application/pdf;base64,QUJD',",
      "}}]}]}" },
    { "messages[].tool_calls[]", HEAD_TALK "{'role':'assistant','tool_calls':"
      "[{'function':{'name':'f'},", "}]},{'role':'tool','content':'x'}]}" },
    { "messages[].tool_calls[].function", HEAD_TALK "{'role':'assistant',"
      "'tool_calls':[{'function':{'name':'f',",
      "}}]},{'role':'tool','content':'x'}]}" },
    { "messages[].function_call", HEAD_TALK "{'role':'assistant',"
      "'function_call':{'name':'f',",
      "}},{'role':'function','content':'x'}]}" },
    { "tools[]", HEAD_TALK HI "],'tools':[{'function':{'name':'f'},",
      "}]}" },
    { "tools[].function", HEAD_TALK HI "],'tools':[{'function':{'name':'f',",
      "}}]}" },
    { "messages[].tool_calls[].custom", HEAD_TALK "{'role':'assistant',"
      "'tool_calls':[{'type':'custom','custom':{'name':'f',",
      "}}]},{'role':'tool','content':'x'}]}" },
    { "tools[].custom", HEAD_TALK HI "],'tools':[{'type':'custom','custom':{"
      "'name':'f',", "}}]}" },
    { "tools[].custom.format", HEAD_TALK HI "],'tools':[{'type':'custom',"
      "'custom':{'name':'f','format':{'type':'text',", "}}}]}" },
    { "tools[].custom.format.grammar", HEAD_TALK HI "],'tools':[{'type':"
      "'custom','custom':{'name':'f','format':{'type':'grammar','grammar':{"
      "'syntax':'a','definition':'b',", "}}}}]}" },
    { "functions[]", HEAD_TALK HI "],'functions':[{'name':'f',", "}]}" },
    { "response_format", HEAD_TALK HI "],'response_format':{'type':'text',",
      "}}" },
    { "response_format.json_schema", HEAD_TALK HI "],'response_format':{"
      "'type':'json_schema','json_schema':{'schema':{},", "}}}" }
};

static const char *framed(const char *where, const char *member,
                          const char *value, apr_pool_t *pool)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(frames); i++) {
        if (strcmp(frames[i].where, where) == 0)
            return apr_pstrcat(pool, frames[i].before, "'", member, "':",
                               value, frames[i].after, NULL);
    }
    return NULL;
}

/* Known to the reader of bodies, which refuses them before. */
static int is_refused_before(const char *member)
{
    return strcmp(member, "background") == 0
           || strcmp(member, "stream_options") == 0
           || strcmp(member, "service_tier") == 0;
}

static void test_member(const char *where, const char *member,
                        gw_member_fate_t fate, apr_pool_t *pool)
{
    const char *path = apr_pstrcat(pool, where, *where ? "." : "", member,
                                   NULL);
    const char *body = framed(where, member, "{}", pool);
    const char *empty = framed(where, member, "null", pool);
    static const how_t how;

    if (!ok(body != NULL, "%s: there is a body for it", path)
        || is_refused_before(member))
        return;
    if (fate == GW_MEMBER_REFUSED) {
        is_int(translate(body, &how, pool), GW_P_UNSUPPORTED_PARAMETER,
               "%s: refused", path);
        is_int(translate(empty, &how, pool), 0, "%s: but not null", path);
        is_int(translate(framed(where, member, "[]", pool), &how, pool), 0,
               "%s: nor an empty list", path);
    }
    else {
        if (!is_int(translate(body, &how, pool), 0, "%s: goes on", path))
            printf("# %s\n", problem.message);
        is_mem(out.dropped.n ? out.dropped.p : "", out.dropped.n,
               path, fate == GW_MEMBER_QUIET ? 0 : strlen(path),
               "%s: named, or not", path);
    }
}

static void test_table(void)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(members); i++) {
        apr_pool_t *pool;

        if (members[i].where == NULL || members[i].fate == GW_MEMBER_TAKEN)
            continue;
        apr_pool_create(&pool, tap_pool());
        test_member(members[i].where, members[i].member, members[i].fate,
                    pool);
        apr_pool_destroy(pool);
    }
    for (i = 0; i < GW_COUNT(frames); i++)
        test_member(frames[i].where, "nobody_knows_it", GW_MEMBER_UNKNOWN,
                    tap_pool());
    for (i = 0; i < GW_CHAT_OBJECTS; i++) {
        const gw_chat_shape_t *shape = &gw_chat_shapes[i];

        for (k = 0; k < shape->count; k++) {
            gw_str_t name = { shape->name[k], strlen(shape->name[k]) };

            is_int(gw_translate_fate(GW_EP_CHAT, shape->where, name),
                   GW_MEMBER_TAKEN, "%s.%s: the page has it", shape->where,
                   shape->name[k]);
        }
    }
}

/* What the page calls taken, the code takes. */
static void test_taken(void)
{
    unsigned i, k, n;

    for (i = 0; i < GW_COUNT(members); i++) {
        int found = 0;

        if (members[i].where == NULL || members[i].fate != GW_MEMBER_TAKEN)
            continue;
        for (k = 0; k < GW_CHAT_OBJECTS; k++) {
            const gw_chat_shape_t *shape = &gw_chat_shapes[k];

            if (strcmp(shape->where, members[i].where) != 0)
                continue;
            for (n = 0; n < shape->count; n++)
                found |= strcmp(shape->name[n], members[i].member) == 0;
        }
        ok(found, "%s.%s: is taken", members[i].where, members[i].member);
    }
}

/* ---- bounds ---------------------------------------------------------- */

/* A body with `unit` written n times between two texts. */
static const char *repeated(const char *before, const char *unit, unsigned n,
                            const char *after, apr_pool_t *pool)
{
    apr_size_t k = strlen(unit), b = strlen(before);
    char *p = apr_palloc(pool, b + n * k + strlen(after) + 1);
    unsigned i;

    memcpy(p, before, b);
    for (i = 0; i < n; i++)
        memcpy(p + b + i * k, unit, k);
    strcpy(p + b + n * k, after);
    return p;
}

/* arguments are a text within a text */
#define CALL_OF "{'function':{'name':'f','arguments':'"
#define CALLS HEAD_TALK "{'role':'assistant','tool_calls':["
#define ANSWERED "]},{'role':'tool','name':'f','content':'x'}]}"

static gw_problem_kind_t deep(unsigned n)
{
    apr_pool_t *pool = tap_pool();
    static const how_t how;
    const char *end = repeated("", "]", n, "}'}}" ANSWERED, pool);

    return translate(repeated(CALLS CALL_OF "{\\'a\\':", "[", n, end, pool),
                     &how, pool);
}

static void test_bounds(void)
{
    apr_pool_t *pool = tap_pool();
    static const how_t how;
    const char *text;

    text = repeated(HEAD_TALK HI "],'x':[0", ",0", GW_TREE_NODES, "]}", pool);
    is_int(translate(text, &how, pool), GW_P_INVALID_PARAMETER,
           "too many values: refused");
    ok(strstr(problem.message, "200000") != NULL, "with the bound");
    text = repeated(CALLS CALL_OF "'}}", "," CALL_OF "'}}", GW_CHAT_CALLS,
                    ANSWERED, pool);
    is_int(translate(text, &how, pool), GW_P_INVALID_PARAMETER,
           "too many calls: refused");
    is_str(problem.param, "messages[0].tool_calls[1024]", "which");
    is_int(deep(GW_JSON_DEPTH - 6), 0, "as deep as can be: taken");
    is_str(messages_body_fault(gw_text_str(&out.body), pool), NULL,
           "and not too deep for others");
    is_int(deep(GW_JSON_DEPTH - 5), GW_P_INVALID_PARAMETER,
           "one deeper: refused");
    is_str(problem.param, "messages[0].tool_calls[0].function.arguments",
           "with its path");
    text = repeated(HEAD_TALK "{'role':'user','content':'hi'",
                    ",'name':'x'", 5000, "}]}", pool);
    is_int(translate(text, &how, pool), 0, "a member thousands of times");
    is_mem(out.dropped.p, out.dropped.n, "messages[].name", 15, "named once");
}

int main(void)
{
    test_rows();
    test_bads();
    test_table();
    test_taken();
    test_bounds();
    return tap_end();
}
