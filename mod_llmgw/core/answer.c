/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c - see answer.h: documents and streams, whatever their format. */
#include "answer.h"

#include "fnv.h"

/* ---- a document ----------------------------------------------------- */

static void reader_start(gw_answer_t *a, const gw_json_schema_t *schema)
{
    gw_json_start(&a->json, schema, GW_JSON_LENIENT, a->format->visit, a);
}

/* An event that is whole in one piece is noted as well as read. */
static void visit_event(void *baton, const gw_json_node_t *node)
{
    gw_answer_t *a = baton;

    gw_event_template_note(&a->template[!a->latest], node);
    if (node->slot != 0)
        a->format->visit(a, node);
}

void gw_answer_feed(gw_answer_t *a, const char *p, apr_size_t n)
{
    static const char mark[] = "\xef\xbb\xbf";     /* byte order mark */

    a->event.bytes += n;
    for (; n > 0 && a->marks < 3 && *p == mark[a->marks]; p++, n--)
        a->marks++;
    if (n > 0)
        a->marks = 3;
    gw_json_feed(&a->json, p, n);
    a->event.text = gw_json_text(&a->json);
    a->event.data = 1;
}

apr_status_t gw_answer_end(gw_answer_t *a)
{
    apr_status_t rv = gw_json_end(&a->json);

    a->error = a->event.error;
    return rv;
}

int gw_answer_is(const gw_answer_t *a, unsigned shows)
{
    if (a->event.error)
        return 0;
    if (shows != GW_SHOWS_CHOICES)
        return (a->shows & shows) != 0;
    return a->event.choice
           || (a->event.no_choices && a->counts.n[GW_N_PROMPT] > 0);
}

/* ---- a stream ------------------------------------------------------- */

static void event_data(void *baton, const char *p, apr_size_t n)
{
    gw_answer_t *a = baton;

    if (a->mark_len < GW_ANSWER_MARK) {
        apr_size_t room = GW_ANSWER_MARK - (apr_size_t)a->mark_len;
        apr_size_t k = n < room ? n : room;

        if (a->mark_len == 0 && a->base != NULL)
            a->data_at = (apr_size_t)(p - a->base);
        memcpy(a->mark + a->mark_len, p, k);
        a->mark_len += (unsigned char)k;
    }
    gw_json_feed(&a->json, p, n);
}

void gw_answer_start(gw_answer_t *a, const gw_answer_format_t *format,
                     int sse)
{
    memset(a, 0, offsetof(gw_answer_t, json));
    a->format = format;
    a->template[0].ready = a->template[1].ready = 0;
    a->sse = sse != 0;
    gw_counts_clear(&a->counts);
    a->before.counts = a->counts;
    a->number = a->before.number = -1;
    gw_sse_start(&a->lines, event_data, a);
    reader_start(a, sse ? format->event : format->document);
}

/* It begins in this call, at p. */
static void event_start(gw_answer_t *a, const char *p)
{
    memset(&a->event, 0, sizeof(a->event));
    a->mark_len = 0;
    memcpy(a->before.started, a->started, sizeof(a->started));
    memcpy(a->before.finished, a->finished, sizeof(a->finished));
    a->before.counts = a->counts;
    a->before.number = a->number;
    a->base = p;
    gw_event_template_start(&a->template[!a->latest]);
    gw_json_start(&a->json, a->format->event, GW_JSON_LENIENT | GW_JSON_EVERY,
                  visit_event, a);
}

static int is_mark(const gw_answer_t *a)
{
    return a->mark_len == GW_ANSWER_MARK
           && memcmp(a->mark, "[DONE]", GW_ANSWER_MARK) == 0;
}

static int is_last_name(const gw_answer_t *a)
{
    const char *const *last = a->format->last;

    while (*last != NULL && strcmp(a->lines.name, *last) != 0)
        last++;
    return *last != NULL;
}

/* What of n bytes of text in an event was not told before. */
static apr_size_t news(const gw_answer_t *a, apr_size_t n)
{
    unsigned telling = a->event.telling;

    if (!a->format->retells)
        return n;
    if (telling == GW_TELLS_NOTHING
        || a->told.text[telling] + n <= a->told.most)
        return 0;
    return a->told.text[telling] + n - a->told.most;
}

/* The same; they are told now. */
static apr_size_t told(gw_answer_t *a, apr_size_t n)
{
    apr_size_t more = news(a, n);

    if (!a->format->retells)
        return more;
    if (a->event.telling != GW_TELLS_NOTHING)
        a->told.text[a->event.telling] += n;
    a->told.most += more;
    return more;
}

apr_size_t gw_answer_text(const gw_answer_t *a)
{
    return news(a, gw_json_text(&a->json));
}

/* What an event is, once all of it was told. */
static void note_event(gw_answer_t *a)
{
    gw_event_t *e = &a->event;

    e->text = told(a, e->text);
    if (e->done && e->usage)
        a->counts.beginning = 0;
    e->opening = (!a->any_data || e->head) && e->text == 0 && !e->finish
                 && !e->error && !e->done && (!e->usage || e->head);
    /* one without choices (a ping, Azure's prompt filter) opens nothing */
    if (!e->opening || e->choice)
        a->any_data = 1;
    if (!e->done)
        a->counted = e->usage && e->no_choices;
    a->done |= e->done;
    a->error |= e->error;
}

/* late: its last byte is a LF that could come after its end as well. */
static void event_end(gw_answer_t *a, int late)
{
    gw_event_t *e = &a->event;

    e->data = a->lines.data_lines > 0;
    if (!e->data)
        return;
    if (is_mark(a) || is_last_name(a))
        e->done = 1;
    e->text = a->json.text;
    if (strcmp(a->lines.name, "error") == 0)
        e->error = 1;
    /* what cannot be read may all be text */
    if (!e->done && !e->error && a->mark_len > 0
        && gw_json_end(&a->json) != APR_SUCCESS) {
        e->text = e->bytes - (late ? 1 : 0);
        e->telling = GW_TELLS_PIECES;
    }
    note_event(a);
}

/* The event of n bytes was whole in one piece: others may be like it. */
static void learn(gw_answer_t *a, apr_size_t n)
{
    const gw_event_t *e = &a->event;

    /* behind a CR there may or may not be a LF; a byte order mark is one at
     * the very beginning only */
    if (a->base == NULL || a->lines.data_lines != 1 || a->base[n - 1] == '\r'
        || *a->base == '\xef' || e->done || e->error
        || gw_json_end(&a->json) != APR_SUCCESS)
        return;
    if (!gw_event_template_learn(&a->template[!a->latest], a->base, n,
                                 a->data_at, a->json.text, a->format->alone))
        return;
    a->latest = !a->latest;
    a->like[a->latest] = *e;
}

/* Does an event say nothing beside its text?  Told once more, the rest would
 * change nothing that its like did not. */
static int is_text_only(const gw_event_t *e)
{
    return e->choice && !e->no_choices && !e->usage && !e->finish && !e->head
           && !e->error && !e->done;
}

/* The event is like the one that the latest template is of. */
static void tell_event(gw_answer_t *a, const gw_fitting_t *fitting)
{
    const gw_event_template_t *t = &a->template[a->latest];
    int alone = !t->whole && is_text_only(&a->like[a->latest]);

    if (alone)
        a->event = a->like[a->latest];
    else
        memset(&a->event, 0, sizeof(a->event));
    a->before.number = a->number;
    gw_event_template_tell(t, fitting, alone, a->format->visit, a);
    a->event.bytes = fitting->length;
    a->event.text = fitting->text;
    a->event.data = 1;
    note_event(a);
}

/* The next event, if it is like one that was learned. */
static apr_size_t known_event(gw_answer_t *a, const char *p, apr_size_t n)
{
    gw_fitting_t fitting;

    if (!gw_event_template_match(&fitting, &a->template[a->latest], &a->json,
                                 p, n)) {
        if (!gw_event_template_match(&fitting, &a->template[!a->latest],
                                     &a->json, p, n))
            return 0;
        a->latest = !a->latest;
    }
    tell_event(a, &fitting);
    return fitting.length;
}

gw_sse_result_t gw_answer_next(gw_answer_t *a, const char *p, apr_size_t n,
                               apr_size_t *used)
{
    gw_sse_result_t result;

    a->base = NULL;
    if (n > 0 && a->lines.fresh && !(a->lines.skip_lf && *p == '\n')) {
        if (!a->lines.skip_lf && (*used = known_event(a, p, n)) != 0)
            return GW_SSE_EVENT;
        event_start(a, p);
    }
    result = gw_sse_feed(&a->lines, p, n, used);
    a->event.bytes += *used;    /* a tail is the event's before */
    if (result == GW_SSE_EVENT) {
        event_end(a, *used > 1 && memcmp(p + *used - 2, "\r\n", 2) == 0);
        learn(a, *used);
    }
    return result;
}

static int in_event(const gw_answer_t *a)
{
    return !a->lines.fresh && a->event.bytes > 0;
}

/* What a member said of the end is worth nothing where the client does not
 * get it; of counts there may be half. */
static void undo_event(gw_answer_t *a)
{
    memcpy(a->started, a->before.started, sizeof(a->started));
    memcpy(a->finished, a->before.finished, sizeof(a->finished));
    a->counts = a->before.counts;
    a->number = a->before.number;
}

int gw_answer_last(gw_answer_t *a)
{
    unsigned done = a->done;

    if (!in_event(a))
        return 0;
    event_end(a, 0);
    if (gw_json_end(&a->json) != APR_SUCCESS && !is_mark(a)) {
        a->event.done = 0;      /* it says so, and is not whole */
        a->done = done;
        undo_event(a);
    }
    return 1;
}

void gw_answer_cut(gw_answer_t *a)
{
    if (in_event(a))
        undo_event(a);
}

static int count_choices(const apr_uint64_t bits[2])
{
    return __builtin_popcountll(bits[0]) + __builtin_popcountll(bits[1]);
}

int gw_answer_complete(const gw_answer_t *a, apr_int64_t n)
{
    int finished = count_choices(a->finished);

    return a->done || (finished >= n && finished == count_choices(a->started));
}

int gw_answer_finished(const gw_answer_t *a)
{
    int finished = count_choices(a->finished);

    return finished > 0 && finished == count_choices(a->started);
}

int gw_answer_ended(const gw_answer_t *a)
{
    return a->done || gw_answer_finished(a) || (a->counted && a->any_data);
}

apr_uint64_t gw_answer_id_hash(gw_str_t id)
{
    apr_uint64_t h = gw_fnv(GW_FNV_START, id.p, id.n);

    return h ? h : 1;
}
