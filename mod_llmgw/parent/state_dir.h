/* SPDX-License-Identifier: Apache-2.0 */
/* state_dir.h - the state directory, which is the parent's alone.
 *
 * Started as root, the directory is root's with mode 0700 and each file in it
 * root's with mode 0600: what an earlier version left to User is taken over.
 * Not started as root they are User's with the same modes.
 */
#ifndef GW_STATE_DIR_H
#define GW_STATE_DIR_H

#include "inherited.h"

/* Open a file of ours in the directory that dir is open on, for reading and
 * writing, and make it ours alone.  make: where there is none; else *fd is -1
 * then.  NULL, or what is wrong: it is a link, has another name, too, or
 * cannot be opened. */
const char *gw_state_take(int *fd, int dir, const char *name, int make,
                          apr_pool_t *pool);

/* Open the directory and make it ours alone.  *above: a directory on the way
 * to it that somebody else could replace, or NULL.  NULL, or a sentence. */
const char *gw_state_open(int *dir, const char **above, const char *path,
                          apr_pool_t *pool);

/* Open the database's three files.  take_wal: the administrator says that the
 * -wal belongs to the database beside it.  NULL, or a sentence: among others
 * where a -wal that holds something is beside another database than the one
 * it was written for. */
const char *gw_state_open_db(gw_inherited_t *in, int dir, int take_wal,
                             apr_pool_t *pool);

/* Is what the paths name still what in has open? */
int gw_state_moved(const gw_inherited_t *in, apr_pool_t *pool);

#endif
