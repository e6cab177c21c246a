/* SPDX-License-Identifier: Apache-2.0 */
/* chat_event.h - what one event of a Messages stream says: its kind, and where
 * in it stands what is translated. */
#ifndef GW_CHAT_EVENT_H
#define GW_CHAT_EVENT_H

#include "json.h"
#include "text.h"

typedef enum {
    GW_CHAT_E_OTHER,            /* ping, message_stop, what nobody knows */
    GW_CHAT_E_MESSAGE, GW_CHAT_E_BLOCK, GW_CHAT_E_DELTA, GW_CHAT_E_BLOCK_STOP,
    GW_CHAT_E_MESSAGE_DELTA
} gw_chat_event_kind_t;

/* Kinds of blocks, and of deltas. */
typedef enum {
    GW_CHAT_P_OTHER, GW_CHAT_P_TEXT, GW_CHAT_P_THINKING, GW_CHAT_P_TOOL,
    GW_CHAT_P_SIGNATURE, GW_CHAT_P_REDACTED
} gw_chat_part_kind_t;

/* Its members that are translated; "of the block": of content_block. */
typedef enum {
    GW_CHAT_M_NONE, GW_CHAT_M_TYPE, GW_CHAT_M_INDEX, GW_CHAT_M_PART_TYPE,
    GW_CHAT_M_MODEL,            /* of the message */
    GW_CHAT_M_ID, GW_CHAT_M_NAME,       /* of the block */
    GW_CHAT_M_TEXT, GW_CHAT_M_THINKING, /* of the block or the delta */
    GW_CHAT_M_INPUT,            /* of the block, or partial_json */
    GW_CHAT_M_REASON,           /* of the delta */
    GW_CHAT_M_SIGNATURE,        /* of the block or the delta */
    GW_CHAT_M_DATA,             /* of the block */
    GW_CHAT_MEMBERS
} gw_chat_member_t;

typedef struct gw_chat_event_t {
    gw_str_t json;              /* that the places are in */
    gw_chat_event_kind_t kind;
    gw_chat_part_kind_t part;
    apr_int64_t index;          /* of the block; -1: it says none */
    struct { apr_size_t start, end; gw_json_kind_t kind; }
        at[GW_CHAT_MEMBERS];    /* end is 0: it is not there */
} gw_chat_event_t;

#define GW_CHAT_SHAPE 192       /* bytes of an event before its text */

/* Reads the events of one stream.  Most differ from the one before in one
 * string only, which is the last thing in them: they are known by the bytes
 * before it. */
typedef struct gw_chat_reader_t {
    gw_json_t json;
    gw_text_t mended;           /* an event whose strings had to be mended */
    apr_size_t shape_n;         /* 0: there is none */
    gw_chat_event_kind_t kind;
    gw_chat_part_kind_t part;
    apr_int64_t index;
    gw_chat_member_t member;    /* that the string is */
    char shape[GW_CHAT_SHAPE];  /* up to the string's opening quote */
} gw_chat_reader_t;

/* Ready for a stream; most: bytes that an event may come to. */
void gw_chat_reader_init(gw_chat_reader_t *rd, apr_size_t most,
                         apr_pool_t *pool);

/* Read an event; ev is what was read last, by the same reader.  Its places are
 * in data or in the reader, until the next call.  APR_EINVAL: it is no
 * JSON. */
apr_status_t gw_chat_event_read(gw_chat_reader_t *rd, gw_chat_event_t *ev,
                                gw_str_t data);

/* A member as it is written; n is 0: it is not there.  A string has its
 * quotes; one that has to be a string and is none is not there. */
gw_str_t gw_chat_event_json(const gw_chat_event_t *ev, gw_chat_member_t m);
gw_str_t gw_chat_event_string(const gw_chat_event_t *ev, gw_chat_member_t m);

#endif
