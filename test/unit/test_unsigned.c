/* SPDX-License-Identifier: Apache-2.0 */
/* test_unsigned.c - thinking that no Claude has signed leaves a body. */
#include "unsigned.h"

#include "messages_write.h"
#include "request_messages.h"

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
        is_int(gw_unsigned_drop(&out, body, tap_pool()), APR_SUCCESS,
               "row %u: it can be read", i);
        is_mem(out.p, out.n, rows[i].want, strlen(rows[i].want),
               "row %u: what is left", i);
        if (gw_request_read(&req, &gw_request_messages, body, &problem,
                            tap_pool()) == 0)
            is_int(req.unsigned_thinking, rows[i].noted,
                   "row %u: the reader notes it", i);
    }
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
        ok(gw_unsigned_drop(&out, body, tap_pool()) != APR_SUCCESS,
           "no body of messages: %s", bad[i]);
    }
    gw_text_init(&out, 20, tap_pool());
    is_int(gw_unsigned_drop(&out, whole, tap_pool()), APR_ENOSPC, "no room");
}

int main(void)
{
    is_mem(GW_MESSAGES_SIGNATURE, strlen(GW_UNSIGNED), GW_UNSIGNED,
           strlen(GW_UNSIGNED), "our signatures begin so");
    test_rows();
    test_failures();
    return tap_end();
}
