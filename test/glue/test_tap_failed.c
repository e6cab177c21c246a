/* SPDX-License-Identifier: Apache-2.0 */
/* test_tap_failed.c - how a stream of Responses ends that fails: translated,
 * passed as it is, or before it began. */
#include <apr_strings.h>

#include "tap_drive.h"

#define CHUNK(delta, finish) "data: {\"id\":\"own_1\",\"object\":" \
    "\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{" delta \
    "},\"finish_reason\":" finish "}]}\n\n"
#define TEXT(text) CHUNK("\"content\":\"" text "\"", "null")

#define FAILED(number, id, code, message) "event: response.failed\ndata: " \
    "{\"type\":\"response.failed\"," number "\"response\":{\"id\":\"" id "\"," \
    "\"object\":\"response\",\"created_at\":1800000000,\"status\":\"failed\",\"error\":" \
    "{\"code\":\"" code "\",\"message\":\"" message "\"},\"incomplete_details\":" \
    "null,\"instructions\":null,\"metadata\":{},\"model\":\"model\"," \
    "\"output\":[],\"usage\":null}}\n\n"
#define FIRST "\"sequence_number\":0,"

#define OPENAI(message, type, code) "{\"error\":{\"message\":\"" message "\"," \
    "\"type\":\"" type "\",\"param\":null,\"code\":\"" code "\"}}"
#define IRE "invalid_request_error"

/* ---- translated: nothing can be seen of its events here --------------- */

static gw_translator_t *stub_start(const gw_translate_about_t *about)
{
    return apr_palloc(about->pool, 1);
}

static const char *stub_event(gw_translator_t *tr, gw_text_t *text,
                              gw_str_t data)
{
    gw_text_put(text, "data: {}\n\n");
    return NULL;
}

static const gw_translation_t stub = {
    .id = "resp_", .start = stub_start, .event = stub_event
};

static void at_a_time(void)
{
    call->shape = GW_SHAPE_RESPONSES;
    call->id = gw_id_make(apr_time_from_sec(1800000000), GW_ID_NODE);
}

static void translated(int stream, int status, const char *type)
{
    begin_translated(&stub, 1);
    at_a_time();
    call->req->stream = stream != 0;
    call->r->status = status;
    call->r->content_type = type;
}

#define DOCUMENT "application/json"
#define TOO_LONG "{\"error\":{\"message\":\"Prompt is too long.\",\"code\":" \
                 "\"context_length_exceeded\"}}"

static void test_overflow(void)
{
    static const int statuses[] = { 400, 413, 500 };
    unsigned i;

    for (i = 0; i < GW_COUNT(statuses); i++) {
        translated(1, statuses[i], DOCUMENT);
        apr_table_setn(call->r->headers_out, "Content-Length", "99");
        feed(TOO_LONG);
        feed(NULL);
        passed("", "an error is kept back");
        gw_tap_pass_kept(call);
        passed(FAILED(FIRST, "resp_", "context_length_exceeded",
                      "Prompt is too long."), "... and told in a stream");
        is_int(call->r->status, 200, "... of status 200");
        is_str(call->r->content_type, "text/event-stream; charset=utf-8",
               "... that says it is one");
        ok(apr_table_get(call->r->headers_out, "Content-Length") == NULL,
           "... of no length");
        ok(ended && !ended_unsettled, "... and ends, settled");
        is_int(cell->row.amount, 0, "... for nothing");
    }
    translated(1, 200, "text/event-stream");
    feed("data: " TOO_LONG "\n\n");
    gw_tap_pass_kept(call);
    passed(FAILED(FIRST, "resp_", "context_length_exceeded",
                  "Prompt is too long."), "or where it came in a stream");
}

static void test_other_errors(void)
{
    translated(0, 500, DOCUMENT);
    feed(TOO_LONG);
    feed(NULL);
    gw_tap_pass_kept(call);
    passed(OPENAI("Prompt is too long.", IRE, "context_length_exceeded"),
           "who asked for no stream gets a document");
    is_int(call->r->status, 400, "that says it is the request");
    translated(1, 429, DOCUMENT);
    feed("{\"error\":{\"message\":\"Slow down.\"}}");
    feed(NULL);
    gw_tap_pass_kept(call);
    passed(OPENAI("Slow down.", "requests", "rate_limit_exceeded"),
           "another error is a document");
    is_int(call->r->status, 429, "of its own status");
}

/* The wait that its headers name is one that agents read out of the words. */
static void test_opened(void)
{
    translated(1, 200, "text/event-stream");
    apr_table_setn(call->r->headers_out, "Retry-After", "9");
    feed(": wait\n\n" "data: {\"error\":{\"message\":\"Busy.\",\"code\":429}}"
         "\n\n");
    gw_tap_pass_kept(call);
    passed(": wait\n\n"
           FAILED(FIRST, "resp_", "rate_limit_exceeded",
                  "Busy. Please try again in 9s."),
           "where a stream has begun, an event");
}

static void test_translated_cut(void)
{
    translated(1, 200, "text/event-stream");
    feed(TEXT("a"));
    feed(NULL);
    passed("data: {}\n\n"
           FAILED("", "resp_", "upstream_unavailable", "The upstream broke "
                  "off before the end of the answer."),
           "a break has our id, and no number that nobody counted");
}

static void stub_fail(gw_translator_t *tr, gw_text_t *text, const char *code,
                      const char *message)
{
    gw_text_put(text, "event: own\ndata: ");
    gw_text_put(text, code);
    gw_text_put(text, " ");
    gw_text_put(text, message);
    gw_text_put(text, "\n\n");
    text->full |= strstr(message, "FULL") != NULL;
}

static const gw_translation_t own = {
    .id = "resp_", .start = stub_start, .event = stub_event, .fail = stub_fail
};

static void translated_own(const char *type)
{
    begin_translated(&own, 1);
    at_a_time();
    call->r->content_type = type;
}

static void test_own_event(void)
{
    translated_own("text/event-stream");
    feed(TEXT("a"));
    feed(NULL);
    passed("data: {}\n\nevent: own\ndata: upstream_unavailable The upstream "
           "broke off before the end of the answer.\n\n",
           "a translation writes how its stream failed");
    translated_own("text/event-stream");
    feed(TEXT("a") "data: {\"error\":{\"message\":\"Busy.\",\"code\":429}}"
         "\n\n");
    passed("data: {}\n\nevent: own\ndata: rate_limit_exceeded Busy. Please try "
           "again in 1s.\n\n", "an error in its words");
    translated_own(DOCUMENT);
    call->r->status = 400;
    feed(TOO_LONG);
    feed(NULL);
    gw_tap_pass_kept(call);
    passed("event: own\ndata: context_length_exceeded Prompt is too long.\n\n",
           "before it began, too");
    translated_own("text/event-stream");
    feed(TEXT("a") "data: {\"error\":{\"message\":\"FULL\",\"code\":500}}"
         "\n\n");
    passed("data: {}\n\n" FAILED("", "resp_", "upstream_unavailable", "FULL"),
           "where it has no room, the shape's event");
}

/* ---- passed as it is -------------------------------------------------- */

static void native(void)
{
    begin(0);
    at_a_time();
}

static void test_native_cut(void)
{
    native();
    feed(TEXT("a"));
    feed(NULL);
    passed(TEXT("a") FAILED("", "own_1", "upstream_unavailable",
                            "The upstream broke off before the end of the "
                            "answer."), "it has the response's own id");
    native();
    feed(TEXT("a"));
    call->tap->answer.number = 41;      /* as a reader that knows it notes */
    feed(NULL);
    passed(TEXT("a") FAILED("\"sequence_number\":42,", "own_1",
                            "upstream_unavailable",
                            "The upstream broke off before the end of the "
                            "answer."), "and the number that follows");
}

/* An id is repeated as long as it is, or not at all. */
static void test_native_ids(void)
{
    static const char digits[] = "0123456789012345678901234567890123456789"
                                 "0123456789012345678901234567890123456789";
    apr_size_t n;

    for (n = 79; n <= 80; n++) {
        const char *id = apr_pstrmemdup(tap_pool(), digits, n);
        const char *event = apr_psprintf(tap_pool(), "data: {\"id\":\"%s\","
                                         "\"choices\":[{\"delta\":{"
                                         "\"content\":\"a\"}}]}\n\n", id);

        native();
        feed(event);
        feed(NULL);
        out[length] = '\0';
        ok(strstr(out + strlen(event), n == 79 ? id : "\"resp_\"") != NULL,
           "an id of %d bytes", (int)n);
    }
    native();
    feed("data: {\"id\":\"a\\u0000b\",\"choices\":[{\"delta\":{\"content\":"
         "\"a\"}}]}\n\n");
    feed(NULL);
    out[length] = '\0';
    ok(strstr(out, "\"resp_\"") != NULL, "one that is no text");
}

static void test_native_errors(void)
{
    native();
    feed(TEXT("a") "data: {\"error\":{\"message\":\"No money.\",\"code\":"
         "\"insufficient_quota\"}}\n\n");
    passed(TEXT("a") FAILED("", "own_1", "upstream_unavailable",
                            "The upstream is not available."),
           "our account is no matter of the client's");
    native();
    feed(TEXT("a") "data: {\"error\":{\"message\":\"Busy.\"}}\n\n");
    passed(TEXT("a") "data: {\"error\":{\"message\":\"Busy.\"}}\n\n",
           "another error is the upstream's bytes");
}

/* A stream was opened by one upstream, the next one answers with an error. */
static void test_native_opened(void)
{
    native();
    feed(": wait\n\n");
    feed(NULL);
    gw_settle_attempt(call, call->route);
    gw_exchange_on(&call->exchange, GW_X_ATTEMPT);
    gw_tap_attempt(call, 1);
    gw_exchange_on(&call->exchange, GW_X_SENT);
    gw_settle_sent(call);
    call->r->status = 400;
    call->r->content_type = DOCUMENT;
    feed("{\"error\":{\"message\":\"No.\",\"type\":\"x\"}}");
    feed(NULL);
    gw_tap_pass_kept(call);
    passed(": wait\n\n" FAILED(FIRST, "resp_", "invalid_prompt", "No."),
           "a document becomes an event that is seen");
}

int main(void)
{
    drive_start();
    test_overflow();
    test_other_errors();
    test_opened();
    test_translated_cut();
    test_own_event();
    test_native_cut();
    test_native_ids();
    test_native_errors();
    test_native_opened();
    return tap_end();
}
