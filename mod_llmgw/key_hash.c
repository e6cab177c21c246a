/* SPDX-License-Identifier: Apache-2.0 */
/* key_hash.c - see key_hash.h. */
#include "key_hash.h"

#include <pthread.h>

#include <apr_siphash.h>

#include "crypto.h"
#include "key.h"

#define PLACES 1024             /* 90 kB, untouched where few keys are used */

typedef struct place_t {
    pthread_mutex_t lock;       /* none is taken while it is held */
    apr_uint64_t mark[2];       /* of the key */
    unsigned char hash[GW_SHA256];
} place_t;

static struct {
    int ready;
    unsigned char secret[2][APR_SIPHASH_KSIZE];
    place_t place[PLACES];
} child = {
    .place = { [0 ... PLACES - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER } }
};

void gw_key_hash_child(void)
{
    child.ready = gw_random(child.secret[0], sizeof(child.secret))
                  == APR_SUCCESS;
}

/* APR's SipHash has 64 bits: two of them, under two secrets, leave nothing to
 * chance. */
static place_t *place_of(apr_uint64_t *mark, gw_str_t key)
{
    mark[0] = apr_siphash24(key.p, key.n, child.secret[0]);
    mark[1] = apr_siphash24(key.p, key.n, child.secret[1]);
    return &child.place[mark[0] % PLACES];
}

int gw_key_hash_find(unsigned char *hash, gw_str_t key)
{
    apr_uint64_t mark[2];
    place_t *place;
    int is;

    if (!child.ready || key.n != GW_KEY_LENGTH)
        return 0;
    place = place_of(mark, key);
    pthread_mutex_lock(&place->lock);
    is = ((place->mark[0] ^ mark[0]) | (place->mark[1] ^ mark[1])) == 0;
    if (is)
        memcpy(hash, place->hash, GW_SHA256);
    pthread_mutex_unlock(&place->lock);
    return is;
}

void gw_key_hash_keep(const unsigned char *hash, gw_str_t key)
{
    apr_uint64_t mark[2];
    place_t *place;

    if (!child.ready)
        return;
    place = place_of(mark, key);
    pthread_mutex_lock(&place->lock);
    memcpy(place->mark, mark, sizeof(mark));
    memcpy(place->hash, hash, GW_SHA256);
    pthread_mutex_unlock(&place->lock);
}
