/* SPDX-License-Identifier: Apache-2.0 */
/* routes.h - every URL of admin.h, what it takes, and who may.
 *
 * R(resource, id, method, function, database, scope)
 * id: ONE, ALL (the collection).  database: NONE, READ, WRITE.  scope: the
 * least that the caller's key must have.
 */
R("keys",      ALL, M_POST,   gw_admin_key_create,   WRITE, TEAM)
R("keys",      ALL, M_GET,    gw_admin_key_list,     READ,  TEAM)
R("keys",      ONE, M_GET,    gw_admin_key_get,      READ,  TEAM)
R("keys",      ONE, M_PATCH,  gw_admin_key_patch,    WRITE, TEAM)
R("keys",      ONE, M_DELETE, gw_admin_key_revoke,   WRITE, TEAM)
R("keys/rotate", ONE, M_POST, gw_admin_key_rotate,   WRITE, TEAM)
R("teams",     ALL, M_GET,    gw_admin_team_list,    READ,  ADMIN)
R("teams",     ONE, M_PUT,    gw_admin_team_put,     WRITE, ADMIN)
R("teams",     ONE, M_GET,    gw_admin_team_get,     READ,  ADMIN)
R("teams",     ONE, M_PATCH,  gw_admin_team_patch,   WRITE, ADMIN)
R("teams",     ONE, M_DELETE, gw_admin_team_disable, WRITE, ADMIN)
R("upstreams", ALL, M_GET,    gw_admin_upstream_list,    READ,  ADMIN)
R("upstreams", ONE, M_PUT,    gw_admin_upstream_put,     WRITE, ADMIN)
R("upstreams", ONE, M_GET,    gw_admin_upstream_get,     READ,  ADMIN)
R("upstreams", ONE, M_PATCH,  gw_admin_upstream_patch,   WRITE, ADMIN)
R("upstreams", ONE, M_DELETE, gw_admin_upstream_disable, WRITE, ADMIN)
R("models",    ALL, M_GET,    gw_admin_model_list,    READ,  ADMIN)
R("models",    ONE, M_PUT,    gw_admin_model_put,     WRITE, ADMIN)
R("models",    ONE, M_GET,    gw_admin_model_get,     READ,  ADMIN)
R("models",    ONE, M_PATCH,  gw_admin_model_patch,   WRITE, ADMIN)
R("models",    ONE, M_DELETE, gw_admin_model_disable, WRITE, ADMIN)
R("catalog",   ALL, M_GET,    gw_admin_catalog_export, READ,  ADMIN)
R("catalog",   ALL, M_PUT,    gw_admin_catalog_import, WRITE, ADMIN)
