/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c - see rows.h. */
#include "rows.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "fixture.h"
#include "id.h"

rows_t *rows_new(void)
{
    rows_t *rows = mmap(NULL, sizeof(*rows), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (rows == MAP_FAILED)
        abort();
    return rows;
}

void rows_clear(rows_t *rows)
{
    rows->n = rows->added = 0;
}

void rows_begin(rows_t *rows)
{
    rows->added = rows->n;
}

static const gw_row_t *find(const rows_t *rows, unsigned n, apr_int64_t id)
{
    while (n-- > 0) {
        if (rows->row[n].id == id)
            return &rows->row[n];
    }
    return NULL;
}

const gw_row_t *rows_find(const rows_t *rows, apr_int64_t id)
{
    return find(rows, rows->n, id);
}

void rows_add(rows_t *rows, const gw_row_t *row)
{
    if (find(rows, rows->added, row->id) != NULL)
        return;
    if (rows->added == ROWS)
        abort();
    rows->row[rows->added++] = *row;
}

void rows_commit(rows_t *rows)
{
    __atomic_store_n(&rows->n, rows->added, __ATOMIC_RELEASE);
}

gw_sum_t rows_sum(const rows_t *rows, gw_owner_kind_t kind, apr_int64_t id,
                  apr_time_t from)
{
    gw_sum_t sum = { 0, 0 };
    unsigned i, n = __atomic_load_n(&rows->n, __ATOMIC_ACQUIRE);

    for (i = 0; i < n; i++) {
        const gw_row_t *row = &rows->row[i];
        gw_sum_t amount = gw_sum_of(row->amount);

        if ((kind == GW_OWNER_KEY ? row->key_id : row->team_id) == id
            && gw_id_time(row->id) >= from)
            gw_sum_add(&sum, &amount);
    }
    return sum;
}

static apr_status_t spent(gw_sum_t *sum, void *data, gw_owner_kind_t kind,
                          apr_int64_t id, const char *currency,
                          apr_time_t from)
{
    *sum = gw_sum_of(0);
    if (strcmp(currency, FIXTURE_CURRENCY) == 0)
        *sum = rows_sum(data, kind, id, from);
    return APR_SUCCESS;
}

gw_spent_t rows_spent(rows_t *rows)
{
    gw_spent_t out = { spent, rows };

    return out;
}
