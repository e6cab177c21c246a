/* SPDX-License-Identifier: Apache-2.0 */
/* model_page.h - models, as /v1/model-catalog shows them, for people to read.
 *
 *     gw_model_page_t page = { 0 };
 *
 *     gw_model_page_add(&page, a, m, json);    for each model
 *     gw_model_page_end(&page, a, next);
 */
#ifndef GW_MODEL_PAGE_H
#define GW_MODEL_PAGE_H

#include "page.h"

typedef struct gw_model_page_t {
    gw_buffer_t table, models;  /* one line of each, and all of each */
    unsigned count;
} gw_model_page_t;

/* Add a model.  json: what the catalogue says of it; i: the index of its
 * price in force. */
void gw_model_page_add(gw_model_page_t *page, gw_admin_t *a,
                       const gw_model_t *m, unsigned i, json_object *json);

/* The page is the answer: a list, where it is not of one model only.  next:
 * where the next part of the list begins; NULL: this is the last. */
void gw_model_page_end(gw_model_page_t *page, gw_admin_t *a,
                       const char *next);

/* Answer that there is no such model here.  Returns the status. */
int gw_model_page_none(gw_admin_t *a);

#endif
