/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_id.c - an id has one outside form and comes back from it; patterns
 * match within their text. */
#include "glob.h"
#include "id.h"

#include "fuzz.h"

static void as_number(const uint8_t *data, size_t size)
{
    char text[GW_ID_LENGTH + 1];
    gw_str_t s = { text, GW_ID_LENGTH };
    apr_int64_t id = 0, again = -1;

    memcpy(&id, data, size < sizeof(id) ? size : sizeof(id));
    gw_id_text(text, id);
    must(strlen(text) == GW_ID_LENGTH);
    must((gw_id_parse(&again, s) == APR_SUCCESS) == (id >= 0));
    must(id < 0 || again == id);
}

/* The text before the first blank as a pattern for the rest. */
static void as_pattern(const char *p, size_t n)
{
    const char *blank = memchr(p, ' ', n);
    size_t k = blank ? (size_t)(blank - p) : n;
    char *pattern = malloc(k + 1), *copy;
    gw_str_t text;

    memcpy(pattern, p, k);
    pattern[k] = '\0';
    text.n = blank ? n - k - 1 : 0;
    text.p = copy = fuzz_copy(p + n - text.n, text.n);
    must(!gw_glob(pattern, text, 0) || gw_glob(pattern, text, 1));
    must(gw_glob("*", text, 0));
    free(pattern);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size), text[GW_ID_LENGTH + 1];
    gw_str_t s = { copy, size };
    apr_int64_t id = -1;

    if (gw_id_parse(&id, s) == APR_SUCCESS) {
        must(id >= 0);
        must(gw_str_is(s, gw_id_text(text, id)));
    }
    as_number(data, size);
    as_pattern(copy, size);
    free(copy);
    return 0;
}
