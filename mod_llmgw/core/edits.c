/* SPDX-License-Identifier: Apache-2.0 */
/* edits.c - see edits.h. */
#include "edits.h"

static gw_str_t text_of(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

void gw_edit_add(gw_edits_t *edits, apr_size_t at, apr_size_t cut,
                 gw_str_t put)
{
    unsigned i = edits->count;

    if (i == GW_EDITS)
        return;
    for (; i > 0 && edits->edit[i - 1].at > at; i--)
        edits->edit[i] = edits->edit[i - 1];
    edits->edit[i].at = at;
    edits->edit[i].cut = cut;
    edits->edit[i].put = put;
    edits->count++;
}

void gw_edit_replace(gw_edits_t *edits, const gw_member_t *m, const char *put)
{
    gw_edit_add(edits, m->start, m->end - m->start, text_of(put));
}

void gw_edit_insert(gw_edits_t *edits, const gw_request_t *req,
                    const char *member)
{
    gw_edit_add(edits, req->root + 1, 0, text_of(member));
}

static apr_size_t skip_space(gw_str_t text, apr_size_t i)
{
    while (i < text.n && strchr(" \n\r\t", text.p[i]) != NULL
           && text.p[i] != '\0')
        i++;
    return i;
}

/* ---- removing members ----------------------------------------------- */

unsigned gw_members_cut(gw_cut_t *cuts, gw_str_t text,
                        const gw_member_t *const *m, unsigned n)
{
    unsigned first = 0, last, count = 0;

    for (; first < n; first = last + 1) {
        apr_size_t end;

        for (last = first; last + 1 < n
             && m[last + 1]->prev_end == m[last]->end; last++)
            ;
        end = skip_space(text, m[last]->end);
        if (text.p[end] == ',') {
            cuts[count].from = m[first]->name_start;
            cuts[count++].to = skip_space(text, end + 1);
        }
        else {
            cuts[count].from = m[first]->prev_end;
            cuts[count++].to = m[last]->end;
        }
    }
    return count;
}

void gw_edit_remove(gw_edits_t *edits, const gw_request_t *req,
                    const gw_member_id_t *ids, unsigned count)
{
    const gw_member_t *gone[GW_EDIT_REMOVES];
    gw_cut_t cuts[GW_EDIT_REMOVES];
    unsigned n = 0, i;

    for (i = 0; i < count; i++) {
        const gw_member_t *m = &req->member[ids[i]];
        unsigned k = n;

        if (m->end == 0)
            continue;
        for (; k > 0 && gone[k - 1]->name_start > m->name_start; k--)
            gone[k] = gone[k - 1];
        gone[k] = m;
        n++;
    }
    n = gw_members_cut(cuts, req->body, gone, n);
    for (i = 0; i < n; i++)
        gw_edit_add(edits, cuts[i].from, cuts[i].to - cuts[i].from,
                    text_of(""));
}

/* ---- applying -------------------------------------------------------- */

unsigned gw_edits_apply(gw_str_t *pieces, apr_size_t *length,
                        const gw_edits_t *edits, gw_str_t text)
{
    apr_size_t from = 0;
    unsigned n = 0, i;

    *length = 0;
    for (i = 0; i <= edits->count; i++) {
        const gw_edit_t *e = i < edits->count ? &edits->edit[i] : NULL;
        apr_size_t to = e ? e->at : text.n;

        if (to > from) {
            pieces[n].p = text.p + from;
            pieces[n].n = to - from;
            *length += pieces[n++].n;
        }
        if (e == NULL)
            break;
        if (e->put.n > 0) {
            pieces[n] = e->put;
            *length += pieces[n++].n;
        }
        from = e->at + e->cut;
    }
    return n;
}
