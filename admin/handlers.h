/* SPDX-License-Identifier: Apache-2.0 */
/* handlers.h - the function of each route (admin_request.h). */
#ifndef GW_HANDLERS_H
#define GW_HANDLERS_H

#include "admin_request.h"

#define R(resource, place, method, fn, locks, scope) gw_admin_fn fn;
#include "own_routes.h"
#include "routes.h"
#undef R

#endif
