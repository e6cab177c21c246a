/* SPDX-License-Identifier: Apache-2.0 */
/* blame.h - whose trouble is an upstream's error answer? */
#ifndef GW_BLAME_H
#define GW_BLAME_H

#include "gw.h"

typedef enum {
    GW_BLAME_CLIENT,    /* his request: pass it on as it is */
    GW_BLAME_CONTENT,   /* a content filter: his too, and no other route */
    GW_BLAME_RATE,      /* the upstream throttles us: another route may do */
    GW_BLAME_UPSTREAM,  /* the upstream is broken: another route may do */
    GW_BLAME_ACCOUNT    /* our account there: never the client's business */
} gw_blame_t;

/* status: HTTP status of the answer, 200 for an error inside a stream.
 * code, type: as in the error object, "" if unknown.  vendor may be NULL.
 * A status of 401, 402 or 403 is always our account: the only credential
 * the upstream saw was ours. */
gw_blame_t gw_blame(int status, const char *code, const char *type,
                    const char *vendor);

/* "client", "content", "rate", "upstream", "account". */
const char *gw_blame_name(gw_blame_t blame);

#endif
