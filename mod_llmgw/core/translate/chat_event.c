/* SPDX-License-Identifier: Apache-2.0 */
/* chat_event.c - see chat_event.h. */
#include "chat_event.h"

#include "json_mend.h"

/* ---- schema ---------------------------------------------------------- */

enum { C_NONE, C_ROOT, C_MESSAGE, C_BLOCK, C_DELTA };

#define READ(name, member) \
    GW_JSON_MEMBER(name, GW_CHAT_M_##member, C_NONE, 0)
#define INTO(name, to) GW_JSON_MEMBER(name, GW_CHAT_M_NONE, to, 0)

static const gw_json_rule_t root_rules[] = {
    READ("type", TYPE), READ("index", INDEX), INTO("delta", C_DELTA),
    INTO("content_block", C_BLOCK), INTO("message", C_MESSAGE)
};
static const gw_json_rule_t message_rules[] = { READ("model", MODEL) };
static const gw_json_rule_t block_rules[] = {
    READ("type", PART_TYPE), READ("text", TEXT), READ("thinking", THINKING),
    READ("id", ID), READ("name", NAME), READ("input", INPUT),
    READ("signature", SIGNATURE), READ("data", DATA)
};
static const gw_json_rule_t delta_rules[] = {
    READ("type", PART_TYPE), READ("text", TEXT), READ("thinking", THINKING),
    READ("partial_json", INPUT), READ("stop_reason", REASON),
    READ("signature", SIGNATURE)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(message_rules),
    CONTEXT(block_rules), CONTEXT(delta_rules)
};

static const gw_json_schema_t schema = { contexts, GW_CHAT_M_NONE };

/* ---- noting ---------------------------------------------------------- */

typedef struct word_t {
    gw_str_t name;
    int as;
} word_t;

static const word_t events[] = {
    { GW_STR("content_block_delta"), GW_CHAT_E_DELTA },
    { GW_STR("content_block_start"), GW_CHAT_E_BLOCK },
    { GW_STR("content_block_stop"), GW_CHAT_E_BLOCK_STOP },
    { GW_STR("message_start"), GW_CHAT_E_MESSAGE },
    { GW_STR("message_delta"), GW_CHAT_E_MESSAGE_DELTA }
};
/* citations_delta and blocks of server tools are none */
static const word_t parts[] = {
    { GW_STR("text_delta"), GW_CHAT_P_TEXT },
    { GW_STR("input_json_delta"), GW_CHAT_P_TOOL },
    { GW_STR("thinking_delta"), GW_CHAT_P_THINKING },
    { GW_STR("text"), GW_CHAT_P_TEXT },
    { GW_STR("tool_use"), GW_CHAT_P_TOOL },
    { GW_STR("thinking"), GW_CHAT_P_THINKING },
    { GW_STR("signature_delta"), GW_CHAT_P_SIGNATURE },
    { GW_STR("redacted_thinking"), GW_CHAT_P_REDACTED }
};

static int find(const word_t *words, unsigned count,
                const gw_json_node_t *node)
{
    unsigned i;

    if (node->kind != GW_JSON_STR)
        return 0;
    for (i = 0; i < count; i++) {
        if (node->escaped
            ? gw_json_token_is(node->token, 1, words[i].name.p)
            : node->token.n == words[i].name.n
              && memcmp(node->token.p, words[i].name.p, node->token.n) == 0)
            return words[i].as;
    }
    return 0;
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_chat_event_t *ev = baton;

    if (node->end == 0)
        return;
    ev->at[node->slot].start = node->start;
    ev->at[node->slot].end = node->end;
    ev->at[node->slot].kind = node->kind;
    switch (node->slot) {
    case GW_CHAT_M_TYPE:
        ev->kind = (gw_chat_event_kind_t)find(events, GW_COUNT(events), node);
        break;
    case GW_CHAT_M_PART_TYPE:
        ev->part = (gw_chat_part_kind_t)find(parts, GW_COUNT(parts), node);
        break;
    case GW_CHAT_M_INDEX:
        if (gw_json_count(&ev->index, node, APR_INT32_MAX) != APR_SUCCESS)
            ev->index = -1;
        break;
    default:
        break;
    }
}

/* ---- events that are alike ------------------------------------------- */

/* Do two objects end here, and the event? */
static int closes(const char *p, const char *end)
{
    unsigned braces = 0;

    for (; p < end; p++) {
        if (*p == '}')
            braces++;
        else if (*p != ' ' && *p != '\n' && *p != '\r' && *p != '\t')
            return 0;
    }
    return braces == 2;
}

/* The member of a delta whose string differs from event to event. */
static gw_chat_member_t text_member(const gw_chat_event_t *ev)
{
    if (ev->kind != GW_CHAT_E_DELTA)
        return GW_CHAT_M_NONE;
    switch (ev->part) {
    case GW_CHAT_P_TEXT:     return GW_CHAT_M_TEXT;
    case GW_CHAT_P_THINKING: return GW_CHAT_M_THINKING;
    case GW_CHAT_P_TOOL:     return GW_CHAT_M_INPUT;
    default:                 return GW_CHAT_M_NONE;
    }
}

static void learn(gw_chat_reader_t *rd, const gw_chat_event_t *ev)
{
    gw_chat_member_t m = text_member(ev);
    const char *end = ev->json.p + ev->json.n;
    apr_size_t n = ev->at[m].start + 1;

    if (m == GW_CHAT_M_NONE || ev->at[m].kind != GW_JSON_STR
        || n > GW_CHAT_SHAPE || !closes(ev->json.p + ev->at[m].end, end))
        return;
    memcpy(rd->shape, ev->json.p, n);
    rd->shape_n = n;
    rd->kind = ev->kind;
    rd->part = ev->part;
    rd->index = ev->index;
    rd->member = m;
}

/* Read it as one that is like the last that was learned; 0: it is not. */
static int is_known(const gw_chat_reader_t *rd, gw_chat_event_t *ev,
                    gw_str_t data)
{
    const char *end = data.p + data.n, *quote;

    if (rd->shape_n == 0 || data.n < rd->shape_n
        || memcmp(data.p, rd->shape, rd->shape_n) != 0)
        return 0;
    quote = gw_json_string_end(data.p + rd->shape_n, end);
    if (quote == NULL || !closes(quote + 1, end))
        return 0;
    ev->json = data;
    ev->kind = rd->kind;
    ev->part = rd->part;
    ev->index = rd->index;
    ev->at[rd->member].start = rd->shape_n - 1;
    ev->at[rd->member].end = (apr_size_t)(quote + 1 - data.p);
    ev->at[rd->member].kind = GW_JSON_STR;
    return 1;
}

/* ---- reading --------------------------------------------------------- */

void gw_chat_reader_init(gw_chat_reader_t *rd, apr_size_t most,
                         apr_pool_t *pool)
{
    gw_text_init(&rd->mended, most, pool);
    rd->shape_n = 0;
}

apr_status_t gw_chat_event_read(gw_chat_reader_t *rd, gw_chat_event_t *ev,
                                gw_str_t data)
{
    if (is_known(rd, ev, data))
        return APR_SUCCESS;
    memset(ev, 0, sizeof(*ev));
    ev->index = -1;
    if (gw_json_read_mended(&rd->json, &schema, visit, ev, &data, &rd->mended)
        != APR_SUCCESS)
        return APR_EINVAL;
    ev->json = data;
    learn(rd, ev);
    return APR_SUCCESS;
}

gw_str_t gw_chat_event_json(const gw_chat_event_t *ev, gw_chat_member_t m)
{
    gw_str_t s = { ev->json.p + ev->at[m].start,
                   ev->at[m].end - ev->at[m].start };

    return s;
}

gw_str_t gw_chat_event_string(const gw_chat_event_t *ev, gw_chat_member_t m)
{
    gw_str_t s = gw_chat_event_json(ev, m);

    if (ev->at[m].kind != GW_JSON_STR)
        s.n = 0;
    return s;
}
