/* SPDX-License-Identifier: Apache-2.0 */
/* key_room.h - how many live keys a team may have. */
#ifndef GW_KEY_ROOM_H
#define GW_KEY_ROOM_H

#include "admin_request.h"
#include "keys.h"

/* Has the row's team room for so many live keys more, inside the transaction
 * that makes them?  more 0: it has not too many.  APR_EINVAL: a->problem says
 * that it has no room. */
apr_status_t gw_key_room(gw_admin_t *a, const gw_key_row_t *row, int more);

#endif
