/* SPDX-License-Identifier: Apache-2.0 */
/* tap_fail.c - the event that ends a stream which fails. */
#include "tap_translate.h"

#include <apr_strings.h>

/* The answer's own id, or the one that ours would have; and one more than the
 * last event's number, where its events have numbers. */
static void know_broken(gw_broken_t *broken, const gw_tap_t *t)
{
    const gw_call_t *call = t->call;
    const char *prefix = gw_shape_row(call->shape)->id;

    broken->request_id = call->id_text;
    broken->id = t->tr == NULL && *t->answer.id != '\0' ? t->answer.id : NULL;
    if (broken->id == NULL && prefix != NULL)
        broken->id = gw_translate_id(prefix, call->id_text, call->r->pool);
    broken->model = call->model->name;
    broken->created = apr_time_sec(gw_id_time(call->id));
    broken->number = -1;
    if (gw_tap_is_open(t))
        broken->number = 0;     /* it is the first event */
    else if (t->tr == NULL && t->answer.number >= 0)
        broken->number = t->answer.number + 1;
}

/* A translation that writes the event itself knows what came before.  0: it
 * has none, or could not write it. */
static int put_own(gw_tap_t *t, const gw_problem_t *problem)
{
    gw_tap_translation_t *tr = t->tr;
    gw_text_t *out;

    if (tr == NULL || tr->how->fail == NULL || gw_tap_is_mute(t))
        return 0;
    if (tr->stream == NULL)
        tr->stream = tr->how->start(&tr->about);
    out = &tr->out;             /* what was in it is passed, or void */
    gw_text_clear(out);
    tr->how->fail(tr->stream, out, gw_problem_failed_code(problem),
                  gw_problem_failed_message(problem, t->call->r->pool));
    if (out->full || out->n == 0 || gw_tap_leaks_clear(t, out->p, out->n)) {
        gw_text_clear(out);
        return 0;
    }
    gw_tap_put_bucket(t, apr_bucket_heap_create(out->p, out->n, NULL,
                             t->f->c->bucket_alloc), out->n);
    gw_text_clear(out);
    return 1;
}

void gw_tap_put_problem(gw_tap_t *t, const gw_problem_t *problem)
{
    const char *event;
    gw_broken_t broken;

    if (t->flowing)             /* half of an event was passed: end it */
        gw_tap_put(t, "\n\n", 2);
    if (put_own(t, problem))
        return;
    know_broken(&broken, t);
    event = gw_problem_event(problem, t->call->shape, &broken,
                             t->call->r->pool);
    gw_tap_put(t, event, strlen(event));
}

void gw_tap_error_event(gw_tap_t *t, gw_problem_kind_t kind,
                        const char *message)
{
    gw_problem_t problem;

    gw_problem(&problem, kind, NULL, message);
    gw_tap_put_problem(t, &problem);
}

void gw_tap_short(gw_tap_t *t)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, t->call->r, GW_TAG(0071)
                  "%s: upstream %s ended a stream before its end",
                  t->call->id_text, t->call->route->upstream->name);
    gw_tap_error_event(t, GW_P_UPSTREAM_UNAVAILABLE,
                       "The upstream broke off before the end of the "
                       "answer.");
    gw_tap_end(t, GW_END_CUT);
}
