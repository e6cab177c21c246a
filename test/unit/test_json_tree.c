/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_tree.c - the index of a document, and texts that are written. */
#include "json_tree.h"
#include "tap.h"
#include "text.h"

static const char doc[] =
    "{\"a\":1.50,\"b\":[{},\"x\\\"y\",[]],\"parameters\":{\"z\":1,\"a\":[2]},"
    "\"\\u0063\":null,\"a\":{\"deep\":[[7]]}}";

static void walks(const gw_json_schema_t *schema, unsigned inside)
{
    gw_tree_t tree;
    gw_str_t text = { doc, sizeof(doc) - 1 };
    const gw_node_t *root, *b, *m;

    is_int(gw_tree_read(&tree, text, schema, GW_JSON_VALIDATE, tap_pool()),
           APR_SUCCESS, "it is read");
    root = gw_tree_root(&tree);
    is_int(root->count, 5, "five members, one twice");
    is_mem(gw_tree_bytes(&tree, root).p, gw_tree_bytes(&tree, root).n, doc,
           sizeof(doc) - 1, "the document's own bytes");
    m = gw_tree_child(&tree, root);
    is_mem(gw_tree_bytes(&tree, m).p, gw_tree_bytes(&tree, m).n, "1.50", 4,
           "a number is what was written");
    m = gw_tree_member(&tree, root, "a");
    is_int(m->kind, GW_JSON_OBJECT, "the last of two members");
    m = gw_tree_child(&tree, gw_tree_child(&tree, gw_tree_child(&tree, m)));
    is_str(gw_tree_path(&tree, m, NULL, tap_pool()), "a.deep[0][0]", "path");
    is_str(gw_tree_path(&tree, root, "x", tap_pool()), "x", "of the root");
    b = gw_tree_member(&tree, root, "b");
    is_int(b->count, 3, "three elements");
    m = gw_tree_next(&tree, gw_tree_child(&tree, b));
    is_int((long long)gw_tree_string(&tree, m, tap_pool()).n, 3, "unescaped");
    is_int(gw_tree_next(&tree, m)->count, 0, "an empty array");
    ok(gw_tree_next(&tree, gw_tree_next(&tree, m)) == NULL, "the last");
    m = gw_tree_member(&tree, root, "c");
    ok(m != NULL && m->kind == GW_JSON_NULL, "a name with an escape");
    ok(gw_tree_value(&tree, root, "c") == NULL, "null is no value");
    is_int(gw_tree_member(&tree, root, "parameters")->count, inside,
           "what is the client's own");
}

static void bounds(void)
{
    gw_text_t text;
    gw_tree_t tree;
    gw_str_t cut = { "[1,", 3 }, full;
    char bytes[700];

    is_int(gw_tree_read(&tree, cut, &gw_tree_all, GW_JSON_VALIDATE,
                        tap_pool()), APR_EINVAL, "no JSON");
    is_int(tree.error, GW_JSON_E_CUT, "it is cut");
    gw_text_init(&text, 1 << 20, tap_pool());
    gw_text_put(&text, "[0");
    while (text.n < 2 * GW_TREE_NODES)
        gw_text_put(&text, ",0");
    gw_text_put(&text, "]");
    full = gw_text_str(&text);
    is_int(gw_tree_read(&tree, full, &gw_tree_all, GW_JSON_VALIDATE,
                        tap_pool()), APR_ENOSPC, "too many values");
    memset(bytes, 'a', sizeof(bytes));
    memcpy(bytes + 254, "\xe4\xb8\xad", 3);     /* over the piece's end */
    memcpy(bytes + 600, "\"\\", 2);
    gw_text_init(&text, sizeof(bytes) + 4, tap_pool());
    gw_text_quote(&text, (gw_str_t){ bytes, sizeof(bytes) });
    is_int((long long)text.n, sizeof(bytes) + 4, "quoted");
    ok(!text.full && memcmp(text.p + 255, "\xe4\xb8\xad", 3) == 0, "whole");
    gw_text_number(&text, 1);
    ok(text.full && text.n == sizeof(bytes) + 4, "and no byte more");
    gw_text_clear(&text);
    gw_text_number(&text, -12);
    is_mem(text.p, text.n, "-12", 3, "written again");
    gw_text_clear(&text);
    gw_text_number(&text, 0);
    gw_text_number(&text, APR_INT64_MIN);
    gw_text_number(&text, APR_INT64_MAX);
    is_mem(text.p, text.n, "0-92233720368547758089223372036854775807", 40,
           "no number is too large");
}

int main(void)
{
    walks(&gw_tree_all, 2);
    walks(&gw_tree_outer, 0);
    bounds();
    return tap_end();
}
