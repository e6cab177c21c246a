/* SPDX-License-Identifier: Apache-2.0 */
/* responses_stream.c - a stream of chat completion chunks, as one of Responses
 * events.
 *
 * Events are numbered, name the item they are about by its id and its place,
 * and say at last what they said in pieces: the text, the part, the item, the
 * response with all items.  All of an answer is kept therefore, up to
 * GW_TRANSLATE_EVENT bytes of what is written of it.
 *
 * A call that was cut off, or is no call, has no event that says it is done:
 * clients run what such an event holds.  It stands in the response, incomplete.
 */
#include "responses_stream.h"
#include "responses_write.h"
#include "translate_rows.h"

#define PREFIX 4096             /* bytes of a delta before its text; fewer */

/* ---- events ---------------------------------------------------------- */

static void begin_event(gw_text_t *out, const char *type)
{
    gw_text_put(out, "event: ");
    gw_text_put(out, type);
    gw_text_put(out, "\ndata: {\"type\":\"");
    gw_text_put(out, type);
    gw_text_put(out, "\"");
}

static void end_event(gw_translator_t *tr, gw_text_t *out)
{
    gw_text_put(out, ",\"sequence_number\":");
    gw_text_number(out, tr->events++);
    gw_text_put(out, "}\n\n");
}

/* One that is about a part of the open item: up to what else it says. */
static void begin_part_event(gw_translator_t *tr, gw_text_t *out,
                             const char *type)
{
    begin_event(out, type);
    gw_text_put(out, ",\"item_id\":\"");
    gw_text_add(out, gw_text_str(&tr->item.id));
    gw_text_put(out, "\",\"output_index\":");
    gw_text_number(out, tr->place);
    gw_text_put(out, gw_output_row(tr->item.kind)->place);
}

static void response_event(gw_translator_t *tr, gw_text_t *out,
                           const char *type, const gw_response_state_t *state,
                           const gw_translate_usage_t *usage)
{
    begin_event(out, type);
    gw_text_put(out, ",\"response\":");
    gw_responses_write(tr, out, state, usage);
    end_event(tr, out);
}

static void begin_stream(gw_translator_t *tr, gw_text_t *out)
{
    static const gw_response_state_t going = { .status = "in_progress" };

    if (tr->started)
        return;
    tr->started = 1;
    response_event(tr, out, "response.created", &going, NULL);
    response_event(tr, out, "response.in_progress", &going, NULL);
}

static void item_event(gw_translator_t *tr, gw_text_t *out, const char *type,
                       gw_str_t item)
{
    begin_event(out, type);
    gw_text_put(out, ",\"output_index\":");
    gw_text_number(out, tr->place);
    gw_text_put(out, ",\"item\":");
    gw_text_add(out, item);
    end_event(tr, out);
}

/* part: what it is behind ".added" or ".done" */
static void part_event(gw_translator_t *tr, gw_text_t *out, const char *what,
                       int whole)
{
    const char *part = gw_output_row(tr->item.kind)->part;

    if (part == NULL)
        return;
    gw_text_clear(&tr->type);
    gw_text_put(&tr->type, part);
    gw_text_put(&tr->type, what);
    gw_text_add(&tr->type, (gw_str_t){ "", 1 });
    begin_part_event(tr, out, tr->type.p);
    gw_text_put(out, ",\"part\":");
    gw_output_write_part(out, &tr->item, whole);
    end_event(tr, out);
}

/* ---- items ----------------------------------------------------------- */

static void learn_prefix(gw_translator_t *tr)
{
    const char *delta = gw_output_row(tr->item.kind)->delta;

    gw_text_clear(&tr->prefix);
    if (delta == NULL)
        return;
    begin_part_event(tr, &tr->prefix, delta);
    gw_text_put(&tr->prefix, ",\"delta\":\"");
}

static void begin(void *writer, gw_block_t *block, gw_text_t *out)
{
    gw_translator_t *tr = writer;
    gw_item_t *item = &tr->item;

    gw_output_start(item, block, &tr->said.blocks, &tr->about, tr->place);
    block->any = item->kind == GW_ITEM_CUSTOM;
    tr->open = 1;
    if (tr->quiet)
        return;
    begin_stream(tr, out);
    learn_prefix(tr);
    gw_text_clear(&tr->begun);
    gw_output_write(&tr->begun, item, "in_progress", 0);
    item_event(tr, out, "response.output_item.added", gw_text_str(&tr->begun));
    part_event(tr, out, ".added", 0);
}

static void write_delta(gw_translator_t *tr, gw_text_t *out, gw_str_t first,
                        gw_str_t second)
{
    gw_text_add(out, gw_text_str(&tr->prefix));
    gw_text_add(out, first);
    gw_text_add(out, second);
    gw_text_put(out, "\"");
    gw_text_put(out, gw_output_row(tr->item.kind)->more);
    end_event(tr, out);
}

static void delta(void *writer, const gw_block_t *block, gw_str_t first,
                  gw_str_t second, gw_text_t *out)
{
    static const gw_str_t none = { "", 0 };
    gw_translator_t *tr = writer;
    gw_str_t input = gw_output_add(&tr->item, first, second);

    if (gw_output_full(&tr->item))
        tr->said.blocks.why = GW_SAID_TOO_LONG;
    else if (tr->quiet || gw_output_row(tr->item.kind)->delta == NULL)
        return;
    else if (tr->item.kind != GW_ITEM_CUSTOM)
        write_delta(tr, out, first, second);
    else if (input.n > 0)
        write_delta(tr, out, input, none);
}

/* All of the text is known, and told but for this. */
static void text_done(gw_translator_t *tr, gw_text_t *out, gw_str_t more)
{
    static const gw_str_t none = { "", 0 };
    const gw_item_row_t *row = gw_output_row(tr->item.kind);
    gw_str_t text = gw_text_str(&tr->item.text);

    if (row->done == NULL)
        return;
    if (more.n > 0)
        write_delta(tr, out, more, none);
    begin_part_event(tr, out, row->done);
    gw_text_put(out, ",\"");
    gw_text_put(out, row->member);
    gw_text_put(out, "\":\"");
    gw_text_add(out, text);
    gw_text_put(out, "\"");
    gw_text_put(out, row->more);
    end_event(tr, out);
}

/* The open item as one of the output.  Returns where it begins there. */
static apr_size_t keep_item(gw_translator_t *tr, const char *status)
{
    apr_size_t at = 0;

    if (tr->output.n > 0)
        gw_text_put(&tr->output, ",");
    at = tr->output.n;
    gw_output_write(&tr->output, &tr->item, status, 1);
    tr->open = 0;
    if (tr->sure.open && tr->place == tr->sure.place && !tr->output.full
        && tr->item.kind < GW_ITEM_FUNCTION)
        tr->sure.output = tr->output.n; /* a reader knows it */
    return at;
}

static void end(void *writer, const gw_block_t *block, gw_text_t *out)
{
    gw_translator_t *tr = writer;
    gw_blocks_t *b = &tr->said.blocks;
    int call = block->kind == GW_SAID_CALL, whole = !call || block->whole,
        last = b->cut && block->next == NULL;
    apr_size_t at = 0;
    gw_str_t more;

    if (b->why != NULL)
        return;
    more = gw_output_finish(&tr->item, whole);
    if (!gw_output_full(&tr->item))
        at = keep_item(tr, whole && (call || !last) ? "completed"
                                                    : "incomplete");
    if (gw_output_full(&tr->item) || tr->output.full) {
        b->why = GW_SAID_TOO_LONG;
        return;
    }
    if (whole && !tr->quiet) {
        text_done(tr, out, more);
        part_event(tr, out, ".done", 1);
        item_event(tr, out, "response.output_item.done",
                   (gw_str_t){ tr->output.p + at, tr->output.n - at });
    }
    tr->place++;
}

static const gw_blocks_how_t how = { begin, delta, end };

/* ---- the stream ------------------------------------------------------ */

void gw_responses_write(gw_translator_t *tr, gw_text_t *out,
                        const gw_response_state_t *state,
                        const gw_translate_usage_t *usage)
{
    gw_responses_write_head(out, &tr->about, gw_text_str(&tr->said.model),
                            state);
    gw_text_add(out, gw_text_str(&tr->output));
    gw_responses_write_tail(out, usage);
}

gw_translator_t *gw_responses_start(const gw_translate_about_t *about)
{
    gw_translator_t *tr = apr_palloc(about->pool, sizeof(*tr));

    memset(tr, 0, offsetof(gw_translator_t, item));
    tr->about = *about;
    gw_text_init(&tr->type, PREFIX, about->pool);
    gw_text_init(&tr->prefix, PREFIX, about->pool);
    gw_text_init(&tr->begun, 4 * PREFIX, about->pool);
    gw_text_init(&tr->output, GW_TRANSLATE_EVENT, about->pool);
    gw_output_init(&tr->item, about->pool);
    gw_said_stream_init(&tr->said, &how, tr, about->pool);
    tr->said.read.refusals = 1;
    return tr;
}

/* A call to write more begins. */
static void begin_call(gw_translator_t *tr)
{
    tr->sure.events = tr->events;
    tr->sure.output = tr->output.n;
    tr->sure.place = tr->place;
    tr->sure.open = tr->open;
}

/* What a call wrote that failed is void: the next event has the number of the
 * first one of it, and knows no item of it. */
static const char *end_call(gw_translator_t *tr, const char *why)
{
    if (why == NULL)
        return NULL;
    tr->events = tr->sure.events;
    tr->started = tr->events > 0;
    tr->output.n = tr->sure.output;
    tr->output.full = 0;
    tr->open = tr->open && tr->sure.open && tr->place == tr->sure.place;
    return why;
}

void gw_responses_thought(gw_translator_t *tr, gw_text_t *out)
{
    gw_blocks_t *b = &tr->said.blocks;
    gw_block_t *block = gw_blocks_for(b, GW_SAID_THINKING);

    if (block == NULL)
        return;
    block->solid = 1;
    gw_blocks_go_on(b, out);
}

const char *gw_responses_event(gw_translator_t *tr, gw_text_t *out,
                               gw_str_t data)
{
    begin_call(tr);
    return end_call(tr, gw_said_stream_event(&tr->said, out, data));
}

const char *gw_responses_end(gw_translator_t *tr, gw_text_t *out,
                             const gw_translate_usage_t *usage)
{
    gw_response_state_t state;
    const char *why;

    begin_call(tr);
    why = gw_said_stream_end(&tr->said, out);
    if (why != NULL)
        return end_call(tr, why);
    state = gw_responses_ended(tr->said.end);
    begin_stream(tr, out);
    response_event(tr, out, state.reason != NULL ? "response.incomplete"
                                                 : "response.completed",
                   &state, usage);
    return end_call(tr, gw_said_stream_why(&tr->said, out));
}

/* A text that was being written is worth as much as it was; half a call is
 * nothing. */
void gw_responses_fail(gw_translator_t *tr, gw_text_t *out, const char *code,
                       const char *message)
{
    gw_response_state_t state = {
        .status = "failed", .code = code, .message = message
    };

    if (tr->open && tr->item.kind < GW_ITEM_FUNCTION && !tr->item.text.full)
        keep_item(tr, "incomplete");
    if (tr->output.full)
        gw_text_clear(&tr->output);
    begin_stream(tr, out);
    response_event(tr, out, "response.failed", &state, NULL);
}
