/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.c - see exchange.h: the table. */
#include "exchange.h"

#include <stdlib.h>

/* The states in which an event may find one of the four, and the one that it
 * leaves. */
typedef struct move_t {
    unsigned char from, to;
} move_t;

#define SAME      0xff
#define IS(s)     (1u << (s))
#define UPTO(s)   (IS((s) + 1) - 1)
#define SINCE(s)  (0xff & ~(IS(s) - 1))
#define ANY       { 0xff, SAME }
#define IN(mask)  { (mask), SAME }

/* A(SENT) is GW_ATTEMPT_SENT, and so on. */
#define A(s) GW_ATTEMPT_##s
#define B(s) GW_BODY_##s
#define N(s) GW_ANSWER_##s
#define C(s) GW_CLIENT_##s

#define READABLE  (IS(B(STREAM)) | IS(B(DOCUMENT)) | IS(B(COLLECTED)))
#define UNDECIDED (IS(B(UNKNOWN)) | IS(B(KEPT)))

static const struct {
    move_t attempt, body, answer, client;
} table[GW_X_EVENTS] = {
    [GW_X_ATTEMPT]  = { { 0xff, A(SENDING) }, { 0xff, B(UNKNOWN) },
                        IN(UPTO(N(OPENED))), IN(IS(C(PRESENT))) },
    [GW_X_HANDED]   = { { IS(A(SENDING)), A(HANDED) }, ANY,
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_UNSENT]   = { { IS(A(HANDED)), A(SENDING) }, ANY,
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_SENT]     = { { IS(A(SENDING)) | IS(A(HANDED)), A(SENT) }, ANY,
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_HEAD]     = { { IS(A(SENDING)) | IS(A(HANDED)) | IS(A(SENT)),
                          A(HEAD) }, IN(IS(B(UNKNOWN))), ANY, ANY },
    [GW_X_BYTES]    = { { IS(A(HEAD)), A(BODY) }, IN(IS(B(UNKNOWN))),
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_STREAM]   = { IN(SINCE(A(HEAD))), { UNDECIDED, B(STREAM) },
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_DOCUMENT] = { IN(SINCE(A(HEAD))),
                        { UNDECIDED | IS(B(COLLECTED)), B(DOCUMENT) },
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_COLLECT]  = { IN(SINCE(A(HEAD))),
                        { UNDECIDED | IS(B(DOCUMENT)), B(COLLECTED) },
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_OPAQUE]   = { IN(SINCE(A(HEAD))), { IS(B(UNKNOWN)), B(OPAQUE) },
                        IN(IS(N(NONE))), ANY },
    [GW_X_KEEP]     = { IN(SINCE(A(HEAD))),
                        { READABLE | IS(B(UNKNOWN)), B(KEPT) },
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_BREAK]    = { ANY, { 0xff & ~IS(B(BROKEN)), B(BROKEN) },
                        IN(UPTO(N(OPENED))), ANY },
    [GW_X_OPEN]     = { ANY, ANY, { IS(N(NONE)), N(OPENED) },
                        IN(IS(C(PRESENT))) },
    [GW_X_BEGIN]    = { IN(IS(A(BODY))), IN(READABLE | IS(B(OPAQUE))),
                        { UPTO(N(OPENED)), N(BEGUN) }, ANY },
    [GW_X_HOLD]     = { IN(IS(A(BODY))), IN(IS(B(STREAM))),
                        { IS(N(BEGUN)), N(HELD) }, ANY },
    [GW_X_SETTLE]   = { ANY, ANY, { UPTO(N(HELD)), N(SETTLED) }, ANY },
    [GW_X_END]      = { ANY, ANY, { IS(N(SETTLED)), N(ENDED) }, ANY },
    [GW_X_DRAIN]    = { IN(SINCE(A(SENT))), ANY, IN(UPTO(N(HELD))),
                        { IS(C(PRESENT)), C(DRAINED) } },
    [GW_X_SERVED]   = { IN(IS(A(BODY))), IN(IS(B(STREAM))),
                        IN(IS(N(BEGUN)) | IS(N(HELD))),
                        { IS(C(PRESENT)), C(SERVED) } },
    [GW_X_LEAVE]    = { ANY, ANY, ANY, { IS(C(PRESENT)), C(GONE) } }
};

static int finds(const move_t *m, unsigned state)
{
    return (m->from >> state) & 1;
}

static void leave(const move_t *m, unsigned char *state)
{
    if (m->to != SAME)
        *state = m->to;
}

int gw_exchange_may(const gw_exchange_t *x, gw_exchange_event_t event)
{
    return finds(&table[event].attempt, x->attempt)
           && finds(&table[event].body, x->body)
           && finds(&table[event].answer, x->answer)
           && finds(&table[event].client, x->client);
}

int gw_exchange_on(gw_exchange_t *x, gw_exchange_event_t event)
{
    if (!gw_exchange_may(x, event)) {
#ifdef GW_CRASH_POINTS
        abort();
#else
        return 0;
#endif
    }
    leave(&table[event].attempt, &x->attempt);
    leave(&table[event].body, &x->body);
    leave(&table[event].answer, &x->answer);
    leave(&table[event].client, &x->client);
    return 1;
}
