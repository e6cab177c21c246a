/* SPDX-License-Identifier: Apache-2.0 */
/* plan_turn.c - what stands between two messages of the assistant: results of
 * tools first, as chat completions want them, then what the user says, with the
 * system texts in between. */
#include "plan.h"

/* Messages of tools hold text alone: a medium goes to the user's, and leaves
 * a word. */
void gw_plan_leave_media(gw_plan_t *req, gw_plan_parts_t *parts,
                         gw_plan_parts_t *late)
{
    static const gw_str_t words[] = {
        [GW_PLAN_IMAGE] = GW_STR("[image]"),
        [GW_PLAN_FILE] = GW_STR("[document]"),
        [GW_PLAN_AUDIO] = GW_STR("[audio]")
    };
    gw_plan_part_t *part = parts->first, *moved, *next;

    for (; part != NULL; part = next) {
        next = part->next;
        if (part->kind == GW_PLAN_TEXT)
            continue;
        moved = gw_plan_part(req, late, part->kind);
        moved->before = part->before;
        moved->text = part->text;
        moved->more = part->more;
        part->text = words[part->kind];
        part->kind = GW_PLAN_TEXT;
        part->before = "";
        part->join = "\\n\\n";
    }
}

static gw_plan_message_t *say(gw_plan_t *req, gw_plan_turn_t *turn,
                              const gw_plan_parts_t *parts)
{
    gw_plan_message_t *m = gw_plan_message(req, GW_PLAN_USER);

    if (turn->said == NULL)
        turn->said = m;
    gw_plan_append(&m->parts, parts);
    return m;
}

void gw_plan_say(gw_plan_t *req, gw_plan_turn_t *turn,
                 const gw_plan_parts_t *parts, gw_plan_message_t *result)
{
    gw_plan_parts_t all = turn->opening;

    turn->opening.first = turn->opening.last = NULL;
    turn->host = result;
    if (parts->first == NULL && result != NULL) {
        gw_plan_append(&result->parts, &all);
        return;
    }
    gw_plan_append(&all, parts);
    if (all.first != NULL)
        turn->host = say(req, turn, &all);
}

gw_plan_parts_t *gw_plan_aside(gw_plan_turn_t *turn)
{
    return turn->host != NULL ? &turn->host->parts : &turn->opening;
}

/* Before what the user says, and behind all results. */
static void place_late(gw_plan_t *req, gw_plan_turn_t *turn)
{
    gw_plan_parts_t all = turn->late;

    if (all.first == NULL)
        return;
    if (turn->said == NULL) {
        say(req, turn, &all);
        return;
    }
    gw_plan_append(&all, &turn->said->parts);
    turn->said->parts = all;
}

void gw_plan_turn_end(gw_plan_t *req, gw_plan_turn_t *turn)
{
    if (turn->opening.first != NULL)
        say(req, turn, &turn->opening);
    place_late(req, turn);
}
