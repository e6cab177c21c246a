/* SPDX-License-Identifier: Apache-2.0 */
/* answer_error.h - what an error answer says: codes, statuses, words.
 *
 * Vendors put them into different places, and aggregators wrap the error of
 * another vendor: as an object, or as JSON inside a string.  All that are
 * found count, however deep; error_class.h knows what they mean.  What a
 * validator repeats of the request is not looked into.
 */
#ifndef GW_ANSWER_ERROR_H
#define GW_ANSWER_ERROR_H

#include "gw.h"

#define GW_ERROR_WORDS 16       /* codes, types and reasons that are kept ... */
#define GW_ERROR_WORD  79       /* ... and bytes of each */
#define GW_ERROR_TEXT  1500     /* bytes kept of its messages */
#define GW_ERROR_NESTED 3       /* JSON in a string in JSON ... */
#define GW_ERROR_STRING 2048    /* bytes of such a string that are read */
#define GW_ERROR_VALUES 8       /* JSON values that may follow each other; 2
                                   inside a string */

typedef struct gw_error_t {
    unsigned said:1;            /* it has an `error` that says something */
    int status;                 /* HTTP status it gives as a code; 0: none */
    int inner;                  /* ... one that is wrapped gives */
    unsigned words;
    char word[GW_ERROR_WORDS][GW_ERROR_WORD + 1];
    apr_size_t text_len;
    char text[GW_ERROR_TEXT + 1];   /* messages, a line feed after each */
} gw_error_t;

/* Read an error answer, or what is there of it: a document, events, or plain
 * text.  body may be anything.  Never fails; *e says nothing then. */
void gw_error_read(gw_error_t *e, gw_str_t body);

/* The word that tells most, for a log; "" if there is none. */
const char *gw_error_name(const gw_error_t *e);

#endif
