/* SPDX-License-Identifier: Apache-2.0 */
/* error_class.c - see error_class.h. */
#include "error_class.h"

#include "glob.h"

static const struct {
    const char *pattern;
    gw_vendor_t vendor;
    int text;                   /* of a message, not of a code */
    gw_error_class_t class;
} rows[] = {
#define E(pattern, vendor, class) \
    { pattern, GW_VENDOR_##vendor, 0, GW_CLASS_##class },
#define W(pattern, vendor, class) \
    { pattern, GW_VENDOR_##vendor, 1, GW_CLASS_##class },
#include "tbl/upstream_errors.h"
#undef E
#undef W
};

static int row_matches(unsigned i, const gw_error_t *e, gw_vendor_t vendor)
{
    gw_str_t said = { e->text, e->text_len };
    unsigned k;

    if (rows[i].vendor != GW_VENDOR_ANY && rows[i].vendor != vendor)
        return 0;
    if (rows[i].text)
        return said.n > 0 && gw_glob(rows[i].pattern, said, 1);
    for (k = 0; k < e->words; k++) {
        gw_str_t word = { e->word[k], strlen(e->word[k]) };

        if (gw_glob(rows[i].pattern, word, 1))
            return 1;
    }
    return 0;
}

static int is_account(int status)
{
    return status >= 401 && status <= 403;
}

static gw_error_class_t by_status(int status)
{
    if (status == 429)
        return GW_CLASS_RATE;
    return status >= 500 || status == 408 ? GW_CLASS_UPSTREAM
                                          : GW_CLASS_CLIENT;
}

gw_error_class_t gw_error_classify(int status, const gw_error_t *e,
                                   gw_vendor_t vendor)
{
    unsigned i;
    int meant = status < 400 && e->status != 0 ? e->status : status;

    if (is_account(status) || is_account(e->status) || is_account(e->inner))
        return GW_CLASS_ACCOUNT;
    for (i = 0; i < GW_COUNT(rows); i++) {
        /* some servers call each of their errors an api_error */
        if (rows[i].class == GW_CLASS_UPSTREAM && meant >= 400 && meant < 500)
            continue;
        if (row_matches(i, e, vendor))
            return rows[i].class;
    }
    if (by_status(meant) == GW_CLASS_CLIENT && e->inner != 0)
        return by_status(e->inner);
    /* no answer, and nothing that says why */
    return meant < 400 && !e->said ? GW_CLASS_UPSTREAM : by_status(meant);
}

const char *gw_error_class_name(gw_error_class_t class)
{
    static const char *const names[] = {
        "client", "content", "rate", "upstream", "account"
    };

    return names[class];
}
