/* SPDX-License-Identifier: Apache-2.0 */
/* field.h - a row of a table that says what a body may hold (check.h). */
#ifndef GW_FIELD_H
#define GW_FIELD_H

#include "gw.h"

typedef enum {
    GW_F_TEXT,      /* a string of min to max bytes */
    GW_F_LINE,      /* ... without control characters */
    GW_F_NAME,      /* ... as name.h wants it for people */
    GW_F_ID,        /* ... and as an id */
    GW_F_PATH,      /* the path of a member of a body, as "a.b[].c" */
    GW_F_QUERY,     /* ... as it may stand behind the ? of a URL */
    GW_F_INT,       /* an integer from min to max */
    GW_F_NUMBER,    /* a number, kept as it is written */
    GW_F_BOOL,
    GW_F_WORD,      /* one of words */
    GW_F_TIME,      /* RFC 3339, or null */
    GW_F_URL,       /* http:// or https:// with a host */
    GW_F_PRICE,     /* a decimal string: money.h */
    GW_F_OBJECT,    /* fields */
    GW_F_NAMES,     /* an array of such names */
    GW_F_IDS,       /* an array of such ids */
    GW_F_PATHS,     /* an array of such paths */
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
    GW_F_PARAMETER, /* an object of fields, or its name alone */
    GW_F_PARAMETERS, /* an array of them: check_parameters.h */
    GW_F_ANY,       /* any object of at most max bytes */
    GW_F_READ_ONLY, /* given back by GET: ignored */
    GW_F_ALSO,      /* no member: those of fields belong to the table too */
    GW_F_NOT_YET    /* known, but not enforced: refused */
} gw_field_type_t;

#define GW_F_REQUIRED 0x01
#define GW_F_NULLABLE 0x02
#define GW_F_FILLED   0x04      /* an array with at least one element */
#define GW_F_APART    0x08      /* has a column or table: not in the spec */
#define GW_F_ELSEWHERE 0x10     /* GW_F_READ_ONLY here, but checked elsewhere */

typedef struct gw_field_t {
    const char *name;           /* NULL: end of the table; GW_F_ALSO: "" */
    gw_field_type_t type;
    unsigned flags;
    apr_int64_t min, max;
    const struct gw_field_t *fields;
    const char *const *words;   /* NULL-ended */
} gw_field_t;

#endif
