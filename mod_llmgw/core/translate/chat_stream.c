/* SPDX-License-Identifier: Apache-2.0 */
/* chat_stream.c - the events of a Messages stream, as the chunks of a chat
 * completion.
 *
 * What all chunks of a stream begin with is written once.  Strings go over as
 * they are written: one of JSON becomes one of JSON.  What is held back is the
 * input of calls whose block brought it whole: it is their arguments if no
 * delta follows.
 */
#include <apr_strings.h>

#include "chat_answer.h"
#include "chat_event.h"
#include "chat_half.h"
#include "chat_thinking.h"
#include "json_mend.h"
#include "responses_input.h"
#include "translate_rows.h"

#define CALLS_OPEN 128          /* calls whose blocks are open at a time */
#define MODEL_MOST 256          /* bytes of a model's name that is written in
                                   each chunk */

static const char too_many[] =
    "The upstream writes more than 128 calls of tools at a time.";
static const char two_custom[] =
    "The upstream writes two calls of custom tools at a time.";

typedef struct open_call_t {
    apr_int64_t index;          /* of its block */
    unsigned k;                 /* of the call */
    int custom;                 /* a text is to be found in its arguments */
    int said;                   /* arguments have been written */
    apr_size_t held, held_n;    /* its input in tr->held, as a string */
    gw_half_t half;
} open_call_t;

struct gw_translator_t {
    gw_translate_about_t about;
    gw_text_t head;             /* of each chunk, up to its delta's members */
    apr_size_t before_choices;  /* bytes of it */
    gw_text_t held;
    gw_text_t custom;           /* arguments of the open custom call, as they
                                   are written, and the text in them */
    gw_input_t input;
    gw_finish_t finish;
    unsigned begun:1;           /* something was written */
    unsigned ended:1;
    unsigned gathers:1;         /* a custom call is open */
    unsigned calls;             /* so many have begun */
    unsigned opened;            /* ... and these are not over */
    gw_half_t text, thoughts;
    gw_chat_thinking_t thinking;
    open_call_t open[CALLS_OPEN];
    gw_chat_event_t event;
    gw_chat_reader_t reader;
};

gw_translator_t *gw_chat_start(const gw_translate_about_t *about)
{
    gw_translator_t *tr = apr_palloc(about->pool, sizeof(*tr));

    memset(tr, 0, offsetof(gw_translator_t, open));
    tr->about = *about;
    gw_text_init(&tr->head, GW_TRANSLATE_EVENT, about->pool);
    gw_text_init(&tr->held, GW_TRANSLATE_EVENT, about->pool);
    gw_text_init(&tr->custom, GW_TRANSLATE_EVENT, about->pool);
    gw_input_init(&tr->input, about->pool);
    gw_chat_reader_init(&tr->reader, GW_TRANSLATE_EVENT, about->pool);
    gw_chat_thinking_start(&tr->thinking, about);
    return tr;
}

/* ---- chunks ---------------------------------------------------------- */

static void add_head(gw_translator_t *tr, gw_str_t model)
{
    if (tr->head.n > 0)
        return;
    if (model.n > MODEL_MOST)
        model.n = 0;
    gw_text_put(&tr->head, "data: {");
    gw_chat_head(&tr->head, "chat.completion.chunk", model, &tr->about);
    tr->before_choices = tr->head.n;
    gw_text_put(&tr->head, "\"choices\":[{\"index\":0,\"delta\":{");
}

/* Write a chunk up to the members of its delta, and from there to its end;
 * finish: the finish_reason with its quotes, or null. */
static void open_chunk(gw_translator_t *tr, gw_text_t *out)
{
    static const gw_str_t none = { NULL, 0 };

    if (tr->head.n == 0)
        add_head(tr, none);
    gw_text_add(out, gw_text_str(&tr->head));
}

static void close_chunk(const gw_translator_t *tr, gw_text_t *out)
{
    static const gw_str_t ends[] = {
        GW_STR("},\"logprobs\":null,\"finish_reason\":null}]}\n\n"),
        GW_STR("},\"logprobs\":null,\"finish_reason\":null}],"
               "\"usage\":null}\n\n")
    };

    gw_text_add(out, ends[tr->about.include_usage]);
}

/* Before the first chunk that carries something goes one that says who is
 * speaking. */
static void begin(gw_translator_t *tr, gw_text_t *out, const char *content)
{
    if (tr->begun)
        return;
    tr->begun = 1;
    open_chunk(tr, out);
    gw_text_put(out, "\"role\":\"assistant\",\"content\":");
    gw_text_put(out, content);
    close_chunk(tr, out);
}

/* name: of the delta's member, with what is before its value. */
static void write_text(gw_translator_t *tr, gw_text_t *out, gw_str_t name,
                       gw_half_t *half, gw_str_t string)
{
    gw_str_t later;

    if (string.n <= 2)          /* no text, or an empty one */
        return;
    if (gw_half_take(half, &string, &later)) {
        begin(tr, out, "\"\"");
        open_chunk(tr, out);
        gw_text_add(out, name);
        gw_half_write(out, half, string);
        close_chunk(tr, out);
    }
    gw_half_keep(half, later);
}

static void write_part(gw_translator_t *tr, gw_text_t *out)
{
    static const gw_str_t content = GW_STR("\"content\":"),
                          thoughts = GW_STR("\"reasoning_content\":");
    const gw_chat_event_t *ev = &tr->event;

    if (ev->part == GW_CHAT_P_TEXT)
        write_text(tr, out, content, &tr->text,
                   gw_chat_event_string(ev, GW_CHAT_M_TEXT));
    else if (ev->part == GW_CHAT_P_THINKING)
        write_text(tr, out, thoughts, &tr->thoughts,
                   gw_chat_event_string(ev, GW_CHAT_M_THINKING));
}

/* ---- calls of tools -------------------------------------------------- */

static open_call_t *find_call(gw_translator_t *tr, apr_int64_t index)
{
    unsigned i = tr->opened;

    while (i-- > 0) {
        if (tr->open[i].index == index)
            return &tr->open[i];
    }
    return NULL;
}

/* More of what a tool is called with: of a string two parts. */
static void write_more(gw_translator_t *tr, gw_text_t *out,
                       const open_call_t *call, const gw_half_t *half,
                       gw_str_t inside)
{
    static const gw_str_t before = GW_STR("\"tool_calls\":[{\"index\":"),
                          behind = GW_STR("}}]");
    static const gw_str_t names[] = {
        GW_STR(",\"function\":{\"arguments\":"),
        GW_STR(",\"custom\":{\"input\":")
    };

    open_chunk(tr, out);
    gw_text_add(out, before);
    gw_text_number(out, call->k);
    gw_text_add(out, names[call->custom]);
    gw_half_write(out, half, inside);
    gw_text_add(out, behind);
    close_chunk(tr, out);
}

/* More of a custom call's arguments: what is known of its text by that. */
static void write_input(gw_translator_t *tr, gw_text_t *out,
                        const open_call_t *call, gw_str_t inside)
{
    gw_str_t half = { call->half.bytes, call->half.n };

    gw_text_add(&tr->custom, half);
    gw_text_add(&tr->custom, inside);
    inside = gw_input_feed(&tr->input, gw_text_str(&tr->custom), half, inside);
    if (inside.n > 0)
        write_more(tr, out, call, &gw_no_half, inside);
}

static void write_arguments(gw_translator_t *tr, gw_text_t *out,
                            open_call_t *call, gw_str_t string)
{
    gw_str_t later;

    call->said = 1;
    if (gw_half_take(&call->half, &string, &later)) {
        if (call->custom)
            write_input(tr, out, call, string);
        else
            write_more(tr, out, call, &call->half, string);
    }
    gw_half_keep(&call->half, later);
}

static void end_input(gw_translator_t *tr, gw_text_t *out,
                      const open_call_t *call)
{
    gw_str_t all, rest = gw_input_end(&tr->input, gw_text_str(&tr->custom), 0,
                                      &all);

    if (rest.n > 0)
        write_more(tr, out, call, &gw_no_half, rest);
    tr->gathers = 0;
}

/* Its block is over. */
static void end_call(gw_translator_t *tr, gw_text_t *out, open_call_t *call)
{
    gw_str_t arguments = GW_STR("\"{}\"");

    if (call->held_n > 0) {
        arguments.p = tr->held.p + call->held;
        arguments.n = call->held_n;
    }
    if (!call->said)
        write_arguments(tr, out, call, arguments);
    if (call->custom)
        end_input(tr, out, call);
    tr->opened--;
    memmove(call, call + 1,
            (size_t)(tr->open + tr->opened - call) * sizeof(*call));
    if (tr->opened == 0)
        gw_text_clear(&tr->held);
}

static const char *begin_call(gw_translator_t *tr, gw_text_t *out)
{
    const gw_chat_event_t *ev = &tr->event;
    gw_str_t input = gw_chat_event_json(ev, GW_CHAT_M_INPUT);
    open_call_t *call = find_call(tr, ev->index);

    if (call != NULL)
        end_call(tr, out, call);
    if (tr->opened == CALLS_OPEN)
        return too_many;
    call = &tr->open[tr->opened++];
    call->index = ev->index;
    call->k = tr->calls++;
    call->said = 0;
    call->half.n = 0;
    call->held = tr->held.n;
    if (!gw_chat_no_input(input))
        gw_text_quote(&tr->held, input);
    call->held_n = tr->held.n - call->held;
    begin(tr, out, "null");
    open_chunk(tr, out);
    gw_text_put(out, "\"tool_calls\":[{\"index\":");
    gw_text_number(out, call->k);
    gw_text_put(out, ",");
    call->custom = gw_chat_call(out, gw_chat_event_string(ev, GW_CHAT_M_ID),
                                gw_chat_event_string(ev, GW_CHAT_M_NAME),
                                call->k, &tr->about);
    gw_text_put(out, "\"\"}}]");
    close_chunk(tr, out);
    if (call->custom && tr->gathers)
        return two_custom;
    if (call->custom) {
        tr->gathers = 1;
        gw_text_clear(&tr->custom);
        gw_input_start(&tr->input);
    }
    return tr->held.full ? gw_chat_too_long : NULL;
}

static void go_on_call(gw_translator_t *tr, gw_text_t *out)
{
    gw_str_t string = gw_chat_event_string(&tr->event, GW_CHAT_M_INPUT);
    open_call_t *call = find_call(tr, tr->event.index);

    /* the input of a server's tool is no call's; the first is often empty */
    if (call != NULL && string.n > 2)
        write_arguments(tr, out, call, string);
}

/* ---- events ---------------------------------------------------------- */

static int is_full(const gw_translator_t *tr)
{
    return tr->custom.full || tr->input.inner.full;
}

static void note_reason(gw_translator_t *tr)
{
    gw_str_t s = gw_chat_event_string(&tr->event, GW_CHAT_M_REASON);

    if (s.n > 2)
        tr->finish = gw_chat_finish((gw_str_t){ s.p + 1, s.n - 2 });
}

static const char *translate(gw_translator_t *tr, gw_text_t *out)
{
    const gw_chat_event_t *ev = &tr->event;
    open_call_t *call;

    switch (ev->kind) {
    case GW_CHAT_E_MESSAGE:
        add_head(tr, gw_chat_event_string(ev, GW_CHAT_M_MODEL));
        break;
    case GW_CHAT_E_BLOCK:
        if (ev->part == GW_CHAT_P_TOOL)
            return begin_call(tr, out);
        write_part(tr, out);
        break;
    case GW_CHAT_E_DELTA:
        if (ev->part == GW_CHAT_P_TOOL)
            go_on_call(tr, out);
        else
            write_part(tr, out);
        break;
    case GW_CHAT_E_BLOCK_STOP:
        call = find_call(tr, ev->index);
        if (call != NULL)
            end_call(tr, out, call);
        break;
    case GW_CHAT_E_MESSAGE_DELTA:
        note_reason(tr);
        break;
    default:
        break;
    }
    return NULL;
}

const char *gw_chat_event(gw_translator_t *tr, gw_text_t *out, gw_str_t data)
{
    const char *why;

    if (data.n == 0 || tr->ended)
        return NULL;
    if (gw_chat_event_read(&tr->reader, &tr->event, data) != APR_SUCCESS)
        return gw_chat_no_json;
    gw_chat_thinking_event(&tr->thinking, &tr->event);
    why = translate(tr, out);
    if (why == NULL && (out->full || is_full(tr)))
        why = gw_chat_too_long;
    return why;
}

const char *gw_chat_end(gw_translator_t *tr, gw_text_t *out,
                        const gw_translate_usage_t *usage)
{
    gw_str_t head;

    if (tr->ended)
        return NULL;
    tr->ended = 1;
    while (tr->opened > 0)
        end_call(tr, out, &tr->open[0]);
    begin(tr, out, "\"\"");
    open_chunk(tr, out);
    gw_text_put(out, "},\"logprobs\":null,\"finish_reason\":\"");
    gw_text_put(out, gw_chat_finish_word(tr->finish, tr->calls));
    gw_text_put(out, tr->about.include_usage ? "\"}],\"usage\":null}\n\n"
                                             : "\"}]}\n\n");
    if (tr->about.include_usage && usage->usage != NULL) {
        head = gw_text_str(&tr->head);
        head.n = tr->before_choices;
        gw_text_add(out, head);
        gw_text_put(out, "\"choices\":[],\"usage\":");
        gw_chat_usage(out, usage);
        gw_text_put(out, "}\n\n");
    }
    gw_text_put(out, "data: [DONE]\n\n");
    return out->full || is_full(tr) ? gw_chat_too_long : NULL;
}
