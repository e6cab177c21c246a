/* SPDX-License-Identifier: Apache-2.0 */
/* chain.c - see chain.h. */
#include "chain.h"

#include <apr_strings.h>

#include "signed.h"

/* ---- paths ----------------------------------------------------------- */

/* The path without its indices, as names are given. */
static const char *plain(const char *path, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, strlen(path) + 1), *p = out;

    while (*path != '\0') {
        *p++ = *path;
        path += *path == '[' ? strspn(path + 1, "0123456789") + 1 : 1;
    }
    *p = '\0';
    return out;
}

/* How much of the path is this member: 0: none; -1: all. */
static int share_of(const char *path, const char *member)
{
    apr_size_t n = strlen(member);

    if (strncmp(path, member, n) != 0)
        return 0;
    if (path[n] == '\0')
        return -1;
    return path[n] == '.' || path[n] == '[' ? (int)n : 0;
}

/* The client's word for the nearest member that has one; NULL: none has.
 * *exact: that is what the path stands for. */
static const char *client_name(const gw_chain_t *chain, const char *path,
                               int *exact)
{
    const gw_chain_name_t *name;
    const char *found = NULL;
    int share, best = 0;

    *exact = 0;
    for (name = chain->names; name->between != NULL && !*exact; name++) {
        share = share_of(path, name->between);
        *exact = share < 0;
        if (!*exact && share <= best)
            continue;
        best = share;
        found = name->client;
    }
    return found;
}

/* ---- what is wrong with the body between ------------------------------ */

/* What the sentence says behind the path that it begins with. */
static const char *behind_path(const char *message, const char *path)
{
    apr_size_t n = strlen(path);

    if (*message != '\'' || strncmp(message + 1, path, n) != 0
        || message[n + 1] != '\'')
        return NULL;
    return message + n + 2;
}

static gw_problem_kind_t tell(const gw_chain_t *chain, gw_problem_t *problem,
                              apr_pool_t *pool)
{
    const char *path = problem->param, *name = NULL, *rest;
    int exact = 0;

    if (path == NULL)
        return problem->kind;
    name = client_name(chain, plain(path, pool), &exact);
    rest = behind_path(problem->message, path);
    problem->param = name;
    if (exact && rest != NULL)
        problem->message = apr_pstrcat(pool, "'", name, "'", rest, NULL);
    else
        problem->message = apr_psprintf(pool, "%s%s%s cannot be put to this "
                                        "model: translated for it, %s",
                                        name != NULL ? "'" : "",
                                        name != NULL ? name : "The request",
                                        name != NULL ? "'" : "",
                                        problem->message);
    return problem->kind;
}

/* ---- the request ----------------------------------------------------- */

/* Where the body between would go: to an upstream that takes all there is, and
 * of which nothing else is known.  What the true one does not take is the
 * second's to say. */
typedef struct target_t {
    gw_model_t model;
    gw_route_t route;
    gw_upstream_t upstream;
} target_t;

static void know_target(target_t *to, const gw_model_t *model,
                        const gw_route_t *route)
{
    to->model = *model;
    to->model.declares |= GW_DECLARES_EFFORT | GW_DECLARES_JSON_SCHEMA;
    to->upstream = *route->upstream;
    to->upstream.vendor = GW_VENDOR_NONE;
    to->route = *route;
    to->route.upstream = &to->upstream;
    to->route.model = "";
    to->route.thinking = GW_THINKING_NONE;
    to->route.text_without_tools = 0;
}

/* Each path of a list with ", " between but `not`; those of the body between
 * by the client's words, and those alone that have one. */
static void join_dropped(gw_translated_t *out, gw_str_t list,
                         const gw_chain_t *between, const char *not,
                         apr_pool_t *pool)
{
    char *rest, *path;
    int exact = 1;

    if (list.n == 0)
        return;
    rest = apr_pstrmemdup(pool, list.p, list.n);
    while ((path = apr_strtok(rest, ", ", &rest)) != NULL) {
        const char *name = between != NULL
                           ? client_name(between, path, &exact) : path;

        if (name != NULL && exact && (not == NULL || strcmp(name, not) != 0))
            gw_translate_drop(out, name, pool);
    }
}

/* What both dropped, the first's before the second's; what was kept in a
 * member that only the second can use was not. */
static void note_dropped(const gw_chain_t *chain, gw_translated_t *out,
                         const gw_translated_t *between, int kept,
                         apr_pool_t *pool)
{
    gw_text_t second = out->dropped;

    gw_text_init(&out->dropped, GW_TRANSLATE_DROPPED, pool);
    join_dropped(out, gw_text_str(&between->dropped), NULL,
                 kept ? chain->kept_in : NULL, pool);
    join_dropped(out, gw_text_str(&second), chain, NULL, pool);
}

static gw_problem_kind_t second_step(const gw_chain_t *chain,
                                     gw_translated_t *out,
                                     const gw_translated_t *between,
                                     const gw_request_t *req,
                                     const gw_signed_t *thinking,
                                     const gw_model_t *model,
                                     const gw_route_t *route,
                                     gw_problem_t *problem, apr_pool_t *pool)
{
    gw_request_t *read = apr_palloc(pool, sizeof(*read));
    gw_problem_kind_t kind = gw_request_read_made(
        read, chain->format, gw_text_str(&between->body), 1, problem, pool);

    if (kind == 0) {
        read->relay = req->relay;
        read->signed_thinking = thinking;
        kind = chain->second->request(out, read, model, route, problem, pool);
    }
    return kind != 0 ? tell(chain, problem, pool) : 0;
}

gw_problem_kind_t gw_chain_request(const gw_chain_t *chain,
                                   gw_translated_t *out,
                                   const gw_request_t *req,
                                   const gw_model_t *model,
                                   const gw_route_t *route,
                                   gw_problem_t *problem, apr_pool_t *pool)
{
    const gw_signed_t *thinking = NULL;
    gw_translated_t between;
    gw_problem_kind_t kind;
    target_t to;

    if (chain->thought != NULL)
        thinking = gw_signed_collect(req->body, pool);
    know_target(&to, model, route);
    memset(&between, 0, sizeof(between));
    gw_text_init(&between.body, GW_TRANSLATE_BODY, pool);
    gw_text_init(&between.dropped, GW_TRANSLATE_DROPPED, pool);
    kind = chain->first->request(&between, req, &to.model, &to.route, problem,
                                 pool);
    if (kind == 0 && between.body.full)
        kind = gw_problem(problem, GW_P_REQUEST_TOO_LARGE, NULL,
                          "The request is too large to be translated for the "
                          "upstream of this model.");
    if (kind == 0)
        kind = second_step(chain, out, &between, req, thinking, model, route,
                           problem, pool);
    if (kind == 0) {
        note_dropped(chain, out, &between, thinking != NULL, pool);
        out->names = between.names;     /* what the client's answer needs */
        out->summary = between.summary;
        out->summary = between.summary;
    }
    gw_text_drop(&between.body);
    return kind;
}

/* ---- the answer ------------------------------------------------------ */

static const char too_long[] =
    "The upstream's answer is longer than can be translated.";

/* What a stream counted is told at its end: nothing between asks for it. */
static gw_translate_about_t about_between(const gw_translate_about_t *about)
{
    gw_translate_about_t between = *about;

    between.names = NULL;
    between.include_usage = 0;
    between.summary = 0;
    return between;
}

const char *gw_chain_document(const gw_chain_t *chain, gw_text_t *out,
                              gw_str_t document,
                              const gw_translate_about_t *about,
                              const gw_translate_usage_t *usage)
{
    gw_translate_about_t first = *about, second;
    gw_text_t between, thinking;
    const char *why;

    gw_text_init(&thinking, GW_TRANSLATE_EVENT, about->pool);
    first.thinking = chain->thought != NULL ? &thinking : NULL;
    second = about_between(&first);
    gw_text_init(&between, GW_TRANSLATE_ANSWER, about->pool);
    why = chain->second->document(&between, document, &second, usage);
    if (why == NULL && between.full)
        why = too_long;
    if (why == NULL)
        why = chain->first->document(out, gw_text_str(&between), &first,
                                     usage);
    gw_text_drop(&between);
    return why;
}

struct gw_translator_t {
    const gw_chain_t *chain;
    gw_translator_t *first, *second;    /* theirs, of another kind */
    gw_text_t between;          /* events of the endpoint between */
    gw_text_t thinking;         /* for about->thinking of both */
    apr_size_t told;            /* bytes of it that the first was told of */
};

gw_translator_t *gw_chain_start(const gw_chain_t *chain,
                                const gw_translate_about_t *about)
{
    gw_translator_t *tr = apr_palloc(about->pool, sizeof(*tr));
    gw_translate_about_t first = *about, second;

    gw_text_init(&tr->thinking, GW_TRANSLATE_EVENT, about->pool);
    tr->told = 0;
    first.thinking = chain->thought != NULL ? &tr->thinking : NULL;
    second = about_between(&first);
    tr->chain = chain;
    tr->first = chain->first->start(&first);
    tr->second = chain->second->start(&second);
    gw_text_init(&tr->between, GW_TRANSLATE_EVENT, about->pool);
    return tr;
}

/* The data of the event at *p, which is a translation's: of one line.  *p goes
 * behind the event.  n is 0: it has none. */
static gw_str_t next_data(const char **p, const char *end)
{
    static const char data[] = "data: ";
    gw_str_t found = { NULL, 0 };

    while (*p < end && **p != '\n') {
        const char *lf = memchr(*p, '\n', (size_t)(end - *p));
        const char *line_end = lf != NULL ? lf : end;
        apr_size_t n = (apr_size_t)(line_end - *p);

        if (n >= sizeof(data) - 1
            && memcmp(*p, data, sizeof(data) - 1) == 0) {
            found.p = *p + sizeof(data) - 1;
            found.n = n - (sizeof(data) - 1);
        }
        *p = lf != NULL ? lf + 1 : end;
    }
    if (*p < end)
        (*p)++;                 /* the blank line */
    return found;
}

/* Give what the second has written to the first. */
static const char *pass_on(gw_translator_t *tr, gw_text_t *out)
{
    const char *p = tr->between.p, *end, *why = NULL;

    if (tr->between.full)
        return too_long;
    if (tr->between.n == 0)
        return NULL;
    end = p + tr->between.n;
    while (p < end && why == NULL) {
        gw_str_t data = next_data(&p, end);

        if (data.n > 0 && !gw_str_is(data, "[DONE]"))
            why = tr->chain->first->event(tr->first, out, data);
    }
    return why;
}

/* More was thought, or what there was is written. */
static void tell_thinking(gw_translator_t *tr, gw_text_t *out)
{
    if (tr->thinking.n > 0)
        tr->chain->thought(tr->first, out);
    tr->told = tr->thinking.n;
}

const char *gw_chain_event(gw_translator_t *tr, gw_text_t *out, gw_str_t data)
{
    const char *why;

    gw_text_clear(&tr->between);
    why = tr->chain->second->event(tr->second, &tr->between, data);
    if (why == NULL)
        why = pass_on(tr, out);
    if (why == NULL && tr->thinking.n != tr->told)
        tell_thinking(tr, out);
    return why;
}

const char *gw_chain_end(gw_translator_t *tr, gw_text_t *out,
                         const gw_translate_usage_t *usage)
{
    const char *why;

    gw_text_clear(&tr->between);
    why = tr->chain->second->end(tr->second, &tr->between, usage);
    if (why == NULL)
        why = pass_on(tr, out);
    return why != NULL ? why
                       : tr->chain->first->end(tr->first, out, usage);
}

void gw_chain_fail(gw_translator_t *tr, gw_text_t *out, const char *code,
                   const char *message)
{
    tr->chain->first->fail(tr->first, out, code, message);
}
