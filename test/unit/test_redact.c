/* SPDX-License-Identifier: Apache-2.0 */
/* test_redact.c - keys taken out of text. */
#include "redact.h"

#include <apr_strings.h>

#include "key.h"
#include "tap.h"

#define ID "0123456789"
#define HIDDEN GW_KEY_PREFIX ID "***"

/* want NULL: the text itself */
static const struct { const char *text, *want; } rows[] = {
    { "", NULL }, { "plain", NULL }, { "sk-", NULL }, { "sk-gtw-", NULL },
    { "sk-gtw-...", NULL }, { "%", NULL }, { "%7", NULL }, { "%73", NULL },
    { "sk-gtw-" ID, NULL }, { "sk-gtw-" ID "/x", NULL },
    { "SK-GTW-" ID "secret", NULL }, { "sk-gtx-" ID "secret", NULL },
    { "sk-other-" ID "secret", NULL },
    { "sk-gtw-" ID "s", HIDDEN }, { "sk-gtw-" ID "secret", HIDDEN },
    { "Bearer sk-gtw-" ID "secret, x", "Bearer " HIDDEN ", x" },
    { "a=sk-gtw-" ID "secret&b=1", "a=" HIDDEN "&b=1" },
    { "sk-gtw-" ID "s sk-gtw-" ID "t", HIDDEN " " HIDDEN },
    { "sk-sk-gtw-" ID "secret", "sk-" HIDDEN },
    { "ssk-gtw-" ID "se_cr-et'", "s" HIDDEN "'" },
    { "%73k-gtw-" ID "secret", HIDDEN },
    { "sk%2Dgtw%2d" ID "secret%20x", HIDDEN "%20x" },
    { "%73%6b%2d%67%74%77%2d%30123456789%73%65%63", HIDDEN },
    { "%2573k-gtw-" ID "secret%26x", HIDDEN "%26x" },
    { "%252573k-gtw-" ID "%252573", HIDDEN },
    { "sk-gtw-" ID "secret%", HIDDEN "%" },
    { "sk-gtw-" ID "secret%2", HIDDEN "%2" },
    { "sk-gtw-" ID "secret%zz", HIDDEN "%zz" },
    { "GET /v1/models/sk-gtw-" ID "x?k=sk-gtw-" ID "y HTTP/1.1",
      "GET /v1/models/" HIDDEN "?k=" HIDDEN " HTTP/1.1" }
};

static void test_rows(apr_pool_t *pool)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *got = gw_redact(rows[i].text, pool);

        if (rows[i].want == NULL)
            ok(got == rows[i].text, "'%s' stays", rows[i].text);
        else
            is_str(got, rows[i].want, "'%s'", rows[i].text);
    }
    ok(gw_redact(NULL, pool) == NULL, "NULL stays");
}

/* Every key, wherever it stands, however much of it is encoded. */
static void test_real_keys(apr_pool_t *pool)
{
    unsigned char random[GW_KEY_RANDOM];
    char key[GW_KEY_LENGTH + 1], text[4 * GW_KEY_LENGTH + 20];
    unsigned i, k, n, bad = 0;

    for (i = 0; i < 2000; i++) {
        const char *got;

        for (k = 0; k < GW_KEY_RANDOM; k++)
            random[k] = (unsigned char)(i * 31 + k * 7 + (i >> 3));
        gw_key_make(key, random);
        n = (unsigned)apr_snprintf(text, sizeof(text), "%.*s=", (int)i % 7,
                                   "=sk-gtw");
        for (k = 0; k < GW_KEY_LENGTH; k++)
            n += (unsigned)apr_snprintf(text + n, sizeof(text) - n,
                                        (i + k * k) % (i % 5 + 1) == 1
                                        ? "%%%02x" : "%c", key[k]);
        got = gw_redact(text, pool);
        if (strstr(got, key + 20) != NULL || strstr(got, "***") == NULL
            || strlen(got) > 9 + sizeof(HIDDEN))
            bad++;
    }
    is_int(bad, 0, "2000 keys are found");
}

int main(void)
{
    test_rows(tap_pool());
    test_real_keys(tap_pool());
    return tap_end();
}
