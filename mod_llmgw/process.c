/* SPDX-License-Identifier: Apache-2.0 */
/* process.c - see process.h. */
#include "process.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "child.h"
#include "crypto.h"
#include "db_files.h"
#include "inherited.h"

gw_process_t gw_process;

static const char *set_up(apr_pool_t *p)
{
    const gw_inherited_t *in = gw_process.in;

    if (in == NULL || gw_process.not_ready != NULL)
        return gw_process.not_ready != NULL ? gw_process.not_ready
             : "httpd's parent process could not open its files: see LG0004";
    close(in->admin_key);       /* only the helper writes it */
    if (gw_crypto_init() != APR_SUCCESS)
        return "OpenSSL offers no SHA-256 or no AES-256-GCM: see its "
               "configuration";
    if (!in->has_master)
        return "the key that seals credentials cannot be read: see LG0004";
    if (gw_segment_map(&gw_process.seg, in->segment, in->segment_size,
                       in->wake, p) != APR_SUCCESS)
        return "the shared segment cannot be mapped";
    close(in->segment);         /* its lock is the parent's */
    if (gw_db_files_inherit(in->db, in->wal, in->shm) != APR_SUCCESS)
        return "this SQLite cannot open a database by its descriptors";
    if (gw_child_enter(gw_process.seg) != APR_SUCCESS)
        return "the shared segment has no slot for another child: wait until "
               "children of earlier restarts have ended, or restart httpd";
    return NULL;
}

void gw_process_child(apr_pool_t *p, server_rec *s)
{
    if (gw_process.conf == NULL)
        return;
    gw_process.stopping = 0;
    gw_process.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    gw_process.not_ready = set_up(p);
    if (gw_process.not_ready != NULL)
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GW_TAG(0010)
                     "this child answers 503: %s", gw_process.not_ready);
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
