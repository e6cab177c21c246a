/* SPDX-License-Identifier: Apache-2.0 */
/* start_notice.h - the log line at the start: what runs, and where. */
#ifndef GW_START_NOTICE_H
#define GW_START_NOTICE_H

#include <apr_hooks.h>

/* register_hooks: a post_config that comes last. */
void gw_start_notice_register(void);

#endif
