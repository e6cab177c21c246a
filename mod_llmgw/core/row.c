/* SPDX-License-Identifier: Apache-2.0 */
/* row.c - the words of a row. */
#include "row.h"

const char *const gw_state_names[5] = {
    "open", "settled", "estimated", "free", "failed"
};
const char *const gw_source_names[4] = {
    "none", "reported", "drained", "estimated"
};
const char *const gw_kind_names[2] = { "request", "adjustment" };
const char *const gw_row_flag_names[GW_ROW_FLAGS] = {
    "thinking", "inconsistent", "client_left", "cut", "killed",
    "reserve_short", "upstream_error"
};
