/* SPDX-License-Identifier: Apache-2.0 */
/* test_id.c - request ids: their outside form, order and time. */
#include "id.h"

#include "tap.h"

static const struct { apr_int64_t id; const char *text; } rows[] = {
    { 0, "req_0000000000000" },
    { 1, "req_0000000000001" },
    { 31, "req_000000000000z" },
    { 32, "req_0000000000010" },
    { 255, "req_000000000007z" },
    { 256, "req_0000000000080" },
    { APR_INT64_C(1790000000123456) * 256 + 3, "req_0cpzyv8kw4g03" },
    { APR_INT64_C(1) << 60, "req_1000000000000" },
    { APR_INT64_MAX, "req_7zzzzzzzzzzzz" }
};

static const struct { const char *name, *text; } refused[] = {
    { "empty", "" },
    { "prefix only", "req_" },
    { "too short", "req_000000000000" },
    { "too long", "req_00000000000000" },
    { "another prefix", "rec_0000000000000" },
    { "prefix in capitals", "REQ_0000000000000" },
    { "no prefix", "00000000000000000" },
    { "capitals", "req_000000000000Z" },
    { "an i", "req_000000000000i" },
    { "an l", "req_000000000000l" },
    { "an o", "req_000000000000o" },
    { "a u", "req_000000000000u" },
    { "a blank", "req_000000000000 " },
    { "a sign", "req_-000000000001" },
    { "2^63", "req_8000000000000" },
    { "2^64", "req_g000000000000" },
    { "the most that thirteen digits hold", "req_zzzzzzzzzzzzz" }
};

static apr_status_t parse(apr_int64_t *id, const char *text, apr_size_t n)
{
    gw_str_t s = { text, n };

    return gw_id_parse(id, s);
}

static void test_rows(void)
{
    char text[GW_ID_LENGTH + 1];
    apr_int64_t id;
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        memset(text, 'x', sizeof(text));
        is_str(gw_id_text(text, rows[i].id), rows[i].text, "text of %s",
               rows[i].text);
        id = -1;
        is_int(parse(&id, rows[i].text, GW_ID_LENGTH), APR_SUCCESS,
               "%s is an id", rows[i].text);
        is_int(id, rows[i].id, "%s is its number", rows[i].text);
    }
    for (i = 0; i < GW_COUNT(refused); i++) {
        id = -77;
        is_int(parse(&id, refused[i].text, strlen(refused[i].text)),
               APR_EINVAL, "refused: %s", refused[i].name);
        is_int(id, -77, "refused: %s: out is left alone", refused[i].name);
    }
    is_int(parse(&id, "req_000000000000\0", 17), APR_EINVAL,
           "refused: a NUL is no digit");
    is_int(parse(&id, rows[0].text, GW_ID_LENGTH - 1), APR_EINVAL,
           "refused: ends where it says");
}

static void test_parts(void)
{
    apr_time_t t = APR_INT64_C(1790000000123456);

    is_int(gw_id_time(gw_id_make(t, 255)), t, "an id tells its time");
    is_int(gw_id_make(t, 3), t * 256 + 3, "time and node");
    is_int(gw_id_make(t, 256 + 3), t * 256 + 3, "a node has eight bits");
    ok(gw_id_make(t, 255) < gw_id_make(t + 1, 0), "later is larger");
    ok(gw_id_first(t) <= gw_id_make(t, GW_ID_NODE)
       && gw_id_make(t - 1, 255) < gw_id_first(t), "a time's first id");
}

static void test_random(void)
{
    unsigned long long seed = 5;
    unsigned i, wrong = 0, disorder = 0, cases = tap_cases(300000);
    apr_int64_t before = 0;
    char last[GW_ID_LENGTH + 1];

    gw_id_text(last, before);
    for (i = 0; i < cases; i++) {
        apr_int64_t id = (apr_int64_t)(tap_random(&seed) >> 1), again = -1;
        char text[GW_ID_LENGTH + 1];

        gw_id_text(text, id);
        wrong += parse(&again, text, GW_ID_LENGTH) != APR_SUCCESS
                 || again != id;
        disorder += (strcmp(text, last) < 0) != (id < before);
        before = id;
        strcpy(last, text);
    }
    is_int(wrong, 0, "%u ids come back from their text", cases);
    is_int(disorder, 0, "texts sort as ids do");
}

int main(void)
{
    test_rows();
    test_parts();
    test_random();
    return tap_end();
}
