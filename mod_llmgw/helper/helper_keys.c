/* SPDX-License-Identifier: Apache-2.0 */
/* helper_keys.c - see helper_keys.h. */
#include "helper_keys.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "audit.h"
#include "clock.h"
#include "crypto.h"
#include "key.h"
#include "keys.h"
#include "owners.h"
#include "segment_clock.h"

#define ADMIN_S  10             /* an admin key is looked for, unless keys were
                                   written: then at once */

static apr_status_t add_admin_key(helper_t *h, const char *key)
{
    unsigned char hash[GW_SHA256];
    gw_key_row_t row;
    apr_status_t rv;
    gw_str_t text;

    text.p = key;
    text.n = GW_KEY_LENGTH;
    gw_sha256(hash, key, GW_KEY_LENGTH);
    memset(&row, 0, sizeof(row));
    row.public_id = apr_pstrmemdup(h->scratch, gw_key_public(text).p,
                                   GW_KEY_PUBLIC);
    row.team_id = 1;
    row.name = "admin";
    row.spec = "{}";
    row.scope = GW_SCOPE_ADMIN;
    row.created_ms = apr_time_as_msec(gw_segment_now(h->seg));
    rv = gw_db_begin(h->db);
    if (rv == APR_SUCCESS)
        rv = gw_keys_add(&row, h->db, hash);
    if (rv == APR_SUCCESS)
        rv = gw_audit_add(h->db, row.created_ms, "httpd", "create", "key",
                          row.public_id, "{\"scope\":\"admin\"}");
    if (rv == APR_SUCCESS)
        return gw_db_commit(h->db);
    gw_db_rollback(h->db);
    return rv;
}

/* The one place where an administrator finds the key. */
static const char *write_admin_key(helper_t *h, const char *text)
{
    ssize_t n = (ssize_t)strlen(text);
    struct stat st;

    if (fstat(h->in->admin_key, &st) == 0 && st.st_nlink == 0)
        return apr_psprintf(h->scratch, "%s/admin.key was removed while httpd "
                            "runs: stop httpd and start it, then the new key "
                            "is there", h->in->state_dir);
    if (pwrite(h->in->admin_key, text, (size_t)n, 0) != n
        || ftruncate(h->in->admin_key, n) != 0
        || fsync(h->in->admin_key) != 0)
        return apr_psprintf(h->scratch, "%s/admin.key cannot be written: %s",
                            h->in->state_dir, strerror(errno));
    return NULL;
}

/* The file first, then the row: a key that nobody can read helps nobody.
 * wanted: the administrator asks for one with -D. */
const char *gw_helper_keys_make(helper_t *h, int wanted)
{
    unsigned char random[GW_KEY_RANDOM];
    char key[GW_KEY_LENGTH + 2];
    const char *trouble;
    apr_int64_t live = 0;
    apr_time_t now = gw_segment_now(h->seg);
    apr_status_t rv = gw_keys_live_admins(&live, h->db, apr_time_as_msec(now));

    if (rv != APR_SUCCESS)
        return apr_psprintf(h->scratch, "the keys cannot be read: %s",
                            gw_db_error(h->db));
    if (live > 0 && !wanted)
        return NULL;
    if (gw_random(random, sizeof(random)) != APR_SUCCESS)
        return "the random number generator of OpenSSL failed";
    gw_key_make(key, random);
    key[GW_KEY_LENGTH] = '\n';
    key[GW_KEY_LENGTH + 1] = '\0';
    trouble = write_admin_key(h, key);
    if (trouble == NULL && add_admin_key(h, key) != APR_SUCCESS)
        trouble = "the admin key cannot be added to the database";
    gw_wipe(key, sizeof(key));
    return trouble;
}

void gw_helper_keys_keep_admin(helper_t *h)
{
    apr_time_t now = gw_segment_now(h->seg);
    apr_uint64_t writes = gw_owners_writes(h->seg);
    apr_int64_t live = 0;
    const char *trouble;

    if (writes == h->key_writes
        && now - h->admins_seen < apr_time_from_sec(ADMIN_S)
        && now >= h->admins_seen)
        return;
    h->admins_seen = now;
    if (gw_keys_live_admins(&live, h->db, apr_time_as_msec(now))
        != APR_SUCCESS)
        return;
    trouble = live > 0 ? NULL : gw_helper_keys_make(h, 0);
    if (trouble == NULL)
        h->key_writes = writes;
    if (live == 0)
        ap_log_error(APLOG_MARK, trouble ? APLOG_ERR : APLOG_NOTICE, 0, h->s,
                     GW_TAG(0113) "no admin key is live any more: %s",
                     trouble ? trouble : "admin.key has a new one");
}
