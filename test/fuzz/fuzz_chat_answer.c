/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_chat_answer.c - a stream of the Messages API becomes the same chunks in
 * any cut, and those are events with JSON, of which the first names the role
 * and one, the last, has a finish_reason; a document becomes JSON or nothing.
 * The first byte says which it is, whether usage is asked for, and whether the
 * tool f is a custom one; the next two choose the cuts. */
#include "sse.h"

#include "chat_event.h"
#include "fuzz.h"
#include "json_tree.h"
#include "responses_names.h"
#include "translate_rows.h"

#define ROOM (1 << 22)          /* bytes of a translated stream */

typedef struct stream_t {
    gw_sse_t lines;
    gw_chat_reader_t reader;
    gw_chat_event_t read;
    gw_translator_t *tr;
    gw_text_t data, out, all;
    const char *why;
} stream_t;

static gw_translate_about_t about_it(unsigned how)
{
    static const gw_str_t none = { "", 0 };
    gw_tool_names_t *names;
    gw_translate_about_t about = {
        .id = "req_0123", .created = 1700000000, .prompt = 12,
        .model = GW_STR("m")
    };

    about.include_usage = how >> 1 & 1;
    about.pool = fuzz_pool();
    if (how >> 3 & 1) {
        names = gw_tool_names_make(about.pool);
        gw_tool_names_add(names, GW_TOOL_CUSTOM, none, (gw_str_t)GW_STR("f"));
        about.names = names;
    }
    return about;
}

static gw_translate_usage_t count_it(unsigned how)
{
    static gw_counts_t counts;
    static gw_usage_t usage = { { [GW_INPUT] = 3, [GW_OUTPUT] = 5 } };
    gw_translate_usage_t told = { &counts, how >> 2 & 1 ? &usage : NULL };

    gw_counts_clear(&counts);
    return told;
}

static void take_data(void *baton, const char *p, apr_size_t n)
{
    stream_t *s = baton;

    gw_text_add(&s->data, (gw_str_t){ p, n });
}

/* One that is known by the event before is what it is when read. */
static void compare(stream_t *s, gw_str_t data)
{
    static gw_chat_reader_t reader;
    gw_chat_event_t *a = &s->read, b;
    apr_status_t rv = gw_chat_event_read(&s->reader, a, data);
    gw_chat_member_t m;

    reader.shape_n = 0;
    reader.mended = s->reader.mended;
    must(gw_chat_event_read(&reader, &b, data) == rv);
    s->reader.mended = reader.mended;
    if (rv != APR_SUCCESS || a->json.p != b.json.p)
        return;
    must(a->kind == b.kind && a->part == b.part && a->index == b.index);
    m = a->part == GW_CHAT_P_TEXT ? GW_CHAT_M_TEXT
      : a->part == GW_CHAT_P_TOOL ? GW_CHAT_M_INPUT : GW_CHAT_M_THINKING;
    if (a->kind == GW_CHAT_E_DELTA && a->part != GW_CHAT_P_OTHER)
        must(memcmp(&a->at[m], &b.at[m], sizeof(b.at[m])) == 0);
}

/* Each event alone in memory, since it may be gone after the call. */
static void event(stream_t *s)
{
    char *copy = fuzz_copy(s->data.p, s->data.n);
    gw_str_t data = { copy, s->data.n };

    compare(s, data);
    gw_text_clear(&s->out);
    if (s->why == NULL && s->lines.data_lines > 0)
        s->why = gw_chat_event(s->tr, &s->out, data);
    if (s->why == NULL)
        gw_text_add(&s->all, gw_text_str(&s->out));
    gw_text_clear(&s->data);
    free(copy);
}

static void feed(stream_t *s, const uint8_t *p, size_t n)
{
    char *copy = fuzz_copy(p, n);
    size_t done = 0;

    while (done < n) {
        apr_size_t used = 0;

        if (gw_sse_feed(&s->lines, copy + done, n - done, &used)
            == GW_SSE_EVENT)
            event(s);
        done += used;
    }
    free(copy);
}

static void translate(stream_t *s, const gw_translate_about_t *about,
                      const gw_translate_usage_t *usage, const uint8_t *p,
                      size_t n, size_t i, size_t k)
{
    memset(s, 0, sizeof(*s));
    gw_text_init(&s->data, ROOM, about->pool);
    gw_text_init(&s->out, GW_TRANSLATE_EVENT, about->pool);
    gw_text_init(&s->all, ROOM, about->pool);
    gw_sse_start(&s->lines, take_data, s);
    gw_chat_reader_init(&s->reader, ROOM, about->pool);
    s->tr = gw_chat_start(about);
    feed(s, p, i);
    feed(s, p + i, k - i);
    feed(s, p + k, n - k);
    gw_text_clear(&s->out);
    if (s->why == NULL)
        s->why = gw_chat_end(s->tr, &s->out, usage);
    if (s->why == NULL)
        gw_text_add(&s->all, gw_text_str(&s->out));
}

/* ---- what comes of it ------------------------------------------------ */

typedef struct seen_t {
    unsigned chunks, roles, finishes, usages, done;
} seen_t;

static void look(seen_t *seen, gw_str_t json, apr_pool_t *pool)
{
    gw_tree_t t;
    const gw_node_t *choices, *choice, *delta;

    must(gw_tree_read(&t, json, &gw_tree_all, 0, pool) == APR_SUCCESS);
    must(!seen->done);
    choices = gw_tree_member(&t, gw_tree_root(&t), "choices");
    must(choices != NULL && choices->kind == GW_JSON_ARRAY);
    choice = gw_tree_child(&t, choices);
    if (choice == NULL) {
        must(seen->finishes == 1 && ++seen->usages == 1);
        return;
    }
    must(choices->count == 1 && seen->finishes == 0);
    delta = gw_tree_member(&t, choice, "delta");
    if (gw_tree_member(&t, delta, "role") != NULL)
        must(seen->chunks == 0 && ++seen->roles == 1);
    if (gw_tree_value(&t, choice, "finish_reason") != NULL)
        seen->finishes++;
    seen->chunks++;
}

/* Events as the strictest client reads them. */
static void look_all(seen_t *seen, const gw_text_t *all, apr_pool_t *pool)
{
    const char *p = all->p, *end = p;

    memset(seen, 0, sizeof(*seen));
    if (all->n > 0)
        end += all->n;
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        gw_str_t json = { p + 6, 0 };

        must(line != NULL && line + 1 < end && line[1] == '\n');
        must(line - p > 6 && memcmp(p, "data: ", 6) == 0);
        json.n = (apr_size_t)(line - json.p);
        must(memchr(json.p, '\r', json.n) == NULL);
        if (gw_str_is(json, "[DONE]"))
            must(++seen->done == 1);
        else
            look(seen, json, pool);
        p = line + 2;
    }
}

static void streams(unsigned how, const uint8_t *p, size_t n, size_t i,
                    size_t k)
{
    gw_translate_about_t about = about_it(how);
    gw_translate_usage_t usage = count_it(how);
    stream_t whole, cut;
    seen_t seen;

    translate(&whole, &about, &usage, p, n, 0, 0);
    translate(&cut, &about, &usage, p, n, i, k);
    must(whole.why == cut.why && whole.all.n == cut.all.n);
    if (whole.all.full)
        return;
    must(whole.all.n == 0
         || memcmp(whole.all.p, cut.all.p, whole.all.n) == 0);
    look_all(&seen, &whole.all, about.pool);
    must(seen.roles == (seen.chunks > 0));
    if (whole.why != NULL)
        return;
    must(seen.finishes == 1 && seen.done == 1);
    must(seen.usages == (about.include_usage && usage.usage != NULL));
}

static void document(unsigned how, const uint8_t *p, size_t n)
{
    gw_translate_about_t about = about_it(how);
    gw_translate_usage_t usage = count_it(how);
    char *copy = fuzz_copy(p, n);
    gw_str_t text = { copy, n };
    gw_text_t out;
    gw_tree_t t;

    gw_text_init(&out, GW_TRANSLATE_ANSWER, about.pool);
    if (gw_chat_document(&out, text, &about, &usage) == NULL) {
        must(gw_tree_read(&t, gw_text_str(&out), &gw_tree_all, 0, about.pool)
             == APR_SUCCESS);
        must(gw_tree_member(&t, gw_tree_root(&t), "choices")->count == 1);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned how = fuzz_byte(&data, &size);
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i = fuzz_place(a, size), k = fuzz_place(b, size);

    if (how & 1)
        document(how, data, size);
    else
        streams(how, data, size, i < k ? i : k, i < k ? k : i);
    fuzz_pool();                /* what was written is freed with it */
    return 0;
}
