/* SPDX-License-Identifier: Apache-2.0 */
/* vendor.c - see vendor.h. */
#include "vendor.h"

#include <string.h>
#include <strings.h>

#include "dialect_names.h"

#define AT(endpoint) (1u << GW_EP_##endpoint)

static const gw_vendor_row_t rows[GW_VENDORS] = {
    { "" },
#define V(id, name, ...) { name, __VA_ARGS__ },
#include "tbl/vendors.h"
#undef V
};

static const gw_family_t families[] = {
#define F(begin, ...) { begin, __VA_ARGS__ },
#include "tbl/model_families.h"
#undef F
    { "" }                      /* all others */
};

const gw_vendor_row_t *gw_vendor_row(gw_vendor_t vendor)
{
    return &rows[vendor];
}

gw_vendor_t gw_vendor_by_name(const char *name)
{
    unsigned i;

    for (i = 1; i < GW_VENDORS; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return (gw_vendor_t)i;
    }
    return GW_VENDOR_NONE;
}

const gw_family_t *gw_family(const char *model)
{
    const gw_family_t *f = families;
    const char *owner = strrchr(model, '/');

    if (owner != NULL)
        model = owner + 1;
    while (strncasecmp(model, f->begin, strlen(f->begin)) != 0)
        f++;
    return f;
}
