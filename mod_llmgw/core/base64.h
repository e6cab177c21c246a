/* SPDX-License-Identifier: Apache-2.0 */
/* base64.h - finding out whether a text is base64.  Media are most of the bytes
 * of the bodies that have any. */
#ifndef GW_BASE64_H
#define GW_BASE64_H

#include "gw.h"

/* How many bytes of [p, end), from the first on, are digits of RFC 4648
 * section 4: letters, digits, '+' and '/'. */
apr_size_t gw_base64_run(const char *p, const char *end);

/* Is all of it base64 as that section writes it, with its padding, and
 * something? */
int gw_base64_is(gw_str_t text);

#endif
