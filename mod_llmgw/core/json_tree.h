/* SPDX-License-Identifier: Apache-2.0 */
/* json_tree.h - an index of a JSON document: its values by place.
 *
 * Who has to write a document anew needs to go through it in another order
 * than it is written in, and to copy parts of it byte for byte.  A node is a
 * value with its place in the text; nothing of the text is copied or changed.
 * What a schema does not name is not indexed, so a part whose inside does not
 * matter is one node.
 */
#ifndef GW_JSON_TREE_H
#define GW_JSON_TREE_H

#include "json.h"

#define GW_TREE_NODES 200000    /* values of a document, about 8 MB of them */

typedef struct gw_node_t {
    gw_json_kind_t kind;
    apr_uint32_t start, end;    /* the value's bytes, quotes and brackets too */
    apr_uint32_t name_start;    /* its name's opening quote; 0: an element */
    apr_uint32_t parent, next, child;   /* indices; 0: none */
    apr_uint32_t count;         /* values in it */
    apr_uint32_t index;         /* its place in its container, from 0 */
} gw_node_t;

typedef struct gw_tree_t {
    gw_str_t text;
    gw_node_t *node;            /* [0] unused, [1] the document */
    gw_node_t **kept;           /* the same, malloc'd: what the pool frees */
    apr_uint32_t count, size;
    gw_json_error_t error;      /* why it was not read */
} gw_tree_t;

/* A schema that names every value, and one that names none inside the members
 * "input", "input_schema", "parameters", "schema" and "arguments", which are
 * JSON of the client's own. */
extern const gw_json_schema_t gw_tree_all, gw_tree_outer;

/* As gw_tree_outer, but "input" is looked into: in bodies for /v1/responses it
 * is the conversation. */
extern const gw_json_schema_t gw_tree_items;

/* Index a document.  text must outlive the tree; the nodes are freed with the
 * pool.  mode: of json.h.  APR_EINVAL: it is no JSON (tree->error);
 * APR_ENOSPC: it has more than GW_TREE_NODES values that are named, or 4 GB;
 * APR_ENOMEM. */
apr_status_t gw_tree_read(gw_tree_t *tree, gw_str_t text,
                          const gw_json_schema_t *schema, unsigned mode,
                          apr_pool_t *pool);

static inline const gw_node_t *gw_tree_root(const gw_tree_t *tree)
{
    return &tree->node[1];
}

/* The first value in a container, and the one behind a value; NULL: none. */
static inline const gw_node_t *gw_tree_child(const gw_tree_t *tree,
                                             const gw_node_t *of)
{
    return of->child != 0 ? &tree->node[of->child] : NULL;
}

static inline const gw_node_t *gw_tree_next(const gw_tree_t *tree,
                                            const gw_node_t *of)
{
    return of->next != 0 ? &tree->node[of->next] : NULL;
}

/* The last member of this name, as most readers take it; NULL: it is not
 * there, or `of` is NULL or no object. */
const gw_node_t *gw_tree_member(const gw_tree_t *tree, const gw_node_t *of,
                                const char *name);

/* The same; NULL, too, if it is null. */
const gw_node_t *gw_tree_value(const gw_tree_t *tree, const gw_node_t *of,
                               const char *name);

/* Its bytes as written; of a string without its quotes. */
static inline gw_str_t gw_tree_bytes(const gw_tree_t *tree,
                                     const gw_node_t *node)
{
    gw_str_t s = { tree->text.p + node->start, node->end - node->start };

    return s;
}

static inline gw_str_t gw_tree_inside(const gw_tree_t *tree,
                                      const gw_node_t *node)
{
    gw_str_t s = { tree->text.p + node->start + 1,
                   node->end - node->start - 2 };

    return s;
}

/* The member's name as written, without its quotes; empty: an element. */
gw_str_t gw_tree_name(const gw_tree_t *tree, const gw_node_t *node);

/* A string's text, unescaped; in the text or in the pool. */
gw_str_t gw_tree_string(const gw_tree_t *tree, const gw_node_t *node,
                        apr_pool_t *pool);

/* Is it a string, and this word?  Is it named so?  node may be NULL: no. */
int gw_tree_is(const gw_tree_t *tree, const gw_node_t *node,
               const char *word);
int gw_tree_named(const gw_tree_t *tree, const gw_node_t *node,
                  const char *name);

/* Where it stands, as "messages[0].content[1]", in the pool; then "." and
 * member, unless that is NULL. */
const char *gw_tree_path(const gw_tree_t *tree, const gw_node_t *node,
                         const char *member, apr_pool_t *pool);

/* Are more than `depth` containers within each other in this text, which is
 * known to be valid JSON? */
int gw_tree_deeper(gw_str_t json, unsigned depth);

#endif
