/* SPDX-License-Identifier: Apache-2.0 */
/* test_number.c - whole numbers as text. */
#include "number.h"

#include "tap.h"

static const struct { apr_int64_t n; const char *text; } rows[] = {
    { 0, "0" }, { 7, "7" }, { 10, "10" }, { -1, "-1" }, { -10, "-10" },
    { 1000000, "1000000" }, { APR_INT64_MAX, "9223372036854775807" },
    { APR_INT64_MIN, "-9223372036854775808" }
};

int main(void)
{
    char text[GW_NUMBER_TEXT];
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        char *end = gw_number_text(text, rows[i].n);

        is_str(text, rows[i].text, "%s", rows[i].text);
        ok(end == text + strlen(rows[i].text), "its end");
    }
    return tap_end();
}
