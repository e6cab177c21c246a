/* SPDX-License-Identifier: Apache-2.0 */
/* key_rotate.c - POST /llmgw/admin/v1/keys/{id}/rotate: another secret for a
 * key, which stays what it is: id, limits, what it spent. */
#include <apr_strings.h>

#include "check.h"
#include "crypto.h"
#include "field.h"
#include "handlers.h"
#include "json_text.h"
#include "key.h"
#include "key_item.h"
#include "key_room.h"
#include "refuse.h"
#include "transaction.h"
#include "value.h"

#define GRACE_MOST (30 * 86400)         /* seconds */

static const gw_field_t fields[] = {
    { "grace_seconds", GW_F_INT, GW_F_REQUIRED, 0, GRACE_MOST },
    { NULL }
};

/* Make the next secret of the row's key.  0: no random bytes. */
static int make_secret(gw_admin_t *a, char *key, unsigned char *hash,
                       const gw_key_row_t *row)
{
    unsigned char random[GW_KEY_RANDOM];

    if (gw_random(random, sizeof(random)) != APR_SUCCESS)
        return gw_admin_refuse(a, GW_P_INTERNAL_ERROR, NULL,
                               "The random number generator failed.");
    gw_key_remake(key, row->public_id, random);
    gw_sha256(hash, key, GW_KEY_LENGTH);
    gw_wipe(random, sizeof(random));
    return 1;
}

static apr_status_t rotate(gw_admin_t *a, gw_key_row_t *row, char *key,
                           apr_int64_t until_ms)
{
    unsigned char hash[GW_SHA256];
    apr_status_t rv = gw_key_find(a, row);

    if (rv != APR_SUCCESS)
        return rv;
    if (row->revoked_ms != 0) {
        gw_check_refuse(a, "id", "is revoked: make a new key");
        return APR_EINVAL;
    }
    if (until_ms > a->now_ms)           /* two secrets are live then */
        rv = gw_key_room(a, row, 0);
    if (rv != APR_SUCCESS)
        return rv;
    if (!make_secret(a, key, hash, row))
        return APR_EINVAL;
    return gw_keys_rotate(a->db, row->id, hash, until_ms);
}

int gw_admin_key_rotate(gw_admin_t *a, json_object **out)
{
    char key[GW_KEY_LENGTH + 1];
    gw_key_row_t row;
    apr_int64_t until_ms;
    json_object *grace, *spec;
    apr_status_t rv;

    if (!gw_check(a, a->body, fields, ""))
        return 0;
    json_object_object_get_ex(a->body, "grace_seconds", &grace);
    until_ms = a->now_ms + json_object_get_int64(grace) * 1000;
    rv = gw_admin_begin(a);
    if (rv == APR_SUCCESS)
        rv = rotate(a, &row, key, until_ms);
    rv = gw_admin_commit(a, rv, "rotate", "key", a->id,
                         gw_admin_line(a, a->body));
    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    spec = gw_key_spec(a, &row);
    gw_key_publish(a, &row, spec, 1);
    *out = gw_key_json(&row, spec, key);
    json_object_object_add(*out, "previous_key_expires_at",
                           gw_admin_time(until_ms));
    return HTTP_OK;
}
