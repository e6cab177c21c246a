/* SPDX-License-Identifier: Apache-2.0 */
/* parent.c - see parent.h. */
#include "parent.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>

#include "log.h"
#include "secret.h"
#include "segment_file.h"
#include "state_dir.h"
#include "supervise.h"

#define RETAINED "llmgw-segment"        /* of every version: see kept_t */
#define PAGE 4096

/* What stays over restarts.  Nothing in it may point into this module, which
 * is loaded anew each time, and may be another version then: that looks at
 * the first member only. */
typedef struct kept_t {
    apr_uint32_t layout;
    gw_inherited_t in;
    int dir;                    /* the state directory */
    apr_size_t wanted;          /* size of the segment, as configured */
    const char *path;           /* of the segment */
} kept_t;

static kept_t *current;         /* of this version; NULL: none */

/* ---- the first start ------------------------------------------------ */

static const char *open_dir(kept_t *kept, const gw_server_conf_t *conf,
                            server_rec *s, apr_pool_t *pool)
{
    const char *above, *why = gw_state_open(&kept->dir, &above,
                                            conf->state_dir, pool);

    kept->in.second_best = geteuid() != 0;
    kept->in.state_dir = apr_pstrdup(pool, conf->state_dir);
    if (why == NULL && above != NULL)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0008)
                     "LLMGatewayState %s: others than root can put another "
                     "directory in its place, since they can write to %s",
                     conf->state_dir, above);
    return why;
}

static const char *no_eventfd(apr_pool_t *pool)
{
    return apr_psprintf(pool, "no eventfd can be made for the ledger helper: "
                        "%s", strerror(errno));
}

static const char *open_files(kept_t *kept, apr_pool_t *pool)
{
    gw_inherited_t *in = &kept->in;
    int take_wal = ap_exists_config_define("LLMGW_TAKE_WAL");
    const char *why = gw_state_open_db(in, kept->dir, take_wal, pool);

    if (why != NULL)
        return why;
    why = gw_state_take(&in->lock, kept->dir, "helper.lock", 1, pool);
    if (why == NULL)
        why = gw_state_take(&in->admin_key, kept->dir, "admin.key", 1, pool);
    if (why != NULL)
        return apr_psprintf(pool, "helper.lock or admin.key in "
                            "LLMGatewayState %s cannot be used: %s",
                            in->state_dir, why);
    in->moved = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return in->moved < 0 ? no_eventfd(pool) : NULL;
}

static const char *segment_trouble(const char *path, apr_status_t rv,
                                   apr_pool_t *pool)
{
    char text[120];
    const char *why = rv == APR_EEXIST ? "another httpd uses it"
                    : rv == APR_EINVAL
                      ? "it is not a file that only this user can write"
                      : apr_strerror(rv, text, sizeof(text));

    return apr_psprintf(pool, "LLMGatewaySegment: %s cannot be used: %s",
                        path, why);
}

static void say_aside(const kept_t *kept, const char *why, server_rec *s)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0007)
                 "the segment that an earlier httpd left was put aside as "
                 "%s.old: %s", kept->path, why);
}

static const char *open_segment(kept_t *kept, server_rec *s, apr_pool_t *pool)
{
    gw_inherited_t *in = &kept->in;
    const char *aside;
    apr_status_t rv = gw_segment_file_open(in, kept->path, kept->wanted,
                                           &aside, pool);

    if (rv != APR_SUCCESS)
        return segment_trouble(kept->path, rv, pool);
    if (aside != NULL)
        say_aside(kept, aside, s);
    in->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return in->wake < 0 ? no_eventfd(pool) : NULL;
}

static const gw_helper_conf_t *helper_conf(const gw_server_conf_t *conf,
                                           apr_pool_t *pconf)
{
    gw_helper_conf_t *out = apr_pcalloc(pconf, sizeof(*out));

    out->segment_size = conf->segment_size;
    out->power = conf->power;
    out->zone = conf->zone;
    out->clock_hours = conf->clock_hours;
    return out;
}

/* A segment that the helper cannot use is put aside, once. */
static const char *first_helper(kept_t *kept, const gw_server_conf_t *conf,
                                apr_pool_t *pconf, server_rec *s)
{
    const gw_helper_conf_t *settings = helper_conf(conf, pconf);
    gw_first_word_t word = gw_supervise_first(&kept->in, settings, pconf, s);
    apr_status_t rv;

    if (word.aside == NULL)
        return word.trouble;
    rv = gw_segment_file_renew(&kept->in, kept->path, kept->wanted, pconf);
    if (rv != APR_SUCCESS)
        return segment_trouble(kept->path, rv, pconf);
    say_aside(kept, word.aside, s);
    word = gw_supervise_first(&kept->in, settings, pconf, s);
    return word.aside != NULL ? word.aside : word.trouble;
}

static const char *read_secret(kept_t *kept, int first, server_rec *s,
                               apr_pool_t *pool)
{
    const char *file = gw_config_server(s)->secret_file;
    gw_inherited_t *in = &kept->in;
    const char *trouble = file != NULL
        ? gw_secret_file(in->master, file, pool)
        : gw_secret_of_state(in->master, kept->dir, first, in->state_dir,
                             pool);

    in->has_master = trouble == NULL;
    return trouble;
}

static apr_size_t whole_pages(apr_size_t n)
{
    return (n + PAGE - 1) / PAGE * PAGE;
}

static const char *segment_path(apr_pool_t *p, server_rec *s,
                                const gw_server_conf_t *conf)
{
    return apr_pstrdup(s->process->pool, conf->segment_path != NULL
                       ? conf->segment_path
                       : ap_runtime_dir_relative(p, "llmgw.segment"));
}

static void say_later(server_rec *s)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0003)
                 "LLMGatewaySegment has another size or file now: it takes "
                 "effect when httpd is stopped and started");
}

static const char *start(kept_t **out, apr_pool_t *pconf, server_rec *s,
                         const gw_server_conf_t *conf, apr_uint32_t layout)
{
    apr_pool_t *pool = s->process->pool;
    kept_t *kept = ap_retained_data_create(RETAINED, sizeof(*kept));
    const char *trouble;

    kept->layout = layout;
    kept->wanted = whole_pages(conf->segment_size);
    kept->path = segment_path(pconf, s, conf);
    kept->in.segment = -1;
    trouble = open_dir(kept, conf, s, pool);
    if (trouble == NULL)
        trouble = read_secret(kept, 1, s, pool);
    if (trouble == NULL)
        trouble = open_files(kept, pool);
    if (trouble == NULL)
        trouble = open_segment(kept, s, pool);
    if (trouble == NULL)
        trouble = first_helper(kept, conf, pconf, s);
    if (trouble == NULL && kept->in.segment_size != kept->wanted)
        say_later(s);           /* what a crash left in it comes first */
    *out = kept;
    return trouble;
}

/* ---- a restart ------------------------------------------------------ */

/* The segment holds requests of one database, and both outlive a restart. */
static void keep_on(kept_t *kept, gw_server_conf_t *conf, apr_pool_t *p,
                    server_rec *s)
{
    if (whole_pages(conf->segment_size) != kept->in.segment_size
        || strcmp(segment_path(p, s, conf), kept->path) != 0)
        say_later(s);
    if (strcmp(conf->state_dir, kept->in.state_dir) != 0)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GW_TAG(0006)
                     "LLMGatewayState has another directory now: it takes "
                     "effect when httpd is stopped and started; until then "
                     "%s is in use", kept->in.state_dir);
    conf->state_dir = kept->in.state_dir;
}

/* Without a secret nothing can be sent, but what the generation before left
 * is still to be written. */
static const char *go_on(kept_t *kept, const gw_server_conf_t *conf,
                         apr_pool_t *pconf, server_rec *s)
{
    const char *secret = read_secret(kept, 0, s, pconf);
    const char *helper = NULL;

    if (gw_segment_file_refill(&kept->in) || kept->in.refilled) {
        apr_status_t rv = gw_segment_file_renew(&kept->in, kept->path,
                                                kept->wanted, pconf);

        if (rv != APR_SUCCESS)
            return segment_trouble(kept->path, rv, pconf);
        say_aside(kept, "it was truncated while httpd ran", s);
        helper = first_helper(kept, conf, pconf, s);
    }
    else {
        helper = gw_supervise_next(&kept->in, helper_conf(conf, pconf), pconf,
                                   s);
    }
    return secret != NULL ? secret : helper;
}

const char *gw_parent_start(const gw_inherited_t **in, int *first,
                            apr_pool_t *pconf, server_rec *s,
                            gw_server_conf_t *conf, apr_uint32_t layout)
{
    kept_t *kept = ap_retained_data_get(RETAINED);
    const char *trouble;

    *in = NULL;
    *first = kept == NULL;
    if (kept != NULL && kept->layout != layout)
        return "this mod_llmgw is another version than the one that httpd was "
               "started with: stop httpd and start it";
    if (kept == NULL) {
        trouble = start(&kept, pconf, s, conf, layout);
    }
    else {
        keep_on(kept, conf, pconf, s);
        trouble = go_on(kept, conf, pconf, s);
    }
    current = kept->in.segment >= 0 ? kept : NULL;
    *in = current != NULL ? &kept->in : NULL;
    return trouble;
}

/* ---- now and then --------------------------------------------------- */

/* Only we can look into the directory.  The helper is told each time: it may
 * be another one than the last time. */
int gw_parent_monitor(apr_pool_t *p, server_rec *s)
{
    apr_uint64_t one = 1;

    if (current == NULL || !gw_state_moved(&current->in, p))
        return DECLINED;
    if (write(current->in.moved, &one, sizeof(one)) < 0)
        return DECLINED;        /* it has not yet heard the last word */
    return DECLINED;
}
