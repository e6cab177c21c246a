/* SPDX-License-Identifier: Apache-2.0 */
/* test_key_hash.c - keys that were good a moment ago are known again, and no
 * others. */
#include "key_hash.h"

#include "crypto.h"
#include "key.h"

#include "tap.h"

#define MANY 5000               /* several for each place */

#define BODY "AbCdEfGhIjklmnopqrstuvwxyzABCDEFGH"

static const gw_str_t keys[] = {
    GW_STR("sk-gtw-" BODY "IJKLMNOPQRSTUVWXYZ0000000"),
    GW_STR("sk-gtw-" BODY "IJKLMNOPQRSTUVWXYZ0000001"),
    GW_STR("sk-gtw-" BODY "IJKLMNOPQRSTUVWXYZ1000000"),
    GW_STR("Sk-gtw-" BODY "IJKLMNOPQRSTUVWXYZ0000000")
};

static void of(unsigned char *hash, unsigned number)
{
    memset(hash, 0, GW_SHA256);
    memcpy(hash, &number, sizeof(number));
}

static int finds(gw_str_t key, unsigned number)
{
    unsigned char wanted[GW_SHA256], found[GW_SHA256];

    of(wanted, number);
    return gw_key_hash_find(found, key)
           && memcmp(found, wanted, GW_SHA256) == 0;
}

static void keep(gw_str_t key, unsigned number)
{
    unsigned char hash[GW_SHA256];

    of(hash, number);
    gw_key_hash_keep(hash, key);
}

static void test_few(void)
{
    unsigned char hash[GW_SHA256];
    gw_str_t shorter = { keys[0].p, keys[0].n - 1 };
    unsigned i;

    keep(keys[0], 7);
    ok(!gw_key_hash_find(hash, keys[0]), "nothing is known without a secret");
    gw_key_hash_child();
    ok(!gw_key_hash_find(hash, keys[0]), "nothing was kept without it");
    keep(keys[0], 7);
    ok(finds(keys[0], 7), "a key is known again");
    for (i = 1; i < GW_COUNT(keys); i++)
        ok(!gw_key_hash_find(hash, keys[i]), "not one like it: %u", i);
    ok(!gw_key_hash_find(hash, shorter), "nor its beginning");
}

/* Each is found as itself or not at all. */
static void test_many(void)
{
    static char text[MANY][GW_KEY_LENGTH + 1];
    unsigned char hash[GW_SHA256];
    unsigned i, wrong = 0, lost = 0;

    for (i = 0; i < MANY; i++) {
        gw_str_t key = { text[i], GW_KEY_LENGTH };

        memcpy(text[i], keys[0].p, GW_KEY_LENGTH);
        snprintf(text[i] + 20, 8, "%07u", i);
        keep(key, i);
        wrong += !finds(key, i);
    }
    for (i = 0; i < MANY; i++) {
        gw_str_t key = { text[i], GW_KEY_LENGTH };
        int is = gw_key_hash_find(hash, key);

        lost += !is;
        wrong += is && !finds(key, i);
    }
    is_int(wrong, 0, "no key is taken for another one");
    ok(lost > MANY / 2 && lost < MANY, "the old make room for the new");
}

int main(void)
{
    if (gw_crypto_init() != APR_SUCCESS)
        return 1;
    test_few();
    test_many();
    return tap_end();
}
