/* SPDX-License-Identifier: Apache-2.0 */
/* banner.h - the log line at the start: what runs, and where. */
#ifndef GW_BANNER_H
#define GW_BANNER_H

#include <apr_hooks.h>

/* register_hooks: a post_config that comes last. */
void gw_banner_register(void);

#endif
