/* SPDX-License-Identifier: Apache-2.0 */
/* model_price.h - the price of a model: in its document, and as dated
 * versions, which are added and never changed. */
#ifndef GW_MODEL_PRICE_H
#define GW_MODEL_PRICE_H

#include "object_write.h"

/* `price` of a model; one of `prices` of a model in a catalogue. */
extern const gw_field_t gw_price_fields[], gw_price_import_fields[];

/* What object.h asks of a kind: item->prices gets what the document brings. */
int gw_price_validate(gw_admin_t *a, gw_item_t *item);
void gw_price_patched(gw_admin_t *a, gw_item_t *item);

/* Write item->prices, and check what is stored then, as item->object.prices
 * says, against the document and the model that it makes.  APR_EINVAL:
 * a->problem says why not. */
apr_status_t gw_price_save(gw_admin_t *a, gw_item_t *item,
                           const gw_model_t *model);

void gw_price_show(gw_admin_t *a, json_object *out, const gw_object_t *model,
                   gw_view_t view);

#endif
