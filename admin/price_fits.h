/* SPDX-License-Identifier: Apache-2.0 */
/* price_fits.h - do a model's stored prices fit its document? */
#ifndef GW_PRICE_FITS_H
#define GW_PRICE_FITS_H

#include "object_write.h"

/* Says the document that requests may cache explicitly? */
int gw_price_wants_explicit(json_object *doc);
/* Prices the tier that by name? */
int gw_price_names_explicit(const gw_tier_t *tier);

/* Inside the write's transaction: do the price in force and those ahead, as
 * item->object.prices has them, fit the document and the model that it makes?
 * Where 10^8 tokens at a price come to more than an amount holds, the model's
 * limits have to keep a request below that.  APR_EINVAL: no; a->problem says
 * what to do. */
apr_status_t gw_price_fits(gw_admin_t *a, const gw_item_t *item,
                           const gw_model_t *model);

#endif
