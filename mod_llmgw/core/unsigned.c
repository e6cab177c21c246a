/* SPDX-License-Identifier: Apache-2.0 */
/* unsigned.c - see unsigned.h. */
#include "unsigned.h"

#include "json_tree.h"

/* Bytes of the text, from one offset to another. */
static void copy(gw_text_t *out, const gw_tree_t *tree, apr_size_t from,
                 apr_size_t to)
{
    gw_str_t bytes = { tree->text.p + from, to - from };

    gw_text_add(out, bytes);
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

static void write_blocks(gw_text_t *out, const gw_tree_t *tree,
                         const gw_node_t *content)
{
    const gw_node_t *block = gw_tree_child(tree, content);
    const char *comma = "";

    for (; block != NULL; block = gw_tree_next(tree, block)) {
        if (is_unsigned(tree, block))
            continue;
        gw_text_put(out, comma);
        copy(out, tree, block->start, block->end);
        comma = ",";
    }
}

/* Returns whether anything of the message is left. */
static int write_message(gw_text_t *out, const gw_tree_t *tree,
                         const gw_node_t *message, const char *comma)
{
    unsigned left;
    const gw_node_t *content = blocks_of(tree, message, &left);

    if (content != NULL && left == 0 && content->count > 0)
        return 0;
    gw_text_put(out, comma);
    if (content == NULL || left == content->count) {
        copy(out, tree, message->start, message->end);
        return 1;
    }
    copy(out, tree, message->start, content->start + 1);
    write_blocks(out, tree, content);
    copy(out, tree, content->end - 1, message->end);
    return 1;
}

apr_status_t gw_unsigned_drop(gw_text_t *out, gw_str_t body, apr_pool_t *pool)
{
    gw_tree_t tree;
    const gw_node_t *messages, *message;
    const char *comma = "";
    apr_status_t rv = gw_tree_read(&tree, body, &gw_tree_outer,
                                   GW_JSON_LENIENT, pool);

    if (rv != APR_SUCCESS)
        return rv;
    messages = gw_tree_member(&tree, gw_tree_root(&tree), "messages");
    if (messages == NULL || messages->kind != GW_JSON_ARRAY)
        return APR_EINVAL;
    copy(out, &tree, 0, messages->start + 1);
    for (message = gw_tree_child(&tree, messages); message != NULL;
         message = gw_tree_next(&tree, message)) {
        if (write_message(out, &tree, message, comma))
            comma = ",";
    }
    copy(out, &tree, messages->end - 1, body.n);
    return out->full ? APR_ENOSPC : APR_SUCCESS;
}
