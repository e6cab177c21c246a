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
    SLOT_STRAY,         /* a prompt under another name than it has */
    SLOT_PIXELS, SLOT_DETAIL,   /* how large an image may become */
    SLOT_URL, SLOT_DATA,    /* a string of a medium: a URL; bare base64 */
    /* blocks: the parts of Messages, which hold blocks themselves */
    SLOT_BLOCK,             /* one of a message */
    SLOT_INNER,             /* one in another, or a list of them */
    SLOT_BLOCK_TYPE, SLOT_BLOCK_TEXT, SLOT_BLOCK_OTHER,
    SLOT_SOURCE,            /* where the block's medium is: */
    SLOT_SOURCE_TYPE, SLOT_SOURCE_KIND, SLOT_SOURCE_DATA, SLOT_SOURCE_URL,
    SLOT_BUDGET,            /* thinking.budget_tokens */
    SLOT_SIGNATURE, SLOT_TOOL_ID,
    SLOT_EDIT,              /* the type of an edit of the context */
    /* items: the messages of Responses, some of which are a part themselves */
    SLOT_ITEM, SLOT_ITEM_TYPE,
    SLOT_ITEM_PART,         /* a part of an item, or a list of them */
    SLOT_ITEM_THOUGHT,      /* thoughts of an item, in whatever form */
    SLOT_ITEM_RESULT,       /* an image that was generated: bare base64 */
    SLOT_HOSTED,            /* a tool, which the upstream may run ... */
    SLOT_HOSTED_TYPE, SLOT_HOSTED_EXECUTION, SLOT_HOSTED_ENVIRONMENT,
    SLOT_REASONING,         /* an object that may ask for thinking */
    /* prompts that are no messages: one of several, or a token id of one; a
     * token id of one of several; a document */
    SLOT_PROMPT, SLOT_TOKEN_ID, SLOT_DOCUMENT,
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

/* A block of Messages.  Which medium it is may be told before or behind the
 * medium. */
typedef struct gw_block_t {
    int type;                 /* gw_media_t, or -1 */
    int kind;                 /* ... by the source's media type */
    unsigned words:1;         /* its type is one of text */
    unsigned source:1;        /* it has a source ... */
    unsigned base64:1;        /* ... which says that it is base64 ... */
    unsigned here:1;          /* ... or text, or blocks ... */
    unsigned file:1;          /* ... or a file of the account */
    unsigned points:1;        /* it holds a URL that we do not know */
    apr_size_t payload;       /* bytes that can be base64 */
} gw_block_t;

#define GW_BLOCKS 6           /* blocks within each other that are read */

/* An item of Responses. */
typedef struct gw_item_t {
    gw_part_t part;           /* what it is as a part itself, while one inside
                                 it is read */
    unsigned output:1;        /* it is what a tool of the client's returned */
    unsigned thought:1;       /* it holds thoughts ... */
    unsigned here:1;          /* ... which stand in the body */
} gw_item_t;

/* A tool of Responses. */
typedef struct gw_hosted_t {
    unsigned by_upstream:1;   /* the upstream runs it ... */
    unsigned unless_execution:1;    /* ... unless it says otherwise: here */
    unsigned unless_environment:1;  /* ... or here */
    unsigned execution:1, environment:1;    /* it does */
} gw_hosted_t;

#define GW_HOSTED 4           /* tools within each other that are read */

typedef struct gw_reading_t {
    gw_request_t *req;
    gw_json_t json;
    int object;               /* the document is one */
    int user, system;         /* role of the message being read */
    gw_place_t end;           /* its last part, or its string content */
    gw_place_t text;          /* its last text */
    unsigned parts;
    gw_part_t part;           /* the one being read */
    gw_block_t block[GW_BLOCKS]; /* those being read ... */
    unsigned blocks;          /* ... how many of them there are */
    gw_item_t item;           /* the one being read */
    gw_hosted_t hosted[GW_HOSTED];  /* the tools being read ... */
    unsigned tools;           /* ... how many of them there are */
    apr_size_t media;         /* bytes of media in the body */
    unsigned known;           /* GW_SOURCE_KNOWN, or 0 */
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

/* A message begins; it begins, or ends. */
void gw_request_message_start(gw_reading_t *rd);
void gw_request_message(gw_reading_t *rd, const gw_json_node_t *node);

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
/* ... is it a string that is a URL? */
int gw_request_points(gw_reading_t *rd, const gw_json_node_t *node);
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

enum {
    GW_SOURCE_BARE = 1,         /* base64 without "data:" is a payload, too */
    GW_SOURCE_KNOWN = 2         /* what may be base64 here is known to be */
};

/* kind GW_MEDIAS: of none.  how: GW_SOURCE_BARE and others. */
gw_source_t gw_request_source(apr_size_t *payload, const gw_json_node_t *node,
                              gw_str_t body, gw_media_t kind, unsigned how);

/* The value that is just visited as "messages[0].content[1].file.file_id". */
const char *gw_request_path(const gw_json_t *json, const gw_json_node_t *node,
                            gw_str_t body, apr_pool_t *pool);

/* ---- request_block.c ------------------------------------------------- */

/* What stands in Messages only. */
void gw_request_block(gw_reading_t *rd, const gw_json_node_t *node);

/* ---- request_item.c -------------------------------------------------- */

/* What stands in Responses only. */
void gw_request_item(gw_reading_t *rd, const gw_json_node_t *node);

/* ---- request_prompt.c ------------------------------------------------ */

/* A prompt, or a document, of several. */
void gw_request_prompt(gw_reading_t *rd, const gw_json_node_t *node);

/* ---- request_validate.c ---------------------------------------------- */

/* Validate the members of a chat body, and fill in what follows from them.
 * Returns 0 or the problem that *problem describes. */
gw_problem_kind_t gw_request_validate_chat(gw_request_t *req,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool);

/* The same for the members that several formats have: the model; messages;
 * stream and stream_options; the switches of thinking. */
gw_problem_kind_t gw_request_validate_model(gw_request_t *req,
                                            gw_problem_t *problem,
                                            apr_pool_t *pool);
gw_problem_kind_t gw_request_validate_messages(const gw_request_t *req,
                                               gw_problem_t *problem);
gw_problem_kind_t gw_request_validate_stream(gw_request_t *req,
                                             gw_problem_t *problem);
gw_problem_kind_t gw_request_validate_thinking(gw_request_t *req,
                                               gw_problem_t *problem,
                                               apr_pool_t *pool);

/* Counts are never refused here: the upstream validates them.  One that we
 * cannot read is taken as the largest it can be. */
void gw_request_read_counts(gw_request_t *req);

/* Members of the document that stand for something that the upstream keeps. */
void gw_request_read_stored(gw_request_t *req);

/* What OpenAI's formats have in common behind model and prompt: stream, the
 * switches of thinking; and what would pass unpriced is refused. */
gw_problem_kind_t gw_request_validate_rest(gw_request_t *req,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool);

/* What a member that counts choices says: 1 if it is not there, at least as
 * many as anybody could take it for. */
apr_int64_t gw_request_choices(const gw_request_t *req, gw_member_id_t id);

/* Is the member one of these words?  They end with NULL. */
int gw_request_is_word(const gw_member_t *m, const char *const *words);

/* unsupported_parameter, of this member. */
gw_problem_kind_t gw_request_unsupported(gw_problem_t *problem,
                                         const char *param,
                                         const char *message);

#endif
