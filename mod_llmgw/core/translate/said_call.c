/* SPDX-License-Identifier: Apache-2.0 */
/* said_call.c - see said_call.h. */
#include "said_call.h"

static int same(const gw_text_t *text, gw_str_t s)
{
    return text->n == s.n && (s.n == 0 || memcmp(text->p, s.p, s.n) == 0);
}

/* The latest call with this index, or id, or both; -1 and the empty one stand
 * for any. */
static gw_block_t *latest(const gw_blocks_t *b, int index, gw_str_t id)
{
    gw_block_t *c;

    for (c = b->calls; c != NULL; c = c->older) {
        if ((index == GW_SAID_NO_INDEX || c->index == index)
            && (id.n == 0 || same(&c->id, id)))
            return c;
    }
    return NULL;
}

/* A call that is whole does not begin again: it is another one. */
static int begins_again(const gw_block_t *c, const gw_said_t *said)
{
    return c->whole && said->name.n > 0
           && (!same(&c->name, said->name) || !gw_args_blank(said->text));
}

/* More of a call that is not whole: it has its index, and no name. */
static int is_more(const gw_block_t *c, const gw_said_t *said)
{
    return said->index >= 0 && said->name.n == 0 && c->name.n > 0 && !c->whole;
}

/* NULL: it is a new one. */
static gw_block_t *find(const gw_blocks_t *b, const gw_said_t *said)
{
    static const gw_str_t any = { "", 0 };
    gw_block_t *c;

    if (said->id.n > 0) {
        c = latest(b, said->index, said->id);
        if (c != NULL)
            return c;
    }
    c = latest(b, said->index, any);
    if (c == NULL && said->index != GW_SAID_FUNCTION && said->id.n == 0
        && said->name.n == 0)
        return b->calls;        /* more of one, whose index came late */
    if (c == NULL || said->fresh || begins_again(c, said))
        return NULL;
    if (said->id.n > 0 && c->id.n > 0)      /* some make up an id per chunk */
        return is_more(c, said) ? c : NULL;
    return c;
}

/* Some say a call whole once more, in their last chunk. */
static int is_repeated(const gw_block_t *c, const gw_said_t *said)
{
    return c->whole && said->id.n > 0 && said->name.n > 0
           && same(&c->id, said->id) && same(&c->name, said->name);
}

static void add_arguments(gw_blocks_t *b, gw_block_t *c, const gw_said_t *said,
                          gw_text_t *out)
{
    if (!said->is_object) {
        gw_blocks_more(b, c, said->text, out);
        return;
    }
    gw_text_clear(&b->out_of_object);
    gw_text_escape(&b->out_of_object, said->text);
    if (b->out_of_object.full)
        b->why = GW_SAID_TOO_LONG;
    gw_blocks_more(b, c, gw_text_str(&b->out_of_object), out);
}

static void add(gw_blocks_t *b, gw_block_t *c, const gw_said_t *said,
                gw_text_t *out)
{
    if (c->id.n == 0)
        gw_text_add(&c->id, said->id);
    if (!c->begun && !same(&c->name, said->name))
        gw_text_add(&c->name, said->name);
    if (c->id.full || c->name.full)
        b->why = GW_SAID_TOO_LONG;
    add_arguments(b, c, said, out);
}

void gw_call_new(gw_blocks_t *b, const gw_said_t *said, gw_text_t *out)
{
    gw_block_t *c = gw_blocks_for(b, GW_SAID_CALL);

    if (c == NULL)
        return;
    c->index = said->index;
    add(b, c, said, out);
}

void gw_call_add(gw_blocks_t *b, const gw_said_t *said, gw_text_t *out)
{
    gw_block_t *c = find(b, said);

    if (c != NULL && !is_repeated(c, said))
        add(b, c, said, out);
    else if (c == NULL && (said->index != GW_SAID_FUNCTION || b->calls == NULL))
        gw_call_new(b, said, out);
    /* else it is a call that was said before, maybe in other words */
}
