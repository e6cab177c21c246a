/* SPDX-License-Identifier: Apache-2.0 */
/* dialect_names.h - endpoints and dialects by number and by name.
 *
 * An endpoint is what a client asks for, a path below /v1/; a dialect is what
 * an upstream speaks.  What is done for each is in dialect.h.
 */
#ifndef GW_DIALECT_NAMES_H
#define GW_DIALECT_NAMES_H

/* Of a mask: the bit 1 << endpoint. */
typedef enum {
#define E(id, ...) GW_EP_##id,
#include "tbl/endpoints.h"
#undef E
    GW_ENDPOINTS
} gw_endpoint_t;

typedef enum {
#define D(id, ...) GW_DIALECT_##id,
#include "tbl/dialects.h"
#undef D
    GW_DIALECTS
} gw_dialect_t;

/* NULL-ended: "chat/completions", ...; "openai", ... */
extern const char *const gw_endpoint_names[GW_ENDPOINTS + 1];
extern const char *const gw_dialect_names[GW_DIALECTS + 1];

#endif
