/* SPDX-License-Identifier: Apache-2.0 */
/* document.h - JSON documents: merge patches and what a write changed. */
#ifndef GW_DOCUMENT_H
#define GW_DOCUMENT_H

#include "admin_request.h"

/* The document after a merge patch (RFC 7396).  Neither argument changes;
 * the result is the request's. */
json_object *gw_document_patched(gw_admin_t *a, json_object *document,
                                 json_object *patch);

/* Bytes of JSON of a value that the audit trail keeps as it is. */
#define GW_AUDIT_VALUE 1024

/* {"before":{...},"after":{...}} with the members that differ; before is
 * null where there was nothing.  For the audit trail: a larger value than
 * GW_AUDIT_VALUE is {"bytes":...,"sha256":...} there, of its JSON. */
const char *gw_document_changes(gw_admin_t *a, json_object *before,
                                json_object *after);

#endif
