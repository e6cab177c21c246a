/* SPDX-License-Identifier: Apache-2.0 */
/* start_notice.h - the log lines at the start: what runs, and where; and what
 * of httpd's settings makes each request cost more than it need. */
#ifndef GW_START_NOTICE_H
#define GW_START_NOTICE_H

#include <apr_hooks.h>

/* register_hooks: a post_config that comes last. */
void gw_start_notice_register(void);

#endif
