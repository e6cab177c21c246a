/* SPDX-License-Identifier: Apache-2.0 */
/* test_unsigned.c - thinking that no Claude has signed leaves a body, and so do
 * items of reasoning that OpenAI has not sealed. */
#include "unsigned.h"

#include "messages_write.h"
#include "request_messages.h"
#include "request_responses.h"

#include "tap.h"

#define OURS   "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":" \
               "\"" GW_MESSAGES_SIGNATURE "\"}"
#define THEIRS "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":" \
               "\"EqQBCgIYAh\"}"
#define TEXT   "{ \"type\": \"text\", \"text\": \"a, b\" }"
#define CALL   "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":" \
               "{\"signature\":\"llmgw1:x\", \"n\":1.0}}"
#define BODY(messages) "{\"model\":\"m\",\"max_tokens\":9,\"messages\": [" \
                       messages "],\"stream\":true}"
#define SAYS(role, content) "{\"role\":\"" role "\",\"content\":[" content "]}"
#define USER   "{\"role\":\"user\",\"content\":\"x\"}"

static const struct { const char *body, *want; int noted; } rows[] = {
    { BODY(USER "," SAYS("assistant", OURS "," TEXT) "," USER),
      BODY(USER "," SAYS("assistant", TEXT) "," USER), 1 },
    { BODY(USER "," SAYS("assistant", TEXT ", " OURS)),
      BODY(USER "," SAYS("assistant", TEXT)), 1 },
    { BODY(USER "," SAYS("assistant", OURS "," THEIRS "," OURS "," CALL)),
      BODY(USER "," SAYS("assistant", THEIRS "," CALL)), 1 },
    { BODY(USER " , " SAYS("assistant", OURS) " , " USER),
      BODY(USER "," USER), 1 },
    { BODY(SAYS("assistant", OURS)), BODY(""), 1 },
    { BODY(USER "," SAYS("assistant", THEIRS "," CALL)),
      BODY(USER "," SAYS("assistant", THEIRS "," CALL)), 0 },
    { BODY(SAYS("user", "")), BODY(SAYS("user", "")), 0 }
};

static void test_rows(void)
{
    gw_request_t req;
    gw_problem_t problem;
    gw_text_t out;
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t body = { rows[i].body, strlen(rows[i].body) };

        gw_text_init(&out, 65536, tap_pool());
        is_int(gw_unsigned_drop(&out, body, 0, tap_pool()), APR_SUCCESS,
               "row %u: it can be read", i);
        is_mem(out.p, out.n, rows[i].want, strlen(rows[i].want),
               "row %u: what is left", i);
        if (gw_request_read(&req, &gw_request_messages, body, &problem,
                            tap_pool()) == 0)
            is_int(req.unsigned_thinking, rows[i].noted,
                   "row %u: the reader notes it", i);
    }
}

#define USE(id) "{\"type\":\"tool_use\", \"id\": \"" id "\",\"name\":\"f\"," \
                "\"input\":{\"id\":\"a.b\", \"n\":1.0}}"
#define RESULT(id) "{\"tool_use_id\":\"" id "\",\"type\":\"tool_result\"," \
                   "\"content\":\"id a.b\"}"

/* Ids that Claude does not take, and ones that come again. */
static const struct { const char *body, *want; int noted; } ids[] = {
    { BODY(USER "," SAYS("assistant", TEXT " , " USE("functions.f:0") " ,"
           USE("toolu_1")) "," SAYS("user", RESULT("toolu_1") ", "
           RESULT("functions.f:0"))),
      BODY(USER "," SAYS("assistant", TEXT " , " USE("functions_f_0") " ,"
           USE("toolu_1")) "," SAYS("user", RESULT("toolu_1") ", "
           RESULT("functions_f_0"))), 1 },
    { BODY(SAYS("assistant", OURS "," USE("f:0")) "," SAYS("user",
           RESULT("f:0")) "," SAYS("assistant", USE("f:\\u0030")) ","
           SAYS("user", RESULT("f:0"))),
      BODY(SAYS("assistant", USE("f_0")) "," SAYS("user",
           RESULT("f_0")) "," SAYS("assistant", USE("f_0_2_0")) ","
           SAYS("user", RESULT("f_0_2_0"))), 1 },
    { BODY(SAYS("assistant", USE("\xe4\xb8\xad")) "," SAYS("user",
           RESULT("lost.1"))),
      BODY(SAYS("assistant", USE("___")) "," SAYS("user",
           RESULT("lost.1"))), 1 },
    { BODY(SAYS("assistant", USE("toolu_01-A"))),
      BODY(SAYS("assistant", USE("toolu_01-A"))), 0 },
    { BODY(SAYS("assistant", USE("t\\u006f\\u006flu"))),
      BODY(SAYS("assistant", USE("t\\u006f\\u006flu"))), 0 },
    { BODY(SAYS("assistant", USE("t\\u002e1"))),
      BODY(SAYS("assistant", USE("t_1"))), 1 }
};

static void test_ids(void)
{
    gw_request_t req;
    gw_problem_t problem;
    gw_text_t out;
    unsigned i;

    for (i = 0; i < GW_COUNT(ids); i++) {
        gw_str_t body = { ids[i].body, strlen(ids[i].body) };

        gw_text_init(&out, 65536, tap_pool());
        is_int(gw_unsigned_drop(&out, body, 1, tap_pool()), APR_SUCCESS,
               "ids %u: it can be read", i);
        is_mem(out.p, out.n, ids[i].want, strlen(ids[i].want),
               "ids %u: what they became", i);
        is_int(gw_request_read(&req, &gw_request_messages, body, &problem,
                               tap_pool()), 0, "ids %u: a body", i);
        is_int(req.other_ids, ids[i].noted, "ids %u: the reader notes it", i);
    }
}

/* ---- items ----------------------------------------------------------- */

#define OTHER "{\"type\":\"reasoning\",\"summary\":[{\"text\":\"a\"}]," \
              "\"encrypted_content\":\"llmgw1:SG0=\"}"
#define SEALED "{\"type\":\"reasoning\", \"encrypted_content\": \"gAAAA\"}"
#define SPEAKS "{ \"role\":\"user\", \"content\": \"llmgw1:x\" }"
#define INPUT(items) "{\"model\":\"m\",\"input\": [" items "],\"stream\":true}"

/* want NULL: it cannot be written */
static const struct { const char *body, *want; int noted; } items[] = {
    { INPUT(SPEAKS "," OTHER " , " SEALED), INPUT(SPEAKS "," SEALED), 1 },
    { INPUT(OTHER "," OTHER "," SPEAKS "," OTHER "\n"), INPUT(SPEAKS "\n"),
      1 },
    { INPUT(" " OTHER " , " SPEAKS), INPUT(" " SPEAKS), 1 },
    { INPUT(SPEAKS "," SEALED), INPUT(SPEAKS "," SEALED), 0 },
    { INPUT("{\"encrypted_content\":\"llmgw1:\",\"type\":\"reasoning\"},"
            SPEAKS), INPUT(SPEAKS), 1 },
    { INPUT("{\"encrypted_content\":\"llmgw1:\",\"type\":\"compaction\"},"
            SPEAKS),
      INPUT("{\"encrypted_content\":\"llmgw1:\",\"type\":\"compaction\"},"
            SPEAKS), 1 },
    { INPUT(OTHER), NULL, 1 },
    { "{\"model\":\"m\",\"input\":\"llmgw1:\"}", NULL, 0 }
};

static void test_items(void)
{
    gw_request_t req;
    gw_problem_t problem;
    gw_text_t out;
    unsigned i;

    for (i = 0; i < GW_COUNT(items); i++) {
        gw_str_t body = { items[i].body, strlen(items[i].body) };
        const char *want = items[i].want;

        gw_text_init(&out, 65536, tap_pool());
        is_int(gw_unsigned_drop_items(&out, body, 0, tap_pool()),
               want != NULL ? APR_SUCCESS : APR_EINVAL, "items %u", i);
        if (want != NULL)
            is_mem(out.p, out.n, want, strlen(want),
                   "items %u: what is left", i);
        is_int(gw_request_read(&req, &gw_request_responses, body, &problem,
                               tap_pool()), 0, "items %u: read", i);
        is_int(req.unsigned_thinking, items[i].noted,
               "items %u: the reader notes it", i);
    }
    gw_text_init(&out, 20, tap_pool());
    is_int(gw_unsigned_drop_items(&out, (gw_str_t){ items[0].body,
                                  strlen(items[0].body) }, 0, tap_pool()),
           APR_ENOSPC, "items: no room");
}

static void test_failures(void)
{
    static const char *const bad[] = { "{", "[]", "{}", "{\"messages\":1}" };
    gw_str_t whole = { rows[0].body, strlen(rows[0].body) };
    gw_text_t out;
    unsigned i;

    for (i = 0; i < GW_COUNT(bad); i++) {
        gw_str_t body = { bad[i], strlen(bad[i]) };

        gw_text_init(&out, 65536, tap_pool());
        ok(gw_unsigned_drop(&out, body, 0, tap_pool()) != APR_SUCCESS,
           "no body of messages: %s", bad[i]);
    }
    gw_text_init(&out, 20, tap_pool());
    is_int(gw_unsigned_drop(&out, whole, 0, tap_pool()), APR_ENOSPC, "no room");
}

int main(void)
{
    is_mem(GW_MESSAGES_SIGNATURE, strlen(GW_UNSIGNED), GW_UNSIGNED,
           strlen(GW_UNSIGNED), "our signatures begin so");
    test_rows();
    test_ids();
    test_items();
    test_failures();
    return tap_end();
}
