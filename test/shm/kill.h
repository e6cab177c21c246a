/* SPDX-License-Identifier: Apache-2.0 */
/* kill.h - crash points that a test aims at.
 *
 * kill.c defines all that shm/crash.c does: no file is read at each point.
 */
#ifndef GW_TEST_KILL_H
#define GW_TEST_KILL_H

/* The process kills itself when it passes this label for the n-th time from
 * now on.  NULL: nowhere.  The string is not copied. */
void kill_at(const char *label, unsigned n);

/* Called at every point, with its label; NULL: nothing is. */
extern void (*kill_watch)(const char *label);

/* A crash point of the test's own. */
void kill_point(const char *label);

#endif
