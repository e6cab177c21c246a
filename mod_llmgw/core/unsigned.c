/* SPDX-License-Identifier: Apache-2.0 */
/* unsigned.c - see unsigned.h. */
#include "unsigned.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "json_tree.h"

typedef struct writing_t {
    gw_text_t *out;
    gw_tree_t tree;
    apr_hash_t *ids;            /* of calls, to what they became; NULL: they
                                   stay */
    apr_hash_t *written;        /* ids of calls in the new body */
    apr_pool_t *pool;
} writing_t;

/* Bytes of the text, from one offset to another. */
static void copy(writing_t *w, apr_size_t from, apr_size_t to)
{
    gw_str_t bytes = { w->tree.text.p + from, to - from };

    gw_text_add(w->out, bytes);
}

/* ---- ids --------------------------------------------------------------- */

int gw_unsigned_takes_id(gw_str_t id)
{
    apr_size_t i = 0;

    while (i < id.n && (apr_isalnum(id.p[i]) || id.p[i] == '_'
                        || id.p[i] == '-'))
        i++;
    return i == id.n;
}

/* The id's own letters, and, as ids of this kind often come again, where its
 * call stands if it was there before. */
static const char *other_id(writing_t *w, gw_str_t id, const gw_node_t *call,
                            const gw_node_t *message)
{
    char *word = apr_pstrmemdup(w->pool, id.p, id.n);
    apr_size_t i;

    for (i = 0; i < id.n; i++) {
        if (!apr_isalnum(word[i]) && word[i] != '-')
            word[i] = '_';
    }
    if (apr_hash_get(w->written, word, (apr_ssize_t)id.n) != NULL)
        word = apr_psprintf(w->pool, "%s_%u_%u", word,
                            (unsigned)message->index, (unsigned)call->index);
    return word;
}

/* What an id is to become; NULL: it stays. */
static const char *id_of(writing_t *w, const gw_node_t *node,
                         const gw_node_t *block, const gw_node_t *message,
                         int is_call)
{
    gw_str_t id;
    const char *other;

    if (node == NULL || node->kind != GW_JSON_STR)
        return NULL;
    id = gw_tree_string(&w->tree, node, w->pool);
    if (!is_call)
        return apr_hash_get(w->ids, id.p, (apr_ssize_t)id.n);
    if (gw_unsigned_takes_id(id)) {
        apr_hash_set(w->written, id.p, (apr_ssize_t)id.n, id.p);
        return NULL;
    }
    other = other_id(w, id, block, message);
    apr_hash_set(w->ids, id.p, (apr_ssize_t)id.n, other);
    apr_hash_set(w->written, other, (apr_ssize_t)strlen(other), other);
    return other;
}

static void write_block(writing_t *w, const gw_node_t *block,
                        const gw_node_t *message)
{
    const gw_node_t *type = gw_tree_member(&w->tree, block, "type");
    int is_call = gw_tree_is(&w->tree, type, "tool_use");
    const gw_node_t *id = NULL;
    const char *other = NULL;

    if (w->ids != NULL && is_call)
        id = gw_tree_member(&w->tree, block, "id");
    else if (w->ids != NULL && gw_tree_is(&w->tree, type, "tool_result"))
        id = gw_tree_member(&w->tree, block, "tool_use_id");
    other = id_of(w, id, block, message, is_call);
    if (other == NULL) {
        copy(w, block->start, block->end);
        return;
    }
    copy(w, block->start, id->start + 1);
    gw_text_put(w->out, other);
    copy(w, id->end - 1, block->end);
}

/* ---- signatures -------------------------------------------------------- */

int gw_unsigned_is(const gw_json_node_t *node)
{
    static const apr_size_t n = sizeof(GW_UNSIGNED) - 1;

    return node->kind == GW_JSON_STR && node->token.n >= n
           && memcmp(node->token.p, GW_UNSIGNED, n) == 0;
}

static int is_unsigned(const gw_tree_t *tree, const gw_node_t *block)
{
    static const apr_size_t n = sizeof(GW_UNSIGNED) - 1;
    const gw_node_t *signature = gw_tree_member(tree, block, "signature");
    gw_str_t said;

    if (signature == NULL || signature->kind != GW_JSON_STR)
        return 0;
    said = gw_tree_inside(tree, signature);
    return said.n >= n && memcmp(said.p, GW_UNSIGNED, n) == 0;
}

/* The content of a message, if it is a list; *left: so many blocks stay. */
static const gw_node_t *blocks_of(const gw_tree_t *tree,
                                  const gw_node_t *message, unsigned *left)
{
    const gw_node_t *content = gw_tree_member(tree, message, "content");
    const gw_node_t *block;

    if (content == NULL || content->kind != GW_JSON_ARRAY)
        return NULL;
    *left = 0;
    for (block = gw_tree_child(tree, content); block != NULL;
         block = gw_tree_next(tree, block))
        *left += !is_unsigned(tree, block);
    return content;
}

/* Those that stay, with what stands between them where all do. */
static void write_blocks(writing_t *w, const gw_node_t *message,
                         const gw_node_t *content, unsigned left)
{
    const gw_node_t *block = gw_tree_child(&w->tree, content);
    apr_size_t behind = content->start + 1;
    const char *comma = "";

    copy(w, message->start, behind);
    for (; block != NULL; block = gw_tree_next(&w->tree, block)) {
        if (is_unsigned(&w->tree, block))
            continue;
        if (left == content->count)
            copy(w, behind, block->start);
        else
            gw_text_put(w->out, comma);
        write_block(w, block, message);
        behind = block->end;
        comma = ",";
    }
    copy(w, left == content->count ? behind : content->end - 1, message->end);
}

/* Returns whether anything of the message is left. */
static int write_message(writing_t *w, const gw_node_t *message,
                         const char *comma)
{
    unsigned left;
    const gw_node_t *content = blocks_of(&w->tree, message, &left);

    if (content != NULL && left == 0 && content->count > 0)
        return 0;
    gw_text_put(w->out, comma);
    if (content == NULL || (left == content->count && w->ids == NULL))
        copy(w, message->start, message->end);
    else
        write_blocks(w, message, content, left);
    return 1;
}

apr_status_t gw_unsigned_drop(gw_text_t *out, gw_str_t body, int ids,
                              apr_pool_t *pool)
{
    writing_t w = { .out = out, .pool = pool };
    const gw_node_t *messages, *message;
    const char *comma = "";
    apr_status_t rv = gw_tree_read(&w.tree, body, &gw_tree_outer,
                                   GW_JSON_TRUSTED, pool);

    if (rv != APR_SUCCESS)
        return rv;
    messages = gw_tree_member(&w.tree, gw_tree_root(&w.tree), "messages");
    if (messages == NULL || messages->kind != GW_JSON_ARRAY)
        return APR_EINVAL;
    w.ids = ids ? apr_hash_make(pool) : NULL;
    w.written = apr_hash_make(pool);
    copy(&w, 0, messages->start + 1);
    for (message = gw_tree_child(&w.tree, messages); message != NULL;
         message = gw_tree_next(&w.tree, message)) {
        if (write_message(&w, message, comma))
            comma = ",";
    }
    copy(&w, messages->end - 1, body.n);
    return out->full ? APR_ENOSPC : APR_SUCCESS;
}
