/* SPDX-License-Identifier: Apache-2.0 */
/* number.h - whole numbers in decimal. */
#ifndef GW_NUMBER_H
#define GW_NUMBER_H

#include "gw.h"

#define GW_NUMBER_TEXT 24       /* bytes that hold any of them */

/* Write n into out, which holds GW_NUMBER_TEXT bytes, and end it there.
 * Returns the end: what is written next goes there.  Bytes behind it may have
 * changed. */
char *gw_number_text(char *out, apr_int64_t n);

#endif
