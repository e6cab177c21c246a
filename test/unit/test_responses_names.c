/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_names.c - names of tools of /v1/responses in a chat, and the
 * way back. */
#include "responses_names.h"
#include "tap.h"

#define SIXTY_FOUR \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbb-9"
#define SIXTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbb-9"

static gw_str_t str(const char *text)
{
    return (gw_str_t){ text, strlen(text) };
}

static const struct {
    const char *space, *name, *chat;    /* chat: a '#' is a hexadecimal digit */
} rows[] = {
    { "", "f", "f" },
    { "functions", "exec", "exec" },
    { "mcp__notes", "read_note", "mcp__notes__read_note" },
    { "n", SIXTY "x", "n__" SIXTY "x" },
    { "n", SIXTY "xy", "n__aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbb"
      "_########" },
    { "", SIXTY_FOUR, SIXTY_FOUR },
    { "", SIXTY_FOUR "x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbb"
      "bbbb_########" },
    { "", "a.b", "a_b_########" },
    { "a b", "c", "a_b__c_########" },
    { "", "\xe4\xbd\xa0", "____########" },
    { "", "", "_########" }
};

static int is_like(gw_str_t got, const char *want)
{
    apr_size_t i;

    for (i = 0; i < got.n && want[i] != '\0'; i++) {
        if (want[i] == '#' ? gw_hex(got.p[i]) < 0 : got.p[i] != want[i])
            return 0;
    }
    return i == got.n && want[i] == '\0';
}

static void chat_names(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_str_t chat = gw_tool_chat_name(str(rows[i].space),
                                          str(rows[i].name), tap_pool());
        gw_str_t again = gw_tool_chat_name(str(rows[i].space),
                                           str(rows[i].name), tap_pool());

        ok(is_like(chat, rows[i].chat), "%s, %s", rows[i].space,
           rows[i].name);
        ok(chat.n <= GW_TOOL_CHAT_NAME, "... is short enough");
        is_mem(again.p, again.n, chat.p, chat.n, "... and stays the same");
    }
}

static void differ(const char *space, const char *name, const char *space_2,
                   const char *name_2)
{
    gw_str_t a = gw_tool_chat_name(str(space), str(name), tap_pool());
    gw_str_t b = gw_tool_chat_name(str(space_2), str(name_2), tap_pool());

    ok(a.n != b.n || memcmp(a.p, b.p, a.n) != 0, "%s.%s is not %s.%s", space,
       name, space_2, name_2);
}

static void way_back(void)
{
    gw_tool_names_t *names = gw_tool_names_make(tap_pool());
    char word[] = "read_note";
    const gw_tool_name_t *a, *b, *c;

    a = gw_tool_names_add(names, GW_TOOL_FUNCTION, str("notes"), str(word));
    memset(word, 'x', sizeof(word) - 1);
    b = gw_tool_names_add(names, GW_TOOL_CUSTOM, str("functions"),
                          str("exec"));
    c = gw_tool_names_add(names, GW_TOOL_FUNCTION, str(""),
                          str("notes__read_note"));
    ok(a != b && c == a, "one name is one tool");
    ok(gw_tool_is(a, GW_TOOL_FUNCTION, str("notes"), str("read_note")),
       "a copy of both names");
    ok(!gw_tool_is(c, GW_TOOL_FUNCTION, str(""), str("notes__read_note")),
       "the other one is another");
    ok(gw_tool_is(b, GW_TOOL_CUSTOM, str("functions"), str("exec"))
       && gw_tool_is(b, GW_TOOL_CUSTOM, str(""), str("exec")),
       "the namespace functions is none");
    ok(!gw_tool_is(b, GW_TOOL_FUNCTION, str(""), str("exec")),
       "another kind is another tool");
    ok(gw_tool_names_find(names, str("notes__read_note")) == a, "found");
    ok(gw_tool_names_find(names, str("exec")) == b, "... bare");
    is_int(b->space.n, 0, "... without a namespace");
    ok(gw_tool_names_find(names, str("notes")) == NULL, "not found");
    ok(gw_tool_names_find(NULL, str("exec")) == NULL, "no names at all");
}

int main(void)
{
    chat_names();
    differ("a", "b.c", "a.b", "c");
    differ("", SIXTY_FOUR "x", "", SIXTY_FOUR "y");
    differ("", "a.b", "", "a:b");
    way_back();
    return tap_end();
}
