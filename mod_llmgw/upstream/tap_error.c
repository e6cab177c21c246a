/* SPDX-License-Identifier: Apache-2.0 */
/* tap_error.c - error answers, which are kept back. */
#include "tap_private.h"

#include <http_log.h>

#include "glob.h"

int gw_tap_keep(gw_tap_t *t, const char *data, apr_size_t n)
{
    if (n == 0)
        return 1;
    if (t->kept_len + n > GW_TAP_KEEP)
        return 0;
    if (t->kept == NULL)
        t->kept = apr_palloc(t->call->r->pool, GW_TAP_KEEP);
    memcpy(t->kept + t->kept_len, data, n);
    t->kept_len += n;
    return 1;
}

static const gw_error_t *error_of(gw_tap_t *t)
{
    gw_str_t kept = { t->kept, t->kept_len };

    if (t->error == NULL) {
        t->error = apr_palloc(t->call->r->pool, sizeof(*t->error));
        gw_error_read(t->error, kept);
    }
    return t->error;
}

/* The answer says 2xx and is none.  What does it say?  An error goes to the
 * client as it came, anything else does not. */
void gw_tap_refuse(gw_tap_t *t)
{
    const gw_error_t *error;
    gw_error_class_t class;

    if (t->x->body != GW_BODY_KEPT)
        gw_exchange_on(t->x, GW_X_KEEP);
    t->error = NULL;
    error = error_of(t);
    class = gw_tap_error_class(t->call);
    if (!error->said && class != GW_CLASS_CLIENT && class != GW_CLASS_CONTENT)
        t->no_answer = 1;
    t->failed = error->said || !t->no_answer;
}

int gw_tap_kept_leaks(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    return t->leaked || gw_tap_leaks(t, t->kept, t->kept_len);
}

int gw_tap_status(const gw_call_t *call)
{
    return call->tap->status;
}

gw_error_class_t gw_tap_error_class(const gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    if (t->leaked || (t->status >= 300 && t->status < 400))
        return GW_CLASS_UPSTREAM;       /* a redirect is not for clients */
    return gw_error_classify(t->status, error_of(t),
                             call->route->upstream->vendor);
}

int gw_tap_names(const gw_call_t *call, const char *pattern)
{
    gw_str_t kept = { call->tap->kept, call->tap->kept_len };

    return gw_glob(pattern, kept, 0);
}

int gw_tap_may_pass_long(gw_tap_t *t)
{
    gw_error_class_t class = gw_tap_error_class(t->call);
    int opened = t->x->answer == GW_ANSWER_OPENED;

    if (class != GW_CLASS_ACCOUNT && !opened && !t->no_answer
        && (t->status < 300 || t->status >= 400)
        && (t->last || (class != GW_CLASS_RATE
                        && class != GW_CLASS_UPSTREAM)))
        return 1;
    t->enough = 1;
    t->no_answer |= opened;     /* no event can be made of a part */
    return 0;
}

/* What was kept is a document, and the client reads a stream by now. */
void gw_tap_error_as_events(gw_tap_t *t)
{
    const char *p = t->kept, *end = t->kept + t->kept_len;

    while (p < end) {
        const char *line = memchr(p, '\n', (apr_size_t)(end - p));
        apr_size_t n = (apr_size_t)((line ? line + 1 : end) - p);

        gw_tap_put(t, "data: ", 6);
        gw_tap_put(t, p, n);
        p += n;
    }
    gw_tap_put(t, "\n\n", 2);
}
