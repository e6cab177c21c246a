/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_option.c - see chat_request.h: members that tune or bound an
 * answer, or say what form it has. */
#include "chat_request.h"

#include <apr_lib.h>

#include "decimal.h"

#define MAX_TOKENS 8192         /* where nobody says what a model can write */
#define USER_MOST 256           /* bytes of metadata.user_id, Anthropic's */

/* ---- the bound of the output ----------------------------------------- */

/* A whole number that stands for no bound: some clients write -1. */
static int is_below_one(gw_str_t number)
{
    apr_size_t i = 1;

    if (number.p[0] != '-')
        return 0;
    while (i < number.n && apr_isdigit(number.p[i]))
        i++;
    return i == number.n;
}

static apr_int64_t bound(gw_chat_t *ch, gw_member_id_t id,
                         const gw_node_t *value)
{
    apr_int64_t n = gw_request_count(ch->req, id);

    if (value != NULL && is_below_one(gw_tree_bytes(&ch->tree, value)))
        return 0;
    if (value != NULL && n < 0)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must be a number of tokens, at least 1.");
    return value != NULL ? n : 0;
}

/* The API wants one.  Where the client sent none it is ours, if there is one;
 * else a small one would cut answers off. */
static apr_int64_t bound_by_default(const gw_chat_t *ch)
{
    const gw_node_t *budget = gw_tree_value(&ch->tree, ch->root[ROOT_THINKING],
                                            "budget_tokens");
    gw_json_node_t count = { .kind = GW_JSON_NUM, .whole = 1 };
    apr_int64_t thought = 0;

    if (ch->req->max == GW_MAX_NONE && ch->req->max_tokens > 0)
        return ch->req->max_tokens;
    if (ch->model->output > 0)
        return ch->model->output;
    if (budget != NULL && budget->kind == GW_JSON_NUM) {
        count.token = gw_tree_bytes(&ch->tree, budget);
        if (gw_json_count(&thought, &count, GW_REQUEST_MOST) != APR_SUCCESS)
            thought = 0;
    }
    return MAX_TOKENS + thought;
}

void gw_chat_max_tokens(gw_chat_t *ch)
{
    apr_int64_t old = bound(ch, GW_M_MAX_TOKENS, ch->root[ROOT_MAX_TOKENS]);
    apr_int64_t now = bound(ch, GW_M_MAX_COMPLETION_TOKENS,
                            ch->root[ROOT_MAX_COMPLETION_TOKENS]);

    ch->max_tokens = now > old ? now : old;
    if (ch->max_tokens <= 0)
        ch->max_tokens = bound_by_default(ch);
    if (ch->model->output > 0 && ch->max_tokens > ch->model->output)
        ch->max_tokens = ch->model->output;
    gw_text_put(ch->body, ",\"max_tokens\":");
    gw_text_number(ch->body, ch->max_tokens);
}

/* ---- sampling -------------------------------------------------------- */

static int against_one(const gw_chat_t *ch, const gw_node_t *number)
{
    return gw_decimal_compare(gw_tree_bytes(&ch->tree, number),
                              (gw_str_t)GW_STR("1"));
}

static int is_number(gw_chat_t *ch, const gw_node_t *value)
{
    if (value == NULL)
        return 0;
    if (value->kind != GW_JSON_NUM)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must be a number.");
    return 1;
}

static void put_number(gw_chat_t *ch, const char *name,
                       const gw_node_t *value)
{
    gw_text_put(ch->body, name);
    gw_chat_copy(ch, value);
}

/* Newer models refuse top_p beside temperature, and all of these while they
 * think. */
static void put_sampling(gw_chat_t *ch)
{
    const gw_node_t *temperature = ch->root[ROOT_TEMPERATURE];
    const gw_node_t *top_p = ch->root[ROOT_TOP_P];
    const gw_node_t *top_k = ch->root[ROOT_TOP_K];
    int hot = 0;

    if (is_number(ch, temperature)) {
        hot = against_one(ch, temperature);
        if (hot > 0 || (ch->thinks && hot != 0))
            gw_chat_drop(ch, "temperature");
        if (hot > 0 && !ch->thinks)
            gw_text_put(ch->body, ",\"temperature\":1");
        else if (hot == 0 || !ch->thinks)
            put_number(ch, ",\"temperature\":", temperature);
    }
    if (is_number(ch, top_p)) {
        if (temperature != NULL || ch->thinks)
            gw_chat_drop(ch, "top_p");
        else
            put_number(ch, ",\"top_p\":", top_p);
    }
    if (is_number(ch, top_k)) {
        if (ch->thinks)
            gw_chat_drop(ch, "top_k");
        else if (against_one(ch, top_k) >= 0)
            put_number(ch, ",\"top_k\":", top_k);   /* else it is off */
    }
}

/* ---- where to stop --------------------------------------------------- */

static void put_stop(gw_chat_t *ch, const gw_node_t *value)
{
    if (value->kind != GW_JSON_STR) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, value, NULL,
                       "must be a string: this model does not stop at ids of "
                       "tokens.");
        return;
    }
    if (gw_chat_blank(ch, value)) {     /* the API refuses them */
        gw_chat_drop(ch, "stop");
        return;
    }
    gw_text_put(ch->body, ch->blocks++ > 0 ? "," : ",\"stop_sequences\":[");
    gw_chat_copy(ch, value);
}

static void put_stops(gw_chat_t *ch)
{
    const gw_node_t *stop = ch->root[ROOT_STOP], *each;

    if (stop == NULL)
        return;
    ch->blocks = 0;
    if (stop->kind != GW_JSON_ARRAY)
        put_stop(ch, stop);
    else
        for (each = gw_tree_child(&ch->tree, stop);
             each != NULL && ch->kind == 0;
             each = gw_tree_next(&ch->tree, each))
            put_stop(ch, each);
    if (ch->blocks > 0)
        gw_text_put(ch->body, "]");
}

/* ---- the others ------------------------------------------------------ */

static void put_user(gw_chat_t *ch)
{
    const gw_node_t *now = ch->root[ROOT_SAFETY_IDENTIFIER];
    const gw_node_t *user = now ? now : ch->root[ROOT_USER];

    if (user == NULL)
        return;
    if (user->kind != GW_JSON_STR
        || user->end - user->start - 2 > USER_MOST) {
        gw_chat_drop(ch, now ? "safety_identifier" : "user");
        return;
    }
    if (gw_chat_blank(ch, user))
        return;
    gw_text_put(ch->body, ",\"metadata\":{\"user_id\":");
    gw_chat_copy(ch, user);
    gw_text_put(ch->body, "}");
}

static void check_choices(gw_chat_t *ch)
{
    if (ch->root[ROOT_N] != NULL && gw_request_count(ch->req, GW_M_N) != 1)
        gw_chat_refuse(ch, GW_P_UNSUPPORTED_PARAMETER, ch->root[ROOT_N], NULL,
                       "must be 1: this model gives one answer to a "
                       "request.");
}

static void check_modalities(gw_chat_t *ch)
{
    const gw_node_t *list = ch->root[ROOT_MODALITIES], *m;

    if (list != NULL && list->kind != GW_JSON_ARRAY)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, list, NULL,
                       "must be a list.");
    for (m = list != NULL ? gw_tree_child(&ch->tree, list) : NULL; m != NULL;
         m = gw_tree_next(&ch->tree, m)) {
        if (!gw_tree_is(&ch->tree, m, "text"))
            gw_chat_refuse(ch, GW_P_UNSUPPORTED_MODALITY, list, NULL,
                           "can be [\"text\"] only: this model writes "
                           "nothing else.");
    }
}

void gw_chat_options(gw_chat_t *ch)
{
    check_choices(ch);
    check_modalities(ch);
    put_sampling(ch);
    put_stops(ch);
    put_user(ch);
    if (ch->root[ROOT_CACHE_CONTROL] != NULL && ch->marks >= GW_CHAT_MARKS) {
        gw_chat_drop(ch, "cache_control");      /* a fifth is refused */
    }
    else if (ch->root[ROOT_CACHE_CONTROL] != NULL) {
        gw_text_put(ch->body, ",\"cache_control\":");
        gw_chat_copy(ch, ch->root[ROOT_CACHE_CONTROL]);
    }
    if (ch->req->stream)
        gw_text_put(ch->body, ",\"stream\":true");
}

/* ---- the form of the answer ------------------------------------------ */

int gw_chat_json_object(const gw_chat_t *ch)
{
    const gw_node_t *format = ch->root[ROOT_RESPONSE_FORMAT];

    return gw_tree_is(&ch->tree, gw_tree_value(&ch->tree, format, "type"),
                      "json_object");
}

/* The schema that the answer has to follow; NULL: none. */
static const gw_node_t *answer_schema(gw_chat_t *ch)
{
    const gw_node_t *format = ch->root[ROOT_RESPONSE_FORMAT];
    const gw_node_t *of[FORMAT_COUNT], *in[SCHEMA_COUNT];
    const gw_node_t *schema;

    if (format == NULL)
        return NULL;
    if (format->kind == GW_JSON_OBJECT)
        gw_chat_take(ch, of, format, GW_CHAT_FORMAT);
    else
        of[FORMAT_TYPE] = of[FORMAT_JSON_SCHEMA] = NULL;
    if (gw_tree_is(&ch->tree, of[FORMAT_TYPE], "text")
        || gw_tree_is(&ch->tree, of[FORMAT_TYPE], "json_object"))
        return NULL;
    schema = of[FORMAT_JSON_SCHEMA];
    if (!gw_tree_is(&ch->tree, of[FORMAT_TYPE], "json_schema")) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, format, "type",
                       "must be \"text\", \"json_object\" or "
                       "\"json_schema\".");
        return NULL;
    }
    in[SCHEMA_SCHEMA] = NULL;
    if (schema != NULL && schema->kind == GW_JSON_OBJECT)
        gw_chat_take(ch, in, schema, GW_CHAT_JSON_SCHEMA);
    if (in[SCHEMA_SCHEMA] == NULL
        || in[SCHEMA_SCHEMA]->kind != GW_JSON_OBJECT)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, format,
                       "json_schema.schema", "must be an object, a JSON "
                       "schema.");
    return in[SCHEMA_SCHEMA];
}

void gw_chat_output_config(gw_chat_t *ch, const char *effort)
{
    const gw_node_t *schema = answer_schema(ch);

    if (effort == NULL && schema == NULL)
        return;
    gw_text_put(ch->body, ",\"output_config\":{");
    if (effort != NULL) {
        gw_text_put(ch->body, "\"effort\":");
        gw_text_put(ch->body, effort);
    }
    if (schema != NULL) {
        gw_text_put(ch->body, effort != NULL ? "," : "");
        gw_text_put(ch->body, "\"format\":{\"type\":\"json_schema\","
                    "\"schema\":");
        gw_chat_copy(ch, schema);
        gw_text_put(ch->body, "}");
    }
    gw_text_put(ch->body, "}");
}
