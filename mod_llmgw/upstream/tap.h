/* SPDX-License-Identifier: Apache-2.0 */
/* tap.h - the answer passes here: split, read, edit, emit.
 *
 * An output filter in front of all others.  Until something was passed on it
 * can keep an answer back, so that another attempt may follow; it finds the
 * usage, hides the one event that the gateway asked for by itself, and
 * settles before the client sees the end.
 *
 * A child, in the thread that serves the request; no lock is held.
 */
#ifndef GW_TAP_H
#define GW_TAP_H

#include "bill.h"
#include "error_class.h"
#include "call.h"
#include "watch.h"

/* What came of an attempt, as far as the tap saw it. */
typedef enum {
    GW_TAP_NOTHING,     /* no answer, or it broke off before anything passed */
    GW_TAP_PASSED,      /* something was passed on to the client */
    GW_TAP_KEPT,        /* an error answer is kept back: status, class */
    GW_TAP_NO_ANSWER    /* a 2xx that is none, and not for clients: class */
} gw_tap_outcome_t;

/* A new call, and a new attempt of it; last: no other one can follow. */
void gw_tap_start(gw_call_t *call);
void gw_tap_attempt(gw_call_t *call, int last);

gw_tap_outcome_t gw_tap_outcome(const gw_call_t *call);

/* After GW_TAP_KEPT: does what is kept hold our credential?  Ask before
 * gw_tap_error_class(): it is the upstream's fault then. */
int gw_tap_kept_leaks(gw_call_t *call);

/* The upstream's status, 0 if none was looked at; and after GW_TAP_KEPT or
 * NO_ANSWER whose fault it is, and whether the answer has this word in it. */
int gw_tap_status(const gw_call_t *call);
gw_error_class_t gw_tap_error_class(const gw_call_t *call);
int gw_tap_names(const gw_call_t *call, const char *pattern);

/* After GW_TAP_KEPT: pass the kept answer on, unchanged; as an event where
 * comments of a stream were passed before. */
void gw_tap_pass_kept(gw_call_t *call);

/* No attempt gave an answer: end the stream whose comments were passed.
 * Returns 0: there is none, and a problem can be answered. */
int gw_tap_give_up(gw_call_t *call, const gw_problem_t *problem,
                   gw_end_t end);

/* mod_proxy is done.  Ends the answer where that was not done: settles, sends
 * EOS. */
void gw_tap_finish(gw_call_t *call);

/* Nothing was passed on and nothing will be: settle.  Does nothing where the
 * answer is settled. */
void gw_tap_abandon(gw_call_t *call, gw_end_t end);

/* Take the filter out: the answer is ours. */
void gw_tap_remove(gw_call_t *call);

/* What the watch asks of the answer (watch.h). */
extern const gw_watch_answer_t gw_tap_for_watch;

/* register_hooks. */
void gw_tap_register(void);

#endif
