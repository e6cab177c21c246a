/* SPDX-License-Identifier: Apache-2.0 */
/* config_value.h - what directives' values say. */
#ifndef GW_CONFIG_VALUE_H
#define GW_CONFIG_VALUE_H

#include <httpd.h>
#include <http_config.h>

/* "32M" and the like, as a number of bytes; -1: not that. */
apr_int64_t gw_config_value_bytes(const char *text);

/* A whole number of decimal digits, from least to most.  0: it is one, and in
 * *out. */
int gw_config_value_number(apr_int64_t *out, const char *text,
                           apr_int64_t least, apr_int64_t most);

/* One of two words: *out is 1 for the second.  NULL, or what is wrong, as a
 * sentence. */
const char *gw_config_value_word(cmd_parms *cmd, int *out, const char *text,
                                 const char *zero, const char *one);

#endif
