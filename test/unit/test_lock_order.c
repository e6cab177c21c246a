/* SPDX-License-Identifier: Apache-2.0 */
/* test_lock_order.c - a thread that takes a child's mutexes in another order
 * than that of lock_order.h ends its process, in a test build. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock_order.h"

#include "tap.h"

#define NONE -1

#ifdef GW_CRASH_POINTS
#define WRONG_STEP SIGABRT
#else
#define WRONG_STEP 0            /* nothing looks at the order */
#endif

static const struct {
    const char *name;
    int steps[4];               /* gw_lock_t, NONE-ended */
    int legal;
} rows[] = {
    { "a read", { GW_LOCK_READ, NONE }, 1 },
    { "a catalogue that is loaded",
      { GW_LOCK_CATALOGUE, GW_LOCK_READ, NONE }, 1 },
    { "... during a report",
      { GW_LOCK_REPORT, GW_LOCK_CATALOGUE, GW_LOCK_READ, NONE }, 1 },
    { "... during a write",
      { GW_LOCK_WRITE, GW_LOCK_CATALOGUE, GW_LOCK_READ, NONE }, 1 },
    { "a policy that is kept while its row is read",
      { GW_LOCK_READ, GW_LOCK_POLICIES, NONE }, 1 },
    { "the catalogue during a read",
      { GW_LOCK_READ, GW_LOCK_CATALOGUE, NONE }, 0 },
    { "a write during a read", { GW_LOCK_READ, GW_LOCK_WRITE, NONE }, 0 },
    { "a read during a read", { GW_LOCK_READ, GW_LOCK_READ, NONE }, 0 },
    { "a read while policies are held",
      { GW_LOCK_POLICIES, GW_LOCK_READ, NONE }, 0 }
};

/* The signal that ended a process which takes them; 0: none. */
static int ended_by(const int *steps)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        for (; *steps != NONE; steps++)
            gw_lock_taken((gw_lock_t)*steps);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_left(void)
{
    int i;

    for (i = 0; i < 2; i++) {
        gw_lock_taken(GW_LOCK_READ);
        gw_lock_left(GW_LOCK_READ);
        gw_lock_taken(GW_LOCK_CATALOGUE);
        gw_lock_taken(GW_LOCK_READ);
        gw_lock_left(GW_LOCK_READ);
        gw_lock_left(GW_LOCK_CATALOGUE);
    }
    ok(1, "what was let go of is not held");
}

static void *other(void *data)
{
    gw_lock_taken(GW_LOCK_CATALOGUE);
    gw_lock_left(GW_LOCK_CATALOGUE);
    return NULL;
}

static void test_threads(void)
{
    pthread_t thread;

    gw_lock_taken(GW_LOCK_READ);
    pthread_create(&thread, NULL, other, NULL);
    pthread_join(thread, NULL);
    gw_lock_left(GW_LOCK_READ);
    ok(1, "what another thread holds is not this one's");
}

int main(void)
{
    unsigned i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        is_int(ended_by(rows[i].steps), rows[i].legal ? 0 : WRONG_STEP,
               "%s", rows[i].name);
    test_left();
    test_threads();
    return tap_end();
}
