/* SPDX-License-Identifier: Apache-2.0 */
/* plan_media.c - bytes of media, which must be base64: who reads the chat that
 * is made does not look at them again. */
#include "plan.h"

#include "base64.h"

#include <strings.h>

#include <apr_lib.h>

#define HEAD 128                /* bytes of "data:...;base64," */

/* Some write it in lines. */
static gw_str_t without_lines(gw_str_t s, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, s.n + 1);
    gw_str_t one = { out, 0 };
    apr_size_t i;

    for (i = 0; i < s.n; i++) {
        if (s.p[i] != '\r' && s.p[i] != '\n')
            out[one.n++] = s.p[i];
    }
    return one;
}

static gw_str_t plain(const gw_plan_t *req, const gw_node_t *data)
{
    gw_str_t s = gw_tree_inside(&req->tree, data);

    if (memchr(s.p, '\\', s.n) == NULL)
        return s;
    return without_lines(gw_tree_string(&req->tree, data, req->pool),
                         req->pool);
}

gw_problem_kind_t gw_plan_base64(gw_plan_t *req, const gw_node_t *data,
                                 gw_str_t *out)
{
    *out = plain(req, data);
    if (gw_base64_is(*out))
        return 0;
    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, data, NULL,
                          "is not base64.");
}

/* The length of "data:...;base64,"; 0: s begins otherwise. */
static apr_size_t head_of(gw_str_t s)
{
    const char *comma = memchr(s.p, ',', s.n < HEAD ? s.n : HEAD);
    apr_size_t n = comma != NULL ? (apr_size_t)(comma - s.p) + 1 : 0, i;

    if (n < sizeof("data:;base64,") - 1 || strncasecmp(s.p, "data:", 5) != 0
        || memcmp(comma - 7, ";base64", 7) != 0)
        return 0;
    for (i = 0; i < n - 1; i++) {
        if (!apr_isalnum(s.p[i]) && strchr(":/;=+.-_", s.p[i]) == NULL)
            return 0;
    }
    return n;
}

int gw_plan_is_data_url(const gw_plan_t *req, const gw_node_t *node)
{
    gw_str_t s = gw_tree_string(&req->tree, node, req->pool);

    return s.n >= 5 && strncasecmp(s.p, "data:", 5) == 0;
}

gw_problem_kind_t gw_plan_data_url(gw_plan_t *req, const gw_node_t *node,
                                   gw_str_t *out)
{
    apr_size_t n;

    *out = plain(req, node);
    n = head_of(*out);
    if (n > 0 && gw_base64_is((gw_str_t){ out->p + n, out->n - n }))
        return 0;
    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, node, NULL,
                          "must be a data: URL in base64, as "
                          "\"data:application/pdf;base64,JVBERi0=\".");
}
