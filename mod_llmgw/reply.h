/* SPDX-License-Identifier: Apache-2.0 */
/* reply.h - the one place that turns problems and JSON into HTTP. */
#ifndef GW_REPLY_H
#define GW_REPLY_H

#include "call.h"

/* Answer with a problem.  Returns what the handler returns. */
int gw_reply_problem(gw_call_t *call, const gw_problem_t *problem);

/* Answer with a document, in the envelope where that is the call's shape; or
 * with any text.  HEAD gets its headers only. */
int gw_reply_json(gw_call_t *call, int status, const char *json);
int gw_reply_text(gw_call_t *call, int status, const char *type,
                  const char *text, apr_size_t n);

/* OPTIONS on a claimed URL: 204, without key, cell or row. */
int gw_reply_options(gw_call_t *call);

/* If this request, which is not ours, comes to 404, its answer says that /v1
 * is missing: `path` would be right.  shape: of errors that its client
 * expects. */
void gw_reply_if_not_found(request_rec *r, const char *path,
                           gw_shape_t shape);

/* register_hooks: errors that httpd itself makes of a claimed request (a
 * Require line that is not met) become JSON too. */
void gw_reply_register(void);

#endif
