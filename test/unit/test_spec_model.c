/* SPDX-License-Identifier: Apache-2.0 */
/* test_spec_model.c - what a model's stored spec says of its parameters. */
#include "member.h"
#include "spec.h"

#include "tap.h"

#define BOTH (GW_DECLARES_EFFORT | GW_DECLARES_JSON_SCHEMA)

static const struct {
    const char *name, *spec;
    unsigned declares;
} rows[] = {
    { "nothing said", "{}", 0 },
    { "an empty matrix", "{\"parameters\":[]}", 0 },
    { "effort", "{\"parameters\":[{\"name\":\"n\"},"
      "{\"name\":\"reasoning_effort\"}]}", GW_DECLARES_EFFORT },
    { "effort, in so many words", "{\"parameters\":[{\"name\":"
      "\"reasoning_effort\",\"supported\":true}]}", GW_DECLARES_EFFORT },
    { "no effort", "{\"parameters\":[{\"name\":\"reasoning_effort\","
      "\"supported\":false}]}", 0 },
    { "a schema", "{\"parameters\":[{\"name\":"
      "\"response_format.json_schema\"}]}", GW_DECLARES_JSON_SCHEMA },
    { "no schema", "{\"parameters\":[{\"name\":\"response_format\"},"
      "{\"name\":\"response_format.json_schema\",\"supported\":false}]}",
      0 },
    { "the format alone", "{\"parameters\":[{\"name\":"
      "\"response_format\"}]}", 0 },
    { "names alone", "{\"parameters\":[\"response_format.json_schema\","
      "\"reasoning_effort\"]}", BOTH },
    { "letter case counts", "{\"parameters\":[\"Reasoning_Effort\"]}", 0 },
    { "part of a name", "{\"parameters\":[\"reasoning_effort.x\","
      "\"reasoning\"]}", 0 },
    { "a row without a name", "{\"parameters\":[{}]}", 0 }
};

static void test_modalities(void)
{
    apr_array_header_t *routes;
    gw_model_t m = { .name = "m" };

    gw_spec_model(&m, &routes, "{\"modalities\":{\"input\":[\"pdf\","
                  "\"text\"]}}", tap_pool());
    is_str(m.modalities[0][0], "pdf", "in the order that was said");
    is_str(m.modalities[0][1], "text", "what is no medium of ours, too");
    ok(m.modalities[0][2] == NULL, "and no more");
    ok(m.modalities[1] == NULL && m.declares_input, "of input only");
    memset(&m, 0, sizeof(m));
    gw_spec_model(&m, &routes, "{}", tap_pool());
    ok(m.modalities[0] == NULL && m.modalities[1] == NULL
       && !m.declares_input, "of nothing");
}

int main(void)
{
    apr_array_header_t *routes;
    unsigned i;

    test_modalities();

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_model_t m = { .name = "m" };

        is_int(gw_spec_model(&m, &routes, rows[i].spec, tap_pool()),
               APR_SUCCESS, "read: %s", rows[i].name);
        is_int(m.declares, rows[i].declares, "declares: %s", rows[i].name);
    }
    return tap_end();
}
