/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/usage_anthropic.h - the members of usage objects of the Messages API.
 *
 * Part of answer_anthropic.c, whose contexts and slots it names.  A stream
 * counts twice: when it begins, its output hardly, and at its end.  Where a
 * request took several calls, they are listed under `iterations`, and what
 * stands beside them is of the last one only.
 */
#define IN_CREATION(slot)                                                   \
    READ("ephemeral_5m_input_tokens", (slot) + GW_N_WRITTEN_5M, C_NONE),    \
    READ("ephemeral_1h_input_tokens", (slot) + GW_N_WRITTEN_1H, C_NONE),    \
    UNREAD

/* A count of a cache that none of these is must not go unseen. */
#define UNREAD                                                              \
    GW_JSON_ANY("*cache*", SLOT_UNREAD, C_UNREAD)

#define IN_USAGE(slot, output, details, creation)                           \
    READ("input_tokens", (slot) + GW_N_PROMPT, C_NONE),                     \
    READ("output_tokens", output, C_NONE),                                  \
    READ("cache_creation_input_tokens", (slot) + GW_N_WRITTEN, C_NONE),     \
    READ("cache_read_input_tokens", (slot) + GW_N_CACHED, C_NONE),          \
    READ("cache_creation", SLOT_NONE, creation),                            \
    READ("output_tokens_details", SLOT_NONE, details),                      \
    READ("service_tier", SLOT_NONE, C_NONE)

static const gw_json_rule_t usage_rules[] = {
    IN_USAGE(SLOT_COUNT, SLOT_OUTPUT, C_DETAILS, C_CREATION),
    READ("iterations", SLOT_PARTS, C_PARTS),
    UNREAD
};

static const gw_json_rule_t first_usage_rules[] = {
    IN_USAGE(SLOT_COUNT, SLOT_FIRST_OUTPUT, C_DETAILS, C_CREATION),
    READ("iterations", SLOT_PARTS, C_PARTS),
    UNREAD
};

static const gw_json_rule_t details_rules[] = {
    READ("thinking_tokens", SLOT_COUNT + GW_N_REASONING, C_NONE),
    READ("reasoning_tokens", SLOT_COUNT + GW_N_REASONING, C_NONE)
};

static const gw_json_rule_t creation_rules[] = { IN_CREATION(SLOT_COUNT) };

/* One of the calls that are summed up. */
static const gw_json_rule_t parts_rules[] = {
    GW_JSON_EACH(SLOT_PART, C_PART, 0)
};

static const gw_json_rule_t part_rules[] = {
    IN_USAGE(SLOT_SUM, SLOT_SUM + GW_N_COMPLETION, C_PART_DETAILS,
             C_PART_CREATION),
    UNREAD
};

static const gw_json_rule_t part_details_rules[] = {
    READ("thinking_tokens", SLOT_SUM + GW_N_REASONING, C_NONE),
    READ("reasoning_tokens", SLOT_SUM + GW_N_REASONING, C_NONE)
};

static const gw_json_rule_t part_creation_rules[] = { IN_CREATION(SLOT_SUM) };

static const gw_json_rule_t unread_rules[] = {
    GW_JSON_EACH(SLOT_UNREAD, C_UNREAD, 0),
    GW_JSON_ANY("*", SLOT_UNREAD, C_UNREAD)
};
