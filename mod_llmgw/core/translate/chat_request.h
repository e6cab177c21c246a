/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request.h - what the files of gw_chat_request() share: a body for
 * /v1/chat/completions becomes one of the Messages API.
 *
 * The new body is written from front to back.  The first fault stays, and
 * what is written after it is thrown away, so writers do not ask.
 *
 * Sources: OpenAI's API reference, "Chat"; Anthropic's, "Messages", with its
 * pages on vision, tool use, extended thinking and prompt caching; Alibaba's
 * "Qwen API reference" for members of Bailian.
 */
#ifndef GW_CHAT_REQUEST_H
#define GW_CHAT_REQUEST_H

#include <apr_hash.h>
#include <apr_tables.h>

#include "json_tree.h"
#include "translate.h"

#define GW_CHAT_CALLS 1024      /* tool calls of one turn */
#define GW_CHAT_NAME 64         /* bytes of a tool's name, OpenAI's limit */
#define GW_CHAT_MARKS 4         /* cache_control in a body, Anthropic's */

/* ---- members that are translated ------------------------------------- */

/* The objects of a body, and in which order their members that are
 * translated are found. */
typedef enum {
    GW_CHAT_ROOT, GW_CHAT_MESSAGE, GW_CHAT_PART, GW_CHAT_IMAGE, GW_CHAT_FILE,
    GW_CHAT_CALL, GW_CHAT_CALLED, GW_CHAT_CUSTOM_CALLED, GW_CHAT_LEGACY_CALL,
    GW_CHAT_TOOL, GW_CHAT_FUNCTION, GW_CHAT_CUSTOM, GW_CHAT_CUSTOM_FORMAT,
    GW_CHAT_GRAMMAR, GW_CHAT_LEGACY_FUNCTION, GW_CHAT_FORMAT,
    GW_CHAT_JSON_SCHEMA, GW_CHAT_OBJECTS
} gw_chat_object_t;

enum { ROOT_MODEL, ROOT_MESSAGES, ROOT_STREAM, ROOT_MAX_TOKENS,
       ROOT_MAX_COMPLETION_TOKENS, ROOT_TEMPERATURE, ROOT_TOP_P, ROOT_TOP_K,
       ROOT_STOP, ROOT_N, ROOT_TOOLS, ROOT_TOOL_CHOICE,
       ROOT_PARALLEL_TOOL_CALLS, ROOT_FUNCTIONS, ROOT_FUNCTION_CALL,
       ROOT_RESPONSE_FORMAT, ROOT_USER, ROOT_SAFETY_IDENTIFIER,
       ROOT_REASONING_EFFORT, ROOT_THINKING, ROOT_LLMGW_THINKING,
       ROOT_ENABLE_THINKING, ROOT_THINKING_BUDGET,
       ROOT_ENABLE_CONTEXT_CACHING, ROOT_CACHE_CONTROL, ROOT_MODALITIES,
       ROOT_COUNT };
enum { MESSAGE_ROLE, MESSAGE_CONTENT, MESSAGE_REFUSAL, MESSAGE_TOOL_CALLS,
       MESSAGE_FUNCTION_CALL, MESSAGE_TOOL_CALL_ID, MESSAGE_NAME,
       MESSAGE_CACHE_CONTROL, MESSAGE_COUNT };
enum { PART_TYPE, PART_TEXT, PART_REFUSAL, PART_IMAGE_URL, PART_FILE,
       PART_CACHE_CONTROL, PART_COUNT };
enum { IMAGE_URL, IMAGE_COUNT };
enum { FILE_DATA, FILE_NAME, FILE_COUNT };
enum { CALL_ID, CALL_TYPE, CALL_FUNCTION, CALL_CUSTOM, CALL_COUNT };
enum { CALLED_NAME, CALLED_ARGUMENTS, CALLED_COUNT };   /* or its input */
enum { TOOL_TYPE, TOOL_FUNCTION, TOOL_CUSTOM, TOOL_CACHE_CONTROL, TOOL_COUNT };
enum { CUSTOM_NAME, CUSTOM_DESCRIPTION, CUSTOM_FORMAT, CUSTOM_COUNT };
enum { CUSTOM_FORMAT_TYPE, CUSTOM_FORMAT_GRAMMAR, CUSTOM_FORMAT_COUNT };
enum { GRAMMAR_SYNTAX, GRAMMAR_DEFINITION, GRAMMAR_COUNT };
enum { FUNCTION_NAME, FUNCTION_DESCRIPTION, FUNCTION_PARAMETERS,
       FUNCTION_STRICT, FUNCTION_CACHE_CONTROL, FUNCTION_COUNT };
enum { FORMAT_TYPE, FORMAT_JSON_SCHEMA, FORMAT_COUNT };
enum { SCHEMA_SCHEMA, SCHEMA_COUNT };

#define GW_CHAT_TAKES ROOT_COUNT        /* of one object, at most */

typedef struct gw_chat_shape_t {
    const char *where;          /* as gw_translate_fate() wants it */
    unsigned count;
    const char *name[GW_CHAT_TAKES];
} gw_chat_shape_t;

extern const gw_chat_shape_t gw_chat_shapes[GW_CHAT_OBJECTS];

/* ---- a translation under way ----------------------------------------- */

/* A call of a tool in the last turn of the assistant. */
typedef struct gw_chat_call_t {
    gw_str_t id, name;          /* the client's; id.n == 0: it has none */
    const char *written;        /* the id that it has in the new body */
    const gw_node_t *node;
    int answered;
} gw_chat_call_t;

typedef enum { GW_CHAT_NOBODY, GW_CHAT_USER, GW_CHAT_ASSISTANT }
    gw_chat_turn_t;

typedef struct gw_chat_t {
    const gw_request_t *req;
    const gw_model_t *model;
    const gw_route_t *route;
    gw_tree_t tree;             /* of req->body */
    gw_translated_t *out;
    gw_text_t *body;            /* out's */
    gw_problem_t *problem;
    gw_problem_kind_t kind;     /* of the first fault; 0: none */
    apr_pool_t *pool;
    const gw_node_t *root[ROOT_COUNT];
    apr_int64_t max_tokens;     /* that is written */

    unsigned blocks;            /* in the list being written */
    int marked;                 /* the last has a cache_control */
    unsigned marks;             /* all that have one */
    const gw_node_t *hoisted;   /* cache_control of a part of a result */
    const char *instruction;    /* ends the last text of the last user
                                   message, as JSON writes it; or NULL */
    gw_chat_turn_t turn;        /* whose message is being written */
    unsigned turns;
    apr_array_header_t *calls;  /* gw_chat_call_t: those of the last turn */
    apr_hash_t *ids;            /* written ones of all turns */
    int last_calls;             /* the last assistant message calls tools */

    apr_hash_t *tools;          /* names of those declared, to their node */
    struct gw_tool_names_t *names;      /* of those of them that are custom;
                                   NULL: none is */
    apr_hash_t *allowed;        /* names that may be written; NULL: all */
    int forced;                 /* the model has to call one */
    int thinks;                 /* thinking is asked for in the new body */
    const struct gw_signed_t *given_back;   /* thinking that messages begin
                                   with; NULL: none is written */
} gw_chat_t;

/* ---- chat_request_member.c ------------------------------------------- */

/* Find the members of an object that are translated: nodes[] by the enum
 * above, NULL where one is not there or null.  The others go by the table of
 * docs/translation.md. */
void gw_chat_take(gw_chat_t *ch, const gw_node_t **nodes,
                  const gw_node_t *object, gw_chat_object_t what);

/* A member's name as it is read; one with escapes in the pool. */
gw_str_t gw_chat_name_of(const gw_chat_t *ch, const gw_node_t *member);

/* Refuse the request: the member of `at` (NULL: at itself) is the param, and
 * the message is its path in quotes and then `what`. */
void gw_chat_refuse(gw_chat_t *ch, gw_problem_kind_t kind,
                    const gw_node_t *at, const char *member,
                    const char *what);

/* Name what is dropped. */
void gw_chat_drop(gw_chat_t *ch, const char *path);

/* Has a string, as JSON writes it, nothing but blanks?  Anthropic refuses
 * such texts. */
int gw_chat_blank(const gw_chat_t *ch, const gw_node_t *string);

static inline int gw_chat_is_object(const gw_node_t *value)
{
    return value != NULL && value->kind == GW_JSON_OBJECT;
}

/* Write the value's bytes. */
void gw_chat_copy(gw_chat_t *ch, const gw_node_t *value);

/* The name of a tool, unescaped.  n == 0: it is refused. */
gw_str_t gw_chat_name(gw_chat_t *ch, const gw_node_t *name,
                      const gw_node_t *in);

/* ---- chat_request_part.c --------------------------------------------- */

/* A block of a content list begins; the last one gets this cache_control
 * (NULL: none) unless it has one. */
void gw_chat_block(gw_chat_t *ch);
void gw_chat_mark(gw_chat_t *ch, const gw_node_t *cache_control);

/* The same with a marker of ours. */
void gw_chat_mark_ephemeral(gw_chat_t *ch);

/* A text block, unless the string is blank. */
void gw_chat_text(gw_chat_t *ch, const gw_node_t *string,
                  const gw_node_t *cache_control);

/* What a message of some role may hold beside text, as bits. */
#define GW_CHAT_MEDIA    0x01   /* images and documents */
#define GW_CHAT_SAID     0x02   /* what only a model says */
#define GW_CHAT_HOIST    0x04   /* cache_control goes to ch->hoisted */

/* The blocks of a content: a string, a list of parts, null or NULL. */
void gw_chat_content(gw_chat_t *ch, const gw_node_t *content, unsigned may);

/* ---- chat_request_source.c ------------------------------------------- */

/* Write the `source` of an image whose URL is this string, or of a PDF whose
 * data: URI it is, without the member's name.  in, member: of its path. */
void gw_chat_image(gw_chat_t *ch, const gw_node_t *url, const gw_node_t *in,
                   const char *member);
void gw_chat_pdf(gw_chat_t *ch, const gw_node_t *data, const gw_node_t *in,
                 const char *member);

/* ---- chat_request_call.c --------------------------------------------- */

/* The calls of an assistant message, as blocks. */
void gw_chat_calls(gw_chat_t *ch, const gw_node_t *message,
                   const gw_node_t *const *members);

/* The call that a tool message answers, which is answered by that; NULL: it
 * is refused. */
const gw_chat_call_t *gw_chat_answered(gw_chat_t *ch,
                                       const gw_node_t *message,
                                       const gw_node_t *const *members);

/* No call may be left without its result. */
void gw_chat_calls_end(gw_chat_t *ch);

/* ---- chat_request_choice.c ------------------------------------------- */

typedef struct gw_chat_choice_t {
    const char *type;           /* "auto", "any", "tool", "none"; NULL: none
                                   is written */
    gw_str_t name;              /* of "tool" */
    const gw_node_t *at;        /* what holds the name */
} gw_chat_choice_t;

/* Read tool_choice or function_call: sets ch->allowed, too.  Once the tools
 * are known: refuse names that none has.  Write it, and set ch->forced. */
void gw_chat_choice_read(gw_chat_t *ch, gw_chat_choice_t *choice);
void gw_chat_choice_check(gw_chat_t *ch, const gw_chat_choice_t *choice);
void gw_chat_choice_write(gw_chat_t *ch, const gw_chat_choice_t *choice);

/* ---- chat_request_custom.c ------------------------------------------- */

/* Tools that are called with a text: for this API a function with one string,
 * `input`.  Write what follows the name of one; note what its calls are. */
void gw_chat_custom(gw_chat_t *ch, gw_str_t name, const gw_node_t *custom,
                    const gw_node_t *const *members);

/* Write what one was called with, as `input`'s value; in: what has it. */
void gw_chat_custom_input(gw_chat_t *ch, const gw_node_t *input,
                          const gw_node_t *in);

/* ---- chat_request_turn.c --------------------------------------------- */

/* Write `system`, if there is any; `messages`. */
void gw_chat_system(gw_chat_t *ch);
void gw_chat_messages(gw_chat_t *ch);

/* ---- chat_request_tool.c --------------------------------------------- */

/* Write `tools` and `tool_choice`, if there are any. */
void gw_chat_tools(gw_chat_t *ch);

/* ---- chat_request_thinking.c ----------------------------------------- */

/* The blocks of thinking that this message of the assistant's begins with, of
 * these; n is 0: none. */
gw_str_t gw_chat_thought_before(const gw_chat_t *ch,
                                const struct gw_signed_t *blocks,
                                const gw_node_t *message);

/* What the model thought before, if it can be given back: the request asks for
 * thinking, and the turn that goes on begins with it.  NULL: else the API would
 * refuse it. */
const struct gw_signed_t *gw_chat_given_back(gw_chat_t *ch);

/* What ends the last text of the user where the route wants the switch so;
 * NULL: nothing. */
const char *gw_chat_instruction(const gw_chat_t *ch);

/* Write `thinking`, and return the effort to write, as JSON; NULL: none.
 * Sets ch->thinks. */
const char *gw_chat_thinking(gw_chat_t *ch);

/* ---- chat_request_option.c ------------------------------------------- */

/* Write `max_tokens`, and set ch->max_tokens. */
void gw_chat_max_tokens(gw_chat_t *ch);

/* Does the answer have to be a JSON object, of no schema? */
int gw_chat_json_object(const gw_chat_t *ch);

/* Write all that only tunes or bounds the answer. */
void gw_chat_options(gw_chat_t *ch);

/* Write `output_config`, if effort (NULL: none) or response_format want
 * it. */
void gw_chat_output_config(gw_chat_t *ch, const char *effort);

#endif
