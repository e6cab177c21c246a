/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - checking the body of an admin request by a table.
 *
 * Every member is named in a table with its type and bounds; one that is not
 * is refused, so a misspelt limit is never a missing one.  A refusal names
 * the member's path: routes[0].priority.
 */
#ifndef GW_CHECK_H
#define GW_CHECK_H

#include "admin_request.h"
#include "field.h"

/* Does the object fit the table?  0: no, a->problem says what and where.
 * path: of the object, "" for the document. */
int gw_check(gw_admin_t *a, json_object *object, const gw_field_t *fields,
             const char *path);

/* The same for a document that a merge patch was merged into: members that
 * the patch has not were checked when they were written, by the rules of that
 * day. */
int gw_check_patched(gw_admin_t *a, json_object *object, json_object *patch,
                     const gw_field_t *fields);

/* Has a merge patch members that are not known?  What it sets is checked once
 * it is merged; what it clears is seen here only.  0: yes. */
int gw_check_cleared(gw_admin_t *a, json_object *patch,
                     const gw_field_t *fields, const char *path);

/* Is the id, which stands at this path, one that a new object may have: at
 * most `most` bytes, as name.h wants an id? */
int gw_check_id(gw_admin_t *a, const char *id, const char *path,
                apr_size_t most);

/* What of a checked document is stored as its spec: all but members that are
 * read-only or apart.  Lives as long as the request. */
json_object *gw_check_spec(gw_admin_t *a, json_object *doc,
                           const gw_field_t *fields);

#endif
