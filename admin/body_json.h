/* SPDX-License-Identifier: Apache-2.0 */
/* body_json.h - the body of an admin request as a tree. */
#ifndef GW_BODY_JSON_H
#define GW_BODY_JSON_H

#include "admin_request.h"

/* Read a->body: at most `most` bytes, strict JSON, an object, no member
 * twice.  0: no. */
int gw_check_read_body(gw_admin_t *a, apr_size_t most);

#endif
