/* SPDX-License-Identifier: Apache-2.0 */
/* db_files.c - see db_files.h.
 *
 * SQLite's unix VFS lets its system calls be replaced (sqlite3_vfs's
 * xSetSystemCall, documented for tests and sandboxes).  For the names of the
 * one inherited database these answer from descriptors; for all other names,
 * also those of other users of SQLite in this process, they are the system's.
 *
 * All duplicates of a descriptor share its offset, so SQLite must read and
 * write by pread and pwrite; it does wherever the system has them, and that
 * is looked at.  Its locks are fcntl's, which belong to a process.
 */
#include "db_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_private.h"

#define MAIN GW_DB_INHERITED

enum { FILE_DB, FILE_WAL, FILE_SHM, FILES };

static const char *const names[FILES] = { MAIN, MAIN "-wal", MAIN "-shm" };
static int fds[FILES] = { -1, -1, -1 };

#define NOT_OURS (-2)
#define NOT_THERE (-1)          /* ours, but there is none: the journal */

/* The descriptor of a name, NOT_THERE or NOT_OURS. */
static int find(const char *path)
{
    int i;

    if (strncmp(path, MAIN, sizeof(MAIN) - 1) != 0)
        return NOT_OURS;
    for (i = 0; i < FILES; i++) {
        if (strcmp(path, names[i]) == 0)
            return fds[i];
    }
    return NOT_THERE;
}

static int absent(void)
{
    errno = ENOENT;
    return -1;
}

static int db_open(const char *path, int flags, int mode)
{
    int fd = find(path);

    if (fd == NOT_OURS)
        return open(path, flags, mode);
    return fd == NOT_THERE ? absent() : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static int db_stat(const char *path, struct stat *st)
{
    int fd = find(path);

    if (fd == NOT_OURS)
        return stat(path, st);
    return fd == NOT_THERE ? absent() : fstat(fd, st);
}

static int db_lstat(const char *path, struct stat *st)
{
    int fd = find(path);

    if (fd == NOT_OURS)
        return lstat(path, st);
    return fd == NOT_THERE ? absent() : fstat(fd, st);
}

static int db_access(const char *path, int mode)
{
    int fd = find(path);

    if (fd == NOT_OURS)
        return access(path, mode);
    return fd == NOT_THERE ? absent() : 0;
}

/* What SQLite would remove has to be empty instead: the name stays. */
static int db_unlink(const char *path)
{
    int fd = find(path);

    if (fd == NOT_OURS)
        return unlink(path);
    return fd == NOT_THERE ? absent() : ftruncate(fd, 0);
}

/* Who made the files has synced their directory. */
static int db_open_directory(const char *path, int *fd)
{
    char dir[4096];
    const char *slash = strrchr(path, '/');
    size_t n = slash != NULL ? (size_t)(slash - path) : 0;

    *fd = -1;
    if (find(path) != NOT_OURS || n >= sizeof(dir))
        return SQLITE_CANTOPEN;         /* which means: nothing to sync */
    memcpy(dir, n > 0 ? path : "/", n > 0 ? n : 1);
    dir[n > 0 ? n : 1] = '\0';
    *fd = open(slash != NULL ? dir : ".", O_RDONLY | O_CLOEXEC);
    return *fd >= 0 ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int replace(sqlite3_vfs *vfs, const char *name,
                   sqlite3_syscall_ptr call)
{
    return vfs->xGetSystemCall(vfs, name) != NULL
           && vfs->xSetSystemCall(vfs, name, call) == SQLITE_OK;
}

apr_status_t gw_db_files_inherit(int db, int wal, int shm)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find("unix");

    if (vfs == NULL || vfs->iVersion < 3
        || (vfs->xGetSystemCall(vfs, "pread") == NULL
            && vfs->xGetSystemCall(vfs, "pread64") == NULL))
        return APR_ENOTIMPL;
    fds[FILE_DB] = db;
    fds[FILE_WAL] = wal;
    fds[FILE_SHM] = shm;
    if (!replace(vfs, "open", (sqlite3_syscall_ptr)db_open)
        || !replace(vfs, "stat", (sqlite3_syscall_ptr)db_stat)
        || !replace(vfs, "lstat", (sqlite3_syscall_ptr)db_lstat)
        || !replace(vfs, "access", (sqlite3_syscall_ptr)db_access)
        || !replace(vfs, "unlink", (sqlite3_syscall_ptr)db_unlink)
        || !replace(vfs, "openDirectory",
                    (sqlite3_syscall_ptr)db_open_directory))
        return APR_ENOTIMPL;
    return APR_SUCCESS;
}
