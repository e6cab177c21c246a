/* SPDX-License-Identifier: Apache-2.0 */
/* auth_refuse.c - what the log and the client are told of a refused key. */
#include "auth.h"

#include <apr_strings.h>

#include "log_rate.h"

/* By gw_key_state_t: for the log, and what follows "Incorrect API key
 * provided: ". */
#define STRANGER "it is mistyped or not known here. Ask the administrator " \
                 "of this gateway for a key."
static const struct { const char *log, *say; } states[] = {
    { "good", "" },
    { "no key", "" },
    { "no key of ours", STRANGER },
    { "checksum", STRANGER },
    { "unknown", STRANGER },
    { "revoked", "this key was revoked. Ask the administrator of this "
                 "gateway for another." },
    { "expired", "this key has expired. Ask the administrator of this "
                 "gateway for another." },
    { "replaced", "this key was rotated, and the secret that you sent is no "
                  "longer good. Use the one that took its place." },
    { "team disabled", "the team of this key is disabled. Ask the "
                       "administrator of this gateway." },
    { "wrong host", "this key is not taken at this address. Ask the "
                    "administrator of this gateway which base_url is for "
                    "it." }
};

gw_problem_kind_t gw_auth_refuse(gw_problem_t *problem, gw_key_state_t state,
                                 const char *public_id, apr_pool_t *pool)
{
    if (state == GW_KEY_NONE)
        gw_problem(problem, GW_P_MISSING_API_KEY, NULL,
                   "You didn't provide an API key. Send it as "
                   "'Authorization: Bearer sk-gtw-...' or in the header "
                   "'x-api-key'.");
    else
        gw_problem(problem, GW_P_INVALID_API_KEY, NULL,
                   apr_pstrcat(pool, "Incorrect API key provided: ",
                               states[state].say, NULL));
    problem->log = apr_pstrcat(pool, "key ", public_id ? public_id : "-",
                               ", ", states[state].log, NULL);
    return problem->kind;
}

/* Guessers may cause as many of these as they like: a child logs a hundred
 * every ten seconds. */
void gw_auth_log(request_rec *r, const gw_problem_t *problem)
{
    static gw_log_rate_t rate;
    apr_uint32_t hidden = 0;
    const char *more = "";

    if (!APLOG_R_IS_LEVEL(r, APLOG_WARNING)
        || !gw_log_rate(&rate, 100, apr_time_from_sec(10), &hidden))
        return;
    if (hidden > 0)
        more = apr_psprintf(r->pool, "; %u before it were not logged",
                            hidden);
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, GW_TAG(0040)
                  "401 from %s, %s%s", r->useragent_ip,
                  problem->log ? problem->log : "refused by the "
                  "configuration", more);
}
