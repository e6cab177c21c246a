/* SPDX-License-Identifier: Apache-2.0 */
/* cleartext_key.h - keys that come over a network without TLS. */
#ifndef GW_CLEARTEXT_KEY_H
#define GW_CLEARTEXT_KEY_H

#include <httpd.h>

/* Say it if this request brings a key of ours in clear from another machine,
 * whatever virtual host it is for: one that only redirects has read it, too.
 * A child says so once an hour. */
void gw_cleartext_key_warn(request_rec *r);

#endif
