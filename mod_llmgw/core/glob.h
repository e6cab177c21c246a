/* SPDX-License-Identifier: Apache-2.0 */
/* glob.h - patterns for model names: `*` matches any characters, a slash too;
 * nothing else is special.
 *
 * apr_fnmatch gives ? and [ a meaning too, and a [ may stand in such a name.
 */
#ifndef GW_GLOB_H
#define GW_GLOB_H

#include "gw.h"

/* Does text match?  fold: letter case does not count (ASCII).  Linear in
 * text for each star. */
int gw_glob(const char *pattern, gw_str_t text, int fold);

#endif
