/* SPDX-License-Identifier: Apache-2.0 */
/* request_responses.h - bodies of /v1/responses. */
#ifndef GW_REQUEST_RESPONSES_H
#define GW_REQUEST_RESPONSES_H

#include "request_read.h"

/* Refused as well: no input, unless something that is stored at the upstream
 * stands for it.  An input that is a string counts as one message. */
extern const gw_request_format_t gw_request_responses;

#endif
