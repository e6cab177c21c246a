/* SPDX-License-Identifier: Apache-2.0 */
/* test_accept.c - the weights that Accept headers give. */
#include "accept.h"

#include "tap.h"

static const struct {
    const char *accept;
    int html, json;
} rows[] = {
    { NULL, 1000, 1000 },
    { "", 1000, 1000 },
    { " , ,", 1000, 1000 },
    { "*/*", 1000, 1000 },
    { "application/json", 0, 1000 },
    { "application/json, text/event-stream", 0, 1000 },
    { "text/html", 1000, 0 },
    { "TEXT/Html;charset=utf-8", 1000, 0 },
    { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      1000, 800 },
    { "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
      "image/webp,image/png,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
      1000, 800 },
    { "application/json;q=0.9, text/html;q=0.8", 800, 900 },
    { "text/*;q=0.5, application/json;q=0.1", 500, 100 },
    { "text/*, text/html;q=0.2, */*;q=0.7", 200, 700 },
    { "*/*;q=0.1, text/*;q=0", 0, 100 },
    { "text/html;q=0, */*", 0, 1000 },
    { "text/html ; q=0.001 , application/json ;Q=0.01", 1, 10 },
    { "text/html;q=1.000", 1000, 0 },
    { "text/html;q=0.", 0, 0 },
    { "text/html;q=1.001, */*;q=0.3", 300, 300 },
    { "text/html;q=2, */*;q=0.3", 300, 300 },
    { "text/html;q=0.1234, */*;q=0.3", 300, 300 },
    { "text/html;q=, */*;q=0.3", 300, 300 },
    { "text/html;q=x, */*;q=0.3", 300, 300 },
    { "text/html;q=-1, */*;q=0.3", 300, 300 },
    { "text/html;q=0.2, text/html;q=0.6, text/html;q=0.4", 600, 0 },
    { "text/html;level=\"1,2;q=0\";q=0.4", 400, 0 },
    { "a/b;x=\"text/html,\\\",text/html\", application/json", 0, 1000 },
    { "a/b;x=\"text/html", 0, 0 },
    { "text/htm, text/html5, xtext/html, text", 0, 0 },
    { "text/html/x, */x, */, *", 0, 0 },
    { "application/*;q=0.3, image/png", 0, 300 },
    { "image/png", 0, 0 },
    { ",text/html,", 1000, 0 },
    { "text/html;;q=0.5", 500, 0 },
    { ";q=0.5, text/html", 1000, 0 }
};

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *accept = rows[i].accept;

        is_int(gw_accept_weight(accept, "text/html"), rows[i].html,
               "html: %s", accept ? accept : "(none)");
        is_int(gw_accept_weight(accept, "application/json"), rows[i].json,
               "json: %s", accept ? accept : "(none)");
    }
    return tap_end();
}
