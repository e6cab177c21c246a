/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what the fuzz targets share: their entry point, a check that aborts,
 * choices made from bytes of the input, and a pool for one input. */
#ifndef GW_FUZZ_H
#define GW_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>

/* libFuzzer calls this; so does replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(cond) \
    do { \
        if (!(cond)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
                    #cond); \
            abort(); \
        } \
    } while (0)

/* The input's next byte, 0 at its end. */
static inline unsigned fuzz_byte(const uint8_t **data, size_t *size)
{
    if (*size == 0)
        return 0;
    (*size)--;
    return *(*data)++;
}

/* A place in [0, n] that a byte chooses: near the start or the end, or by
 * its share. */
static inline size_t fuzz_place(unsigned byte, size_t n)
{
    size_t at = byte < 64 ? byte : byte < 128 ? n - (byte - 64)
              : n * (byte - 128) / 127;

    return at <= n ? at : n;
}

/* Bytes alone in memory, so that ASan sees one byte too far. */
static inline char *fuzz_copy(const void *p, size_t n)
{
    char *copy = malloc(n ? n : 1);

    if (n > 0)
        memcpy(copy, p, n);
    return copy;
}

static inline apr_pool_t *fuzz_pool(void)
{
    static apr_pool_t *pool;

    if (pool == NULL) {
        apr_initialize();
        apr_pool_create(&pool, NULL);
    }
    apr_pool_clear(pool);
    return pool;
}

#endif
