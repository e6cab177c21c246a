/* SPDX-License-Identifier: Apache-2.0 */
/* start_notice.c - see start_notice.h.  In the parent, at each start and
 * reload; looks at the configuration only. */
#include "start_notice.h"

#include <ap_mpm.h>
#include <apr_strings.h>
#include <http_core.h>
#include <scoreboard.h>

#include "process.h"

#define NAMED 10                /* places that are named; others counted */
#define MANY_THREADS 64         /* of a child, from where times() is felt */

typedef struct places_t {
    apr_pool_t *pool;
    const char *text;
    int count;
} places_t;

static void add(places_t *p, const char *place)
{
    if (++p->count <= NAMED)
        p->text = apr_pstrcat(p->pool, p->text, p->count > 1 ? ", " : "",
                              place, NULL);
}

/* The name by which people know a virtual host. */
static const char *name_of(const server_rec *s, apr_pool_t *pool)
{
    apr_port_t port = s->port != 0 ? s->port
                      : s->addrs != NULL ? s->addrs->host_port : 0;
    const char *name = s->server_hostname != NULL ? s->server_hostname : "*";

    return port != 0 ? apr_psprintf(pool, "%s:%u", name, port) : name;
}

static int is_on(ap_conf_vector_t *section)
{
    const gw_dir_conf_t *conf = ap_get_module_config(section, &llmgw_module);

    return conf != NULL && conf->enabled == 1;
}

/* <Location> and <Directory> sections, which virtual hosts inherit: those of
 * the main server are named once. */
static void add_sections(places_t *p, const server_rec *s,
                         const apr_array_header_t *sections, int from,
                         const char *between)
{
    int i;

    for (i = from; sections != NULL && i < sections->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(sections, i,
                                                  ap_conf_vector_t *);
        const core_dir_config *core = ap_get_core_module_config(section);

        if (is_on(section))
            add(p, apr_pstrcat(p->pool, name_of(s, p->pool), between,
                               core->d, NULL));
    }
}

static int length(const apr_array_header_t *a)
{
    return a != NULL ? a->nelts : 0;
}

static void add_server(places_t *p, const server_rec *s,
                       const core_server_config *above)
{
    const core_server_config *core = ap_get_core_module_config(
                                         s->module_config);
    int urls = above != NULL ? length(above->sec_url) : 0;
    int dirs = above != NULL ? length(above->sec_dir) : 0;

    if (is_on(s->lookup_defaults))
        add(p, name_of(s, p->pool));
    add_sections(p, s, core->sec_url, urls, "");
    add_sections(p, s, core->sec_dir, dirs, " ");
}

static const char *places(server_rec *main_server, apr_pool_t *pool)
{
    const core_server_config *core = ap_get_core_module_config(
                                         main_server->module_config);
    places_t p = { pool, "", 0 };
    server_rec *s;

    add_server(&p, main_server, NULL);
    for (s = main_server->next; s != NULL; s = s->next)
        add_server(&p, s, core);
    if (p.count == 0)
        return "AuthType llmgw alone";
    return p.count <= NAMED ? p.text
           : apr_psprintf(pool, "%s and %d more", p.text, p.count - NAMED);
}

/* With ExtendedStatus httpd calls times() for each request, and the kernel adds
 * up all threads of the child for that. */
static void warn_of_status(server_rec *s)
{
    int threads = 0;

    if (!ap_extended_status
        || ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads) != APR_SUCCESS
        || threads <= MANY_THREADS)
        return;
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0019)
                 "ExtendedStatus is On with ThreadsPerChild %d: each request "
                 "has the kernel count the time of all of these threads",
                 threads);
}

/* httpd keeps no notice of a start from its log, whatever LogLevel says. */
static int post_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *s)
{
    if (gw_process.conf == NULL || gw_process.not_ready != NULL
        || ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, GW_TAG(0018)
                 "mod_llmgw " GW_VERSION " serves %s; state and the first "
                 "admin.key are in %s", places(s, ptemp),
                 gw_process.conf->state_dir);
    warn_of_status(s);
    return OK;
}

void gw_start_notice_register(void)
{
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_REALLY_LAST);
}
