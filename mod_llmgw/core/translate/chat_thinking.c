/* SPDX-License-Identifier: Apache-2.0 */
/* chat_thinking.c - see chat_thinking.h. */
#include "chat_thinking.h"

static void begin(gw_text_t *blocks, const char *head)
{
    if (blocks->n > 0)
        gw_text_put(blocks, ",");
    gw_text_put(blocks, head);
}

void gw_chat_thinking_put(gw_text_t *blocks, gw_str_t thinking,
                          gw_str_t signature)
{
    begin(blocks, "{\"type\":\"thinking\",\"thinking\":\"");
    gw_text_add(blocks, thinking);
    gw_text_put(blocks, "\",\"signature\":\"");
    gw_text_add(blocks, signature);
    gw_text_put(blocks, "\"}");
}

void gw_chat_thinking_put_redacted(gw_text_t *blocks, gw_str_t data)
{
    begin(blocks, "{\"type\":\"redacted_thinking\",\"data\":\"");
    gw_text_add(blocks, data);
    gw_text_put(blocks, "\"}");
}

/* ---- a stream --------------------------------------------------------- */

void gw_chat_thinking_start(gw_chat_thinking_t *t,
                            const gw_translate_about_t *about)
{
    t->blocks = about->thinking;
    t->open = 0;
    t->index = -1;
    gw_text_init(&t->text, GW_TRANSLATE_EVENT, about->pool);
    gw_text_init(&t->signature, GW_TRANSLATE_EVENT, about->pool);
}

/* What a member has between its quotes; empty: nothing. */
static gw_str_t inside(const gw_chat_event_t *ev, gw_chat_member_t m)
{
    gw_str_t s = gw_chat_event_string(ev, m);

    if (s.n < 2)
        return (gw_str_t){ "", 0 };
    s.p++;
    s.n -= 2;
    return s;
}

static void more(gw_chat_thinking_t *t, const gw_chat_event_t *ev)
{
    if (ev->part == GW_CHAT_P_THINKING)
        gw_text_add(&t->text, inside(ev, GW_CHAT_M_THINKING));
    /* a delta that was known again has one member, whatever stood before */
    if (ev->part == GW_CHAT_P_SIGNATURE || ev->kind == GW_CHAT_E_BLOCK)
        gw_text_add(&t->signature, inside(ev, GW_CHAT_M_SIGNATURE));
}

static void give_up(gw_chat_thinking_t *t)
{
    gw_text_clear(t->blocks);
    t->blocks = NULL;
}

static void block_ends(gw_chat_thinking_t *t)
{
    t->open = 0;
    if (t->signature.n == 0 || t->text.full || t->signature.full) {
        give_up(t);
        return;
    }
    gw_chat_thinking_put(t->blocks, gw_text_str(&t->text),
                         gw_text_str(&t->signature));
    if (t->blocks->full)
        give_up(t);
}

static void block_begins(gw_chat_thinking_t *t, const gw_chat_event_t *ev)
{
    if (ev->part == GW_CHAT_P_REDACTED) {
        gw_chat_thinking_put_redacted(t->blocks,
                                      inside(ev, GW_CHAT_M_DATA));
        if (t->blocks->full)
            give_up(t);
    }
    if (ev->part != GW_CHAT_P_THINKING)
        return;
    t->open = 1;
    t->index = ev->index;
    gw_text_clear(&t->text);
    gw_text_clear(&t->signature);
    more(t, ev);
}

void gw_chat_thinking_event(gw_chat_thinking_t *t, const gw_chat_event_t *ev)
{
    int ours = t->open && ev->index == t->index;

    if (t->blocks == NULL)
        return;
    if (ev->kind == GW_CHAT_E_BLOCK)
        block_begins(t, ev);
    else if (ours && ev->kind == GW_CHAT_E_DELTA)
        more(t, ev);
    else if (ours && ev->kind == GW_CHAT_E_BLOCK_STOP)
        block_ends(t);
}
