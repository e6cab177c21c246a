/* SPDX-License-Identifier: Apache-2.0 */
/* watch_private.h - what the parts of the watch share: watch_read.c (the
 * filter of what comes), watch_filter.c (calls, attempts, hooks), watch_wait.c
 * (the poll), watch_stop.c (stopping, reading on), watch_socket.c,
 * watch_head.c (the filter above TLS), watch_send.c (the filters of what goes),
 * watch_client.c (is it there, does it read?), watch_deadline.c. */
#ifndef GW_WATCH_PRIVATE_H
#define GW_WATCH_PRIVATE_H

#include "watch.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif

/* What passes next, and when. */
typedef struct gw_deadline_t {
    apr_time_t at;
    gw_stop_t stop;             /* GW_STOP_NONE: let the held event go */
} gw_deadline_t;

/* Of an upstream that is silent since now. */
gw_deadline_t gw_watch_deadline(const gw_watch_t *w, apr_time_t now);

/* When the request has taken too long in all. */
apr_time_t gw_watch_total(const gw_watch_t *w);

/* For how long its client may take nothing of what it is sent. */
apr_interval_time_t gw_watch_write(const gw_watch_t *w);

/* Milliseconds from now until t, rounded up; an hour at most. */
int gw_watch_ms(apr_time_t t, apr_time_t now);

/* Wait for the upstream (POLLIN, POLLOUT), and for all else that may end the
 * attempt: then not APR_SUCCESS. */
apr_status_t gw_watch_wait(gw_watch_t *w, short events);

/* Stop the attempt.  mod_proxy would log an error for each client that goes
 * away; what happened is in the row and in our own line.  Returns what a
 * filter returns. */
apr_status_t gw_watch_stop(gw_watch_t *w, gw_stop_t why);

/* A deadline has passed. */
apr_status_t gw_watch_passed(gw_watch_t *w, gw_deadline_t d);

/* The attempt that this thread runs from now on; NULL: none. */
void gw_watch_set_current(gw_watch_t *w);

int gw_watch_is_h2(const request_rec *r);

int gw_watch_fd(apr_socket_t *socket);  /* -1: there is none */

/* Bytes that a socket takes at once when it can be written to. */
int gw_watch_room(int fd, int least, int most);

apr_off_t gw_watch_length(apr_bucket_brigade *bb);

/* Pass the first n bytes of bb, and keep the rest in it.  rest: an empty
 * brigade, and empty again. */
apr_status_t gw_watch_push(ap_filter_t *f, apr_bucket_brigade *bb,
                           apr_off_t n, apr_bucket_brigade *rest);

/* The filter on an upstream's connection.  Its context is &gw_watch_clear where
 * there is no TLS, else NULL. */
extern int gw_watch_clear;
apr_status_t gw_watch_read(ap_filter_t *f, apr_bucket_brigade *bb,
                           ap_input_mode_t mode, apr_read_type_e block,
                           apr_off_t readbytes);

/* Of the client's connection, where it is HTTP/1: a new call; what to poll
 * for; whether what came of that says that the client is gone; whether, if it
 * is time to ask it, that failed; register_hooks. */
void gw_watch_client_start(gw_watch_t *w);
short gw_watch_client_events(const gw_watch_t *w);
int gw_watch_client_is_gone(gw_watch_t *w, short revents);
int gw_watch_client_ask(gw_watch_t *w);
void gw_watch_client_register(void);

/* Of an upstream's new connection; register_hooks. */
#define GW_WATCH_ROOM 16384     /* any socket takes that much */
void gw_watch_send_filters(conn_rec *c);
void gw_watch_head_filter(conn_rec *c); /* of one with TLS */
void gw_watch_head_register(void);

/* Lines were read of an upstream's answer: do they belong to a head that can
 * be taken?  If not the attempt is stopped; returns what a filter returns. */
apr_status_t gw_watch_head(gw_watch_t *w, const apr_bucket_brigade *bb);

/* The upstream's connection has ended: is it certain that nothing of the
 * request was read there? */
int gw_watch_unread(const gw_watch_t *w);

void gw_watch_send_register(void);

#endif
