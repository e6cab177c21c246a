/* SPDX-License-Identifier: Apache-2.0 */
/* test_vendor.c - vendors by name, and what is known of each. */
#include "vendor.h"

#include "tap.h"

/* ---- names ----------------------------------------------------------- */

static void test_names(void)
{
    unsigned i, k;

    is_int(gw_vendor_by_name(""), GW_VENDOR_NONE, "no vendor");
    is_int(gw_vendor_by_name("nobody"), GW_VENDOR_NONE, "one not known");
    is_int(gw_vendor_by_name("Bailian"), GW_VENDOR_NONE, "in other letters");
    is_int(gw_vendor_by_name("bailian2"), GW_VENDOR_NONE, "a longer name");
    is_int(gw_vendor_by_name("bailian"), GW_VENDOR_BAILIAN, "one that is");
    for (i = 0; i < GW_VENDORS; i++) {
        const char *name = gw_vendor_row((gw_vendor_t)i)->name;

        ok((*name == '\0') == (i == GW_VENDOR_NONE), "%u has a name", i);
        is_int(gw_vendor_by_name(name), i, "'%s' is found", name);
        for (k = 0; k < i; k++)
            ok(strcmp(name, gw_vendor_row((gw_vendor_t)k)->name) != 0,
               "'%s' is there once", name);
    }
}

/* ---- what is known --------------------------------------------------- */

enum {
    SELLS = 1, BESIDE = 2, ENABLE = 4, FILES = 8, COMPLETION = 16,
    TOKENS = 32, TOTAL = 64
};

static unsigned known(gw_vendor_t vendor)
{
    const gw_vendor_row_t *row = gw_vendor_row(vendor);

    return (row->sells ? SELLS : 0) | (row->thinking_beside ? BESIDE : 0)
           | (row->enable_thinking ? ENABLE : 0)
           | (row->file_texts ? FILES : 0)
           | (row->max_completion ? COMPLETION : 0)
           | (row->max_tokens_only ? TOKENS : 0)
           | (row->output_total ? TOTAL : 0);
}

static void test_quirks(void)
{
    unsigned i;

    is_int(known(GW_VENDOR_NONE), 0, "of no vendor nothing is known");
    is_int(known(GW_VENDOR_BAILIAN), SELLS | BESIDE | ENABLE | FILES,
           "bailian");
    is_str(gw_vendor_row(GW_VENDOR_BAILIAN)->headers, "X-DashScope-",
           "bailian's headers");
    is_int(known(GW_VENDOR_OPENAI), SELLS | COMPLETION, "openai");
    is_int(known(GW_VENDOR_GOOGLE), SELLS | TOTAL, "google");
    for (i = 1; i < GW_VENDORS; i++) {
        const gw_vendor_row_t *row = gw_vendor_row((gw_vendor_t)i);

        if (i == GW_VENDOR_BAILIAN || i == GW_VENDOR_OPENAI
            || i == GW_VENDOR_GOOGLE)
            continue;
        is_int(known((gw_vendor_t)i) & ~(unsigned)TOKENS,
               i == GW_VENDOR_VLLM ? 0 : SELLS,
               "%s sells, or is a server of one's own", row->name);
        ok(row->headers == NULL, "%s has no headers", row->name);
    }
}

/* Those whose references have no max_completion_tokens. */
static void test_max_tokens_only(void)
{
    static const gw_vendor_t only[] = {
        GW_VENDOR_DEEPSEEK, GW_VENDOR_MISTRAL, GW_VENDOR_SILICONFLOW,
        GW_VENDOR_ZHIPU
    };
    unsigned i, k, n = 0;

    for (i = 0; i < GW_VENDORS; i++)
        n += gw_vendor_row((gw_vendor_t)i)->max_tokens_only;
    for (k = 0; k < GW_COUNT(only); k++)
        ok(gw_vendor_row(only[k])->max_tokens_only, "%s knows max_tokens",
           gw_vendor_row(only[k])->name);
    is_int(n, GW_COUNT(only), "... and no others");
}

/* ---- families of models ---------------------------------------------- */

static const struct { const char *model; int text, loops; } models[] = {
    { "glm-4.7", 1, 0 }, { "glm", 1, 0 }, { "glm-5.1-air", 1, 0 },
    { "GLM-4.7", 1, 0 }, { "zai-org/glm-4.7", 1, 0 }, { "glm/x", 0, 0 },
    { "gl", 0, 0 }, { "", 0, 0 }, { "a/", 0, 0 }, { "qwen3-max", 0, 0 },
    { "deepseek-chat", 0, 1 }, { "Pro/deepseek-ai/DeepSeek-V3.2", 0, 1 },
    { "moonshotai/Kimi-K2.5", 0, 1 }
};

static void test_families(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(models); i++) {
        const gw_family_t *f = gw_family(models[i].model);

        is_int(f->text_without_tools, models[i].text, "family of '%s'",
               models[i].model);
        is_int(f->reasoning_in_loops, models[i].loops, "... in loops");
    }
}

int main(void)
{
    test_names();
    test_quirks();
    test_max_tokens_only();
    test_families();
    return tap_end();
}
