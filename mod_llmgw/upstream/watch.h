/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h - while mod_proxy waits for the upstream, this looks at the client,
 * the clock and the child's stop signal.
 *
 * An input filter on the upstream's connection, below mod_ssl (above it a
 * poll would sleep on data that TLS has buffered), polls all of them at once,
 * from the TLS handshake on.
 */
#ifndef GW_WATCH_H
#define GW_WATCH_H

#include <util_filter.h>

#include "call.h"
#include "head.h"

/* Why an attempt was stopped from here. */
typedef enum {
    GW_STOP_NONE, GW_STOP_CLIENT, GW_STOP_FIRST_BYTE, GW_STOP_IDLE,
    GW_STOP_TOTAL, GW_STOP_CHILD, GW_STOP_GRACE, GW_STOP_HEAD,
    GW_STOP_BAD_HEAD
} gw_stop_t;

/* Is there nothing to read? */
typedef enum {
    GW_DRY_NO,                  /* there may be something */
    GW_DRY_SEEN,                /* the last read took all there was ... */
    GW_DRY_TOLD                 /* ... and the reader was told so */
} gw_dry_t;

/* What the watch asks of the reader of the answer (tap.h). */
typedef struct gw_watch_answer_t {
    /* Has each choice of a stream ended? */
    int (*finished)(const gw_call_t *call);
    /* The client leaves, and the answer is read on. */
    void (*client_leaves)(gw_call_t *call);
    /* No usage came: settle, and pass the held terminal event on. */
    void (*release)(gw_call_t *call);
    /* Send the client what it need not mind: is it there?  Returns what the
     * filters return. */
    apr_status_t (*ask)(gw_call_t *call);
    /* The window is over, and nothing more came: pass on what waits. */
    void (*due)(gw_call_t *call);
} gw_watch_answer_t;

/* How far the attempt has come is the exchange's state (core/exchange.h). */
struct gw_watch_t {
    gw_call_t *call;
    gw_exchange_t *x;           /* the call's */
    const gw_watch_answer_t *answer;
    const char *host;           /* of the attempt's URL, without a port */
    gw_stop_t stop;
    int reached;                /* what the row said before HANDED */
    int fresh;                  /* a connection was made for this attempt */
    int reused;                 /* ... or it had served before */
    int secure;                 /* ... with TLS, which says things itself */
    int unread;                 /* ... and which ended before this request */
    apr_off_t before;           /* bytes sent over it until then; -1: none of
                                   this request yet */
    gw_dry_t dry;               /* what is known of the upstream's socket */
    int direct;                 /* httpd holds nothing that came from it */
    int full;                   /* the last read of it filled the buffer */
    unsigned reads;             /* of the upstream, in this attempt ... */
    apr_off_t head;             /* ... and bytes, until its head is over */
    gw_head_t parsed;           /* the head, line by line */
    apr_off_t pushed, room;     /* bytes sent since the last look, and how
                                   many the socket takes at least ... */
    int measured;               /* ... which was looked up */
    int client_fd, upstream_fd; /* -1: not polled */
    int secure_client;          /* with TLS ... */
    int peeked;                 /* ... whose next words were looked at */
    int fin;                    /* the client sends no more; it may wait */
    apr_time_t ask_at;          /* ... then it is asked; real time, 0: not */
    apr_time_t began, attempt;  /* on the steady clock, as what follows */
    apr_time_t grace;           /* after this, stop reading on; 0: no end */
    apr_time_t hold;            /* HELD: then let the terminal event go */
    int brief;                  /* ... or once the upstream pauses */
    apr_time_t window;          /* until then nothing is read; 0: all is */
};

/* A new call. */
void gw_watch_start(gw_call_t *call, const gw_watch_answer_t *answer);

/* Between these two this thread runs an attempt of the call, and what it
 * reads from an upstream is watched. */
void gw_watch_attempt(gw_call_t *call);     /* after GW_X_ATTEMPT */
void gw_watch_attempt_end(gw_call_t *call);

/* The attempt that this thread runs; NULL: none. */
gw_watch_t *gw_watch_current(void);

/* Did the last read of this thread's upstream take all there was? */
int gw_watch_is_dry(void);

/* After the attempts, until gw_watch_attempt_end: what is sent to the client
 * is watched. */
void gw_watch_answer(gw_call_t *call);

/* The attempt is over: if the request did not get out after all, the cell
 * says so again. */
void gw_watch_unsent(gw_call_t *call);

/* The client has left.  0: read on (drain, or the end is near); else the
 * attempt is to be stopped. */
int gw_watch_client_left(gw_call_t *call);

/* So much was read on for a client that left that it is enough.  Returns what
 * the filter returns. */
apr_status_t gw_watch_drained_enough(gw_call_t *call);

/* Say that the host of the call's upstream has an address where none may be
 * (address.h). */
void gw_watch_log_link_local(const gw_call_t *call);

/* Pass a part of the answer on, to the filter behind f; bb is empty then.
 * Not APR_SUCCESS: the client has left, or its time is over; it gets nothing
 * more, no end either. */
apr_status_t gw_watch_pass(gw_call_t *call, ap_filter_t *f,
                           apr_bucket_brigade *bb);

/* The answer is settled: read what is left within a second. */
void gw_watch_end(gw_call_t *call);

/* The terminal event is held (GW_X_HOLD) until then, on the steady clock. */
void gw_watch_hold(gw_call_t *call, apr_time_t until);
/* ... or, with brief, until the upstream pauses. */
void gw_watch_hold_briefly(gw_call_t *call, int brief);

/* Events that came wait for others until then, on the steady clock: nothing is
 * read before.  0: none do. */
void gw_watch_window(gw_call_t *call, apr_time_t until);

/* Why the attempt was stopped from here; and say so of one that was stopped
 * elsewhere. */
gw_stop_t gw_watch_stopped(const gw_call_t *call);
void gw_watch_note_stop(gw_call_t *call, gw_stop_t why);

/* register_hooks; post_config (for the quiet log levels). */
void gw_watch_register(void);
void gw_watch_config(apr_pool_t *p, server_rec *s);

#endif
