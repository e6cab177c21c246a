/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/usage_members.h - the members of usage objects, as vendors call them.
 *
 * Part of answer_openai.c, whose contexts and slots it names.  All names of
 * one count are read, and the largest number counts.
 */
/* What vendors and aggregators call what was read from a cache and written
 * to it, in the usage object or its details. */
#define IN_CACHES                                                           \
    COUNT("cached_tokens", GW_N_CACHED),                                    \
    COUNT("cache_read_tokens", GW_N_CACHED),                                \
    COUNT("cache_read_input_tokens", GW_N_CACHED),                          \
    COUNT("cached_read_tokens", GW_N_CACHED),                               \
    COUNT("cached_input_tokens", GW_N_CACHED),                              \
    COUNT("cached_prompt_tokens", GW_N_CACHED),                             \
    COUNT("prompt_cached_tokens", GW_N_CACHED),                             \
    COUNT("input_cached_tokens", GW_N_CACHED),                              \
    COUNT("num_cached_tokens", GW_N_CACHED),                                \
    COUNT("prompt_cache_hit_tokens", GW_N_CACHED),      /* DeepSeek */      \
    COUNT("cached_content_token_count", GW_N_CACHED),   /* Gemini */        \
    COUNT("cachedContentTokenCount", GW_N_CACHED),                          \
    COUNT("cache_write_tokens", GW_N_WRITTEN),                              \
    COUNT("cache_write_input_tokens", GW_N_WRITTEN),                        \
    COUNT("cached_write_tokens", GW_N_WRITTEN),                             \
    COUNT("cache_creation_tokens", GW_N_WRITTEN),                           \
    COUNT("cached_creation_tokens", GW_N_WRITTEN),                          \
    COUNT("claude_cache_creation_5_m_tokens", GW_N_WRITTEN_5M),             \
    COUNT("claude_cache_creation_1_h_tokens", GW_N_WRITTEN_1H),             \
    READ("cache_creation_input_tokens", SLOT_CREATED, C_NONE),              \
    READ("cache_type", SLOT_CACHE_TYPE, C_NONE),                            \
    READ("cache_creation", SLOT_CREATION, C_CREATION),                      \
    READ("cache_creation_token_details", SLOT_NONE, C_CREATION),            \
    READ("prompt_cache_miss_tokens", SLOT_NONE, C_NONE), /* the rest */     \
    READ("cached_tokens_details", SLOT_NONE, C_NONE)       /* inside them */

/* A count of a cache that none of these is must not go unseen. */
#define UNREAD                                                              \
    GW_JSON_ANY("*cache*", SLOT_UNREAD, C_UNREAD),                          \
    GW_JSON_ANY("*", SLOT_NONE, C_MORE)

static const gw_json_rule_t unread_rules[] = {
    GW_JSON_EACH(SLOT_UNREAD, C_UNREAD, 0),
    GW_JSON_ANY("*", SLOT_UNREAD, C_UNREAD)
};

static const gw_json_rule_t more_rules[] = {
    GW_JSON_EACH(SLOT_NONE, C_MORE, 0),
    UNREAD
};

#define IN_USAGE                                                            \
    COUNT("prompt_tokens", GW_N_PROMPT),                                    \
    COUNT("completion_tokens", GW_N_COMPLETION),                            \
    COUNT("total_tokens", GW_N_TOTAL),                                      \
    COUNT("input_tokens", GW_N_PROMPT),                                     \
    COUNT("output_tokens", GW_N_COMPLETION),                                \
    READ("prompt_tokens_details", SLOT_NONE, C_IN_DETAILS),                 \
    READ("input_tokens_details", SLOT_NONE, C_IN_DETAILS),                  \
    READ("completion_tokens_details", SLOT_NONE, C_OUT_DETAILS),            \
    READ("output_tokens_details", SLOT_NONE, C_OUT_DETAILS),                \
    IN_CACHES,                                                              \
    UNREAD

static const gw_json_rule_t usage_rules[] = { IN_USAGE };

static const gw_json_rule_t in_details_rules[] = {
    COUNT("audio_tokens", GW_N_AUDIO_IN),
    COUNT("image_tokens", GW_N_IMAGE_IN),
    COUNT("video_tokens", GW_N_VIDEO_IN),
    READ("text_tokens", SLOT_NONE, C_NONE),
    IN_CACHES,
    UNREAD
};

static const gw_json_rule_t out_details_rules[] = {
    COUNT("reasoning_tokens", GW_N_REASONING),
    COUNT("audio_tokens", GW_N_AUDIO_OUT),
    /* found soon, they need not be compared with patterns */
    READ("text_tokens", SLOT_NONE, C_NONE),
    READ("accepted_prediction_tokens", SLOT_NONE, C_NONE),
    READ("rejected_prediction_tokens", SLOT_NONE, C_NONE),
    UNREAD
};

static const gw_json_rule_t creation_rules[] = {
    COUNT("ephemeral_5m_input_tokens", GW_N_WRITTEN_5M),
    COUNT("ephemeral_1h_input_tokens", GW_N_WRITTEN_1H),
    READ("cache_creation_input_tokens", SLOT_CREATED, C_NONE),
    READ("cache_type", SLOT_CACHE_TYPE, C_NONE),
    UNREAD
};
