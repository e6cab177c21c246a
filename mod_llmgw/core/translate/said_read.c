/* SPDX-License-Identifier: Apache-2.0 */
/* said_read.c - see said_read.h. */
#include "said_read.h"

#include <stdlib.h>

#include "json_mend.h"
#include "said_template.h"
#include "translate.h"

#define FIRST 16                /* pieces of the first piece of memory */
#define INDEX_MOST 1000000      /* a larger index of a call is none */
#define CHOICES_MOST 1000       /* ... of a choice */

enum {              /* contexts */
    C_NONE, C_ROOT, C_CHOICES, C_CHOICE, C_DELTA, C_PARTS, C_PART, C_THOUGHTS,
    C_THOUGHT, C_CALLS, C_CALL, C_FUNCTION
};

enum {              /* slots */
    SLOT_NONE, SLOT_MODEL, SLOT_CHOICE, SLOT_INDEX, SLOT_FINISH, SLOT_DELTA,
    SLOT_TEXT, SLOT_REASONING_CONTENT, SLOT_REASONING, SLOT_THINKING,
    SLOT_PART, SLOT_TYPE, SLOT_PART_THOUGHT, SLOT_CALL, SLOT_CALL_INDEX,
    SLOT_ID, SLOT_NAME, SLOT_ARGUMENTS, SLOT_FUNCTION, SLOT_PADDING,
    SLOT_REFUSAL
};

#define READ(name, slot, to) GW_JSON_MEMBER(name, slot, to, 0)

static const gw_json_rule_t root_rules[] = {
    READ("choices", SLOT_NONE, C_CHOICES), READ("model", SLOT_MODEL, C_NONE),
    READ("obfuscation", SLOT_PADDING, C_NONE)  /* OpenAI: random bytes */
}, choice_rules[] = {
    READ("delta", SLOT_DELTA, C_DELTA), READ("index", SLOT_INDEX, C_NONE),
    READ("finish_reason", SLOT_FINISH, C_NONE),
    READ("message", SLOT_DELTA, C_DELTA)
}, delta_rules[] = {
    READ("content", SLOT_TEXT, C_PARTS),
    READ("reasoning_content", SLOT_REASONING_CONTENT, C_NONE),
    READ("reasoning", SLOT_REASONING, C_NONE),
    READ("thinking", SLOT_THINKING, C_NONE),
    READ("refusal", SLOT_REFUSAL, C_NONE),
    READ("tool_calls", SLOT_NONE, C_CALLS),
    READ("function_call", SLOT_FUNCTION, C_FUNCTION)
}, part_rules[] = {
    READ("type", SLOT_TYPE, C_NONE), READ("text", SLOT_TEXT, C_NONE),
    READ("refusal", SLOT_REFUSAL, C_NONE),
    READ("thinking", SLOT_PART_THOUGHT, C_THOUGHTS)
},
    choices_rules[] = { GW_JSON_EACH(SLOT_CHOICE, C_CHOICE, 0) },
    parts_rules[] = { GW_JSON_EACH(SLOT_PART, C_PART, 0) },
    thoughts_rules[] = { GW_JSON_EACH(SLOT_NONE, C_THOUGHT, 0) },
    thought_rules[] = { READ("text", SLOT_PART_THOUGHT, C_NONE) },
    calls_rules[] = { GW_JSON_EACH(SLOT_CALL, C_CALL, 0) };
static const gw_json_rule_t call_rules[] = {
    READ("index", SLOT_CALL_INDEX, C_NONE), READ("id", SLOT_ID, C_NONE),
    READ("function", SLOT_NONE, C_FUNCTION)
}, function_rules[] = {
    READ("name", SLOT_NAME, C_NONE), READ("arguments", SLOT_ARGUMENTS, C_NONE)
};

#define CONTEXT(rules) { rules, GW_COUNT(rules) }

static const gw_json_context_t contexts[] = {
    { NULL, 0 }, CONTEXT(root_rules), CONTEXT(choices_rules),
    CONTEXT(choice_rules), CONTEXT(delta_rules), CONTEXT(parts_rules),
    CONTEXT(part_rules), CONTEXT(thoughts_rules), CONTEXT(thought_rules),
    CONTEXT(calls_rules), CONTEXT(call_rules), CONTEXT(function_rules)
};

static const gw_json_schema_t schema = { contexts, 0 };

/* ---- pieces ---------------------------------------------------------- */

/* What a string holds; empty: it is none, or is empty. */
static gw_str_t inside(const gw_said_read_t *r, const gw_json_node_t *node)
{
    gw_str_t s = { NULL, 0 };

    if (node->kind != GW_JSON_STR)
        return s;
    s.p = r->text.p + node->start + 1;
    s.n = node->end - node->start - 2;
    return s;
}

static gw_said_t *add(gw_said_read_t *r, gw_said_kind_t kind)
{
    unsigned size = r->size > 0 ? 2 * r->size : FIRST;
    gw_said_t *said;

    if (r->skip || r->rv != APR_SUCCESS)
        return NULL;
    if (r->count == GW_SAID_MOST) {
        r->rv = APR_ENOSPC;
        return NULL;
    }
    if (r->count == r->size) {
        said = realloc(r->said, size * sizeof(*said));
        if (said == NULL) {
            r->rv = APR_ENOMEM;
            return NULL;
        }
        r->said = *r->kept = said;
        r->size = size;
    }
    said = &r->said[r->count++];
    memset(said, 0, sizeof(*said));
    said->kind = kind;
    return said;
}

static void add_text(gw_said_read_t *r, gw_said_kind_t kind, gw_str_t text)
{
    gw_said_t *said = text.n > 0 ? add(r, kind) : NULL;

    if (said != NULL)
        said->text = text;
}

/* ---- calls ----------------------------------------------------------- */

static void call_begins(gw_said_read_t *r, int index)
{
    gw_said_t *said = add(r, GW_SAID_CALL);

    r->calls = said != NULL;
    if (said != NULL)
        said->index = index;
}

/* A call with a name that stands behind one in the same event, with no index
 * of its own, is another one. */
static void call_ends(gw_said_read_t *r)
{
    gw_said_t *said;

    if (!r->calls)
        return;
    r->calls = 0;
    said = &r->said[r->count - 1];
    if (said->id.n + said->name.n + said->text.n == 0)
        r->count--;
    else if (r->count - 1 > r->choice_at && said[-1].kind == GW_SAID_CALL)
        said->fresh = said->name.n > 0 && said->index == said[-1].index;
}

static void visit_call(gw_said_read_t *r, const gw_json_node_t *node)
{
    gw_said_t *said;
    apr_int64_t n;

    if (!r->calls)
        return;
    said = &r->said[r->count - 1];
    switch (node->slot) {
    case SLOT_CALL_INDEX:
        if (gw_json_count(&n, node, INDEX_MOST) == APR_SUCCESS)
            said->index = (int)n;
        break;
    case SLOT_ID:
        said->id = inside(r, node);
        break;
    case SLOT_NAME:
        said->name = inside(r, node);
        break;
    case SLOT_ARGUMENTS:
        said->text = inside(r, node);
        said->is_object = node->kind == GW_JSON_OBJECT && node->end != 0;
        if (said->is_object) {
            said->text.p = r->text.p + node->start;
            said->text.n = node->end - node->start;
        }
        break;
    default:
        break;
    }
}

/* ---- deltas and choices ---------------------------------------------- */

/* Some write a call twice, as tool_calls and as function_call. */
static void drop_second_function(gw_said_read_t *r)
{
    unsigned i, to = r->choice_at, tools = 0;

    for (i = r->choice_at; i < r->count; i++)
        tools |= r->said[i].kind == GW_SAID_CALL
                 && r->said[i].index != GW_SAID_FUNCTION;
    for (i = r->choice_at; tools && i < r->count; i++) {
        if (r->said[i].kind != GW_SAID_CALL
            || r->said[i].index != GW_SAID_FUNCTION)
            r->said[to++] = r->said[i];
    }
    if (tools)
        r->count = to;
}

/* A thought that has several names is the same text under each. */
static void delta(gw_said_read_t *r, const gw_json_node_t *node)
{
    unsigned i;

    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0) {
        r->skip = r->count > r->choice_at;
        memset(r->thought, 0, sizeof(r->thought));
        return;
    }
    for (i = 0; i < GW_COUNT(r->thought); i++) {
        if (r->thought[i].n == 0)
            continue;
        add_text(r, GW_SAID_THINKING, r->thought[i]);
        break;
    }
    drop_second_function(r);
    r->skip = 0;
}

static void choice(gw_said_read_t *r, const gw_json_node_t *node)
{
    if (node->kind != GW_JSON_OBJECT)
        return;
    if (node->end == 0) {
        r->choice_at = r->count;
        r->choice = node->index > 0;    /* until it says its own */
        r->choice_finish.n = 0;
        return;
    }
    if (r->choice != 0)
        r->count = r->choice_at;
    else if (r->choice_finish.n > 0)
        r->finish = r->choice_finish;
}

/* A part: {"type":"text","text":...}, {"type":"thinking",...}, or a string. */
static void part(gw_said_read_t *r, const gw_json_node_t *node)
{
    if (node->kind != GW_JSON_OBJECT) {
        add_text(r, GW_SAID_TEXT, inside(r, node));
        return;
    }
    if (node->end == 0) {
        r->part_at = r->count;
        r->thinks = 0;
        return;
    }
    for (; r->thinks && r->part_at < r->count; r->part_at++)
        r->said[r->part_at].kind = GW_SAID_THINKING;
}

static void visit_delta(gw_said_read_t *r, const gw_json_node_t *node)
{
    switch (node->slot) {
    case SLOT_TEXT:
        add_text(r, GW_SAID_TEXT, inside(r, node));
        break;
    case SLOT_REFUSAL:
        add_text(r, r->refusals ? GW_SAID_REFUSAL : GW_SAID_TEXT,
                 inside(r, node));
        break;
    case SLOT_REASONING_CONTENT:
    case SLOT_REASONING:
    case SLOT_THINKING:
        r->thought[node->slot - SLOT_REASONING_CONTENT] = inside(r, node);
        break;
    case SLOT_PART:
        part(r, node);
        break;
    case SLOT_TYPE:
        r->thinks = gw_json_is(node, "thinking")
                    || gw_json_is(node, "reasoning");
        break;
    case SLOT_PART_THOUGHT:
        add_text(r, GW_SAID_THINKING, inside(r, node));
        break;
    case SLOT_CALL:
    case SLOT_FUNCTION:
        if (node->kind == GW_JSON_OBJECT && node->end == 0)
            call_begins(r, node->slot == SLOT_CALL ? GW_SAID_NO_INDEX
                                                   : GW_SAID_FUNCTION);
        else if (node->kind == GW_JSON_OBJECT)
            call_ends(r);
        break;
    default:
        visit_call(r, node);
        break;
    }
}

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_said_read_t *r = baton;
    apr_int64_t n;

    switch (node->slot) {
    case SLOT_MODEL:
        r->model = inside(r, node);
        break;
    case SLOT_CHOICE:
        choice(r, node);
        break;
    case SLOT_INDEX:
        if (gw_json_count(&n, node, CHOICES_MOST) == APR_SUCCESS)
            r->choice = (int)n;
        break;
    case SLOT_FINISH:
        r->choice_finish = inside(r, node);
        break;
    case SLOT_DELTA:
        delta(r, node);
        break;
    case SLOT_PADDING:
        r->padding = inside(r, node);
        break;
    default:
        visit_delta(r, node);
        break;
    }
}

/* ---- reading --------------------------------------------------------- */

static apr_status_t free_said(void *data)
{
    gw_said_t **kept = data;

    free(*kept);
    return APR_SUCCESS;
}

void gw_said_read_init(gw_said_read_t *r, apr_pool_t *pool)
{
    memset(r, 0, offsetof(gw_said_read_t, json));
    r->template.places = 0;
    r->kept = apr_pcalloc(pool, sizeof(*r->kept));
    apr_pool_cleanup_register(pool, r->kept, free_said,
                              apr_pool_cleanup_null);
    gw_text_init(&r->mended, GW_TRANSLATE_ANSWER, pool);
}

static apr_status_t read_text(gw_said_read_t *r, gw_str_t text,
                              unsigned mode)
{
    r->text = text;
    r->count = 0;
    r->model.n = r->finish.n = 0;
    r->padding.p = NULL;
    r->rv = APR_SUCCESS;
    r->skip = r->calls = r->thinks = 0;
    r->choice_at = r->part_at = 0;
    gw_json_start(&r->json, &schema, mode, visit, r);
    gw_json_feed(&r->json, text.p, text.n);
    if (gw_json_end(&r->json) != APR_SUCCESS)
        return APR_EINVAL;
    return r->rv;
}

/* A chunk that says one thing, which is a piece of a string, and no more. */
static void learn(gw_said_read_t *r)
{
    const gw_said_t *said = r->said;

    if (r->count != 1 || r->finish.n > 0 || said->text.n == 0
        || said->is_object || said->id.n > 0 || said->name.n > 0)
        return;
    r->known = *said;
    gw_said_template_learn(&r->template, r->text, said->text, r->padding);
}

static int is_known(gw_said_read_t *r, gw_str_t data)
{
    if (!gw_said_template_match(&r->template, data, &r->known.text))
        return 0;
    r->said[0] = r->known;
    r->count = 1;
    r->model.n = r->finish.n = 0;
    return 1;
}

/* Strictly first: then a string can be copied as it is.  What is mended has
 * no other faults than words like NaN, outside of strings. */
apr_status_t gw_said_read(gw_said_read_t *r, gw_str_t data)
{
    apr_status_t rv;

    if (is_known(r, data))
        return APR_SUCCESS;
    rv = read_text(r, data, 0);
    if (rv == APR_SUCCESS)
        learn(r);
    if (rv != APR_EINVAL)
        return rv;
    gw_text_clear(&r->mended);
    gw_json_mend(&r->mended, data);
    if (r->mended.full)
        return APR_ENOSPC;
    return read_text(r, gw_text_str(&r->mended), GW_JSON_LENIENT);
}
