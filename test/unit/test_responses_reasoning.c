/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_reasoning.c - thoughts as encrypted_content, and back. */
#include "responses_reasoning.h"
#include "tap.h"

#define MOST 65536

static gw_str_t str(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

/* base64 as RFC 4648 section 10 gives it, and escapes. */
static void known(void)
{
    static const struct {
        const char *thought, *sealed, *plain;
    } rows[] = {
        { "", "llmgw1:", "" },
        { "f", "llmgw1:Zg==", "f" },
        { "fo", "llmgw1:Zm8=", "fo" },
        { "foo", "llmgw1:Zm9v", "foo" },
        { "foob", "llmgw1:Zm9vYg==", "foob" },
        { "fooba", "llmgw1:Zm9vYmE=", "fooba" },
        { "foobar", "llmgw1:Zm9vYmFy", "foobar" },
        { "a\\nb\\u00e9\\ud83d\\ude00", "llmgw1:YQpiw6nwn5iA",
          "a\nb\xc3\xa9\xf0\x9f\x98\x80" },
        { "\\ud83d", "llmgw1:77+9", "\xef\xbf\xbd" }
    };
    gw_text_t out, room, back;
    unsigned i;

    gw_text_init(&out, MOST, tap_pool());
    gw_text_init(&room, MOST, tap_pool());
    gw_text_init(&back, MOST, tap_pool());
    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_text_clear(&out);
        gw_text_clear(&back);
        gw_reasoning_seal(&out, str(rows[i].thought), &room);
        is_mem(out.p, out.n, rows[i].sealed, strlen(rows[i].sealed),
               "sealed: %s", rows[i].thought);
        is_int(gw_reasoning_unseal(&back, gw_text_str(&out)), 1, "ours");
        is_mem(back.n > 0 ? back.p : "", back.n, rows[i].plain,
               strlen(rows[i].plain), "and back");
    }
}

static void lengths(void)
{
    static char bytes[10000];
    gw_text_t out, room, back;
    unsigned long long seed = 5;
    apr_size_t i;
    gw_str_t s = { bytes, 0 };

    for (i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(' ' + tap_random(&seed) % 200);
    for (i = 0; i < sizeof(bytes); i++) {
        if (bytes[i] == '\\')
            bytes[i] = 'x';
    }
    gw_text_init(&out, MOST, tap_pool());
    gw_text_init(&room, MOST, tap_pool());
    gw_text_init(&back, MOST, tap_pool());
    for (s.n = 3060; s.n < sizeof(bytes); s.n += 1 + s.n / 9) {
        gw_text_clear(&out);
        gw_text_clear(&back);
        gw_reasoning_seal(&out, s, &room);
        ok(gw_reasoning_unseal(&back, gw_text_str(&out)), "%d bytes", (int)s.n);
        is_mem(back.p, back.n, s.p, s.n, "are the same again");
    }
}

static void refused(void)
{
    static const char *const rows[] = {
        "", "llmgw1", "llmgw2:Zg==", "gAAAAABm", "llmgw1:Zg=", "llmgw1:Z",
        "llmgw1:Zg==Zg==", "llmgw1:Zm9v\n", "llmgw1:Z*==", "llmgw1:===="
    };
    gw_text_t out;
    unsigned i;

    gw_text_init(&out, MOST, tap_pool());
    for (i = 0; i < GW_COUNT(rows); i++) {
        is_int(gw_reasoning_unseal(&out, str(rows[i])), 0, "not ours: %s",
               rows[i]);
        is_int((int)out.n, 0, "nothing is added");
    }
}

static void bounded(void)
{
    gw_text_t out, room;

    gw_text_init(&out, MOST, tap_pool());
    gw_text_init(&room, 4, tap_pool());
    gw_reasoning_seal(&out, str("12345"), &room);
    ok(room.full && out.n == 0, "more than there is room for");
}

int main(void)
{
    known();
    lengths();
    refused();
    bounded();
    return tap_end();
}
