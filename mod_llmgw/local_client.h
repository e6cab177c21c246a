/* SPDX-License-Identifier: Apache-2.0 */
/* local_client.h - does a request come from this machine?  The admin API is
 * open to such ones alone where no Require lines say who may use it. */
#ifndef GW_LOCAL_CLIENT_H
#define GW_LOCAL_CLIENT_H

#include <httpd.h>

typedef enum {
    GW_LOCAL_YES,
    GW_LOCAL_NO,            /* its address is another machine's */
    GW_LOCAL_PROXIED        /* a proxy here brought it, from anywhere */
} gw_local_client_t;

/* What `Require local` asks, and besides, whether a proxy on this machine
 * only passes somebody else's request on: its headers tell.  Where
 * mod_remoteip has set the client's address, that is believed.  *header: of
 * GW_LOCAL_PROXIED, the one that told. */
gw_local_client_t gw_local_client(const request_rec *r, const char **header);

#endif
