/* SPDX-License-Identifier: Apache-2.0 */
/* body_json.h - the body of an admin request as a tree. */
#ifndef GW_BODY_JSON_H
#define GW_BODY_JSON_H

#include "admin_request.h"

/* Read the body into a->body, which the dispatcher lets go of: at most `most`
 * bytes, strict JSON of at most 32 levels, an object, no member twice.  Waits
 * for the client.  0: refused, with a->problem set (400, 413, 415). */
int gw_check_read_body(gw_admin_t *a, apr_size_t most);

#endif
