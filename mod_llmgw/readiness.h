/* SPDX-License-Identifier: Apache-2.0 */
/* readiness.h - can this process serve requests now? */
#ifndef GW_READINESS_H
#define GW_READINESS_H

#include <apr_time.h>

/* NULL, or why every request is answered with 503 now: this child could not
 * begin, the shared segment was damaged, the database was removed or replaced
 * at its path, or no helper lives that would write the ledger.  now: of the
 * wall clock, about.  Any thread of a child; costs a few reads. */
const char *gw_readiness_problem(apr_time_t now);

#endif
