/* SPDX-License-Identifier: Apache-2.0 */
/* head.h - is the head of an upstream's answer what HTTP/1.1 lets it be?
 *
 * Only what decides where the answer ends, and whether it is one: other
 * servers on the way would read it otherwise.
 */
#ifndef GW_HEAD_H
#define GW_HEAD_H

#include "gw.h"

#define GW_HEAD_LINE 64         /* bytes: what is looked at is shorter */

typedef enum { GW_HEAD_STATUS, GW_HEAD_FIELDS, GW_HEAD_OVER } gw_head_at_t;

typedef struct gw_head_t {
    gw_head_at_t at;
    apr_int64_t length;         /* Content-Length; -1: none so far */
    unsigned interim:1;         /* 1xx: another head follows */
    unsigned coding:1;          /* Transfer-Encoding was there */
    unsigned skip:1;            /* the line being read does not matter */
    apr_size_t n;               /* of the line that is read, so far ... */
    char line[GW_HEAD_LINE];    /* ... and its first bytes */
} gw_head_t;

/* Of the next answer. */
void gw_head_start(gw_head_t *head);

/* The next bytes: of one line, in any parts, with its end.  NULL: all is well;
 * else what is wrong.  Once head->at is GW_HEAD_OVER, ask no more.  What does
 * not begin as HTTP/1 is over at once. */
const char *gw_head_feed(gw_head_t *head, const char *p, apr_size_t n);

#endif
