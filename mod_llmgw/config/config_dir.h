/* SPDX-License-Identifier: Apache-2.0 */
/* config_dir.h - the directives that are said of a place: a virtual host, a
 * <Location> or a <Directory>.
 *
 * One function for each, as command_rec wants it; dir is a gw_dir_conf_t.
 * NULL, or what is wrong, as a sentence that names the directive.
 */
#ifndef GW_CONFIG_DIR_H
#define GW_CONFIG_DIR_H

#include <httpd.h>
#include <http_config.h>

const char *gw_config_dir_enabled(cmd_parms *cmd, void *dir, int on);
const char *gw_config_dir_max_body(cmd_parms *cmd, void *dir,
                                   const char *text);
const char *gw_config_dir_envelope(cmd_parms *cmd, void *dir, int on);
const char *gw_config_dir_answer(cmd_parms *cmd, void *dir, const char *text);
const char *gw_config_dir_thinking(cmd_parms *cmd, void *dir,
                                   const char *text);
const char *gw_config_dir_cors(cmd_parms *cmd, void *dir, const char *origin);
const char *gw_config_dir_team(cmd_parms *cmd, void *dir, const char *name);
const char *gw_config_dir_models(cmd_parms *cmd, void *dir, const char *glob);
const char *gw_config_dir_max_tokens(cmd_parms *cmd, void *dir,
                                     const char *text);
const char *gw_config_dir_public_catalog(cmd_parms *cmd, void *dir, int on);
const char *gw_config_dir_quota_status(cmd_parms *cmd, void *dir,
                                       const char *text);
const char *gw_config_dir_coalesce(cmd_parms *cmd, void *dir,
                                   const char *text);
const char *gw_config_dir_timeout_status(cmd_parms *cmd, void *dir,
                                         const char *text);

#endif
