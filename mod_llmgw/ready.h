/* SPDX-License-Identifier: Apache-2.0 */
/* ready.h - can this process serve requests now? */
#ifndef GW_READY_H
#define GW_READY_H

#include <apr_time.h>

/* NULL, or why every request is answered with 503 now: this child could not
 * begin, the shared segment was damaged, the database was removed or replaced
 * at its path, or no helper lives that would write the ledger.  now: of the
 * wall clock, about.  Any thread of a child; costs a few reads. */
const char *gw_not_ready(apr_time_t now);

#endif
