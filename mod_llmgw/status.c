/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - see status.h.  Fields cost nothing where no LogFormat asks. */
#include "status.h"

#include <http_protocol.h>
#include <mod_log_config.h>
#include <mod_status.h>

#include "cells.h"
#include "clock.h"
#include "fill.h"
#include "number.h"
#include "readiness.h"
#include "segment_clock.h"

/* ---- access log ----------------------------------------------------- */

static const char *number(const gw_call_t *call, apr_int64_t n)
{
    char *text = apr_palloc(call->r->pool, GW_NUMBER_TEXT);

    gw_number_text(text, n);
    return text;
}

/* Fields that a row has. */
static const char *row_field(const gw_call_t *call, const char *name)
{
    const gw_row_t *row = call->row;

#define IS(text) (strcmp(name, text) == 0)
    switch (*name) {
    case 'i':
        return IS("input") ? number(call, gw_usage_prompt(&row->usage)) : NULL;
    case 'o':
        return IS("output") ? number(call, gw_usage_output(&row->usage))
                            : NULL;
    case 't':
        return IS("tokens") ? number(call, gw_usage_prompt(&row->usage)
                                           + gw_usage_output(&row->usage))
                            : NULL;
    case 'a':
        return IS("amount") ? gw_money_text(apr_palloc(call->r->pool,
                                                       GW_MONEY_TEXT),
                                            row->amount)
             : IS("attempts") ? number(call, row->attempts) : NULL;
    case 's':
        return IS("state") ? gw_state_names[row->state] : NULL;
    default:
        return NULL;
    }
}

/* By the first letter: each field takes one comparison or two.  Only names
 * hold what has to be escaped, and are. */
static const char *call_field(const gw_call_t *call, const char *name)
{
    switch (*name) {
    case 'r':
        return IS("request") ? call->id_text : NULL;
    case 'k':
        return IS("key") ? call->caller.public_id : NULL;
    case 'm':
        return IS("model") ? call->log_model : NULL;
    case 'u':
        return IS("upstream") ? call->log_upstream : NULL;
    default:
        return call->row != NULL ? row_field(call, name) : NULL;
    }
#undef IS
}

static const char *log_field(request_rec *r, char *name)
{
    const gw_call_t *call = gw_call_of(r);
    const char *text = call != NULL ? call_field(call, name) : NULL;

    return text != NULL ? text : "-";
}

void gw_status_log_handlers(apr_pool_t *p)
{
    APR_OPTIONAL_FN_TYPE(ap_register_log_handler) *add =
        APR_RETRIEVE_OPTIONAL_FN(ap_register_log_handler);

    if (add != NULL)
        add(p, (char *)"^LG", log_field, 0);
}

/* ---- mod_status ----------------------------------------------------- */

static void report_fill(request_rec *r, int flags)
{
    static const char *const names[GW_FILLS][2] = {
        { "Owners", "keys and teams in the segment" },
        { "Meters", "windows and budgets of them" },
        { "Cells", "requests under way or not yet in the ledger" }
    };
    gw_fill_t fill[GW_FILLS];
    int i;

    gw_fill_read(fill, gw_process.seg);
    for (i = 0; i < GW_FILLS; i++) {
        if (flags & AP_STATUS_SHORT)
            ap_rprintf(r, "LLMGateway%sInUse: %u\nLLMGateway%s: %u\n",
                       names[i][0], fill[i].used, names[i][0], fill[i].all);
        else
            ap_rprintf(r, "<tr><th>%s</th><td>%u of %u</td></tr>\n",
                       names[i][1], fill[i].used, fill[i].all);
    }
}

static void count_cells(apr_uint32_t *count)
{
    apr_uint32_t i, child;

    for (i = 0; i < gw_process.seg->n.cells; i++)
        count[gw_cell_state(gw_process.seg, i, &child)]++;
}

/* What is said of a gateway that serves. */
typedef struct figures_t {
    apr_uint32_t count[GW_CELL_STATES];
    apr_time_t silent;          /* seconds since the helper was seen */
    int believed;               /* the clock is */
} figures_t;

static void look(figures_t *f)
{
    const gw_segment_t *seg = gw_process.seg;

    memset(f, 0, sizeof(*f));
    gw_segment_clock(seg, gw_wall_now(), gw_steady_now(), &f->believed);
    count_cells(f->count);
    /* not yet free */
    f->count[GW_CELL_SETTLED] += f->count[GW_CELL_WRITTEN];
    f->silent = apr_time_sec(gw_wall_now() - seg->header->helper_seen);
}

static void report_auto(request_rec *r, int flags, const figures_t *f)
{
    ap_rprintf(r, "LLMGatewayVersion: %s\n"
               "LLMGatewayOpen: %u\nLLMGatewayHeld: %u\n"
               "LLMGatewayUnwritten: %u\nLLMGatewayOverloaded: %"
               APR_UINT64_T_FMT "\nLLMGatewayHelperSilent: %"
               APR_TIME_T_FMT "\nLLMGatewayClockBelieved: %d\n",
               GW_VERSION, f->count[GW_CELL_OPEN], f->count[GW_CELL_HELD],
               f->count[GW_CELL_SETTLED], gw_process.seg->header->overloaded,
               f->silent, f->believed);
    report_fill(r, flags);
}

static void report_page(request_rec *r, int flags, const figures_t *f)
{
    const gw_segment_t *seg = gw_process.seg;

    ap_rprintf(r, "<hr />\n<h2>LLM gateway</h2>\n<table border=\"0\">\n"
               "<tr><th>version</th><td>%s</td></tr>\n"
               "<tr><th>requests under way</th><td>%u</td></tr>\n"
               "<tr><th>not yet admitted</th><td>%u</td></tr>\n"
               "<tr><th>settled, not yet in the ledger</th><td>%u</td></tr>\n"
               "<tr><th>places in the segment</th><td>%u</td></tr>\n"
               "<tr><th>refused for want of a place</th><td>%"
               APR_UINT64_T_FMT "</td></tr>\n"
               "<tr><th>ledger helper</th><td>pid %u, seen %" APR_TIME_T_FMT
               " s ago</td></tr>\n<tr><th>clock</th><td>%s</td></tr>\n",
               GW_VERSION, f->count[GW_CELL_OPEN], f->count[GW_CELL_HELD],
               f->count[GW_CELL_SETTLED], seg->n.cells,
               seg->header->overloaded, seg->header->helper_pid, f->silent,
               f->believed ? "believed" : "not believed: confirm or set it");
    report_fill(r, flags);
    ap_rputs("</table>\n", r);
}

static int status_hook(request_rec *r, int flags)
{
    const char *trouble;
    figures_t f;

    if (gw_process.conf == NULL)
        return DECLINED;
    trouble = gw_readiness_problem(apr_time_now());
    if (trouble != NULL) {
        ap_rprintf(r, flags & AP_STATUS_SHORT
                   ? "LLMGatewayVersion: %s\nLLMGatewayTrouble: %s\n"
                   : "<hr />\n<h2>LLM gateway</h2>\n<p>%s, 503: %s</p>\n",
                   GW_VERSION, ap_escape_html(r->pool, trouble));
        return OK;
    }
    look(&f);
    if (flags & AP_STATUS_SHORT)
        report_auto(r, flags, &f);
    else
        report_page(r, flags, &f);
    return OK;
}

void gw_status_register(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, status_hook, NULL, NULL,
                      APR_HOOK_MIDDLE);
}
