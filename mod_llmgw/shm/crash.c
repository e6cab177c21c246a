/* SPDX-License-Identifier: Apache-2.0 */
/* crash.c - crash points of test builds; empty in any other.
 *
 * LLMGW_CRASH names a file that holds a label, and perhaps a number n and a
 * word: "settling 3 stop".  The process that passes that point for the n-th
 * time, whichever passed it before, removes the file and kills itself with
 * SIGKILL: what a crash leaves behind can be tested at every step of a
 * request's life.  With `stop` it stops itself there instead, so that others
 * may be killed while it stands.
 *
 * LLMGW_FAULT names a file that holds a label: while it does, what has that
 * label fails, as if memory were short.
 */
#include "crash.h"

#ifdef GW_CRASH_POINTS
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Is it this label's turn?  word gets what is to be done. */
static int my_turn(int fd, const char *label, char *word)
{
    char text[80], want[40];
    int n = 1;
    ssize_t length = pread(fd, text, sizeof(text) - 1, 0);

    text[length > 0 ? length : 0] = '\0';
    word[0] = '\0';
    if (sscanf(text, "%39s %d %9s", want, &n, word) < 1
        || strcmp(want, label) != 0)
        return 0;
    if (n <= 1)
        return 1;
    /* as long as it was, so that no other process reads half of it */
    snprintf(text, sizeof(text), "%s %06d %s", label, n - 1, word);
    if (pwrite(fd, text, strlen(text), 0) < 0)
        return 0;
    return 0;
}

void gw_crash_point(const char *label)
{
    const char *path = getenv("LLMGW_CRASH");
    char word[10];
    int fd, mine;

    if (path == NULL)
        return;
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)                 /* no number then */
        fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    flock(fd, LOCK_EX);
    mine = my_turn(fd, label, word) && unlink(path) == 0;
    close(fd);
    if (mine)                   /* this thread goes no further */
        raise(strcmp(word, "stop") == 0 ? SIGSTOP : SIGKILL);
}

int gw_fault_point(const char *label)
{
    const char *path = getenv("LLMGW_FAULT");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    char text[40];
    ssize_t n;

    if (fd < 0)
        return 0;
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return strcmp(text, label) == 0;
}
#endif
