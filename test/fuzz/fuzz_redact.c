/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_redact.c - no key is left in redacted text, not even once it is
 * percent-decoded; a second time changes nothing; all else stays. */
#include "redact.h"

#include "fuzz.h"
#include "key.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decode once, in place. */
static void decode(char *p)
{
    char *q = p;

    for (; *p != '\0'; p++) {
        if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0
            && (p[1] != '0' || p[2] != '0')) {
            *q++ = (char)(hex(p[1]) << 4 | hex(p[2]));
            p += 2;
        }
        else {
            *q++ = *p;
        }
    }
    *q = '\0';
}

static int holds_a_key(const char *p)
{
    while ((p = strstr(p, GW_KEY_PREFIX)) != NULL) {
        p += sizeof(GW_KEY_PREFIX) - 1;
        if (strspn(p, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "abcdefghijklmnopqrstuvwxyz") > GW_KEY_PUBLIC)
            return 1;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    char *text = malloc(size + 1), *copy;
    const char *out;

    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    out = gw_redact(text, pool);
    must(gw_redact(out, pool) == out);
    must(strstr(text, "sk-gtw-") != NULL || strchr(text, '%') != NULL
         || out == text);
    copy = strdup(out);
    must(!holds_a_key(copy));
    decode(copy);
    must(!holds_a_key(copy));
    free(copy);
    free(text);
    return 0;
}
