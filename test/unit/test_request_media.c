/* SPDX-License-Identifier: Apache-2.0 */
/* test_request_media.c - which bytes of a body are a medium, and none of its
 * text: those that are base64, however the body is read. */
#include "request_chat.h"
#include "request_messages.h"
#include "same_request.h"

#include "tap.h"

#define CHAT(url) \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":" \
    "\"image_url\",\"image_url\":{\"url\":\"" url "\"}}]}]}"
#define BLOCK(type, data) \
    "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\"," \
    "\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"" type "\"," \
    "\"media_type\":\"image/png\",\"data\":\"" data "\"}}]}]}"
#define FORTY "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD"
#define PNG "data:image/png;base64,"

static const struct { const char *name, *body; unsigned bytes; } rows[] = {
    { "base64", CHAT(PNG FORTY FORTY), 80 },
    { "padding", CHAT(PNG FORTY "QQ=="), 44 },
    { "in lines", CHAT(PNG FORTY "\\n" FORTY "\\r\\n"), 86 },
    { "escaped slashes", CHAT(PNG FORTY "\\/\\/AA"), 46 },
    { "letters of URLs", CHAT(PNG FORTY "-_AA"), 44 },
    { "a blank", CHAT(PNG FORTY " " FORTY), 0 },
    { "a blank at the end", CHAT(PNG FORTY FORTY " "), 0 },
    { "Chinese", CHAT(PNG FORTY "\xe4\xbd\xa0"), 0 },
    { "another escape", CHAT(PNG FORTY "\\u0041"), 0 },
    { "a tab", CHAT(PNG FORTY "\\t"), 0 },
    { "not said to be base64", CHAT("data:image/png," FORTY), 0 },
    { "of another medium", CHAT("data:audio/wav;base64," FORTY), 0 },
    { "a block", BLOCK("base64", FORTY FORTY), 80 },
    { "a block with a blank", BLOCK("base64", FORTY " " FORTY), 0 },
    { "a block of text", BLOCK("text", FORTY), 0 }
};

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const gw_request_format_t *format
            = strstr(rows[i].body, "source") ? &gw_request_messages
                                             : &gw_request_chat;
        gw_str_t body = { rows[i].body, strlen(rows[i].body) };
        gw_request_t req, made;
        gw_problem_t problem;

        is_int(gw_request_read(&req, format, body, &problem, tap_pool()), 0,
               "%s: read", rows[i].name);
        is_int((long long)(body.n - req.text), rows[i].bytes,
               "%s: bytes of a medium", rows[i].name);
        gw_request_read_made(&made, format, body, 0, &problem, tap_pool());
        ok(same_request(&req, &made), "%s: trusted", rows[i].name);
        gw_request_read_made(&made, format, body, rows[i].bytes > 0,
                             &problem, tap_pool());
        ok(same_request(&req, &made), "%s: known", rows[i].name);
    }
    return tap_end();
}
