/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c - see csv.h. */
#include "csv.h"

#include "buffer.h"
#include "utf8.h"

/* Blanks, quotes and what is not seen: spreadsheets pass over some of it. */
static int is_passed_over(apr_uint32_t c)
{
    return c == ' ' || c == '"' || c == '\'' || c == '`' || c == 0xa0
           || c == 0x1680 || (c >= 0x2000 && c <= 0x200f)
           || (c >= 0x2018 && c <= 0x201f) || (c >= 0x2028 && c <= 0x202f)
           || (c >= 0x205f && c <= 0x2064) || c == 0x3000 || c == 0xfeff;
}

/* Does a formula, or something that hides one, begin at p?  The wide forms
 * are what some input methods write. */
static int is_formula(const char *p)
{
    apr_size_t left = strlen(p), n;
    apr_uint32_t c = 0;

    while ((n = gw_utf8_char(&c, p, left)) > 0 && is_passed_over(c)) {
        p += n;
        left -= n;
    }
    if (n == 0)
        return 0;
    return c < ' ' || c == '=' || c == '+' || c == '-' || c == '@'
           || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20
           || c == 0x2212;
}

void gw_csv_text(gw_buffer_t *b, const char *text, const char *end)
{
    const char *p;

    if (text == NULL) {
        gw_buffer_puts(b, end);
        return;
    }
    gw_buffer_puts(b, "\"");
    for (p = text; *p != '\0'; p++) {
        if ((p == text || strchr(";\t\r\n", p[-1]) != NULL) && is_formula(p))
            gw_buffer_puts(b, "'");
        gw_buffer_put(b, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    }
    gw_buffer_puts(b, "\"");
    gw_buffer_puts(b, end);
}

void gw_csv_plain(gw_buffer_t *b, const char *text, const char *end)
{
    gw_buffer_puts(b, text);
    gw_buffer_puts(b, end);
}
