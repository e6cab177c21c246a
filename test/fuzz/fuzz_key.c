/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_key.c - what is taken for a key looks like one, what is made is one,
 * and one changed character is none. */
#include "key.h"

#include "fuzz.h"

static int looks_like_one(const char *p, size_t n)
{
    size_t i;

    if (n != GW_KEY_LENGTH || memcmp(p, "sk-gtw-", 7) != 0)
        return 0;
    for (i = 7; i < n; i++) {
        if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'A' && p[i] <= 'Z')
              || (p[i] >= 'a' && p[i] <= 'z')))
            return 0;
    }
    return 1;
}

static void as_random(const uint8_t *data, size_t size)
{
    unsigned char random[GW_KEY_RANDOM] = { 0 };
    char key[GW_KEY_LENGTH + 1];
    gw_str_t s = { key, GW_KEY_LENGTH };

    memcpy(random, data, size < sizeof(random) ? size : sizeof(random));
    gw_key_make(key, random);
    must(strlen(key) == GW_KEY_LENGTH);
    must(gw_key_valid(s));
    if (size > GW_KEY_RANDOM + 1u) {
        size_t at = 7 + data[GW_KEY_RANDOM] % (GW_KEY_LENGTH - 7u);
        char c = key[at];

        key[at] = (char)data[GW_KEY_RANDOM + 1];
        must(gw_key_valid(s) == (key[at] == c));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size);
    gw_str_t s = { copy, size };

    if (gw_key_valid(s)) {
        must(looks_like_one(copy, size));
        must(gw_key_public(s).n == GW_KEY_PUBLIC);
    }
    as_random(data, size);
    free(copy);
    return 0;
}
