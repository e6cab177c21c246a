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
    { "an empty text beside calls", ANSWER("{\"content\":\"\",\"tool_calls\":"
      "[{\"id\":\"1\"}]}"),
      ANSWER("{\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]}") },
    { "behind them, and what goes on both sides", ANSWER("{\"reasoning\":1,"
      "\"tool_calls\":[{\"id\":\"1\"}],\"content\" : \"\" ,"
      "\"reasoning_content\":\"r\"}"),
      ANSWER("{\"tool_calls\":[{\"id\":\"1\"}],\"content\" : null}") },
    { "beside a call of the old kind", ANSWER("{\"content\":\"\","
      "\"function_call\":{\"name\":\"f\"},\"tool_calls\":[]}"),
      ANSWER("{\"content\":null,\"function_call\":{\"name\":\"f\"}}") },
    { "an empty text beside no calls", ANSWER("{\"content\":\"\","
      "\"tool_calls\":[],\"function_call\":null}"),
      ANSWER("{\"content\":\"\"}") },
    { "a text beside calls", ANSWER("{\"content\":\" \",\"tool_calls\":[{}]}"),
      ANSWER("{\"content\":\" \",\"tool_calls\":[{}]}") },
    { "contents of other kinds", ANSWER("{\"content\":[],\"tool_calls\":"
      "[{}]}"), ANSWER("{\"content\":[],\"tool_calls\":[{}]}") },
    { "calls of other kinds", ANSWER("{\"content\":\"\",\"tool_calls\":"
      "\"x\"}"), ANSWER("{\"content\":\"\",\"tool_calls\":\"x\"}") },
    { "the last content counts", ANSWER("{\"content\":\"\",\"content\":\"x\","
      "\"tool_calls\":[{}]}"),
      ANSWER("{\"content\":\"\",\"content\":\"x\",\"tool_calls\":[{}]}") },
    { "deeper ones and others' stay", "{\"content\":\"\",\"tool_calls\":[1],"
      "\"choices\":[{\"content\":\"\",\"message\":{\"tool_calls\":[{"
      "\"content\":\"\"}]}},{\"message\":{\"content\":\"\"}}]}",
      "{\"content\":\"\",\"tool_calls\":[1],"
      "\"choices\":[{\"content\":\"\",\"message\":{\"tool_calls\":[{"
      "\"content\":\"\"}]}},{\"message\":{\"content\":\"\"}}]}" },
    { "each choice by itself", "{\"choices\":[{\"message\":{\"content\":\"\","
      "\"tool_calls\":[1]}},{\"message\":{\"content\":\"\"}},{\"message\":"
      "{\"tool_calls\":[1],\"content\":\"\"}}]}",
      "{\"choices\":[{\"message\":{\"content\":null,"
      "\"tool_calls\":[1]}},{\"message\":{\"content\":\"\"}},{\"message\":"
      "{\"tool_calls\":[1],\"content\":null}}]}" },
    { "an array", "[{\"message\":{\"reasoning\":1}}]",
      "[{\"message\":{\"reasoning\":1}}]" },
};

int main(void)
{
    unsigned i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_size_t n = strlen(rows[i].in);
        char *text = malloc(n);     /* not a byte more */
        int changed;

        memcpy(text, rows[i].in, n);
        changed = gw_strip_reasoning(&text, &n, tap_pool());
        is_mem(text, n, rows[i].out, strlen(rows[i].out), "%s", rows[i].name);
        is_int(changed, strcmp(rows[i].in, rows[i].out) != 0, "and says so");
        free(text);
    }
    return tap_end();
}
