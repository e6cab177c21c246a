/* SPDX-License-Identifier: Apache-2.0 */
/* name.h - what may stand in a name that people read and programs repeat.
 *
 * The rule, in Unicode's words (General_Category, DerivedCoreProperties):
 * UTF-8 without Cc, Cf, Cs, Co, Zl, Zp, without what is Zs but U+0020,
 * without Default_Ignorable_Code_Point, noncharacters, U+2800, U+FFFC and
 * U+FFFD, and with no blank at either end.  Two names that look alike because
 * one has an invisible character are thus not both possible.
 *
 * An id stands in URLs, in lists of patterns and in configuration besides:
 * it has none of * ? % # " \ and is no path that a URL cannot spell, which
 * are those with an empty part or one of "." and ".." between slashes.
 */
#ifndef GW_NAME_H
#define GW_NAME_H

#include "gw.h"

typedef enum {
    GW_NAME_TEXT,       /* for people: of a key, of a team */
    GW_NAME_ID          /* of a team, an upstream, a model; an alias */
} gw_name_t;

/* What is wrong with a name, as the rest of a sentence that begins with what
 * is named; NULL: nothing. */
const char *gw_name_wrong(gw_str_t text, gw_name_t kind);

#endif
