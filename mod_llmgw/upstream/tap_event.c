/* SPDX-License-Identifier: Apache-2.0 */
/* tap_event.c - what becomes of an event of a stream. */
#include "tap_private.h"

/* Its bytes, as far as they are there: in the tail, and n from p on. */
static void event_pieces(gw_str_t pieces[2], const gw_tap_t *t,
                         const char *p, apr_size_t n)
{
    pieces[0].p = t->tail + t->waiting;
    pieces[0].n = t->tail_len - t->waiting;
    pieces[1].p = p;
    pieces[1].n = n;
}

/* Hidden is what came of our asking for usage. */
int gw_tap_event_hides(const gw_tap_t *t, const gw_event_t *ev, const char *p,
                       apr_size_t n)
{
    gw_str_t pieces[2];

    if (!ev->usage || ev->error || t->flowing || !t->call->usage_added
        || ev->bytes > GW_TAP_HIDDEN)
        return 0;
    event_pieces(pieces, t, p, n);
    return t->call->dialect->answer->hides(ev, t->hidden, pieces, 2);
}

/* Nothing before the first choice is an answer: a ping, an empty object. */
static int says_nothing(const gw_event_t *ev)
{
    return !ev->choice && !ev->usage && ev->text == 0;
}

void gw_tap_event_error(gw_error_t *error, const gw_tap_t *t, const char *p,
                        apr_size_t n)
{
    char text[4096];
    gw_str_t pieces[2], whole = { text, 0 };
    int i;

    event_pieces(pieces, t, p, n);
    for (i = 0; i < 2; i++) {
        apr_size_t room = sizeof(text) - whole.n;

        if (pieces[i].n < room)
            room = pieces[i].n;
        if (room > 0)
            memcpy(text + whole.n, pieces[i].p, room);
        whole.n += room;
    }
    gw_error_read(error, whole);
}

static int is_account(const gw_tap_t *t, const char *p, apr_size_t n)
{
    gw_error_t error;

    gw_tap_event_error(&error, t, p, n);
    return gw_error_classify(200, &error, t->call->route->upstream->vendor)
           == GW_CLASS_ACCOUNT;
}

int gw_tap_event_is_ours(gw_tap_t *t, const char *p, apr_size_t n)
{
    return gw_tap_leaks(t, p, n) || is_account(t, p, n);
}

/* Before anything but comments was passed; who asked for a document gets no
 * comments. */
gw_tap_fate_t gw_tap_event_first(const gw_tap_t *t, const gw_event_t *ev)
{
    if (ev->error || (ev->done && says_nothing(ev)))
        return GW_EV_KEEP;         /* another attempt may do better */
    if (ev->data ? says_nothing(ev)
                 : t->waiting > 0 || !t->call->req->stream)
        return GW_EV_WAIT;
    return GW_EV_PASS;
}

gw_tap_fate_t gw_tap_event_fate(gw_tap_t *t, const gw_event_t *ev,
                                const char *p, apr_size_t n)
{
    gw_tap_fate_t fate = gw_tap_is_open(t) && !gw_tap_is_mute(t)
                         ? gw_tap_event_first(t, ev) : GW_EV_PASS;

    if (ev->error)
        t->failed = 1;
    if (fate != GW_EV_PASS)
        return fate;
    if (ev->error && !t->flowing && is_account(t, p, n))
        return GW_EV_REPLACE;
    if (gw_tap_event_hides(t, ev, p, n))
        return GW_EV_HIDE;
    return ev->done ? GW_EV_TERMINAL : GW_EV_PASS;
}
