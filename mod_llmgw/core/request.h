/* SPDX-License-Identifier: Apache-2.0 */
/* request.h - what a request's body says that concerns the gateway.
 *
 * The body is read once, strictly, without a tree and without a copy; what
 * is kept are places in it.  Everything that is not named here is the
 * client's and is neither validated nor changed.
 */
#ifndef GW_REQUEST_H
#define GW_REQUEST_H

#include "json.h"
#include "problem.h"

/* Members of the document that the gateway owns or must know. */
typedef enum {
    GW_M_NONE,
    GW_M_MODEL, GW_M_MESSAGES, GW_M_STREAM, GW_M_STREAM_OPTIONS,
    GW_M_MAX_TOKENS, GW_M_MAX_COMPLETION_TOKENS, GW_M_N,
    GW_M_LLMGW_THINKING, GW_M_ENABLE_THINKING, GW_M_THINKING,
    GW_M_REASONING_EFFORT, GW_M_THINKING_BUDGET, GW_M_ENABLE_CONTEXT_CACHING,
    GW_M_SERVICE_TIER, GW_M_STORE, GW_M_BACKGROUND, GW_M_PREVIOUS_RESPONSE_ID,
    GW_M_CONVERSATION, GW_M_PROMPT, GW_M_TOOLS, GW_M_FUNCTIONS,
    GW_M_MODALITIES, GW_M_ENABLE_SEARCH, GW_M_WEB_SEARCH_OPTIONS,
    GW_M_INCLUDE_USAGE,       /* stream_options.include_usage */
    GW_M_SPEED, GW_M_FALLBACKS,
    GW_M_INPUT, GW_M_MAX_OUTPUT_TOKENS, GW_M_BEST_OF, GW_M_QUERY,
    GW_M_ECHO,
    GW_MEMBERS
} gw_member_id_t;

/* Offsets into the body, which is never as large as 4 GiB: LLMGatewayMaxBody
 * goes to 1 GiB.  end == 0: the member is not there. */
typedef struct gw_member_t {
    apr_uint32_t name_start, start, end, prev_end;
    gw_str_t token;
    gw_json_kind_t kind;
    unsigned escaped:1;
} gw_member_t;

/* Kinds of content parts that are not text. */
typedef enum {
    GW_MEDIA_IMAGE, GW_MEDIA_AUDIO, GW_MEDIA_VIDEO, GW_MEDIA_PDF, GW_MEDIAS
} gw_media_t;

/* "image", "audio", "video", "pdf": the words of modalities.input. */
extern const char *const gw_media_names[GW_MEDIAS];

/* Where text or a marker can be put into a message. */
typedef struct gw_place_t {
    enum { GW_PLACE_NONE, GW_PLACE_STRING, GW_PLACE_PART, GW_PLACE_ARRAY }
        what;
    apr_size_t start, end;    /* the string, the part, or the empty array */
} gw_place_t;

typedef enum { GW_ABSENT = -1, GW_FALSE = 0, GW_TRUE = 1 } gw_tri_t;

/* The members that bound the output: 0 and null are as good as absent. */
typedef enum { GW_MAX_NONE, GW_MAX_GIVEN, GW_MAX_UNREADABLE } gw_max_tokens_t;

typedef struct gw_request_t {
    gw_str_t body;
    apr_size_t root;          /* offset of the document's opening bracket */
    gw_member_t member[GW_MEMBERS];
    gw_str_t model;           /* unescaped; in the pool of gw_request_read */
    int stream;
    gw_tri_t include_usage;   /* as the client wrote it */
    gw_tri_t thinking;        /* llmgw_thinking, else enable_thinking */
    int native_thinking;      /* `thinking` or `reasoning_effort` is there */
    int native_off;           /* ... and says not to think */
    int asks_thinking;        /* it may be asked for in other words */
    int context_caching;      /* enable_context_caching: true */
    int unsigned_thinking;    /* a block or an item bears a signature of ours
                                 (unsigned.h) */
    int other_ids;            /* a block has an id that Claude does not take
                                 (unsigned.h) */
    int cache_control;        /* a cache_control stands somewhere */
    int audio_output;         /* modalities names audio */
    int high_resolution;      /* images may count more than they do by
                                 default: vl_high_resolution_images, pixels
                                 of an image, a detail beyond high */
    int open_ended;           /* search, server tools or media of unknown kind:
                                 no bound for the prompt */
    int unknown_media;        /* ... or what is stored, of any kind */
    int relay;                /* LLMGatewayThinking relay; set by who knows */
    const char *stored;       /* path of the first value that points at
                                 something stored at the upstream; NULL */
    const char *fileid;       /* ... of a text that some vendors take so */
    apr_int64_t n;            /* choices; 128 or more if unreadable */
    gw_max_tokens_t max;      /* what the client says of max_tokens */
    apr_int64_t max_tokens;   /* largest of its members, or what we put there;
                                 -1: none, or unreadable */
    apr_int64_t thinking_budget; /* -1: none */
    const struct gw_signed_t *signed_thinking;  /* of a chat that was made of
                                 a body for /v1/responses: what the model
                                 thought, to be given back (translate/
                                 signed.h); NULL: nothing */
    unsigned messages, tools;
    apr_int64_t prompts;      /* each of which may fill the model's context: 1,
                                 or the inputs of one request */
    apr_int64_t repeated;     /* bytes of a query that is read more than once,
                                 beside the first time */
    unsigned input_kinds;     /* bit 1 << gw_json_kind_t: elements of an array
                                 of prompts */
    const char *stray;        /* path of the first prompt that stands elsewhere
                                 than prompts do; NULL */
    const char *input_odd;    /* path of the first that may not stand there */
    apr_size_t text;          /* bytes of the body without its media */
    unsigned media[GW_MEDIAS];
    const char *media_at[GW_MEDIAS]; /* path of the first; NULL: none */
    gw_place_t system_end;    /* end of the first system message */
    gw_place_t last_end;      /* end of the last message */
    gw_place_t last_user;     /* last text of the last user message; an ARRAY
                                 or PART place if it has no text */
} gw_request_t;

#define GW_CHOICES_MAX 128    /* n of the OpenAI API */
#define GW_REQUEST_MOST 1000000000  /* tokens or choices: more is no count */

/* A member as a count, from 0 to GW_REQUEST_MOST; -1: it is not there, or is
 * none. */
apr_int64_t gw_request_count(const gw_request_t *req, gw_member_id_t id);

/* The member that bounds the output: GW_M_NONE if the client sent no bound, or
 * one that cannot be told from none (GW_MAX_UNREADABLE). */
gw_member_id_t gw_request_max_member(const gw_request_t *req);

/* unsupported_parameter: the body points at something stored at the upstream,
 * where all callers share one account.  Only if it does.  prompt: the member
 * that should hold it. */
gw_problem_kind_t gw_request_refuse_stored(const gw_request_t *req,
                                           const char *prompt,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool);

/* Is the member there and not null? */
static inline int gw_request_has(const gw_request_t *req, gw_member_id_t id)
{
    return req->member[id].end != 0 && req->member[id].kind != GW_JSON_NULL;
}

#endif
