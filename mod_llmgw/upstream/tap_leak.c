/* SPDX-License-Identifier: Apache-2.0 */
/* tap_leak.c - our credential in an upstream's answer, which is not passed. */
#include "tap_private.h"

#include <http_protocol.h>

void gw_tap_leak_start(gw_tap_t *t)
{
    t->needle = t->call->route->upstream->needle;
    t->carry_len = 0;
    t->leaked = 0;
}

static int leaked(gw_tap_t *t)
{
    if (!t->leaked)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, t->call->r, GW_TAG(0083)
                      "%s: upstream %s repeats the credential that it was "
                      "sent: this part of its answer is not passed on",
                      t->call->id_text, t->call->route->upstream->name);
    t->leaked = 1;
    return 1;
}

int gw_tap_leaks(gw_tap_t *t, const char *p, apr_size_t n)
{
    return n >= t->needle.n && gw_needle_leaks(&t->needle, p, n) && leaked(t);
}

int gw_tap_leaks_clear(gw_tap_t *t, const char *p, apr_size_t n)
{
    return n >= t->needle.n && gw_needle_find(&t->needle, p, n) != NULL
           && leaked(t);
}
