/* SPDX-License-Identifier: Apache-2.0 */
/* helper.h - the one process that writes the ledger.
 *
 * Forked by the parent in post_config, as mod_cgid forks its daemon.  It
 * migrates the database, turns settled cells into rows every 100 ms, and
 * the cells of dead children into what they had come to.
 */
#ifndef GW_HELPER_H
#define GW_HELPER_H

#include "process.h"

/* Start it.  wait: until the database is ready, 60 s at most (first start);
 * then returns NULL or what the helper says is wrong, as a sentence. */
const char *gw_helper_start(apr_pool_t *pconf, server_rec *s, int wait);

/* The helper's own program; does not return.  say_fd: a pipe for the word
 * that it is ready, or what is wrong; -1: nobody listens. */
void gw_helper_run(server_rec *s, int say_fd) __attribute__((noreturn));

#endif
