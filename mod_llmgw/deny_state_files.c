/* SPDX-License-Identifier: Apache-2.0 */
/* deny_state_files.c - see deny_state_files.h. */
#include "deny_state_files.h"

#include <sys/stat.h>

#include <apr_strings.h>

#include "inherited.h"
#include "process.h"

static int is(const request_rec *r, dev_t device, ino_t inode)
{
    return r->finfo.inode == inode && r->finfo.device == device;
}

static int open_file(const request_rec *r, int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && is(r, st.st_dev, st.st_ino);
}

static int named_file(const request_rec *r, const char *name)
{
    const char *path = apr_pstrcat(r->pool, gw_process.in->state_dir, name,
                                   NULL);
    struct stat st;

    return stat(path, &st) == 0 && is(r, st.st_dev, st.st_ino);
}

int gw_deny_state_files(request_rec *r)
{
    const gw_inherited_t *in = gw_process.in;

    if (in == NULL || !in->second_best || r->finfo.filetype != APR_REG)
        return DECLINED;
    if (open_file(r, in->db) || open_file(r, in->wal) || open_file(r, in->shm)
        || named_file(r, "/admin.key") || named_file(r, "/secret")
        || named_file(r, "/secret.new"))
        return HTTP_FORBIDDEN;
    return DECLINED;
}
