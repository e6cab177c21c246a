/* SPDX-License-Identifier: Apache-2.0 */
/* chat_answer.c - see chat_answer.h; and whole documents. */
#include "chat_answer.h"

#include <apr_strings.h>

#include "chat_custom.h"
#include "chat_thinking.h"
#include "json_mend.h"
#include "translate_rows.h"

const char gw_chat_no_json[] =
    "The upstream's answer is not valid JSON, so it cannot be translated.";
const char gw_chat_too_long[] =
    "The upstream's answer is longer than can be translated.";

/* ---- parts of both forms --------------------------------------------- */

gw_finish_t gw_chat_finish(gw_str_t stop_reason)
{
    static const struct { const char *name; gw_finish_t as; } known[] = {
        { "max_tokens", GW_FINISH_LENGTH },
        { "model_context_window_exceeded", GW_FINISH_LENGTH },
        { "tool_use", GW_FINISH_CALLS },
        { "refusal", GW_FINISH_FILTER }
        /* end_turn, stop_sequence, pause_turn */
    };
    int escaped = memchr(stop_reason.p, '\\', stop_reason.n) != NULL;
    unsigned i;

    for (i = 0; i < GW_COUNT(known); i++) {
        if (gw_json_token_is(stop_reason, escaped, known[i].name))
            return known[i].as;
    }
    return GW_FINISH_STOP;
}

const char *gw_chat_finish_word(gw_finish_t finish, unsigned calls)
{
    switch (finish) {
    case GW_FINISH_LENGTH: return "length";
    case GW_FINISH_FILTER: return "content_filter";
    default:               return calls > 0 ? "tool_calls" : "stop";
    }
}

void gw_chat_head(gw_text_t *out, const char *object, gw_str_t model,
                  const gw_translate_about_t *about)
{
    gw_text_put(out, "\"id\":\"");
    gw_text_put(out, gw_translate_id("chatcmpl-", about->id, about->pool));
    gw_text_put(out, "\",\"object\":\"");
    gw_text_put(out, object);
    gw_text_put(out, "\",\"created\":");
    gw_text_number(out, about->created);
    gw_text_put(out, ",\"model\":");
    if (model.n > 0)
        gw_text_add(out, model);
    else
        gw_text_quote(out, about->model);
    gw_text_put(out, ",");
}

int gw_chat_call(gw_text_t *out, gw_str_t id, gw_str_t name, unsigned k,
                 const gw_translate_about_t *about)
{
    int custom = gw_chat_is_custom(about, name);

    gw_text_put(out, "\"id\":");
    if (id.n > 2) {
        gw_text_add(out, id);
    }
    else {
        gw_text_put(out, "\"");
        gw_text_put(out, gw_translate_id("call_", about->id, about->pool));
        gw_text_put(out, "_");
        gw_text_number(out, k);
        gw_text_put(out, "\"");
    }
    gw_text_put(out, custom ? ",\"type\":\"custom\",\"custom\":{\"name\":"
                : ",\"type\":\"function\",\"function\":{\"name\":");
    if (name.n > 0)
        gw_text_add(out, name);
    else
        gw_text_put(out, "\"\"");
    gw_text_put(out, custom ? ",\"input\":" : ",\"arguments\":");
    return custom;
}

void gw_chat_usage(gw_text_t *out, const gw_translate_usage_t *usage)
{
    const apr_int64_t *bucket = usage->usage->bucket;
    apr_int64_t prompt = gw_usage_prompt(usage->usage);
    apr_int64_t output = gw_usage_output(usage->usage);
    apr_int64_t written = bucket[GW_CACHE_WRITE_5M] + bucket[GW_CACHE_WRITE_1H];
    apr_int64_t thought = usage->counts != NULL
                          ? usage->counts->n[GW_N_REASONING] : -1;

    gw_text_put(out, "{\"prompt_tokens\":");
    gw_text_number(out, prompt);
    gw_text_put(out, ",\"completion_tokens\":");
    gw_text_number(out, output);
    gw_text_put(out, ",\"total_tokens\":");
    gw_text_number(out, prompt + output);
    gw_text_put(out, ",\"prompt_tokens_details\":{\"cached_tokens\":");
    gw_text_number(out, bucket[GW_CACHE_READ] + bucket[GW_CACHE_READ_EXPLICIT]);
    gw_text_put(out, ",\"cache_write_tokens\":");
    gw_text_number(out, written);
    gw_text_put(out, ",\"cache_creation_input_tokens\":");
    gw_text_number(out, written);
    gw_text_put(out, "}");
    if (thought >= 0) {
        gw_text_put(out, ",\"completion_tokens_details\":"
                         "{\"reasoning_tokens\":");
        gw_text_number(out, thought);
        gw_text_put(out, "}");
    }
    gw_text_put(out, "}");
}

int gw_chat_no_input(gw_str_t json)
{
    apr_size_t i;

    if (json.n == 0 || gw_str_is(json, "null") || gw_str_is(json, "\"\""))
        return 1;
    if (json.p[0] != '{')
        return 0;
    for (i = 1; i < json.n - 1; i++) {
        if (memchr(" \n\r\t", json.p[i], 4) == NULL)
            return 0;
    }
    return 1;
}

/* ---- a document ------------------------------------------------------ */

/* What is indexed of it: of each block only what is translated. */
enum { C_NONE, C_ROOT, C_CONTENT, C_BLOCK };

#define READ(name, to) GW_JSON_MEMBER(name, 1, to, 0)

static const gw_json_rule_t root_rules[] = {
    READ("model", C_NONE), READ("content", C_CONTENT),
    READ("stop_reason", C_NONE)
};
static const gw_json_rule_t content_rules[] = {
    GW_JSON_EACH(1, C_BLOCK, 0)
};
static const gw_json_rule_t block_rules[] = {
    READ("type", C_NONE), READ("text", C_NONE), READ("thinking", C_NONE),
    READ("id", C_NONE), READ("name", C_NONE), READ("input", C_NONE),
    READ("signature", C_NONE), READ("data", C_NONE)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(content_rules),
    CONTEXT(block_rules)
};
static const gw_json_schema_t schema = { contexts, 1 };

typedef struct document_t {
    gw_tree_t tree;
    const gw_node_t *content;   /* the array of blocks, or NULL */
    unsigned calls;             /* blocks that call a tool */
} document_t;

static const gw_node_t *block_after(const document_t *d, const gw_node_t *block)
{
    if (block != NULL)
        return gw_tree_next(&d->tree, block);
    if (d->content == NULL || d->content->kind != GW_JSON_ARRAY)
        return NULL;
    return gw_tree_child(&d->tree, d->content);
}

/* The string as it is written, with its quotes; n is 0: it is none. */
static gw_str_t string_of(const document_t *d, const gw_node_t *in,
                          const char *name)
{
    const gw_node_t *m = gw_tree_member(&d->tree, in, name);
    gw_str_t none = { NULL, 0 };

    return m != NULL && m->kind == GW_JSON_STR ? gw_tree_bytes(&d->tree, m)
                                               : none;
}

static int is_a(const document_t *d, const gw_node_t *block, const char *type)
{
    return gw_tree_is(&d->tree, gw_tree_member(&d->tree, block, "type"), type);
}

/* Write what the strings of this member of all blocks of this type have
 * between their quotes.  Returns how many bytes; out may be NULL. */
static apr_size_t join(gw_text_t *out, const document_t *d, const char *type,
                       const char *name)
{
    const gw_node_t *block = NULL;
    apr_size_t sum = 0;

    while ((block = block_after(d, block)) != NULL) {
        gw_str_t s = string_of(d, block, name);

        if (s.n <= 2 || !is_a(d, block, type))
            continue;
        s.p++;
        s.n -= 2;
        sum += s.n;
        if (out != NULL)
            gw_text_add(out, s);
    }
    return sum;
}

static void write_text(gw_text_t *out, const document_t *d)
{
    /* an answer without a word is an empty text, unless it is calls */
    if (d->calls > 0 && join(NULL, d, "text", "text") == 0) {
        gw_text_put(out, "null");
        return;
    }
    gw_text_put(out, "\"");
    join(out, d, "text", "text");
    gw_text_put(out, "\"");
}

static void write_thoughts(gw_text_t *out, const document_t *d)
{
    if (join(NULL, d, "thinking", "thinking") == 0)
        return;
    gw_text_put(out, ",\"reasoning_content\":\"");
    join(out, d, "thinking", "thinking");
    gw_text_put(out, "\"");
}

static void write_calls(gw_text_t *out, const document_t *d,
                        const gw_translate_about_t *about)
{
    const gw_node_t *block = NULL, *input;
    unsigned k = 0;

    while ((block = block_after(d, block)) != NULL) {
        gw_str_t json = GW_STR("{}");

        if (!is_a(d, block, "tool_use"))
            continue;
        input = gw_tree_member(&d->tree, block, "input");
        if (input != NULL && !gw_chat_no_input(gw_tree_bytes(&d->tree, input)))
            json = gw_tree_bytes(&d->tree, input);
        gw_text_put(out, k == 0 ? ",\"tool_calls\":[{" : "}},{");
        if (gw_chat_call(out, string_of(d, block, "id"),
                         string_of(d, block, "name"), k++, about))
            gw_chat_custom_text(out, json, about->pool);
        else
            gw_text_quote(out, json);
    }
    if (k > 0)
        gw_text_put(out, "}}]");
}

static gw_str_t inside_of(const document_t *d, const gw_node_t *block,
                          const char *name)
{
    gw_str_t s = string_of(d, block, name);

    return s.n < 2 ? (gw_str_t){ "", 0 } : (gw_str_t){ s.p + 1, s.n - 2 };
}

/* Keep a block of thinking.  0: it cannot be given back. */
static int keep_thinking(const document_t *d, const gw_node_t *block,
                         gw_text_t *blocks)
{
    gw_str_t signature = inside_of(d, block, "signature");

    if (is_a(d, block, "redacted_thinking")) {
        gw_chat_thinking_put_redacted(blocks, inside_of(d, block, "data"));
        return 1;
    }
    if (signature.n > 0)
        gw_chat_thinking_put(blocks, inside_of(d, block, "thinking"),
                             signature);
    return signature.n > 0;
}

/* For a client that keeps it: all there is, if it stands before all that is
 * said, since whatever it is put into has one place for it. */
static void note_thinking(const document_t *d, gw_text_t *blocks)
{
    const gw_node_t *block = NULL;
    int said = 0, good = blocks != NULL;

    while (good && (block = block_after(d, block)) != NULL) {
        if (is_a(d, block, "thinking") || is_a(d, block, "redacted_thinking"))
            good = !said && keep_thinking(d, block, blocks);
        else
            said = 1;
    }
    if (blocks != NULL && (!good || blocks->full))
        gw_text_clear(blocks);
}

static gw_finish_t finish_of(const document_t *d)
{
    const gw_node_t *reason = gw_tree_member(&d->tree, gw_tree_root(&d->tree),
                                             "stop_reason");

    if (reason == NULL || reason->kind != GW_JSON_STR)
        return GW_FINISH_STOP;
    return gw_chat_finish(gw_tree_inside(&d->tree, reason));
}

const char *gw_chat_document(gw_text_t *out, gw_str_t document,
                             const gw_translate_about_t *about,
                             const gw_translate_usage_t *usage)
{
    document_t d = { { { NULL } } };
    const gw_node_t *root, *block = NULL;
    apr_status_t rv = gw_tree_read_mended(&d.tree, document, &schema,
                                          GW_TRANSLATE_ANSWER, about->pool);

    if (rv != APR_SUCCESS)
        return rv == APR_EINVAL ? gw_chat_no_json : gw_chat_too_long;
    root = gw_tree_root(&d.tree);
    d.content = gw_tree_member(&d.tree, root, "content");
    while ((block = block_after(&d, block)) != NULL)
        d.calls += is_a(&d, block, "tool_use") != 0;
    note_thinking(&d, about->thinking);
    gw_text_put(out, "{");
    gw_chat_head(out, "chat.completion", string_of(&d, root, "model"), about);
    gw_text_put(out, "\"choices\":[{\"index\":0,\"message\":"
                     "{\"role\":\"assistant\",\"content\":");
    write_text(out, &d);
    gw_text_put(out, ",\"refusal\":null");
    write_thoughts(out, &d);
    write_calls(out, &d, about);
    gw_text_put(out, "},\"logprobs\":null,\"finish_reason\":\"");
    gw_text_put(out, gw_chat_finish_word(finish_of(&d), d.calls));
    gw_text_put(out, "\"}]");
    if (usage->usage != NULL) {
        gw_text_put(out, ",\"usage\":");
        gw_chat_usage(out, usage);
    }
    gw_text_put(out, "}");
    return out->full ? gw_chat_too_long : NULL;
}
