/* SPDX-License-Identifier: Apache-2.0 */
/* test_exchange.c - the states of an exchange: each event in each state
 * against a second reading of the rules, and long random lives. */
#include "exchange.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define A(s) (x->attempt == GW_ATTEMPT_##s)
#define B(s) (x->body == GW_BODY_##s)

/* Unsettled, so bytes of the attempt's answer can still decide something. */
static int is_open(const gw_exchange_t *x)
{
    return x->answer < GW_ANSWER_BEGUN;
}

/* May the body become something, when its head was read? */
static int kind_may(const gw_exchange_t *x, int from)
{
    return x->attempt >= GW_ATTEMPT_HEAD && is_open(x) && from;
}

static int passing_may(const gw_exchange_t *x, gw_exchange_event_t event)
{
    int present = x->client == GW_CLIENT_PRESENT;
    int unsettled = x->answer < GW_ANSWER_SETTLED;

    switch (event) {
    case GW_X_OPEN:     /* once, for somebody who is there */
        return x->answer == GW_ANSWER_NONE && present;
    case GW_X_BEGIN:    /* bytes came, and what they are is known */
        return is_open(x) && A(BODY) && !B(UNKNOWN) && !B(KEPT)
               && !B(BROKEN);
    case GW_X_HOLD:     /* the end of a stream that has begun */
        return x->answer == GW_ANSWER_BEGUN && A(BODY) && B(STREAM);
    case GW_X_SETTLE:   /* once */
        return unsettled;
    case GW_X_END:      /* after the settlement, once */
        return x->answer == GW_ANSWER_SETTLED;
    case GW_X_DRAIN:    /* the upstream works on it, nobody has been billed */
        return present && unsettled && x->attempt >= GW_ATTEMPT_SENT;
    case GW_X_SERVED:   /* a stream of which something was passed */
        return present && unsettled && !is_open(x) && A(BODY) && B(STREAM);
    default:            /* GW_X_LEAVE: a client leaves once */
        return present;
    }
}

static int should(const gw_exchange_t *x, gw_exchange_event_t event)
{
    int may_change = B(UNKNOWN) || B(KEPT);

    switch (event) {
    case GW_X_ATTEMPT:  /* nothing that binds was passed; somebody waits */
        return is_open(x) && x->client == GW_CLIENT_PRESENT;
    case GW_X_HANDED:
        return A(SENDING) && is_open(x);
    case GW_X_UNSENT:
        return A(HANDED) && is_open(x);
    case GW_X_SENT:
        return (A(SENDING) || A(HANDED)) && is_open(x);
    case GW_X_HEAD:     /* the answer of an attempt, once */
        return !A(NONE) && !A(HEAD) && !A(BODY) && B(UNKNOWN);
    case GW_X_BYTES:
        return A(HEAD) && B(UNKNOWN) && is_open(x);
    case GW_X_STREAM:
        return kind_may(x, may_change);
    case GW_X_DOCUMENT:
        return kind_may(x, may_change || B(COLLECTED));
    case GW_X_COLLECT:
        return kind_may(x, may_change || B(DOCUMENT));
    case GW_X_OPAQUE:   /* no stream was opened before */
        return kind_may(x, B(UNKNOWN)) && x->answer == GW_ANSWER_NONE;
    case GW_X_KEEP:
        return kind_may(x, !B(KEPT) && !B(OPAQUE) && !B(BROKEN));
    case GW_X_BREAK:
        return is_open(x) && !B(BROKEN);
    default:
        return passing_may(x, event);
    }
}

static const struct { unsigned char a, b, n, c; } leaves[GW_X_EVENTS] = {
#define _ 0xff
    [GW_X_ATTEMPT]  = { GW_ATTEMPT_SENDING, GW_BODY_UNKNOWN, _, _ },
    [GW_X_HANDED]   = { GW_ATTEMPT_HANDED, _, _, _ },
    [GW_X_UNSENT]   = { GW_ATTEMPT_SENDING, _, _, _ },
    [GW_X_SENT]     = { GW_ATTEMPT_SENT, _, _, _ },
    [GW_X_HEAD]     = { GW_ATTEMPT_HEAD, _, _, _ },
    [GW_X_BYTES]    = { GW_ATTEMPT_BODY, _, _, _ },
    [GW_X_STREAM]   = { _, GW_BODY_STREAM, _, _ },
    [GW_X_DOCUMENT] = { _, GW_BODY_DOCUMENT, _, _ },
    [GW_X_COLLECT]  = { _, GW_BODY_COLLECTED, _, _ },
    [GW_X_OPAQUE]   = { _, GW_BODY_OPAQUE, _, _ },
    [GW_X_KEEP]     = { _, GW_BODY_KEPT, _, _ },
    [GW_X_BREAK]    = { _, GW_BODY_BROKEN, _, _ },
    [GW_X_OPEN]     = { _, _, GW_ANSWER_OPENED, _ },
    [GW_X_BEGIN]    = { _, _, GW_ANSWER_BEGUN, _ },
    [GW_X_HOLD]     = { _, _, GW_ANSWER_HELD, _ },
    [GW_X_SETTLE]   = { _, _, GW_ANSWER_SETTLED, _ },
    [GW_X_END]      = { _, _, GW_ANSWER_ENDED, _ },
    [GW_X_DRAIN]    = { _, _, _, GW_CLIENT_DRAINED },
    [GW_X_SERVED]   = { _, _, _, GW_CLIENT_SERVED },
    [GW_X_LEAVE]    = { _, _, _, GW_CLIENT_GONE }
};

static unsigned char then(unsigned char to, unsigned char state)
{
    return to == _ ? state : to;
}

/* One event in one state. */
static int is_right(const gw_exchange_t *x, gw_exchange_event_t event)
{
    gw_exchange_t after = *x;

    if (gw_exchange_may(x, event) != should(x, event))
        return 0;
    if (!should(x, event))
        return 1;
    return gw_exchange_on(&after, event)
           && after.attempt == then(leaves[event].a, x->attempt)
           && after.body == then(leaves[event].b, x->body)
           && after.answer == then(leaves[event].n, x->answer)
           && after.client == then(leaves[event].c, x->client);
}

#define STATES (GW_ATTEMPT_STATES * GW_BODY_STATES * GW_ANSWER_STATES \
                * GW_CLIENT_STATES)

static gw_exchange_t state(unsigned i)
{
    gw_exchange_t x;

    x.attempt = (unsigned char)(i % GW_ATTEMPT_STATES);
    i /= GW_ATTEMPT_STATES;
    x.body = (unsigned char)(i % GW_BODY_STATES);
    i /= GW_BODY_STATES;
    x.answer = (unsigned char)(i % GW_ANSWER_STATES);
    x.client = (unsigned char)(i / GW_ANSWER_STATES);
    return x;
}

static void each_event(void)
{
    unsigned event, i, wrong;

    for (event = 0; event < GW_X_EVENTS; event++) {
        for (i = wrong = 0; i < STATES; i++) {
            gw_exchange_t x = state(i);

            wrong += !is_right(&x, (gw_exchange_event_t)event);
        }
        is_int(wrong, 0, "event %u in %u states", event, STATES);
    }
}

/* What must hold whatever happens, in this order of before and after. */
static int holds(const gw_exchange_t *x, const gw_exchange_t *y,
                 gw_exchange_event_t event)
{
    if (y->answer < x->answer)
        return 0;               /* what the client has it keeps */
    if (x->client != GW_CLIENT_PRESENT && y->client != x->client)
        return 0;               /* a client leaves once */
    if (y->attempt < x->attempt && event != GW_X_UNSENT
        && (event != GW_X_ATTEMPT || x->answer >= GW_ANSWER_BEGUN))
        return 0;               /* no other attempt behind an answer */
    if (y->answer == GW_ANSWER_ENDED && x->answer < GW_ANSWER_SETTLED)
        return 0;               /* settle before the end can be seen */
    return y->body != GW_BODY_KEPT || y->answer < GW_ANSWER_BEGUN
           || y->answer >= GW_ANSWER_SETTLED;
}

static void random_lives(void)
{
    unsigned i, k, events = 0, wrong = 0, settled, ended = 0;

    srand(1);
    for (i = 0; i < 20000; i++) {
        gw_exchange_t x = { 0, 0, 0, 0 };

        for (k = settled = 0; k < 50; k++) {
            gw_exchange_event_t event = (gw_exchange_event_t)
                                        (rand() % GW_X_EVENTS);
            gw_exchange_t before = x;

            /* a settlement ends most of a life: let it be rare */
            if (!gw_exchange_may(&x, event)
                || (event == GW_X_SETTLE && rand() % 8 != 0))
                continue;
            events++;
            settled += event == GW_X_SETTLE;
            wrong += !gw_exchange_on(&x, event) || !holds(&before, &x, event);
        }
        wrong += settled > 1;
        ended += x.answer == GW_ANSWER_ENDED;
    }
    is_int(wrong, 0, "%u events of random lives", events);
    ok(ended > 1000 && events > 50000, "... which come to an end");
}

static void refused(void)
{
    gw_exchange_t x = { 0, 0, GW_ANSWER_SETTLED, 0 };
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        _exit(gw_exchange_on(&x, GW_X_SETTLE)
              || x.answer != GW_ANSWER_SETTLED);
    }
    waitpid(pid, &status, 0);
#ifdef GW_CRASH_POINTS
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
       "an event that is not listed aborts");
#else
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
       "an event that is not listed changes nothing");
#endif
}

int main(void)
{
    each_event();
    random_lives();
    refused();
    return tap_end();
}
