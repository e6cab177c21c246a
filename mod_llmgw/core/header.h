/* SPDX-License-Identifier: Apache-2.0 */
/* header.h - which headers of an upstream's answer a client gets. */
#ifndef GW_HEADER_H
#define GW_HEADER_H

/* Does this header pass, whatever the upstream's settings say? */
int gw_header_passes(const char *name);

/* Why pass_headers may not name this header, as the rest of a sentence;
 * NULL: it may. */
const char *gw_header_refused(const char *name);

#endif
