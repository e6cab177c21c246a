/* SPDX-License-Identifier: Apache-2.0 */
/* tap_carry.c - a document that flows, and our credential in it.
 *
 * What is kept anyway (errors, events, documents that are edited) is
 * searched as a whole; a document that flows in clear only, and what stands
 * at the end of a part of it and may be the beginning waits for the next one.
 */
#include "tap_private.h"

static void hold_back(gw_tap_t *t, const char *p, apr_size_t n)
{
    if (t->carry == NULL && n > 0)
        t->carry = apr_palloc(t->call->r->pool, t->needle.n);
    if (n > 0)
        memcpy(t->carry, p, n);
    t->carry_len = n;
}

/* What was held back, and what follows it, in one bucket. */
static apr_bucket *joined(gw_tap_t *t, const char *data, apr_size_t n)
{
    apr_bucket_alloc_t *alloc = t->f->c->bucket_alloc;
    apr_size_t length = t->carry_len + n;
    char *p = apr_bucket_alloc(length, alloc);

    memcpy(p, t->carry, t->carry_len);
    memcpy(p + t->carry_len, data, n);
    return apr_bucket_heap_create(p, length, apr_bucket_free, alloc);
}

int gw_tap_carry(gw_tap_t *t, apr_bucket *e, const char *data, apr_size_t n)
{
    apr_size_t tail;

    if (t->carry_len > 0) {
        e = joined(t, data, n);
        apr_bucket_read(e, &data, &n, APR_BLOCK_READ);
        APR_BRIGADE_INSERT_TAIL(t->spent, e);
    }
    if (gw_tap_leaks_clear(t, data, n))
        return 0;
    /* behind the last byte of it nothing follows */
    tail = e != NULL && t->length >= 0 && t->got >= t->length
           ? 0 : gw_needle_tail(&t->needle, data, n);
    if (tail == 0 && e != NULL) {
        APR_BUCKET_REMOVE(e);
        gw_tap_put_bucket(t, e, n);
    }
    else {
        gw_tap_put(t, data, n - tail);
    }
    hold_back(t, data + n - tail, tail);
    return 1;
}

void gw_tap_carry_rest(gw_tap_t *t)
{
    apr_size_t n = t->carry_len;

    t->carry_len = 0;
    gw_tap_put(t, t->carry, n);
}
