/* SPDX-License-Identifier: Apache-2.0 */
/* rfc3339.h - times as RFC 3339 writes them. */
#ifndef GW_RFC3339_H
#define GW_RFC3339_H

#include "gw.h"

/* RFC 3339 to epoch ms.  0: it is not that. */
int gw_rfc3339_parse(apr_int64_t *ms, const char *text);

#endif
