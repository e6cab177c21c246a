/* SPDX-License-Identifier: Apache-2.0 */
/* json_text.h - a tree as text. */
#ifndef GW_JSON_TEXT_H
#define GW_JSON_TEXT_H

#include "admin_request.h"

/* The JSON of a tree on one line, the request's; o NULL: "null".  Always
 * UTF-8, whatever the strings hold (json_text.c). */
const char *gw_admin_line(gw_admin_t *a, json_object *o);

#endif
