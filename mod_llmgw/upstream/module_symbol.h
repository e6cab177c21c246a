/* SPDX-License-Identifier: Apache-2.0 */
/* module_symbol.h - functions of other modules, which cannot be linked:
 * llmgw.load sorts before proxy.load and ssl.load. */
#ifndef GW_MODULE_SYMBOL_H
#define GW_MODULE_SYMBOL_H

#include <httpd.h>
#include <http_config.h>

/* A function of this module or of a library that it was linked with; NULL:
 * there is none, or the module is compiled in. */
void *gw_module_symbol(const module *m, const char *name);

#endif
