/* SPDX-License-Identifier: Apache-2.0 */
/* value.h - values of the admin API as JSON.  What is returned is the
 * caller's, unless it says otherwise. */
#ifndef GW_VALUE_H
#define GW_VALUE_H

#include "admin_request.h"

/* Give the object to the request, which lets go of it at its end. */
json_object *gw_admin_own(gw_admin_t *a, json_object *o);

json_object *gw_admin_text(const char *text);   /* null for NULL */
json_object *gw_admin_amount(gw_pico_t amount); /* as a decimal string */
json_object *gw_admin_sum(const gw_sum_t *sum);

/* "2026-11-20T08:00:00Z", with milliseconds where there are any. */
json_object *gw_admin_time(apr_int64_t ms);
json_object *gw_admin_time_or_null(apr_int64_t ms);

/* Copy the members of an object into out; NULL: none. */
void gw_admin_add_members(json_object *out, json_object *from);

#endif
