/* SPDX-License-Identifier: Apache-2.0 */
/* config_server.c - see config_server.h; docs/directives.md has a section for
 * each. */
#include "config_server.h"

#include <apr_strings.h>

#include "config.h"
#include "config_value.h"
#include "segment.h"

static gw_server_conf_t *server_of(cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config, &llmgw_module);
}

static const char *global_only(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *gw_config_server_state(cmd_parms *cmd, void *dir, const char *path)
{
    const char *trouble = global_only(cmd);

    if (trouble == NULL && path[0] != '/')
        return apr_psprintf(cmd->pool, "LLMGatewayState %s: must be an "
                            "absolute path", path);
    if (trouble == NULL)
        server_of(cmd)->state_dir = path;
    return trouble;
}

const char *gw_config_server_secret_file(cmd_parms *cmd, void *dir,
                                         const char *path)
{
    const char *trouble = global_only(cmd);

    if (trouble == NULL)
        server_of(cmd)->secret_file = ap_server_root_relative(cmd->pool,
                                                              path);
    return trouble;
}

const char *gw_config_server_segment(cmd_parms *cmd, void *dir,
                                     const char *size, const char *path)
{
    const char *trouble = global_only(cmd);
    apr_int64_t n = gw_config_value_bytes(size);

    if (trouble != NULL)
        return trouble;
    if (n < GW_SEGMENT_LEAST || n > APR_INT64_C(64) << 30)
        return apr_psprintf(cmd->pool, "LLMGatewaySegment %s: the size must "
                            "be between %dM and 64G", size,
                            GW_SEGMENT_LEAST >> 20);
    server_of(cmd)->segment_size = (apr_size_t)n;
    if (path != NULL)
        server_of(cmd)->segment_path = ap_runtime_dir_relative(cmd->pool,
                                                               path);
    return NULL;
}

const char *gw_config_server_durability(cmd_parms *cmd, void *dir,
                                        const char *arg)
{
    const char *trouble = global_only(cmd);

    return trouble != NULL ? trouble
           : gw_config_value_word(cmd, &server_of(cmd)->power, arg, "process",
                                  "power");
}

const char *gw_config_server_link_local(cmd_parms *cmd, void *dir, int on)
{
    const char *trouble = global_only(cmd);

    if (trouble == NULL)
        server_of(cmd)->link_local = on;
    return trouble;
}

const char *gw_config_server_zone(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *trouble = global_only(cmd);
    gw_str_t text = { arg, strlen(arg) };

    if (trouble != NULL)
        return trouble;
    if (gw_zone_parse(&server_of(cmd)->zone, text) != APR_SUCCESS)
        return apr_psprintf(cmd->pool, "LLMGatewayZone %s: must be an offset "
                            "from UTC as +08:00, a multiple of 15 minutes, "
                            "at most 14 hours", arg);
    return NULL;
}

const char *gw_config_server_clock_step(cmd_parms *cmd, void *dir,
                                        const char *arg)
{
    const char *trouble = global_only(cmd);
    apr_int64_t hours = 0;

    if (trouble != NULL)
        return trouble;
    if (strcasecmp(arg, "off") != 0
        && gw_config_value_number(&hours, arg, 1, 8784) != 0)
        return apr_psprintf(cmd->pool, "LLMGatewayClockStep %s: must be a "
                            "number of hours from 1 to 8784, or off", arg);
    server_of(cmd)->clock_hours = (int)hours;
    return NULL;
}

/* One "name=number" of LLMGatewayDrain. */
const char *gw_config_server_drain(cmd_parms *cmd, void *dir, const char *text)
{
    gw_server_conf_t *c = server_of(cmd);
    const struct { const char *name; int *value, least, most; } rows[] = {
        { "seconds=", &c->drain_seconds, 1, 3600 },
        { "tokens=", &c->drain_tokens, 1, 10000000 },
        { "count=", &c->drain_count, 0, 100000 },
        { "key=", &c->drain_key, 1, 100000 },
        { "team=", &c->drain_team, 1, 100000 }
    };
    const char *trouble = global_only(cmd);
    unsigned i;

    for (i = 0; i < GW_COUNT(rows) && trouble == NULL; i++) {
        apr_size_t n = strlen(rows[i].name);
        apr_int64_t value;

        if (ap_cstr_casecmpn(text, rows[i].name, n) != 0)
            continue;
        if (gw_config_value_number(&value, text + n, rows[i].least,
                                   rows[i].most) != 0)
            return apr_psprintf(cmd->pool, "LLMGatewayDrain %s: must be a "
                                "number from %d to %d", text, rows[i].least,
                                rows[i].most);
        *rows[i].value = (int)value;
        return NULL;
    }
    return trouble != NULL ? trouble
           : apr_psprintf(cmd->pool, "LLMGatewayDrain %s: must be seconds=, "
                          "tokens=, count=, key= or team= with a number",
                          text);
}

const char *gw_config_server_admin_writes(cmd_parms *cmd, void *dir,
                                          const char *text)
{
    const char *trouble = global_only(cmd);
    apr_int64_t n;

    if (trouble != NULL)
        return trouble;
    if (gw_config_value_number(&n, text, 0, 100000) != 0)
        return apr_psprintf(cmd->pool, "LLMGatewayAdminWrites %s: must be a "
                            "number of writes a minute from 0 (no bound) to "
                            "100000", text);
    server_of(cmd)->admin_writes = (int)n;
    return NULL;
}
