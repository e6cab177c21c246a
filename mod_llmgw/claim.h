/* SPDX-License-Identifier: Apache-2.0 */
/* claim.h - which requests are ours, decided before anything walks a
 * directory.
 *
 * In a virtual host or a <Location> with LLMGateway On the URL is claimed in
 * pre_translate_name: no directory walk, no rewrite rule of a document root,
 * no AllowEncodedSlashes.  A gateway mounted on a <Directory> is found by the
 * handler, after the walk. */
#ifndef GW_CLAIM_H
#define GW_CLAIM_H

#include "call.h"

/* Hooks of a child, on the request's thread; they take no lock. */

/* pre_translate_name: DONE and a call in r->request_config where the URL is
 * ours; DECLINED: it is another's, or may be a mounted directory's. */
int gw_claim_pre_translate(request_rec *r);

/* The phases between: OK for a request that was claimed, so that nothing looks
 * for a file; else DECLINED. */
int gw_claim_translate(request_rec *r);
int gw_claim_map_to_storage(request_rec *r);
int gw_claim_type_checker(request_rec *r);

/* Fixups: where a virtual host that is On is asked for an endpoint without
 * the /v1, and has nothing of its own there, its 404 says so. */
int gw_claim_fixups(request_rec *r);

/* The handler: passes a call to endpoint.h or to admin/, and answers what
 * needs neither: OPTIONS, unknown URLs, 503 while we are not ready.  DECLINED:
 * the request is not ours. */
int gw_claim_handler(request_rec *r);

#endif
