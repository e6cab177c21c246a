/* SPDX-License-Identifier: Apache-2.0 */
/* chat_custom.c - see chat_custom.h. */
#include "chat_custom.h"

#include "responses_input.h"
#include "responses_names.h"

#define NAME_MOST 256           /* bytes of one as it is written; a name that
                                   was sent has 64 letters at most */

int gw_chat_is_custom(const gw_translate_about_t *about, gw_str_t name)
{
    char plain[NAME_MOST];
    gw_str_t text = { plain, 0 };
    const gw_tool_name_t *tool;

    if (about->names == NULL || name.n <= 2 || name.n > NAME_MOST)
        return 0;
    name.p++;
    name.n -= 2;
    text.n = gw_json_unescape(plain, name);
    tool = gw_tool_names_find(about->names, text);
    return tool != NULL && tool->kind == GW_TOOL_CUSTOM;
}

void gw_chat_custom_text(gw_text_t *out, gw_str_t json, apr_pool_t *pool)
{
    static const gw_str_t none = { "", 0 };
    gw_str_t all, whole;
    gw_text_t escaped;
    gw_input_t input;

    gw_text_init(&escaped, GW_TRANSLATE_ANSWER, pool);
    gw_text_escape(&escaped, json);
    all = gw_text_str(&escaped);
    gw_input_init(&input, pool);
    gw_input_feed(&input, all, all, none);
    gw_input_end(&input, all, 0, &whole);
    gw_text_put(out, "\"");
    gw_text_add(out, whole);
    gw_text_put(out, "\"");
    out->full |= escaped.full || input.inner.full;
    gw_text_drop(&escaped);
}
