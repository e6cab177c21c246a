/* SPDX-License-Identifier: Apache-2.0 */
/* request_rules.h - rules that the schemas of all formats of bodies share.
 *
 * Context 0 is for what is only checked; the others are each schema's own.
 */
#ifndef GW_REQUEST_RULES_H
#define GW_REQUEST_RULES_H

#include "request_private.h"

#define OWN(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_ONCE)
#define READ(name, slot, to) GW_JSON_MEMBER(name, slot, to, 0)
#define FOLD(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_FOLD)
#define STORED(name) FOLD(name, SLOT_STORED, 0)
#define THEIRS(name) READ(name, 0, 0)

/* Files, stores, sandboxes and connectors of the account at the vendor. */
#define REFERENCES \
    STORED("file_id"), STORED("file_ids"), STORED("file_uri"), \
    STORED("fileid"), STORED("fileids"), STORED("fileuri"), \
    STORED("container"), STORED("container_id"), \
    STORED("vector_store_id"), STORED("vector_store_ids"), \
    STORED("mcp"), STORED("mcp_servers"), STORED("item_reference"), \
    STORED("cached_content"), STORED("cachedcontent"), \
    STORED("knowledge_id"), STORED("knowledge_ids"), \
    STORED("collection_ids"), STORED("library_ids"), STORED("data_sources"), \
    STORED("file_search_store_names")

/* The client's own JSON. */
#define CLIENTS_OWN \
    THEIRS("metadata"), THEIRS("arguments"), THEIRS("parameters"), \
    THEIRS("input_schema"), THEIRS("output_schema"), \
    THEIRS("schema"), THEIRS("json_schema"), \
    THEIRS("properties"), THEIRS("definitions"), THEIRS("$defs")

/* Tools that the upstream runs by itself. */
#define SERVER_TOOLS \
    FOLD("search_parameters", SLOT_OPEN, 0), \
    FOLD("plugins", SLOT_OPEN, 0), \
    FOLD("enable_code_interpreter", SLOT_OPEN, 0)

/* Members of extra_body, which some servers merge into the document: it is not
 * rewritten, so what bounds or widens a request there is but noted. */
#define EXTRA_BODY \
    FOLD("max_tokens", SLOT_BOUND, 0), \
    FOLD("max_completion_tokens", SLOT_BOUND, 0), \
    FOLD("max_output_tokens", SLOT_BOUND, 0), \
    FOLD("n", SLOT_CHOICES, 0), \
    FOLD("enable_search", SLOT_OPEN, 0), \
    FOLD("web_search_options", SLOT_OPEN, 0), \
    SERVER_TOOLS, \
    FOLD("vl_high_resolution_images", SLOT_PIXELS, 0), \
    STORED("previous_response_id"), STORED("conversation"), \
    REFERENCES, CLIENTS_OWN

/* Bailian: how far an image may be scaled. */
#define PIXELS \
    READ("min_pixels", SLOT_PIXELS, 0), \
    READ("max_pixels", SLOT_PIXELS, 0)

#endif
