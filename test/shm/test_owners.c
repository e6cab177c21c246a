/* SPDX-License-Identifier: Apache-2.0 */
/* test_owners.c - keys and teams in the segment: found, changed, revoked, let
 * go for others, and come back. */
#include "fill.h"
#include "fixture.h"
#include "helper.h"
#include "owner_room.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)

static gw_segment_t *seg;
static rows_t *rows;
static const gw_policy_t none;

static void begin(const gw_policy_t *policy)
{
    fixture_empty(seg);
    rows_clear(rows);
    clock_wall = WALL_FIRST;
    clock_steady = STEADY_FIRST;
    fixture_team(seg, 9, 1, &none);
    if (policy != NULL)
        fixture_key(seg, 1, 9, 1, policy);
}

static gw_owner_t *key_owner(void)
{
    return fixture_owner(seg, GW_OWNER_KEY, 1);
}

/* Bring key 1 up to date with a row of this version and status. */
static void change(apr_int64_t version, gw_key_status_t status,
                   const gw_policy_t *policy)
{
    gw_owner_row_t row;

    fixture_row(&row, seg, GW_OWNER_KEY, 1, 9, version, policy);
    row.status = status;
    gw_owners_changed(seg, &row);
}

/* ---- finding ------------------------------------------------------------ */

static void test_find(void)
{
    apr_uint32_t number, team;
    apr_time_t until = 7;

    begin(&none);
    number = gw_index_find(seg, fixture_hash(1));
    team = gw_index_by_id(seg, GW_OWNER_TEAM, 9);
    ok(number != 0 && team != 0 && number != team, "a key and a team");
    is_int(gw_index_by_id(seg, GW_OWNER_KEY, 1), number, "by its id, too");
    is_int(gw_index_by_id(seg, GW_OWNER_TEAM, 1), 0, "no team has its id");
    is_int(gw_index_find(seg, fixture_hash(2)), 0, "no key has this secret");
    ok(gw_index_is(seg, number, fixture_hash(1), &until) && until == 0,
       "the secret is this owner's, without an end");
    ok(!gw_index_is(seg, team, fixture_hash(1), &until), "not the team's");
    is_int(key_owner()->team_owner, team, "the key knows its team");
    is_int(fixture_key(seg, 1, 9, 1, &none), number, "put again: the same");
    is_int(fixture_key(seg, 3, 8, 1, &none), 0, "a key of a team not here");
}

/* Two secrets during a grace; a third takes the place of the oldest. */
static void test_secrets(void)
{
    apr_uint32_t number;
    gw_owner_row_t row;
    apr_time_t until;
    int i;

    begin(&none);
    number = gw_index_by_id(seg, GW_OWNER_KEY, 1);
    fixture_row(&row, seg, GW_OWNER_KEY, 1, 9, 1, &none);
    for (i = 101; i <= 102; i++) {
        row.hash = fixture_hash(i);
        row.until = clock_wall + i;
        gw_owners_changed(seg, &row);
        is_int(gw_index_find(seg, fixture_hash(i)), number, "secret %d", i);
    }
    ok(gw_index_is(seg, number, fixture_hash(102), &until)
       && until == clock_wall + 102, "with the end of its grace");
    is_int(gw_index_find(seg, fixture_hash(1)), 0, "the first had to go");
    is_int(gw_index_find(seg, fixture_hash(101)), number, "the second is");
    row.forget_secrets = 1;
    row.hash = NULL;
    gw_owners_changed(seg, &row);
    is_int(gw_index_find(seg, fixture_hash(101))
           + gw_index_find(seg, fixture_hash(102)), 0, "all are forgotten");
    is_int(gw_index_by_id(seg, GW_OWNER_KEY, 1), number, "its id is not");
}

/* Keys whose hashes lead to the same places, with a step that leads nowhere
 * else: each of them is found all the same. */
static void test_unlucky_hashes(void)
{
    unsigned char hash[40][GW_INDEX_HASH];
    apr_uint64_t word[2] = { 5, 0 };
    gw_owner_row_t row;
    apr_uint32_t number;
    unsigned found = 0, put = 0;
    int i, step;

    for (step = 0; step < 2; step++) {
        begin(NULL);
        found = put = 0;
        word[1] = step ? seg->n.index / 3 : seg->n.index;
        for (i = 0; i < 40; i++) {
            memset(hash[i], i, GW_INDEX_HASH);
            memcpy(hash[i], word, sizeof(word));
            fixture_row(&row, seg, GW_OWNER_KEY, i + 1, 9, 1, &none);
            row.hash = hash[i];
            put += gw_owners_put(&number, seg, &row, gw_owners_writes(seg))
                   == APR_SUCCESS;
        }
        for (i = 0; i < 40; i++)
            found += gw_index_find(seg, hash[i])
                     == gw_index_by_id(seg, GW_OWNER_KEY, i + 1);
        is_int(put, 40, "40 keys of one place have room");
        is_int(found, 40, "... and are found");
    }
}

/* ---- versions ----------------------------------------------------------- */

static void test_versions(void)
{
    gw_policy_t two = { 0 }, three = { 0 };

    fixture_limit(&two, GW_LIMIT_RPM, 2);
    fixture_limit(&three, GW_LIMIT_RPM, 3);
    begin(&none);
    change(3, GW_KEY_LIVE, &three);
    is_int(fixture_quota(seg, key_owner(), GW_LIMIT_RPM)->limit, 3, "later");
    change(2, GW_KEY_REVOKED, &two);
    is_int(fixture_quota(seg, key_owner(), GW_LIMIT_RPM)->limit, 3,
           "what comes late and is older changes nothing");
    is_int(key_owner()->status, GW_KEY_LIVE, "... no status either");
    change(4, GW_KEY_REVOKED, &none);
    is_int(key_owner()->status, GW_KEY_REVOKED, "revoked");
    is_int(key_owner()->meters, 0, "limits that went are gone");
}

/* A row that was read before another write is not put in. */
static void test_read_too_early(void)
{
    apr_uint64_t writes;
    gw_owner_row_t row;
    apr_uint32_t number;

    begin(&none);
    writes = gw_owners_writes(seg);
    fixture_row(&row, seg, GW_OWNER_KEY, 2, 9, 1, &none);
    change(2, GW_KEY_LIVE, &none);
    is_int(gw_owners_put(&number, seg, &row, writes), APR_EAGAIN,
           "keys were written since: read it again");
    is_int(gw_index_by_id(seg, GW_OWNER_KEY, 2), 0, "it is not in");
    is_int(gw_owners_put(&number, seg, &row, gw_owners_writes(seg)),
           APR_SUCCESS, "read again, it is");
}

static void test_stale(void)
{
    begin(&none);
    gw_owners_invalidate(seg);
    ok(key_owner()->stale, "all are to be read again");
    fixture_key(seg, 1, 9, 1, &none);
    ok(!key_owner()->stale, "this one was");
    ok(fixture_owner(seg, GW_OWNER_TEAM, 9)->stale, "its team was not");
}

/* ---- limits that change -------------------------------------------------- */

static void test_limits_change(void)
{
    gw_policy_t p = { 0 };
    gw_window_t window[2];
    gw_use_t use;
    gw_verdict_t v;
    gw_cell_t *cell;

    fixture_limit(&p, GW_LIMIT_RPM, 10);
    fixture_limit(&p, GW_LIMIT_RPD, 100);
    fixture_limit(&p, GW_LIMIT_TPM, 1000);
    begin(&p);
    cell = fixture_open(&v, seg, rows, 1, 9, 500, 0);
    gw_owners_use(&use, seg, GW_OWNER_KEY, 1, &p);
    is_int(use.in_flight, 1, "in use: one place");
    is_int(gw_quota_remaining(&use.quota[GW_LIMIT_TPM], clock_steady), 500,
           "... and half of the tokens");
    fixture_limit(&p, GW_LIMIT_TPM, 4000);
    fixture_limit(&p, GW_LIMIT_RPD, 0);
    fixture_limit(&p, GW_LIMIT_RPS, 2);
    change(2, GW_KEY_LIVE, &p);
    gw_owners_use(&use, seg, GW_OWNER_KEY, 1, &p);
    is_int(gw_quota_remaining(&use.quota[GW_LIMIT_TPM], clock_steady), 2000,
           "half of more tokens");
    is_int(gw_quota_remaining(&use.quota[GW_LIMIT_RPM], clock_steady), 9,
           "what did not change stays");
    is_int(gw_quota_remaining(&use.quota[GW_LIMIT_RPS], clock_steady), 2,
           "what is new begins full");
    ok(fixture_quota(seg, key_owner(), GW_LIMIT_RPD) == NULL,
       "what went is gone");
    memset(window, 0, sizeof(window));
    gw_meters_show(window, seg, key_owner(), clock_steady);
    ok(window[0].limit == 2 && window[0].remaining == 2,
       "shown of requests: the one nearest its end");
    ok(window[1].limit == 4000 && window[1].remaining == 2000
       && window[1].reset == 30 * SECOND, "shown of tokens");
    gw_admission_undo(seg, cell);
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

/* ---- who goes ------------------------------------------------------------ */

static int let_go(void)
{
    int gone;

    gw_segment_lock(&seg->header->table_mutex);
    gone = gw_room_evict(seg);
    gw_segment_unlock(&seg->header->table_mutex);
    return gone;
}

static void test_who_goes(void)
{
    gw_policy_t p = { 0 };
    gw_verdict_t v;
    gw_cell_t *cell;

    fixture_limit(&p, GW_LIMIT_RPM, 10);
    begin(&p);
    ok(!let_go(), "nobody who was just met");
    cell = fixture_open(&v, seg, rows, 1, 9, 1, 0);
    clock_pass(10 * SECOND);
    ok(!let_go(), "nobody with a request");
    fixture_settle(seg, cell, GW_END_FAILED);
    ok(!let_go(), "nor before its row is written");
    helper_write(seg, rows);
    ok(let_go(), "a key of which nothing would be lost");
    is_int(gw_index_find(seg, fixture_hash(1)), 0, "it is not found");
    ok(let_go() && gw_index_by_id(seg, GW_OWNER_TEAM, 9) == 0,
       "then its team");
    ok(!let_go(), "then nobody is left");
    is_int(seg->header->owners_used + seg->header->meters_used
           + seg->header->teams, 0, "all places are free");
}

static void test_who_stays(void)
{
    gw_policy_t p = { 0 };
    gw_verdict_t v;

    fixture_limit(&p, GW_LIMIT_RPH, 10);
    begin(&p);
    fixture_settle(seg, fixture_open(&v, seg, rows, 1, 9, 1, 0),
                   GW_END_FAILED);
    helper_write(seg, rows);
    clock_pass(MINUTE);
    ok(!let_go(), "a window that is not full again");
    change(2, GW_KEY_REVOKED, &p);
    ok(let_go(), "of a revoked key nothing counts");
}

/* Nobody rests: a team with less than an equal part gets the place of a key
 * of one that has more.  What its windows counted is lost, so keys that come
 * back to that team begin used up. */
static void test_force(void)
{
    gw_policy_t p = { 0 }, share = { 0 };
    apr_uint32_t n, number = 0;
    apr_int64_t id, gone = 0;

    fixture_limit(&p, GW_LIMIT_RPH, 10);
    begin(NULL);
    for (n = 100; fixture_key(seg, n, 9, 1, &p) != 0; n++)
        ;
    ok(n - 100 == seg->n.owners - seg->n.owners / 8,
       "a team's keys take seven eighths of %u", seg->n.owners);
    for (id = 100; id < n; id++)
        gw_quota_take(fixture_quota(seg, fixture_owner(seg, GW_OWNER_KEY, id),
                                    GW_LIMIT_RPH), 1, clock_steady);
    share.share_keys = 3;
    fixture_team(seg, 8, 1, &share);
    for (id = 1; id < 40 && fixture_key(seg, id, 8, 1, &none) != 0; id++)
        ;
    is_int(id, 4, "another team has room for its share, and no more");
    for (id = 50; id < 50 + seg->n.owners / 8; id++) {
        if (fixture_team(seg, id, 1, &none) == 0)
            break;
    }
    for (id = 100; id < n && gone == 0; id++)
        gone = gw_index_by_id(seg, GW_OWNER_KEY, id) == 0 ? id : 0;
    ok(gone != 0, "when all is full a key of the greedy team goes");
    fixture_team(seg, 9, 2, &none);
    clock_pass(3 * SECOND);             /* teams without keys rest */
    number = fixture_key(seg, gone, 9, 1, &p);
    ok(number != 0, "it comes back");
    is_int(gw_quota_remaining(fixture_quota(seg, gw_owner_at(seg, number),
                                            GW_LIMIT_RPH), clock_steady), 0,
           "... with windows that are used up");
}

static void test_fill(void)
{
    gw_fill_team_t team, most[2];
    gw_policy_t p = { 0 };

    fixture_limit(&p, GW_LIMIT_RPH, 10);
    fixture_limit(&p, GW_LIMIT_TPD, 10);
    begin(&p);
    fixture_team(seg, 8, 1, &none);
    ok(gw_fill_team(&team, seg, 9) && team.keys == 1 && team.limits == 2,
       "what a team has");
    ok(!gw_fill_team(&team, seg, 7), "a team that is not here");
    ok(gw_fill_greediest(most, 2, seg) == 2 && most[0].id == 9
       && most[1].id == 8, "who has most");
    is_int(gw_fill_greediest(most, 1, seg), 1, "no more than asked for");
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    test_find();
    test_secrets();
    test_unlucky_hashes();
    test_versions();
    test_read_too_early();
    test_stale();
    test_limits_change();
    test_who_goes();
    test_who_stays();
    test_force();
    test_fill();
    return tap_end();
}
