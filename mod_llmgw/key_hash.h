/* SPDX-License-Identifier: Apache-2.0 */
/* key_hash.h - the SHA-256 of keys that were good a moment ago.
 *
 * Clients send the same key with each request, and checking its form and
 * hashing it takes longer than all that is looked up by the hash.  What is
 * kept is no more than that: whether the key is (still) good is looked up each
 * time, so a revocation acts at once.
 *
 * The key itself is not kept: its hash is found by another one, under a secret
 * of this child.  In the child, not with a connection: streams of one
 * HTTP/2 connection run at the same time, and new connections, or a proxy's
 * with many keys in turn, find it too.  Any thread.
 */
#ifndef GW_KEY_HASH_H
#define GW_KEY_HASH_H

#include "gw.h"

/* Make this child's secret; before that nothing is kept or found. */
void gw_key_hash_child(void);

/* Is it known?  Then it has the form of a key, and `hash` (GW_SHA256) gets
 * its SHA-256. */
int gw_key_hash_find(unsigned char *hash, gw_str_t key);

/* Keep the SHA-256 of a key that was proved to be good, in place of what has
 * the same place. */
void gw_key_hash_keep(const unsigned char *hash, gw_str_t key);

#endif
