/* SPDX-License-Identifier: Apache-2.0 */
/* dialect_names.c - see dialect_names.h. */
#include "dialect_names.h"

#include <stddef.h>

const char *const gw_endpoint_names[GW_ENDPOINTS + 1] = {
#define E(id, path, ...) path,
#include "tbl/endpoints.h"
#undef E
    NULL
};

const char *const gw_dialect_names[GW_DIALECTS + 1] = {
#define D(id, name, ...) name,
#include "tbl/dialects.h"
#undef D
    NULL
};
