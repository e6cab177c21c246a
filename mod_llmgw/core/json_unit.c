/* SPDX-License-Identifier: Apache-2.0 */
/* json_unit.c - see json_unit.h. */
#include "json_unit.h"

#define NONE 0x10000u
#define NONE_4  NONE, NONE, NONE, NONE
#define NONE_16 NONE_4, NONE_4, NONE_4, NONE_4
#define LETTERS NONE, 10, 11, 12, 13, 14, 15, NONE, NONE_4, NONE_4

const apr_uint32_t gw_json_hex[256] = {
    NONE_16, NONE_16, NONE_16,
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, NONE, NONE, NONE_4,
    LETTERS, NONE_16, LETTERS, NONE_16,
    NONE_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16
};

const char *gw_json_units(gw_json_run_t *run, const char *p, const char *end)
{
    while (end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        apr_uint32_t unit = gw_json_unit(p + 2);

        if (unit > 0xffff)
            break;
        run->saved += gw_json_unit_saves(unit, run->high == p);
        p += 6;
        if (gw_json_is_high(unit))
            run->high = p;
    }
    return p;
}
