/* SPDX-License-Identifier: Apache-2.0 */
/* test_cells.c - the life of a cell, whose it is when its process is dead, and
 * drained answers. */
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drain_slots.h"
#include "fill.h"
#include "fixture.h"
#include "helper.h"
#include "kill.h"

#include "tap.h"

#define SIZE (256 << 10)

static gw_segment_t *seg;
static rows_t *rows;

static void begin(void)
{
    gw_policy_t none = { 0 };

    fixture_empty(seg);
    rows_clear(rows);
    fixture_owners(seg, 4, 9, &none);
}

/* ---- states ------------------------------------------------------------ */

static void test_life(void)
{
    gw_cell_t *cell;
    apr_uint32_t child;

    begin();
    gw_child_enter(seg);                /* the second one */
    cell = gw_cell_claim(seg);
    is_int(fixture_state(seg, cell), GW_CELL_HELD, "claimed: held");
    gw_cell_state(seg, fixture_index(seg, cell), &child);
    is_int(child, 1, "... by this child");
    gw_cell_set_id(cell, 77);
    ok(gw_cell_find(seg, 77) == NULL, "what is held is not found");
    gw_cell_open(seg, cell);
    ok(gw_cell_find(seg, 77) == cell, "what is open is");
    is_int(fixture_state(seg, cell), GW_CELL_OPEN, "open");
    gw_cell_settle(seg, cell);
    ok(gw_cell_find(seg, 77) == cell, "what is settled is found, too");
    is_int(seg->header->settled, 1, "one waits for the helper");
    gw_cell_written(seg, cell);
    is_int(fixture_state(seg, cell), GW_CELL_WRITTEN, "written");
    ok(gw_cell_find(seg, 77) == NULL, "its row is, so the cell is not");
    gw_cell_state(seg, fixture_index(seg, cell), &child);
    is_int(child, 1, "it is this child's all the time");
    gw_cell_release(seg, cell);
    is_int(fixture_state(seg, cell), GW_CELL_FREE, "free");
    is_int(cell->row.id, 77, "it keeps its words");
}

static void test_claim_clears(void)
{
    static const gw_cell_t zero;
    apr_uint32_t i;
    unsigned dirty = 0;

    begin();
    for (i = 0; i < seg->n.cells; i++) {
        memset(gw_cell_at(seg, i), 0xa5, sizeof(gw_cell_t));
        memset(gw_cell_at(seg, i)->marks, 0, 2);
    }
    for (i = 0; i < seg->n.cells; i++)
        dirty += memcmp(gw_cell_claim(seg), &zero, sizeof(zero)) != 0;
    is_int(dirty, 0, "each of %u cells is all zeros", seg->n.cells);
    ok(gw_cell_claim(seg) == NULL, "then none is free");
    is_int(seg->header->overloaded, 1, "... which is counted");
    gw_cell_release(seg, gw_cell_at(seg, 3));
    ok(gw_cell_claim(seg) == gw_cell_at(seg, 3), "one that comes back is");
}

/* A full segment refuses, and goes on when rows are written. */
static void test_full(void)
{
    gw_fill_t fill[GW_FILLS];
    gw_cell_t *cell;
    gw_verdict_t v;
    unsigned n = 0;

    begin();
    while ((cell = fixture_open(&v, seg, rows, 1, 9, 1, 1)) != NULL) {
        fixture_settle(seg, cell, GW_END_FAILED);
        n++;
    }
    is_int(n, seg->n.cells, "as many requests as cells");
    is_int(v.kind, GW_ADMIT_FITS, "the next is refused by nobody");
    gw_fill_read(fill, seg);
    is_int(fill[GW_FILL_CELLS].used, fill[GW_FILL_CELLS].all, "it is full");
    is_int(helper_write(seg, rows), n, "their rows are written");
    gw_fill_read(fill, seg);
    is_int(fill[GW_FILL_CELLS].used, 0, "it is empty");
    ok(fixture_open(&v, seg, rows, 1, 9, 1, 1) != NULL, "and goes on");
}

/* Whose cell a dead child's slot tells; another child's are left alone. */
static void test_two_children(void)
{
    gw_cell_t *mine, *other;
    gw_verdict_t v;

    begin();
    mine = fixture_open(&v, seg, rows, 1, 9, 1, 1);
    gw_child_enter(seg);
    other = fixture_open(&v, seg, rows, 2, 9, 1, 1);
    seg->child = 1;
    helper_bury(seg, 1);
    is_int(fixture_state(seg, other), GW_CELL_SETTLED,
           "the dead child's is settled");
    is_int(fixture_state(seg, mine), GW_CELL_OPEN, "this one's is not");
    ok(other->row.usage.flags & GW_ROW_KILLED, "its row says so");
    is_int(seg->children[1].identity, 0, "the slot is free");
    ok(gw_child_alive(seg, 0) && !gw_child_alive(seg, 1), "who lives");
}

/* Slot 0 says what `identity` is; is its process alive? */
static int alive(apr_uint64_t identity)
{
    seg->children[0].identity = identity;
    return gw_child_alive(seg, 0);
}

/* A process is told by its number and by when it began, where that can be
 * read; where it cannot, whatever has its number is taken for it. */
static void test_alive(void)
{
    struct rlimit none = { 0, 0 }, was;
    apr_uint64_t me, other;
    pid_t pid;

    begin();
    me = seg->children[0].identity;
    ok(alive(me), "this process is alive");
    ok(!alive(me + 1), "another one had its number before");
    ok(alive(me >> 32 << 32), "it is not known when it began");
    pid = kill_fork();
    if (pid == 0)
        _exit(0);
    other = (apr_uint64_t)pid << 32;
    waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
    ok(!alive(other), "a zombie is dead");
    waitpid(pid, NULL, 0);
    ok(!alive(other) && !alive(other | 1), "what is gone is dead");
    ok(!alive((apr_uint64_t)-1 << 32) && !alive((apr_uint64_t)-77 << 32),
       "what is no process's number is dead");
    getrlimit(RLIMIT_NOFILE, &was);
    none.rlim_max = was.rlim_max;
    setrlimit(RLIMIT_NOFILE, &none);
    ok(alive(me), "/proc cannot be read: this process is alive");
    ok(!alive(other | 1), "... and what is gone is dead");
    setrlimit(RLIMIT_NOFILE, &was);
}

/* Waking the helper takes many, and is done once. */
static void test_wake(void)
{
    apr_uint64_t n = 0;
    gw_cell_t *cell;

    begin();
    seg->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    cell = gw_cell_claim(seg);
    seg->header->settled = GW_WAKE_AT - 2;
    gw_cell_settle(seg, cell);
    ok(read(seg->wake_fd, &n, sizeof(n)) < 0, "not yet");
    gw_cell_settle(seg, cell);
    ok(read(seg->wake_fd, &n, sizeof(n)) == sizeof(n) && n == 1, "now");
    gw_cell_settle(seg, cell);
    ok(read(seg->wake_fd, &n, sizeof(n)) < 0, "it was told");
    close(seg->wake_fd);
    seg->wake_fd = -1;
}

/* ---- drained answers ---------------------------------------------------- */

static void test_drains(void)
{
    static const apr_uint32_t most[GW_DRAINS] = { 1, 2, 3 };
    gw_policy_t none = { 0 };
    gw_cell_t *cell[6];
    gw_verdict_t v;
    int i;

    begin();
    fixture_team(seg, 8, 1, &none);
    fixture_key(seg, 5, 8, 1, &none);
    fixture_key(seg, 6, 8, 1, &none);
    for (i = 0; i < 5; i++)
        cell[i] = fixture_open(&v, seg, rows, i < 2 ? 1 : i, 9, 1, 1);
    is_int(gw_drain_slots_enter(seg, cell[0], most), GW_DRAINS, "one");
    is_int(gw_drain_slots_enter(seg, cell[1], most), GW_DRAIN_KEY,
           "no second one of the key");
    is_int(gw_drain_slots_enter(seg, cell[2], most), GW_DRAINS,
           "one of another key");
    is_int(gw_drain_slots_enter(seg, cell[3], most), GW_DRAIN_TEAM,
           "no third one of the team");
    is_int(fixture_owner(seg, GW_OWNER_KEY, 3)->drains, 0,
           "... nothing is left of it in its key");
    cell[4] = fixture_open(&v, seg, rows, 5, 8, 1, 1);
    is_int(gw_drain_slots_enter(seg, cell[4], most), GW_DRAINS, "a third");
    cell[5] = fixture_open(&v, seg, rows, 6, 8, 1, 1);
    is_int(gw_drain_slots_enter(seg, cell[5], most), GW_DRAIN_ALL,
           "no fourth one of all");
    is_int(fixture_owner(seg, GW_OWNER_TEAM, 8)->drains, 1,
           "... nothing is left of it in its team");
    is_int(fixture_owner(seg, GW_OWNER_KEY, 6)->drains, 0,
           "... nor in its key");
    fixture_settle(seg, cell[0], GW_END_DRAINED);
    gw_drain_slots_leave(seg);
    is_int(gw_drain_slots_enter(seg, cell[1], most), GW_DRAINS,
           "one is over, one may begin");
    for (i = 1; i < 6; i++)
        fixture_settle(seg, cell[i], GW_END_CLIENT);
    is_int(fixture_owner(seg, GW_OWNER_TEAM, 9)->drains
           + fixture_owner(seg, GW_OWNER_TEAM, 8)->drains, 0,
           "settled: none is left in owners");
    seg->children[0].identity = 0;      /* as the helper does of the dead */
    gw_child_enter(seg);
    is_int(seg->children[0].drains, 0, "a new child drains nothing");
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    test_life();
    test_claim_clears();
    test_full();
    test_two_children();
    test_alive();
    test_wake();
    test_drains();
    return tap_end();
}
