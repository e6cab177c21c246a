/* SPDX-License-Identifier: Apache-2.0 */
/* json_run.h - the bytes of a string that need no state, in one go.
 *
 * Strings are nearly all of a chat body, in any script, and code has an escape
 * in each of its lines.  What is whole in memory is read here; what a cut went
 * through, and what is wrong, is left to the caller, who reads it byte by
 * byte.  Which instructions are used is decided when it runs.
 */
#ifndef GW_JSON_RUN_H
#define GW_JSON_RUN_H

#include "json_unit.h"

/* Behind the plain bytes, characters and escapes at p, all of which are whole
 * and may stand in a string.  What comes then is the closing quote, the end, or
 * something else than those.  Reads nothing outside [run->base, end). */
const char *gw_json_run(gw_json_run_t *run, const char *p, const char *end);

#endif
