/* SPDX-License-Identifier: Apache-2.0 */
/* crash.h - the points where tests may kill a process. */
#ifndef GW_CRASH_H
#define GW_CRASH_H

/* In a test build the process kills itself at the point that the file named
 * by the environment variable LLMGW_CRASH names, and what LLMGW_FAULT names
 * fails there (see crash.c); in any other there is nothing. */
#ifdef GW_CRASH_POINTS
void gw_crash_point(const char *label);
int gw_fault_point(const char *label);
#define GW_CRASH(label) gw_crash_point(label)
#define GW_FAULT(label) gw_fault_point(label)
#else
#define GW_CRASH(label) ((void)0)
#define GW_FAULT(label) 0
#endif

#endif
