/* SPDX-License-Identifier: Apache-2.0 */
/* test_rewrite.c - the body that goes upstream: each rule to the byte, and
 * removing members wherever they stand. */
#include "request_chat.h"
#include "request_messages.h"
#include "request_responses.h"
#include "rewrite_messages.h"
#include "rewrite_responses.h"

#include <apr_strings.h>

#include "tap.h"

#define ID(...) __VA_ARGS__

typedef void rewrite_fn(gw_edits_t *edits, const gw_request_t *req,
                        const gw_rewrite_t *how, apr_pool_t *pool);

typedef struct way_t {
    const gw_request_format_t *format;
    rewrite_fn *rewrite;
} way_t;

static const way_t chat = { &gw_request_chat, gw_rewrite },
                   messages = { &gw_request_messages, gw_rewrite_messages },
                   responses = { &gw_request_responses, gw_rewrite_responses };

static const struct {
    const way_t *way;
    const char *name;
    gw_rewrite_t how;
    const char *body, *want;
} rows[] = {
#define W(name, how, body, want) { &chat, name, { ID how }, body, want },
#include "data/rewrites.h"
#undef W
#define W(name, how, body, want) { &messages, name, { ID how }, body, want },
#include "data/rewrites_messages.h"
#undef W
#define W(name, how, body, want) { &responses, name, { ID how }, body, want },
#include "data/rewrites_responses.h"
#undef W
};

static gw_request_t req;
static gw_edits_t edits;
static char out[65536];
static unsigned pieces_made;

/* Read and rewrite; the new body, or NULL. */
static const char *rewrite_in(const way_t *way, const char *text,
                              const gw_rewrite_t *how, apr_pool_t *pool)
{
    static char *body;
    gw_str_t s, piece[2 * GW_EDITS + 1];
    gw_problem_t problem;
    apr_size_t length = 77, n = 0;
    unsigned i;

    free(body);
    s.n = strlen(text);
    s.p = body = malloc(s.n);
    memcpy(body, text, s.n);
    if (gw_request_read(&req, way->format, s, &problem, pool) != 0) {
        printf("# refused: %s\n", problem.message);
        return NULL;
    }
    way->rewrite(&edits, &req, how, pool);
    pieces_made = gw_edits_apply(piece, &length, &edits, s);
    for (i = 0; i < pieces_made; i++) {
        memcpy(out + n, piece[i].p, piece[i].n);
        n += piece[i].n;
    }
    out[n] = '\0';
    return n == length && pieces_made <= 2 * edits.count + 1 ? out : NULL;
}

static const char *rewrite(const char *text, const gw_rewrite_t *how,
                           apr_pool_t *pool)
{
    return rewrite_in(&chat, text, how, pool);
}

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *got = rewrite_in(rows[i].way, rows[i].body,
                                     &rows[i].how, tap_pool());
        const char *want = rows[i].want ? rows[i].want : rows[i].body;
        gw_problem_t problem;
        gw_str_t s = { got, got ? strlen(got) : 0 };

        is_str(got, want, "%s", rows[i].name);
        if (rows[i].want == NULL)
            is_int(pieces_made, 1, "%s: in one piece", rows[i].name);
        ok(got && gw_request_read(&req, rows[i].way->format, s, &problem,
                                  tap_pool()) == 0,
           "%s: reads again", rows[i].name);
    }
}

/* ---- removing members ----------------------------------------------- */

/* Members of a document: theirs stay, ours go. */
static const struct { const char *text; int gone; } members[] = {
    { "\"model\":\"m\"", 0 },
    { "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]", 0 },
    { "\"seed\":[1,{\"llmgw_thinking\":2}]", 0 },
    { "\"llmgw_thinking\":true", 1 },
    { "\"enable_context_caching\":false", 1 },
    { "\"enable_thinking\":true", 1 }
};

static const char *const spaces[] = { "", " ", "\n\t" };

/* Put members in this order into a document, with blanks of a kind around
 * each. */
static void put_together(char *text, const unsigned *order, unsigned n,
                         const char *space, int with_gone)
{
    unsigned i, first = 1;

    strcpy(text, "{");
    for (i = 0; i < n; i++) {
        if (members[order[i]].gone && !with_gone)
            continue;
        if (!first)
            strcat(text, ",");
        first = 0;
        strcat(strcat(strcat(text, space), members[order[i]].text), space);
    }
    strcat(text, "}");
}

/* White space outside of strings does not count. */
static void squeeze(char *to, const char *from)
{
    int quoted = 0;

    for (; *from != '\0'; from++) {
        if (*from == '"')
            quoted = !quoted;
        if (quoted || strchr(" \n\t\r", *from) == NULL)
            *to++ = *from;
    }
    *to = '\0';
}

static unsigned removals, wrong_removals;

static void remove_in(const unsigned *order, unsigned n)
{
    static const gw_rewrite_t how = { .model = "m",
                                      .thinking = GW_THINKING_NONE };
    char text[600], want[600], got[600];
    unsigned i;

    for (i = 0; i < GW_COUNT(spaces); i++) {
        const char *result;

        put_together(text, order, n, spaces[i], 1);
        put_together(want, order, n, "", 0);
        result = rewrite(text, &how, tap_pool());
        squeeze(got, result ? result : "");
        removals++;
        if (strcmp(got, want) != 0 && wrong_removals++ < 5)
            printf("# of:   %s\n# got:  %s\n# want: %s\n", text, got, want);
    }
}

/* All orders of the members chosen. */
static void permute(unsigned *order, unsigned n, unsigned from)
{
    unsigned i;

    if (from == n) {
        remove_in(order, n);
        return;
    }
    for (i = from; i < n; i++) {
        unsigned swap = order[from];

        order[from] = order[i];
        order[i] = swap;
        permute(order, n, from + 1);
        order[i] = order[from];
        order[from] = swap;
    }
}

static void test_removals(void)
{
    unsigned present, i, n;

    for (present = 0; present < 16; present++) {
        unsigned order[GW_COUNT(members)];

        for (i = n = 0; i < GW_COUNT(members); i++) {
            /* model and messages are always there */
            if (i < 2 || (present >> (i - 2) & 1))
                order[n++] = i;
        }
        permute(order, n, 0);
    }
    is_int(wrong_removals, 0, "%u removals: no comma too many or too few",
           removals);
    is_int(removals, 3 * (2 + 4 * 6 + 6 * 24 + 4 * 120 + 720),
           "... were all there are");
}

/* ---- any body ------------------------------------------------------- */

/* Each piece is the client's own memory, in its order, or an edit's. */
static int only_cut_and_put(const char *text)
{
    gw_str_t piece[2 * GW_EDITS + 1], s = { text, strlen(text) };
    apr_size_t length;
    const char *from = text;
    unsigned n, i, k;

    n = gw_edits_apply(piece, &length, &edits, s);
    for (i = 0; i < n; i++) {
        if (piece[i].p >= from && piece[i].p + piece[i].n <= text + s.n) {
            from = piece[i].p + piece[i].n;
            continue;
        }
        for (k = 0; k < edits.count && edits.edit[k].put.p != piece[i].p; k++)
            ;
        if (k == edits.count)
            return 0;
    }
    for (i = 0; i + 1 < edits.count; i++) {
        if (edits.edit[i].at + edits.edit[i].cut > edits.edit[i + 1].at)
            return 0;
    }
    return 1;
}

#define LIST(messages) "\"messages\":[" messages "]"
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"

static const char *const bits[] = {
    "\"stream\":true", "\"stream_options\":{}", "\"stream_options\":null",
    "\"stream_options\":{\"include_usage\":false}", "\"llmgw_thinking\":true",
    "\"enable_thinking\":false", "\"enable_context_caching\":true",
    "\"thinking\":null", "\"seed\":7", "\"tools\":[{}]", "\"thinking\":{}",
    "\"stop\":[\"}\",\",\"]", "\"user\":\"\\\"}\"", "\"max_tokens\":9",
    "\"max_completion_tokens\":null"
};

static const char *const chats[] = {
    ASK,
    LIST("{\"role\":\"system\",\"content\":\"s\"}," USER("[{\"type\":\"text\","
         "\"text\":\"a\"},{\"type\":\"image_url\"}]")),
    LIST(USER("[]") ",{}"),
    LIST("{\"role\":\"system\",\"content\":[{}]}," USER("[{},\"x\"]")),
    LIST(USER("[[],{\"a\":1}]")),
    LIST("\"x\",{\"role\":\"user\"},null")
};

static unsigned long long seed = 4;

static unsigned below(unsigned n)
{
    return (unsigned)(tap_random(&seed) % n);
}

static void random_body(char *text)
{
    const char *part[16];
    unsigned used = 0, n = 0, i, k;

    part[n++] = "\"model\":\"m\"";
    part[n++] = chats[below(GW_COUNT(chats))];
    for (i = below(8); i > 0; i--) {
        k = below(GW_COUNT(bits));
        /* a member only once: three rows are options, two are thinking */
        if (used & (1u << k) || (k >= 1 && k <= 3 && used & 14u)
            || ((k == 7 || k == 10) && used & (1u << 7 | 1u << 10)))
            continue;
        used |= 1u << k;
        part[n++] = bits[k];
    }
    strcpy(text, "{");
    for (i = 0; i < n; i++) {
        const char *swap;

        k = i + below(n - i);
        swap = part[k];
        part[k] = part[i];
        strcat(strcat(text, i ? "," : ""), spaces[below(3)]);
        strcat(strcat(text, swap), spaces[below(3)]);
    }
    strcat(text, "}");
}

static void test_random(void)
{
    unsigned i, unread = 0, changed = 0, strange = 0;
    unsigned cases = tap_cases(200000);
    apr_pool_t *pool;

    apr_pool_create(&pool, tap_pool());
    for (i = 0; i < cases; i++) {
        gw_rewrite_t how = { below(2) ? "m" : "other", below(5), below(2),
                             below(2), below(2), .max_tokens = below(2) };
        char text[2000];
        gw_problem_t problem;
        const char *got;
        gw_str_t s;

        how.max_completion = below(2);
        how.max_tokens_only = !how.max_completion && below(2);
        random_body(text);
        got = rewrite(text, &how, pool);
        if (got == NULL)
            break;
        strange += !only_cut_and_put(text);
        s.p = got;
        s.n = strlen(got);
        if (gw_request_read(&req, &gw_request_chat, s, &problem, pool) != 0
            || !gw_str_is(req.model, how.model)) {
            if (unread++ < 3)
                printf("# of:  %s\n# got: %s\n", text, got);
        }
        changed += gw_request_has(&req, GW_M_LLMGW_THINKING)
                   || gw_request_has(&req, GW_M_ENABLE_CONTEXT_CACHING);
        apr_pool_clear(pool);
    }
    is_int(i, cases, "random bodies are rewritten");
    is_int(unread, 0, "... and read again, with their model");
    is_int(changed, 0, "... what is only ours never leaves");
    is_int(strange, 0, "... and the rest is the client's own bytes");
}

int main(void)
{
    test_rows();
    test_removals();
    test_random();
    return tap_end();
}
