/* SPDX-License-Identifier: Apache-2.0 */
/* kill.c - see kill.h. */
#include "kill.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int kill_can(void)
{
    return 1;
}
#else
int kill_can(void)
{
    return 0;
}
#endif

pid_t kill_fork(void)
{
    int tries;

    fflush(stdout);
    for (tries = 0; tries < 500; tries++) {
        pid_t pid = fork();

        if (pid >= 0)
            return pid;
        usleep(20000);
    }
    perror("fork");
    abort();
}

/* ---- labels ------------------------------------------------------------ */

#define SOURCE "mod_llmgw/shm"  /* tests run in the folder above it */

typedef struct list_t {
    char (*label)[KILL_LABEL];
    unsigned n;
} list_t;

static void add(list_t *list, const char *name)
{
    unsigned i;

    for (i = 0; i < list->n && strcmp(list->label[i], name) != 0; i++)
        ;
    if (i == KILL_LABELS)
        abort();
    if (i == list->n)
        snprintf(list->label[list->n++], KILL_LABEL, "%s", name);
}

static void read_file(list_t *list, const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256], name[KILL_LABEL];
    const char *p;

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        p = strstr(line, "GW_CRASH(\"");
        if (p != NULL && sscanf(p, "GW_CRASH(\"%39[a-z_]\"", name) == 1)
            add(list, name);
    }
    if (f != NULL)
        fclose(f);
}

static void read_source(list_t *list)
{
    DIR *dir = opendir(SOURCE);
    struct dirent *e;
    char path[512];

    while (dir != NULL && (e = readdir(dir)) != NULL) {
        snprintf(path, sizeof(path), SOURCE "/%s", e->d_name);
        if (strlen(e->d_name) > 2
            && strcmp(e->d_name + strlen(e->d_name) - 2, ".c") == 0)
            read_file(list, path);
    }
    if (dir != NULL)
        closedir(dir);
}

unsigned kill_labels(char label[KILL_LABELS][KILL_LABEL], unsigned *own)
{
    static const char *const ours[] = {
        "test_decide", "test_leave", "test_settle", "test_writing",
        "test_draining", "test_written", "test_counted", "test_freed",
        "test_orphaned", "test_sweeping"
    };
    list_t list = { label, 0 };
    unsigned i;

    read_source(&list);
    *own = list.n;
    for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        add(&list, ours[i]);
    return list.n;
}
