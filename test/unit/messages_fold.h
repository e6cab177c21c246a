/* SPDX-License-Identifier: Apache-2.0 */
/* messages_fold.h - a strict reader of Messages events, which puts together
 * again what they stream and notes the first rule that they break.  For
 * test_messages_answer.c and fuzz_messages_answer.c. */
#ifndef GW_TEST_MESSAGES_FOLD_H
#define GW_TEST_MESSAGES_FOLD_H

#include <apr_strings.h>

#include "json_tree.h"
#include "text.h"

typedef struct fold_t {
    apr_pool_t *pool;
    const char *fault;          /* NULL: none */
    gw_text_t content;          /* the blocks, as a document has them */
    gw_text_t args, signature;  /* of the open one */
    apr_size_t call_at;         /* where the open call begins in content */
    char kind;                  /* of it: 't'ext, 'h' thinking, 'c'all; 0 */
    unsigned blocks;            /* that have begun */
    unsigned cut_calls;         /* calls whose input is not whole: left out */
    unsigned started:1, ended:1, stopped:1;
    const char *stop_reason;    /* as written */
    gw_tree_t tree;             /* of the last event */
} fold_t;

#define FOLD_MOST (64 << 20)

static inline void fold_init(fold_t *f, apr_pool_t *pool)
{
    memset(f, 0, sizeof(*f));
    f->pool = pool;
    gw_text_init(&f->content, FOLD_MOST, pool);
    gw_text_init(&f->args, FOLD_MOST, pool);
    gw_text_init(&f->signature, FOLD_MOST, pool);
}

static inline void fold_rule(fold_t *f, int kept, const char *rule)
{
    if (!kept && f->fault == NULL)
        f->fault = rule;
}

/* A member by its path of names; NULL: it is not there. */
static inline const gw_node_t *fold_at(const fold_t *f, const char *a,
                                       const char *b, const char *c)
{
    const gw_node_t *node = gw_tree_member(&f->tree, gw_tree_root(&f->tree),
                                           a);

    if (b != NULL)
        node = gw_tree_member(&f->tree, node, b);
    return c != NULL ? gw_tree_member(&f->tree, node, c) : node;
}

static inline gw_str_t fold_bytes(fold_t *f, const gw_node_t *node)
{
    gw_str_t none = { "", 0 };

    fold_rule(f, node != NULL, "a member is missing");
    return node != NULL ? gw_tree_bytes(&f->tree, node) : none;
}

static inline gw_str_t fold_string(fold_t *f, const gw_node_t *node)
{
    gw_str_t none = { "", 0 };
    int is = node != NULL && node->kind == GW_JSON_STR;

    fold_rule(f, is, "a string is missing");
    return is ? gw_tree_inside(&f->tree, node) : none;
}

/* The index of an event is that of the block which is open, or begins. */
static inline void fold_index(fold_t *f, unsigned want)
{
    gw_str_t got = fold_bytes(f, fold_at(f, "index", NULL, NULL));

    fold_rule(f, gw_str_is(got, apr_psprintf(f->pool, "%u", want)),
              "the index is that of another block");
}

static inline void fold_start(fold_t *f)
{
    fold_rule(f, !f->started, "message_start is there twice");
    fold_rule(f, gw_tree_is(&f->tree, fold_at(f, "message", "role", NULL),
                            "assistant"), "no role");
    fold_rule(f, gw_str_is(fold_bytes(f, fold_at(f, "message", "content",
                                                 NULL)), "[]"), "content");
    fold_string(f, fold_at(f, "message", "id", NULL));
    fold_string(f, fold_at(f, "message", "model", NULL));
    fold_bytes(f, fold_at(f, "message", "usage", "input_tokens"));
    f->started = 1;
}

static inline void fold_block(fold_t *f)
{
    const gw_node_t *block = fold_at(f, "content_block", NULL, NULL);
    const gw_node_t *type = gw_tree_member(&f->tree, block, "type");

    fold_rule(f, f->started && !f->ended && f->kind == 0,
              "a block begins where none can");
    fold_index(f, f->blocks++);
    f->kind = gw_tree_is(&f->tree, type, "text") ? 't'
            : gw_tree_is(&f->tree, type, "thinking") ? 'h'
            : gw_tree_is(&f->tree, type, "tool_use") ? 'c' : '?';
    fold_rule(f, f->kind != '?', "an unknown block");
    gw_text_clear(&f->args);
    gw_text_clear(&f->signature);
    f->call_at = f->content.n;
    if (f->content.n > 0)
        gw_text_put(&f->content, ",");
    if (f->kind == 't')
        gw_text_put(&f->content, "{\"type\":\"text\",\"text\":\"");
    if (f->kind == 'h')
        gw_text_put(&f->content, "{\"type\":\"thinking\",\"thinking\":\"");
    if (f->kind != 'c')
        return;
    fold_rule(f, gw_str_is(fold_bytes(f, fold_at(f, "content_block", "input",
                                                 NULL)), "{}"), "input");
    gw_text_put(&f->content, "{\"type\":\"tool_use\",\"id\":\"");
    gw_text_add(&f->content, fold_string(f, fold_at(f, "content_block", "id",
                                                    NULL)));
    gw_text_put(&f->content, "\",\"name\":\"");
    gw_text_add(&f->content, fold_string(f, fold_at(f, "content_block", "name",
                                                    NULL)));
    gw_text_put(&f->content, "\",\"input\":");
}

static inline void fold_delta(fold_t *f)
{
    const gw_node_t *type = fold_at(f, "delta", "type", NULL);
    const char *member = f->kind == 't' ? "text"
                       : f->kind == 'h' ? "thinking" : "partial_json";
    const char *word = f->kind == 'c' ? "input_json_delta"
                                      : apr_psprintf(f->pool, "%s_delta",
                                                     member);
    gw_str_t text;

    fold_rule(f, f->kind != 0, "a delta outside of a block");
    fold_index(f, f->blocks - 1);
    fold_rule(f, f->signature.n == 0, "a delta behind the signature");
    if (f->kind == 'h' && gw_tree_is(&f->tree, type, "signature_delta")) {
        gw_text_add(&f->signature,
                    fold_string(f, fold_at(f, "delta", "signature", NULL)));
        return;
    }
    fold_rule(f, gw_tree_is(&f->tree, type, word), "a delta of another kind");
    text = fold_string(f, fold_at(f, "delta", member, NULL));
    fold_rule(f, text.n > 0, "a delta that says nothing");
    gw_text_add(f->kind == 'c' ? &f->args : &f->content, text);
}

static inline void fold_block_end(fold_t *f)
{
    gw_tree_t input;
    gw_str_t text;

    fold_rule(f, f->kind != 0, "a block ends that did not begin");
    fold_index(f, f->blocks - 1);
    if (f->kind == 't')
        gw_text_put(&f->content, "\"}");
    if (f->kind == 'h') {
        fold_rule(f, f->signature.n > 7
                     && memcmp(f->signature.p, "llmgw1:", 7) == 0,
                  "no signature of ours");
        gw_text_put(&f->content, "\",\"signature\":\"");
        gw_text_add(&f->content, gw_text_str(&f->signature));
        gw_text_put(&f->content, "\"}");
    }
    if (f->kind == 'c') {
        text.p = apr_palloc(f->pool, f->args.n + 1);
        text.n = gw_json_unescape((char *)(apr_uintptr_t)text.p,
                                  gw_text_str(&f->args));
        if (gw_tree_read(&input, text, &gw_tree_outer, 0, f->pool)
            == APR_SUCCESS && gw_tree_root(&input)->kind == GW_JSON_OBJECT) {
            gw_text_add(&f->content, text);
            gw_text_put(&f->content, "}");
        }
        else {
            f->content.n = f->call_at;
            f->cut_calls++;
        }
    }
    f->kind = 0;
}

static inline void fold_end(fold_t *f)
{
    gw_str_t stop = fold_bytes(f, fold_at(f, "delta", "stop_reason", NULL));

    fold_rule(f, f->started && !f->ended && f->kind == 0,
              "message_delta where none can be");
    fold_bytes(f, fold_at(f, "usage", "output_tokens", NULL));
    f->ended = 1;
    f->stop_reason = apr_pstrmemdup(f->pool, stop.p, stop.n);
    fold_rule(f, f->cut_calls == 0 || (!gw_str_is(stop, "\"tool_use\"")
                                       && !gw_str_is(stop, "\"end_turn\"")),
              "the input of a call is no object");
}

static inline void fold_event(fold_t *f, gw_str_t name, gw_str_t data)
{
    static const struct {
        const char *name;
        void (*read)(fold_t *f);
    } kinds[] = {
        { "message_start", fold_start }, { "content_block_start", fold_block },
        { "content_block_delta", fold_delta },
        { "content_block_stop", fold_block_end }, { "message_delta", fold_end }
    };
    const char *word = apr_pstrmemdup(f->pool, name.p, name.n);
    unsigned i;

    fold_rule(f, gw_tree_read(&f->tree, data, &gw_tree_all, 0, f->pool)
                 == APR_SUCCESS, "an event is no JSON");
    if (f->fault != NULL)
        return;
    fold_rule(f, gw_tree_is(&f->tree, fold_at(f, "type", NULL, NULL), word),
              "the type is not the event's name");
    fold_rule(f, !f->stopped, "an event behind message_stop");
    for (i = 0; i < GW_COUNT(kinds); i++) {
        if (gw_str_is(name, kinds[i].name)) {
            kinds[i].read(f);
            return;
        }
    }
    fold_rule(f, gw_str_is(name, "message_stop"), "an unknown event");
    fold_rule(f, f->ended, "message_stop without message_delta");
    f->stopped = 1;
}

/* The line that begins with this word; *p goes behind it. */
static inline gw_str_t fold_line(fold_t *f, const char **p, const char *end,
                                 const char *begin)
{
    const char *lf = memchr(*p, '\n', (size_t)(end - *p));
    size_t n = strlen(begin);
    gw_str_t line = { "", 0 };

    if (lf == NULL || (size_t)(lf - *p) < n || memcmp(*p, begin, n) != 0) {
        fold_rule(f, 0, "no event as it is written");
        *p = end;
        return line;
    }
    line.p = *p + n;
    line.n = (size_t)(lf - line.p);
    *p = lf + 1;
    return line;
}

/* Read whole events. */
static inline void fold_feed(fold_t *f, gw_str_t events)
{
    const char *p = events.n > 0 ? events.p : "", *end = p + events.n;

    while (p < end && f->fault == NULL) {
        gw_str_t name = fold_line(f, &p, end, "event: ");
        gw_str_t data = fold_line(f, &p, end, "data: ");

        fold_rule(f, fold_line(f, &p, end, "").n == 0, "no blank line");
        if (f->fault == NULL)
            fold_event(f, name, data);
    }
}

#endif
