/* SPDX-License-Identifier: Apache-2.0 */
/* worker.c - see worker.h. */
#include "worker.h"

#include <pthread.h>

#include <apr_atomic.h>
#include <apr_reslist.h>
#include <apr_strings.h>
#include <apr_uri.h>
#include <http_core.h>
#include <mod_proxy.h>

#include "address.h"
#include "clock.h"
#include "module_symbol.h"
#include "pool.h"
#include "process.h"
#include "upstream_policy.h"

#define CONNECT_SECONDS 5
#define IDLE_SECONDS    25      /* pooled connections; most upstreams keep
                                   theirs for 60 s */
#define ADDRESS_SECONDS 60      /* then the name is looked up again */
#define TEND_SECONDS    5       /* between two looks at what rests */

typedef struct worker_key_t {
    const server_rec *server;
    apr_int64_t upstream;       /* id */
    apr_int64_t endpoint;
} worker_key_t;

struct gw_worker_t {
    proxy_worker *worker;
    apr_pool_t *pool;
    worker_key_t key;
    apr_int64_t version;        /* of the upstream's row */
    const char *host;           /* of its URL */
    const void *tls;            /* mod_ssl's configuration; NULL: none */
    apr_uint32_t refs;
};

static struct {
    module *proxy;
    char *(*define)(apr_pool_t *, proxy_worker **, proxy_balancer *,
                    proxy_server_conf *, const char *, int);
    apr_status_t (*initialize)(proxy_worker *, server_rec *, apr_pool_t *);
} bound;

static struct {
    pthread_mutex_t lock;
    apr_hash_t *workers;        /* by key */
    apr_pool_t *pool;
    apr_uint64_t generation;    /* of the catalogue that they were held to */
    apr_time_t next;            /* look at what rests, real time */
} child;

/* ---- finding mod_proxy ---------------------------------------------- */

static int pre_request(proxy_worker **worker, proxy_balancer **balancer,
                       request_rec *r, proxy_server_conf *conf, char **url);

typedef void hook_pre_request_fn(proxy_HOOK_pre_request_t *fn,
                                 const char *const *before,
                                 const char *const *after, int order);

const char *gw_worker_bind(void)
{
    hook_pre_request_fn *hook;

    bound.proxy = ap_find_linked_module("mod_proxy.c");
    if (bound.proxy == NULL)
        return "mod_proxy (a2enmod proxy proxy_http)";
    *(void **)&bound.define = gw_module_symbol(bound.proxy,
                                  "ap_proxy_define_worker");
    *(void **)&bound.initialize = gw_module_symbol(bound.proxy,
                                      "ap_proxy_initialize_worker");
    *(void **)&hook = gw_module_symbol(bound.proxy, "proxy_hook_pre_request");
    if (bound.define == NULL || bound.initialize == NULL || hook == NULL)
        return "a mod_proxy that is loaded as a module";
    hook(pre_request, NULL, NULL, APR_HOOK_REALLY_FIRST);
    return NULL;
}

/* APR's own takes 270 instructions for a key. */
static unsigned hash_of(const char *key, apr_ssize_t *length)
{
    const worker_key_t *k = (const worker_key_t *)key;

    return (unsigned)((apr_uint64_t)k->upstream * 31
                      + (apr_uint64_t)k->endpoint
                      + ((apr_uintptr_t)k->server >> 4));
}

void gw_worker_child(apr_pool_t *p)
{
    pthread_mutex_init(&child.lock, NULL);
    child.pool = gw_pool_make("gw_workers");
    if (child.pool == NULL)
        ap_abort_on_oom();      /* another child is started for it */
    child.workers = apr_hash_make_custom(child.pool, hash_of);
}

/* ---- workers -------------------------------------------------------- */

static void set_up(proxy_worker *w, const gw_upstream_t *u)
{
    apr_interval_time_t connect = u->deadlines.connect > 0
                                  ? u->deadlines.connect
                                  : apr_time_from_sec(CONNECT_SECONDS);

    w->s->conn_timeout = connect;
    w->s->conn_timeout_set = 1;
    /* for writing; reading waits in watch.c */
    w->s->timeout = u->deadlines.idle > 0 ? u->deadlines.idle
                                          : apr_time_from_sec(300);
    w->s->timeout_set = 1;
    w->s->smax = 0;             /* else ttl would never apply */
    w->s->ttl = apr_time_from_sec(IDLE_SECONDS);
    w->s->address_ttl = ADDRESS_SECONDS;
    w->s->address_ttl_set = 1;
    w->s->retry_set = 1;
    w->s->retry = 0;
}

/* scheme://host:port/, which names the worker: a client's query, or a path
 * that is long, has no place there. */
static const char *origin_of(const char *url, apr_pool_t *pool)
{
    const char *host = strstr(url, "://");
    apr_size_t n = host == NULL ? 0 : strcspn(host + 3, "/?#");

    return host == NULL ? url
           : apr_psprintf(pool, "%.*s/", (int)(host + 3 - url + n), url);
}

static const char *host_of(const char *url, apr_pool_t *pool)
{
    apr_uri_t uri;

    return apr_uri_parse(pool, url, &uri) == APR_SUCCESS ? uri.hostname
                                                         : NULL;
}

/* The worker of mod_proxy that w is for. */
static apr_status_t define(gw_worker_t *w, server_rec *s,
                           const gw_upstream_t *u, const char *url)
{
    apr_pool_t *pool = w->pool;
    apr_thread_mutex_t *mutex;

    w->host = host_of(url, pool);
    if (w->host != NULL && !gw_process.conf->link_local
        && gw_host_is_local(w->host))
        return APR_EACCES;
    /* connections are made in this pool by several threads */
    if (apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, pool)
        != APR_SUCCESS)
        return APR_EGENERAL;
    apr_allocator_mutex_set(apr_pool_allocator_get(pool), mutex);
    if (w->host == NULL
        || bound.define(pool, &w->worker, NULL, NULL, origin_of(url, pool),
                        0) != NULL)
        return APR_EINVAL;
    set_up(w->worker, u);
    return bound.initialize(w->worker, s, pool) == APR_SUCCESS ? APR_SUCCESS
                                                               : APR_EGENERAL;
}

static apr_status_t make(gw_worker_t **out, server_rec *s,
                         const gw_upstream_t *u, const worker_key_t *key,
                         const char *url)
{
    apr_pool_t *pool = gw_pool_make("gw_worker");
    gw_worker_t *w;
    apr_status_t rv;

    if (pool == NULL)
        return APR_ENOMEM;
    w = apr_pcalloc(pool, sizeof(*w));
    w->pool = pool;
    w->key = *key;
    w->version = u->version;
    w->refs = 1;                /* the table's */
    w->tls = gw_upstream_policy_tls(s);
    rv = define(w, s, u, url);
    if (rv != APR_SUCCESS)
        apr_pool_destroy(pool);
    else
        *out = w;
    return rv;
}

void gw_worker_release(gw_worker_t *w)
{
    if (apr_atomic_dec32(&w->refs) == 0) {
        apr_allocator_mutex_set(apr_pool_allocator_get(w->pool), NULL);
        apr_pool_destroy(w->pool);
    }
}

/* ---- tending -------------------------------------------------------- */

static int is_current(const gw_worker_t *w, const gw_catalog_t *c)
{
    unsigned i;

    for (i = 0; i < c->upstream_count; i++) {
        const gw_upstream_t *u = c->upstreams[i];

        if (u->id == w->key.upstream)
            return u->version == w->version && !u->disabled;
    }
    return 0;
}

/* Call fn for each worker; it may take it out of the table. */
static void each_worker(void (*fn)(gw_worker_t *, const gw_catalog_t *),
                        const gw_catalog_t *c)
{
    apr_hash_index_t *i;
    void *w;

    for (i = apr_hash_first(NULL, child.workers); i != NULL;
         i = apr_hash_next(i)) {
        apr_hash_this(i, NULL, NULL, &w);
        fn(w, c);
    }
}

static void let_go(gw_worker_t *w, const gw_catalog_t *c)
{
    if (is_current(w, c))
        return;
    apr_hash_set(child.workers, &w->key, sizeof(w->key), NULL);
    gw_worker_release(w);
}

/* A list of connections looks for those that have rested too long only when
 * one is taken or put back. */
static void expire(gw_worker_t *w, const gw_catalog_t *c)
{
    if (w->worker->cp != NULL && w->worker->cp->res != NULL)
        (void)apr_reslist_maintain(w->worker->cp->res);
}

void gw_worker_sweep(const gw_catalog_t *c)
{
    apr_time_t now = gw_real_now();

    if (__atomic_load_n(&child.generation, __ATOMIC_RELAXED) >= c->generation
        && now < __atomic_load_n(&child.next, __ATOMIC_RELAXED))
        return;
    pthread_mutex_lock(&child.lock);
    __atomic_store_n(&child.next, now + apr_time_from_sec(TEND_SECONDS),
                     __ATOMIC_RELAXED);
    if (child.generation < c->generation) {
        each_worker(let_go, c);
        __atomic_store_n(&child.generation, c->generation, __ATOMIC_RELAXED);
    }
    each_worker(expire, NULL);
    pthread_mutex_unlock(&child.lock);
}

/* ---- holding -------------------------------------------------------- */

apr_status_t gw_worker_hold(gw_worker_t **worker, server_rec *s,
                            const gw_upstream_t *u, gw_endpoint_t endpoint,
                            const char *url)
{
    worker_key_t key = { s, u->id, endpoint };
    gw_worker_t *w;
    apr_status_t rv = APR_SUCCESS;

    pthread_mutex_lock(&child.lock);
    w = apr_hash_get(child.workers, &key, sizeof(key));
    if (w != NULL && w->version != u->version) {
        apr_hash_set(child.workers, &key, sizeof(key), NULL);
        gw_worker_release(w);
        w = NULL;
    }
    if (w == NULL) {
        rv = make(&w, s, u, &key, url);
        if (rv == APR_SUCCESS)
            apr_hash_set(child.workers, &w->key, sizeof(w->key), w);
    }
    if (rv == APR_SUCCESS) {
        apr_atomic_inc32(&w->refs);
        *worker = w;
    }
    pthread_mutex_unlock(&child.lock);
    return rv;
}

int gw_worker_tls_ready(const gw_worker_t *w)
{
    return w->tls != NULL;
}

ap_conf_vector_t *gw_worker_dir_config(const gw_worker_t *w,
                                       const request_rec *r)
{
    return gw_upstream_policy_dir(r, w->tls);
}

/* ---- handing it over ------------------------------------------------ */

void gw_worker_offer(request_rec *r, gw_worker_t *w)
{
    gw_call_of(r)->worker = w;
}

void gw_worker_withdraw(request_rec *r)
{
    gw_call_of(r)->worker = NULL;
}

const char *gw_worker_host(const gw_worker_t *w)
{
    return w->host;
}

static int pre_request(proxy_worker **worker, proxy_balancer **balancer,
                       request_rec *r, proxy_server_conf *conf, char **url)
{
    const gw_call_t *call = gw_call_of(r);

    if (call == NULL || call->worker == NULL)
        return DECLINED;
    *worker = call->worker->worker;
    *balancer = NULL;
    return OK;
}
