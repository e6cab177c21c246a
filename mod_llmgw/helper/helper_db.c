/* SPDX-License-Identifier: Apache-2.0 */
/* helper_db.c - the helper's care for the database file (helper.h). */
#include "helper_private.h"

#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_core.h>

#include "clock.h"
#include "id.h"
#include "ledger.h"
#include "migrate.h"
#include "owners.h"
#include "segment_clock.h"

#define TIDY_MS   1000          /* how often that is looked at */
#define WAL_GROWN (16 << 20)    /* bytes of -wal that are too many */
#define MOVED_S   15            /* the parent says so every ten seconds */

/* ---- opening -------------------------------------------------------- */

#define LOOK_MS 10000           /* for damage, at the start of httpd */

static const char *look_for_damage(helper_t *h)
{
    int whole;
    const char *found = gw_db_damage(h->db, LOOK_MS, &whole, h->scratch);

    if (found != NULL)
        return apr_psprintf(h->scratch, "%s is damaged (%s): bring back a copy "
                            "of it", gw_process.db_path, found);
    if (!whole)
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, h->s, GW_TAG(0108)
                     "%s is so large that only a part of it was looked at for "
                     "damage", gw_process.db_path);
    return NULL;
}

static const char *open_database(helper_t *h, int first)
{
    const char *damage = NULL;
    apr_status_t rv = gw_db_open(&h->db, GW_DB_INHERITED,
                                 first ? GW_DB_CREATE : GW_DB_OWN, h->books);

    if (rv == APR_SUCCESS && first)
        damage = look_for_damage(h);
    if (damage != NULL)
        return damage;
    if (rv == APR_SUCCESS)
        rv = gw_migrate(h->db);
    if (rv == APR_EINCOMPLETE)
        return apr_psprintf(h->scratch, "%s was made by a newer mod_llmgw: "
                            "install that one, or bring back the copy of "
                            "before the upgrade", gw_process.db_path);
    if (rv != APR_SUCCESS)
        return apr_psprintf(h->scratch, "%s cannot be opened: %s",
                            gw_process.db_path,
                            h->db ? gw_db_error(h->db)
                                  : "it is damaged or no SQLite database: "
                                    "bring back a copy of it");
    return NULL;
}

/* Ids go on after the last row, also if the clock was set back. */
static void seed_ids(helper_t *h)
{
    apr_int64_t last = 0;

    if (gw_ledger_last_id(&last, h->db) == APR_SUCCESS)
        gw_segment_seen(h->seg, gw_id_time(last));
}

/* Nobody knows what was written meanwhile, nor whether it is the same one. */
static void all_anew(helper_t *h)
{
    gw_owners_invalidate(h->seg);
    __atomic_add_fetch(&h->seg->header->catalogue, 1, __ATOMIC_ACQ_REL);
}

const char *gw_helper_get_books(helper_t *h, int first)
{
    apr_uint32_t *ready = &h->seg->header->database_ready;
    const char *trouble;

    h->books = gw_pool_make("gw_books");
    if (h->books == NULL)
        return "there is no memory for the database";
    trouble = open_database(h, first);
    if (trouble == NULL) {
        seed_ids(h);
        gw_helper_first_clock(h, first);
    }
    if (trouble == NULL)
        trouble = gw_helper_admin_key(h, first && ap_exists_config_define(
                                            "LLMGW_NEW_ADMIN_KEY"));
    if (trouble != NULL) {
        h->db = NULL;
        apr_pool_destroy(h->books);
        return trouble;
    }
    gw_db_checkpoint(h->db, 0);         /* a migration, if there was one */
    gw_helper_open_books(h, first);
    if (!__atomic_load_n(ready, __ATOMIC_ACQUIRE))
        all_anew(h);
    __atomic_store_n(ready, 1, __ATOMIC_RELEASE);
    h->admins_seen = gw_segment_now(h->seg);
    h->key_writes = gw_owners_writes(h->seg);
    return NULL;
}

/* ---- while it is in use --------------------------------------------- */

static int nameless(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

/* A file that was removed or replaced is seen here; one that was moved away
 * is seen by the parent, which alone can look into the directory. */
static int is_moved(helper_t *h)
{
    apr_time_t now = gw_steady_now();
    apr_uint64_t said;

    if (read(h->in->moved, &said, sizeof(said)) > 0)
        h->moved = now;
    return nameless(h->in->db) || nameless(h->in->wal) || nameless(h->in->shm)
           || (h->moved != 0 && now - h->moved < apr_time_from_sec(MOVED_S));
}

void gw_helper_watch_db(helper_t *h)
{
    apr_uint32_t *moved = &h->seg->header->database_moved;
    apr_uint32_t now = is_moved(h) != 0;

    if (__atomic_exchange_n(moved, now, __ATOMIC_ACQ_REL) == now)
        return;
    if (now)
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, h->s, GW_TAG(0103)
                     "%s, its -wal or its -shm was removed or replaced while "
                     "httpd runs: requests are answered with 503; what was "
                     "admitted is written to the files that were there",
                     gw_process.db_path);
    else
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, h->s, GW_TAG(0104)
                     "%s is back", gw_process.db_path);
}

static int wal_has_grown(const helper_t *h)
{
    struct stat st;

    return fstat(h->in->wal, &st) == 0 && st.st_size > WAL_GROWN;
}

/* What the main file holds survives also where somebody takes the -wal away,
 * and is in a copy of it.  Keys, prices and the like get there soon; rows do
 * as the -wal grows, and all at a stop. */
void gw_helper_tidy_wal(helper_t *h)
{
    apr_uint64_t writes = gw_owners_writes(h->seg)
        + __atomic_load_n(&h->seg->header->catalogue, __ATOMIC_ACQUIRE);
    apr_time_t now = gw_steady_now();

    if (h->db == NULL || now - h->tidied < apr_time_from_msec(TIDY_MS))
        return;
    h->tidied = now;
    if (writes == h->tidy_writes && !wal_has_grown(h)
        && !h->seg->header->database_moved)
        return;
    if (gw_db_checkpoint(h->db, 0) == APR_SUCCESS)
        h->tidy_writes = writes;
}

/* At a stop, children are gone and the copy of one file is the database.  At a
 * restart they live: the last handle that is closed keeps all others waiting,
 * so this one is left to the end of the process. */
void gw_helper_close_db(helper_t *h)
{
    apr_status_t rv;

    if (h->db == NULL || gw_helper_children_live(h))
        return;
    rv = gw_db_checkpoint(h->db, 1);
    if (rv != APR_SUCCESS)
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, h->s, GW_TAG(0105)
                     "%s-wal could not be emptied: a copy of the database "
                     "needs it, too", gw_process.db_path);
    h->db = NULL;
    apr_pool_destroy(h->books);
}
