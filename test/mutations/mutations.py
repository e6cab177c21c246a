"""The mistakes (run.py): what it is called, the test that has to see it, the
file, the text as it is and as it would be."""
import collections

M = collections.namedtuple("M", "name test file old new")

SHM = "mod_llmgw/shm/"
CORE = "mod_llmgw/core/"
STORE = "mod_llmgw/store/"
UPSTREAM = "mod_llmgw/upstream/"
INFLATE = "mod_llmgw/inflate/"

MUTATIONS = [
    # ---- what a request takes and gives back ----
    M("a place is given back twice", "shm/test_admission",
      SHM + "admission.c",
      "    gw_cell_mark(cell, whose, GW_MARK_PLACE, 0);\n", ""),
    M("a refusal keeps its reserve", "shm/test_admission",
      SHM + "metering.c",
      "    if (cell->reserve > 0)\n"
      "        gw_budget_take(&b->reserved, &reserve);",
      "    if (cell->reserve > 0 && opened)\n"
      "        gw_budget_take(&b->reserved, &reserve);"),
    M("a refused drain stays counted", "shm/test_cells", SHM + "drain_slots.c",
      "        leave_owner(seg, cell, 1);\n        leave_owner(seg, cell, 0);",
      "        leave_owner(seg, cell, 1);"),
    M("a drain is over twice", "shm/test_cells", SHM + "drain_slots.c",
      "    gw_cell_mark(cell, whose, GW_MARK_DRAIN, 0);\n", ""),
    M("what died inside a key is not mended", "shm/test_crowd",
      SHM + "owner_lock.c", "    gw_recount_owner(seg, number);\n", ""),
    M("a step of a hash leads to one place", "shm/test_owners",
      SHM + "owner_index.c", "\n                        + probe * (probe + 1) / 2)",
      ")"),
    M("a budget keeps the zone of before", "shm/test_budgets",
      SHM + "meters.c", "        m->u.budget.flags |= b.flags & GW_BUDGET_DEFAULT_ZONE;\n",
      ""),
    M("a budget that is not read is called wrong", "shm/test_recheck",
      SHM + "recheck.c",
      "            continue;           /* its cells are counted when it is read */\n",
      "            (void)0;\n"),
    M("the team is locked before the key", "shm/test_admission",
      SHM + "admission.c",
      "    for (i = 0; i < 2; i++) {\n        p->number[i] = cell->owner[i];",
      "    for (i = 1; i >= 0; i--) {\n        p->number[i] = cell->owner[i];"),
    M("a stale team is believed", "shm/test_admission", SHM + "admission.c",
      "|| p->owner[0]->stale || p->owner[1]->stale)",
      "|| p->owner[0]->stale)"),
    M("another's place is believed", "shm/test_admission",
      SHM + "admission.c", "|| p->owner[0]->id != key_id\n", "\n"),
    M("the key pays though the team refuses", "shm/test_admission",
      SHM + "admission.c",
      "for (i = 0; i < 2 && v->kind == GW_ADMIT_FITS; i++) {\n"
      "        gw_metering_take(",
      "for (i = 0; i < 2 && (i < 1 || v->kind == GW_ADMIT_FITS); i++) {\n"
      "        gw_metering_take("),
    M("a charge counts twice, with a row and without",
      "shm/test_admission", SHM + "metering.c",
      "        gw_budget_take(&m->u.budget.pending, &amount);\n", ""),
    M("an owner goes before the row is written", "shm/test_admission",
      SHM + "admission.c",
      "        passed |= gw_metering_settle(seg, o, i, cell, 1, steady, soft);",
      "        passed |= gw_metering_settle(seg, o, i, cell, 1, steady, soft);\n"
      "        unpin(seg, cell, i);"),
    M("a cell is free before its row is written", "shm/test_commit_wait",
      SHM + "commit_wait.c",
      "    if (!wait_for(cell, WANT_ROW))\n        return 0;\n", ""),
    M("nobody waits for an intent", "shm/test_commit_wait", SHM + "commit_wait.c",
      "    return wait_for(cell, WANT_INTENT);", "    return 1;"),
    # ---- an attempt and its answer ----
    M("the client sees the end before it is settled", "glue/test_tap",
      UPSTREAM + "tap_commit.c",
      "    gw_tap_settle(t, end);\n    gw_exchange_on(t->x, GW_X_END);\n"
      "    APR_BRIGADE_CONCAT(t->out, t->held);\n",
      "    APR_BRIGADE_CONCAT(t->out, t->held);\n    gw_tap_flush(t);\n"
      "    gw_tap_settle(t, end);\n    gw_exchange_on(t->x, GW_X_END);\n"),
    M("the usage that we asked for is passed", "glue/test_tap",
      UPSTREAM + "tap_event.c",
      "    return t->call->dialect->answer->hides(ev, t->hidden, pieces, 2);",
      "    return 0;"),
    M("the body is gone before another attempt", "glue/test_tap",
      UPSTREAM + "tap_commit.c",
      "    gw_exchange_on(t->x, GW_X_OPEN);\n",
      "    gw_exchange_on(t->x, GW_X_OPEN);\n"
      "    gw_call_drop_body(t->call);\n"),
    M("usage after the client left is billed", "glue/test_tap",
      UPSTREAM + "tap_commit.c",
      "        t->answer.counts = call->cell->counts = t->muted_counts;\n",
      "        t->answer.counts = call->cell->counts;\n"),
    M("that it was reached is not said", "glue/test_settle",
      "mod_llmgw/settle.c", "        cell->row.reached = 1;\n",
      "        cell->row.reached |= 0;\n"),
    M("what a failed attempt counted is billed", "glue/test_settle",
      "mod_llmgw/settle.c",
      "    cell->row.answer_hash = 0;\n    gw_counts_clear(&cell->counts);\n",
      "    cell->row.answer_hash = 0;\n"),
    M("what may have been read is sent again", "glue/test_attempt",
      UPSTREAM + "attempt.c",
      "           && (w->unread || call->route->upstream->retry_sent)\n", ""),
    M("an attempt follows though the client left", "glue/test_attempt",
      UPSTREAM + "attempt.c",
      "        || gw_watch_stopped(call) == GW_STOP_CLIENT)\n"
      "        client_gone(call, res);",
      "        || gw_watch_stopped(call) == GW_STOP_CHILD)\n"
      "        client_gone(call, res);"),
    M("the later deadline stops", "glue/test_deadline",
      UPSTREAM + "watch_deadline.c", "    if (at < d->at) {",
      "    if (at > d->at) {"),
    # ---- the ledger ----
    M("a commit is not on disk", "unit/test_ledger", STORE + "db.c",
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"),
    M("a row that is there counts again", "unit/test_ledger",
      STORE + "ledger.c",
      "    if (rv != APR_SUCCESS || gw_db_changes(db) == 0)\n",
      "    if (rv != APR_SUCCESS)\n"),
    M("a team's sum leaves keys out", "unit/test_ledger", STORE + "ledger.c",
      "team ? r->team_id : r->key_id, r->currency_id", "r->key_id, r->currency_id"),
    # ---- how far an exchange has come ----
    M("the end is seen before the settlement", "unit/test_exchange",
      CORE + "exchange.c", "{ IS(N(SETTLED)), N(ENDED) }",
      "{ IS(N(HELD)) | IS(N(SETTLED)), N(ENDED) }"),
    M("it is settled twice", "unit/test_exchange", CORE + "exchange.c",
      "{ UPTO(N(HELD)), N(SETTLED) }", "{ UPTO(N(SETTLED)), N(SETTLED) }"),
    M("another attempt follows an answer", "unit/test_exchange",
      CORE + "exchange.c",
      "{ { 0xff, A(SENDING) }, { 0xff, B(UNKNOWN) },\n"
      "                        IN(UPTO(N(OPENED)))",
      "{ { 0xff, A(SENDING) }, { 0xff, B(UNKNOWN) },\n"
      "                        IN(UPTO(N(BEGUN)))"),
    # ---- money ----
    M("a tier ends one token early", "unit/test_tariff", CORE + "tariff.c",
      "        if (price->tier[i].up_to >= prompt",
      "        if (price->tier[i].up_to > prompt"),
    M("the last tier has no reserve", "unit/test_tariff", CORE + "tariff.c",
      "if (below > 0 && below >= bound->prompt)",
      "if (below > 0 && below >= bound->prompt - 1)"),
    M("a reserve of all that is left is refused", "unit/test_budget",
      CORE + "budget.c", "gw_sum_compare(&wanted, &left) <= 0",
      "gw_sum_compare(&wanted, &left) < 0"),
    M("a window lends one more", "unit/test_quota", CORE + "quota.c",
      "    over.us -= q->period_us;\n",
      "    over.us -= q->period_us + q->period_us / q->limit;\n"),
    # ---- keys ----
    M("a key's checksum is not looked at", "unit/test_key", CORE + "key.c",
      "memcmp(sum, text.p + body, GW_KEY_SUM) == 0",
      "memcmp(sum, text.p + body, GW_KEY_SUM - 1) == 0"),
    # ---- bodies in a coding ----
    M("a window may be of 16 MiB", "unit/test_inflate",
      INFLATE + "inflate_zstd.c", "#define WINDOW 23 ", "#define WINDOW 24 "),
    M("what is behind the end of a body is not looked at",
      "unit/test_inflate", INFLATE + "inflate.c",
      "    return z->parts > 0 && !z->inside && z->head_n == 0;",
      "    return z->parts > 0 && !z->inside;"),
    M("a body may end before its checksum", "unit/test_inflate",
      INFLATE + "inflate.c",
      "    return z->parts > 0 && !z->inside && z->head_n == 0;",
      "    return z->head_n == 0 || z->inside;"),
    M("all formats before zstd's RFC are read", "unit/test_inflate",
      INFLATE + "inflate_zstd.c", "    if (!is_frame(z->head))\n",
      "    if (!is_frame(z->head) && z->head[3] != 0xfd)\n"),
]
