/* SPDX-License-Identifier: Apache-2.0 */
/* tap_translate.h - an answer that is translated: what its parts share
 * (tap_translate.c, tap_translate_document.c).  Of a call, anew for each
 * attempt.
 */
#ifndef GW_TAP_TRANSLATE_H
#define GW_TAP_TRANSLATE_H

#include "tap_private.h"

struct gw_tap_translation_t {
    const gw_translation_t *how;
    gw_translate_about_t about;
    gw_translator_t *stream;    /* NULL: none was begun in this attempt */
    gw_text_t event;            /* what came of an event that is not whole */
    gw_text_t data;             /* the data of one with several lines */
    gw_text_t out;              /* translated, not given to the tap yet */
    unsigned first:1;           /* no event was read yet */
    unsigned said:1;            /* something of an answer was read */
};

/* tap_translate_document.c */
/* What was counted, for the end of the translation; *usage is what it points
 * to. */
void gw_tap_translate_usage(gw_translate_usage_t *said, gw_usage_t *usage,
                            gw_tap_t *t);

/* The log's word on why it came to nothing. */
void gw_tap_translate_log(const gw_tap_t *t, const char *why);

#endif
