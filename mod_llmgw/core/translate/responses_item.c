/* SPDX-License-Identifier: Apache-2.0 */
/* responses_item.c - see responses_item.h. */
#include "responses_item.h"

#include "json.h"
#include "responses_reasoning.h"
#include "signed.h"

#define ID_MOST 1024            /* bytes of an id, ours; fewer */

static const gw_item_row_t rows[GW_ITEMS] = {
    [GW_ITEM_REASONING] = {
        .id = "rs_", .type = "reasoning", .place = ",\"content_index\":0",
        .delta = "response.reasoning_text.delta",
        .done = "response.reasoning_text.done", .member = "text",
        .more = "", .part = "response.content_part",
        .part_begin = "{\"type\":\"reasoning_text\",\"text\":\"",
        .part_end = "\"}" },
    [GW_ITEM_SUMMARY] = {
        .id = "rs_", .type = "reasoning",
        .place = ",\"summary_index\":0",
        .delta = "response.reasoning_summary_text.delta",
        .done = "response.reasoning_summary_text.done", .member = "text",
        .more = "", .part = "response.reasoning_summary_part",
        .part_begin = "{\"type\":\"summary_text\",\"text\":\"",
        .part_end = "\"}" },
    [GW_ITEM_TEXT] = {
        .id = "msg_", .type = "message",
        .place = ",\"content_index\":0",
        .delta = "response.output_text.delta",
        .done = "response.output_text.done", .member = "text",
        .more = ",\"logprobs\":[]", .part = "response.content_part",
        .part_begin = "{\"type\":\"output_text\",\"annotations\":[],"
                      "\"logprobs\":[],\"text\":\"",
        .part_end = "\"}" },
    [GW_ITEM_REFUSAL] = {
        .id = "msg_", .type = "message",
        .place = ",\"content_index\":0",
        .delta = "response.refusal.delta", .done = "response.refusal.done",
        .member = "refusal", .more = "", .part = "response.content_part",
        .part_begin = "{\"type\":\"refusal\",\"refusal\":\"",
        .part_end = "\"}" },
    [GW_ITEM_FUNCTION] = {
        .id = "fc_", .type = "function_call",
        .place = "", .more = "", .member = "arguments",
        .delta = "response.function_call_arguments.delta",
        .done = "response.function_call_arguments.done" },
    [GW_ITEM_CUSTOM] = {
        .id = "ctc_", .type = "custom_tool_call",
        .place = "", .more = "", .member = "input",
        .delta = "response.custom_tool_call_input.delta",
        .done = "response.custom_tool_call_input.done" },
    [GW_ITEM_SEARCH] = { .id = "tsc_", .type = "tool_search_call" }
};

const gw_item_row_t *gw_output_row(gw_item_kind_t kind)
{
    return &rows[kind];
}

void gw_output_init(gw_item_t *item, apr_pool_t *pool)
{
    item->tool = NULL;
    gw_text_init(&item->id, ID_MOST, pool);
    gw_text_init(&item->call_id, GW_CALL_NAME_MOST + ID_MOST, pool);
    gw_text_init(&item->name, GW_CALL_NAME_MOST, pool);
    gw_text_init(&item->text, GW_TRANSLATE_EVENT, pool);
    gw_text_init(&item->room, GW_TRANSLATE_EVENT, pool);
    gw_input_init(&item->input, pool);
}

/* ---- a block begins -------------------------------------------------- */

static void write_id(gw_text_t *out, const char *prefix,
                     const gw_translate_about_t *about, unsigned place)
{
    gw_text_put(out, gw_translate_id(prefix, about->id, about->pool));
    gw_text_put(out, "_");
    gw_text_number(out, place);
}

static gw_item_kind_t kind_of_call(const gw_tool_name_t *tool)
{
    static const gw_item_kind_t kinds[] = {
        [GW_TOOL_FUNCTION] = GW_ITEM_FUNCTION,
        [GW_TOOL_CUSTOM] = GW_ITEM_CUSTOM, [GW_TOOL_SEARCH] = GW_ITEM_SEARCH
    };

    return tool != NULL ? kinds[tool->kind] : GW_ITEM_FUNCTION;
}

static void start_call(gw_item_t *item, const gw_block_t *block,
                       const gw_blocks_t *b, const gw_translate_about_t *about,
                       unsigned place)
{
    gw_str_t id = gw_blocks_id(b, block);
    gw_text_t *plain = &item->room;

    gw_text_clear(&item->call_id);
    gw_text_clear(&item->name);
    gw_text_clear(plain);
    gw_text_add(&item->call_id, id);
    if (id.n == 0)
        write_id(&item->call_id, "call_", about, place);
    gw_text_add(&item->name, gw_text_str(&block->name));
    gw_text_add(plain, gw_text_str(&block->name));
    plain->n = gw_json_unescape(plain->p, gw_text_str(plain));
    item->tool = gw_tool_names_find(about->names, gw_text_str(plain));
    item->kind = kind_of_call(item->tool);
}

void gw_output_start(gw_item_t *item, const gw_block_t *block,
                     const gw_blocks_t *b, const gw_translate_about_t *about,
                   unsigned place)
{
    static const gw_item_kind_t kinds[GW_SAID_KINDS] = {
        [GW_SAID_THINKING] = GW_ITEM_REASONING, [GW_SAID_TEXT] = GW_ITEM_TEXT,
        [GW_SAID_REFUSAL] = GW_ITEM_REFUSAL
    };

    item->kind = kinds[block->kind];
    item->thinking = about->thinking;
    if (item->kind == GW_ITEM_REASONING && about->summary)
        item->kind = GW_ITEM_SUMMARY;
    if (block->kind == GW_SAID_CALL)
        start_call(item, block, b, about, place);
    gw_text_clear(&item->id);
    gw_text_clear(&item->text);
    gw_input_start(&item->input);
    write_id(&item->id, rows[item->kind].id, about, place);
}

gw_str_t gw_output_add(gw_item_t *item, gw_str_t first, gw_str_t second)
{
    static const gw_str_t none = { "", 0 };

    gw_text_add(&item->text, first);
    gw_text_add(&item->text, second);
    if (item->kind != GW_ITEM_CUSTOM || item->text.full)
        return none;
    return gw_input_feed(&item->input, gw_text_str(&item->text), first,
                         second);
}

/* ---- the whole text -------------------------------------------------- */

/* Its text without the escapes of the upstream's string. */
static gw_str_t plain_text(gw_item_t *item)
{
    gw_text_t *plain = &item->room;

    gw_text_clear(plain);
    gw_text_add(plain, gw_text_str(&item->text));
    if (plain->n > 0)
        plain->n = gw_json_unescape(plain->p, gw_text_str(plain));
    return gw_text_str(plain);
}

/* The end of it that was not told. */
static gw_str_t unwrap(gw_item_t *item, int cut)
{
    gw_text_t *text = &item->text;
    gw_str_t whole, told = gw_input_end(&item->input, gw_text_str(text),
                                        cut, &whole);

    if (whole.p != text->p) {
        gw_text_clear(text);
        gw_text_add(text, whole);
    }
    return told;
}

/* An object as it is written; a line end in it, which an event's data may not
 * have, is white space, since the object was read strictly. */
static void bare(gw_item_t *item)
{
    gw_str_t json = plain_text(item);
    apr_size_t i;

    gw_text_clear(&item->text);
    gw_text_add(&item->text, json);
    for (i = 0; i < item->text.n; i++) {
        if (item->text.p[i] == '\n' || item->text.p[i] == '\r')
            item->text.p[i] = ' ';
    }
}

gw_str_t gw_output_finish(gw_item_t *item, int whole)
{
    static const gw_str_t none = { "", 0 };

    if (gw_output_full(item))
        return none;
    if (item->kind == GW_ITEM_CUSTOM)
        return unwrap(item, !whole);
    if (item->kind == GW_ITEM_SEARCH && whole) {
        bare(item);
    }
    else if (item->kind == GW_ITEM_SEARCH) {
        gw_text_clear(&item->text);
        gw_text_put(&item->text, "{}");
    }
    return none;
}

/* ---- writing --------------------------------------------------------- */

static void member(gw_text_t *out, const char *before, gw_str_t value)
{
    gw_text_put(out, before);
    gw_text_add(out, value);
    gw_text_put(out, "\"");
}

/* What a call is, up to what it says. */
static void write_call(gw_text_t *out, const gw_item_t *item)
{
    const gw_tool_name_t *tool = item->tool;

    member(out, ",\"call_id\":\"", gw_text_str(&item->call_id));
    if (item->kind == GW_ITEM_SEARCH)
        return;
    if (tool == NULL) {
        member(out, ",\"name\":\"", gw_text_str(&item->name));
        return;
    }
    gw_text_put(out, ",\"name\":");
    gw_text_quote(out, tool->name);
    if (tool->space.n == 0)
        return;
    gw_text_put(out, ",\"namespace\":");
    gw_text_quote(out, tool->space);
}

/* For who asked for no summary it is what open models' servers call it, a text
 * of its own: without a word for minutes, clients take a stream for dead. */
static void write_reasoning(gw_text_t *out, gw_item_t *item, int whole)
{
    int summary = item->kind == GW_ITEM_SUMMARY;

    gw_text_put(out, ",\"summary\":[");
    if (whole && summary)
        gw_output_write_part(out, item, 1);
    gw_text_put(out, "]");
    if (!whole)
        return;
    if (!summary) {
        gw_text_put(out, ",\"content\":[");
        gw_output_write_part(out, item, 1);
        gw_text_put(out, "]");
    }
    gw_text_put(out, ",\"encrypted_content\":\"");
    if (item->thinking != NULL && item->thinking->n > 0) {
        gw_signed_seal(out, gw_text_str(item->thinking));
        gw_text_clear(item->thinking);
    }
    else {
        gw_reasoning_seal(out, gw_text_str(&item->text), &item->room);
    }
    gw_text_put(out, "\"");
}

void gw_output_write_part(gw_text_t *out, const gw_item_t *item, int whole)
{
    gw_text_put(out, rows[item->kind].part_begin);
    if (whole)
        gw_text_add(out, gw_text_str(&item->text));
    gw_text_put(out, rows[item->kind].part_end);
}

static void write_text(gw_text_t *out, const gw_item_t *item, int whole)
{
    static const gw_str_t none = { "", 0 };

    switch (item->kind) {
    case GW_ITEM_TEXT:
    case GW_ITEM_REFUSAL:
        gw_text_put(out, ",\"role\":\"assistant\",\"content\":[");
        if (whole)
            gw_output_write_part(out, item, 1);
        gw_text_put(out, "]");
        break;
    case GW_ITEM_SEARCH:
        gw_text_put(out, ",\"execution\":\"client\",\"arguments\":");
        if (whole)
            gw_text_add(out, gw_text_str(&item->text));
        else
            gw_text_put(out, "{}");
        break;
    default:
        gw_text_put(out, ",\"");
        gw_text_put(out, rows[item->kind].member);
        member(out, "\":\"", whole ? gw_text_str(&item->text) : none);
        break;
    }
}

void gw_output_write(gw_text_t *out, gw_item_t *item, const char *status,
                     int whole)
{
    const gw_item_row_t *row = &rows[item->kind];

    gw_text_put(out, "{\"type\":\"");
    gw_text_put(out, row->type);
    member(out, "\",\"id\":\"", gw_text_str(&item->id));
    if (item->kind == GW_ITEM_REASONING || item->kind == GW_ITEM_SUMMARY) {
        write_reasoning(out, item, whole);
    }
    else {
        gw_text_put(out, ",\"status\":\"");
        gw_text_put(out, status);
        gw_text_put(out, "\"");
        if (item->kind >= GW_ITEM_FUNCTION)
            write_call(out, item);
        write_text(out, item, whole);
    }
    gw_text_put(out, "}");
}
