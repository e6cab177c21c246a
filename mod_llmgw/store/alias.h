/* SPDX-License-Identifier: Apache-2.0 */
/* alias.h - the other names of models. */
#ifndef GW_ALIAS_H
#define GW_ALIAS_H

#include "db.h"

/* Whose alias is this?  APR_ENOENT: nobody's. */
apr_status_t gw_alias_owner(apr_int64_t *model_id, gw_db_t *db,
                            const char *name);
/* Replace a model's aliases; NULL: it has none.  APR_EEXIST: *taken belongs
 * to another model, is a model's name, or is there twice. */
apr_status_t gw_alias_put(const char **taken, gw_db_t *db,
                          apr_int64_t model_id, const char **aliases);

#endif
