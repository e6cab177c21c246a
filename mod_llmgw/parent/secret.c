/* SPDX-License-Identifier: Apache-2.0 */
/* secret.c - see secret.h. */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <apr_escape.h>
#include <apr_strings.h>

#include "state_dir.h"

#define DIGITS (2 * GW_MASTER)

/* Digits, and at most the end of a line behind them. */
static apr_status_t read_digits(unsigned char *out, const char *text,
                                apr_size_t n)
{
    apr_size_t i;

    while (n > DIGITS && (text[n - 1] == '\n' || text[n - 1] == '\r'))
        n--;
    if (n != DIGITS)
        return APR_EINVAL;
    for (i = 0; i < n; i++) {
        if (gw_hex(text[i]) < 0)
            return APR_EINVAL;
        out[i / 2] = (unsigned char)(out[i / 2] << 4 | gw_hex(text[i]));
    }
    return APR_SUCCESS;
}

/* Read 64 hex digits from fd, which is closed.  APR_EINVAL: it holds
 * something else. */
static apr_status_t read_secret(unsigned char *master, int fd)
{
    char text[DIGITS + 3];
    ssize_t n = read(fd, text, sizeof(text));
    apr_status_t rv = n < 0 ? APR_FROM_OS_ERROR(errno) : APR_SUCCESS;

    close(fd);
    if (rv == APR_SUCCESS)
        rv = read_digits(master, text, (apr_size_t)n);
    gw_wipe(text, sizeof(text));
    return rv;
}

const char *gw_secret_file(unsigned char *master, const char *path,
                           apr_pool_t *pool)
{
    char text[120];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    apr_status_t rv = fd < 0 ? APR_FROM_OS_ERROR(errno)
                             : read_secret(master, fd);

    if (rv == APR_SUCCESS)
        return NULL;
    return apr_psprintf(pool, "LLMGatewaySecretFile %s: %s; make it with: "
                        "openssl rand -hex 32", path, rv == APR_EINVAL
                        ? "must hold 64 hex digits and nothing else"
                        : apr_strerror(rv, text, sizeof(text)));
}

/* Whole or not there: a temporary file, fsync, rename. */
static const char *write_new(int dir, const char *hex, apr_size_t n)
{
    int fd, ok;

    unlinkat(dir, "secret.new", 0);
    fd = openat(dir, "secret.new",
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    ok = fd >= 0 && write(fd, hex, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok && renameat(dir, "secret.new", dir, "secret") == 0
           && fsync(dir) == 0 ? NULL : strerror(errno);
}

static const char *make(unsigned char *master, int dir, const char *state_dir,
                        apr_pool_t *pool)
{
    char hex[DIGITS + 2];
    const char *why;

    if (gw_random(master, GW_MASTER) != APR_SUCCESS)
        return "the random number generator of OpenSSL failed";
    apr_escape_hex(hex, master, GW_MASTER, 0, NULL);
    hex[DIGITS] = '\n';
    why = write_new(dir, hex, DIGITS + 1);
    gw_wipe(hex, sizeof(hex));
    return why == NULL ? NULL
                       : apr_psprintf(pool, "%s/secret cannot be written: %s",
                                      state_dir, why);
}

const char *gw_secret_of_state(unsigned char *master, int dir, int may_make,
                               const char *state_dir, apr_pool_t *pool)
{
    int fd;
    const char *why = gw_state_take(&fd, dir, "secret", 0, pool);

    if (why == NULL && fd < 0 && may_make)
        return make(master, dir, state_dir, pool);
    if (why == NULL && fd < 0)
        why = strerror(ENOENT);
    else if (why == NULL && read_secret(master, fd) != APR_SUCCESS)
        why = "it holds something else";
    return why == NULL ? NULL
           : apr_psprintf(pool, "%s/secret must hold 64 hex digits, and cannot "
                          "be used (%s): bring the right one back, or remove "
                          "it and save the credentials of all upstreams "
                          "again", state_dir, why);
}
