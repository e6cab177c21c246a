/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - judging the body of an admin request by a table.
 *
 * Every member is named in a table with its type and bounds; one that is not
 * is refused, so a misspelt limit is never a missing one.  A refusal names
 * the member's path: routes[0].priority.
 */
#ifndef GW_CHECK_H
#define GW_CHECK_H

#include "admin.h"

typedef enum {
    GW_F_TEXT,      /* a string of min to max bytes */
    GW_F_LINE,      /* ... without control characters */
    GW_F_NAME,      /* ... as name.h wants it for people */
    GW_F_ID,        /* ... and as an id */
    GW_F_QUERY,     /* ... as it may stand behind the ? of a URL */
    GW_F_INT,       /* an integer from min to max */
    GW_F_BOOL,
    GW_F_WORD,      /* one of words */
    GW_F_TIME,      /* RFC 3339, or null */
    GW_F_URL,       /* http:// or https:// with a host */
    GW_F_PRICE,     /* a decimal string: money.h */
    GW_F_OBJECT,    /* fields */
    GW_F_NAMES,     /* an array of such names */
    GW_F_IDS,       /* an array of such ids */
    GW_F_WORDS,     /* an array of words */
    GW_F_OBJECTS,   /* an array of objects of these fields */
    GW_F_HEADERS,   /* an object: headers and their values, up to max bytes */
    GW_F_PASSED,    /* an array of headers that answers may bear */
    GW_F_AMOUNT,    /* of money, more than 0: money.h */
    GW_F_CURRENCY,  /* three capital letters */
    GW_F_ZONE,      /* an offset from UTC: window.h */
    GW_F_SUBNET,    /* an address or a CIDR block */
    GW_F_SUBNETS,   /* an array of them */
    GW_F_BUDGETS,   /* an array of these objects, no two for the same */
    GW_F_ANY,       /* any object of at most max bytes */
    GW_F_READ_ONLY, /* given back by GET: ignored */
    GW_F_ALSO,      /* no member: those of fields belong to the table too */
    GW_F_NOT_YET    /* known, but not enforced: refused */
} gw_field_type_t;

#define GW_F_REQUIRED 0x01
#define GW_F_NULLABLE 0x02
#define GW_F_FILLED   0x04      /* an array with at least one element */
#define GW_F_APART    0x08      /* has a column or table: not in the spec */
#define GW_F_ELSEWHERE 0x10     /* GW_F_READ_ONLY here, but judged elsewhere */

typedef struct gw_field_t {
    const char *name;           /* NULL: end of the table; GW_F_ALSO: "" */
    gw_field_type_t type;
    unsigned flags;
    apr_int64_t min, max;
    const struct gw_field_t *fields;
    const char *const *words;   /* NULL-ended */
} gw_field_t;

extern const gw_field_t gw_admin_deadline_fields[];  /* seconds */

/* Does the object fit the table?  0: no, a->problem says what and where.
 * path: of the object, "" for the document. */
int gw_check(gw_admin_t *a, json_object *object, const gw_field_t *fields,
             const char *path);

/* The same for a document that a merge patch was merged into: members that
 * the patch has not were judged when they were written, by the rules of that
 * day. */
int gw_check_patched(gw_admin_t *a, json_object *object, json_object *patch,
                     const gw_field_t *fields);

/* Has a merge patch members that are not known?  What it sets is judged once
 * it is merged; what it clears is seen here only.  0: yes. */
int gw_check_cleared(gw_admin_t *a, json_object *patch,
                     const gw_field_t *fields, const char *path);

/* Does one value that is neither array nor object fit? */
int gw_check_scalar(gw_admin_t *a, json_object *v, const gw_field_t *f,
                    const char *path);

/* Is it anything but a string with a NUL character? */
int gw_check_no_nul(gw_admin_t *a, json_object *v, const char *path);

/* Refuse what stands at this path; what: the rest of the sentence.  Returns
 * 0. */
int gw_check_refuse(gw_admin_t *a, const char *path, const char *what);

/* No two budgets count the same, and no soft threshold lies above its
 * amount?  The members of each were judged. */
int gw_check_budgets(gw_admin_t *a, json_object *list, const char *path);

/* Is the id, which stands at this path, one that a new object may have: at
 * most `most` bytes, as name.h wants an id? */
int gw_check_id(gw_admin_t *a, const char *id, const char *path,
                apr_size_t most);

/* Read a->body (body_json.c): at most `most` bytes, strict JSON, an object,
 * no member twice.  0: no. */
int gw_check_read_body(gw_admin_t *a, apr_size_t most);

/* What of a judged document is stored as its spec: all but members that are
 * read-only or apart.  Lives as long as the request. */
json_object *gw_check_spec(gw_admin_t *a, json_object *doc,
                           const gw_field_t *fields);

/* RFC 3339 to epoch ms.  0: it is not that. */
int gw_check_time(apr_int64_t *ms, const char *text);

/* "path.name"; just "name" below the document. */
const char *gw_check_path(gw_admin_t *a, const char *path, const char *name);

#endif
