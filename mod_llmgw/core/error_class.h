/* SPDX-License-Identifier: Apache-2.0 */
/* error_class.h - whose trouble is an upstream's error answer? */
#ifndef GW_ERROR_CLASS_H
#define GW_ERROR_CLASS_H

#include "answer_error.h"
#include "vendor.h"

typedef enum {
    GW_CLASS_CLIENT,    /* its request: pass it on as it is */
    GW_CLASS_CONTENT,   /* a content filter: its too, and no other route */
    GW_CLASS_RATE,      /* the upstream throttles us: another route may do */
    GW_CLASS_UPSTREAM,  /* the upstream is broken: another route may do */
    GW_CLASS_ACCOUNT    /* our account there: never the client's business */
} gw_error_class_t;

/* status: HTTP status of the answer, below 400 for an error inside a stream
 * or a document that is no answer.  e: what it says.
 * A status of 401, 402 or 403, also one that is told as a code, is always our
 * account: the only credential the upstream saw was ours. */
gw_error_class_t gw_error_classify(int status, const gw_error_t *e,
                                   gw_vendor_t vendor);

/* "client", "content", "rate", "upstream", "account". */
const char *gw_error_class_name(gw_error_class_t class);

#endif
