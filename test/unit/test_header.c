/* SPDX-License-Identifier: Apache-2.0 */
/* test_header.c - headers of an upstream's answer. */
#include "header.h"

#include "gw.h"
#include "tap.h"

static const struct { const char *name; int passes, may; } rows[] = {
    { "Content-Type", 1, 1 }, { "content-length", 1, 1 },
    { "CONTENT-ENCODING", 1, 1 }, { "Content-Language", 1, 1 },
    { "Retry-After", 1, 1 }, { "openai-processing-ms", 1, 1 },
    { "openai-version", 0, 1 }, { "ETag", 0, 1 }, { "X-Odd", 0, 1 },
    { "x-litellm-key-spend", 0, 1 }, { "cf-ray", 0, 1 },
    { "Content-Types", 0, 1 }, { "Content", 0, 1 },
    { "Connection", 0, 0 }, { "keep-alive", 0, 0 }, { "TE", 0, 0 },
    { "TEA", 0, 1 }, { "Transfer-Encoding", 0, 0 }, { "upgrade", 0, 0 },
    { "Proxy-Authenticate", 0, 0 }, { "Via", 0, 0 },
    { "Set-Cookie", 0, 0 }, { "set-cookie2", 0, 0 },
    { "Access-Control-Allow-Origin", 0, 0 },
    { "X-Accel-Redirect", 0, 0 }, { "x-sendfile", 0, 0 },
    { "Clear-Site-Data", 0, 0 }, { "Refresh", 0, 0 }, { "LOCATION", 0, 0 },
    { "x-request-id", 0, 0 }, { "Request-Id", 0, 0 },
    { "x-ratelimit-limit-requests", 0, 0 }, { "RateLimit", 0, 0 },
    { "anthropic-ratelimit-tokens-limit", 0, 0 }, { "Server", 0, 0 },
    { "WWW-Authenticate", 0, 0 }, { "openai-organization", 0, 0 },
    { "", 0, 0 }, { "a b", 0, 0 }, { "a:", 0, 0 }, { "a\r\nb", 0, 0 },
    { "\xc3\xa4", 0, 0 }, { "x-*", 0, 1 }
};

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        is_int(gw_header_passes(rows[i].name), rows[i].passes, "'%s' passes",
               rows[i].name);
        is_int(gw_header_refused(rows[i].name) == NULL, rows[i].may,
               "'%s' may be named", rows[i].name);
    }
    return tap_end();
}
