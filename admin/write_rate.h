/* SPDX-License-Identifier: Apache-2.0 */
/* write_rate.h - how many writes the keys of scope team may make. */
#ifndef GW_WRITE_RATE_H
#define GW_WRITE_RATE_H

#include "admin_request.h"

/* May the caller write once more now, inside the transaction of the write
 * (write_rate.c)?  APR_EINVAL: a->problem says when. */
apr_status_t gw_admin_write_rate(gw_admin_t *a);

#endif
