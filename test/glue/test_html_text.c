/* SPDX-License-Identifier: Apache-2.0 */
/* test_html_text.c - what was stored by others, in a page. */
#include "html_text.h"

#include "tap.h"

#define NO "\xef\xbf\xbd"       /* U+FFFD */

static const struct {
    const char *text, *want;
} rows[] = {
    { "", "" },
    { NULL, "" },
    { "plain", "plain" },
    { "<script>alert(1)</script>",
      "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { "\" onmouseover='x'", "&quot; onmouseover=&#39;x&#39;" },
    { "&amp; & &#60;", "&amp;amp; &amp; &amp;#60;" },
    { "]]> --> <!--", "]]&gt; --&gt; &lt;!--" },
    { "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80",
      "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80" },
    { "a\tb\nc", "a\tb\nc" },
    { "a\rb\x01\x1f\x7f", "a" NO "b" NO NO NO },
    { "\xc2\x80\xc2\x9f\xc2\xa0\xc3\x80", NO NO "\xc2\xa0\xc3\x80" },
    { "a\xff<", "a" NO "&lt;" },
    { "\xc3", NO },
    { "\xc3<b", NO "&lt;b" },           /* half a character hides no markup */
    { "\xe4\xb8\"", NO NO "&quot;" },
    { "\xc0\xbc" "b", NO NO "b" },      /* an overlong < */
    { "\xed\xa0\x80", NO NO NO }
};

int main(void)
{
    gw_buffer_t b = { NULL, 0, 0 };
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_html_text(&b, rows[i].text);
        is_str(gw_buffer_take(&b, tap_pool()), rows[i].want, "row %u", i);
    }
    gw_html_element(&b, "td class=\"n\"", "1 < 2");
    gw_html_element(&b, "th", NULL);
    is_str(gw_buffer_take(&b, tap_pool()),
           "<td class=\"n\">1 &lt; 2</td><th></th>", "elements");
    return tap_end();
}
