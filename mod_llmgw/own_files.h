/* SPDX-License-Identifier: Apache-2.0 */
/* own_files.h - our own files are not served where User owns them. */
#ifndef GW_OWN_FILES_H
#define GW_OWN_FILES_H

#include <httpd.h>

/* fixups: 403 for a request whose file is one of the state directory's, by
 * whatever name.  Only where httpd was not started as root: there User can
 * open them, and this is second best, since a link may be changed between our
 * look and the handler's.  Started as root, the rights of the files keep all
 * processes of User from them. */
int gw_own_files_fixups(request_rec *r);

#endif
