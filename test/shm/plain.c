/* SPDX-License-Identifier: Apache-2.0 */
/* plain.c - see plain.h. */
#include "plain.h"

static apr_int64_t most(apr_int64_t a, apr_int64_t b)
{
    return a > b ? a : b;
}

void plain_begin(plain_t *p)
{
    int i;

    memset(p, 0, sizeof(*p));
    for (i = 0; i < PLAIN_OWNERS; i++) {
        plain_owner_t *o = &p->owner[i];

        o->kind = i < PLAIN_KEYS ? GW_OWNER_KEY : GW_OWNER_TEAM;
        o->id = 11 + i;
        o->version = 1;
        o->team = PLAIN_KEYS + i % PLAIN_TEAMS;
    }
}

/* ---- who holds what -------------------------------------------------- */

int plain_of(const plain_t *p, const plain_ask_t *a, int owner)
{
    return a->key == owner || p->owner[a->key].team == owner;
}

int plain_places(const plain_t *p, int owner)
{
    int i, n = 0;

    for (i = 0; i < p->asks; i++)
        n += p->ask[i].state <= PLAIN_OPEN && plain_of(p, &p->ask[i], owner);
    return n;
}

int plain_pins(const plain_t *p, int owner)
{
    int i, n = 0;

    for (i = 0; i < p->asks; i++)
        n += p->ask[i].state <= PLAIN_SETTLED
             && plain_of(p, &p->ask[i], owner);
    return n;
}

int plain_drains(const plain_t *p, int owner)
{
    int i, n = 0;

    for (i = 0; i < p->asks; i++)
        n += p->ask[i].state == PLAIN_OPEN && p->ask[i].drains
             && plain_of(p, &p->ask[i], owner);
    return n;
}

plain_sums_t plain_sums(const plain_t *p, int owner, gw_window_kind_t window,
                        apr_time_t start)
{
    plain_sums_t sums = { 0, 0, 0 };
    int i;

    for (i = 0; i < p->asks; i++) {
        const plain_ask_t *a = &p->ask[i];

        if (a->state == PLAIN_HELD || a->state == PLAIN_GONE
            || !plain_of(p, a, owner))
            continue;
        if (a->state == PLAIN_ROW)
            sums.committed += a->at >= start ? a->amount : 0;
        else if (gw_window_start(window, 0, a->at) != start)
            continue;
        else if (a->state == PLAIN_SETTLED)
            sums.pending += a->amount;
        else
            sums.reserved += most(a->reserve, 0);
    }
    return sums;
}

static apr_int64_t whole(const plain_sums_t *s)
{
    return s->reserved + s->pending + s->committed;
}

/* ---- policies -------------------------------------------------------- */

void plain_limit(plain_owner_t *o, gw_limit_t limit, apr_int64_t n)
{
    apr_int64_t before = o->limit[limit];

    o->limit[limit] = n;
    if (limit < GW_LIMIT_WINDOWS && n != before)
        o->full[limit] = before == 0 || n == 0 ? 0
                       : o->full[limit] / before * n;
}

void plain_cover(plain_t *p, int owner, int set)
{
    plain_owner_t *o = &p->owner[owner];
    unsigned i;

    for (i = 0; i < o->budgets; i++) {
        plain_budget_t *b = &o->budget[i];
        apr_time_t start = gw_window_start(b->window, 0, p->last);
        plain_sums_t sums = plain_sums(p, owner, b->window, start);

        if (!set && start == b->cover_start)
            continue;
        b->cover = most(b->limit, whole(&sums));
        b->cover_start = start;
    }
}

int plain_covered(const plain_t *p, int owner)
{
    const plain_owner_t *o = &p->owner[owner];
    unsigned i;

    for (i = 0; i < o->budgets; i++) {
        const plain_budget_t *b = &o->budget[i];
        plain_sums_t sums = plain_sums(p, owner, b->window, b->cover_start);

        if (b->cover_start == gw_window_start(b->window, 0, p->last)
            && whole(&sums) > b->cover)
            return 0;
    }
    return 1;
}

void plain_out(plain_owner_t *o)
{
    o->in = 0;
    memset(o->full, 0, sizeof(o->full));
}

/* ---- windows --------------------------------------------------------- */

static int of_tokens(int limit)
{
    return limit == GW_LIMIT_TPM || limit == GW_LIMIT_TPD;
}

/* What of it is used now, in parts of a microsecond. */
static apr_int64_t in_use(const plain_owner_t *o, int limit, apr_time_t now)
{
    return most(o->full[limit] - now * o->limit[limit], 0);
}

int plain_rests(const plain_t *p, int owner, apr_time_t steady)
{
    const plain_owner_t *o = &p->owner[owner];
    int i;

    for (i = 0; i < PLAIN_KEYS; i++) {
        if (p->owner[i].in && p->owner[i].team == owner)
            return 0;
    }
    for (i = 0; i < GW_LIMIT_WINDOWS; i++) {
        if (in_use(o, i, steady) > 0
            && !(o->kind == GW_OWNER_KEY && o->status == GW_KEY_REVOKED))
            return 0;
    }
    return plain_pins(p, owner) == 0;
}

static void take(plain_owner_t *o, int limit, apr_int64_t n, apr_time_t now)
{
    apr_int64_t used = in_use(o, limit, now) + n * gw_limit_periods[limit];

    o->full[limit] = now * o->limit[limit] + most(used, 0);
}

void plain_take(plain_t *p, const plain_ask_t *a, apr_time_t steady)
{
    int both[2] = { a->key, p->owner[a->key].team }, i, limit;

    for (i = 0; i < 2; i++) {
        plain_owner_t *o = &p->owner[both[i]];

        for (limit = 0; limit < GW_LIMIT_WINDOWS; limit++) {
            if (o->limit[limit] != 0)
                take(o, limit, of_tokens(limit) ? a->tokens : 1, steady);
        }
    }
}

void plain_give_back(plain_t *p, const plain_ask_t *a, apr_int64_t used,
                     apr_time_t steady)
{
    int both[2] = { a->key, p->owner[a->key].team }, i, limit;

    for (i = 0; i < 2; i++) {
        plain_owner_t *o = &p->owner[both[i]];

        for (limit = 0; limit < GW_LIMIT_WINDOWS; limit++) {
            if (o->limit[limit] != 0 && of_tokens(limit))
                take(o, limit, used - a->tokens, steady);
        }
    }
}

/* ---- verdicts -------------------------------------------------------- */

typedef struct judge_t {
    const plain_t *p;
    const plain_ask_t *a;
    int enter;
    apr_time_t steady;
    gw_verdict_kind_t kind;
    apr_interval_time_t wait;
} judge_t;

/* What weighs more stands; of waits the longest. */
static void say(judge_t *j, gw_verdict_kind_t kind, apr_interval_time_t wait)
{
    if (kind > j->kind || (kind == j->kind && wait > j->wait)) {
        j->kind = kind;
        j->wait = wait;
    }
}

static void judge_windows(judge_t *j, const plain_owner_t *o)
{
    int limit;

    for (limit = 0; limit < GW_LIMIT_WINDOWS; limit++) {
        apr_int64_t period = gw_limit_periods[limit], all = o->limit[limit];
        apr_int64_t n = of_tokens(limit) && !j->enter ? j->a->tokens : 1;
        apr_int64_t over;

        if (all == 0)
            continue;
        over = in_use(o, limit, j->steady) + (n - all) * period;
        if (n > all)
            say(j, GW_ADMIT_TOO_LARGE, 0);
        else if (over > 0)
            say(j, GW_ADMIT_WAIT, (over + all - 1) / all);
    }
}

static void judge_budgets(judge_t *j, int owner)
{
    const plain_owner_t *o = &j->p->owner[owner];
    unsigned i;

    for (i = 0; i < o->budgets; i++) {
        const plain_budget_t *b = &o->budget[i];
        plain_sums_t sums = plain_sums(j->p, owner, b->window,
                                       gw_window_start(b->window, 0,
                                                       j->a->at));

        if (j->a->reserve < 0)
            say(j, GW_ADMIT_UNBOUNDED, 0);
        else if (sums.pending + sums.committed + j->a->reserve > b->limit)
            say(j, GW_ADMIT_BUDGET, 0);
        else if (whole(&sums) + j->a->reserve > b->limit)
            say(j, GW_ADMIT_RESERVED, 0);
    }
}

gw_verdict_kind_t plain_verdict(const plain_t *p, const plain_ask_t *a,
                                int enter, apr_time_t steady,
                                apr_interval_time_t *wait)
{
    judge_t j = { p, a, enter, steady, GW_ADMIT_FITS, 0 };
    int both[2] = { a->key, p->owner[a->key].team }, i;
    const plain_owner_t *key = &p->owner[both[0]], *team = &p->owner[both[1]];

    *wait = 0;
    if (!key->in || !team->in || key->stale || team->stale)
        return GW_ADMIT_LOST;
    if (key->status != GW_KEY_LIVE)
        return GW_ADMIT_REVOKED;
    if (team->status != GW_KEY_LIVE)
        return GW_ADMIT_TEAM_DISABLED;
    for (i = 0; i < 2; i++) {
        const plain_owner_t *o = &p->owner[both[i]];

        judge_windows(&j, o);
        if (enter && o->limit[GW_LIMIT_CONCURRENCY] != 0
            && plain_places(p, both[i]) >= o->limit[GW_LIMIT_CONCURRENCY])
            say(&j, GW_ADMIT_FULL, 0);
        if (!enter)
            judge_budgets(&j, both[i]);
    }
    *wait = j.wait;
    return j.kind;
}

/* ... on what it is to reserve beside what others have. */
static gw_verdict_kind_t grown(const plain_t *p, const plain_ask_t *a,
                               int owner, const plain_budget_t *b,
                               apr_int64_t reserve)
{
    plain_sums_t sums = plain_sums(p, owner, b->window,
                                   gw_window_start(b->window, 0, a->at));

    if (reserve < 0)
        return GW_ADMIT_UNBOUNDED;
    if (sums.pending + sums.committed + reserve > b->limit)
        return GW_ADMIT_BUDGET;
    return whole(&sums) - a->reserve + reserve > b->limit ? GW_ADMIT_RESERVED
                                                          : GW_ADMIT_FITS;
}

gw_verdict_kind_t plain_growth(const plain_t *p, const plain_ask_t *a,
                               apr_int64_t reserve, const unsigned ended[2])
{
    int both[2] = { a->key, p->owner[a->key].team }, i;
    gw_verdict_kind_t kind = GW_ADMIT_FITS;
    unsigned n;

    if (a->reserve < 0 || (reserve >= 0 && reserve <= a->reserve))
        return GW_ADMIT_FITS;
    for (i = 0; i < 2; i++) {
        const plain_owner_t *o = &p->owner[both[i]];

        for (n = 0; n < o->budgets; n++) {
            gw_verdict_kind_t k = ended[i] & 1u << n ? GW_ADMIT_OLD_ID
                                  : grown(p, a, both[i], &o->budget[n],
                                          reserve);

            kind = k > kind ? k : kind;
        }
    }
    return kind;
}

/* ---- bills ----------------------------------------------------------- */

static apr_int64_t amount_of(apr_int64_t prompt, apr_int64_t output)
{
    return prompt * FIXTURE_INPUT + output * FIXTURE_OUTPUT;
}

/* What nobody counted to its end: the prompt, and what was delivered; tokens
 * are taken off, the output's first, until the reserve holds it. */
static void estimate(plain_ask_t *a)
{
    apr_int64_t prompt = a->prompt, output = 0;

    if (a->phase >= GW_PHASE_DELIVERED)
        output = a->output;
    else
        prompt = a->tokens / 2;
    if (a->reserve >= 0 && amount_of(prompt, 0) > a->reserve) {
        prompt = a->reserve / FIXTURE_INPUT;
        output = 0;
    }
    if (a->reserve >= 0 && amount_of(prompt, output) > a->reserve)
        output = (a->reserve - amount_of(prompt, 0)) / FIXTURE_OUTPUT;
    a->amount = amount_of(prompt, output);
    a->used = prompt + output;
}

void plain_bill(plain_ask_t *a, gw_end_t end)
{
    int delivered = a->phase >= GW_PHASE_DELIVERED;

    a->amount = 0;
    a->used = delivered ? a->prompt + a->output : 0;    /* as counted */
    if (end == GW_END_FAILED || (end == GW_END_CUT && !delivered)
        || ((end == GW_END_CLIENT || end == GW_END_STOPPED)
            && a->phase < GW_PHASE_SENT))
        return;
    if (end == GW_END_CLIENT || end == GW_END_STOPPED || !delivered)
        estimate(a);
    else
        a->amount = amount_of(a->prompt, a->output);
}
