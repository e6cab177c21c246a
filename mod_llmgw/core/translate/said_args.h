/* SPDX-License-Identifier: Apache-2.0 */
/* said_args.h - are the arguments of a call, a string that comes in
 * pieces, a JSON object? */
#ifndef GW_SAID_ARGS_H
#define GW_SAID_ARGS_H

#include "json.h"
#include "text.h"

typedef struct gw_args_t {
    gw_text_t plain;            /* the last piece, unescaped */
    unsigned any:1;             /* more than white space came */
    unsigned whole:1;           /* an object, and it has ended */
    unsigned bad:1;             /* what came is the beginning of none, or goes
                                   on after it */
    gw_json_t json;
} gw_args_t;

/* Ready; in the pool.  A piece may have `most` bytes. */
void gw_args_init(gw_args_t *args, apr_size_t most, apr_pool_t *pool);

/* The arguments of the next call begin. */
void gw_args_start(gw_args_t *args);

/* Read a piece: two parts of a string, escaped as they are written and not
 * cut within an escape. */
void gw_args_feed(gw_args_t *args, gw_str_t first, gw_str_t second);

/* Does the string, escaped as it is written, hold nothing but white space? */
int gw_args_blank(gw_str_t text);

#endif
