/* SPDX-License-Identifier: Apache-2.0 */
/* process.c - see process.h. */
#include "process.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <apr_atomic.h>
#include <apr_hash.h>
#include <apr_strings.h>

#include "catalog_store.h"
#include "crash.h"
#include "spec.h"

#define RELOAD_WAIT_S 2
#define POLICIES 8192           /* cached ones; above it the cache is emptied */

gw_process_t gw_process;

static struct {
    pthread_mutex_t lock[GW_DB_OWN];    /* by gw_db_mode_t */
    gw_db_t *db[GW_DB_OWN];
    apr_pool_t *pool[GW_DB_OWN];
    pthread_mutex_t catalog_lock, policy_lock;
    gw_snapshot_t *snapshot;
    apr_hash_t *policies;       /* by key id */
    apr_pool_t *policies_pool;
} own;

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

/* ---- the child ------------------------------------------------------ */

static const char *set_up(apr_pool_t *p)
{
    const gw_inherited_t *in = gw_process.in;

    if (in == NULL || gw_process.trouble != NULL)
        return gw_process.trouble ? gw_process.trouble : "nothing is open";
    close(in->admin_key);       /* only the helper writes it */
    if (gw_crypto_init() != APR_SUCCESS)
        return "OpenSSL gives no SHA-256 or AES-256-GCM";
    if (!in->has_master)
        return "the secret cannot be read";
    if (gw_segment_map(&gw_process.seg, in->segment, in->segment_size,
                       in->wake, p) != APR_SUCCESS)
        return "the shared segment cannot be mapped";
    close(in->segment);         /* its lock is the parent's */
    if (gw_db_inherit(in->db, in->wal, in->shm) != APR_SUCCESS)
        return "this SQLite cannot open a database by its descriptors";
    if (gw_segment_enter(gw_process.seg) != APR_SUCCESS)
        return "the shared segment has no slot for another child";
    return NULL;
}

void gw_process_child(apr_pool_t *p, server_rec *s)
{
    int i;

    if (gw_process.conf == NULL)
        return;
    gw_process.pool = p;
    gw_process.stopping = 0;
    gw_process.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    memset(&own, 0, sizeof(own));
    for (i = 0; i < GW_DB_OWN; i++)
        pthread_mutex_init(&own.lock[i], NULL);
    pthread_mutex_init(&own.catalog_lock, NULL);
    pthread_mutex_init(&own.policy_lock, NULL);
    gw_process.trouble = set_up(p);
    if (gw_process.trouble != NULL)
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GW_TAG(0010)
                     "this child answers 503: %s", gw_process.trouble);
}

void gw_process_stopping(apr_pool_t *p, int graceful)
{
    apr_uint64_t one = 1;

    if (gw_process.conf == NULL || graceful)
        return;
    gw_process.stopping = 1;
    if (write(gw_process.stop_fd, &one, sizeof(one)) < 0)
        return;                 /* it was written before */
}

/* ---- the database --------------------------------------------------- */

static void close_database(gw_db_mode_t mode)
{
    apr_pool_destroy(own.pool[mode]);
    own.db[mode] = NULL;
}

static apr_status_t open_database(gw_db_mode_t mode)
{
    apr_status_t rv;

    own.pool[mode] = gw_pool_make("gw_database");
    if (own.pool[mode] == NULL)
        return APR_ENOMEM;
    rv = gw_db_open(&own.db[mode], GW_DB_INHERITED, mode, own.pool[mode]);
    if (rv != APR_SUCCESS)
        close_database(mode);
    return rv;
}

apr_status_t gw_database_lock(gw_db_t **db, gw_db_mode_t mode)
{
    apr_status_t rv = APR_SUCCESS;

    if (!__atomic_load_n(&gw_process.seg->header->database_ready,
                         __ATOMIC_ACQUIRE))
        return APR_EBUSY;
    pthread_mutex_lock(&own.lock[mode]);
    if (own.db[mode] == NULL) {
        rv = open_database(mode);
        if (rv != APR_SUCCESS) {
            pthread_mutex_unlock(&own.lock[mode]);
            return rv;
        }
    }
    *db = own.db[mode];
    return APR_SUCCESS;
}

/* A handle that can only read keeps the others of this process from writing,
 * also when the file has long been mended: it is not kept. */
void gw_database_unlock(gw_db_mode_t mode)
{
    if (gw_db_readonly(own.db[mode]))
        close_database(mode);
    pthread_mutex_unlock(&own.lock[mode]);
}

/* ---- the catalogue -------------------------------------------------- */

/* A credential that cannot be opened leaves an upstream without one: its
 * requests fail there with 401, which the log explains. */
static void unseal(gw_catalog_t *c)
{
    unsigned i, k;

    for (i = 0; i < c->upstream_count; i++) {
        gw_upstream_t *u = c->upstreams[i];

        u->secrets = apr_pcalloc(c->pool, (u->credentials + 1)
                                          * sizeof(*u->secrets));
        for (k = 0; k < u->credentials; k++) {
            if (gw_unseal(&u->secrets[k], gw_process.in->master,
                          u->sealed[k].bytes, u->sealed[k].length, u->name,
                          c->pool) != APR_SUCCESS)
                ap_log_error(APLOG_MARK, APLOG_ERR, 0, gw_process.server,
                             GW_TAG(0011) "a credential of upstream %s was "
                             "sealed with another secret: save it again",
                             u->name);
        }
        gw_needle(&u->needle, u->secrets[0]);
    }
}

static apr_status_t load_snapshot(gw_snapshot_t **out, apr_uint64_t generation)
{
    apr_pool_t *pool = gw_pool_make("gw_snapshot");
    gw_snapshot_t *snapshot;
    gw_catalog_t *catalog;
    gw_db_t *db;
    apr_status_t rv;

    if (pool == NULL)
        return APR_ENOMEM;
    rv = gw_database_lock(&db, GW_DB_READ);
    if (rv == APR_SUCCESS) {
        rv = gw_catalog_load(&catalog, db, pool);
        gw_database_unlock(GW_DB_READ);
    }
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return rv;
    }
    catalog->generation = generation;
    catalog->pool = pool;
    unseal(catalog);
    snapshot = apr_palloc(pool, sizeof(*snapshot));
    snapshot->catalog = catalog;
    snapshot->refs = 1;         /* it is the current one */
    *out = snapshot;
    return APR_SUCCESS;
}

static apr_uint64_t generation_now(void)
{
    return __atomic_load_n(&gw_process.seg->header->catalogue,
                           __ATOMIC_ACQUIRE);
}

apr_status_t gw_snapshot_hold(gw_snapshot_t **out)
{
    struct timespec until;
    apr_uint64_t generation = generation_now();
    apr_status_t rv = APR_SUCCESS;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RELOAD_WAIT_S;
    if (pthread_mutex_timedlock(&own.catalog_lock, &until) != 0)
        return APR_TIMEUP;
    if (own.snapshot == NULL
        || own.snapshot->catalog->generation != generation) {
        gw_snapshot_t *fresh;

        rv = load_snapshot(&fresh, generation);
        if (rv == APR_SUCCESS) {
            gw_snapshot_t *old = own.snapshot;

            own.snapshot = fresh;
            if (old != NULL)
                gw_snapshot_release(old);
        }
    }
    if (rv == APR_SUCCESS) {
        *out = own.snapshot;
        apr_atomic_inc32(&own.snapshot->refs);
    }
    pthread_mutex_unlock(&own.catalog_lock);
    return rv;
}

void gw_snapshot_release(gw_snapshot_t *snapshot)
{
    if (apr_atomic_dec32(&snapshot->refs) == 0)
        apr_pool_destroy(snapshot->catalog->pool);
}

void gw_snapshot_changed(void)
{
    __atomic_add_fetch(&gw_process.seg->header->catalogue, 1,
                       __ATOMIC_ACQ_REL);
}

/* ---- policies ------------------------------------------------------- */

void gw_policies_release(gw_policies_t *policies)
{
    if (apr_atomic_dec32(&policies->refs) == 0)
        apr_pool_destroy(policies->pool);
}

/* Lock held.  Let go of everything.  Without memory there is no cache. */
static void empty_cache(void)
{
    apr_hash_index_t *i;

    if (own.policies != NULL) {
        for (i = apr_hash_first(NULL, own.policies); i; i = apr_hash_next(i))
            gw_policies_release(apr_hash_this_val(i));
        apr_pool_destroy(own.policies_pool);
    }
    own.policies_pool = gw_pool_make("gw_policies");
    own.policies = own.policies_pool != NULL
                   ? apr_hash_make(own.policies_pool) : NULL;
}

/* The cache's hold on it is fresh->refs' already. */
static void cache_put(gw_policies_t *fresh)
{
    gw_policies_t *old;

    pthread_mutex_lock(&own.policy_lock);
    if (own.policies == NULL || apr_hash_count(own.policies) >= POLICIES)
        empty_cache();
    if (own.policies == NULL) {
        pthread_mutex_unlock(&own.policy_lock);
        gw_policies_release(fresh);
        return;
    }
    old = apr_hash_get(own.policies, &fresh->key_id, sizeof(fresh->key_id));
    if (old != NULL)        /* its key_id is the hash's key: remove it first */
        apr_hash_set(own.policies, &old->key_id, sizeof(old->key_id), NULL);
    apr_hash_set(own.policies, &fresh->key_id, sizeof(fresh->key_id), fresh);
    if (old != NULL)
        gw_policies_release(old);
    pthread_mutex_unlock(&own.policy_lock);
}

apr_status_t gw_policies_put(gw_policies_t **policies,
                             const gw_key_row_t *row)
{
    apr_pool_t *pool = gw_pool_make("gw_policy");
    gw_policies_t *fresh;

    if (pool == NULL)
        return APR_ENOMEM;
    fresh = apr_pcalloc(pool, sizeof(*fresh));
    fresh->pool = pool;
    fresh->key_id = row->id;
    fresh->key_version = row->version;
    fresh->team_version = row->team_version;
    fresh->key_name = apr_pstrdup(pool, row->name);
    fresh->team_name = apr_pstrdup(pool, row->team);
    fresh->refs = 2;            /* the cache's and the caller's */
    if (gw_spec_policy(&fresh->key, row->spec, pool) != APR_SUCCESS
        || gw_spec_policy(&fresh->team, row->team_spec, pool)
           != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return APR_EGENERAL;    /* not APR_EINVAL: the key may be good */
    }
    cache_put(fresh);
    *policies = fresh;
    return APR_SUCCESS;
}

static gw_policies_t *cached(apr_int64_t key_id, apr_int64_t key_version,
                             apr_int64_t team_version)
{
    gw_policies_t *p = NULL;

    pthread_mutex_lock(&own.policy_lock);
    if (own.policies != NULL)
        p = apr_hash_get(own.policies, &key_id, sizeof(key_id));
    if (p != NULL && p->key_version == key_version
        && p->team_version == team_version)
        apr_atomic_inc32(&p->refs);
    else
        p = NULL;
    pthread_mutex_unlock(&own.policy_lock);
    return p;
}

apr_status_t gw_policies_hold(gw_policies_t **policies, apr_int64_t key_id,
                              apr_int64_t key_version,
                              apr_int64_t team_version)
{
    gw_key_row_t row;
    apr_pool_t *pool;
    gw_db_t *db;
    apr_status_t rv;

    *policies = cached(key_id, key_version, team_version);
    if (*policies != NULL)
        return APR_SUCCESS;
    pool = gw_pool_make("gw_policy_read");
    if (pool == NULL)
        return APR_ENOMEM;
    rv = gw_database_lock(&db, GW_DB_READ);
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return rv;
    }
    rv = gw_key_by_id(&row, db, key_id, pool);
    gw_database_unlock(GW_DB_READ);
    if (rv == APR_SUCCESS)
        rv = gw_policies_put(policies, &row);
    apr_pool_destroy(pool);
    return rv;
}
