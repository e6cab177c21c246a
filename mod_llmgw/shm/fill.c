/* SPDX-License-Identifier: Apache-2.0 */
/* fill.c - see fill.h. */
#include "fill.h"

#include "cells.h"
#include "owner_index.h"
#include "owner_room.h"

const char *const gw_fill_names[GW_FILLS] = { "owners", "meters", "cells" };

void gw_fill_read(gw_fill_t *fill, const gw_segment_t *seg)
{
    const gw_header_t *h = seg->header;
    apr_uint32_t i;

    fill[GW_FILL_OWNERS].used = gw_word(&h->owners_used);
    fill[GW_FILL_OWNERS].all = seg->n.owners;
    fill[GW_FILL_METERS].used = gw_word(&h->meters_used);
    fill[GW_FILL_METERS].all = seg->n.meters;
    fill[GW_FILL_CELLS].used = 0;
    fill[GW_FILL_CELLS].all = seg->n.cells;
    for (i = 0; i < seg->n.cells; i++)
        fill[GW_FILL_CELLS].used += !gw_cell_free(seg, i);
}

static void read_team(gw_fill_team_t *out, const gw_segment_t *seg,
                      const gw_owner_t *team)
{
    out->id = __atomic_load_n(&team->id, __ATOMIC_RELAXED);
    out->keys = gw_word(&team->keys);
    out->most_keys = gw_room_keys(seg, team);
    out->limits = gw_word(&team->taken);
    out->most_limits = gw_room_most(seg, team);
}

int gw_fill_team(gw_fill_team_t *out, const gw_segment_t *seg,
                 apr_int64_t id)
{
    apr_uint32_t number = gw_index_by_id(seg, GW_OWNER_TEAM, id);

    if (number == 0)
        return 0;
    read_team(out, seg, gw_owner_at(seg, number));
    return out->id == id;
}

/* A key is as good as a meter: either is one place. */
static apr_uint32_t places(const gw_fill_team_t *t)
{
    return t->keys + t->limits;
}

unsigned gw_fill_greediest(gw_fill_team_t *out, unsigned n,
                           const gw_segment_t *seg)
{
    apr_uint32_t i;
    unsigned count = 0, at;

    for (i = 0; i < seg->n.owners; i++) {
        gw_fill_team_t t;

        if (gw_word(&seg->owners[i].kind) != GW_OWNER_TEAM)
            continue;
        read_team(&t, seg, &seg->owners[i]);
        if (count == n && places(&t) <= places(&out[n - 1]))
            continue;
        at = count < n ? count++ : n - 1;
        for (; at > 0 && places(&out[at - 1]) < places(&t); at--)
            out[at] = out[at - 1];
        out[at] = t;
    }
    return count;
}
