/* SPDX-License-Identifier: Apache-2.0 */
/* json_text.h - a tree as text. */
#ifndef GW_JSON_TEXT_H
#define GW_JSON_TEXT_H

#include "admin_request.h"

/* Its JSON on one line, from the request's pool: always UTF-8 (json_text.c). */
const char *gw_admin_line(gw_admin_t *a, json_object *o);

#endif
