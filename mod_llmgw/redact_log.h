/* SPDX-License-Identifier: Apache-2.0 */
/* redact_log.h - our keys do not get into what httpd itself logs and shows. */
#ifndef GW_REDACT_LOG_H
#define GW_REDACT_LOG_H

#include "log.h"

/* register_hooks: in request lines, for access logs and mod_status; in the
 * headers that httpd logs from `LogLevel http:trace4` up. */
void gw_redact_log_register(void);

/* A request that is ours: in its path, query and Referer too, as nothing of
 * ours is found by a key that stands there. */
void gw_redact_log_url(request_rec *r);

#endif
