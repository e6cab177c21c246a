/* SPDX-License-Identifier: Apache-2.0 */
/* widen.c - see widen.h. */
#include "widen.h"

#include <stdlib.h>

#include "segment_clock.h"

#define PLACES 8

static gw_widening_t *place(const gw_segment_t *seg, apr_int64_t key_id,
                            apr_int64_t model_id, unsigned i)
{
    apr_uint64_t h = ((apr_uint64_t)key_id << 24 ^ (apr_uint64_t)model_id)
                     * 0x9e3779b97f4a7c15ULL;

    return &seg->widenings[((h >> 32) + i) % seg->n.widenings];
}

static gw_widening_t *find(const gw_segment_t *seg, apr_int64_t key_id,
                           apr_int64_t model_id)
{
    unsigned i;

    for (i = 0; i < PLACES; i++) {
        gw_widening_t *w = place(seg, key_id, model_id, i);

        if (__atomic_load_n(&w->key_id, __ATOMIC_ACQUIRE) == key_id
            && __atomic_load_n(&w->model_id, __ATOMIC_RELAXED) == model_id)
            return w;
    }
    return NULL;
}

void gw_widen_read(gw_wider_t *out, const gw_segment_t *seg,
                   apr_int64_t key_id, apr_int64_t model_id, apr_time_t now)
{
    const gw_widening_t *w;
    gw_widening_t copy;

    out->prompt = out->output = 0;
    if (__atomic_load_n(&seg->header->widen_changes, __ATOMIC_RELAXED) == 0
        || (w = find(seg, key_id, model_id)) == NULL)
        return;
    copy.seen = __atomic_load_n(&w->seen, __ATOMIC_RELAXED);
    copy.prompt = __atomic_load_n(&w->prompt, __ATOMIC_RELAXED);
    copy.output = __atomic_load_n(&w->output, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    /* the place is another's by now: what was copied may be, too */
    if (__atomic_load_n(&w->key_id, __ATOMIC_RELAXED) != key_id
        || __atomic_load_n(&w->model_id, __ATOMIC_RELAXED) != model_id)
        return;
    out->prompt = gw_widening_left(copy.prompt, copy.seen, now);
    out->output = gw_widening_left(copy.output, copy.seen, now);
}

/* ---- writing, with widen_mutex -------------------------------------- */

static void unlock(gw_segment_t *seg)
{
    __atomic_add_fetch(&seg->header->widen_changes, 1, __ATOMIC_RELAXED);
    gw_segment_unlock(&seg->header->widen_mutex);
}

/* A reader sees a free place meanwhile. */
static void clear(gw_widening_t *w)
{
    __atomic_store_n(&w->key_id, 0, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void set(gw_widening_t *w, const gw_widening_t *to)
{
    clear(w);
    w->team_id = to->team_id;
    __atomic_store_n(&w->model_id, to->model_id, __ATOMIC_RELAXED);
    __atomic_store_n(&w->seen, to->seen, __ATOMIC_RELAXED);
    __atomic_store_n(&w->prompt, to->prompt, __ATOMIC_RELAXED);
    __atomic_store_n(&w->output, to->output, __ATOMIC_RELAXED);
    __atomic_store_n(&w->key_id, to->key_id, __ATOMIC_RELEASE);
}

static apr_int64_t width(const gw_widening_t *w, apr_time_t now)
{
    return gw_widening_left(w->prompt, w->seen, now)
           + gw_widening_left(w->output, w->seen, now);
}

/* How many of the eight its team has; the one that comes counts, too. */
static unsigned held(gw_widening_t *const *all, const gw_widening_t *w,
                     const gw_widening_t *comes)
{
    unsigned i, n = comes->team_id == w->team_id;

    for (i = 0; i < PLACES; i++)
        n += all[i]->key_id != 0 && all[i]->team_id == w->team_id;
    return n;
}

/* Where the one that comes may stand. */
static gw_widening_t *make_place(const gw_segment_t *seg,
                                 const gw_widening_t *comes)
{
    gw_widening_t *all[PLACES], *best;
    unsigned i;

    for (i = 0; i < PLACES; i++) {
        all[i] = place(seg, comes->key_id, comes->model_id, i);
        if (all[i]->key_id == 0 || width(all[i], comes->seen) == 0)
            return all[i];
    }
    best = all[0];
    for (i = 1; i < PLACES; i++) {
        unsigned a = held(all, all[i], comes), b = held(all, best, comes);

        if (a > b || (a == b && width(all[i], comes->seen)
                                < width(best, comes->seen)))
            best = all[i];
    }
    return best;
}

void gw_widen_see(gw_segment_t *seg, const gw_widening_t *seen,
                  apr_int64_t context)
{
    gw_widening_t *w, now = *seen;

    now.prompt = now.output = 0;
    gw_segment_lock(&seg->header->widen_mutex);
    w = find(seg, seen->key_id, seen->model_id);
    if (w != NULL)
        now = *w;
    else
        w = make_place(seg, seen);
    gw_widening_see(&now, seen->prompt, seen->output, context, seen->seen);
    set(w, &now);
    unlock(seg);
}

void gw_widen_restore(gw_segment_t *seg, const gw_widening_t *saved)
{
    gw_segment_lock(&seg->header->widen_mutex);
    if (find(seg, saved->key_id, saved->model_id) == NULL)
        set(make_place(seg, saved), saved);
    unlock(seg);
}

void gw_widen_reset(gw_segment_t *seg, apr_int64_t model_id)
{
    apr_uint32_t i;

    gw_segment_lock(&seg->header->widen_mutex);
    for (i = 0; i < seg->n.widenings; i++) {
        if (seg->widenings[i].model_id == model_id)
            clear(&seg->widenings[i]);
    }
    unlock(seg);
}

/* ---- reading all of it ---------------------------------------------- */

static int wider(const void *a_, const void *b_)
{
    const gw_widening_t *a = a_, *b = b_;
    apr_int64_t x = (apr_int64_t)a->prompt + a->output;
    apr_int64_t y = (apr_int64_t)b->prompt + b->output;

    return x < y ? 1 : x > y ? -1 : 0;
}

apr_array_header_t *gw_widen_list(gw_segment_t *seg, apr_int64_t key_id,
                                  apr_int64_t model_id, int n,
                                  apr_uint64_t *changes, apr_pool_t *pool)
{
    apr_array_header_t *list = apr_array_make(pool, 16,
                                              sizeof(gw_widening_t));
    apr_time_t now = gw_segment_time(seg);
    apr_uint32_t i;

    gw_segment_lock(&seg->header->widen_mutex);
    if (changes != NULL)
        *changes = seg->header->widen_changes;
    for (i = 0; i < seg->n.widenings; i++) {
        const gw_widening_t *w = &seg->widenings[i];

        if (w->key_id == 0 || (key_id != 0 && w->key_id != key_id)
            || (model_id != 0 && w->model_id != model_id)
            || width(w, now) == 0)
            continue;
        APR_ARRAY_PUSH(list, gw_widening_t) = *w;
    }
    gw_segment_unlock(&seg->header->widen_mutex);
    for (i = 0; i < (apr_uint32_t)list->nelts; i++) {
        gw_widening_t *w = &APR_ARRAY_IDX(list, i, gw_widening_t);

        w->prompt = (apr_int32_t)gw_widening_left(w->prompt, w->seen, now);
        w->output = (apr_int32_t)gw_widening_left(w->output, w->seen, now);
    }
    qsort(list->elts, (size_t)list->nelts, sizeof(gw_widening_t), wider);
    if (list->nelts > n)
        list->nelts = n;
    return list;
}
