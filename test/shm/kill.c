/* SPDX-License-Identifier: Apache-2.0 */
/* kill.c - see kill.h. */
#include "kill.h"

#include <signal.h>
#include <string.h>

#include "crash.h"

void (*kill_watch)(const char *label);

static const char *aim;
static unsigned left;

void kill_at(const char *label, unsigned n)
{
    aim = label;
    left = n;
}

void kill_point(const char *label)
{
    if (kill_watch != NULL)
        kill_watch(label);
    if (aim != NULL && strcmp(aim, label) == 0 && --left == 0)
        raise(SIGKILL);
}

#ifdef GW_CRASH_POINTS
void gw_crash_point(const char *label)
{
    kill_point(label);
}

int gw_fault_point(const char *label)
{
    return 0;
}
#endif
