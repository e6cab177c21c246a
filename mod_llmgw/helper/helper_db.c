/* SPDX-License-Identifier: Apache-2.0 */
/* helper_db.c - see helper_db.h. */
#include "helper_db.h"

#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "clock.h"
#include "ledger.h"
#include "migrate.h"
#include "owners.h"
#include "pool.h"

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
                            "of it", h->db_path, found);
    if (!whole)
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, h->s, GW_TAG(0108)
                     "%s is so large that only a part of it was looked at for "
                     "damage", h->db_path);
    return NULL;
}

static const char *open_database(helper_t *h, int first)
{
    const char *damage = NULL;
    apr_status_t rv = gw_db_open(&h->db, GW_DB_INHERITED,
                                 first ? GW_DB_CREATE : GW_DB_OWN, h->db_pool);

    if (rv == APR_SUCCESS && first)
        damage = look_for_damage(h);
    if (damage != NULL)
        return damage;
    if (rv == APR_SUCCESS)
        rv = gw_migrate(h->db);
    if (rv == APR_EINCOMPLETE)
        return apr_psprintf(h->scratch, "%s was made by a newer mod_llmgw: "
                            "install that one, or bring back the copy of "
                            "before the upgrade", h->db_path);
    if (rv != APR_SUCCESS)
        return apr_psprintf(h->scratch, "%s cannot be opened: %s",
                            h->db_path,
                            h->db ? gw_db_error(h->db)
                                  : "it is damaged or no SQLite database: "
                                    "bring back a copy of it");
    return NULL;
}

void gw_helper_db_forget(helper_t *h)
{
    h->db = NULL;
    apr_pool_destroy(h->db_pool);
}

const char *gw_helper_db_open(helper_t *h, int first)
{
    const char *trouble;

    h->db_pool = gw_pool_make("gw_helper_db");
    if (h->db_pool == NULL)
        return "there is no memory for the database";
    trouble = open_database(h, first);
    if (trouble != NULL)
        gw_helper_db_forget(h);
    return trouble;
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

void gw_helper_db_watch(helper_t *h)
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
                     h->db_path);
    else
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, h->s, GW_TAG(0104)
                     "%s is back", h->db_path);
}

static int wal_has_grown(const helper_t *h)
{
    struct stat st;

    return fstat(h->in->wal, &st) == 0 && st.st_size > WAL_GROWN;
}

/* What the main file holds survives also where somebody takes the -wal away,
 * and is in a copy of it.  Keys, prices and the like get there soon; rows do
 * as the -wal grows, and all at a stop. */
void gw_helper_db_tidy(helper_t *h)
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

void gw_helper_db_recovered(helper_t *h)
{
    if (h->complained || h->said[0] != '\0')
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, h->s, GW_TAG(0111)
                     "the ledger can be written again");
    h->complained = 0;
    h->said[0] = '\0';
}

void gw_helper_db_close(helper_t *h)
{
    apr_status_t rv;

    if (h->db == NULL)
        return;
    rv = gw_db_checkpoint(h->db, 1);
    if (rv != APR_SUCCESS)
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, h->s, GW_TAG(0105)
                     "%s-wal could not be emptied: a copy of the database "
                     "needs it, too", h->db_path);
    gw_helper_db_forget(h);
}
