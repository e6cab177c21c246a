/* SPDX-License-Identifier: Apache-2.0 */
/* messages_write.c - see messages_write.h. */
#include "messages_write.h"

/* ---- how it stopped -------------------------------------------------- */

static const char *const words[] = {
    "\"end_turn\"", "\"max_tokens\"", "\"tool_use\"", "\"refusal\"",
    "\"model_context_window_exceeded\""
};

void gw_messages_write_stop(gw_text_t *out, gw_said_end_t stop, int calls)
{
    if (!gw_said_is_cut(stop))
        stop = calls ? GW_SAID_TOOL_USE : GW_SAID_END_TURN;
    gw_text_put(out, words[stop]);
}

/* ---- heads ----------------------------------------------------------- */

void gw_messages_write_head(gw_text_t *out, const gw_translate_about_t *about,
                            gw_str_t model)
{
    gw_text_put(out, "\"id\":\"");
    gw_text_put(out, gw_translate_id("msg_", about->id, about->pool));
    gw_text_put(out, "\",\"type\":\"message\",\"role\":\"assistant\","
                     "\"model\":\"");
    if (model.n == 0)
        gw_text_escape(out, about->model);
    gw_text_add(out, model);
    gw_text_put(out, "\"");
}

void gw_messages_write_call(gw_text_t *out, const gw_translate_about_t *about,
                            gw_str_t id, gw_str_t name, unsigned place)
{
    gw_text_put(out, "{\"type\":\"tool_use\",\"id\":\"");
    gw_text_add(out, id);
    if (id.n == 0) {
        gw_text_put(out, gw_translate_id("toolu_", about->id, about->pool));
        gw_text_put(out, "_");
        gw_text_number(out, place);
    }
    gw_text_put(out, "\",\"name\":\"");
    gw_text_add(out, name);
    gw_text_put(out, "\",\"input\":");
}

/* ---- usage ----------------------------------------------------------- */

static void member(gw_text_t *out, const char *before, apr_int64_t n)
{
    gw_text_put(out, before);
    gw_text_number(out, n);
}

static void counted(gw_text_t *out, const gw_usage_t *u, int document)
{
    const apr_int64_t *n = u->bucket;
    apr_int64_t short_lived = n[GW_CACHE_WRITE_5M],
                long_lived = n[GW_CACHE_WRITE_1H],
                read = n[GW_CACHE_READ] + n[GW_CACHE_READ_EXPLICIT];

    member(out, "{\"input_tokens\":",
           gw_usage_prompt(u) - read - short_lived - long_lived);
    member(out, ",\"cache_creation_input_tokens\":", short_lived + long_lived);
    member(out, ",\"cache_read_input_tokens\":", read);
    if (document) {
        member(out, ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":",
               short_lived);
        member(out, ",\"ephemeral_1h_input_tokens\":", long_lived);
        gw_text_put(out, "}");
    }
    member(out, ",\"output_tokens\":", gw_usage_output(u));
    gw_text_put(out, "}");
}

void gw_messages_write_usage(gw_text_t *out, const gw_translate_usage_t *usage,
                             int document)
{
    if (usage != NULL && usage->usage != NULL)
        counted(out, usage->usage, document);
    else
        gw_text_put(out, document ? "{\"input_tokens\":0,\"output_tokens\":0}"
                                  : "{\"output_tokens\":0}");
}
