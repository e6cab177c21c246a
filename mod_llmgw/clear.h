/* SPDX-License-Identifier: Apache-2.0 */
/* clear.h - keys that come over a network without TLS. */
#ifndef GW_CLEAR_H
#define GW_CLEAR_H

#include <httpd.h>

/* Say it if this request brings a key of ours in clear from another machine,
 * whatever virtual host it is for: one that only redirects has read it, too.
 * A child says so once an hour. */
void gw_clear_look(request_rec *r);

#endif
