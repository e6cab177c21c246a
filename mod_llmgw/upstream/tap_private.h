/* SPDX-License-Identifier: Apache-2.0 */
/* tap_private.h - what the parts of the tap share: tap_filter.c (the filter),
 * tap_stream.c and tap_event.c (events), tap_document.c and tap_carry.c
 * (documents), tap_translate.c and tap_translate_document.c (either of them,
 * translated), tap_error.c (what is kept back), tap_commit.c (headers,
 * emission, the end), tap_fail.c (the event of an end that is none),
 * tap_leak.c, tap_coalesce.c (events that wait for others), tap_for_watch.c
 * (what the watch asks).
 *
 * How far the answer has come is the exchange's state (core/exchange.h); the
 * tap holds what a state does not say.
 */
#ifndef GW_TAP_PRIVATE_H
#define GW_TAP_PRIVATE_H

#include <util_filter.h>

#include "leak.h"
#include "settle.h"
#include "tap.h"
#include "watch.h"

#define GW_TAP_EVENT  65536     /* a longer event flows as it comes */
#define GW_TAP_TAIL   4096      /* first room for an incomplete one */
#define GW_TAP_HIDDEN 16384     /* a longer event is never hidden */
#define GW_TAP_KEEP   65536     /* of an error answer, or a doubtful one */
#define GW_TAP_FIRST  64        /* bytes that may be blank before the first
                                   one that tells what a body is */
#define GW_TAP_DOCUMENT (8 << 20)   /* a longer document is not edited */
#define GW_TAP_HOLD   apr_time_from_msec(200)   /* for usage, at the end */

/* An answer that is translated (tap_translate.c). */
typedef struct gw_tap_translation_t gw_tap_translation_t;

struct gw_tap_t {
    gw_call_t *call;
    gw_exchange_t *x;           /* the call's */
    ap_filter_t *f;
    apr_bucket_brigade *out;    /* passed on at the end of this round */
    apr_bucket_brigade *spent;  /* buckets whose memory `out` refers to */
    apr_bucket_brigade *held;   /* the terminal event and what follows it */
    apr_bucket_brigade *later;  /* events that wait for others */
    apr_time_t window;          /* ... until then, steady; 0: none does */
    char *tail;                 /* the incomplete event */
    apr_size_t tail_len, tail_size;
    apr_size_t waiting;         /* ... behind whole ones that say nothing */
    char *kept;                 /* of an error answer, GW_TAP_KEEP bytes */
    apr_size_t kept_len;
    gw_error_t *error;          /* what that says, once it was read */
    char *document;             /* one that is edited: malloc'd, as it came */
    apr_size_t document_len, document_size;
    gw_tap_translation_t *tr;   /* NULL: the answer passes as it is */
    apr_uint64_t id_hash;       /* of the id that a translated one has */
    gw_needle_t needle;         /* the credential that was sent */
    char *carry;                /* the end of a document, held back since */
    apr_size_t carry_len;       /* ... it may be the credential's begin */
    apr_off_t got;              /* body bytes of the upstream */
    apr_int64_t bytes;          /* of body given to the client ... */
    apr_int64_t pending;        /* ... and about to be, at the settlement */
    apr_int64_t text;           /* of generated text among them */
    apr_int64_t flowed;         /* ... beside those of the event that flows */
    struct {
        apr_int64_t bytes, text;
        unsigned delivered;
    } passed;                   /* of these, when all that waited had left */
    apr_int64_t read;           /* of generated text, given or not */
    apr_int64_t muted_at;       /* when the client left: text read ... */
    gw_counts_t muted_counts;   /* ... and usage counted until then */
    apr_off_t length;           /* Content-Length of a plain answer; -1 */
    int status;                 /* the upstream's */
    unsigned delivered:1;       /* an event beyond the opening one was passed */
    unsigned flowing:1;         /* the event is too long to be kept */
    unsigned hidden:1;          /* an event was hidden */
    unsigned hidden_before:1;   /* the event before was, or was replaced */
    unsigned last:1;            /* no other attempt can follow */
    unsigned closed:1;          /* no EOS came: the connection was the end */
    unsigned kept_sse:1;        /* what is kept began as a stream */
    unsigned no_answer:1;       /* what is kept is cut, and not to be passed */
    unsigned flushed:1;         /* after the terminal event */
    unsigned unflushed:1;       /* what was passed last may wait below */
    unsigned first_passed:1;    /* an event was: later ones may wait */
    unsigned urgent:1;          /* what is there may not */
    unsigned enough:1;          /* an error that is too long, and not passed */
    unsigned wrapped:1;         /* the envelope's head was passed */
    unsigned failed:1;          /* the answer is an error */
    unsigned leaked:1;          /* our credential was found in it */
    gw_answer_t answer;         /* last: most of it is never cleared */
};

/* Nothing is passed to a client that has left. */
static inline int gw_tap_is_mute(const gw_tap_t *t)
{
    return t->x->client != GW_CLIENT_PRESENT;
}

/* Nothing but comments was passed: another attempt may follow. */
static inline int gw_tap_is_open(const gw_tap_t *t)
{
    return t->x->answer <= GW_ANSWER_OPENED;
}

/* tap_commit.c */
void gw_tap_note_upstream(gw_tap_t *t); /* its own id of the request */
void gw_tap_commit(gw_tap_t *t);        /* once: our headers */
/* Other bytes than the upstream's, so many; -1: not known. */
void gw_tap_new_length(gw_tap_t *t, apr_off_t length);
void gw_tap_begin(gw_tap_t *t);         /* more than comments is passed: no
                                           other attempt, its body is dropped */
void gw_tap_put(gw_tap_t *t, const char *p, apr_size_t n); /* p stays valid */
void gw_tap_put_bucket(gw_tap_t *t, apr_bucket *e, apr_size_t n);
apr_status_t gw_tap_flush(gw_tap_t *t); /* pass `out` on, or let it wait */
apr_status_t gw_tap_pass(gw_tap_t *t);  /* pass `out` on, whatever waits */
void gw_tap_log_break(gw_tap_t *t);     /* the upstream broke off */
void gw_tap_progress(gw_tap_t *t);      /* counts into the cell */
int gw_tap_last(gw_tap_t *t);           /* gw_answer_last, and its counts */
void gw_tap_cut(gw_tap_t *t);           /* gw_answer_cut, likewise */
void gw_tap_settle(gw_tap_t *t, gw_end_t end);  /* counts, then settle */
void gw_tap_end(gw_tap_t *t, gw_end_t end); /* settle, then EOS */
gw_end_t gw_tap_whole_end(gw_tap_t *t); /* COMPLETE or DRAINED */
gw_end_t gw_tap_ending(gw_tap_t *t);    /* ... or, of an error, CUT or FAILED */
void gw_tap_release_held(gw_tap_t *t);  /* settle, then the terminal event */
void gw_tap_leave(gw_tap_t *t);         /* the client did, if it was there */

/* tap_fail.c: a problem as the event that ends a stream; a stream ended before
 * its end. */
void gw_tap_put_problem(gw_tap_t *t, const gw_problem_t *problem);
void gw_tap_error_event(gw_tap_t *t, gw_problem_kind_t kind,
                        const char *message);
void gw_tap_short(gw_tap_t *t);

/* tap_error.c: what is kept back. */
int gw_tap_keep(gw_tap_t *t, const char *data, apr_size_t n); /* 0: no room */
void gw_tap_refuse(gw_tap_t *t);        /* it is no answer, as far as kept */
/* There is no room for all of it: may it be passed as it comes?  0: it is
 * about our account, or another upstream may do better; enough is set. */
int gw_tap_may_pass_long(gw_tap_t *t);
void gw_tap_error_as_events(gw_tap_t *t);   /* pass it on, in a stream */

/* tap_event.c: what becomes of an event. */
typedef enum {
    GW_EV_PASS,
    GW_EV_WAIT,         /* says nothing: it goes with the next that does */
    GW_EV_HIDE,
    GW_EV_TERMINAL,     /* settle first */
    GW_EV_KEEP,         /* no answer: keep the stream back */
    GW_EV_REPLACE       /* not for clients: an error of ours instead */
} gw_tap_fate_t;

/* Of the event that ends with the n bytes from p on; what of it came earlier
 * is in the tail.  An error is noted in t->failed. */
gw_tap_fate_t gw_tap_event_fate(gw_tap_t *t, const gw_event_t *ev,
                                const char *p, apr_size_t n);
/* The same, before anything but comments was passed. */
gw_tap_fate_t gw_tap_event_first(const gw_tap_t *t, const gw_event_t *ev);
int gw_tap_event_hides(const gw_tap_t *t, const gw_event_t *ev,
                       const char *p, apr_size_t n);
/* An event with an error, once something was passed: is it about our account
 * there, or does it hold our credential? */
int gw_tap_event_is_ours(gw_tap_t *t, const char *p, apr_size_t n);
void gw_tap_event_error(gw_error_t *error, const gw_tap_t *t, const char *p,
                        apr_size_t n);

/* tap_stream.c */
void gw_tap_events(gw_tap_t *t, apr_bucket *e, const char *data,
                   apr_size_t n);
/* A stream that is an error, too long to be kept: pass it on. */
void gw_tap_stream_long_error(gw_tap_t *t, const char *data, apr_size_t n);
void gw_tap_stream_end(gw_tap_t *t);    /* EOS of the upstream */
void gw_tap_stream_broke(gw_tap_t *t);
int gw_tap_stream_finished(const gw_tap_t *t);  /* each choice has ended */
/* The stream is complete; as much was counted as came. */
int gw_tap_complete(const gw_tap_t *t);
int gw_tap_counted(const gw_tap_t *t);
/* Say in place of an event, n bytes from p on, that there is no upstream. */
void gw_tap_replace(gw_tap_t *t, const char *p, apr_size_t n);

/* tap_translate.c: the same for an answer that is translated. */
gw_tap_translation_t *gw_tap_translate_attempt(gw_tap_t *t);
void gw_tap_translate_events(gw_tap_t *t, const char *data, apr_size_t n);
void gw_tap_translate_end(gw_tap_t *t);
void gw_tap_translate_broke(gw_tap_t *t);
/* All that comes is there: write the end, settle, and pass it. */
void gw_tap_translate_finish(gw_tap_t *t);

/* tap_translate_document.c: documents and errors that are translated. */
/* Put the translation into the collected document's place.  0: there is none,
 * and it is no answer. */
int gw_tap_translate_document(gw_tap_t *t, gw_tap_translation_t *tr);
/* Of an error that is kept back the first GW_TAP_KEEP bytes do. */
void gw_tap_translate_keep(gw_tap_t *t, const char *data, apr_size_t n);
/* What the n bytes from p on say is wrong, for the client. */
void gw_tap_translate_fault(gw_problem_t *problem, gw_tap_t *t,
                            const char *p, apr_size_t n);
/* Pass the kept error on: as a document, or as the end of a stream. */
void gw_tap_translate_kept(gw_tap_t *t);

/* tap_document.c */
void gw_tap_document_start(gw_tap_t *t);
void gw_tap_document_drop(gw_tap_t *t); /* what was collected */
void gw_tap_document_bytes(gw_tap_t *t, apr_bucket *e, const char *data,
                           apr_size_t n);
int gw_tap_document_whole(const gw_tap_t *t);
void gw_tap_document_end(gw_tap_t *t);  /* EOS of the upstream, or as good */
void gw_tap_document_broke(gw_tap_t *t);
void gw_tap_document_error(gw_tap_t *t);    /* pass on what was kept */
/* An error that is too long to be kept: collect it. */
void gw_tap_document_long_error(gw_tap_t *t, const char *data, apr_size_t n);

/* tap_coalesce.c, where events may wait for others (call->coalesce): put aside
 * what is to be passed, and return 1; or 0: it goes, with all that waited.  The
 * client leaves: what waited was never delivered. */
int gw_tap_coalesce(gw_tap_t *t);
void gw_tap_coalesce_leave(gw_tap_t *t);

/* tap_tidy.c: is LLMGatewayAnswer tidy for this answer?  Its stream has come to
 * its end in good order: settle and add [DONE], if it has none and each choice
 * that began has its finish_reason.  half: its last event has no blank line. */
int gw_tap_is_tidy(const gw_tap_t *t);
void gw_tap_tidy_end(gw_tap_t *t, int half);

/* tap_for_watch.c: generated text that was read so far, given to the client or
 * not. */
apr_int64_t gw_tap_text_read(const gw_tap_t *t);

/* tap_leak.c */
void gw_tap_leak_start(gw_tap_t *t);    /* of an attempt */
/* Does what would be passed hold our credential, in any form, or in clear?
 * If so it is logged, once, and t->leaked. */
int gw_tap_leaks(gw_tap_t *t, const char *p, apr_size_t n);
int gw_tap_leaks_clear(gw_tap_t *t, const char *p, apr_size_t n);
/* tap_carry.c */
/* Pass the next bytes of a document that flows, in e, but for what may be a
 * part of our credential.  0: it is there, pass nothing more. */
int gw_tap_carry(gw_tap_t *t, apr_bucket *e, const char *data,
                 apr_size_t n);
void gw_tap_carry_rest(gw_tap_t *t);     /* the end is no part of it */

#endif
