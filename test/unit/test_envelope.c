/* SPDX-License-Identifier: Apache-2.0 */
/* test_envelope.c - the envelope's head, and an error's own message. */
#include "envelope.h"
#include "tap.h"

#define FAILED(message) \
    "{\"success\":false,\"code\":\"429\",\"message\":" message ",\"data\":"
#define NO_WORD FAILED("\"The upstream answered with status 429.\"")

static const struct { const char *name, *in, *out; } rows[] = {
    { "OpenAI's", "{\"error\":{\"code\":1,\"message\":\"a \\\"b\\\"\"}}",
      FAILED("\"a \\\"b\\\"\"") },
    { "a string", "{\"error\":\"no\"}", FAILED("\"no\"") },
    { "native", "{\"code\":\"X\",\"message\":\"no\"}", FAILED("\"no\"") },
    { "both, the inner first", "{\"error\":{\"message\":\"in\"},"
      "\"message\":\"out\"}", FAILED("\"in\"") },
    { "both, the outer first", "{\"message\":\"out\","
      "\"error\":{\"message\":\"in\"}}", FAILED("\"in\"") },
    { "no string", "{\"error\":{\"message\":{\"x\":1}}}", NO_WORD },
    { "none", "[]", NO_WORD },
    { "empty", "", NULL },
    { "a page", "<html>", NULL },
    { "cut", "{\"error\":{\"message\":\"in\"}", NULL },
    { "a raw control byte", "{\"error\":\"a\nb\"}", NULL },
};

int main(void)
{
    unsigned i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gw_str_t in = { rows[i].in, strlen(rows[i].in) };

        is_str(gw_envelope_error_head(429, in, tap_pool()), rows[i].out, "%s",
               rows[i].name);
    }
    is_str(gw_envelope_head(200, NULL, tap_pool()),
           "{\"success\":true,\"code\":\"200\",\"message\":\"successful\","
           "\"data\":", "success");
    return tap_end();
}
