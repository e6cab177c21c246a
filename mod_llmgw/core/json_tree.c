/* SPDX-License-Identifier: Apache-2.0 */
/* json_tree.c - see json_tree.h. */
#include "json_tree.h"

#include <stdlib.h>

#include <apr_strings.h>

#define FIRST 256               /* nodes of the first piece of memory */
#define PATH_NAME 64            /* bytes of a name in a path */

/* ---- schemas --------------------------------------------------------- */

enum { SLOT_NONE, SLOT_VALUE };
enum { C_NONE, C_ANY };

#define CLOSED(name) GW_JSON_MEMBER(name, SLOT_VALUE, C_NONE, 0)

static const gw_json_rule_t each = GW_JSON_EACH(SLOT_VALUE, C_ANY, 0);

static const gw_json_rule_t closed_rules[] = {
    CLOSED("input_schema"), CLOSED("parameters"), CLOSED("schema"),
    CLOSED("arguments"), CLOSED("input")
};

static const gw_json_context_t all[] = {
    { NULL, 0, NULL },
    { closed_rules, 0, &each }  /* none of them, but an array */
};

static const gw_json_context_t outer[] = {
    { NULL, 0, NULL },
    { closed_rules, GW_COUNT(closed_rules), &each }
};

static const gw_json_context_t items[] = {
    { NULL, 0, NULL },
    { closed_rules, GW_COUNT(closed_rules) - 1, &each }
};

const gw_json_schema_t gw_tree_items = { items, SLOT_VALUE };
const gw_json_schema_t gw_tree_all = { all, SLOT_VALUE };
const gw_json_schema_t gw_tree_outer = { outer, SLOT_VALUE };

/* ---- reading --------------------------------------------------------- */

typedef struct reading_t {
    gw_tree_t *tree;
    apr_uint32_t open;          /* the container being read; 0: none */
    apr_uint32_t last[GW_JSON_DEPTH + 1];   /* value read last, by depth */
    unsigned depth;
    apr_status_t rv;
} reading_t;

static gw_node_t *new_node(reading_t *rd)
{
    gw_tree_t *tree = rd->tree;
    apr_uint32_t size = tree->size > 0 ? 2 * tree->size : FIRST;
    gw_node_t *bigger;

    if (tree->count == GW_TREE_NODES) {
        rd->rv = APR_ENOSPC;
        return NULL;
    }
    if (tree->count + 1 >= tree->size) {
        bigger = realloc(tree->node, size * sizeof(*bigger));
        if (bigger == NULL) {
            rd->rv = APR_ENOMEM;
            return NULL;
        }
        tree->node = *tree->kept = bigger;
        tree->size = size;
    }
    memset(&tree->node[++tree->count], 0, sizeof(*tree->node));
    return &tree->node[tree->count];
}

static void value_begins(reading_t *rd, const gw_json_node_t *from)
{
    gw_tree_t *tree = rd->tree;
    gw_node_t *node = new_node(rd), *in;

    if (node == NULL)
        return;
    node->kind = from->kind;
    node->start = (apr_uint32_t)from->start;
    node->end = (apr_uint32_t)from->end;
    node->parent = rd->open;
    if (rd->open == 0)
        return;
    in = &tree->node[rd->open];
    node->index = in->count++;
    if (in->kind == GW_JSON_OBJECT)
        node->name_start = (apr_uint32_t)from->name_start;
    if (node->index == 0)
        in->child = tree->count;
    else
        tree->node[rd->last[rd->depth]].next = tree->count;
    rd->last[rd->depth] = tree->count;
}

static void visit(void *baton, const gw_json_node_t *from)
{
    reading_t *rd = baton;
    gw_tree_t *tree = rd->tree;

    if (rd->rv != APR_SUCCESS)
        return;
    if (from->kind < GW_JSON_ARRAY || from->end == 0) {
        value_begins(rd, from);
        if (from->kind >= GW_JSON_ARRAY && rd->rv == APR_SUCCESS) {
            rd->open = tree->count;
            rd->depth++;
        }
        return;
    }
    tree->node[rd->open].end = (apr_uint32_t)from->end;
    rd->open = tree->node[rd->open].parent;
    rd->depth--;
}

static apr_status_t free_nodes(void *data)
{
    gw_node_t **kept = data;

    free(*kept);
    return APR_SUCCESS;
}

apr_status_t gw_tree_read(gw_tree_t *tree, gw_str_t text,
                          const gw_json_schema_t *schema, unsigned mode,
                          apr_pool_t *pool)
{
    reading_t rd;
    gw_json_t json;

    memset(tree, 0, sizeof(*tree));
    tree->text = text;
    if (text.n >= APR_UINT32_MAX)
        return APR_ENOSPC;
    memset(&rd, 0, sizeof(rd));
    rd.tree = tree;
    tree->kept = apr_pcalloc(pool, sizeof(*tree->kept));
    apr_pool_cleanup_register(pool, tree->kept, free_nodes,
                              apr_pool_cleanup_null);
    gw_json_start(&json, schema, mode, visit, &rd);
    gw_json_feed(&json, text.p, text.n);
    if (gw_json_end(&json) != APR_SUCCESS) {
        tree->error = json.error;
        return APR_EINVAL;
    }
    return rd.rv;
}

/* ---- names and strings ----------------------------------------------- */

gw_str_t gw_tree_name(const gw_tree_t *tree, const gw_node_t *node)
{
    gw_str_t name = { tree->text.p + node->name_start + 1, 0 };

    if (node->name_start == 0)
        return name;
    while (name.p[name.n] != '"')
        name.n += name.p[name.n] == '\\' ? 2 : 1;
    return name;
}

static int is_word(gw_str_t token, const char *word)
{
    return gw_json_token_is(token, memchr(token.p, '\\', token.n) != NULL,
                            word);
}

int gw_tree_named(const gw_tree_t *tree, const gw_node_t *node,
                  const char *name)
{
    const char *p, *word = name;

    if (node == NULL || node->name_start == 0)
        return 0;
    p = tree->text.p + node->name_start + 1;
    for (; *word != '\0' && *p == *word; p++, word++)
        ;
    if (*p == '\\')
        return is_word(gw_tree_name(tree, node), name);
    return *p == '"' && *word == '\0';
}

int gw_tree_is(const gw_tree_t *tree, const gw_node_t *node, const char *word)
{
    return node != NULL && node->kind == GW_JSON_STR
           && is_word(gw_tree_inside(tree, node), word);
}

const gw_node_t *gw_tree_member(const gw_tree_t *tree, const gw_node_t *of,
                                const char *name)
{
    const gw_node_t *m, *found = NULL;

    if (of == NULL || of->kind != GW_JSON_OBJECT)
        return NULL;
    for (m = gw_tree_child(tree, of); m != NULL; m = gw_tree_next(tree, m)) {
        if (gw_tree_named(tree, m, name))
            found = m;
    }
    return found;
}

const gw_node_t *gw_tree_value(const gw_tree_t *tree, const gw_node_t *of,
                               const char *name)
{
    const gw_node_t *m = gw_tree_member(tree, of, name);

    return m != NULL && m->kind != GW_JSON_NULL ? m : NULL;
}

gw_str_t gw_tree_string(const gw_tree_t *tree, const gw_node_t *node,
                        apr_pool_t *pool)
{
    gw_str_t s = gw_tree_inside(tree, node);
    char *out;

    if (memchr(s.p, '\\', s.n) == NULL)
        return s;
    out = apr_palloc(pool, s.n);
    s.n = gw_json_unescape(out, s);
    s.p = out;
    return s;
}

/* ---- paths ----------------------------------------------------------- */

static const char *step(const gw_tree_t *tree, const gw_node_t *node,
                        const char *path, apr_pool_t *pool)
{
    gw_str_t name = gw_tree_name(tree, node);

    if (node->name_start == 0)
        return apr_psprintf(pool, "%s[%u]", path, (unsigned)node->index);
    if (name.n > PATH_NAME) {
        name.p = "...";
        name.n = 3;
    }
    return apr_psprintf(pool, "%s%s%.*s", path, *path ? "." : "",
                        (int)name.n, name.p);
}

const char *gw_tree_path(const gw_tree_t *tree, const gw_node_t *node,
                         const char *member, apr_pool_t *pool)
{
    const gw_node_t *up[GW_JSON_DEPTH + 1];
    const char *path = "";
    unsigned n = 0;

    for (; node->parent != 0; node = &tree->node[node->parent])
        up[n++] = node;
    while (n > 0)
        path = step(tree, up[--n], path, pool);
    if (member == NULL)
        return path;
    return apr_pstrcat(pool, path, *path ? "." : "", member, NULL);
}

/* ---- depth ----------------------------------------------------------- */

/* How often c is there; more than `most`: some number above it. */
static unsigned count_of(gw_str_t text, char c, unsigned most)
{
    const char *p = text.p, *end = text.p + text.n;
    unsigned n = 0;

    while (n <= most && p < end
           && (p = memchr(p, c, (apr_size_t)(end - p))) != NULL) {
        n++;
        p++;
    }
    return n;
}

static void note_depth(void *baton, const gw_json_node_t *node)
{
    unsigned *depth = baton;

    if (node->kind >= GW_JSON_ARRAY && node->end == 0)
        depth[1] = ++depth[0] > depth[1] ? depth[0] : depth[1];
    else if (node->kind >= GW_JSON_ARRAY)
        depth[0]--;
}

int gw_tree_deeper(gw_str_t json, unsigned depth)
{
    unsigned now[2] = { 0, 0 };     /* of the value being read; the most */
    gw_json_t j;

    /* nearly always there are not even as many brackets */
    if (count_of(json, '{', depth) + count_of(json, '[', depth) <= depth)
        return 0;
    gw_json_start(&j, &gw_tree_all, GW_JSON_TRUSTED, note_depth, now);
    gw_json_feed(&j, json.p, json.n);
    return gw_json_end(&j) != APR_SUCCESS || now[1] > depth;
}
