/* SPDX-License-Identifier: Apache-2.0 */
/* module_symbol.c - see module_symbol.h. */
#include "module_symbol.h"

#include <apr_dso.h>

void *gw_module_symbol(const module *m, const char *name)
{
    apr_dso_handle_sym_t found = NULL;

    if (m->dynamic_load_handle == NULL
        || apr_dso_sym(&found, m->dynamic_load_handle, name) != APR_SUCCESS)
        return NULL;
    return found;
}
