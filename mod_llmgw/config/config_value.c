/* SPDX-License-Identifier: Apache-2.0 */
/* config_value.c - see config_value.h. */
#include "config_value.h"

#include <apr_lib.h>
#include <apr_strings.h>

apr_int64_t gw_config_value_bytes(const char *text)
{
    char *end;
    apr_int64_t n = apr_strtoi64(text, &end, 10);
    int shift = *end == 'K' || *end == 'k' ? 10
              : *end == 'M' || *end == 'm' ? 20
              : *end == 'G' || *end == 'g' ? 30 : 0;

    if (end == text || n < 0 || n > (APR_INT64_MAX >> shift)
        || end[shift ? 1 : 0] != '\0')
        return -1;
    return n << shift;
}

int gw_config_value_number(apr_int64_t *out, const char *text,
                           apr_int64_t least, apr_int64_t most)
{
    char *end;

    *out = apr_strtoi64(text, &end, 10);
    return !apr_isdigit(text[0]) || *end != '\0' || *out < least
           || *out > most;
}

const char *gw_config_value_word(cmd_parms *cmd, int *out, const char *text,
                                 const char *zero, const char *one)
{
    if (ap_cstr_casecmp(text, zero) != 0 && ap_cstr_casecmp(text, one) != 0)
        return apr_psprintf(cmd->pool, "%s %s: must be %s or %s",
                            cmd->cmd->name, text, zero, one);
    *out = ap_cstr_casecmp(text, one) == 0;
    return NULL;
}
