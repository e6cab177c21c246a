/* SPDX-License-Identifier: Apache-2.0 */
/* owner_index.c - see owner_index.h.
 *
 * A search takes no lock: an entry's owner is stored after its hash, a removed
 * entry keeps its place as GW_INDEX_GONE, and a search that found an owner is
 * checked again under its mutex.
 */
#include "owner_index.h"

#include "crash.h"

#define PROBES 64               /* places where an entry may be */

/* The place of the n-th look for this hash.  Two that met in one place part
 * again, so that few looks are enough in a table that is two thirds full.
 * The step grows: else a hash whose step is a multiple of the table's size, or
 * of a third of it, would look at one place or at three. */
static gw_index_t *entry_at(const gw_segment_t *seg,
                            const unsigned char *hash, unsigned probe)
{
    apr_uint64_t h[2];

    memcpy(h, hash, sizeof(h));
    return &seg->index[(h[0] % seg->n.index + probe * (h[1] % seg->n.index)
                        + probe * (probe + 1) / 2) % seg->n.index];
}

/* A search may meet an entry that is just becoming another's: whatever it
 * makes of such a hash, it looks again under the owner's mutex. */
static int is_hash(const gw_index_t *e, const unsigned char *hash)
{
    apr_uint64_t word;
    unsigned i;

    for (i = 0; i < GW_COUNT(e->hash); i++) {
        memcpy(&word, hash + i * sizeof(word), sizeof(word));
        if (__atomic_load_n(&e->hash[i], __ATOMIC_RELAXED) != word)
            return 0;
    }
    return 1;
}

static void set_hash(gw_index_t *e, const unsigned char *hash)
{
    apr_uint64_t word;
    unsigned i;

    for (i = 0; i < GW_COUNT(e->hash); i++) {
        memcpy(&word, hash + i * sizeof(word), sizeof(word));
        __atomic_store_n(&e->hash[i], word, __ATOMIC_RELAXED);
    }
}

static gw_index_t *find_entry(const gw_segment_t *seg,
                              const unsigned char *hash)
{
    unsigned i;

    for (i = 0; i < PROBES; i++) {
        gw_index_t *e = entry_at(seg, hash, i);
        apr_uint32_t owner = __atomic_load_n(&e->owner, __ATOMIC_ACQUIRE);

        if (owner == 0)
            return NULL;
        if (owner != GW_INDEX_GONE && is_hash(e, hash))
            return e;
    }
    return NULL;
}

apr_uint32_t gw_index_find(const gw_segment_t *seg, const unsigned char *hash)
{
    const gw_index_t *e = find_entry(seg, hash);
    apr_uint32_t owner = e ? __atomic_load_n(&e->owner, __ATOMIC_ACQUIRE) : 0;

    return owner == GW_INDEX_GONE ? 0 : owner;
}

int gw_index_is(const gw_segment_t *seg, apr_uint32_t number,
                const unsigned char *hash, apr_time_t *until)
{
    const gw_index_t *e = find_entry(seg, hash);

    if (e == NULL
        || __atomic_load_n(&e->owner, __ATOMIC_ACQUIRE) != number)
        return 0;
    *until = e->until;
    return 1;
}

void gw_index_id_hash(unsigned char *out, gw_owner_kind_t kind,
                      apr_int64_t id)
{
    apr_uint64_t mixed = ((apr_uint64_t)id * 4 + kind)
                         * 0x9e3779b97f4a7c15ULL;

    memset(out, 0, GW_INDEX_HASH);
    memcpy(out, &mixed, sizeof(mixed));
    mixed = (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93ULL;
    memcpy(out + 8, &mixed, sizeof(mixed));
    memcpy(out + 16, &id, sizeof(id));
    out[24] = (unsigned char)kind;
}

/* What a dead process was about to enter may be another's by now. */
void gw_index_remove(gw_segment_t *seg, apr_uint32_t number, unsigned slot)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_uint32_t entry = o->entry[slot];

    if (entry != 0 && seg->index[entry - 1].owner == number)
        __atomic_store_n(&seg->index[entry - 1].owner, GW_INDEX_GONE,
                         __ATOMIC_RELEASE);
    o->entry[slot] = 0;
}

int gw_index_add(gw_segment_t *seg, apr_uint32_t number,
                 const unsigned char *hash, apr_time_t until)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    unsigned i, slot = 0;

    while (slot < GW_OWNER_ENTRIES && o->entry[slot] != 0)
        slot++;
    if (slot == GW_OWNER_ENTRIES) {     /* the oldest secret makes room */
        slot = 1;
        gw_index_remove(seg, number, slot);
    }
    for (i = 0; i < PROBES; i++) {
        gw_index_t *e = entry_at(seg, hash, i);

        if (e->owner != 0 && e->owner != GW_INDEX_GONE)
            continue;
        /* the owner knows it first: no entry outlives it unseen */
        o->entry[slot] = (apr_uint32_t)(e - seg->index) + 1;
        set_hash(e, hash);
        e->until = until;
        GW_CRASH("indexing");
        __atomic_store_n(&e->owner, number, __ATOMIC_RELEASE);
        return 1;
    }
    return 0;
}

apr_uint32_t gw_index_by_id(const gw_segment_t *seg, gw_owner_kind_t kind,
                            apr_int64_t id)
{
    unsigned char hash[GW_INDEX_HASH];

    gw_index_id_hash(hash, kind, id);
    return gw_index_find(seg, hash);
}
