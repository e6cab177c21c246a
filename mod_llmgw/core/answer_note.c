/* SPDX-License-Identifier: Apache-2.0 */
/* answer_note.c - see answer_note.h. */
#include "answer_note.h"

void gw_answer_count(gw_answer_t *a, gw_count_t which,
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

void gw_answer_unread(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    if (gw_json_count(&n, node, APR_INT64_MAX) == APR_SUCCESS && n > 0)
        a->counts.bad = 1;
}

void gw_answer_error(gw_answer_t *a, const gw_json_node_t *node)
{
    if (node->kind == GW_JSON_NULL || node->kind == GW_JSON_FALSE
        || (node->kind == GW_JSON_STR && node->token.n == 0))
        return;
    a->event.error = 1;
}

void gw_answer_show(gw_answer_t *a, const gw_json_node_t *node, unsigned what)
{
    apr_int64_t n;

    if (a->json.depth == 1
        && (what == GW_SHOWS_TOKENS
            ? gw_json_count(&n, node, GW_COUNT_MAX) == APR_SUCCESS
            : node->kind == GW_JSON_ARRAY))
        a->shows |= what;
}

void gw_answer_id(gw_answer_t *a, const gw_json_node_t *node)
{
    char plain[GW_JSON_TOKEN];
    gw_str_t text = { plain, 0 };

    if (node->kind != GW_JSON_STR || node->token.n == 0 || !node->whole
        || a->id_hash != 0)
        return;
    text.n = gw_json_unescape(plain, node->token);
    a->id_hash = gw_answer_id_hash(text);
    if (text.n <= GW_ANSWER_ID && memchr(plain, '\0', text.n) == NULL)
        memcpy(a->id, plain, text.n);   /* the rest of it is 0 */
}

void gw_answer_number(gw_answer_t *a, const gw_json_node_t *node)
{
    apr_int64_t n;

    if (gw_json_count(&n, node, APR_INT64_MAX - 1) == APR_SUCCESS)
        a->number = n;
}
