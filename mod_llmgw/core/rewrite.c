/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite.c - see rewrite.h. */
#include "rewrite.h"

#include <apr_strings.h>

#define MARKER "\"cache_control\":{\"type\":\"ephemeral\"}"

static gw_str_t text_of(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

/* ---- the rules ------------------------------------------------------ */

void gw_rewrite_model(gw_edits_t *edits, const gw_request_t *req,
                      const char *name, apr_pool_t *pool)
{
    gw_str_t text = text_of(name);

    if (req->model.n == text.n
        && memcmp(req->model.p, text.p, text.n) == 0)
        return;
    gw_edit_replace(edits, &req->member[GW_M_MODEL],
                    gw_json_quoted(text, pool));
}

/* Has a container no member, no element? */
static int is_empty(gw_str_t body, apr_size_t start, apr_size_t end)
{
    while (++start < end - 1) {
        if (memchr(" \n\r\t", body.p[start], 4) == NULL)
            return 0;
    }
    return 1;
}

static void include_usage(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *o = &req->member[GW_M_STREAM_OPTIONS];
    const gw_member_t *u = &req->member[GW_M_INCLUDE_USAGE];

    if (!req->stream || req->include_usage == GW_TRUE)
        return;
    if (u->end != 0) {
        gw_edit_replace(edits, u, "true");
    }
    else if (o->end == 0) {
        gw_edit_insert(edits, req,
                       "\"stream_options\":{\"include_usage\":true},");
    }
    else if (o->kind == GW_JSON_NULL) {
        gw_edit_replace(edits, o, "{\"include_usage\":true}");
    }
    else {
        gw_edit_add(edits, o->start + 1, 0,
                    text_of(is_empty(req->body, o->start, o->end)
                            ? "\"include_usage\":true"
                            : "\"include_usage\":true,"));
    }
}

static const char *max_name(gw_member_id_t at)
{
    return at == GW_M_MAX_TOKENS ? "\"max_tokens\""
           : at == GW_M_MAX_OUTPUT_TOKENS ? "\"max_output_tokens\""
           : "\"max_completion_tokens\"";
}

void gw_rewrite_max_tokens(gw_edits_t *edits, const gw_request_t *req,
                           const gw_rewrite_t *how, gw_member_id_t at,
                           apr_pool_t *pool)
{
    const char *number;

    if (how->max_tokens == 0 || req->max != GW_MAX_NONE)
        return;
    number = apr_psprintf(pool, "%" APR_INT64_T_FMT, how->max_tokens);
    if (req->member[at].end != 0)
        gw_edit_replace(edits, &req->member[at], number);
    else
        gw_edit_insert(edits, req, apr_pstrcat(pool, max_name(at), ":",
                                               number, ",", NULL));
}

/* Another name of a member; what follows it stays. */
static void rename_max(gw_edits_t *edits, const gw_request_t *req,
                       gw_member_id_t id, gw_member_id_t as)
{
    const gw_member_t *m = &req->member[id];
    apr_size_t end = m->start;

    while (req->body.p[end - 1] != '"')     /* blanks and the colon */
        end--;
    gw_edit_add(edits, m->name_start, end - m->name_start,
                text_of(max_name(as)));
}

/* Two vendors of three take the bound under either name.  For the others it
 * goes under the one that is known; where both were sent, only that goes.
 * Returns which member is to be removed: GW_M_NONE if none is. */
static gw_member_id_t max_tokens(gw_edits_t *edits, const gw_request_t *req,
                                 const gw_rewrite_t *how, apr_pool_t *pool)
{
    gw_member_id_t known = how->max_completion ? GW_M_MAX_COMPLETION_TOKENS
                                               : GW_M_MAX_TOKENS;
    gw_member_id_t other = how->max_completion ? GW_M_MAX_TOKENS
                                               : GW_M_MAX_COMPLETION_TOKENS;
    gw_member_id_t at = known, gone = GW_M_NONE;
    int there = req->member[known].end != 0;

    if (req->member[other].end == 0) {
        ;
    }
    else if (!how->max_completion && !how->max_tokens_only) {
        at = there ? known : other;
    }
    else if (gw_request_has(req, known) && gw_request_count(req, known) != 0) {
        gone = other;
    }
    else {
        rename_max(edits, req, other, known);
        gone = there ? known : GW_M_NONE;
        at = other;
    }
    gw_rewrite_max_tokens(edits, req, how, at, pool);
    return gone;
}

void gw_rewrite_store(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_STORE];

    if (gw_request_has(req, GW_M_STORE) && m->kind != GW_JSON_FALSE)
        gw_edit_replace(edits, m, "false");
}

static void enable_thinking(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_ENABLE_THINKING];

    if (m->end == 0)
        gw_edit_insert(edits, req, req->thinking
                       ? "\"enable_thinking\":true,"
                       : "\"enable_thinking\":false,");
    else if ((m->kind == GW_JSON_TRUE) != req->thinking)
        gw_edit_replace(edits, m, req->thinking ? "true" : "false");
}

static void thinking_object(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_THINKING];  /* null, if there */

    if (m->end != 0)
        gw_edit_replace(edits, m, req->thinking ? "{\"type\":\"enabled\"}"
                                        : "{\"type\":\"disabled\"}");
    else
        gw_edit_insert(edits, req, req->thinking
                       ? "\"thinking\":{\"type\":\"enabled\"},"
                       : "\"thinking\":{\"type\":\"disabled\"},");
}

void gw_rewrite_instruction(gw_edits_t *edits, const gw_request_t *req,
                            const char *text, apr_pool_t *pool)
{
    const char *word = req->thinking ? " /think" : " /no_think";
    const gw_place_t *at = &req->last_user;

    switch (at->what) {
    case GW_PLACE_STRING:
        gw_edit_add(edits, at->end - 1, 0, text_of(word));
        break;
    case GW_PLACE_PART:
        gw_edit_add(edits, at->end, 0,
                    text_of(apr_pstrcat(pool, ",{\"type\":\"", text,
                                        "\",\"text\":\"", word, "\"}",
                                        NULL)));
        break;
    case GW_PLACE_ARRAY:
        gw_edit_add(edits, at->start + 1, 0,
                    text_of(apr_pstrcat(pool, "{\"type\":\"", text,
                                        "\",\"text\":\"", word, "\"}",
                                        NULL)));
        break;
    default:
        break;
    }
}

int gw_rewrite_thinking(gw_edits_t *edits, const gw_request_t *req,
                        gw_thinking_t how, const char *text,
                        apr_pool_t *pool)
{
    if (how == GW_THINKING_RELAY)
        return 0;
    if (req->native_thinking || req->thinking == GW_ABSENT)
        return 1;
    switch (how) {
    case GW_THINKING_ENABLE:
        enable_thinking(edits, req);
        return 0;
    case GW_THINKING_OBJECT:
        thinking_object(edits, req);
        return 1;
    case GW_THINKING_INSTRUCTION:
        gw_rewrite_instruction(edits, req, text, pool);
        return 1;
    default:
        return 1;
    }
}

static void cache_marker(gw_edits_t *edits, gw_str_t body,
                         const gw_place_t *at)
{
    if (at->what == GW_PLACE_STRING) {
        gw_edit_add(edits, at->start, 0,
                    text_of("[{\"type\":\"text\",\"text\":"));
        gw_edit_add(edits, at->end, 0, text_of("," MARKER "}]"));
    }
    else if (at->what == GW_PLACE_PART
             && !is_empty(body, at->start, at->end)) {
        gw_edit_add(edits, at->end - 1, 0, text_of("," MARKER));
    }
}

/* The first system message, and in a stream, which is taken for one turn of
 * a conversation, the last message: a tail that nobody reads again would
 * only cost its writing. */
static void cache_markers(gw_edits_t *edits, const gw_request_t *req,
                          const gw_rewrite_t *how)
{
    if (!req->context_caching || !how->explicit_cache || req->cache_control
        || (how->text_without_tools && req->tools == 0))
        return;
    cache_marker(edits, req->body, &req->system_end);
    if (req->stream && req->last_end.start != req->system_end.start)
        cache_marker(edits, req->body, &req->last_end);
}

void gw_rewrite(gw_edits_t *edits, const gw_request_t *req,
                const gw_rewrite_t *how, apr_pool_t *pool)
{
    gw_member_id_t gone[GW_EDIT_REMOVES] = { GW_M_LLMGW_THINKING,
                                             GW_M_ENABLE_CONTEXT_CACHING };
    gw_member_id_t max;
    unsigned n = 2;

    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    if (how->include_usage)
        include_usage(edits, req);
    if (!how->store)
        gw_rewrite_store(edits, req);
    if (gw_rewrite_thinking(edits, req, how->thinking, "text", pool))
        gone[n++] = GW_M_ENABLE_THINKING;
    cache_markers(edits, req, how);
    /* what cuts comes behind what is put at the same place */
    max = max_tokens(edits, req, how, pool);
    if (max != GW_M_NONE)
        gone[n++] = max;
    gw_edit_remove(edits, req, gone, n);
}
