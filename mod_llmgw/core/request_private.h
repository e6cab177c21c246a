/* SPDX-License-Identifier: Apache-2.0 */
/* request_private.h - what request.c and request_judge.c share. */
#ifndef GW_REQUEST_PRIVATE_H
#define GW_REQUEST_PRIVATE_H

#include "request.h"

/* Is a string's token this word?  Escapes spell it as well. */
int gw_request_word(gw_str_t token, int escaped, const char *word);

/* Judge the members and fill in what follows from them.  Returns 0 or the
 * problem that *problem describes. */
gw_problem_kind_t gw_request_judge(gw_request_t *req, gw_problem_t *problem,
                                   apr_pool_t *pool);

#endif
