/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - see pool.h. */
#include "pool.h"

#include <httpd.h>
#include <apr_allocator.h>

#include "crash.h"

static int out_of_memory(int retcode)
{
    ap_abort_on_oom();
}

apr_pool_t *gw_pool_make(const char *tag)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (GW_FAULT(tag) || apr_allocator_create(&allocator) != APR_SUCCESS)
        return NULL;
    /* a catalogue comes and goes: give its memory back */
    apr_allocator_max_free_set(allocator, 64 * 1024);
    if (apr_pool_create_unmanaged_ex(&pool, out_of_memory, allocator)
        != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    apr_pool_tag(pool, tag);
    return pool;
}
