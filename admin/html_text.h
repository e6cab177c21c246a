/* SPDX-License-Identifier: Apache-2.0 */
/* html_text.h - texts of others in a page of HTML.
 *
 * Markup is ours and is put with gw_buffer_puts; whatever was stored goes
 * through here, so that it is shown and never read as markup.
 */
#ifndef GW_HTML_TEXT_H
#define GW_HTML_TEXT_H

#include "buffer.h"

/* Text as the content of an element, or as the value of an attribute in
 * either quotes: & < > " ' become references.  Bytes that are no UTF-8, and
 * control characters but tab and line feed, become U+FFFD.  NULL: nothing. */
void gw_html_text(gw_buffer_t *b, const char *text);

/* <NAME>text</NAME>; name is ours: a name, with attributes where there are
 * any ("td class=\"n\"").  text NULL: an element without content. */
void gw_html_element(gw_buffer_t *b, const char *name, const char *text);

#endif
