/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.h - starting, replacing and ending the helper, in the parent. */
#ifndef GW_SUPERVISE_H
#define GW_SUPERVISE_H

#include <httpd.h>

#include "helper.h"
#include "inherited.h"

/* What came of a first start. */
typedef struct gw_first_word_t {
    const char *aside;          /* the segment has to be put aside: why */
    const char *trouble;        /* nothing can be done: a sentence */
} gw_first_word_t;

/* Start the helper and wait until it is ready, 60 s at most.  Both of the
 * answer NULL: it is, and will be replaced when it dies, until pconf goes;
 * conf must live as long.
 * What it says is from a process of User's: bounded, and made printable. */
gw_first_word_t gw_supervise_first(gw_inherited_t *in,
                                   const gw_helper_conf_t *conf,
                                   apr_pool_t *pconf, server_rec *s);

/* Start it for a new generation, and do not wait.  NULL, or a sentence. */
const char *gw_supervise_next(gw_inherited_t *in,
                              const gw_helper_conf_t *conf,
                              apr_pool_t *pconf, server_rec *s);

#endif
