/* SPDX-License-Identifier: Apache-2.0 */
/* decimal.h - which of two JSON numbers is the larger, exactly, by how they
 * are written. */
#ifndef GW_DECIMAL_H
#define GW_DECIMAL_H

#include "gw.h"

#define GW_DECIMAL_TEXT 32      /* bytes of a number that is compared */

/* Below 0, 0 or above 0, as a is less than, equal to or more than b; -0 is 0.
 * Each is a number as RFC 8259 has it, of at most GW_DECIMAL_TEXT bytes: what
 * is longer is read up to there. */
int gw_decimal_compare(gw_str_t a, gw_str_t b);

#endif
