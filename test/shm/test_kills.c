/* SPDX-License-Identifier: Apache-2.0 */
/* test_kills.c - a process is killed at every crash point that the source of
 * shm has, each time it passes it; what the others find, and what is in the
 * ledger in the end.
 *
 * A child works through all that requests and administrators do, and a helper
 * writes its rows; either of them is killed.  The next helper recovers.  Then
 * every request that was opened has one row, every other has none, and nobody
 * holds anything.
 */
#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "drain_slots.h"
#include "helper.h"
#include "kill.h"
#include "owner_room.h"
#include "refusals.h"
#include "set_clock.h"

#include "tap.h"

#define SOURCE "mod_llmgw/shm"
#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)
#define KEYS 3                  /* 1, 2, 3, of team 9 */
#define PLACES 4                /* of a key, and of the team */
#define LABELS 64
#define ASKED 32

static gw_segment_t *seg;
static rows_t *rows;

/* What a process says of itself before it can be killed. */
typedef struct told_t {
    unsigned n;                 /* requests that were begun */
    struct {
        apr_int64_t id;
        int opened;             /* or about to be: no point lies between */
    } ask[ASKED];
} told_t;

static told_t *told;

/* ---- labels ---------------------------------------------------------- */

typedef struct label_t {
    char name[40];
    unsigned kills;
} label_t;

static label_t label[LABELS];
static unsigned labels;

static label_t *find_label(const char *name)
{
    unsigned i;

    for (i = 0; i < labels && strcmp(label[i].name, name) != 0; i++)
        ;
    if (i == LABELS)
        abort();
    if (i == labels)
        snprintf(label[labels++].name, sizeof(label[i].name), "%s", name);
    return &label[i];
}

static void read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256], name[40];
    const char *p;

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        p = strstr(line, "GW_CRASH(\"");
        if (p != NULL && sscanf(p, "GW_CRASH(\"%39[a-z_]\"", name) == 1)
            find_label(name);
    }
    if (f != NULL)
        fclose(f);
}

/* Every label of the layer's source, so that a new one is met here. */
static void read_labels(void)
{
    DIR *dir = opendir(SOURCE);
    struct dirent *e;
    char path[512];

    while (dir != NULL && (e = readdir(dir)) != NULL) {
        snprintf(path, sizeof(path), SOURCE "/%s", e->d_name);
        if (strlen(e->d_name) > 2
            && strcmp(e->d_name + strlen(e->d_name) - 2, ".c") == 0)
            read_file(path);
    }
    if (dir != NULL)
        closedir(dir);
    ok(labels > 10, "%u labels in " SOURCE, labels);
}

/* ---- what the child does ---------------------------------------------- */

static void policy(gw_policy_t *p)
{
    memset(p, 0, sizeof(*p));
    fixture_limit(p, GW_LIMIT_RPM, 1000);
    fixture_limit(p, GW_LIMIT_TPM, 1000000);
    fixture_limit(p, GW_LIMIT_CONCURRENCY, PLACES);
    fixture_budget(p, GW_WINDOW_DAY, "1000");
    fixture_budget(p, GW_WINDOW_TOTAL, "5000");
}

static void put_all(void)
{
    gw_policy_t p;
    int i;

    policy(&p);
    fixture_team(seg, 9, 1, &p);
    for (i = 1; i <= KEYS; i++)
        fixture_key(seg, i, 9, 1, &p);
}

/* A request of a key as far as `end`; -1: it is given up before it is opened,
 * -2: it is left open. */
static void request(apr_int64_t key_id, int end)
{
    unsigned n = told->n++;
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, key_id, 9);

    if (n >= ASKED || cell == NULL)
        abort();
    fixture_intend(seg, cell, clock_wall, 1000, YUAN);
    told->ask[n].id = cell->row.id;
    if (!fixture_admit(&v, seg, cell, rows))
        abort();
    if (end == -1) {
        gw_admission_undo(seg, cell);
        return;
    }
    told->ask[n].opened = 1;
    gw_cell_open(seg, cell);
    cell->phase = GW_PHASE_SENT;
    cell->row.reached = 1;
    fixture_answer(cell, 100, 10);
    if (end == -2)
        return;
    fixture_settle(seg, cell, (gw_end_t)end);
}

static void drained(apr_int64_t key_id)
{
    static const apr_uint32_t most[GW_DRAINS] = { 4, 4, 4 };
    unsigned n = told->n++;
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, key_id, 9);

    fixture_intend(seg, cell, clock_wall, 1000, YUAN);
    told->ask[n].id = cell->row.id;
    fixture_admit(&v, seg, cell, rows);
    told->ask[n].opened = 1;
    gw_cell_open(seg, cell);
    fixture_answer(cell, 100, 10);
    gw_drain_slots_enter(seg, cell, most);
    fixture_settle(seg, cell, GW_END_DRAINED);
    gw_drain_slots_leave(seg);
}

/* An administrator: another limit, another budget, another secret, revoked. */
static void administer(void)
{
    gw_owner_row_t row;
    gw_policy_t p;

    policy(&p);
    fixture_limit(&p, GW_LIMIT_RPM, 500);
    fixture_budget(&p, GW_WINDOW_HOUR, "77");
    gw_child_write_begin(seg);
    fixture_row(&row, seg, GW_OWNER_KEY, 2, 9, 2, &p);
    row.forget_secrets = 1;
    gw_owners_changed(seg, &row);
    row.hash = fixture_hash(1002);      /* two secrets during a grace */
    row.until = clock_wall + DAY;
    gw_owners_changed(seg, &row);
    row.hash = fixture_hash(2002);      /* a third: the oldest goes */
    gw_owners_changed(seg, &row);
    fixture_row(&row, seg, GW_OWNER_KEY, 3, 9, 2, &p);
    row.status = GW_KEY_REVOKED;
    gw_owners_changed(seg, &row);
    gw_child_write_end(seg);
}

static void work_as_child(void)
{
    gw_spent_t spent = rows_spent(rows);
    gw_policy_t p;

    put_all();
    request(1, GW_END_COMPLETE);
    request(2, GW_END_FAILED);
    request(3, -1);
    request(3, -2);
    administer();
    request(1, GW_END_CLIENT);
    request(2, GW_END_CUT);
    gw_budgets_read(seg, gw_index_by_id(seg, GW_OWNER_KEY, 1), &spent);
    drained(2);
    policy(&p);
    fixture_key(seg, 4, 9, 1, &p);      /* comes, is used by nobody, rests */
    clock_pass(DAY);
    gw_room_evict(seg);
    request(1, -2);
    gw_refusals_count(seg, 1, 20000, 7);
}

/* Writes what there is, as often as there is something. */
static void work_as_helper(void)
{
    helper_sweep(seg);
    while (helper_write(seg, rows) > 0)
        ;
}

/* ---- killed ----------------------------------------------------------- */

/* A process of its own: 1 if it was killed at the n-th passing of the label,
 * 0 if it did not come there so often. */
static int killed_at(void (*work)(void), int as_child, const char *at,
                     unsigned n)
{
    pid_t pid;
    int status;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        if (as_child && gw_child_enter(seg) != APR_SUCCESS)
            _exit(2);
        kill_at(at, n);
        work();
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid)
        abort();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return 1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        ok(0, "%s %u: the process ended with status %d", at, n, status);
    return 0;
}

/* ---- afterwards ------------------------------------------------------- */

static unsigned rows_of(apr_int64_t id)
{
    unsigned i, count = 0;

    for (i = 0; i < rows->n; i++)
        count += rows->row[i].id == id;
    return count;
}

/* Requests that were not opened and have a row, or were and have not one. */
static unsigned misbilled(void)
{
    unsigned i, wrong = 0, all = 0;

    for (i = 0; i < told->n; i++) {
        unsigned n = rows_of(told->ask[i].id);

        wrong += n != (told->ask[i].opened ? 1 : 0);
        all += n;
    }
    return wrong + (all != rows->n);
}

/* What owners hold of cells although all are free. */
static apr_int64_t held(void)
{
    apr_int64_t sum = 0;
    apr_uint32_t i, n;

    for (i = 0; i < seg->n.owners; i++) {
        const gw_owner_t *o = &seg->owners[i];

        if (o->kind == GW_OWNER_FREE)
            continue;
        sum += o->in_flight + o->pins + o->drains;
        for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
            const gw_meter_t *m = gw_meter_at(seg, n);

            if (m->kind == GW_METER_BUDGET)
                sum += m->u.budget.reserved.micro + m->u.budget.pending.micro
                       + m->u.budget.reserved.pico + m->u.budget.pending.pico;
        }
    }
    return sum;
}

/* Meters and owners that are neither in use nor free, and those of which the
 * header or a team counts another number. */
static unsigned lost(void)
{
    gw_header_t was = *seg->header, *h = seg->header;
    apr_uint32_t i, n, meters = 0, free_ = 0;

    for (i = 0; i < seg->n.owners; i++) {
        if (seg->owners[i].kind != GW_OWNER_FREE)
            meters += gw_meters_count(seg, &seg->owners[i]);
    }
    for (n = h->free_meter; n != 0; n = gw_meter_at(seg, n)->next)
        free_++;
    gw_room_recount(seg);
    return (meters + free_ != seg->n.meters) + (h->meters_used != meters)
           + (was.owners_used != h->owners_used) + (was.teams != h->teams)
           + (was.meters_used != h->meters_used);
}

static int can_be_taken(pthread_mutex_t *mutex)
{
    return pthread_mutex_trylock(mutex) == 0
           && pthread_mutex_unlock(mutex) == 0;
}

static unsigned stuck(void)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i;
    unsigned n = !can_be_taken(&h->table_mutex)
                 + !can_be_taken(&h->drain_mutex)
                 + !can_be_taken(&h->refusal_mutex)
                 + !can_be_taken(&h->slots_mutex)
                 + !can_be_taken(&h->widen_mutex);

    for (i = 0; i < seg->n.owners; i++)
        n += !can_be_taken(&seg->owners[i].mutex);
    return n;
}

/* Those who come next take every mutex, and put in what is stale. */
static void go_on(void)
{
    apr_uint32_t i;

    for (i = 1; i <= seg->n.owners; i++) {
        gw_owner_lock(seg, i);
        gw_owner_unlock(seg, i);
    }
    gw_refusals_count(seg, 1, 20000, 7);
    clock_pass(2 * DAY);        /* the child's clock went on, too */
    put_all();
}

/* The verdict on the first request that is refused once all places of a key
 * are taken; -1: more or less than those were. */
static int places(apr_int64_t key_id)
{
    gw_cell_t *cell[6];
    gw_verdict_t v;
    int i, n = 0;

    while (n < 6 && (cell[n] = fixture_open(&v, seg, rows, key_id, 9, 1, 1)))
        n++;
    for (i = 0; i < n; i++)
        fixture_settle(seg, cell[i], GW_END_FAILED);
    return n == PLACES || v.kind != GW_ADMIT_FULL ? (int)v.kind : -1;
}

static void judge(const char *at, unsigned n)
{
    unsigned wrong;

    helper_sweep(seg);
    while (helper_write(seg, rows) > 0)
        ;
    wrong = misbilled();
    ok(wrong == 0, "%s %u: each opened request has its row", at, n);
    go_on();
    is_int(fixture_busy(seg), 0, "... all cells are free");
    is_int(held(), 0, "... nobody holds anything");
    is_int(fixture_wrong(seg, rows), 0, "... the counters agree");
    is_int(lost(), 0, "... no owner and no meter is lost");
    is_int(stuck(), 0, "... all mutexes can be taken");
    is_int(places(1), GW_ADMIT_FULL, "... a key has all of its places");
    is_int(places(2), GW_ADMIT_FULL, "... so has one that was changed");
    helper_write(seg, rows);
    is_int(fixture_wrong(seg, rows), 0, "... and all agrees again");
}

static void start_anew(void)
{
    fixture_empty(seg);
    rows_clear(rows);
    memset(told, 0, sizeof(*told));
    clock_wall = WALL_FIRST;
    clock_steady = STEADY_FIRST;
}

/* Kill one who works at each passing of a label; `before` was done whole. */
static void kill_everywhere(const char *at, void (*before)(void),
                            void (*work)(void))
{
    unsigned n;

    for (n = 1; ; n++) {
        start_anew();
        if (before != NULL)
            killed_at(before, 1, NULL, 0);
        if (!killed_at(work, work == work_as_child, at, n))
            break;
        find_label(at)->kills++;
        judge(at, n);
    }
}

/* Points of the tests themselves: fixture.c and helper.c. */
static const char *const own[] = {
    "test_decide", "test_leave", "test_settle", "test_writing",
    "test_draining", "test_written", "test_counted", "test_freed",
    "test_orphaned", "test_sweeping"
};

int main(void)
{
    unsigned i, all;

    seg = fixture_segment(SIZE);
    rows = rows_new();
    told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED)
        abort();
    read_labels();
    for (i = 0; i < GW_COUNT(own); i++)
        find_label(own[i]);
    for (i = 0, all = labels; i < all; i++) {
        kill_everywhere(label[i].name, NULL, work_as_child);
        kill_everywhere(label[i].name, work_as_child, work_as_helper);
    }
    for (i = 0; i < labels; i++)
        ok(label[i].kills > 0, "%s: %u kills", label[i].name, label[i].kills);
    return tap_end();
}
