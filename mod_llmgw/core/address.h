/* SPDX-License-Identifier: Apache-2.0 */
/* address.h - hosts that no upstream has: link-local ones and those at which
 * a cloud hands out its machine's credentials to whoever asks from there. */
#ifndef GW_ADDRESS_H
#define GW_ADDRESS_H

#include "gw.h"

/* Is it such an address, in network order: 4 or 16 bytes?  One of IPv4 that
 * is written in one of IPv6 counts as itself. */
int gw_address_is_local(const unsigned char *address, apr_size_t n);

/* Is the host of a URL, without brackets, one that is known to be or to lead
 * to such an address: however it is spelled as a number, or by its name?
 * Other names are not looked up. */
int gw_host_is_local(const char *host);

/* Is the host of a URL, without brackets, an address of this machine or of a
 * network of one's own?  Names are not looked at. */
int gw_host_is_private(gw_str_t host);

#endif
