/* SPDX-License-Identifier: Apache-2.0 */
/* envelope.h - the envelope of /api/v1: head, a JSON document as it is, tail.
 *
 * {"success":true,"code":"200","message":"successful","data":...}
 */
#ifndef GW_ENVELOPE_H
#define GW_ENVELOPE_H

#include "gw.h"

#define GW_ENVELOPE_TAIL "}"

/* What stands before the document.  status: of HTTP.  message: a JSON string
 * with its quotes; NULL: it went well. */
const char *gw_envelope_head(int status, const char *message,
                             apr_pool_t *pool);

/* The same around an error that an upstream wrote: message is the error's
 * own, or a sentence that names the status.  NULL: text is no JSON document,
 * and nothing can stand around it. */
const char *gw_envelope_error_head(int status, gw_str_t text,
                                   apr_pool_t *pool);

#endif
