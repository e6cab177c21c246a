/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_part.c - contents of messages and outputs: texts and
 * media. */
#include "responses_request.h"

#include <strings.h>

#include <apr_strings.h>

#define PART "input[].content[]"

#define USER      GW_RREQ_IN_USER
#define ASSISTANT GW_RREQ_IN_ASSISTANT
#define SYSTEM    GW_RREQ_IN_SYSTEM
#define OUTPUT    GW_RREQ_IN_OUTPUT
#define ANYWHERE  (USER | ASSISTANT | SYSTEM | OUTPUT)

typedef gw_problem_kind_t part_fn(gw_rreq_t *rq, const gw_node_t *part,
                                  gw_plan_parts_t *parts);

/* ---- media ------------------------------------------------------------- */

static int begins(gw_str_t s, const char *with)
{
    apr_size_t n = strlen(with);

    return s.n > n && strncasecmp(s.p, with, n) == 0;
}

/* What an image may count as is not known of other words ("original"). */
static gw_problem_kind_t detail(gw_rreq_t *rq, const gw_node_t *part,
                                gw_plan_part_t *image)
{
    static const char *const words[] = { "auto", "low", "high" };
    const gw_node_t *m = gw_tree_value(&rq->plan.tree, part, "detail");
    unsigned i;

    if (m == NULL)
        return 0;
    if (m->kind != GW_JSON_STR)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, m, NULL,
                              "must be a string.");
    for (i = 0; i < GW_COUNT(words); i++) {
        if (gw_tree_is(&rq->plan.tree, m, words[i]))
            image->more = apr_psprintf(rq->plan.pool, "\"detail\":\"%s\",",
                                       words[i]);
    }
    if (*image->more == '\0')
        gw_translate_drop(rq->plan.out, PART ".detail", rq->plan.pool);
    return 0;
}

static gw_problem_kind_t image(gw_rreq_t *rq, const gw_node_t *part,
                               gw_plan_parts_t *parts)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *m;
    gw_plan_part_t *out;
    gw_str_t url, bytes;
    gw_problem_kind_t rv = gw_plan_string(plan, part, "image_url", &m);

    if (rv != 0)
        return rv;
    url = gw_tree_string(&plan->tree, m, plan->pool);
    bytes = gw_tree_inside(&plan->tree, m);
    if (begins(url, "data:image/"))
        rv = gw_plan_data_url(plan, m, &bytes);
    else if (!begins(url, "http://") && !begins(url, "https://"))
        rv = gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, m, NULL,
                            "must begin with https:// or data:image/.");
    if (rv != 0)
        return rv;
    out = gw_plan_part(plan, parts, GW_PLAN_IMAGE);
    out->text = bytes;
    return detail(rq, part, out);
}

/* A member that is copied, in front of the bytes.  An upstream might follow a
 * URL: what is behind the last '/' is the name. */
static gw_problem_kind_t member(gw_rreq_t *rq, const gw_node_t *object,
                                const char *name, gw_plan_part_t *out)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *m;
    gw_str_t text;
    apr_size_t i;
    gw_problem_kind_t rv = gw_plan_string(plan, object, name, &m);

    if (rv != 0)
        return rv;
    text = gw_tree_string(&plan->tree, m, plan->pool);
    for (i = text.n; i > 0 && text.p[i - 1] != '/'; i--)
        ;
    text.p += i;
    text.n -= i;
    out->more = apr_psprintf(plan->pool, "\"%s\":%s,", name,
                             gw_json_quoted(text, plan->pool));
    return 0;
}

static gw_problem_kind_t file(gw_rreq_t *rq, const gw_node_t *part,
                              gw_plan_parts_t *parts)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *data;
    gw_plan_part_t *out;
    gw_str_t bytes;
    gw_problem_kind_t rv;

    if (gw_tree_value(&plan->tree, part, "file_url") != NULL)
        return gw_plan_refuse(plan, GW_P_UNSUPPORTED_PARAMETER, part,
                              "file_url", "cannot be sent: the upstream that "
                              "this model is served by fetches no documents. "
                              "Give its bytes as 'file_data'.");
    rv = gw_plan_string(plan, part, "file_data", &data);
    if (rv == 0)
        rv = gw_plan_data_url(plan, data, &bytes);
    if (rv != 0)
        return rv;
    out = gw_plan_part(plan, parts, GW_PLAN_FILE);
    out->text = bytes;
    out->more = "\"filename\":\"document.pdf\",";
    if (gw_tree_value(&plan->tree, part, "filename") == NULL)
        return 0;
    return member(rq, part, "filename", out);
}

static gw_problem_kind_t audio(gw_rreq_t *rq, const gw_node_t *part,
                               gw_plan_parts_t *parts)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *m = gw_tree_value(&plan->tree, part, "input_audio");
    const gw_node_t *data;
    gw_plan_part_t *out;
    gw_str_t bytes;
    gw_problem_kind_t rv;

    if (m == NULL || m->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, part,
                              "input_audio", "must be an object with 'data' "
                              "and 'format'.");
    rv = gw_plan_members(plan, m, PART ".input_audio");
    if (rv == 0)
        rv = gw_plan_string(plan, m, "data", &data);
    if (rv == 0)
        rv = gw_plan_is_data_url(plan, data)
             ? gw_plan_data_url(plan, data, &bytes)
             : gw_plan_base64(plan, data, &bytes);
    if (rv != 0)
        return rv;
    out = gw_plan_part(plan, parts, GW_PLAN_AUDIO);
    out->text = bytes;
    return member(rq, m, "format", out);
}

/* ---- texts ------------------------------------------------------------- */

static gw_problem_kind_t add(gw_rreq_t *rq, const gw_node_t *part,
                             const char *member, gw_plan_parts_t *parts)
{
    const gw_node_t *m;
    gw_problem_kind_t rv = gw_plan_string(&rq->plan, part, member, &m);

    if (rv == 0 && gw_tree_inside(&rq->plan.tree, m).n > 0)
        gw_plan_text(&rq->plan, parts, gw_tree_inside(&rq->plan.tree, m), "");
    return rv;
}

static gw_problem_kind_t text(gw_rreq_t *rq, const gw_node_t *part,
                              gw_plan_parts_t *parts)
{
    return add(rq, part, "text", parts);
}

static gw_problem_kind_t refusal(gw_rreq_t *rq, const gw_node_t *part,
                                 gw_plan_parts_t *parts)
{
    return add(rq, part, "refusal", parts);
}

/* ---- which part -------------------------------------------------------- */

static const struct {
    const char *type;
    part_fn *read;
    unsigned in;
} kinds[] = {
    { "input_text", text, ANYWHERE },
    { "output_text", text, ANYWHERE },
    { "text", text, ANYWHERE },
    { "refusal", refusal, ASSISTANT },
    { "input_image", image, USER | OUTPUT },
    { "input_file", file, USER | OUTPUT },
    { "input_audio", audio, USER | OUTPUT }
};

static gw_problem_kind_t read_part(gw_rreq_t *rq, const gw_node_t *part,
                                   unsigned in, gw_plan_parts_t *parts)
{
    const gw_node_t *type;
    gw_problem_kind_t rv;
    unsigned i = 0;

    if (part->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, part, NULL,
                              "must be an object with a 'type'.");
    rv = gw_plan_string(&rq->plan, part, "type", &type);
    if (rv != 0)
        return rv;
    while (i < GW_COUNT(kinds)
           && !gw_tree_is(&rq->plan.tree, type, kinds[i].type))
        i++;
    if (i == GW_COUNT(kinds))
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, type, NULL,
                              "is no part that can be translated for the "
                              "upstream that this model is served by: "
                              "input_text, input_image, input_file, "
                              "input_audio, output_text and refusal can.");
    if (!(kinds[i].in & in))
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, type, NULL,
                              "is a part that cannot stand here.");
    rv = gw_plan_members(&rq->plan, part, PART);
    return rv != 0 ? rv : kinds[i].read(rq, part, parts);
}

/* Texts know what comes between them and those before. */
static void join_all(gw_plan_parts_t *parts, const char *first,
                     const char *join)
{
    gw_plan_part_t *part = parts->first;

    for (; part != NULL; part = part->next)
        part->join = part == parts->first ? first : join;
}

gw_problem_kind_t gw_rreq_parts(gw_rreq_t *rq, const gw_node_t *object,
                                const char *member, unsigned in,
                                const char *first, const char *join,
                                gw_plan_parts_t *parts)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *content = gw_tree_value(&plan->tree, object, member);
    gw_plan_parts_t own = { NULL, NULL };
    const gw_node_t *part;
    gw_problem_kind_t rv = 0;

    if (content == NULL)
        return gw_plan_refuse(plan, GW_P_MISSING_PARAMETER, object, member,
                              "is missing: it must be a string or an array "
                              "of parts.");
    if (content->kind == GW_JSON_STR) {
        if (gw_tree_inside(&plan->tree, content).n > 0)
            gw_plan_text(plan, &own, gw_tree_inside(&plan->tree, content),
                         "");
    }
    else if (content->kind == GW_JSON_ARRAY) {
        part = gw_tree_child(&plan->tree, content);
        for (; part != NULL && rv == 0;
             part = gw_tree_next(&plan->tree, part))
            rv = read_part(rq, part, in, &own);
    }
    else {
        rv = gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, content, NULL,
                            "must be a string or an array of parts.");
    }
    join_all(&own, first, join);
    gw_plan_append(parts, &own);
    return rv;
}
