/* SPDX-License-Identifier: Apache-2.0 */
/* glue.h - a request to the gateway, without a server: a real segment with a
 * cell in it, and as much of httpd's structures as the tested part reads.
 *
 * A test links the module's objects and defines what it wants to see called
 * by itself; httpd.c has the rest.
 */
#ifndef GW_TEST_GLUE_H
#define GW_TEST_GLUE_H

#include <httpd.h>

#include "call.h"

/* Rates of its price, pico-units a token. */
#define GLUE_INPUT  2
#define GLUE_OUTPUT 3

/* A call whose cell is open; its attempt is still to begin.  The time of the
 * attempt is what `began` says. */
gw_call_t *glue_call(void);

/* The state of a cell. */
gw_cell_state_t glue_state(const gw_cell_t *cell);

#endif
