/* SPDX-License-Identifier: Apache-2.0 */
/* state_dir.c - see state_dir.h. */
#include "state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#define DB "llmgw.db"
#define ID "llmgw.db-id"        /* which file the -wal was written for */

/* ---- files ---------------------------------------------------------- */

/* Give it to nobody but us. */
static const char *own(int fd, const struct stat *st)
{
    if (geteuid() == 0 && (st->st_uid != 0 || st->st_gid != 0)
        && fchown(fd, 0, 0) != 0)
        return strerror(errno);
    if ((st->st_mode & 07777) != (S_ISDIR(st->st_mode) ? 0700 : 0600)
        && fchmod(fd, S_ISDIR(st->st_mode) ? 0700 : 0600) != 0)
        return strerror(errno);
    return NULL;
}

static int open_file(int dir, const char *name, int make)
{
    /* O_NONBLOCK: what is no file must not make httpd wait */
    int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = openat(dir, name, flags);

    if (fd < 0 && errno == ENOENT && make)
        fd = openat(dir, name, flags | O_CREAT | O_EXCL, 0600);
    return fd;
}

const char *gw_state_take(int *fd, int dir, const char *name, int make,
                          apr_pool_t *pool)
{
    struct stat st;
    const char *why = NULL;

    *fd = open_file(dir, name, make);
    if (*fd < 0)
        return errno == ENOENT && !make ? NULL
             : errno == ELOOP ? "it is a symbolic link"
             : apr_pstrdup(pool, strerror(errno));
    if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode))
        why = "it is not a regular file";
    else if (st.st_nlink != 1)
        why = "it has a second name (a hard link)";
    else
        why = own(*fd, &st);
    if (why != NULL) {
        close(*fd);
        *fd = -1;
    }
    return why;
}

/* ---- the directory -------------------------------------------------- */

/* Who can rename in a directory above can put another one in our place. */
static const char *replaceable(const char *real, apr_pool_t *pool)
{
    char *path = apr_pstrdup(pool, real), *slash;
    struct stat st;

    for (slash = strrchr(path, '/'); slash != NULL;
         slash = strrchr(path, '/')) {
        slash[slash == path] = '\0';
        if (stat(path, &st) == 0
            && (st.st_uid != 0 || ((st.st_mode & 022) != 0
                                   && (st.st_mode & S_ISVTX) == 0)))
            return apr_pstrdup(pool, path);
        if (slash == path)
            break;
    }
    return NULL;
}

static const char *no_directory(const char *path, apr_pool_t *pool)
{
    return apr_psprintf(pool, "LLMGatewayState %s: %s; make it with: install "
                        "-d -m 700 %s", path, errno == ENOENT
                        ? "there is no such directory" : strerror(errno),
                        path);
}

const char *gw_state_open(int *dir, const char **above, const char *path,
                          apr_pool_t *pool)
{
    char *real = realpath(path, NULL);
    struct stat st;
    const char *why = NULL;

    *above = NULL;
    *dir = real == NULL ? -1 : open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW
                                          | O_CLOEXEC);
    if (*dir < 0 || fstat(*dir, &st) != 0) {
        free(real);
        return no_directory(path, pool);
    }
    if (geteuid() != 0 && (st.st_uid != geteuid()
                           || faccessat(*dir, ".", W_OK | X_OK, 0) != 0))
        why = "it is not a directory of the user that starts httpd";
    if (why == NULL)
        why = own(*dir, &st);
    if (why == NULL && geteuid() == 0)
        *above = replaceable(real, pool);
    free(real);
    if (why == NULL)
        return NULL;
    close(*dir);
    return apr_psprintf(pool, "LLMGatewayState %s cannot be used: %s", path,
                        why);
}

/* ---- the database --------------------------------------------------- */

/* What tells one file from another, also where its number was used before:
 * the device's number may change with a reboot. */
static void identity(char *out, apr_size_t n, int fd)
{
    struct statx st;

    if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &st) != 0)
        memset(&st, 0, sizeof(st));
    if (!(st.stx_mask & STATX_BTIME))
        memset(&st.stx_btime, 0, sizeof(st.stx_btime));
    snprintf(out, n, "%" PRIu64 " %" PRId64 ".%09" PRIu32 "\n",
             (uint64_t)st.stx_ino, (int64_t)st.stx_btime.tv_sec,
             (uint32_t)st.stx_btime.tv_nsec);
}

static int holds_something(int fd)
{
    struct stat st;

    return fstat(fd, &st) != 0 || st.st_size > 0;
}

static const char *of_another(const char *dir, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%s/" DB "-wal holds what was written for "
                        "another file than the " DB " that is beside it now: "
                        "together they would be damaged. Either bring back "
                        "all three files (" DB ", " DB "-wal, " DB "-shm) of "
                        "one time and start once with -D LLMGW_TAKE_WAL, or "
                        "move " DB "-wal and " DB "-shm away: then " DB
                        " is as it was copied", dir);
}

/* A -wal must never meet another database than its own. */
static const char *pair(gw_inherited_t *in, int dir, int take_wal,
                        apr_pool_t *pool)
{
    char now[80], then[80] = "";
    int fd;
    const char *why = gw_state_take(&fd, dir, ID, 1, pool);
    ssize_t n = why == NULL ? read(fd, then, sizeof(then) - 1) : -1;

    if (why != NULL)
        return apr_psprintf(pool, "%s/" ID ": %s", in->state_dir, why);
    then[n > 0 ? n : 0] = '\0';
    identity(now, sizeof(now), in->db);
    if (holds_something(in->wal) && !take_wal
        && (then[0] == '\0' ? !holds_something(in->db)
                            : strcmp(now, then) != 0))
        why = of_another(in->state_dir, pool);
    else if (strcmp(now, then) != 0
             && (ftruncate(fd, 0) != 0
                 || pwrite(fd, now, strlen(now), 0) != (ssize_t)strlen(now)
                 || fsync(fd) != 0))
        why = apr_psprintf(pool, "%s/" ID " cannot be written: %s",
                           in->state_dir, strerror(errno));
    close(fd);
    return why;
}

const char *gw_state_open_db(gw_inherited_t *in, int dir, int take_wal,
                             apr_pool_t *pool)
{
    static const char *const names[] = { DB, DB "-wal", DB "-shm" };
    int *const fds[] = { &in->db, &in->wal, &in->shm };
    struct stat st;
    unsigned i;

    if (fstatat(dir, DB "-journal", &st, AT_SYMLINK_NOFOLLOW) == 0
        && st.st_size > 0)
        return apr_psprintf(pool, "%s/" DB "-journal is there: open " DB
                            " once with the program sqlite3, which rolls it "
                            "back", in->state_dir);
    for (i = 0; i < GW_COUNT(names); i++) {
        const char *why = gw_state_take(fds[i], dir, names[i], 1, pool);

        if (why != NULL)
            return apr_psprintf(pool, "%s/%s cannot be used: %s",
                                in->state_dir, names[i], why);
    }
    if (fsync(dir) != 0)
        return apr_psprintf(pool, "LLMGatewayState %s: %s", in->state_dir,
                            strerror(errno));
    return pair(in, dir, take_wal, pool);
}

static int same_file(const char *path, int fd)
{
    struct stat named, held;

    return lstat(path, &named) == 0 && fstat(fd, &held) == 0
           && named.st_ino == held.st_ino && named.st_dev == held.st_dev;
}

int gw_state_moved(const gw_inherited_t *in, apr_pool_t *pool)
{
    const char *db = apr_pstrcat(pool, in->state_dir, "/" DB, NULL);

    return !same_file(db, in->db)
           || !same_file(apr_pstrcat(pool, db, "-wal", NULL), in->wal)
           || !same_file(apr_pstrcat(pool, db, "-shm", NULL), in->shm);
}
