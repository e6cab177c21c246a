/* SPDX-License-Identifier: Apache-2.0 */
/* fsck_command.h - the ledger checked from the command line. */
#ifndef GW_FSCK_COMMAND_H
#define GW_FSCK_COMMAND_H

#include <httpd.h>

/* httpd -t -D LLMGW_FSCK [-D LLMGW_FSCK_FROM=day] [-D LLMGW_FSCK_TO=day], a
 * day as 2026-11-01, in UTC, the last one exclusive: check the ledger of the
 * configured state directory as its User and say what was found.  Ends the
 * process with 1 if anything is wrong. */
void gw_fsck_command(apr_pool_t *pool, server_rec *s);

#endif
