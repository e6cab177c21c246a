/* SPDX-License-Identifier: Apache-2.0 */
/* id.c - see id.h.  APR's base 32 is that of RFC 4648, which does not sort as
 * the numbers do. */
#include "id.h"

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

char *gw_id_text(char *out, apr_int64_t id)
{
    apr_uint64_t rest = (apr_uint64_t)id;
    int i;

    memcpy(out, GW_ID_PREFIX, sizeof(GW_ID_PREFIX) - 1);
    for (i = GW_ID_LENGTH - 1; i >= (int)sizeof(GW_ID_PREFIX) - 1; i--) {
        out[i] = digits[rest & 31];
        rest >>= 5;
    }
    out[GW_ID_LENGTH] = '\0';
    return out;
}

apr_status_t gw_id_parse(apr_int64_t *id, gw_str_t text)
{
    const apr_size_t prefix = sizeof(GW_ID_PREFIX) - 1;
    apr_uint64_t v = 0;
    apr_size_t i;

    if (text.n != GW_ID_LENGTH || memcmp(text.p, GW_ID_PREFIX, prefix) != 0)
        return APR_EINVAL;
    for (i = prefix; i < text.n; i++) {
        const char *d = memchr(digits, text.p[i], sizeof(digits) - 1);

        if (d == NULL || v >> 59 != 0)
            return APR_EINVAL;
        v = v << 5 | (apr_uint64_t)(d - digits);
    }
    if (v > (apr_uint64_t)APR_INT64_MAX)
        return APR_EINVAL;
    *id = (apr_int64_t)v;
    return APR_SUCCESS;
}
