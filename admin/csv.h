/* SPDX-License-Identifier: Apache-2.0 */
/* csv.h - cells of CSV (RFC 4180) that a spreadsheet takes as text.
 *
 * Names come from whoever made a key; the file is opened by whoever pays.  A
 * cell that a spreadsheet would take for a formula begins with an apostrophe
 * here, and so does the rest of one behind what other programs take for the
 * end of a cell.
 */
#ifndef GW_CSV_H
#define GW_CSV_H

#include "buffer.h"

/* A text and what ends its cell: "," or "\r\n".  Always quoted; NULL: an
 * empty cell. */
void gw_csv_text(gw_buffer_t *b, const char *text, const char *end);

/* A word or number of ours, as it is. */
void gw_csv_plain(gw_buffer_t *b, const char *text, const char *end);

#endif
