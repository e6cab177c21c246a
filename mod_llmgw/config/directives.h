/* SPDX-License-Identifier: Apache-2.0 */
/* directives.h - the table of directives; docs/directives.md has a section for
 * each. */
#ifndef GW_DIRECTIVES_H
#define GW_DIRECTIVES_H

#include <httpd.h>
#include <http_config.h>

extern const command_rec gw_directives[];

#endif
