/* SPDX-License-Identifier: Apache-2.0 */
/* chat_translated.h - what the tests of translated chat answers share: what
 * they are told beside the answer. */
#ifndef GW_CHAT_TRANSLATED_H
#define GW_CHAT_TRANSLATED_H

#include "tap.h"
#include "translate_rows.h"

static inline gw_translate_about_t about_it(int include_usage)
{
    gw_translate_about_t about = {
        .id = "req_0123", .created = 1700000000, .prompt = 12,
        .model = GW_STR("asked \"for\"")
    };

    about.include_usage = include_usage != 0;
    about.pool = tap_pool();
    return about;
}

#endif
