/* SPDX-License-Identifier: Apache-2.0 */
/* envelope.c - see envelope.h. */
#include "envelope.h"

#include <apr_strings.h>

#include "json.h"

enum { C_NONE, C_ROOT, C_ERROR };
enum { SLOT_NONE, SLOT_ERROR, SLOT_MESSAGE, SLOT_OUTER };

static const gw_json_rule_t root_rules[] = {
    GW_JSON_MEMBER("error", SLOT_ERROR, C_ERROR, 0),
    GW_JSON_MEMBER("message", SLOT_OUTER, C_NONE, 0)   /* DashScope's native */
};
static const gw_json_rule_t error_rules[] = {
    GW_JSON_MEMBER("message", SLOT_MESSAGE, C_NONE, 0)
};
static const gw_json_context_t contexts[] = {
    { NULL, 0 }, { root_rules, GW_COUNT(root_rules) },
    { error_rules, GW_COUNT(error_rules) }
};
static const gw_json_schema_t schema = { contexts, 0 };

typedef struct found_t {
    apr_size_t start, end;      /* of the message's string; end 0: none */
    unsigned slot;              /* where it was found: the least counts */
} found_t;

static void visit(void *baton, const gw_json_node_t *node)
{
    found_t *found = baton;

    if (node->kind != GW_JSON_STR
        || (found->end != 0 && found->slot < node->slot))
        return;
    found->start = node->start;
    found->end = node->end;
    found->slot = node->slot == SLOT_ERROR ? SLOT_MESSAGE : node->slot;
}

const char *gw_envelope_head(int status, const char *message,
                             apr_pool_t *pool)
{
    return apr_psprintf(pool, "{\"success\":%s,\"code\":\"%d\",\"message\":"
                        "%s,\"data\":", message == NULL ? "true" : "false",
                        status, message == NULL ? "\"successful\"" : message);
}

/* A string token written again, with the escapes that are needed only. */
static const char *written_anew(const char *token, apr_size_t n,
                                apr_pool_t *pool)
{
    char *plain = apr_palloc(pool, n);
    gw_str_t inner = { token + 1, n - 2 }, s = { plain, 0 };

    s.n = gw_json_unescape(plain, inner);
    return gw_json_quoted(s, pool);
}

const char *gw_envelope_error_head(int status, gw_str_t text,
                                   apr_pool_t *pool)
{
    gw_json_t *j = apr_palloc(pool, sizeof(*j));
    found_t found = { 0, 0, SLOT_NONE };
    const char *message;

    gw_json_start(j, &schema, 0, visit, &found);
    if (gw_json_feed(j, text.p, text.n) != APR_SUCCESS
        || gw_json_end(j) != APR_SUCCESS)
        return NULL;
    message = found.end != 0
              ? written_anew(text.p + found.start, found.end - found.start,
                             pool)
              : apr_psprintf(pool, "\"The upstream answered with status "
                             "%d.\"", status);
    return gw_envelope_head(status, message, pool);
}
