/* SPDX-License-Identifier: Apache-2.0 */
/* translate_error.c - see translate_error.h. */
#include "translate_error.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "glob.h"
#include "usage.h"

/* ---- a context that is too short -------------------------------------- */

typedef enum { LIMIT, INPUT, OUTPUT, TOTAL, NUMBERS } number_t;

static const struct { const char *pattern; int text; } signs[] = {
#define C(pattern) { pattern, 0 },
#define W(pattern) { pattern, 1 },
#define N(what, before, behind)
#include "tbl/overflow.h"
#undef C
#undef W
#undef N
};

static const struct { number_t what; const char *before, *behind; } places[] = {
#define C(pattern)
#define W(pattern)
#define N(what, before, behind) { what, before, behind },
#include "tbl/overflow.h"
#undef C
#undef W
#undef N
};

int gw_error_is_overflow(const gw_error_t *e)
{
    gw_str_t said = { e->text, e->text_len };
    unsigned i, k;

    for (i = 0; i < GW_COUNT(signs); i++) {
        if (signs[i].text && said.n > 0 && gw_glob(signs[i].pattern, said, 1))
            return 1;
        for (k = 0; !signs[i].text && k < e->words; k++) {
            gw_str_t word = { e->word[k], strlen(e->word[k]) };

            if (gw_glob(signs[i].pattern, word, 1))
                return 1;
        }
    }
    return 0;
}

static int begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

/* The number at the begin of a text; -1: there is none, or it is no count of
 * tokens.  *rest is what follows it. */
static apr_int64_t number(const char *p, const char **rest)
{
    apr_int64_t n = -1;

    while (apr_isdigit(*p) || (*p == ',' && n >= 0 && apr_isdigit(p[1]))) {
        if (*p != ',')
            n = (n < 0 ? 0 : n * 10) + (*p - '0');
        if (n > GW_TOKENS_MAX)
            return -1;
        p++;
    }
    *rest = p;
    return n;
}

/* The first number that stands at this place of a text; -1: none. */
static apr_int64_t find_number(const char *text, unsigned place)
{
    const char *rest;
    apr_int64_t n;

    for (; *text != '\0'; text++) {
        if (!begins(text, places[place].before))
            continue;
        n = number(text + strlen(places[place].before), &rest);
        if (n >= 0 && begins(rest, places[place].behind))
            return n;
    }
    return -1;
}

static void find_numbers(apr_int64_t found[NUMBERS], const char *text)
{
    unsigned i;

    for (i = 0; i < NUMBERS; i++)
        found[i] = -1;
    for (i = 0; i < GW_COUNT(places); i++) {
        if (found[places[i].what] < 0)
            found[places[i].what] = find_number(text, i);
    }
}

/* What is told of the prompt, the output that is asked for and the limit,
 * completed by what we know. */
static void complete(apr_int64_t n[NUMBERS], const gw_fault_t *fault)
{
    if (n[LIMIT] <= 0)
        n[LIMIT] = fault->context;
    if (n[OUTPUT] < 0)
        n[OUTPUT] = fault->max_tokens > 0 ? fault->max_tokens : 0;
    if (n[TOTAL] > n[OUTPUT] && n[TOTAL] - n[OUTPUT] > n[INPUT])
        n[INPUT] = n[TOTAL] - n[OUTPUT];    /* functions are counted apart */
}

/* In Anthropic's words.  An agent that reads the first ones makes its
 * conversation shorter; the second ones, and it asks for less. */
static const char *agents_words(const gw_error_t *e, const char *said,
                                const gw_fault_t *fault, apr_pool_t *pool)
{
    apr_int64_t n[NUMBERS], input;

    find_numbers(n, e->text);
    complete(n, fault);
    if (n[LIMIT] <= 0)
        return apr_psprintf(pool, "prompt is too long: %s", said);
    input = n[INPUT] >= 0 ? n[INPUT] : fault->prompt;
    if (n[INPUT] >= 0 && input <= n[LIMIT] && input + n[OUTPUT] > n[LIMIT])
        return apr_psprintf(pool, "input length and `max_tokens` exceed "
                            "context limit: %" APR_INT64_T_FMT " + %"
                            APR_INT64_T_FMT " > %" APR_INT64_T_FMT, input,
                            n[OUTPUT], n[LIMIT]);
    if (input <= n[LIMIT])      /* an estimate that is too low */
        input = n[LIMIT] + 1;
    return apr_psprintf(pool, "prompt is too long: %" APR_INT64_T_FMT
                        " tokens > %" APR_INT64_T_FMT " maximum", input,
                        n[LIMIT]);
}

/* ---- any error --------------------------------------------------------- */

/* The first thing that it says. */
static const char *words(const gw_error_t *e, apr_pool_t *pool)
{
    const char *end = memchr(e->text, '\n', e->text_len);
    apr_size_t n = end != NULL ? (apr_size_t)(end - e->text) : e->text_len;

    if (n > 0)
        return apr_pstrmemdup(pool, e->text, n);
    if (*gw_error_name(e) != '\0')
        return apr_psprintf(pool, "The upstream answered with an error: %s.",
                            gw_error_name(e));
    return "The upstream answered with an error that says nothing.";
}

/* What errors that stand in a stream are called, where their class says less
 * than that. */
static const struct { const char *pattern; int status; } names[] = {
    { "overloaded_error", 529 }, { "*overloaded*", 503 },
    { "service_unavailable*", 503 }, { "UNAVAILABLE", 503 },
    { "timeout_error", 504 }, { "RequestTimeOut", 504 },
    { "DEADLINE_EXCEEDED", 504 }, { "not_found_error", 404 },
    { "request_too_large", 413 }, { "server_error", 500 },
    { "api_error", 500 }
};

static int status_of_name(const gw_error_t *e)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(names); i++) {
        for (k = 0; k < e->words; k++) {
            gw_str_t word = { e->word[k], strlen(e->word[k]) };

            if (gw_glob(names[i].pattern, word, 1))
                return names[i].status;
        }
    }
    return 0;
}

static int status_of(const gw_error_t *e, const gw_fault_t *fault)
{
    static const int of_class[] = {
        [GW_CLASS_CLIENT] = 400, [GW_CLASS_CONTENT] = 400,
        [GW_CLASS_RATE] = 429, [GW_CLASS_UPSTREAM] = 502,
        [GW_CLASS_ACCOUNT] = 502
    };
    int named;

    if (fault->status >= 400 && fault->status < 600)
        return fault->status;
    if (e->status >= 400)
        return e->status;
    named = fault->class == GW_CLASS_ACCOUNT ? 0 : status_of_name(e);
    return named != 0 ? named : of_class[fault->class];
}

static gw_problem_kind_t kind_of(int status, gw_error_class_t class)
{
    if (class == GW_CLASS_CONTENT)
        return GW_P_CONTENT_FILTER;
    switch (status) {
    case 404:
        return GW_P_NOT_FOUND;
    case 413:
        return GW_P_REQUEST_TOO_LARGE;
    case 429:
        return GW_P_RATE_LIMIT_REQUESTS;
    case 408:
    case 504:
        return GW_P_UPSTREAM_TIMEOUT;
    case 503:
    case 529:
        return GW_P_OVERLOADED;
    default:
        return status < 500 ? GW_P_INVALID_PARAMETER
                            : GW_P_UPSTREAM_UNAVAILABLE;
    }
}

gw_problem_kind_t gw_translate_error(gw_problem_t *problem,
                                     const gw_error_t *e,
                                     const gw_fault_t *fault, apr_pool_t *pool)
{
    const char *said = words(e, pool);
    int status = status_of(e, fault);

    if (fault->class != GW_CLASS_RATE && fault->class != GW_CLASS_ACCOUNT
        && gw_error_is_overflow(e)) {
        if (fault->shape == GW_SHAPE_ANTHROPIC)
            said = agents_words(e, said, fault, pool);
        return gw_problem(problem, GW_P_CONTEXT_LENGTH, NULL, said);
    }
    gw_problem(problem, kind_of(status, fault->class), NULL, said);
    problem->status = status;
    return problem->kind;
}
