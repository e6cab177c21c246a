/* SPDX-License-Identifier: Apache-2.0 */
/* pool.h - memory that belongs to no other pool. */
#ifndef GW_POOL_H
#define GW_POOL_H

#include <apr_pools.h>

/* A pool of its own: no other thread's pool is its parent.  NULL: there is no
 * memory for one.  Later, inside of it, that ends the process, as it does
 * everywhere in httpd. */
apr_pool_t *gw_pool_make(const char *tag);

#endif
