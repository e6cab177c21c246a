/* SPDX-License-Identifier: Apache-2.0 */
/* key.h - the form of our API keys.
 *
 *     sk-gtw-PPPPPPPPPPSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSCCCCCC
 *            public 10 secret 43, 256 random bits              CRC-32
 *
 * All base 62, so that a double click selects the whole.  The checksum tells
 * a typo from an unknown key without a look-up; it protects nothing.
 */
#ifndef GW_KEY_H
#define GW_KEY_H

#include "gw.h"

#define GW_KEY_PREFIX "sk-gtw-"
#define GW_KEY_PUBLIC 10        /* characters of the public id */
#define GW_KEY_SECRET 43
#define GW_KEY_SUM    6
#define GW_KEY_LENGTH (7 + GW_KEY_PUBLIC + GW_KEY_SECRET + GW_KEY_SUM)
#define GW_KEY_RANDOM 40        /* random bytes that a key is made of */

/* Make a key from GW_KEY_RANDOM random bytes.  out holds GW_KEY_LENGTH + 1
 * bytes and is terminated. */
void gw_key_make(char *out, const unsigned char *random);

/* The same with a public id that is there already (GW_KEY_PUBLIC base 62
 * digits): the next secret of that key. */
void gw_key_remake(char *out, const char *public_id,
                   const unsigned char *random);

/* Is this a key of ours by form and checksum? */
int gw_key_valid(gw_str_t text);

/* The public part of a valid key: what logs, lists and URLs may show. */
static inline gw_str_t gw_key_public(gw_str_t text)
{
    gw_str_t id = { text.p + sizeof(GW_KEY_PREFIX) - 1, GW_KEY_PUBLIC };

    return id;
}

#endif
