/* SPDX-License-Identifier: Apache-2.0 */
/* policy.h - what a key or a team may do: plain data, read from its spec. */
#ifndef GW_POLICY_H
#define GW_POLICY_H

#include <apr_network_io.h>

#include "budget.h"

/* The kinds of limits; 0 as a value means none. */
typedef enum {
    GW_LIMIT_RPS, GW_LIMIT_RPM, GW_LIMIT_RPH, GW_LIMIT_RPD,
    GW_LIMIT_TPM, GW_LIMIT_TPD,
    GW_LIMIT_WINDOWS,               /* the ones above are rate windows */
    GW_LIMIT_CONCURRENCY = GW_LIMIT_WINDOWS,
    GW_LIMIT_PROMPT, GW_LIMIT_OUTPUT,
    GW_LIMITS
} gw_limit_t;

/* "requests_per_second", ...; and the period of each window in µs. */
extern const char *const gw_limit_names[GW_LIMITS];
extern const apr_int64_t gw_limit_periods[GW_LIMIT_WINDOWS];

typedef enum { GW_SCOPE_NONE, GW_SCOPE_TEAM, GW_SCOPE_ADMIN } gw_scope_t;

/* "none", "team", "admin". */
extern const char *const gw_scope_names[3];

#define GW_COALESCE_MOST 1000   /* ms */

typedef struct gw_policy_t {
    const char **models, **deny_models; /* globs, NULL-ended; NULL: no list */
    unsigned endpoints;                 /* mask (dialect_names.h); 0: all */
    apr_ipsubnet_t **addresses;         /* NULL-ended; NULL: any */
    apr_int64_t limit[GW_LIMITS];       /* 0: none */
    gw_budget_t budget[GW_BUDGETS];     /* without what was spent */
    unsigned budgets;
    unsigned share_keys, share_limits;  /* of a team: how many keys, windows
                                           and budgets of it may be in the
                                           segment at a time; 0: the usual */
    int coalesce;               /* ms that events may wait for others; -1: it
                                   is for others to say */
    int answer_ids;             /* of a team: receipts are found by the id
                                   of the answer, too */
} gw_policy_t;

/* May this policy use a model of this name? */
int gw_policy_model(const gw_policy_t *policy, const char *model);

#endif
