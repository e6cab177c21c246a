/* SPDX-License-Identifier: Apache-2.0 */
/* deny_state_files.h - our own files are not served where User owns them. */
#ifndef GW_DENY_STATE_FILES_H
#define GW_DENY_STATE_FILES_H

#include <httpd.h>

/* fixups: 403 for a request whose file is one of the state directory's, by
 * whatever name.  Only where httpd was not started as root: there User can
 * open them, and this is second best, since a link may be changed between our
 * look and the handler's.  Started as root, the rights of the files keep all
 * processes of User from them. */
int gw_deny_state_files(request_rec *r);

#endif
