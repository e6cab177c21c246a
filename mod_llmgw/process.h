/* SPDX-License-Identifier: Apache-2.0 */
/* process.h - what one httpd process knows: its configuration, its segment,
 * whether it must stop.
 *
 * The parent fills in the first part in post_config; each child inherits it
 * and adds its own in child_init.  Threads of a child share it.
 */
#ifndef GW_PROCESS_H
#define GW_PROCESS_H

#include "config.h"
#include "segment.h"

struct gw_inherited_t;

typedef struct gw_process_t {
    server_rec *server;             /* the main one */
    const gw_server_conf_t *conf;   /* NULL: the gateway is nowhere On */
    gw_segment_t *seg;              /* NULL: not_ready says why */
    const char *not_ready;          /* NULL, or why every request of this
                                       process is answered 503 */
    const char *proxy_missing;      /* what of mod_proxy is missing, or NULL */
    const struct gw_inherited_t *in; /* from the parent; NULL: nothing */
    /* of a child */
    int stop_fd;                    /* readable once this child must stop */
    int stopping;
} gw_process_t;

extern gw_process_t gw_process;

/* child_init: map the segment and take a slot. */
void gw_process_child(apr_pool_t *p, server_rec *s);

/* child_stopping: wake every request that waits for an upstream.  May run in
 * a signal handler. */
void gw_process_stopping(apr_pool_t *p, int graceful);

#endif
