/* SPDX-License-Identifier: Apache-2.0 */
/* request_private.h - what the files that read a request's body share. */
#ifndef GW_REQUEST_PRIVATE_H
#define GW_REQUEST_PRIVATE_H

#include "request.h"

enum {              /* slots beyond the members of the document */
    SLOT_ROOT = GW_MEMBERS,
    SLOT_MESSAGE, SLOT_ROLE, SLOT_CONTENT, SLOT_TEXT, SLOT_TYPE,
    SLOT_PART, SLOT_PART_TYPE, SLOT_PART_TEXT, SLOT_PART_OTHER,
    SLOT_TOOL, SLOT_TOOL_TYPE, SLOT_CACHE_CONTROL, SLOT_MODALITY,
    SLOT_THINKING_TYPE,
    SLOT_STORED,        /* points at something stored at the upstream */
    SLOT_OPEN,          /* the upstream adds to the prompt what it finds */
    SLOT_THINK,         /* another spelling of "think" */
    SLOT_BOUND,         /* a bound of the output, where we do not rewrite it */
    SLOT_CHOICES,       /* ... or n */
    SLOT_PIXELS, SLOT_DETAIL,   /* how large an image may become */
    SLOT_URL, SLOT_DATA,    /* a string of a medium: a URL; bare base64 */
    SLOT_MEDIA          /* SLOT_MEDIA + gw_media_t: the medium itself */
};

/* ---- what the visitor notes ------------------------------------------ */

/* A content part.  What its type says weighs more than its members. */
typedef struct gw_part_t {
    int type, member;         /* gw_media_t, or -1 */
    unsigned typed:1;         /* it has a type ... */
    unsigned words:1;         /* ... of text */
    unsigned points:1;        /* it holds a URL that we do not know */
    int in;                   /* the medium being read */
    int of;                   /* the one whose bytes are these: */
    apr_size_t payload;
    unsigned sources;         /* pictures or sounds; of a video only frames */
} gw_part_t;

typedef struct gw_reading_t {
    gw_request_t *req;
    gw_json_t json;
    int object;               /* the document is one */
    int user, system;         /* role of the message being read */
    gw_place_t end;           /* its last part, or its string content */
    gw_place_t text;          /* its last text */
    unsigned parts;
    gw_part_t part;           /* the one being read */
    apr_size_t media;         /* bytes of media in the body */
    apr_pool_t *pool;
} gw_reading_t;

static inline void gw_place_set(gw_place_t *place, int what,
                                const gw_json_node_t *node)
{
    place->what = what;
    place->start = node->start;
    place->end = node->end;
}

/* ---- request_part.c -------------------------------------------------- */

/* The value points at something stored at the upstream. */
void gw_request_note_stored(gw_reading_t *rd, const gw_json_node_t *node);

/* Text that a model is shown. */
void gw_request_note_text(gw_reading_t *rd, const gw_json_node_t *node);

/* Is it the type of an item that stands for something stored there? */
int gw_request_is_stored_type(const gw_json_node_t *node);

/* A part begins; its type; a member that is a medium, or is not known; a
 * string inside a medium (bare: it may be base64 without "data:"); the end:
 * what the part comes to goes into the request. */
void gw_request_part_start(gw_part_t *part);
void gw_request_part_type(gw_reading_t *rd, const gw_json_node_t *node);
void gw_request_part_medium(gw_reading_t *rd, const gw_json_node_t *node);
void gw_request_part_other(gw_reading_t *rd, const gw_json_node_t *node);
void gw_request_part_source(gw_reading_t *rd, const gw_json_node_t *node,
                            int bare);
void gw_request_part_end(gw_reading_t *rd, const gw_json_node_t *node);

/* ---- request_source.c ------------------------------------------------ */

/* Is a value nothing: null, false, an empty string or array? */
int gw_request_nothing(const gw_json_node_t *node, gw_str_t body);

/* Does the string at node begin, past blanks and marks, with "fileid://",
 * which some vendors replace by the file (vendor.h)? */
int gw_request_fileid(const gw_json_node_t *node, gw_str_t body);

/* What a string of a medium is. */
typedef enum {
    GW_SOURCE_TEXT,             /* no URL: what it says stands in the body */
    GW_SOURCE_URL,              /* of http or https */
    GW_SOURCE_PAYLOAD,          /* the medium itself, *payload bytes of it */
    GW_SOURCE_OTHER,            /* data: of another kind than the medium's */
    GW_SOURCE_STORED            /* a URL that only the upstream can follow */
} gw_source_t;

/* kind GW_MEDIAS: of none.  bare: base64 without "data:" is a payload, too. */
gw_source_t gw_request_source(apr_size_t *payload, const gw_json_node_t *node,
                              gw_str_t body, gw_media_t kind, int bare);

/* The value that is just visited as "messages[0].content[1].file.file_id". */
const char *gw_request_path(const gw_json_t *json, const gw_json_node_t *node,
                            gw_str_t body, apr_pool_t *pool);

/* ---- request_validate.c ---------------------------------------------- */

/* Validate the members of a chat body, and fill in what follows from them.
 * Returns 0 or the problem that *problem describes. */
gw_problem_kind_t gw_request_validate_chat(gw_request_t *req,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool);

#endif
