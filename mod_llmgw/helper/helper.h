/* SPDX-License-Identifier: Apache-2.0 */
/* helper.h - the one process that writes the ledger.
 *
 * Forked by the parent in post_config, as mod_cgid forks its daemon.  It
 * judges what is in the shared segment, migrates the database, turns settled
 * cells into rows every 100 ms, and the cells of dead children into what they
 * had come to.
 */
#ifndef GW_HELPER_H
#define GW_HELPER_H

#include <httpd.h>

#include "inherited.h"

/* What the helper needs of the configuration; constant while it runs. */
typedef struct gw_helper_conf_t {
    apr_size_t segment_size;    /* LLMGatewaySegment, bytes */
    int power;                  /* LLMGatewayDurability power */
    int zone;                   /* LLMGatewayZone, minutes east of UTC */
    int clock_hours;            /* LLMGatewayClockStep; 0: off */
} gw_helper_conf_t;

/* What it says at the first start, in this order: that the segment can be
 * used (or why it has to be put aside), and that it is ready (or, as a
 * sentence, what is wrong). */
#define HELPER_ASIDE  "aside "
#define HELPER_JUDGED "judged\n"
#define HELPER_READY  "ok"

/* The helper's own program, after the fork; does not return.  s: the main
 * server.  say_fd: a pipe for these words; -1: nobody listens.  first: at the
 * start of httpd, when nobody else uses segment and database. */
void gw_helper_run(const gw_inherited_t *in, const gw_helper_conf_t *conf,
                   server_rec *s, int say_fd, int first)
    __attribute__((noreturn));

#endif
