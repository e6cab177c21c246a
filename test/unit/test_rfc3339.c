/* SPDX-License-Identifier: Apache-2.0 */
/* test_rfc3339.c - times and days, read and written. */
#include "rfc3339.h"
#include "tap.h"

static const struct { const char *text; apr_int64_t ms; } good[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "2026-11-20T08:00:00Z", APR_INT64_C(1795161600000) },
    { "2026-11-20t08:00:00z", APR_INT64_C(1795161600000) },
    { "2026-11-20T16:00:00+08:00", APR_INT64_C(1795161600000) },
    { "2026-11-20T04:30:00-03:30", APR_INT64_C(1795161600000) },
    { "2026-11-20T08:00:00-00:00", APR_INT64_C(1795161600000) },
    { "2026-11-21T07:59:00+23:59", APR_INT64_C(1795161600000) },
    { "2026-11-20T08:00:00.25Z", APR_INT64_C(1795161600250) },
    { "2026-11-20T08:00:00.0009Z", APR_INT64_C(1795161600000) },
    { "2026-11-20T08:00:00.123456789012Z", APR_INT64_C(1795161600123) },
    { "2016-12-31T23:59:60Z", APR_INT64_C(1483228800000) },
    { "2024-02-29T00:00:00Z", APR_INT64_C(1709164800000) },
    { "2000-02-29T00:00:00Z", APR_INT64_C(951782400000) },
    { "9999-12-31T23:59:59.999Z", APR_INT64_C(253402300799999) }
};

static const char *const bad[] = {
    "", "2026-11-20", "2026-11-20T08:00:00", "2026-11-20T08:00Z",
    "2026-11-20 08:00:00Z", "2026-11-20T08:00:00ZZ", "2026-11-20T08:00:00 Z",
    " 2026-11-20T08:00:00Z", "2026/11/20T08:00:00Z", "2026-11-20T08-00-00Z",
    "2026-00-20T08:00:00Z", "2026-13-20T08:00:00Z", "2026-11-00T08:00:00Z",
    "2026-11-31T08:00:00Z", "2026-02-29T08:00:00Z", "2100-02-29T08:00:00Z",
    "2026-11-20T24:00:00Z", "2026-11-20T08:60:00Z", "2026-11-20T08:00:61Z",
    "2026-11-20T08:00:00.Z", "2026-11-20T08:00:00,5Z", "2026-11-20T08:00:00.5",
    "2026-11-20T08:00:00+8:00", "2026-11-20T08:00:00+0800",
    "2026-11-20T08:00:00+24:00", "2026-11-20T08:00:00+08:60",
    "2026-11-20T08:00:00+08:00Z", "2026-11-20T08:00:00+08", "-026-11-20T08:00:0Z",
    "+026-11-20T08:00:00Z", "2026-1a-20T08:00:00Z", "10000-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z", "1970-01-01T00:59:59+01:00"
};

static void test_read(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(good); i++) {
        apr_int64_t ms = -7;

        is_int(gw_rfc3339_parse(&ms, good[i].text), APR_SUCCESS, "%s",
               good[i].text);
        is_int(ms, good[i].ms, "%s in ms", good[i].text);
    }
    for (i = 0; i < GW_COUNT(bad); i++) {
        apr_int64_t ms = -7;

        is_int(gw_rfc3339_parse(&ms, bad[i]), APR_EINVAL, "'%s' is none",
               bad[i]);
        is_int(ms, -7, "'%s' sets nothing", bad[i]);
    }
}

static void test_days(void)
{
    static const char *const no_days[] = {
        "", "2026-11-2", "2026-11-31", "2026-11-200", "2026-11-20T",
        "26-11-20", "2026-11-20T08:00:00Z", "1969-12-31", "2026-1-05"
    };
    apr_int64_t ms = -7;
    unsigned i;

    for (i = 0; i < GW_COUNT(no_days); i++)
        is_int(gw_rfc3339_parse_day(&ms, no_days[i]), APR_EINVAL,
               "'%s' is no day", no_days[i]);
    is_int(ms, -7, "they set nothing");
    is_int(gw_rfc3339_parse_day(&ms, "2026-11-20"), APR_SUCCESS, "a day");
    is_int(ms, APR_INT64_C(1795132800000), "... in ms");
}

static const struct { apr_int64_t ms; const char *text, *day; } written[] = {
    { 0, "1970-01-01T00:00:00Z", "1970-01-01" },
    { 1, "1970-01-01T00:00:00.001Z", "1970-01-01" },
    { APR_INT64_C(1795161600250), "2026-11-20T08:00:00.250Z", "2026-11-20" },
    { APR_INT64_C(253402300799999), "9999-12-31T23:59:59.999Z",
      "9999-12-31" },
    /* a clock that runs wild: five digits fit */
    { APR_INT64_C(253402300800000), "10000-01-01T00:00:00Z", "10000-01-01" }
};

static void test_write(void)
{
    char text[GW_RFC3339_TEXT];
    unsigned i;

    for (i = 0; i < GW_COUNT(written); i++) {
        is_str(gw_rfc3339_text(text, written[i].ms), written[i].text, "%s",
               written[i].text);
        is_str(gw_rfc3339_day(text, written[i].ms), written[i].day,
               "%s as a day", written[i].text);
    }
}

int main(void)
{
    test_read();
    test_days();
    test_write();
    return tap_end();
}
