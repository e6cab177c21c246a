/* SPDX-License-Identifier: Apache-2.0 */
/* crash.h - the points where tests may kill a process. */
#ifndef GW_CRASH_H
#define GW_CRASH_H

/* In a test build the process kills itself at the point that the file named
 * by the environment variable LLMGW_CRASH names (see crash.c); in any other
 * there is nothing. */
#ifdef GW_CRASH_POINTS
void gw_crash_point(const char *label);
#define GW_CRASH(label) gw_crash_point(label)
#else
#define GW_CRASH(label) ((void)0)
#endif

#endif
