/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.h - how far a request and its answer have come: the one state of
 * an exchange, which its parts (settlement, watch, tap, attempts) share.
 *
 * Four things move: the attempt under way, what the body of its answer is,
 * how much of an answer the client has, and the client itself.  What happens
 * is an event; exchange.c has the table of what each event may find and what
 * it leaves.  Nobody else writes these words; everybody may read them.
 *
 * Used by the one thread that serves the request.
 */
#ifndef GW_EXCHANGE_H
#define GW_EXCHANGE_H

/* The attempt: each word says all that the ones before it say. */
typedef enum {
    GW_ATTEMPT_NONE,            /* none was begun */
    GW_ATTEMPT_SENDING,         /* the request is on its way */
    GW_ATTEMPT_HANDED,          /* ... the last of it left our hands: it may
                                   arrive any moment */
    GW_ATTEMPT_SENT,            /* the upstream has the whole request */
    GW_ATTEMPT_HEAD,            /* the head of its answer is over */
    GW_ATTEMPT_BODY,            /* bytes of the body came */
    GW_ATTEMPT_STATES
} gw_attempt_state_t;

/* What the body of the attempt's answer is. */
typedef enum {
    GW_BODY_UNKNOWN,            /* not known yet */
    GW_BODY_KEPT,               /* no answer for the client so far: kept back,
                                   for another attempt may follow */
    GW_BODY_STREAM,             /* events */
    GW_BODY_DOCUMENT,           /* one document that flows ... */
    GW_BODY_COLLECTED,          /* ... or is collected, to be edited */
    GW_BODY_OPAQUE,             /* compressed against our wish */
    GW_BODY_BROKEN,             /* it came to nothing */
    GW_BODY_STATES
} gw_body_state_t;

/* What the client has, of whatever attempt: each word says all that the ones
 * before it say.  A client that has left counts as having what it would. */
typedef enum {
    GW_ANSWER_NONE,             /* nothing */
    GW_ANSWER_OPENED,           /* the head, and comments of a stream: another
                                   attempt may follow */
    GW_ANSWER_BEGUN,            /* a part: no other attempt can follow */
    GW_ANSWER_HELD,             /* all but the terminal event, which waits for
                                   usage */
    GW_ANSWER_SETTLED,          /* it is billed; the end may be seen */
    GW_ANSWER_ENDED,            /* the end was passed */
    GW_ANSWER_STATES
} gw_answer_state_t;

/* The client.  One that is not present gets nothing more. */
typedef enum {
    GW_CLIENT_PRESENT,
    GW_CLIENT_DRAINED,          /* it left, and its answer is read to the end
                                   (one of LLMGatewayDrain count=) */
    GW_CLIENT_SERVED,           /* it left after the last finish_reason */
    GW_CLIENT_GONE,             /* it left, and that is that */
    GW_CLIENT_STATES
} gw_client_state_t;

typedef struct gw_exchange_t {
    unsigned char attempt, body, answer, client;
} gw_exchange_t;

/* What happens to an exchange. */
typedef enum {
    GW_X_ATTEMPT,               /* an attempt begins */
    GW_X_HANDED,                /* the end of the request was handed over */
    GW_X_UNSENT,                /* ... and did not get out after all */
    GW_X_SENT,                  /* mod_proxy waits for the answer */
    GW_X_HEAD,                  /* the tap was called for the first time */
    GW_X_BYTES,                 /* the first bytes of the body */
    GW_X_STREAM,                /* the body is a stream */
    GW_X_DOCUMENT,              /* ... a document */
    GW_X_COLLECT,               /* ... a document that is collected */
    GW_X_OPAQUE,                /* ... nothing that can be read */
    GW_X_KEEP,                  /* ... to be kept back */
    GW_X_BREAK,                 /* the attempt came to nothing */
    GW_X_OPEN,                  /* the answer's head was passed */
    GW_X_BEGIN,                 /* more than comments is passed */
    GW_X_HOLD,                  /* the terminal event is held */
    GW_X_SETTLE,                /* the row is decided */
    GW_X_END,                   /* the end was passed, or nobody wants it */
    GW_X_DRAIN,                 /* the client left: read on for its bill */
    GW_X_SERVED,                /* the client left at the end: read on */
    GW_X_LEAVE,                 /* the client left */
    GW_X_EVENTS
} gw_exchange_event_t;

/* The event has happened.  Returns 1; or 0, and nothing changes, where it
 * cannot happen: the table does not list it for this state.  The crash
 * flavour aborts then. */
int gw_exchange_on(gw_exchange_t *x, gw_exchange_event_t event);

/* May this event happen now? */
int gw_exchange_may(const gw_exchange_t *x, gw_exchange_event_t event);

/* Is the answer read on for a client that has left? */
static inline int gw_exchange_reads_on(const gw_exchange_t *x)
{
    return x->client == GW_CLIENT_DRAINED || x->client == GW_CLIENT_SERVED;
}

/* Is the body one document? */
static inline int gw_exchange_is_document(const gw_exchange_t *x)
{
    return x->body == GW_BODY_DOCUMENT || x->body == GW_BODY_COLLECTED;
}

#endif
