/* SPDX-License-Identifier: Apache-2.0 */
/* upstream_policy.c - see upstream_policy.h.
 *
 * mod_ssl completes each <Proxy> section in post_config, once for every
 * virtual host that the section is seen in: what is not said there is taken
 * from the first of them that says it.  So our section is taken out of
 * mod_proxy's lists before that, and completed from a server that says
 * nothing.  A section is used as a whole: the last one counts.
 */
#include "upstream_policy.h"

#include <apr_strings.h>
#include <http_core.h>
#include <mod_proxy.h>

#include "call.h"
#include "module_symbol.h"
#include "upstream_tls.h"

static struct {
    module *proxy, *ssl;
    apr_size_t vector;          /* bytes of a configuration vector */
    proxy_dir_conf *words;      /* mod_proxy's, for each attempt */
    apr_array_header_t *sections;   /* of section_t: each server's */
} policy;

/* ---- what the section must say -------------------------------------- */

/* With llmgw.conf's values.  Without one of them mod_ssl would not verify, or
 * by rules of its own that change with its version. */
static const char *const required[] = {
    "SSLProxyEngine", "SSLProxyVerify", "SSLProxyVerifyDepth",
    "SSLProxyCACertificateFile", "SSLProxyCARevocationCheck",
    "SSLProxyCheckPeerName", "SSLProxyCheckPeerCN",
    "SSLProxyCheckPeerExpire", "SSLProxyProtocol", "SSLProxyCipherSuite"
};

/* Does this tree, with sections such as <IfModule> in it, have the word? */
static int says(const ap_directive_t *d, const char *word)
{
    for (; d != NULL; d = d->next) {
        if (strcasecmp(d->directive, word) == 0
            || (d->first_child != NULL && says(d->first_child, word)))
            return 1;
    }
    return 0;
}

static int is_ours(const ap_directive_t *d, apr_pool_t *p)
{
    const char *args = d->args, *name;
    apr_size_t n;

    if (strcasecmp(d->directive, "<Proxy") != 0)
        return 0;
    name = ap_getword_conf(p, &args);
    n = strlen(name);
    if (n > 0 && name[n - 1] == '>')
        n--;
    return n == strlen(GW_UPSTREAM_SECTION)
           && strncmp(name, GW_UPSTREAM_SECTION, n) == 0;
}

static const char *missing(const ap_directive_t *section, apr_pool_t *p)
{
    const char *list = NULL;
    unsigned i;

    for (i = 0; i < GW_COUNT(required); i++) {
        if (!says(section->first_child, required[i]))
            list = list == NULL ? required[i]
                   : apr_pstrcat(p, list, ", ", required[i], NULL);
    }
    return list == NULL ? NULL
           : apr_psprintf(p, "%s:%d: <Proxy \"" GW_UPSTREAM_SECTION "\"> "
                          "leaves out %s: which upstreams get a credential "
                          "must not depend on other sections; write it as in "
                          "the llmgw.conf of this version",
                          section->filename, section->line_num, list);
}

static const char *trouble_in(const ap_directive_t *d, apr_pool_t *p)
{
    const char *trouble = NULL;

    for (; d != NULL && trouble == NULL; d = d->next) {
        if (is_ours(d, p))
            trouble = missing(d, p);
        else if (d->first_child != NULL)
            trouble = trouble_in(d->first_child, p);
    }
    return trouble;
}

const char *gw_upstream_policy_trouble(apr_pool_t *p)
{
    return trouble_in(ap_conftree, p);
}

/* ---- our section, apart from all others ----------------------------- */

typedef int post_config_fn(apr_pool_t *, apr_pool_t *, apr_pool_t *,
                           server_rec *, ap_conf_vector_t *);

typedef struct section_t {
    const server_rec *server;
    ap_conf_vector_t *config;
} section_t;

static proxy_server_conf *proxy_of(const server_rec *s)
{
    return ap_get_module_config(s->module_config, policy.proxy);
}

static int is_section(ap_conf_vector_t *v)
{
    const proxy_dir_conf *d = ap_get_module_config(v, policy.proxy);

    return d != NULL && d->p != NULL
           && strcmp(d->p, GW_UPSTREAM_SECTION) == 0;
}

/* A server whose sections begin with what mod_ssl has by default. */
static server_rec *silent_server(const server_rec *s, apr_pool_t *p)
{
    server_rec *silent = apr_pmemdup(p, s, sizeof(*s));

    silent->lookup_defaults = apr_pmemdup(p, s->lookup_defaults, policy.vector);
    ap_set_module_config(silent->lookup_defaults, policy.ssl,
                         policy.ssl->create_dir_config(p, NULL));
    return silent;
}

/* What mod_proxy's post_config does for each section. */
static int complete(const server_rec *s, ap_conf_vector_t *section,
                    apr_pool_t *p, apr_pool_t *ptemp)
{
    post_config_fn *run;
    int rc;

    *(void **)&run = gw_module_symbol(policy.proxy,
                                      "proxy_run_section_post_config");
    if (run == NULL)
        return HTTP_NOT_IMPLEMENTED;
    rc = run(p, ptemp, ptemp, silent_server(s, p), section);
    return rc == DECLINED ? OK : rc;
}

static int is_complete(const ap_conf_vector_t *section)
{
    int i;

    for (i = 0; i < policy.sections->nelts; i++) {
        if (APR_ARRAY_IDX(policy.sections, i, section_t).config == section)
            return 1;
    }
    return 0;
}

static int keep_section(const server_rec *s, apr_pool_t *p, apr_pool_t *ptemp)
{
    const apr_array_header_t *all = proxy_of(s)->sec_proxy;
    section_t kept = { s, NULL };
    int i, rc = OK;

    for (i = 0; i < all->nelts; i++) {
        ap_conf_vector_t *v = APR_ARRAY_IDX(all, i, ap_conf_vector_t *);

        if (is_section(v))
            kept.config = v;
    }
    if (kept.config == NULL || policy.ssl == NULL)
        return OK;
    if (!is_complete(kept.config))
        rc = complete(s, kept.config, p, ptemp);
    if (rc == OK)
        APR_ARRAY_PUSH(policy.sections, section_t) = kept;
    return rc;
}

static void hide_sections(const server_rec *s, apr_pool_t *p)
{
    proxy_server_conf *conf = proxy_of(s);
    apr_array_header_t *all = conf->sec_proxy;
    apr_array_header_t *others = apr_array_make(p, all->nelts + 1,
                                                sizeof(ap_conf_vector_t *));
    int i;

    for (i = 0; i < all->nelts; i++) {
        ap_conf_vector_t *v = APR_ARRAY_IDX(all, i, ap_conf_vector_t *);

        if (!is_section(v))
            APR_ARRAY_PUSH(others, ap_conf_vector_t *) = v;
    }
    conf->sec_proxy = others;
}

/* ---- ProxyRemote ---------------------------------------------------- */

/* A proxy on the way gets a tunnel (CONNECT) to what speaks TLS, but all of
 * a request in clear to what does not: that goes without it. */
static int goes_direct(struct dirconn_entry *entry, request_rec *r)
{
    return gw_call_of(r) != NULL && r->filename != NULL
           && ap_cstr_casecmpn(r->filename, "proxy:http:", 11) == 0;
}

static void no_remote_in_clear(const server_rec *s, apr_pool_t *p)
{
    proxy_server_conf *conf = proxy_of(s);
    apr_array_header_t *list = apr_array_copy(p, conf->dirconn);
    struct dirconn_entry *e;

    if (conf->proxies->nelts == 0)
        return;
    e = apr_array_push(list);
    memset(e, 0, sizeof(*e));
    e->name = apr_pstrdup(p, "upstreams of mod_llmgw without TLS");
    e->matcher = goes_direct;
    conf->dirconn = list;
}

/* ---- post_config ---------------------------------------------------- */

/* mod_proxy's words as they are by default, but for the headers that it adds
 * and for what is between the client and an upstream only. */
static void set_words(apr_pool_t *p)
{
    proxy_dir_conf *d = policy.proxy->create_dir_config(p, NULL);

    d->interpolate_env = 0;
    d->preserve_host = d->error_override = 0;
    d->add_forwarded_headers = d->forward_100_continue = 0;
    policy.words = d;
}

static int post_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *main_server)
{
    const module *m;
    server_rec *s;
    int rc = OK;

    policy.proxy = ap_find_linked_module("mod_proxy.c");
    policy.ssl = ap_find_linked_module("mod_ssl.c");
    if (policy.proxy == NULL)
        return OK;
    policy.vector = 0;
    for (m = ap_top_module; m != NULL; m = m->next) {
        if ((apr_size_t)m->module_index >= policy.vector)
            policy.vector = (apr_size_t)m->module_index + 1;
    }
    policy.vector *= sizeof(void *);
    policy.sections = apr_array_make(p, 2, sizeof(section_t));
    set_words(p);
    gw_upstream_tls_bind(policy.ssl);
    for (s = main_server; s != NULL && rc == OK; s = s->next)
        rc = keep_section(s, p, ptemp);
    for (s = main_server; s != NULL; s = s->next) {
        hide_sections(s, p);
        no_remote_in_clear(s, p);
    }
    return rc;
}

/* ---- for an attempt ------------------------------------------------- */

const void *gw_upstream_policy_tls(const server_rec *s)
{
    int i;

    for (i = 0; gw_upstream_tls_bound() && i < policy.sections->nelts; i++) {
        const section_t *found = &APR_ARRAY_IDX(policy.sections, i, section_t);

        if (found->server == s)
            return ap_get_module_config(found->config, policy.ssl);
    }
    return NULL;
}

ap_conf_vector_t *gw_upstream_policy_dir(const request_rec *r,
                                         const void *tls)
{
    ap_conf_vector_t *v = apr_pmemdup(r->pool, r->per_dir_config,
                                      policy.vector);

    ap_set_module_config(v, policy.proxy, policy.words);
    if (tls != NULL)
        ap_set_module_config(v, policy.ssl, (void *)tls);
    return v;
}

void gw_upstream_policy_register(void)
{
    static const char *const after[] = { "mod_ssl.c", NULL };
    static const char *const before[] = { "mod_proxy.c", NULL };

    ap_hook_post_config(post_config, after, before, APR_HOOK_MIDDLE);
    gw_upstream_tls_register();
}
