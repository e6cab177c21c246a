/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - reading UTF-8 that is not trusted to be valid. */
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

/* The character that begins at text.p[i], or U+FFFD where none does, into out
 * (4 bytes).  *taken: bytes of text.  Returns those of out. */
apr_size_t gw_utf8_put(char *out, apr_size_t *taken, gw_str_t text,
                       apr_size_t i);

/* Copy text, terminated, into out, which has `room` bytes: as gw_utf8_put
 * does, and what is too long ends between two characters. */
void gw_utf8_copy(char *out, apr_size_t room, gw_str_t text);

#endif
