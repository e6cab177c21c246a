/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_accept.c - any text gives a weight, letter case is no matter, and what
 * is added behind an even number of quotes is heard. */
#include "accept.h"

#include <apr_lib.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char more[] = ", text/html;q=0.5, text/html";
    char *text = malloc(size + sizeof(more));
    int weight, quoted = 0;
    size_t i;

    must(text != NULL);
    for (i = 0; i < size; i++) {
        text[i] = data[i] == '\0' ? ' ' : (char)data[i];
        quoted |= text[i] == '"';
    }
    text[size] = '\0';
    weight = gw_accept_weight(text, "text/html");
    must(weight >= 0 && weight <= GW_ACCEPT_MOST);
    for (i = 0; i < size; i++)
        text[i] = (char)apr_toupper(text[i]);
    must(gw_accept_weight(text, "text/html") == weight);
    memcpy(text + size, more, sizeof(more));
    must(quoted || gw_accept_weight(text, "text/html") == GW_ACCEPT_MOST);
    free(text);
    return 0;
}
