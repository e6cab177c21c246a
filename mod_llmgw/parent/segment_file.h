/* SPDX-License-Identifier: Apache-2.0 */
/* segment_file.h - the file of the shared segment, as the parent sees it:
 * a name, a descriptor, a lock and a size.
 *
 * Children can write every word of it, so the parent never maps it and knows
 * nothing of what is in it (this folder cannot include what does).  Helper
 * and children map it; the helper says whether what was left can be used.
 */
#ifndef GW_SEGMENT_FILE_H
#define GW_SEGMENT_FILE_H

#include "inherited.h"

/* Open and lock the file at path, or make one of size bytes.  APR_EEXIST:
 * another httpd uses it.  APR_EINVAL: it is no regular file of ours alone.
 * Else the system's error.  *aside: NULL, or why what was there was put aside:
 * its size is none that a segment can have. */
apr_status_t gw_segment_file_open(gw_inherited_t *in, const char *path,
                                  apr_size_t size, const char **aside,
                                  apr_pool_t *pool);

/* Put it aside as PATH.old and make a new one of size bytes.  What helper or
 * children have mapped stays theirs. */
apr_status_t gw_segment_file_renew(gw_inherited_t *in, const char *path,
                                   apr_size_t size, apr_pool_t *pool);

/* Somebody may have cut it: give it its size again, so that no process dies
 * of reading it.  1: it was shorter, and what was there is zeros now. */
int gw_segment_file_refill(const gw_inherited_t *in);

#endif
