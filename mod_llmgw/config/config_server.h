/* SPDX-License-Identifier: Apache-2.0 */
/* config_server.h - the directives that are said once for the whole server.
 *
 * One function for each, as command_rec wants it: NULL, or what is wrong, as a
 * sentence that names the directive.  Any of them refuses to stand in a
 * virtual host or in a section.
 */
#ifndef GW_CONFIG_SERVER_H
#define GW_CONFIG_SERVER_H

#include <httpd.h>
#include <http_config.h>

const char *gw_config_server_state(cmd_parms *cmd, void *dir,
                                   const char *path);
const char *gw_config_server_secret_file(cmd_parms *cmd, void *dir,
                                         const char *path);
const char *gw_config_server_segment(cmd_parms *cmd, void *dir,
                                     const char *size, const char *path);
const char *gw_config_server_durability(cmd_parms *cmd, void *dir,
                                        const char *arg);
const char *gw_config_server_link_local(cmd_parms *cmd, void *dir, int on);
const char *gw_config_server_zone(cmd_parms *cmd, void *dir, const char *arg);
const char *gw_config_server_clock_step(cmd_parms *cmd, void *dir,
                                        const char *arg);
const char *gw_config_server_drain(cmd_parms *cmd, void *dir,
                                   const char *text);
const char *gw_config_server_admin_writes(cmd_parms *cmd, void *dir,
                                          const char *text);

#endif
