/* SPDX-License-Identifier: Apache-2.0 */
/* test_takeover.c - what the helper says of a segment that was left behind:
 * whole, of another kind, or with words in it that cannot be. */
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "segment.h"
#include "takeover.h"

#include "tap.h"

#define SIZE GW_SEGMENT_LEAST
#define ROUNDS 60

static apr_pool_t *pool;
static int fd;
static uint64_t state = 88172645463325252u;

static uint64_t rnd(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static gw_segment_t *view(void)
{
    gw_segment_t *seg;

    if (gw_segment_map(&seg, fd, SIZE, -1, pool) != APR_SUCCESS)
        abort();
    return seg;
}

static void empty(gw_segment_t *seg)
{
    memset(seg->base, 0, seg->size);
}

/* A child that died inside a mutex it holds. */
static void die_inside(pthread_mutex_t *mutex)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        pthread_mutex_lock(mutex);
        _exit(0);
    }
    waitpid(pid, &status, 0);
}

static void test_new_and_left(gw_segment_t *seg)
{
    apr_uint32_t i;

    empty(seg);
    is_str(gw_takeover(seg, "/a", SIZE, pool), NULL, "a new one");
    ok(gw_segment_ready(seg) && gw_segment_sound(seg), "it may be used");
    is_str(gw_takeover(seg, "/a", SIZE, pool), NULL, "taken over");
    is_str(gw_takeover(seg, "/a", 2 * SIZE, pool),
       "it has another size", "another size, without requests");
    seg->states[7] = GW_CELL_OPEN | 1 << 8;
    is_str(gw_takeover(seg, "/a", 2 * SIZE, pool), NULL,
       "another size, with a request in it");
    is_str(gw_takeover(seg, "/b", SIZE, pool),
       "it belongs to another LLMGatewayState", "another directory");
    seg->header->layout++;
    is_str(gw_takeover(seg, "/a", SIZE, pool),
       "it was made by another version", "another layout");
    seg->header->layout--;
    seg->header->boot_id[3] ^= 1;
    is_str(gw_takeover(seg, "/a", SIZE, pool), "it is of an earlier boot",
       "another boot");
    seg->header->boot_id[3] ^= 1;
    seg->header->magic[0] = 'x';
    is_str(gw_takeover(seg, "/a", SIZE, pool),
       "it is not a segment of mod_llmgw", "no magic");
    seg->header->magic[0] = 'L';
    gw_segment_spoil(seg);
    ok(!gw_segment_ready(seg) && !gw_segment_sound(seg), "spoilt");
    is_str(gw_takeover(seg, "/a", SIZE, pool), "a part of it was lost",
       "a spoilt one is put aside");
    empty(seg);
    gw_takeover(seg, "/a", SIZE, pool);
    die_inside(&seg->owners[3].mutex);
    die_inside(&seg->header->table_mutex);
    die_inside(&seg->header->drain_mutex);
    is_str(gw_takeover(seg, "/a", SIZE, pool), NULL,
       "processes died inside of mutexes");
    for (i = 0; i < seg->n.owners; i++) {
        if (pthread_mutex_trylock(&seg->owners[i].mutex) != 0)
            break;
        pthread_mutex_unlock(&seg->owners[i].mutex);
    }
    is_int(i, seg->n.owners, "all of them can be taken again");
}

/* Words that lead nowhere, one of each kind. */
static void test_damage(gw_segment_t *seg)
{
    struct {
        apr_uint32_t *word;
        apr_uint32_t value;
        const char *name;
    } rows[] = {
        { &seg->owners[5].meters, 0xfffffff0u, "a list that leads out" },
        { &seg->owners[5].entry[0], seg->n.index + 1, "an entry" },
        { &seg->owners[5].kind, 77, "a kind" },
        { &seg->owners[5].team_owner, seg->n.owners + 1, "a team" },
        { &seg->header->free_meter, seg->n.meters + 1, "free meters" },
        { &seg->meters[9].next, 3, "a list without an end" },
        { &seg->index[9].owner, seg->n.owners + 1, "an owner in the index" },
        { &seg->states[9], 77 | 1 << 8, "a state" },
        { &seg->states[9], GW_CELL_OPEN | 4000u << 8, "a child" }
    };
    unsigned i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        empty(seg);
        gw_takeover(seg, "/a", SIZE, pool);
        seg->owners[5].kind = GW_OWNER_KEY;
        *rows[i].word = rows[i].value;
        ok(gw_takeover(seg, "/a", SIZE, pool) != NULL, "%s", rows[i].name);
    }
}

/* Whatever is in it: an answer, and no step outside of it. */
static void test_random_words(gw_segment_t *seg)
{
    unsigned round, i, aside = 0;

    for (round = 0; round < ROUNDS; round++) {
        apr_size_t from = round % 2 ? sizeof(gw_header_t) : 0;

        empty(seg);
        gw_takeover(seg, "/a", SIZE, pool);
        for (i = 0; i < 2000; i++) {
            apr_size_t at = from + rnd() % (SIZE - from - 8);
            uint64_t word = rnd() % 3 ? rnd() : rnd() % 5;

            memcpy(seg->base + at, &word, sizeof(word));
        }
        aside += gw_takeover(seg, "/a", SIZE, pool) != NULL;
    }
    is_int(aside, ROUNDS, "%d segments of random words are put aside",
           ROUNDS);
}

int main(void)
{
    gw_segment_t *seg;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    fd = memfd_create("segment", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, SIZE) != 0)
        abort();
    seg = view();
    test_new_and_left(seg);
    test_damage(seg);
    test_random_words(seg);
    return tap_end();
}
