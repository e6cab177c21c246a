/* SPDX-License-Identifier: Apache-2.0 */
/* plan_write.c - the messages of a plan, as chat completions have them. */
#include "plan.h"

#define MARKER ",\"cache_control\":{\"type\":\"ephemeral\"}"

static void put(gw_plan_t *req, const char *text)
{
    gw_text_put(&req->out->body, text);
}

/* ---- markers ----------------------------------------------------------- */

static unsigned marks_of(const gw_plan_parts_t *parts)
{
    const gw_plan_part_t *part = parts->first;
    unsigned n = 0;

    for (; part != NULL; part = part->next)
        n += part->marked;
    return n;
}

/* Take so many away, from the first on; returns how many are still to go. */
static unsigned unmark(const gw_plan_parts_t *parts, unsigned n)
{
    gw_plan_part_t *part = parts->first;

    for (; part != NULL && n > 0; part = part->next) {
        n -= part->marked;
        part->marked = 0;
    }
    return n;
}

static void limit_markers(gw_plan_t *req)
{
    const gw_plan_message_t *m;
    unsigned n = marks_of(&req->system);

    for (m = req->first; m != NULL; m = m->next)
        n += marks_of(&m->parts);
    /* a marked text is an array of parts */
    if (!req->family->text_without_tools || req->tools > 0)
        n = n > GW_PLAN_MARKERS ? n - GW_PLAN_MARKERS : 0;
    n = unmark(&req->system, n);
    for (m = req->first; m != NULL && n > 0; m = m->next)
        n = unmark(&m->parts, n);
}

/* ---- contents ---------------------------------------------------------- */

static void write_text(gw_plan_t *req, const gw_plan_part_t *part)
{
    put(req, part->before);
    if (part->plain)
        gw_text_escape(&req->out->body, part->text);
    else
        gw_text_add(&req->out->body, part->text);
}

/* Texts as one: what takes no arrays of parts takes a string. */
static void write_string(gw_plan_t *req, const gw_plan_parts_t *parts)
{
    const gw_plan_part_t *part = parts->first;

    put(req, "\"");
    for (; part != NULL; part = part->next) {
        if (part != parts->first)
            put(req, part->join);
        write_text(req, part);
    }
    put(req, "\"");
}

static void write_part(gw_plan_t *req, const gw_plan_part_t *part)
{
    static const char *const around[][3] = {
        [GW_PLAN_TEXT] = { "{\"type\":\"text\",", "\"text\":\"", "\"" },
        [GW_PLAN_IMAGE] = { "{\"type\":\"image_url\",\"image_url\":{",
                            "\"url\":\"", "\"}" },
        [GW_PLAN_FILE] = { "{\"type\":\"file\",\"file\":{",
                           "\"file_data\":\"", "\"}" },
        [GW_PLAN_AUDIO] = { "{\"type\":\"input_audio\",\"input_audio\":{",
                            "\"data\":\"", "\"}" }
    };

    put(req, around[part->kind][0]);
    put(req, part->more);
    put(req, around[part->kind][1]);
    write_text(req, part);
    put(req, around[part->kind][2]);
    put(req, part->marked ? MARKER "}" : "}");
}

static void write_content(gw_plan_t *req, const gw_plan_parts_t *parts)
{
    const gw_plan_part_t *part = parts->first;

    while (part != NULL && part->kind == GW_PLAN_TEXT && !part->marked)
        part = part->next;
    if (part == NULL) {
        write_string(req, parts);
        return;
    }
    for (part = parts->first; part != NULL; part = part->next) {
        put(req, part == parts->first ? "[" : ",");
        write_part(req, part);
    }
    put(req, "]");
}

/* ---- messages ---------------------------------------------------------- */

static void escape(gw_plan_t *req, const char *text)
{
    gw_text_escape(&req->out->body, (gw_str_t){ text, strlen(text) });
}

static void write_arguments(gw_plan_t *req, const gw_plan_call_t *call)
{
    if (call->string) {
        gw_text_add(&req->out->body, call->input);
        return;
    }
    escape(req, call->before);
    gw_text_escape(&req->out->body, call->input);
    escape(req, call->behind);
}

static void write_call(gw_plan_t *req, const gw_plan_call_t *call)
{
    gw_text_t *body = &req->out->body;

    put(req, "{\"id\":");
    gw_text_add(body, gw_tree_bytes(&req->tree, call->id));
    put(req, ",\"type\":\"function\",\"function\":{\"name\":\"");
    gw_text_add(body, call->name);
    put(req, "\",\"arguments\":\"");
    write_arguments(req, call);
    put(req, "\"}}");
}

static void write_assistant(gw_plan_t *req, const gw_plan_message_t *m)
{
    const gw_plan_call_t *call = m->calls;

    if (m->parts.first == NULL && call != NULL)
        put(req, "null");
    else
        write_content(req, &m->parts);
    if (m->thinking.first != NULL || (call != NULL && req->thinking != GW_FALSE
                                      && req->model->thinks >= 0
                                      && req->family->reasoning_in_loops)) {
        put(req, ",\"reasoning_content\":");
        write_string(req, &m->thinking);
    }
    for (; call != NULL; call = call->next) {
        put(req, call == m->calls ? ",\"tool_calls\":[" : ",");
        write_call(req, call);
    }
    if (m->calls != NULL)
        put(req, "]");
    if (m->partial)
        put(req, ",\"partial\":true");
}

static void write_message(gw_plan_t *req, const gw_plan_message_t *m)
{
    switch (m->role) {
    case GW_PLAN_ASSISTANT:
        put(req, "{\"role\":\"assistant\",\"content\":");
        write_assistant(req, m);
        break;
    case GW_PLAN_TOOL:
        put(req, "{\"role\":\"tool\",\"tool_call_id\":");
        gw_text_add(&req->out->body, gw_tree_bytes(&req->tree, m->id));
        put(req, ",\"content\":");
        write_content(req, &m->parts);
        break;
    default:
        put(req, "{\"role\":\"user\",\"content\":");
        write_content(req, &m->parts);
        break;
    }
    put(req, "}");
}

void gw_plan_write(gw_plan_t *req)
{
    const gw_plan_message_t *m = req->first;
    const char *comma = "";

    limit_markers(req);
    put(req, "\"messages\":[");
    if (req->system.first != NULL) {
        put(req, "{\"role\":\"system\",\"content\":");
        write_content(req, &req->system);
        put(req, "}");
        comma = ",";
    }
    for (; m != NULL; m = m->next) {
        put(req, comma);
        write_message(req, m);
        comma = ",";
    }
    put(req, "]");
}
