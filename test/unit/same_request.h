/* SPDX-License-Identifier: Apache-2.0 */
/* same_request.h - are two readings of a body the same? */
#ifndef GW_TEST_SAME_REQUEST_H
#define GW_TEST_SAME_REQUEST_H

#include "request.h"

static inline int same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static inline int same_member(const gw_member_t *a, const gw_member_t *b)
{
    return a->kind == b->kind && a->start == b->start && a->end == b->end
           && a->name_start == b->name_start && a->prev_end == b->prev_end
           && a->escaped == b->escaped && a->token.n == b->token.n
           && (a->token.n == 0
               || memcmp(a->token.p, b->token.p, a->token.n) == 0);
}

/* They have bytes between their members. */
static inline int same_place(gw_place_t *a, gw_place_t *b)
{
    int same = a->what == b->what && a->start == b->start && a->end == b->end;

    memset(a, 0, sizeof(*a));
    memset(b, 0, sizeof(*b));
    return same;
}

/* All but where the model's name was unescaped to, and the body if it is a
 * copy. */
static inline int same_request(const gw_request_t *a, const gw_request_t *b)
{
    gw_request_t x = *a, y = *b;
    unsigned i;

    for (i = 0; i < GW_MEMBERS; i++) {
        if (!same_member(&a->member[i], &b->member[i]))
            return 0;
    }
    for (i = 0; i < GW_MEDIAS; i++) {
        if (!same_text(a->media_at[i], b->media_at[i]))
            return 0;
        x.media_at[i] = y.media_at[i] = NULL;
    }
    if (!same_text(a->stored, b->stored) || !same_text(a->fileid, b->fileid)
        || a->model.n != b->model.n || a->body.n != b->body.n
        || memcmp(a->model.p, b->model.p, a->model.n) != 0)
        return 0;
    if (!same_place(&x.system_end, &y.system_end)
        || !same_place(&x.last_end, &y.last_end)
        || !same_place(&x.last_user, &y.last_user))
        return 0;
    memset(x.member, 0, sizeof(x.member));
    memset(y.member, 0, sizeof(y.member));
    x.stored = y.stored = x.fileid = y.fileid = NULL;
    x.model = y.model;
    x.body = y.body;
    return memcmp(&x, &y, sizeof(x)) == 0;
}

#endif
