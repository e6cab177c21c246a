/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - see clock.h.
 *
 * In a test build the file named by LLMGW_CLOCK shifts both clocks: two
 * 64-bit numbers of microseconds, added to the wall clock and to the steady
 * one; a third, if not 0, is where the steady clock stands still.
 */
#include "clock.h"

#include <sys/timex.h>
#include <time.h>

#ifdef GW_CRASH_POINTS
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct shift_t {
    apr_int64_t wall, steady, frozen;
} shift_t;

static const shift_t *shift(void)
{
    static const shift_t none;
    static const shift_t *mapped;
    const char *path = mapped ? NULL : getenv("LLMGW_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        void *p = mmap(NULL, sizeof(shift_t), PROT_READ, MAP_SHARED, fd, 0);

        close(fd);
        mapped = p == MAP_FAILED ? &none : p;
    }
    return mapped ? mapped : &none;
}

#define WALL_SHIFT   (shift()->wall)
#define STEADY_SHIFT (shift()->steady)
#define FROZEN       (shift()->frozen)
#define NAP          5          /* ms */
#define REAL         (getenv("LLMGW_CLOCK") == NULL)
#else
#define WALL_SHIFT   0
#define STEADY_SHIFT 0
#define FROZEN       0
#define NAP          0
#define REAL         1
#endif

apr_time_t gw_wall_now(void)
{
    return apr_time_now() + WALL_SHIFT;
}

apr_time_t gw_real_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (apr_time_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static apr_time_t since_boot(clockid_t clock)
{
    struct timespec t;

    if (FROZEN != 0)
        return FROZEN + STEADY_SHIFT;
    clock_gettime(clock, &t);
    return (apr_time_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 + STEADY_SHIFT;
}

apr_time_t gw_steady_now(void)
{
    return since_boot(CLOCK_MONOTONIC);
}

apr_time_t gw_boot_now(void)
{
    return since_boot(CLOCK_BOOTTIME);
}

int gw_wall_synchronised(void)
{
    struct timex t;
    int state;

    memset(&t, 0, sizeof(t));
    state = adjtimex(&t);
    return REAL && state >= 0 && state != TIME_ERROR
           && !(t.status & STA_UNSYNC);
}

int gw_steady_nap(int ms)
{
    return FROZEN != 0 && ms > NAP ? NAP : ms;
}
