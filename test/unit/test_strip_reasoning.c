/* SPDX-License-Identifier: Apache-2.0 */
/* test_strip_reasoning.c - plain answers without reasoning and empty calls. */
#include "strip_reasoning.h"
#include "tap.h"

#define ANSWER(message) "{\"choices\":[{\"index\":0,\"message\":" message \
                        "}],\"usage\":{\"a\":1}}"

static const struct { const char *name, *in, *out; } rows[] = {
    { "nothing to cut", ANSWER("{\"content\":\"x\"}"),
      ANSWER("{\"content\":\"x\"}") },
    { "reasoning first", ANSWER("{\"reasoning_content\":\"r\",\"content\":"
      "\"x\"}"), ANSWER("{\"content\":\"x\"}") },
    { "reasoning last", ANSWER("{\"content\":\"x\" , \"reasoning\":\"r\" }"),
      ANSWER("{\"content\":\"x\" }") },
    { "all four", ANSWER("{\"role\":\"a\",\"reasoning_content\":null,"
      "\"tool_calls\":[ ],\"content\":null,\"reasoning\":\"r\","
      "\"function_call\":null}"),
      ANSWER("{\"role\":\"a\",\"content\":null}") },
    { "calls that are there stay", ANSWER("{\"tool_calls\":[{\"id\":\"1\"}],"
      "\"function_call\":{\"name\":\"f\"}}"),
      ANSWER("{\"tool_calls\":[{\"id\":\"1\"}],\"function_call\":{"
      "\"name\":\"f\"}}") },
    { "only members that go", ANSWER("{\"reasoning\":{\"x\":[1]}}"),
      ANSWER("{}") },
    { "content with such text stays", ANSWER("{\"content\":\"\\\"reasoning"
      "\\\":1\",\"reasoning\":1}"), ANSWER("{\"content\":\"\\\"reasoning"
      "\\\":1\"}") },
    { "deeper ones stay", ANSWER("{\"x\":{\"reasoning\":1}}"),
      ANSWER("{\"x\":{\"reasoning\":1}}") },
    { "two choices", "{\"choices\":[{\"message\":{\"reasoning\":1,\"c\":1}},"
      "{\"message\":{\"c\":2,\"reasoning\":1}}]}",
      "{\"choices\":[{\"message\":{\"c\":1}},{\"message\":{\"c\":2}}]}" },
    { "no JSON", "{\"choices\":[{\"message\":{\"reasoning\":1,",
      "{\"choices\":[{\"message\":{\"reasoning\":1," },
    { "an array", "[{\"message\":{\"reasoning\":1}}]",
      "[{\"message\":{\"reasoning\":1}}]" },
};

int main(void)
{
    unsigned i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = strdup(rows[i].in);
        apr_size_t n = gw_strip_reasoning(text, strlen(text), tap_pool());

        is_mem(text, n, rows[i].out, strlen(rows[i].out), "%s", rows[i].name);
        free(text);
    }
    return tap_end();
}
