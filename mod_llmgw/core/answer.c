/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c - see answer.h.
 *
 * Where usage stands differs by vendor: in a last chunk of its own, in the
 * chunk with the finish_reason, in every chunk, under x_groq or inside a
 * choice.  The schema knows all of these places; the counts keep the larger
 * of each, since usage is cumulative.
 */
#include "answer.h"

#include "fnv.h"

enum {              /* contexts */
    C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_DELTA, C_PARTS, C_CALLS, C_CALL,
    C_THOUGHT, C_ANYTHING, C_USAGE, C_IN_DETAILS, C_OUT_DETAILS, C_CREATION,
    C_UNREAD, C_MORE, C_GROQ, C_MINIMAX
};

enum {              /* slots */
    V_NONE, V_ID, V_CHOICES, V_CHOICE, V_INDEX, V_FINISH, V_REASONING,
    V_USAGE, V_ERROR, V_CACHE_TYPE, V_CREATION, V_CREATED, V_UNREAD, V_TEXT,
    V_KIND, V_PADDING, V_SUCCESS, V_STATUS_CODE, V_LIST, V_CONTENT, V_TOKENS,
    V_COUNT         /* V_COUNT + gw_count_t */
};

#define READ(name, slot, to) GW_JSON_MEMBER(name, slot, to, 0)
#define TEXT(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_TEXT)
#define WORD(name, slot) GW_JSON_MEMBER(name, slot, C_NONE, GW_JSON_DATA)
#define COUNT(name, which) GW_JSON_MEMBER(name, V_COUNT + (which), C_NONE, 0)

#define IN_ROOT                                                         \
    READ("id", V_ID, C_NONE),                                           \
    READ("choices", V_CHOICES, C_CHOICES),                              \
    READ("usage", V_USAGE, C_USAGE),                                    \
    READ("object", V_NONE, C_NONE),         /* what nearly all have */  \
    READ("created", V_NONE, C_NONE), READ("model", V_NONE, C_NONE),     \
    READ("error", V_ERROR, C_NONE),                                     \
    READ("x_groq", V_NONE, C_GROQ),                                     \
    READ("obfuscation", V_PADDING, C_NONE), /* OpenAI: random bytes */  \
    GW_JSON_EACH(V_NONE, C_ROOT, 0)         /* Gemini's [{"error":...}] */

static const gw_json_rule_t root_rules[] = { IN_ROOT };

/* A document has to show what it is. */
static const gw_json_rule_t document_rules[] = {
    IN_ROOT,
    READ("data", V_LIST, C_NONE),           /* embeddings */
    READ("output", V_LIST, C_NONE),         /* responses */
    READ("content", V_CONTENT, C_NONE),     /* messages */
    READ("input_tokens", V_TOKENS, C_NONE), /* messages/count_tokens */
    READ("success", V_SUCCESS, C_NONE),     /* of envelopes */
    READ("base_resp", V_NONE, C_MINIMAX)
};

static const gw_json_rule_t minimax_rules[] = {
    READ("status_code", V_STATUS_CODE, C_NONE)
};

static const gw_json_rule_t choices_rules[] = {
    GW_JSON_EACH(V_CHOICE, C_CHOICE, 0)
};

static const gw_json_rule_t choice_rules[] = {
    READ("index", V_INDEX, C_NONE),
    READ("finish_reason", V_FINISH, C_NONE),
    READ("delta", V_NONE, C_DELTA),
    READ("message", V_NONE, C_DELTA),
    TEXT("text", V_TEXT, C_NONE),           /* /v1/completions */
    READ("usage", V_USAGE, C_USAGE),        /* Moonshot */
    READ("error", V_ERROR, C_NONE)          /* OpenRouter */
};

/* Every string of a delta was generated, but for a few words around it: under
 * which name it stands is the vendor's matter. */
#define WORDS WORD("role", V_NONE), WORD("id", V_NONE), WORD("type", V_KIND), \
              WORD("format", V_NONE), WORD("channel", V_NONE)
#define THOUGHTS TEXT("reasoning_content", V_REASONING, C_THOUGHT), \
                 TEXT("reasoning", V_REASONING, C_THOUGHT), \
                 TEXT("reasoning_details", V_REASONING, C_THOUGHT), \
                 TEXT("thinking", V_REASONING, C_THOUGHT), \
                 TEXT("thinking_blocks", V_REASONING, C_THOUGHT)

static const gw_json_rule_t delta_rules[] = {
    TEXT("content", V_TEXT, C_PARTS),
    WORDS, THOUGHTS,
    READ("tool_calls", V_NONE, C_CALLS)
};

static const gw_json_rule_t parts_rules[] = {
    GW_JSON_EACH(V_TEXT, C_ANYTHING, GW_JSON_TEXT)
};

static const gw_json_rule_t calls_rules[] = {
    GW_JSON_EACH(V_NONE, C_CALL, 0)
};

static const gw_json_rule_t call_rules[] = { WORDS };

static const gw_json_rule_t thought_rules[] = { WORDS };

static const gw_json_rule_t any_rules[] = { WORDS, THOUGHTS };

static const gw_json_rule_t
    anything = GW_JSON_EACH(V_TEXT, C_ANYTHING, GW_JSON_TEXT),
    thought = GW_JSON_EACH(V_REASONING, C_THOUGHT, GW_JSON_TEXT);

#include "tbl/usage_members.h"

static const gw_json_rule_t groq_rules[] = {
    READ("usage", V_USAGE, C_USAGE)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }
#define WITH_REST(rules, rest) { rules, GW_COUNT(rules), &(rest) }
#define INSIDE                                                              \
    CONTEXT(choices_rules), CONTEXT(choice_rules),                          \
    WITH_REST(delta_rules, anything), WITH_REST(parts_rules, anything),     \
    CONTEXT(calls_rules), WITH_REST(call_rules, anything),                  \
    WITH_REST(thought_rules, thought), WITH_REST(any_rules, anything),      \
    CONTEXT(usage_rules),                                                   \
    CONTEXT(in_details_rules), CONTEXT(out_details_rules),                  \
    CONTEXT(creation_rules), CONTEXT(unread_rules), CONTEXT(more_rules),    \
    CONTEXT(groq_rules), CONTEXT(minimax_rules)

static const gw_json_context_t event_contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), INSIDE
};

static const gw_json_context_t document_contexts[] = {
    { NULL, 0 }, CONTEXT(document_rules), INSIDE
};

static const gw_json_schema_t event_schema = { event_contexts, 0 };
static const gw_json_schema_t document_schema = { document_contexts, 0 };

/* ---- noting --------------------------------------------------------- */

static void count(gw_answer_t *a, gw_count_t which,
                  const gw_json_node_t *node)
{
    apr_int64_t n;

    if (node->kind == GW_JSON_NULL)
        return;
    if (gw_json_count(&n, node, GW_COUNT_MAX) == APR_SUCCESS)
        gw_counts_put(&a->counts, which, n);
    else
        a->counts.bad = 1;
}

/* A count that nobody knows the meaning of. */
static void unread(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    if (gw_json_count(&n, node, APR_INT64_MAX) == APR_SUCCESS && n > 0)
        a->counts.bad = 1;
}

static void choice(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_uint64_t bit;

    a->choices++;
    if (node->kind != GW_JSON_OBJECT)
        return;
    a->event.choice = 1;
    if (node->end == 0) {
        a->choice = 0;
        a->choice_finished = 0;
        return;
    }
    bit = (apr_uint64_t)1 << (a->choice & 63);
    a->started[a->choice >> 6 & 1] |= bit;
    if (a->choice_finished) {
        a->finished[a->choice >> 6 & 1] |= bit;
        a->event.finish = 1;
    }
}

static void error(gw_answer_t *a, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_NULL || node->kind == GW_JSON_FALSE
        || (node->kind == GW_JSON_STR && node->token.n == 0))
        return;
    a->event.error = 1;
}

/* A member of the document itself that makes it an answer. */
static void show(gw_answer_t *a, const gw_json_node_t *node, unsigned what)
{
    if (a->json.depth == 1
        && (node->kind == GW_JSON_ARRAY || what == GW_SHOWS_TOKENS))
        a->shows |= what;
}

static void id(gw_answer_t *a, const gw_json_node_t *node)
{
    char plain[GW_JSON_TOKEN];
    gw_str_t text = { plain, 0 };

    if (node->kind != GW_JSON_STR || node->token.n == 0 || !node->whole
        || a->id_hash != 0)
        return;
    text.n = gw_json_unescape(plain, node->token);
    a->id_hash = gw_answer_id_hash(text);
}

static void visit_document(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    switch (node->slot) {
    case V_SUCCESS:
        if (node->kind == GW_JSON_FALSE)
            a->event.error = 1;
        break;
    case V_STATUS_CODE:
        if (gw_json_count(&n, node, APR_INT64_MAX) == APR_SUCCESS && n > 0)
            a->event.error = 1;
        break;
    case V_LIST:
        show(a, node, GW_SHOWS_LIST);
        break;
    case V_CONTENT:
        show(a, node, GW_SHOWS_CONTENT);
        break;
    case V_TOKENS:
        show(a, node, GW_SHOWS_TOKENS);
        break;
    default:
        break;
    }
}

static void visit_rest(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    switch (node->slot) {
    case V_ID:
        id(a, node);
        break;
    case V_ERROR:
        error(a, node);
        break;
    case V_KIND:            /* of a part whose text is called but so */
        if (gw_str_is(node->token, "thinking")
            || gw_str_is(node->token, "reasoning"))
            a->reasoning = 1;
        break;
    case V_CACHE_TYPE:
        if (node->kind == GW_JSON_STR)
            a->counts.explicit_ = 1;
        break;
    case V_CREATION:
        if (node->kind == GW_JSON_OBJECT)
            a->counts.explicit_ = 1;
        unread(a, node);
        break;
    case V_UNREAD:
        unread(a, node);
        break;
    case V_CREATED:
        count(a, GW_N_WRITTEN, node);
        if (gw_json_count(&n, node, GW_COUNT_MAX) == APR_SUCCESS && n > 0)
            a->counts.explicit_ = 1;
        break;
    default:
        visit_document(a, node);
        break;
    }
}

/* A string that will differ from chunk to chunk. */
static void hole(gw_answer_t *a, const gw_json_node_t *node)
{
    gw_hole_t *h;

    if (node->kind != GW_JSON_STR || node->end - node->start == 2)
        return;
    if (a->holes < GW_ALIKE_HOLES) {
        h = &a->hole[a->holes];
        h->start = node->start + 1;
        h->end = node->end - 1;
        h->text = node->slot != V_PADDING;
    }
    a->holes += node->escaped ? GW_ALIKE_HOLES + 1 : 1;
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_answer_t *a = baton;
    apr_int64_t n;

    if (node->slot >= V_COUNT) {
        count(a, (gw_count_t)(node->slot - V_COUNT), node);
        return;
    }
    switch (node->slot) {
    case V_CHOICES:
        if (node->kind == GW_JSON_ARRAY && node->end == 0)
            a->choices = 0;
        else if (node->kind == GW_JSON_ARRAY)
            a->event.no_choices = a->choices == 0;
        break;
    case V_CHOICE:
        choice(a, node);
        break;
    case V_INDEX:
        if (gw_json_count(&n, node, 127) == APR_SUCCESS)
            a->choice = (unsigned)n;
        break;
    case V_FINISH:
        if (node->kind == GW_JSON_STR && node->token.n > 0)
            a->choice_finished = 1;
        break;
    case V_REASONING:
        if (node->kind == GW_JSON_STR && node->text > 0)
            a->reasoning = 1;
        hole(a, node);
        break;
    case V_TEXT:
    case V_PADDING:
        hole(a, node);
        break;
    case V_USAGE:
        if (node->kind == GW_JSON_OBJECT) {
            a->event.usage = 1;
            a->counts.seen = 1;
        }
        break;
    default:
        visit_rest(a, node);
        break;
    }
}

/* ---- a document ----------------------------------------------------- */

static void reader_start(gw_answer_t *a, const gw_json_schema_t *schema)
{
    gw_json_start(&a->json, schema, GW_JSON_LENIENT, visit, a);
}

void gw_answer_feed(gw_answer_t *a, const char *p, apr_size_t n)
{
    static const char mark[] = "\xef\xbb\xbf";     /* byte order mark */

    a->event.bytes += n;
    for (; n > 0 && a->marks < 3 && *p == mark[a->marks]; p++, n--)
        a->marks++;
    if (n > 0)
        a->marks = 3;
    gw_json_feed(&a->json, p, n);
    a->event.text = gw_json_text(&a->json);
    a->event.data = 1;
}

apr_status_t gw_answer_end(gw_answer_t *a)
{
    apr_status_t rv = gw_json_end(&a->json);

    a->error = a->event.error;
    return rv;
}

int gw_answer_is(const gw_answer_t *a, gw_endpoint_t endpoint)
{
    /* what an answer of it has; 0: choices */
    static const unsigned shape[GW_ENDPOINTS] = {
        0, 0, GW_SHOWS_LIST, GW_SHOWS_LIST, GW_SHOWS_CONTENT, GW_SHOWS_TOKENS
    };

    if (a->event.error)
        return 0;
    if (shape[endpoint] != 0)
        return (a->shows & shape[endpoint]) != 0;
    /* nothing was chosen, but tokens were counted */
    return a->event.choice
           || (a->event.no_choices && a->counts.n[GW_N_PROMPT] > 0);
}

/* ---- a stream ------------------------------------------------------- */

static void event_data(void *baton, const char *p, apr_size_t n)
{
    gw_answer_t *a = baton;

    if (a->mark_len < GW_ANSWER_MARK) {
        apr_size_t room = GW_ANSWER_MARK - (apr_size_t)a->mark_len;
        apr_size_t k = n < room ? n : room;

        if (a->mark_len == 0 && a->base != NULL)
            a->data_at = (apr_size_t)(p - a->base);
        memcpy(a->mark + a->mark_len, p, k);
        a->mark_len += (unsigned char)k;
    }
    gw_json_feed(&a->json, p, n);
}

void gw_answer_start(gw_answer_t *a, int sse)
{
    memset(a, 0, offsetof(gw_answer_t, json));
    a->alike.holes = 0;
    a->sse = sse != 0;
    gw_counts_clear(&a->counts);
    gw_sse_start(&a->lines, event_data, a);
    reader_start(a, sse ? &event_schema : &document_schema);
}

static void event_start(gw_answer_t *a)
{
    memset(&a->event, 0, sizeof(a->event));
    a->mark_len = 0;
    a->holes = 0;
    reader_start(a, &event_schema);
}

/* late: its last byte is a LF that could come after its end as well. */
static void event_end(gw_answer_t *a, int late)
{
    gw_event_t *e = &a->event;

    e->data = a->lines.data_lines > 0;
    if (!e->data)
        return;
    e->done = a->mark_len == GW_ANSWER_MARK
              && memcmp(a->mark, "[DONE]", GW_ANSWER_MARK) == 0;
    e->text = a->json.text;
    if (strcmp(a->lines.name, "error") == 0)
        e->error = 1;
    /* what cannot be read may all be text */
    if (!e->done && !e->error && a->mark_len > 0
        && gw_json_end(&a->json) != APR_SUCCESS)
        e->text = e->bytes - (late ? 1 : 0);
    e->opening = !a->any_data && e->text == 0 && !e->finish && !e->error
                 && !e->done && !e->usage;
    /* one without choices (a ping, Azure's prompt filter) opens nothing */
    if (!e->opening || e->choice)
        a->any_data = 1;
    if (!e->done)
        a->counted = e->usage && e->no_choices;
    a->done |= e->done;
    a->error |= e->error;
}

/* A chunk of nothing but text, whole in one piece: the next ones will be
 * like it. */
static void learn(gw_answer_t *a, apr_size_t n)
{
    const gw_event_t *e = &a->event;
    unsigned i;

    /* behind a CR there may or may not be a LF */
    if (a->base == NULL || a->lines.data_lines != 1 || a->base[n - 1] == '\r'
        || a->holes == 0 || a->holes > GW_ALIKE_HOLES || e->opening
        || e->usage || !e->choice || e->finish || e->error
        || gw_json_end(&a->json) != APR_SUCCESS)
        return;
    for (i = 0; i < a->holes; i++) {
        a->hole[i].start += a->data_at;
        a->hole[i].end += a->data_at;
    }
    gw_alike_learn(&a->alike, a->base, n, a->hole, a->holes);
}

/* The next event, if it is like the one that was learned. */
static apr_size_t known_event(gw_answer_t *a, const char *p, apr_size_t n)
{
    apr_size_t text, used = gw_alike_match(&a->alike, p, n, &text);

    if (used == 0)
        return 0;
    memset(&a->event, 0, sizeof(a->event));
    a->event.bytes = used;
    a->event.text = text;
    a->event.data = a->event.choice = 1;
    a->counted = 0;
    return used;
}

gw_sse_result_t gw_answer_next(gw_answer_t *a, const char *p, apr_size_t n,
                               apr_size_t *used)
{
    gw_sse_result_t result;

    a->base = NULL;
    if (n > 0 && a->lines.fresh && !(a->lines.skip_lf && *p == '\n')) {
        if (!a->lines.skip_lf && (*used = known_event(a, p, n)) != 0)
            return GW_SSE_EVENT;
        event_start(a);
        a->base = p;
    }
    result = gw_sse_feed(&a->lines, p, n, used);
    a->event.bytes += *used;    /* a tail is the event's before */
    if (result == GW_SSE_EVENT) {
        event_end(a, *used > 1 && memcmp(p + *used - 2, "\r\n", 2) == 0);
        learn(a, *used);
    }
    return result;
}

int gw_answer_last(gw_answer_t *a)
{
    if (a->lines.fresh || a->event.bytes == 0)
        return 0;
    event_end(a, 0);
    return 1;
}

static int count_choices(const apr_uint64_t bits[2])
{
    return __builtin_popcountll(bits[0]) + __builtin_popcountll(bits[1]);
}

int gw_answer_complete(const gw_answer_t *a, apr_int64_t n)
{
    int finished = count_choices(a->finished);

    return a->done || (finished >= n && finished == count_choices(a->started));
}

int gw_answer_ended(const gw_answer_t *a)
{
    int finished = count_choices(a->finished);

    return a->done || (finished > 0 && finished == count_choices(a->started))
           || (a->counted && a->any_data);
}

apr_uint64_t gw_answer_id_hash(gw_str_t id)
{
    apr_uint64_t h = gw_fnv(GW_FNV_START, id.p, id.n);

    return h ? h : 1;
}
