/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - the processes that serve requests, each with a slot in the
 * segment: told by pid and start time, so that a number that was given to
 * another process is not taken for it.
 */
#ifndef GW_CHILD_H
#define GW_CHILD_H

#include "segment.h"

/* Child, once, before it serves a request: take a slot.
 * APR_ENOSPC: more than GW_CHILDREN processes. */
apr_status_t gw_child_enter(gw_segment_t *seg);

/* This child begins, or has done, a write to the database that has to be
 * brought into the segment, too: where it dies between, the helper has all
 * owners and the catalogue read again.  Any thread, no lock; several threads
 * may write at a time. */
void gw_child_write_begin(gw_segment_t *seg);
void gw_child_write_end(gw_segment_t *seg);

/* Helper: is the process of this slot alive?  Where /proc does not tell when
 * a process began, now or when this one entered, one that has its number is
 * taken for it. */
int gw_child_alive(const gw_segment_t *seg, apr_uint32_t slot);

#endif
