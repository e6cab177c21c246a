/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - characters in bytes that may come from anybody. */
#ifndef GW_UTF8_H
#define GW_UTF8_H

#include "gw.h"

/* The character that begins at p, of the n bytes there: how many bytes it
 * takes, with *c set; 0: none does.  Overlong forms, surrogates and what lies
 * above U+10FFFF are none. */
apr_size_t gw_utf8_char(apr_uint32_t *c, const char *p, apr_size_t n);

/* Is all of it UTF-8? */
int gw_utf8_valid(gw_str_t text);

/* How many of its bytes are at most `most` without splitting a character. */
apr_size_t gw_utf8_cut(gw_str_t text, apr_size_t most);

#endif
