/* SPDX-License-Identifier: Apache-2.0 */
/* routes.h - every URL of admin.h, what it takes, and who may.
 *
 * R(resource, id, method, function, database, scope)
 * id: ONE, ALL (the collection).  database: NONE, READ, WRITE.  scope: the
 * least that the caller's key must have.
 */
R("keys",      ALL, M_POST,   gw_admin_key_create,   WRITE, ADMIN)
R("keys",      ALL, M_GET,    gw_admin_key_list,     READ,  ADMIN)
R("keys",      ONE, M_GET,    gw_admin_key_get,      READ,  ADMIN)
R("keys",      ONE, M_DELETE, gw_admin_key_revoke,   WRITE, ADMIN)
R("upstreams", ONE, M_PUT,    gw_admin_upstream_put, WRITE, ADMIN)
R("upstreams", ONE, M_GET,    gw_admin_upstream_get, READ,  ADMIN)
R("models",    ONE, M_PUT,    gw_admin_model_put,    WRITE, ADMIN)
R("models",    ONE, M_GET,    gw_admin_model_get,    READ,  ADMIN)
