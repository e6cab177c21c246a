/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_tree.c - the index of a document, and texts that are written. */
#include "json_tree.h"
#include "tap.h"
#include "text.h"

static const char doc[] =
    "{\"a\":1.50,\"b\":[{},\"x\\\"y\",[]],\"parameters\":{\"z\":1,\"a\":[2]},"
    "\"\\u0063\":null,\"a\":{\"deep\":[[7]]}}";

static void walks(const gw_json_schema_t *schema, unsigned mode,
                  unsigned inside)
{
    gw_tree_t tree;
    gw_str_t text = { doc, sizeof(doc) - 1 };
    const gw_node_t *root, *b, *m;

    is_int(gw_tree_read(&tree, text, schema, mode, tap_pool()), APR_SUCCESS,
           "it is read");
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

/* A name is found however it is written, and no other for it. */
static void names(void)
{
    static const struct { const char *json, *name; int is; } rows[] = {
        { "{\"tools\":1}", "tools", 1 }, { "{\"tools\":1}", "tool", 0 },
        { "{\"tools\":1}", "toolsx", 0 }, { "{\"\":1}", "tools", 0 },
        { "{\"\":1}", "", 1 }, { "{\"t\\u006fols\":1}", "tools", 1 },
        { "{\"tools\\u0000\":1}", "tools", 0 },
        { "{\"tools\\\"\":1}", "tools", 0 },
        { "{\"\\u0074ools\":1}", "tools", 1 },
        { "{\"t\\n\":1}", "tools", 0 }, { "{\"Tools\":1}", "tools", 0 }
    };
    gw_tree_t tree;
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t text = { rows[i].json, strlen(rows[i].json) };

        gw_tree_read(&tree, text, &gw_tree_all, 0, tap_pool());
        is_int(gw_tree_named(&tree, gw_tree_child(&tree, gw_tree_root(&tree)),
                             rows[i].name), rows[i].is, "%s: '%s'",
               rows[i].json, rows[i].name);
    }
}

/* Where `input` is a conversation, schemas and arguments stay closed. */
static void items(void)
{
    static const char json[] = "{\"input\":[{\"arguments\":{\"a\":1}}],"
        "\"tools\":[{\"parameters\":{\"b\":2}}]}";
    const gw_str_t text = { json, sizeof(json) - 1 };
    const gw_node_t *root, *item, *tool;
    gw_tree_t tree;

    is_int(gw_tree_read(&tree, text, &gw_tree_items, GW_JSON_TRUSTED,
                        tap_pool()), APR_SUCCESS, "a conversation");
    root = gw_tree_root(&tree);
    item = gw_tree_child(&tree, gw_tree_member(&tree, root, "input"));
    tool = gw_tree_child(&tree, gw_tree_member(&tree, root, "tools"));
    ok(item != NULL && tool != NULL, "its items, and tools");
    ok(gw_tree_child(&tree, gw_tree_member(&tree, item, "arguments")) == NULL
       && gw_tree_child(&tree, gw_tree_member(&tree, tool, "parameters"))
          == NULL, "nothing within the client's own");
    gw_tree_read(&tree, text, &gw_tree_outer, GW_JSON_TRUSTED, tap_pool());
    ok(gw_tree_child(&tree, gw_tree_member(&tree, gw_tree_root(&tree),
                                           "input")) == NULL,
       "elsewhere `input` is the client's own");
}

/* Brackets in strings are none. */
static void depths(void)
{
    static const struct { const char *json; unsigned depth; } rows[] = {
        { "1", 0 }, { "\"[[{{\"", 0 }, { "[]", 1 }, { "{}", 1 },
        { "[[],[],{\"a\":{}}]", 3 }, { "{\"[\":[\"\\\"{[\"],\"b\":{}}", 2 },
        { "[[[[[[[[]]]]]]]]", 8 }, { "[1,[2,[3,{\"a\":[4]}],[5]]]", 5 }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t json = { rows[i].json, strlen(rows[i].json) };

        ok(!gw_tree_deeper(json, rows[i].depth)
           && (rows[i].depth == 0 || gw_tree_deeper(json, rows[i].depth - 1)),
           "%s: %u within each other", rows[i].json, rows[i].depth);
    }
}

int main(void)
{
    walks(&gw_tree_all, GW_JSON_VALIDATE, 2);
    walks(&gw_tree_all, GW_JSON_TRUSTED, 2);
    walks(&gw_tree_outer, GW_JSON_TRUSTED, 0);
    items();
    names();
    bounds();
    depths();
    return tap_end();
}
