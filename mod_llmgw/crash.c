/* SPDX-License-Identifier: Apache-2.0 */
/* crash.c - crash points of test builds; empty in any other.
 *
 * LLMGW_CRASH names a file.  While it holds a label, the first process that
 * passes that point removes the file and kills itself with SIGKILL: what a
 * crash leaves behind can be tested at every step of a request's life.
 */
#include "log.h"

#ifdef GW_CRASH_POINTS
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void gw_crash_point(const char *label)
{
    const char *path = getenv("LLMGW_CRASH");
    char want[64];
    ssize_t n;
    int fd;

    if (path == NULL)
        return;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    n = read(fd, want, sizeof(want) - 1);
    close(fd);
    while (n > 0 && (want[n - 1] == '\n' || want[n - 1] == ' '))
        n--;
    if (n <= 0 || strlen(label) != (size_t)n
        || memcmp(want, label, (size_t)n) != 0)
        return;
    if (unlink(path) == 0)
        kill(getpid(), SIGKILL);
}
#endif
