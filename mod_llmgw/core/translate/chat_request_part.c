/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_part.c - see chat_request.h: parts of a content become
 * blocks. */
#include "chat_request.h"

void gw_chat_block(gw_chat_t *ch)
{
    if (ch->blocks++ > 0)
        gw_text_put(ch->body, ",");
    ch->marked = 0;
}

/* Back behind the block's last member.  0: there is no room for another, or
 * it is marked. */
static int reopen(gw_chat_t *ch)
{
    if (ch->marked || ch->body->full || ch->blocks == 0)
        return 0;
    ch->body->n--;
    ch->marked = 1;
    ch->marks++;
    return 1;
}

void gw_chat_mark(gw_chat_t *ch, const gw_node_t *cache_control)
{
    if (cache_control == NULL || !reopen(ch))
        return;
    gw_text_put(ch->body, ",\"cache_control\":");
    gw_chat_copy(ch, cache_control);
    gw_text_put(ch->body, "}");
}

void gw_chat_mark_ephemeral(gw_chat_t *ch)
{
    if (reopen(ch))
        gw_text_put(ch->body, ",\"cache_control\":{\"type\":\"ephemeral\"}}");
}

/* ---- text ------------------------------------------------------------ */

static int ends_with_instruction(const gw_chat_t *ch, const gw_node_t *value)
{
    const gw_place_t *at = &ch->req->last_user;

    return ch->instruction != NULL && value->start == at->start
           && value->end == at->end
           && (value->kind == GW_JSON_STR) == (at->what == GW_PLACE_STRING);
}

void gw_chat_text(gw_chat_t *ch, const gw_node_t *string,
                  const gw_node_t *cache_control)
{
    gw_str_t bytes = gw_tree_bytes(&ch->tree, string);

    if (gw_chat_blank(ch, string)) {
        if (cache_control != NULL)
            gw_chat_drop(ch, "messages[].content[].cache_control");
        return;
    }
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"type\":\"text\",\"text\":");
    if (ends_with_instruction(ch, string)) {
        bytes.n--;
        gw_text_add(ch->body, bytes);
        gw_text_put(ch->body, ch->instruction);
        gw_text_put(ch->body, "\"");
    }
    else {
        gw_text_add(ch->body, bytes);
    }
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, cache_control);
}

/* ---- parts ----------------------------------------------------------- */

/* A part that is being translated. */
typedef struct part_t {
    const gw_node_t *node, *of[PART_COUNT];
    const gw_node_t *cache_control;     /* NULL, too, where it is hoisted */
    unsigned may;
} part_t;

static void words(gw_chat_t *ch, const part_t *part, const gw_node_t *text,
                  const char *member)
{
    if (text == NULL || text->kind != GW_JSON_STR)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, part->node, member,
                       "must be a string.");
    else
        gw_chat_text(ch, text, part->cache_control);
}

static void text_part(gw_chat_t *ch, const part_t *part)
{
    words(ch, part, part->of[PART_TEXT], "text");
}

static void refusal_part(gw_chat_t *ch, const part_t *part)
{
    words(ch, part, part->of[PART_REFUSAL], "refusal");
}

/* What a model thought, without a signature: the API does not take it. */
static void thought_part(gw_chat_t *ch, const part_t *part)
{
    (void)ch;
    (void)part;
}

/* Some clients write the URL without an object around it. */
static void image_part(gw_chat_t *ch, const part_t *part)
{
    const gw_node_t *image = part->of[PART_IMAGE_URL], *of[IMAGE_COUNT];
    const gw_node_t *in = image;
    const char *member = "url";

    of[IMAGE_URL] = image;
    if (image != NULL && image->kind == GW_JSON_OBJECT) {
        gw_chat_take(ch, of, image, GW_CHAT_IMAGE);
    }
    else {
        in = part->node;
        member = "image_url";
    }
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"type\":\"image\",\"source\":");
    gw_chat_image(ch, of[IMAGE_URL], in, member);
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, part->cache_control);
}

static void file_part(gw_chat_t *ch, const part_t *part)
{
    const gw_node_t *file = part->of[PART_FILE], *of[FILE_COUNT];

    if (file == NULL || file->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, part->node, "file",
                       "must be an object with 'file_data'.");
        return;
    }
    gw_chat_take(ch, of, file, GW_CHAT_FILE);
    gw_chat_block(ch);
    gw_text_put(ch->body, "{\"type\":\"document\",\"source\":");
    gw_chat_pdf(ch, of[FILE_DATA], file, "file_data");
    if (of[FILE_NAME] != NULL && of[FILE_NAME]->kind == GW_JSON_STR
        && !gw_chat_blank(ch, of[FILE_NAME])) {
        gw_text_put(ch->body, ",\"title\":");
        gw_chat_copy(ch, of[FILE_NAME]);
    }
    gw_text_put(ch->body, "}");
    gw_chat_mark(ch, part->cache_control);
}

static const struct {
    const char *type;
    unsigned may;               /* what its message has to allow */
    void (*write)(gw_chat_t *ch, const part_t *part);  /* NULL: nothing can */
} types[] = {
    { "text", 0, text_part },
    { "image_url", GW_CHAT_MEDIA, image_part },
    { "file", GW_CHAT_MEDIA, file_part },
    { "refusal", GW_CHAT_SAID, refusal_part },
    { "thinking", GW_CHAT_SAID, thought_part },
    { "reasoning", GW_CHAT_SAID, thought_part },
    { "input_audio", 0, NULL }, { "audio", 0, NULL }, { "audio_url", 0, NULL },
    { "video_url", 0, NULL }, { "video", 0, NULL }, { "input_video", 0, NULL }
};

static void by_type(gw_chat_t *ch, const part_t *part)
{
    unsigned i = 0;

    while (i < GW_COUNT(types)
           && !gw_tree_is(&ch->tree, part->of[PART_TYPE], types[i].type))
        i++;
    if (i == GW_COUNT(types))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, part->node, "type",
                       "is not the type of a part that is known here: "
                       "\"text\", \"image_url\" or \"file\".");
    else if (types[i].write == NULL)
        gw_chat_refuse(ch, GW_P_UNSUPPORTED_MODALITY, part->node, NULL,
                       "is sound or video, which this model does not take: "
                       "leave it out, or use another model.");
    else if ((types[i].may & ~part->may) != 0)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, part->node, "type",
                       "is not a type that a message of this role can "
                       "hold.");
    else
        types[i].write(ch, part);
}

static void write_part(gw_chat_t *ch, const gw_node_t *node, unsigned may)
{
    part_t part = { .node = node, .may = may };

    if (node->kind != GW_JSON_OBJECT) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, node, NULL,
                       "must be an object, a content part.");
        return;
    }
    gw_chat_take(ch, part.of, node, GW_CHAT_PART);
    if (!(may & GW_CHAT_HOIST))
        part.cache_control = part.of[PART_CACHE_CONTROL];
    else if (part.of[PART_CACHE_CONTROL] != NULL)
        ch->hoisted = part.of[PART_CACHE_CONTROL];
    by_type(ch, &part);
    if (ends_with_instruction(ch, node)) {
        gw_chat_block(ch);
        gw_text_put(ch->body, "{\"type\":\"text\",\"text\":\"");
        gw_text_put(ch->body, ch->instruction);
        gw_text_put(ch->body, "\"}");
    }
}

void gw_chat_content(gw_chat_t *ch, const gw_node_t *content, unsigned may)
{
    const gw_node_t *part;

    if (content == NULL)
        return;
    if (content->kind == GW_JSON_STR) {
        gw_chat_text(ch, content, NULL);
        return;
    }
    if (content->kind != GW_JSON_ARRAY) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, content, NULL,
                       "must be a string or a list of content parts.");
        return;
    }
    for (part = gw_tree_child(&ch->tree, content);
         part != NULL && ch->kind == 0; part = gw_tree_next(&ch->tree, part))
        write_part(ch, part, may);
}
