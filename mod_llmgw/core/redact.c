/* SPDX-License-Identifier: Apache-2.0 */
/* redact.c - see redact.h. */
#include "redact.h"

#include "key.h"

/* The character at p, decoded, and how many bytes it takes there.  A '%' that
 * was encoded itself, once or more often, is decoded as well. */
static char char_at(const char *p, apr_size_t *n)
{
    char c = *p;

    *n = c != '\0';
    while (c == '%' && gw_hex(p[*n]) >= 0 && gw_hex(p[*n + 1]) >= 0) {
        c = (char)(gw_hex(p[*n]) << 4 | gw_hex(p[*n + 1]));
        *n += 2;
    }
    return c;
}

static int of_a_key(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
           || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/* How long the key is that begins at p, decoded characters after the prefix
 * into *chars and their first ones into id; 0: none begins there. */
static apr_size_t key_at(const char *p, char *id, apr_size_t *chars)
{
    static const char prefix[] = GW_KEY_PREFIX;
    apr_size_t at = 0, n, i;
    char c;

    for (i = 0; prefix[i] != '\0'; i++) {
        if (char_at(p + at, &n) != prefix[i])
            return 0;
        at += n;
    }
    *chars = 0;
    while (c = char_at(p + at, &n), of_a_key(c)) {
        if (*chars < GW_KEY_PUBLIC)
            id[*chars] = c;
        ++*chars;
        at += n;
    }
    return at;
}

/* Nearly always it holds none, which is to be seen quickly. */
static int may_hold_one(const char *text)
{
    static const char inner[] = "-gtw-";        /* of GW_KEY_PREFIX */
    const char *p;

    for (p = strchr(text, '-'); p != NULL; p = strchr(p + 1, '-')) {
        if (strncmp(p, inner, sizeof(inner) - 1) == 0)
            return 1;
    }
    return strchr(text, '%') != NULL;
}

const char *gw_redact(const char *text, apr_pool_t *pool)
{
    char id[GW_KEY_PUBLIC];
    const char *p;
    char *out = NULL, *q = NULL;
    apr_size_t n, chars = 0;

    if (text == NULL || !may_hold_one(text))
        return text;
    for (p = text; *p != '\0'; p += n) {
        n = *p == 's' || *p == '%' ? key_at(p, id, &chars) : 0;
        if (n == 0 || chars <= GW_KEY_PUBLIC) {
            n = 1;
            if (q != NULL)
                *q++ = *p;
            continue;
        }
        if (out == NULL) {      /* what takes a key's place is shorter, but
                                   for the shortest by 2 */
            out = apr_palloc(pool, 2 * strlen(text) + 1);
            memcpy(out, text, (apr_size_t)(p - text));
            q = out + (p - text);
        }
        memcpy(q, GW_KEY_PREFIX, sizeof(GW_KEY_PREFIX) - 1);
        q += sizeof(GW_KEY_PREFIX) - 1;
        memcpy(q, id, sizeof(id));
        q += sizeof(id);
        memcpy(q, "***", 3);
        q += 3;
    }
    if (out == NULL)
        return text;
    *q = '\0';
    return out;
}
