/* SPDX-License-Identifier: Apache-2.0 */
/* authz.h - the gateway's keys for any URL of httpd:
 *
 *     AuthType llmgw
 *     Require llmgw-key [public id ...] | llmgw-scope admin|team |
 *             llmgw-team name ...
 *
 * On the gateway's own URLs this comes before its own look at the key and
 * never takes its place.
 */
#ifndef GW_AUTHZ_H
#define GW_AUTHZ_H

#include "call.h"

/* register_hooks: who is it (check_authn), what does httpd tell who is not
 * let in (note_auth_failure), and the three words after Require. */
void gw_authz_register(apr_pool_t *p);

#endif
