/* SPDX-License-Identifier: Apache-2.0 */
/* responses_write.c - see responses_write.h. */
#include "responses_write.h"

/* ---- how it stands --------------------------------------------------- */

gw_response_state_t gw_responses_ended(gw_said_end_t end)
{
    static const char *const reasons[] = {
        [GW_SAID_MAX_TOKENS] = "max_output_tokens",
        [GW_SAID_FILTERED] = "content_filter",
        [GW_SAID_WINDOW] = "max_output_tokens",
        [GW_SAID_FAILED] = NULL
    };
    gw_response_state_t state = { .reason = reasons[end] };

    state.status = state.reason != NULL ? "incomplete" : "completed";
    return state;
}

static void write_error(gw_text_t *out, const gw_response_state_t *state)
{
    gw_str_t code = { state->code, 0 }, message = { state->message, 0 };

    gw_text_put(out, ",\"error\":");
    if (state->code == NULL) {
        gw_text_put(out, "null");
        return;
    }
    code.n = strlen(code.p);
    message.n = strlen(message.p);
    gw_text_put(out, "{\"code\":");
    gw_text_quote(out, code);
    gw_text_put(out, ",\"message\":");
    gw_text_quote(out, message);
    gw_text_put(out, "}");
}

static void write_reason(gw_text_t *out, const gw_response_state_t *state)
{
    gw_text_put(out, ",\"incomplete_details\":");
    if (state->reason == NULL) {
        gw_text_put(out, "null");
        return;
    }
    gw_text_put(out, "{\"reason\":\"");
    gw_text_put(out, state->reason);
    gw_text_put(out, "\"}");
}

void gw_responses_write_head(gw_text_t *out, const gw_translate_about_t *about,
                             gw_str_t model, const gw_response_state_t *state)
{
    gw_text_put(out, "{\"id\":\"");
    gw_text_put(out, gw_translate_id("resp_", about->id, about->pool));
    gw_text_put(out, "\",\"object\":\"response\",\"created_at\":");
    gw_text_number(out, about->created);
    gw_text_put(out, ",\"status\":\"");
    gw_text_put(out, state->status);
    gw_text_put(out, "\",\"background\":false");
    write_error(out, state);
    write_reason(out, state);
    gw_text_put(out, ",\"instructions\":null,\"max_output_tokens\":null,"
                     "\"metadata\":{},\"model\":\"");
    if (model.n == 0)
        gw_text_escape(out, about->model);
    gw_text_add(out, model);
    gw_text_put(out, "\",\"output\":[");
}

/* ---- behind the items ------------------------------------------------ */

static void member(gw_text_t *out, const char *before, apr_int64_t n)
{
    gw_text_put(out, before);
    gw_text_number(out, n);
}

static apr_int64_t reasoning(const gw_translate_usage_t *usage,
                             apr_int64_t output)
{
    apr_int64_t n = usage->counts != NULL ? usage->counts->n[GW_N_REASONING]
                                          : 0;

    return n < 0 ? 0 : n > output ? output : n;
}

static void write_usage(gw_text_t *out, const gw_translate_usage_t *usage)
{
    const gw_usage_t *u = usage != NULL ? usage->usage : NULL;
    apr_int64_t input, output;

    if (u == NULL) {
        gw_text_put(out, "null");
        return;
    }
    input = gw_usage_prompt(u);
    output = gw_usage_output(u);
    member(out, "{\"input_tokens\":", input);
    member(out, ",\"input_tokens_details\":{\"cached_tokens\":",
           u->bucket[GW_CACHE_READ] + u->bucket[GW_CACHE_READ_EXPLICIT]);
    member(out, ",\"cache_write_tokens\":",
           u->bucket[GW_CACHE_WRITE_5M] + u->bucket[GW_CACHE_WRITE_1H]);
    member(out, "},\"output_tokens\":", output);
    member(out, ",\"output_tokens_details\":{\"reasoning_tokens\":",
           reasoning(usage, output));
    member(out, "},\"total_tokens\":", input + output);
    gw_text_put(out, "}");
}

void gw_responses_write_tail(gw_text_t *out, const gw_translate_usage_t *usage)
{
    gw_text_put(out, "],\"parallel_tool_calls\":true,"
                     "\"previous_response_id\":null,"
                     "\"reasoning\":{\"effort\":null,\"summary\":null},"
                     "\"store\":false,\"temperature\":null,"
                     "\"text\":{\"format\":{\"type\":\"text\"}},"
                     "\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":null,"
                     "\"truncation\":\"disabled\",\"usage\":");
    write_usage(out, usage);
    gw_text_put(out, ",\"user\":null}");
}
