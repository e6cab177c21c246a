/* SPDX-License-Identifier: Apache-2.0 */
/* config_check.h - what a start refuses beyond single words. */
#ifndef GW_CONFIG_CHECK_H
#define GW_CONFIG_CHECK_H

#include <httpd.h>

/* check_config, in the parent: what cannot work is said here, for `httpd -t`
 * too; nothing is created or written. */
int gw_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *s);

#endif
