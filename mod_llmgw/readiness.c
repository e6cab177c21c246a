/* SPDX-License-Identifier: Apache-2.0 */
/* readiness.c - see readiness.h. */
#include "readiness.h"

#include <fcntl.h>

#include "clock.h"
#include "inherited.h"
#include "process.h"

#define SILENT_S 5              /* a helper that is not seen for so long ... */
#define FREE_S   5              /* ... and does not hold its lock for so long */
#define ASK_S    1

/* Does a helper live?  It holds the lock as long as it does: one that waits
 * for a slow disk is no dead one. */
static int lock_is_free(void)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    return fcntl(gw_process.in->lock, F_GETLK, &lock) == 0
           && lock.l_type == F_UNLCK;
}

static void say_once(void)
{
    if (__atomic_exchange_n(&gw_process.seg->header->gone_said, 1,
                            __ATOMIC_RELAXED) == 0)
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, gw_process.server,
                     GW_TAG(0106) "httpd's parent process and the ledger "
                     "helper are gone, and this child is left: it answers "
                     "503; stop what is left of httpd and start it");
}

static const char *helper_gone(void)
{
    static apr_int64_t asked, free_since;   /* steady; free_since 0: held */
    apr_int64_t now = gw_steady_now();
    apr_int64_t last = __atomic_load_n(&asked, __ATOMIC_RELAXED), since;

    if (now - last >= apr_time_from_sec(ASK_S)
        && __atomic_compare_exchange_n(&asked, &last, now, 0,
                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        since = __atomic_load_n(&free_since, __ATOMIC_RELAXED);
        if (!lock_is_free())
            __atomic_store_n(&free_since, 0, __ATOMIC_RELAXED);
        else if (since == 0)
            __atomic_store_n(&free_since, now, __ATOMIC_RELAXED);
    }
    since = __atomic_load_n(&free_since, __ATOMIC_RELAXED);
    if (since == 0 || now - since < apr_time_from_sec(FREE_S))
        return NULL;
    say_once();
    return "no ledger helper is running";
}

const char *gw_readiness_problem(apr_time_t now)
{
    const gw_header_t *h;

    if (gw_process.not_ready != NULL)
        return gw_process.not_ready;
    h = gw_process.seg->header;
    if (!gw_segment_ready(gw_process.seg))
        return "the shared segment was damaged: restart httpd";
    if (__atomic_load_n(&h->database_moved, __ATOMIC_RELAXED))
        return "the database was removed or replaced while httpd runs";
    if (now - __atomic_load_n(&h->helper_seen, __ATOMIC_RELAXED)
        <= apr_time_from_sec(SILENT_S))
        return NULL;
    return helper_gone();
}
