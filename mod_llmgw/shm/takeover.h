/* SPDX-License-Identifier: Apache-2.0 */
/* takeover.h - how a segment begins. */
#ifndef GW_TAKEOVER_H
#define GW_TAKEOVER_H

#include "segment.h"

/* Helper, at the first start, while no other process has it mapped: begin a
 * new one, or take over what an earlier httpd left.  What is counted for keys
 * and teams stays, their secrets are read anew.  state: the directory whose
 * requests it holds; wanted: the size that is configured, in bytes: another
 * one is kept while there are requests in it.  NULL, or why it has to be put
 * aside: it is of another version, size, boot or state directory, or damaged;
 * text is in pool. */
const char *gw_takeover(gw_segment_t *seg, const char *state,
                        apr_size_t wanted, apr_pool_t *pool);

#endif
