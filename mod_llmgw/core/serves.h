/* SPDX-License-Identifier: Apache-2.0 */
/* serves.h - can an upstream, can a model, answer anything?
 *
 * What cannot is not listed for clients and not called.  An upstream without
 * credentials is called only if it wants none: its `auth` is none, or nothing
 * says that it wants one, as with a server of one's own.
 */
#ifndef GW_SERVES_H
#define GW_SERVES_H

#include "catalog.h"

/* Does an upstream want a credential?  It does where `auth` is said (and is
 * not none), where its vendor is one that sells, and where its https leads to
 * a public host.  auth_said: its spec has `auth`. */
int gw_wants_credential(const gw_upstream_t *upstream, int auth_said);

/* Why it cannot be called, as the rest of a sentence that begins with it;
 * NULL: it can.  Where upstream->secrets is NULL, as it is stored, they are
 * taken to be good. */
const char *gw_upstream_idle(const gw_upstream_t *upstream);

/* Does a model of a snapshot serve anything?  Prices are another matter. */
int gw_model_serves(const gw_model_t *model);

#endif
