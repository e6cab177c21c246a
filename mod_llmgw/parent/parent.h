/* SPDX-License-Identifier: Apache-2.0 */
/* parent.h - what httpd's parent process, mostly root, does for us.
 *
 * It opens files, forks the helper and looks now and then whether the files
 * are still where they were.  It reads nothing that a child can write: this
 * folder is compiled without sight of the segment's structures and of the
 * database.
 */
#ifndef GW_PARENT_H
#define GW_PARENT_H

#include <httpd.h>

#include "config.h"
#include "inherited.h"

/* post_config: open everything at the first start, go on with it at any
 * later one, and start the helper.  *in gets what to hand down; NULL: nothing
 * is open.  *first tells whether httpd starts.  layout: of the segment's
 * structures in this version of the module.  conf gets what holds until httpd
 * is stopped.  NULL, or what is wrong, as a sentence. */
const char *gw_parent_start(const gw_inherited_t **in, int *first,
                            apr_pool_t *pconf, server_rec *s,
                            gw_server_conf_t *conf, apr_uint32_t layout);

/* monitor: every ten seconds or so. */
int gw_parent_monitor(apr_pool_t *p, server_rec *s);

#endif
