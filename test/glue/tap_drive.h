/* SPDX-License-Identifier: Apache-2.0 */
/* tap_drive.h - an answer is put through the tap, and what it passes is
 * caught: the whole of a program that includes it. */
#ifndef GW_TEST_TAP_DRIVE_H
#define GW_TEST_TAP_DRIVE_H

#include <http_protocol.h>

#include "glue.h"
#include "headers.h"
#include "settle.h"
#include "tap_private.h"        /* tap.h is the test's */

#include "tap.h"

/* ---- the watch, as the tap sees it ---------------------------------- */

static gw_call_t *call;
static gw_cell_t *cell;
static gw_stop_t stopped;
static char out[8192];
static apr_size_t length;
static int ended;               /* the EOS was passed */
static apr_size_t unsettled;    /* bytes passed while the cell was open */
static int ended_unsettled;
static int dropped;             /* the request's body was */
static int holding, briefly;    /* the end waits for usage */
static apr_status_t taken;      /* what the tap said of the last part */

apr_status_t gw_watch_pass(gw_call_t *c, ap_filter_t *f,
                           apr_bucket_brigade *bb)
{
    apr_bucket *e = APR_BRIGADE_FIRST(bb);
    int open = glue_state(cell) == GW_CELL_OPEN;

    for (; e != APR_BRIGADE_SENTINEL(bb); e = APR_BUCKET_NEXT(e)) {
        const char *p = NULL;
        apr_size_t n = 0;

        ended |= APR_BUCKET_IS_EOS(e);
        ended_unsettled |= APR_BUCKET_IS_EOS(e) && open;
        if (!APR_BUCKET_IS_METADATA(e))
            apr_bucket_read(e, &p, &n, APR_BLOCK_READ);
        if (n > sizeof(out) - length)
            abort();
        if (n > 0)
            memcpy(out + length, p, n);
        length += n;
        unsettled = open ? length : unsettled;
    }
    apr_brigade_cleanup(bb);
    return APR_SUCCESS;
}

gw_stop_t gw_watch_stopped(const gw_call_t *c)
{
    return stopped;
}

void gw_watch_note_stop(gw_call_t *c, gw_stop_t why)
{
    stopped = why;
}

int gw_watch_client_left(gw_call_t *c)
{
    return 1;
}

apr_status_t gw_watch_drained_enough(gw_call_t *c)
{
    return APR_ECONNABORTED;
}

void gw_watch_end(gw_call_t *c)
{
}

void gw_watch_hold(gw_call_t *c, apr_time_t until)
{
    holding = 1;
}

void gw_watch_hold_briefly(gw_call_t *c, int brief)
{
    briefly = brief;
}

/* ---- and the rest of the request ------------------------------------ */

void gw_headers_add(gw_call_t *c, apr_table_t *headers, int fresh)
{
}

apr_int32_t gw_call_ms(const gw_call_t *c)
{
    return 5;
}

void gw_call_drop_body(gw_call_t *c)
{
    dropped++;
}

/* ---- driving -------------------------------------------------------- */

static ap_filter_t *filter;
static ap_filter_rec_t *tap_rec;

/* translation: NULL, or how the answer is translated. */
static void begin_translated(const gw_translation_t *translation,
                             int usage_added)
{
    call = glue_call();
    call->translation = translation;
    cell = call->cell;
    call->usage_added = usage_added;
    call->r->content_type = "text/event-stream";
    stopped = GW_STOP_NONE;
    length = unsettled = 0;
    ended = ended_unsettled = dropped = holding = briefly = 0;
    gw_settle_attempt(call, call->route);
    gw_tap_start(call);
    gw_exchange_on(&call->exchange, GW_X_ATTEMPT);
    gw_tap_attempt(call, 1);
    gw_exchange_on(&call->exchange, GW_X_SENT);
    gw_settle_sent(call);
    filter = apr_pcalloc(call->r->pool, sizeof(*filter));
    filter->ctx = call->tap;
    filter->r = call->r;
    filter->c = call->r->connection;
}

static inline void begin(int usage_added)
{
    begin_translated(NULL, usage_added);
}

/* mod_proxy passes a part of the answer on; NULL: its end. */
static void feed(const char *part)
{
    apr_bucket_alloc_t *alloc = call->r->connection->bucket_alloc;
    apr_bucket_brigade *bb = apr_brigade_create(call->r->pool, alloc);

    APR_BRIGADE_INSERT_TAIL(bb, part == NULL
                                ? apr_bucket_eos_create(alloc)
                                : apr_bucket_immortal_create(part,
                                      strlen(part), alloc));
    taken = tap_rec->filter_func.out_func(filter, bb);
}

static void passed(const char *want, const char *name)
{
    is_mem(out, length, want, strlen(want), "%s", name);
}

static void drive_start(void)
{
    gw_tap_register();
    call = glue_call();
    gw_tap_start(call);
    tap_rec = ap_register_output_filter("", NULL, NULL, AP_FTYPE_RESOURCE);
    gw_tap_register();
}

#endif
