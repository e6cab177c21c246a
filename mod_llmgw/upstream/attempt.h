/* SPDX-License-Identifier: Apache-2.0 */
/* attempt.h - one attempt at one upstream, through mod_proxy.
 *
 * A child, in the thread that serves the request; no lock is held while
 * mod_proxy runs.  Where it stands is call->exchange.
 */
#ifndef GW_ATTEMPT_H
#define GW_ATTEMPT_H

#include "call.h"
#include "error_class.h"

/* What mod_proxy leaves on a request, and what it was before. */
typedef struct gw_attempt_before_t {
    const apr_table_t *headers_out, *err_headers_out;   /* NULL: empty */
    ap_conf_vector_t *per_dir_config;
    const char *handler;
    char *filename;
    const struct ap_logconf *log;
} gw_attempt_before_t;

/* What came of an attempt. */
typedef struct gw_attempt_result_t {
    int done;                   /* the client has an answer, or is gone */
    gw_reason_t reason;
    int status;                 /* the upstream's, for GW_REASON_STATUS */
    gw_error_class_t class;
    int leaks;                  /* our credential is in what is kept */
} gw_attempt_result_t;

/* Try this route, for which call->sent was made; the call is admitted, its
 * watch and tap are started.  Sends
 * the request, and reads the answer to its end unless it stops before.
 * before: of gw_forward().  last: no other one can follow.  *res says what
 * came of it; unless it is done, the attempt is kept beside the row. */
void gw_attempt(gw_call_t *call, const gw_route_t *route,
                const gw_attempt_before_t *before, int last,
                gw_attempt_result_t *res);

/* Take back everything that an attempt may have left on the request: headers,
 * status, notes, the log.  Memory is the request's. */
void gw_attempt_reset(gw_call_t *call, const gw_attempt_before_t *before);

#endif
