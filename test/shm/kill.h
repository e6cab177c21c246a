/* SPDX-License-Identifier: Apache-2.0 */
/* kill.h - crash points that a test aims at.
 *
 * kill.c defines all that shm/crash.c does: no file is read at each point.
 */
#ifndef GW_TEST_KILL_H
#define GW_TEST_KILL_H

#include <sys/types.h>

/* The process kills itself when it passes this label for the n-th time from
 * now on.  NULL: nowhere.  The string is not copied. */
void kill_at(const char *label, unsigned n);

/* Is this a build whose sources have crash points (GW_CRASH_POINTS)?  0: only
 * those of the tests' own are passed. */
int kill_can(void);

/* Called at every point, with its label; NULL: nothing is. */
extern void (*kill_watch)(const char *label);

/* A crash point of the test's own. */
void kill_point(const char *label);

/* A new process; it is tried again where the machine has no room for one just
 * now. */
pid_t kill_fork(void);

#define KILL_LABELS 64
#define KILL_LABEL 40           /* bytes of one */

/* Every label of the layer's source, so that a new one is met by who kills at
 * each; and those of the tests' own points (fixture.c, helper.c).  Returns how
 * many; *own is where the latter begin. */
unsigned kill_labels(char label[KILL_LABELS][KILL_LABEL], unsigned *own);

#endif
