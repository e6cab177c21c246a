/* SPDX-License-Identifier: Apache-2.0 */
/* said_args.c - see said_args.h. */
#include "said_args.h"

static const gw_json_rule_t none[1];
static const gw_json_context_t contexts[] = { { NULL, 0 }, { none, 0 } };
static const gw_json_schema_t schema = { contexts, 1 };

static void visit(void *baton, const gw_json_node_t *node)
{
    gw_args_t *args = baton;

    if (node->kind != GW_JSON_OBJECT)
        args->bad = 1;
    else if (node->end != 0)
        args->whole = 1;
}

void gw_args_init(gw_args_t *args, apr_size_t most, apr_pool_t *pool)
{
    gw_text_init(&args->plain, most, pool);
    gw_args_start(args);
}

void gw_args_start(gw_args_t *args)
{
    args->any = args->whole = args->bad = 0;
    gw_json_start(&args->json, &schema, 0, visit, args);
}

void gw_args_feed(gw_args_t *args, gw_str_t first, gw_str_t second)
{
    gw_text_t *plain = &args->plain;

    gw_text_clear(plain);
    gw_text_add(plain, first);
    gw_text_add(plain, second);
    if (plain->full) {
        args->bad = 1;
        return;
    }
    args->any |= !gw_args_blank(gw_text_str(plain));
    if (plain->n > 0 && memchr(plain->p, '\\', plain->n) != NULL)
        plain->n = gw_json_unescape(plain->p, gw_text_str(plain));
    if (gw_json_feed(&args->json, plain->p, plain->n) != APR_SUCCESS)
        args->bad = 1;
}

int gw_args_blank(gw_str_t text)
{
    apr_size_t i;

    for (i = 0; i < text.n; i++) {
        if (text.p[i] == '\\' && i + 1 < text.n
            && strchr("nrt", text.p[i + 1]) != NULL)
            i++;
        else if (text.p[i] != ' ')
            return 0;
    }
    return 1;
}
