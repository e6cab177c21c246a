"""Clients that leave: at every event, streamed and plain, for models whose
upstream is cancelled then and for those that are drained."""
import json
import socket
import struct
import time

import pytest

from harness.shapes import EXACT, bill, chunk, plain, trip, usage_chunk
from harness.upstream import answer, body, end, event, gate, head, raw, silence

LEFT = " [client_left]"
DRAINED = "settled/drained 3000000000: input 1000, output 50" + LEFT
# what a client may see of the stream, and what it costs to leave after it
EVENTS = [chunk(""), chunk("four"), chunk(" more"), chunk(finish="stop"),
          "[DONE]"]
CANCELLED = ["25000000: input 10", "25000000: input 10",
             "35000000: input 10, output 1", "55000000: input 10, output 3"]


@pytest.fixture
def gw(agw):
    return agw


def close(s):
    s.close()


def reset(s):
    s.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                      struct.pack("ii", 1, 0))
    s.close()


def half_close(s):
    """As good as a close, for a client that waits for an answer."""
    s.sock.shutdown(socket.SHUT_WR)


def script(up, seen):
    """The whole stream, with a gate behind the client's n-th event."""
    steps = [head()]
    for i, e in enumerate(EVENTS):
        if e == "[DONE]":
            steps.append(event(usage_chunk()))
        if i == seen:
            steps.append(gate("gone"))
        steps.append(event(e))
    up.script(gate("gone") if seen == 0 else [], steps,
              gate("gone") if seen == len(EVENTS) else [], end())


def leave(gw, up, key, model, seen, how=close):
    """Have a client leave after `seen` events.  Returns (when, request)."""
    script(up, seen)
    s = gw.stream(key, model=model)
    request = up.wait_requests(1)[0]
    for _ in range(seen):
        assert s.event()
    left = time.monotonic()
    how(s)
    return left, request


@pytest.mark.parametrize("how", [close, reset, half_close])
@pytest.mark.parametrize("seen", range(4))
def test_cancel(gw, up, key, seen, how):
    left, request = leave(gw, up, key, "canceller", seen, how)
    took = up.wait_closed(request) - left
    print(f"left after {seen} events by {how.__name__}: upstream closed "
          f"after {took * 1000:.1f} ms")
    assert took < 1
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + CANCELLED[seen] + LEFT
    assert trip(row) == f"{0 if seen == 0 else 200} reached 1"


@pytest.mark.parametrize("seen", range(4))
def test_drain(gw, up, key, seen):
    before = up.connections
    _, request = leave(gw, up, key, "drainer", seen)
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == DRAINED
    assert trip(row) == f"{0 if seen == 0 else 200} reached 1"
    assert request.closed_at is None
    up.script(answer(plain()))
    assert gw.chat(key).status == 200       # its connection was kept
    assert up.connections <= before + 1


@pytest.mark.parametrize("model", ["canceller", "drainer"])
@pytest.mark.parametrize("seen", [4, 5])
def test_leaving_at_the_end_is_no_abort(gw, up, key, model, seen):
    """After the finish_reason, and after [DONE], the rest is read."""
    _, request = leave(gw, up, key, model, seen)
    if seen == 4:
        gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == EXACT
    assert request.closed_at is None


def test_after_the_finish_usage_is_waited_for_two_seconds(gw, up, key):
    up.script(head(), event(chunk("four")), event(chunk(finish="stop")),
              silence())
    with gw.stream(key) as s:
        s.event(), s.event()
    left = time.monotonic()
    took = up.wait_closed(up.requests[0]) - left
    assert 1.5 < took < 4
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 35000000: input 10, output 1"


def test_leaving_while_done_is_held_for_usage(gw, up, key):
    up.script(head(), event(chunk("four")), event(chunk(finish="stop")),
              event("[DONE]"), gate("never"))
    with gw.stream(key) as s:
        s.event(), s.event()
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 35000000: input 10, output 1"
    up.open("never")


# ---- plain ----

HALF = (b'{"choices":[{"index":0,"finish_reason":"stop","message":{"content":'
        b'"four"}}],')
OTHER = (b'"usage":{"prompt_tokens":1000,"completion_tokens":50}}')


@pytest.mark.parametrize("model", ["canceller", "drainer"])
@pytest.mark.parametrize("begun", [False, True], ids=["before", "half"])
def test_a_plain_answer(gw, up, key, model, begun):
    up.script([] if begun else gate("gone"),
              head(content_type="application/json",
                   length=len(HALF + OTHER)), raw(HALF),
              gate("gone") if begun else [], raw(OTHER))
    s = gw.stream(key, stream=False, model=model)
    request = up.wait_requests(1)[0]
    if begun:
        s.more_body(len(HALF))
    s.close()
    left = time.monotonic()
    if model == "drainer":
        gw.wait_drain()
        up.open("gone")
        want = DRAINED
    else:
        took = up.wait_closed(request) - left
        print(f"plain: upstream closed after {took * 1000:.1f} ms")
        assert took < 1
        want = "estimated/estimated " + CANCELLED[2 if begun else 0] + LEFT
    row, = gw.settled(key)
    assert bill(row) == want
    assert trip(row) == f"{200 if begun else 0} reached 1"


def test_by_default_streams_are_cancelled_and_documents_drained(gw, up, key):
    left, request = leave(gw, up, key, "qwen3-max", 2)
    up.wait_closed(request)
    up.script(gate("answer"), answer(plain()))
    s = gw.stream(key, stream=False)
    up.wait_requests(2)
    s.close()
    gw.wait_drain()
    up.open("answer")
    first, second = gw.settled(key, 2)
    assert bill(first) == "estimated/estimated " + CANCELLED[2] + LEFT
    assert bill(second) == DRAINED


def test_a_drained_error_costs_nothing_and_is_not_retried(gw, up, key):
    up.script(gate("answer"), answer({"error": {"message": "x"}}, 500))
    s = gw.stream(key, stream=False)
    up.wait_requests(1)
    s.close()
    gw.wait_drain()
    up.open("answer")
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [client_left, upstream_error]"
    assert trip(row) == "0 reached 1" and len(up.requests) == 1


def test_a_drained_answer_without_usage_is_billed_as_a_whole_one(gw, up, key):
    up.script(head(), event(chunk("four")), gate("gone"),
              event(chunk("x" * 396)), event(chunk(finish="stop")),
              event("[DONE]"), end())
    s = gw.stream(key, model="drainer")
    s.event()
    s.close()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == \
        "estimated/estimated 1025000000: input 10, output 100" + LEFT


def test_a_deadline_bounds_a_drain(gw, up, key):
    """As if it had been cancelled: prompt and what was delivered."""
    gw.must("PUT", "/models/short-drain", {
        "routes": [{"upstream": "mock"}], "deadlines": {"idle": 1},
        "abort": {"stream": "drain"},
        "price": {"currency": "CNY", "tiers": [
            {"input": "2.5", "output": "10"}]}})
    gw.expect_log("LG0060")
    up.script(head(), event(chunk("four")), event(chunk(" more")), silence())
    with gw.stream(key, model="short-drain") as s:
        s.event(), s.event()
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + CANCELLED[3] + LEFT


def test_an_upstream_that_breaks_while_it_is_drained(gw, up, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(head(), event(chunk("four")), gate("gone"), event(chunk("y" * 9)),
              raw(b"broken"))
    s = gw.stream(key, model="drainer")
    s.event()
    s.close()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == ("estimated/estimated 35000000: input 10, output 1 "
                         "[client_left, cut]")


# ---- without a poll ----

def test_leaving_in_a_burst(gw, up, key):
    """The upstream never rests: the failing write tells."""
    long = json.dumps(chunk("x" * 1000))
    up.script(head(), [body(f"data: {long}\n\n".encode() * 20)] * 100000)
    with gw.stream(key, model="canceller") as s:
        s.more_body(100000)
    left = time.monotonic()
    took = up.wait_closed(up.requests[0]) - left
    print(f"in a burst: upstream closed after {took * 1000:.1f} ms")
    assert took < 1
    row, = gw.settled(key)
    assert row["output"] >= 20000 and row["bytes"] > 100000
    assert bill(row) == (f"estimated/estimated {25000000 + row['output'] * 10**7}"
                         f": input 10, output {row['output']}{LEFT}")


def test_running_usage_gives_an_exact_prompt(gw, up, key):
    up.script(head(), event(chunk("four", usage={
        "prompt_tokens": 1000, "completion_tokens": 7,
        "total_tokens": 1007})), silence())
    with gw.stream(key) as s:
        s.event()
    row, = gw.settled(key)
    assert bill(row) == \
        "estimated/estimated 2570000000: input 1000, output 7" + LEFT


@pytest.mark.parametrize("delivered,want", [
    (400, "3560000000: input 1024, output 100"), (0, "2560000000: input 1024")])
def test_what_leaving_costs_works_out_to(gw, up, key, delivered, want):
    """4 000 bytes in 3 messages, 400 bytes delivered, or none; the bill of
    the rules."""
    up.script([head(), event(chunk("y" * delivered))] if delivered else [],
              silence())
    messages = [{"role": "user", "content": "x" * n}
                for n in (1000, 1000, 2000)]
    with gw.stream(key, messages=messages) as s:
        if delivered:
            s.event()
        up.wait_requests(1)
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + want + LEFT


def test_more_drains_than_a_child_may_have(make_gw, up):
    """64 at a time; the rest is cancelled."""
    gw = make_gw(mpm_conf="StartServers 1\nServerLimit 1\n"
                          "ThreadsPerChild 96\nThreadLimit 96\n"
                          "MaxRequestWorkers 96\n",
                 models={"drainer": {
                     "routes": [], "abort": {"stream": "drain"},
                     "price": {"currency": "CNY", "tiers": [
                         {"input": "2.5", "output": "10"}]}}})
    key = gw.new_key()
    gw.new_log_lines()
    clients = []
    for _ in range(70):
        up.script(gate("gone"), head(), event(chunk("four")),
                  event(chunk(finish="stop")), event(usage_chunk()),
                  event("[DONE]"), end())
        clients.append(gw.stream(key, model="drainer"))
    up.wait_requests(70)
    for s in clients:
        s.close()
    gw.wait_drain(64)
    gw.settled(key, 6)
    up.open("gone")
    bills = [bill(r) for r in gw.settled(key, 70)]
    assert bills.count("estimated/estimated " + CANCELLED[0] + LEFT) == 6
    assert bills.count(DRAINED) == 64
    # they are over, and there is room for others
    up.clear()
    script(up, 1)
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain(65)
    up.open("gone")
    row = gw.settled(key, 71)[70]
    assert bill(row) == DRAINED
