/* SPDX-License-Identifier: Apache-2.0 */
/* blame.c - see blame.h. */
#include "blame.h"

#include "glob.h"

static const struct {
    const char *pattern, *vendor;
    gw_blame_t blame;
} rows[] = {
#define E(pattern, vendor, blame) { pattern, vendor, GW_BLAME_##blame },
#include "tbl/upstream_errors.h"
#undef E
};

static int row_matches(unsigned i, const char *word, const char *vendor)
{
    gw_str_t text = { word, strlen(word) };

    if (rows[i].vendor != NULL
        && (vendor == NULL || strcmp(rows[i].vendor, vendor) != 0))
        return 0;
    return text.n > 0 && gw_glob(rows[i].pattern, text, 1);
}

/* An error inside a stream came with a status of 200; some vendors write the
 * one they mean as its code. */
static int meant_status(int status, const char *code)
{
    if (status >= 400 || strlen(code) != 3 || (*code != '4' && *code != '5')
        || strspn(code, "0123456789") != 3)
        return status;
    return (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
}

gw_blame_t gw_blame(int status, const char *code, const char *type,
                    const char *vendor)
{
    unsigned i;

    status = meant_status(status, code);
    if (status >= 401 && status <= 403)
        return GW_BLAME_ACCOUNT;
    for (i = 0; i < GW_COUNT(rows); i++) {
        /* some servers call each of their errors an api_error */
        if (rows[i].blame == GW_BLAME_UPSTREAM && status >= 400
            && status < 500)
            continue;
        if (row_matches(i, code, vendor) || row_matches(i, type, vendor))
            return rows[i].blame;
    }
    if (status == 429)
        return GW_BLAME_RATE;
    return status >= 500 || status == 408 ? GW_BLAME_UPSTREAM
                                          : GW_BLAME_CLIENT;
}

const char *gw_blame_name(gw_blame_t blame)
{
    static const char *const names[] = {
        "client", "content", "rate", "upstream", "account"
    };

    return names[blame];
}
