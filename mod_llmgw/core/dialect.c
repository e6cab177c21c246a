/* SPDX-License-Identifier: Apache-2.0 */
/* dialect.c - see dialect.h. */
#include "dialect.h"

#include <apr_cstr.h>
#include <apr_strings.h>

#include "request_chat.h"
#include "request_input.h"
#include "request_messages.h"
#include "request_responses.h"
#include "rewrite_input.h"
#include "rewrite_messages.h"
#include "rewrite_responses.h"

static const gw_endpoint_row_t endpoints[GW_ENDPOINTS] = {
#define E(id, path, ...) { __VA_ARGS__ },
#include "tbl/endpoints.h"
#undef E
};

static const gw_dialect_facts_t dialects[GW_DIALECTS] = {
#define D(id, name, ...) { __VA_ARGS__ },
#include "tbl/dialects.h"
#undef D
};

/* A row whose `answer` is NULL is none. */
static const gw_dialect_row_t rows[GW_ENDPOINTS] = {
    [GW_EP_CHAT] = {
        .at = GW_EP_CHAT, .dialect = GW_DIALECT_OPENAI,
        .rewrite = gw_rewrite, .asks_usage = 1,
        .answer = &gw_answer_openai, .shows = GW_SHOWS_CHOICES
    },
    [GW_EP_COMPLETIONS] = {
        .at = GW_EP_COMPLETIONS, .dialect = GW_DIALECT_OPENAI,
        .rewrite = gw_rewrite_completions, .asks_usage = 1,
        .answer = &gw_answer_openai, .shows = GW_SHOWS_CHOICES
    },
    [GW_EP_EMBEDDINGS] = {
        .at = GW_EP_EMBEDDINGS, .dialect = GW_DIALECT_OPENAI,
        .rewrite = gw_rewrite_input,
        .answer = &gw_answer_openai, .shows = GW_SHOWS_LIST
    },
    [GW_EP_RERANK] = {
        .at = GW_EP_RERANK, .dialect = GW_DIALECT_OPENAI,
        .rewrite = gw_rewrite_input,
        .answer = &gw_answer_rerank, .shows = GW_SHOWS_LIST
    },
    [GW_EP_RESPONSES] = {
        .at = GW_EP_RESPONSES, .dialect = GW_DIALECT_OPENAI,
        .rewrite = gw_rewrite_responses, .drop = gw_unsigned_drop_items,
        .answer = &gw_answer_responses, .shows = GW_SHOWS_LIST
    },
    [GW_EP_MESSAGES] = {
        .at = GW_EP_MESSAGES, .dialect = GW_DIALECT_ANTHROPIC,
        .rewrite = gw_rewrite_messages, .drop = gw_unsigned_drop,
        .answer = &gw_answer_anthropic, .shows = GW_SHOWS_CONTENT
    },
    [GW_EP_COUNT_TOKENS] = {
        .at = GW_EP_COUNT_TOKENS, .dialect = GW_DIALECT_ANTHROPIC,
        .rewrite = gw_rewrite_messages, .drop = gw_unsigned_drop,
        .answer = &gw_answer_anthropic, .shows = GW_SHOWS_TOKENS
    }
};

/* ---- endpoints ------------------------------------------------------- */

const gw_endpoint_row_t *gw_endpoint_row(gw_endpoint_t endpoint)
{
    return &endpoints[endpoint];
}

gw_endpoint_t gw_endpoint_way(gw_endpoint_t endpoint, unsigned k)
{
    unsigned at;

    if (k == 0)
        return endpoint;
    for (at = 0; at < GW_ENDPOINTS; at++) {
        if ((endpoints[endpoint].translated & 1u << at) && --k == 0)
            break;
    }
    return (gw_endpoint_t)at;
}

int gw_endpoint_allowed(unsigned mask, gw_endpoint_t endpoint)
{
    return mask == 0
           || (mask & (1u << endpoint | endpoints[endpoint].along)) != 0;
}

const char *gw_endpoints_text(apr_pool_t *pool)
{
    const char *list = "";
    unsigned i;

    for (i = 0; i < GW_ENDPOINTS; i++)
        list = apr_pstrcat(pool, list, *list ? ", /v1/" : "/v1/",
                           gw_endpoint_names[i], NULL);
    return list;
}

/* ---- dialects -------------------------------------------------------- */

const gw_dialect_facts_t *gw_dialect_facts(gw_dialect_t dialect)
{
    return &dialects[dialect];
}

int gw_dialect_header(unsigned of, const char *name)
{
    const char *const *header;
    unsigned i;

    for (i = 0; i < GW_DIALECTS; i++) {
        for (header = dialects[i].headers; *header != NULL; header++) {
            /* most names need no comparison at all */
            if ((of & 1u << i) && (*name | 0x20) == **header
                && apr_cstr_casecmp(name, *header) == 0)
                return 1;
        }
    }
    return 0;
}

/* ---- an endpoint at an upstream -------------------------------------- */

const gw_dialect_row_t *gw_dialect_row(unsigned at)
{
    return at < GW_ENDPOINTS && rows[at].answer != NULL ? &rows[at] : NULL;
}

unsigned gw_dialect_endpoints(gw_dialect_t dialect)
{
    unsigned mask = 0, i;

    for (i = 0; i < GW_ENDPOINTS; i++) {
        if (rows[i].answer != NULL && rows[i].dialect == dialect)
            mask |= 1u << i;
    }
    return mask;
}
