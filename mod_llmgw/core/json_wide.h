/* SPDX-License-Identifier: Apache-2.0 */
/* json_wide.h - json_run.h with instructions that not every machine has: AVX2
 * and POPCNT. */
#ifndef GW_JSON_WIDE_H
#define GW_JSON_WIDE_H

#include "json_plain.h"
#include "json_unit.h"

#if GW_JSON_VECTORS >= 2 && defined(__x86_64__) && defined(__GNUC__)
#define GW_JSON_WIDE 64         /* bytes that are looked at together */

/* As gw_json_run(), but what comes then may be anything.  For machines that
 * have the instructions. */
const char *gw_json_wide_run(gw_json_run_t *run, const char *p,
                             const char *end);

/* Behind the \uXXXX at p and a few plain bytes and short escapes between them;
 * p: there are none.  For such machines. */
const char *gw_json_wide_units(gw_json_run_t *run, const char *p,
                               const char *end);
#endif

#endif
