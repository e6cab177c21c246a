/* SPDX-License-Identifier: Apache-2.0 */
/* member.h - the members of a parsed spec (spec.h).  o: an object; what is not
 * there gives the default. */
#ifndef GW_MEMBER_H
#define GW_MEMBER_H

#include <json-c/json.h>

#include "catalog.h"

typedef struct json_object json_t;

json_t *gw_member(json_t *o, const char *name);

const char *gw_member_text(json_t *o, const char *name, const char *otherwise,
                           apr_pool_t *pool);

apr_int64_t gw_member_number(json_t *o, const char *name,
                             apr_int64_t otherwise);

int gw_member_flag(json_t *o, const char *name, int otherwise);

/* A list of strings as a NULL-ended array; NULL: no such list. */
const char **gw_member_list(json_t *o, const char *name, apr_pool_t *pool);

/* A list of names as a mask of their indices. */
unsigned gw_member_mask(json_t *o, const char *name, const char *const *names,
                        unsigned n);

int gw_member_choice(json_t *o, const char *name, const char *const *names,
                     unsigned n, int otherwise);

/* Does a model's spec say, in `parameters`, that it supports the one of this
 * name?  An element is an object, or the name alone. */
int gw_member_supports(json_t *spec, const char *parameter);

/* The tree of a text, which is the caller's to put; NULL: it is no JSON. */
json_t *gw_member_tree(const char *json);

void gw_member_deadlines(gw_deadlines_t *out, json_t *o);

#endif
