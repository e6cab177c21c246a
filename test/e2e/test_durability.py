"""LLMGatewayDurability power: nothing goes on before it is on disk."""
import concurrent.futures
import contextlib
import os
import signal

import pytest

from harness import ledger
from harness.checks import refused, status, wait_quiet
from harness.shapes import plain
from harness.upstream import answer, done, event, gate, head
from harness.wait import until

OPEN = {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE = {"prompt_tokens": 812, "completion_tokens": 240, "total_tokens": 1052}
KILLED = 0x10


@pytest.fixture
def power(make_gw):
    return make_gw(server="LLMGatewayDurability power")


def intents(gw):
    return gw.query("SELECT count(*) FROM intent")[0][0]


def test_an_answer_s_end_comes_after_its_row(power, up):
    key = power.new_key()
    up.default = lambda request: answer(plain(usage=USAGE))
    for n in range(1, 6):
        assert power.chat(key).status == 200
        assert len(power.rows(key)) == n        # at once
    up.default = lambda request: [head(), event(OPEN), event(TEXT),
                                  event(STOP), event({"choices": [],
                                                      "usage": USAGE}),
                                  done()]
    for n in range(6, 9):
        with power.stream(key) as s:
            s.rest()
        assert len(power.rows(key)) == n
    assert intents(power) == 0
    assert all(r["amount"] == 4430000000 for r in power.rows(key))
    power.check_books()


def test_an_upstream_is_reached_after_the_intent(power, up):
    key = power.new_key()
    seen = []

    def steps(request):
        seen.append(intents(power))
        return answer(plain(usage=USAGE))

    up.default = steps
    assert power.chat(key).status == 200
    assert seen == [1] and intents(power) == 0


def test_many_share_a_commit(power, up):
    key = power.new_key()
    up.default = lambda request: answer(plain(usage=USAGE))
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        jobs = [pool.submit(power.chat, key) for _ in range(200)]
        assert {j.result().status for j in jobs} == {200}
    assert len(power.rows(key)) == 200 and intents(power) == 0
    wait_quiet(power)
    power.check_books()


def test_after_a_power_loss_what_was_under_way_has_a_row(power, up):
    key = power.new_key(budgets=[{"amount": "1", "currency": "CNY",
                                  "window": "total"}])
    up.script(*answer(plain(usage=USAGE)))
    assert power.chat(key, max_tokens=1000).status == 200
    up.script(head(), event(OPEN), event(TEXT), gate("never"))
    with power.stream(key, max_tokens=1000) as s:
        s.event(), s.event()
        power.kill_tree()
    assert intents(power) == 1
    (power.root / "run" / "llmgw.segment").unlink()     # as a reboot does
    power.expect_log("LG0115", "AH00098")
    power.start()
    first, second = power.settled(key, 2)
    assert first["amount"] == 4430000000
    assert second["state"] == 2 and second["flags"] & KILLED
    assert second["reached"] == 1
    assert second["amount"] == 58 * 2_500_000           # its prompt
    assert intents(power) == 0
    b = power.request("GET", "/v1/key", key=key).json()["budgets"][0]
    assert (b["spent"], b["reserved"]) == ("0.004575", "0")
    power.check_books()
    power.stop()
    power.start()                                       # once, not again
    power.settled(key, 2)


def test_a_recovery_that_fails_keeps_nothing_else_from_the_ledger(power, up):
    key = power.new_key()
    up.script(head(), event(OPEN), event(TEXT), gate("never"))
    with power.stream(key) as s:
        s.event(), s.event()
        power.kill_tree()
    (power.root / "run" / "llmgw.segment").unlink()     # as a reboot does
    left, = power.query("SELECT id FROM intent")
    with ledger.opened(power) as db:
        db.execute("CREATE TRIGGER stuck BEFORE DELETE ON intent "
                   f"WHEN old.id = {left[0]} "
                   "BEGIN SELECT RAISE(ABORT, 'stuck'); END")
    power.expect_log("LG0115", "AH00098")
    power.start()
    up.script(*answer(plain(usage=USAGE)))
    assert power.chat(key).status == 200
    row, = power.rows(key)
    assert row["amount"] == 4430000000 and intents(power) == 1
    power.stop()
    with ledger.opened(power) as db:
        db.execute("DROP TRIGGER stuck")
    power.start()
    assert [r["id"] for r in power.settled(key, 2)] == [left[0], row["id"]]
    assert intents(power) == 0
    power.check_books()


def test_a_ledger_that_cannot_be_written_stops_requests(power, up):
    key = power.new_key(limits={"concurrency": 1})
    power.expect_log("LG0052", "LG0110")
    with ledger.held(power):
        refused(power.chat(key), "overloaded", message="cannot be written")
        assert not up.requests
    row = power.settled(key)[0]
    assert (row["state"], row["amount"], row["reached"]) == (4, 0, 0)
    up.script(*answer(plain(usage=USAGE)))
    assert power.chat(key).status == 200
    assert len(power.rows(key)) == 2 and intents(power) == 0


def test_a_child_killed_while_it_waits_for_its_row(power, up):
    """Nobody is left to free its cell: the helper does."""
    key, other = power.new_key(limits={"concurrency": 1}), power.new_key()
    power.expect_log("LG0110", "LG0112")
    up.script(head(), event(OPEN), event(TEXT), gate("go"), event(STOP),
              event({"choices": [], "usage": USAGE}), done())
    up.script(head(), event(OPEN), event(TEXT), gate("never"))
    with power.stream(key) as s, contextlib.ExitStack() as stack:
        s.event(), s.event()            # the first script is taken
        held = stack.enter_context(power.stream(other))
        held.event(), held.event()
        stack.enter_context(ledger.held(power))
        up.open("go")
        until(lambda: status(power)["Unwritten"])
        for pid in power.children():
            os.kill(pid, signal.SIGKILL)
        power.wait_log("LG0112")        # the helper has seen it
    assert power.settled(key)[0]["amount"] == 4430000000
    power.settled(other)
    wait_quiet(power)                   # no cell is left
    up.script(*answer(plain(usage=USAGE)))
    assert power.chat(key).status == 200


def test_killed_processes_cost_nothing_more(power, up):
    """The segment outlives them: its cells know more than the intents."""
    key = power.new_key()
    up.script(head(), event(OPEN), event(TEXT), gate("never"))
    with power.stream(key) as s:
        s.event(), s.event()
        power.expect_log("LG0112", "AH00098")
        power.kill_tree()
    power.start()
    row = power.settled(key)[0]
    assert row["amount"] == 58 * 2_500_000 + 2 * 10_000_000
    assert intents(power) == 0
    power.check_books()


def test_with_process_there_are_no_intents(gw, up, key):
    seen = []

    def steps(request):
        seen.append(intents(gw))
        return answer(plain(usage=USAGE))

    up.default = steps
    assert gw.chat(key).status == 200
    assert seen == [0]
    gw.settled(key)
