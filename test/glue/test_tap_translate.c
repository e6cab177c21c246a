/* SPDX-License-Identifier: Apache-2.0 */
/* test_tap_translate.c - an answer that is translated on its way: by a
 * translation of the test's own, which turns each text into an event of that
 * text, and an end into one of what was counted. */
#include <apr_strings.h>

#include "responses_names.h"
#include "tap_drive.h"

#define CHUNK(rest) "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\"," \
                    rest "}\n\n"
#define DELTA(delta, finish) CHUNK("\"choices\":[{\"index\":0,\"delta\":{" \
                                   delta "},\"finish_reason\":" finish "}]")
#define ROLE  DELTA("\"role\":\"assistant\"", "null")
#define TEXT(text)  DELTA("\"content\":\"" text "\"", "null")
#define STOP  DELTA("", "\"stop\"")
#define USAGE CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":5," \
                    "\"completion_tokens\":7,\"total_tokens\":12}")
#define LAST  "data: [DONE]\n\n"

#define AS(text) "event: text\ndata: " text "\n\n"
#define END "event: end\ndata: 5/7\n\n"
#define END_UNCOUNTED "event: end\ndata: -/-\n\n"
#define ERROR(words, type) "event: error\ndata: {\"type\":\"error\",\"error\":" \
    "{\"type\":\"" type "\",\"message\":\"" words "\"},\"request_id\":\"\"}" \
    "\n\n"

#define AMOUNT (5 * GLUE_INPUT + 7 * GLUE_OUTPUT)

/* ---- the translation -------------------------------------------------- */

static int started, seen;       /* translators, and events of this one */
static const struct gw_tool_names_t *told;  /* by whom they are started */

static gw_translator_t *stub_start(const gw_translate_about_t *about)
{
    started++;
    seen = 0;
    told = about->names;
    return apr_palloc(about->pool, 1);
}

static const char *stub_event(gw_translator_t *tr, gw_text_t *text,
                              gw_str_t data)
{
    static const char name[] = "\"content\":\"";
    char event[256];
    const char *p;

    seen++;
    if (data.n >= sizeof(event))
        abort();
    memcpy(event, data.p, data.n);
    event[data.n] = '\0';
    p = strstr(event, name);
    if (p == NULL)
        return NULL;
    p += strlen(name);
    gw_text_put(text, "event: text\ndata: ");
    gw_text_put(text, apr_pstrmemdup(tap_pool(), p, strcspn(p, "\"")));
    gw_text_put(text, "\n\n");
    return strstr(event, "BAD") != NULL ? "It is bad." : NULL;
}

static void put_usage(gw_text_t *text, const gw_translate_usage_t *usage)
{
    if (usage->usage == NULL) {
        gw_text_put(text, "-/-");
        return;
    }
    gw_text_number(text, gw_usage_prompt(usage->usage));
    gw_text_put(text, "/");
    gw_text_number(text, gw_usage_output(usage->usage));
}

static const char *stub_end(gw_translator_t *tr, gw_text_t *text,
                            const gw_translate_usage_t *usage)
{
    gw_text_put(text, "event: end\ndata: ");
    put_usage(text, usage);
    gw_text_put(text, "\n\n");
    return NULL;
}

static const char *stub_document(gw_text_t *text, gw_str_t document,
                                 const gw_translate_about_t *about,
                                 const gw_translate_usage_t *usage)
{
    if (strstr(apr_pstrmemdup(tap_pool(), document.p, document.n), "BAD"))
        return "It is bad.";
    gw_text_put(text, "{\"usage\":\"");
    put_usage(text, usage);
    gw_text_put(text, "\"}");
    return NULL;
}

static const gw_translation_t stub = {
    .id = "msg_", .document = stub_document, .start = stub_start,
    .event = stub_event, .end = stub_end
};

static void translated(void)
{
    begin_translated(&stub, 1);
    call->shape = GW_SHAPE_ANTHROPIC;
    started = 0;
}

/* ---- streams that end well ------------------------------------------- */

static void test_stream(void)
{
    translated();
    feed(ROLE);
    passed("", "who speaks is nothing that can be seen");
    is_int(call->exchange.answer, GW_ANSWER_NONE,
           "another upstream may be tried");
    is_int(dropped, 0, "and has the body");
    feed(TEXT("Hello"));
    passed(AS("Hello"), "an event leaves as it comes");
    is_int(glue_state(cell), GW_CELL_OPEN, "not settled yet");
    is_int(cell->phase, GW_PHASE_DELIVERED, "but delivered");
    feed(STOP USAGE);
    passed(AS("Hello"), "the finish_reason is no end");
    feed(LAST);
    passed(AS("Hello"), "the end waits for the body's");
    is_int(briefly, 1, "briefly, as usage was counted");
    feed(NULL);
    passed(AS("Hello") END, "it says what was counted");
    ok(ended && !ended_unsettled, "and what was passed was settled");
    is_int(unsettled, strlen(AS("Hello")), "so is its end");
    is_int(cell->row.amount, AMOUNT, "it costs what was counted");
    is_int(cell->row.bytes, strlen(AS("Hello") END), "bytes for the client");
    is_str(call->r->content_type, "text/event-stream; charset=utf-8",
           "what it is");
}

/* Whatever the cut, the same comes of it. */
static void test_cuts(void)
{
    static const char all[] = ROLE ": wait\n\n" TEXT("one") "data: {\r\n"
        "data: \"choices\":[{\"index\":0,\"delta\":{\"content\":\"two\"}}]}"
        "\r\n\r\n" STOP USAGE LAST;
    char part[sizeof(all)];
    apr_size_t at;

    for (at = 1; at < sizeof(all) - 1; at++) {
        translated();
        memcpy(part, all, at);
        part[at] = '\0';
        feed(apr_pstrdup(tap_pool(), part));
        feed(all + at);
        feed(NULL);
        if (length != strlen(": wait\n\n" AS("one") AS("two") END)
            || memcmp(out, ": wait\n\n" AS("one") AS("two") END, length) != 0
            || cell->row.amount != AMOUNT)
            break;
    }
    is_int(at, sizeof(all) - 1, "cut anywhere");
}

static void test_ends(void)
{
    translated();
    feed(TEXT("a") STOP);
    feed(NULL);
    passed(AS("a") END_UNCOUNTED, "no [DONE] and no usage: nothing counted");
    is_int(cell->row.source, GW_SOURCE_ESTIMATED, "and so it is billed");
    translated();
    feed(TEXT("a") STOP USAGE "data: [DONE]");
    feed(NULL);
    passed(AS("a") END, "an end without its blank line");
    translated();
    feed(ROLE STOP USAGE LAST);
    feed(NULL);
    passed(END, "an answer that is empty");
    is_int(cell->row.amount, AMOUNT, "costs what was counted");
}

/* The watch has waited long enough. */
static void test_release(void)
{
    translated();
    feed(TEXT("a") STOP LAST);
    is_int(holding, 1, "usage may come");
    passed(AS("a"), "the end waits for it");
    feed(USAGE);
    is_int(briefly, 1, "it came");
    gw_tap_for_watch.release(call);
    passed(AS("a") END, "the end is passed");
    feed(USAGE LAST);
    feed(NULL);
    passed(AS("a") END, "once");
    ok(ended, "and the body ends");
}

static void test_client_left(void)
{
    translated();
    feed(TEXT("a"));
    gw_exchange_on(&call->exchange, GW_X_DRAIN);
    gw_tap_for_watch.client_leaves(call);
    feed(TEXT("b") STOP USAGE LAST);
    feed(NULL);
    passed(AS("a"), "nothing more is passed to it");
    is_int(seen, 1, "or translated for it");
    is_int(cell->row.source, GW_SOURCE_DRAINED, "it was read on");
    is_int(cell->row.amount, AMOUNT, "for its bill");
}

/* ---- streams that do not --------------------------------------------- */

static void test_short(void)
{
    translated();
    feed(TEXT("a"));
    feed(NULL);
    passed(AS("a") ERROR("The upstream broke off before the end of the "
                         "answer.", "api_error"),
           "no end is invented");
    is_int(cell->row.usage.flags & GW_ROW_CUT, GW_ROW_CUT, "it was cut");
    is_int(cell->row.source, GW_SOURCE_ESTIMATED, "and is billed as that");
}

static void test_nothing(void)
{
    translated();
    feed(ROLE);
    feed(NULL);
    passed("", "nothing is passed");
    is_int(gw_tap_outcome(call), GW_TAP_NO_ANSWER, "nor was there an answer");
    translated();
    feed(": wait\n\n");
    feed(NULL);
    is_int(gw_tap_outcome(call), GW_TAP_NOTHING, "comments are none");
    translated();
    feed(LAST);
    is_int(gw_tap_outcome(call), GW_TAP_NO_ANSWER, "an end is none");
}

static void test_bad_event(void)
{
    translated();
    feed(TEXT("a"));
    feed(TEXT("b") TEXT("BAD") TEXT("c"));
    passed(AS("a") AS("b") ERROR("It is bad.", "api_error"),
           "what cannot be translated is an error");
    ok(ended && taken == APR_ECONNABORTED, "and the upstream is left");
    is_int(cell->row.usage.flags & GW_ROW_CUT, GW_ROW_CUT, "as one cut");
    translated();
    feed(ROLE TEXT("BAD") TEXT("c"));
    passed("", "at the begin it is no answer");
    is_int(gw_tap_outcome(call), GW_TAP_NO_ANSWER, "so another one may do");
    is_int(taken, APR_ECONNABORTED, "and this one is left");
}

static void test_long_event(void)
{
    static char piece[65536];
    unsigned i;

    translated();
    feed(TEXT("a"));
    memset(piece, 'x', sizeof(piece) - 1);
    feed("data: {\"x\":\"");
    for (i = 0; i < GW_TRANSLATE_EVENT / sizeof(piece) + 1 && !ended; i++)
        feed(piece);
    ok(ended && taken == APR_ECONNABORTED, "an event has a most");
    ok(strstr(out, "too long to be translated") != NULL, "that is said");
}

static void test_errors(void)
{
    translated();
    feed(TEXT("a") "data: {\"error\":{\"message\":\"Busy.\",\"code\":503}}\n\n"
         LAST);
    passed(AS("a") ERROR("Busy.", "overloaded_error"),
           "an error in the client's shape");
    ok(ended, "is the end");
    translated();
    feed(TEXT("a") "data: {\"error\":{\"message\":\"No money.\",\"code\":"
         "\"insufficient_quota\"}}\n\n");
    passed(AS("a") ERROR("The upstream is not available.", "api_error"),
           "our account is no matter of the client's");
    translated();
    feed(ROLE "data: {\"error\":{\"message\":\"Busy.\",\"code\":503}}\n\n");
    passed("", "before anything else it is kept back");
    is_int(gw_tap_outcome(call), GW_TAP_KEPT, "for another attempt");
    gw_tap_pass_kept(call);
    passed("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
           "\"message\":\"Busy.\"},\"request_id\":\"\"}",
           "or passed, as one of the client's errors");
    is_int(call->r->status, 503, "with a status");
}

static void test_kept(void)
{
    translated();
    feed(": wait\n\n" "data: {\"error\":{\"message\":\"Busy.\",\"code\":503}}"
         "\n\n");
    gw_tap_pass_kept(call);
    passed(": wait\n\n" ERROR("Busy.", "overloaded_error"),
           "an event where the stream has begun");
}

static void test_broke(void)
{
    translated();
    feed(TEXT("a") STOP USAGE);
    stopped = GW_STOP_IDLE;
    gw_tap_translate_broke(call->tap);
    gw_tap_flush(call->tap);
    passed(AS("a") END, "it had come to its end");
    is_int(cell->row.amount, AMOUNT, "a stream that had ended is whole");
}

/* ---- another attempt -------------------------------------------------- */

static void test_second_attempt(void)
{
    translated();
    feed(ROLE TEXT("BAD"));
    gw_settle_attempt(call, call->route);
    gw_exchange_on(&call->exchange, GW_X_ATTEMPT);
    call->names = gw_tool_names_make(tap_pool());
    gw_tap_attempt(call, 1);
    gw_exchange_on(&call->exchange, GW_X_SENT);
    gw_settle_sent(call);
    feed(ROLE TEXT("good") STOP USAGE LAST);
    feed(NULL);
    passed(AS("good") END, "it begins anew");
    is_int(started, 2, "with another translator");
    ok(told == call->names, "which is told what this one's tools are");
}

/* ---- documents -------------------------------------------------------- */

#define DOCUMENT(text) "{\"id\":\"1\",\"choices\":[{\"message\":{\"content\":" \
    "\"" text "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":" \
    "5,\"completion_tokens\":7,\"total_tokens\":12}}"

static void document(void)
{
    translated();
    call->req->stream = 0;
    call->r->content_type = "application/json; charset=utf-8";
}

static void test_document(void)
{
    document();
    feed(DOCUMENT("Hello"));
    passed("", "it is collected");
    feed(NULL);
    passed("{\"usage\":\"5/7\"}", "and translated at its end");
    ok(ended && !ended_unsettled, "once it is settled");
    is_int(cell->row.amount, AMOUNT, "it costs what was counted");
    is_int(call->r->clength, strlen("{\"usage\":\"5/7\"}"), "its length");
    is_str(call->r->content_type, "application/json", "what it is");
}

static void test_no_document(void)
{
    document();
    feed(DOCUMENT("BAD"));
    feed(NULL);
    passed("", "what cannot be translated");
    is_int(gw_tap_outcome(call), GW_TAP_NO_ANSWER, "... is no answer");
    document();
    feed("{\"choices\":[{\"message\":{\"content\":\"cut");
    feed(NULL);
    passed("", "nor is one that is no JSON");
    document();
    call->r->status = 400;
    feed("{\"error\":{\"message\":\"No.\",\"type\":\"x\",\"code\":\"y\"}}");
    feed(NULL);
    is_int(gw_tap_outcome(call), GW_TAP_KEPT, "an error is kept back");
    gw_tap_pass_kept(call);
    passed("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
           "\"message\":\"No.\"},\"request_id\":\"\"}", "in the client's shape");
    is_int(call->r->status, 400, "with the upstream's status");
}

/* ---- its id ------------------------------------------------------------ */

static void test_id(void)
{
    static const gw_str_t id = { "msg_", 4 };

    translated();
    ((gw_policies_t *)call->caller.policies)->team.answer_ids = 1;
    feed(TEXT("a") STOP USAGE LAST);
    feed(NULL);
    ok(cell->row.answer_hash == gw_answer_id_hash(id),
       "the row has the id that the client sees");
}

int main(void)
{
    drive_start();
    test_stream();
    test_cuts();
    test_ends();
    test_release();
    test_client_left();
    test_short();
    test_nothing();
    test_bad_event();
    test_long_event();
    test_errors();
    test_kept();
    test_broke();
    test_second_attempt();
    test_document();
    test_no_document();
    test_id();
    return tap_end();
}
