/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.c - see fixture.h. */
#include "fixture.h"

#include <sys/mman.h>
#include <unistd.h>

#include "set_clock.h"
#include "kill.h"
#include "recheck.h"
#include "takeover.h"

#include "tap.h"

#define STATE "/fixture"

static const gw_tier_t tier = {
    GW_NO_BOUND, GW_NO_BOUND,
    { [GW_INPUT] = FIXTURE_INPUT, [GW_OUTPUT] = FIXTURE_OUTPUT }, 0
};
const gw_price_t fixture_price = { 1, 1, 0, 1, &tier, 0, 0 };

/* ---- the segment ---------------------------------------------------- */

static void begin(gw_segment_t *seg)
{
    if (gw_takeover(seg, STATE, seg->size, tap_pool()) != NULL
        || gw_child_enter(seg) != APR_SUCCESS)
        abort();
}

gw_segment_t *fixture_segment(apr_size_t size)
{
    gw_segment_t *seg;
    int fd = memfd_create("segment", MFD_CLOEXEC);

    size = gw_segment_size(size);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0
        || gw_segment_map(&seg, fd, size, -1, tap_pool()) != APR_SUCCESS)
        abort();
    close(fd);
    begin(seg);
    return seg;
}

void fixture_empty(gw_segment_t *seg)
{
    memset(seg->base, 0, seg->size);
    begin(seg);
}

unsigned fixture_busy(const gw_segment_t *seg)
{
    unsigned busy = 0;
    apr_uint32_t i;

    for (i = 0; i < seg->n.cells; i++)
        busy += !gw_cell_free(seg, i);
    return busy;
}

apr_uint32_t fixture_index(const gw_segment_t *seg, const gw_cell_t *cell)
{
    return (apr_uint32_t)(((const char *)cell - (const char *)seg->cells)
                          / GW_CELL_SIZE);
}

gw_cell_state_t fixture_state(const gw_segment_t *seg, const gw_cell_t *cell)
{
    apr_uint32_t child;

    return gw_cell_state(seg, fixture_index(seg, cell), &child);
}

/* ---- keys and teams ------------------------------------------------- */

void fixture_limit(gw_policy_t *policy, gw_limit_t limit, apr_int64_t n)
{
    policy->limit[limit] = n;
}

void fixture_budget(gw_policy_t *policy, gw_window_kind_t window,
                    const char *amount)
{
    gw_budget_t *b = &policy->budget[policy->budgets++];
    gw_str_t text = { amount, strlen(amount) };

    memset(b, 0, sizeof(*b));
    if (gw_money_amount(&b->limit, text) != APR_SUCCESS)
        abort();
    memcpy(b->currency, FIXTURE_CURRENCY, GW_CURRENCY);
    b->window = (unsigned char)window;
}

const unsigned char *fixture_hash(apr_int64_t key_id)
{
    static __thread unsigned char hash[GW_INDEX_HASH];
    unsigned long long state = (unsigned long long)key_id
                               * 0x9e3779b97f4a7c15ULL + 1;
    unsigned i;

    for (i = 0; i < GW_INDEX_HASH; i++)
        hash[i] = (unsigned char)(tap_random(&state) >> 32);
    return hash;
}

void fixture_row(gw_owner_row_t *row, const gw_segment_t *seg,
                 gw_owner_kind_t kind, apr_int64_t id, apr_int64_t team_id,
                 apr_int64_t version, const gw_policy_t *policy)
{
    memset(row, 0, sizeof(*row));
    row->kind = kind;
    row->id = id;
    row->version = version;
    row->team_id = team_id;
    row->policy = policy;
    row->public_id = kind == GW_OWNER_KEY ? "0123456789" : NULL;
    if (kind == GW_OWNER_KEY) {
        row->hash = fixture_hash(id);
        row->team_owner = gw_index_by_id(seg, GW_OWNER_TEAM, team_id);
    }
}

static apr_uint32_t put(gw_segment_t *seg, const gw_owner_row_t *row)
{
    apr_uint32_t number;

    if (row->kind == GW_OWNER_KEY && row->team_owner == 0)
        return 0;
    return gw_owners_put(&number, seg, row, gw_owners_writes(seg))
           == APR_SUCCESS ? number : 0;
}

apr_uint32_t fixture_team(gw_segment_t *seg, apr_int64_t id,
                          apr_int64_t version, const gw_policy_t *policy)
{
    gw_owner_row_t row;

    fixture_row(&row, seg, GW_OWNER_TEAM, id, id, version, policy);
    return put(seg, &row);
}

apr_uint32_t fixture_key(gw_segment_t *seg, apr_int64_t id,
                         apr_int64_t team_id, apr_int64_t version,
                         const gw_policy_t *policy)
{
    gw_owner_row_t row;

    fixture_row(&row, seg, GW_OWNER_KEY, id, team_id, version, policy);
    return put(seg, &row);
}

void fixture_owners(gw_segment_t *seg, int n, apr_int64_t team_id,
                    const gw_policy_t *policy)
{
    int i;

    fixture_team(seg, team_id, 1, policy);
    for (i = 1; i <= n; i++)
        fixture_key(seg, i, team_id, 1, policy);
}

gw_owner_t *fixture_owner(const gw_segment_t *seg, gw_owner_kind_t kind,
                          apr_int64_t id)
{
    apr_uint32_t number = gw_index_by_id(seg, kind, id);

    if (number == 0)
        abort();
    return gw_owner_at(seg, number);
}

gw_budget_t *fixture_nth_budget(const gw_segment_t *seg, const gw_owner_t *o,
                                unsigned n)
{
    apr_uint32_t at;

    for (at = o->meters; at != 0; at = gw_meter_at(seg, at)->next) {
        if (gw_meter_at(seg, at)->kind == GW_METER_BUDGET && n-- == 0)
            return &gw_meter_at(seg, at)->u.budget;
    }
    return NULL;
}

gw_quota_t *fixture_quota(const gw_segment_t *seg, const gw_owner_t *o,
                          gw_limit_t limit)
{
    apr_uint32_t at;

    for (at = o->meters; at != 0; at = gw_meter_at(seg, at)->next) {
        if (gw_meter_at(seg, at)->kind == limit)
            return &gw_meter_at(seg, at)->u.quota;
    }
    return NULL;
}

/* ---- requests ------------------------------------------------------- */

gw_cell_t *fixture_enter(gw_verdict_t *v, gw_segment_t *seg,
                         apr_int64_t key_id, apr_int64_t team_id)
{
    gw_cell_t *cell = gw_cell_claim(seg);
    gw_window_t window[2];

    memset(v, 0, sizeof(*v));
    if (cell == NULL)
        return NULL;
    gw_cell_set_owners(cell, gw_index_by_id(seg, GW_OWNER_KEY, key_id),
                       gw_index_by_id(seg, GW_OWNER_TEAM, team_id));
    cell->row.key_id = key_id;
    cell->row.team_id = team_id;
    if (cell->owner[0] == 0 || cell->owner[1] == 0)
        v->kind = GW_ADMIT_LOST;
    else
        gw_admission_enter(v, window, seg, cell, key_id);
    if (v->kind == GW_ADMIT_FITS)
        return cell;
    gw_cell_release(seg, cell);
    return NULL;
}

void fixture_intend(gw_segment_t *seg, gw_cell_t *cell, apr_time_t at,
                    apr_int64_t tokens, gw_pico_t reserve)
{
    gw_cell_set_id(cell, gw_segment_new_id(seg, at));
    cell->row.price_id = cell->row.currency_id = 1;
    cell->row.model_id = 1;
    cell->row.first_ms = -1;
    cell->taken = (apr_int32_t)tokens;
    cell->reserve = reserve;
    cell->rate = 250;
    cell->prompt = (apr_int32_t)(tokens / 2);
    memcpy(cell->currency, FIXTURE_CURRENCY, GW_CURRENCY);
    gw_counts_clear(&cell->counts);
}

int fixture_admit(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                  rows_t *rows)
{
    gw_spent_t spent = rows_spent(rows);
    gw_window_t window[2];
    gw_need_t need;
    int tries;

    gw_admission_need(&need, cell);
    for (tries = 0; tries < 4; tries++) {
        gw_admission_take(v, window, seg, cell, cell->row.key_id, &need);
        if (v->kind != GW_ADMIT_UNREAD
            || gw_budgets_read(seg, cell->owner[v->whose], &spent)
               != APR_SUCCESS)
            break;
    }
    return v->kind == GW_ADMIT_FITS;
}

void fixture_grow(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                  rows_t *rows, gw_pico_t reserve)
{
    gw_spent_t spent = rows_spent(rows);
    int tries;

    for (tries = 0; tries < 4; tries++) {
        gw_admission_grow(v, seg, cell, reserve);
        if (v->kind != GW_ADMIT_UNREAD
            || gw_budgets_read(seg, cell->owner[v->whose], &spent)
               != APR_SUCCESS)
            break;
    }
}

gw_cell_t *fixture_open(gw_verdict_t *v, gw_segment_t *seg, rows_t *rows,
                        apr_int64_t key_id, apr_int64_t team_id,
                        apr_int64_t tokens, gw_pico_t reserve)
{
    gw_cell_t *cell = fixture_enter(v, seg, key_id, team_id);

    if (cell == NULL)
        return NULL;
    fixture_intend(seg, cell, gw_segment_now(seg), tokens, reserve);
    if (fixture_admit(v, seg, cell, rows)) {
        gw_cell_open(seg, cell);
        return cell;
    }
    gw_admission_undo(seg, cell);
    return NULL;
}

void fixture_answer(gw_cell_t *cell, apr_int64_t prompt, apr_int64_t output)
{
    cell->phase = GW_PHASE_DELIVERED;
    cell->text = output * 4;
    cell->counts.seen = 1;
    gw_counts_put(&cell->counts, GW_N_PROMPT, prompt);
    gw_counts_put(&cell->counts, GW_N_COMPLETION, output);
}

int fixture_settle(gw_segment_t *seg, gw_cell_t *cell, gw_end_t end)
{
    gw_row_t row = cell->row;
    gw_budget_t soft;
    int passed;

    gw_bill_decide(&row, cell, &fixture_price, end);
    kill_point("test_decide");
    gw_bill_store(cell, &row);
    kill_point("test_leave");
    passed = gw_admission_leave(seg, cell, &soft);
    kill_point("test_settle");
    gw_cell_settle(seg, cell);
    return passed;
}

/* ---- do the counters agree? ----------------------------------------- */

static void found(void *data, const char *check, const char *detail)
{
    unsigned *n = data;

    if ((*n)++ == 0)
        printf("#   %s: %s\n", check, detail);
}

unsigned fixture_wrong(gw_segment_t *seg, rows_t *rows)
{
    unsigned n = 0;
    apr_pool_t *pool;
    gw_recheck_t r = { rows_spent(rows), found, &n, NULL };

    apr_pool_create(&pool, tap_pool());
    r.pool = pool;
    if (gw_recheck_segment(&r, seg) != APR_SUCCESS)
        found(&n, "recheck", "it cannot be done");
    apr_pool_destroy(pool);
    return n;
}
