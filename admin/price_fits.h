/* SPDX-License-Identifier: Apache-2.0 */
/* price_fits.h - does an amount hold what a request can come to? */
#ifndef GW_PRICE_FITS_H
#define GW_PRICE_FITS_H

#include "object_write.h"

/* Inside the write's transaction: where 10^8 tokens at a price come to more
 * than an amount holds, do the model's limits keep a request below that, at
 * the price in force and at those ahead?  APR_EINVAL: no; a->problem says
 * what to do. */
apr_status_t gw_price_fits(gw_admin_t *a, const gw_item_t *item);

#endif
