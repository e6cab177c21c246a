/* SPDX-License-Identifier: Apache-2.0 */
/* test_key.c - the form and checksum of API keys.  The vectors were made by
 * other means: big integers and zlib's CRC-32. */
#include "key.h"

#include "tap.h"

static const struct { const char *name; int first, step; const char *key; }
vectors[] = {
    { "all zeros", 0, 0, "sk-gtw-0000000000000000000000000000000000000000000"
      "00000000000gFjCV" },
    { "all ones", 255, 0, "sk-gtw-ygHa16AHYFyhjskwdA6OZ1AL1YmHWZWm8LLG7Hjn"
      "uCA2j5rOw8Xp11ZnyHE" },
    { "counting up", 1, 1, "sk-gtw-5McJmDgrvc28tXK1Or6W6dxxtkBjpgyO1OMqFi6"
      "605981s6EEnt4y2AlDnj" },
    { "counting down", 255, -1, "sk-gtw-yez1Y5cw1ownbRyAmFsMhaKgAjrVZTACd4"
      "pzQN495W6Xqsd79HHmC0Xmxe7" }
};

static int valid(const char *text, apr_size_t n)
{
    gw_str_t s = { text, n };

    return gw_key_valid(s);
}

static void make(char *key, int first, int step)
{
    unsigned char random[GW_KEY_RANDOM];
    int i;

    for (i = 0; i < GW_KEY_RANDOM; i++)
        random[i] = (unsigned char)(first + i * step);
    gw_key_make(key, random);
}

static void test_vectors(void)
{
    unsigned i;

    is_int(GW_KEY_LENGTH, 66, "length of a key");
    for (i = 0; i < GW_COUNT(vectors); i++) {
        char key[GW_KEY_LENGTH + 1];
        gw_str_t id, s = { key, GW_KEY_LENGTH };

        memset(key, 'x', sizeof(key));
        make(key, vectors[i].first, vectors[i].step);
        is_str(key, vectors[i].key, "key: %s", vectors[i].name);
        is_int(valid(key, strlen(key)), 1, "key: %s is valid",
               vectors[i].name);
        id = gw_key_public(s);
        is_mem(id.p, id.n, vectors[i].key + 7, 10, "key: %s: public part",
               vectors[i].name);
    }
}

/* A typo is seen: any one character, any two neighbours. */
static void test_typos(void)
{
    static const char base62[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char key[GW_KEY_LENGTH + 1], typo[GW_KEY_LENGTH + 1];
    unsigned i, k, taken = 0, tries = 0;

    make(key, 1, 7);
    for (i = 0; i < GW_KEY_LENGTH; i++) {
        for (k = 0; k < 62; k++) {
            strcpy(typo, key);
            typo[i] = base62[k];
            tries += typo[i] != key[i];
            taken += typo[i] != key[i] && valid(typo, GW_KEY_LENGTH);
        }
    }
    is_int(taken, 0, "no other character makes a valid key (%u tries)",
           tries);
    for (i = 0, taken = 0; i + 1 < GW_KEY_LENGTH; i++) {
        strcpy(typo, key);
        typo[i] = key[i + 1];
        typo[i + 1] = key[i];
        taken += strcmp(typo, key) != 0 && valid(typo, GW_KEY_LENGTH);
    }
    is_int(taken, 0, "no two neighbours may change places");
}

/* Put the right sum under whatever stands before it. */
static void put_sum(char *key)
{
    static const char base62[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    unsigned crc = ~0u, i, k;

    for (i = 0; i < GW_KEY_LENGTH - GW_KEY_SUM; i++) {
        crc ^= (unsigned char)key[i];
        for (k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    crc = ~crc;
    for (i = GW_KEY_LENGTH; i-- > GW_KEY_LENGTH - GW_KEY_SUM; crc /= 62)
        key[i] = base62[crc % 62];
}

/* A right sum under a wrong form. */
static void test_forms(void)
{
    char key[GW_KEY_LENGTH + 2], other[GW_KEY_LENGTH + 2];
    const char bad[] = " -_+/=.\n\"\x80\xff:@[`{";
    unsigned i;

    make(key, 9, 3);
    key[GW_KEY_LENGTH + 1] = '\0';
    is_int(valid("", 0), 0, "empty");
    is_int(valid("sk-gtw-", 7), 0, "prefix only");
    is_int(valid(key, GW_KEY_LENGTH - 1), 0, "one short");
    strcpy(other, key);
    strcat(other, "0");
    is_int(valid(other, GW_KEY_LENGTH + 1), 0, "one long");
    is_int(valid(key, GW_KEY_LENGTH), 1, "... as it should be");
    strcpy(other, key);
    other[30] = other[30] == 'a' ? 'b' : 'a';
    is_int(valid(other, GW_KEY_LENGTH), 0, "another key, the old sum");
    put_sum(other);
    is_int(valid(other, GW_KEY_LENGTH), 1, "... and its own");
    memcpy(other, "SK-GTW-", 7);
    put_sum(other);
    is_int(valid(other, GW_KEY_LENGTH), 0, "prefix in capitals");
    memcpy(other, "sk-xyz-", 7);
    put_sum(other);
    is_int(valid(other, GW_KEY_LENGTH), 0, "another prefix");
    for (i = 0; i < sizeof(bad); i++) {
        strcpy(other, key);
        other[i % 2 ? 7 : GW_KEY_LENGTH - GW_KEY_SUM - 1] = bad[i];
        put_sum(other);
        is_int(valid(other, GW_KEY_LENGTH), 0, "character %d",
               (unsigned char)bad[i]);
    }
}

static void test_random(void)
{
    unsigned long long seed = 3;
    unsigned i, k, wrong = 0, cases = tap_cases(20000);

    for (i = 0; i < cases; i++) {
        unsigned char random[GW_KEY_RANDOM];
        char key[GW_KEY_LENGTH + 1];

        for (k = 0; k < GW_KEY_RANDOM; k++)
            random[k] = (unsigned char)tap_random(&seed);
        gw_key_make(key, random);
        wrong += !valid(key, GW_KEY_LENGTH) || key[GW_KEY_LENGTH] != '\0';
    }
    is_int(wrong, 0, "%u made keys are valid", cases);
}

/* The next secret of a key: its public id, another secret, a right sum. */
static void test_remake(void)
{
    char first[GW_KEY_LENGTH + 1], again[GW_KEY_LENGTH + 1];
    unsigned char random[GW_KEY_RANDOM];
    unsigned i;

    make(first, 1, 1);
    for (i = 0; i < GW_KEY_RANDOM; i++)
        random[i] = (unsigned char)(1 + i);
    memset(random, 0xee, 8);    /* what makes the public id is not asked */
    memset(again, 'x', sizeof(again));
    gw_key_remake(again, first + 7, random);
    is_str(again, first, "remade of the same secret");
    random[GW_KEY_RANDOM - 1] ^= 1;
    gw_key_remake(again, first + 7, random);
    is_mem(again, 17, first, 17, "remade: the public id stays");
    is_int(strcmp(again + 17, first + 17) != 0, 1, "... the secret not");
    is_int(valid(again, strlen(again)), 1, "... and the sum is right");
}

int main(void)
{
    test_vectors();
    test_remake();
    test_typos();
    test_forms();
    test_random();
    return tap_end();
}
