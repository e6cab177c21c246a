"""Clients that leave: at every event, streamed and plain, for models whose
upstream is cancelled then and for those that are drained."""
import json
import os
import signal
import socket
import struct

import pytest

from harness.shapes import (EXACT, bill, chunk, padded, plain, trip,
                            usage_chunk)
from harness.upstream import answer, body, end, event, gate, head, pause, raw, \
    silence

LEFT = " [client_left]"
DRAINED = "settled/drained 3000000000: input 1000, output 50" + LEFT
# what a client may see of the stream, and what it costs to leave after it
EVENTS = [chunk(""), chunk("four"), chunk(" more"), chunk(finish="stop"),
          "[DONE]"]
CANCELLED = ["145000000: input 58", "145000000: input 58",
             "155000000: input 58, output 1", "175000000: input 58, output 3"]


@pytest.fixture
def gw(agw):
    return agw


def close(s):
    s.close()


def reset(s):
    s.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                      struct.pack("ii", 1, 0))
    s.close()


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
    """Have a client leave after `seen` events.  Returns its request."""
    script(up, seen)
    s = gw.stream(key, model=model)
    request = up.wait_requests(1)[0]
    for _ in range(seen):
        assert s.event()
    how(s)
    return request


@pytest.mark.parametrize("how", [close, reset])
@pytest.mark.parametrize("seen", range(4))
def test_cancel(gw, up, key, seen, how):
    """No deadline passes: the clock stands still."""
    request = leave(gw, up, key, "canceller", seen, how)
    up.wait_closed(request)
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + CANCELLED[seen] + LEFT
    assert trip(row) == f"{0 if seen == 0 else 200} reached 1"


@pytest.mark.parametrize("seen", range(4))
@pytest.mark.parametrize("how", [close, reset])
def test_drain(gw, up, key, seen, how):
    before = up.connections
    request = leave(gw, up, key, "drainer", seen, how)
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == DRAINED
    assert trip(row) == f"{0 if seen == 0 else 200} reached 1"
    assert not request.closed
    up.script(answer(plain()))
    assert gw.chat(key).status == 200       # its connection was kept
    assert up.connections <= before + 1


@pytest.mark.parametrize("model", ["canceller", "drainer"])
@pytest.mark.parametrize("seen", [4, 5])
def test_leaving_at_the_end_is_no_abort(gw, up, key, model, seen):
    """After the finish_reason, and after [DONE], the rest is read."""
    request = leave(gw, up, key, model, seen)
    if seen == 4:
        gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == EXACT
    assert not request.closed


def test_after_the_finish_usage_is_waited_for_two_seconds(gw, up, key):
    up.script(head(), event(chunk("four")), event(chunk(finish="stop")),
              silence())
    with gw.stream(key) as s:
        s.event(), s.event()
    gw.wait_drain()
    gw.clock.steady(1.999)
    assert not up.requests[0].closed
    gw.clock.passes(0.001, lambda: up.requests[0].closed)
    row, = gw.settled(key)
    assert row["end_ms"] in (2000, 2001)
    assert bill(row) == "estimated/estimated 155000000: input 58, output 1"


def test_leaving_while_done_is_held_for_usage(gw, up, key):
    up.script(head(), event(chunk("four")), event(chunk(finish="stop")),
              gate("seen"), event("[DONE]"), gate("never"))
    with gw.stream(key) as s:
        s.event(), s.event()
        up.open("seen")
        up.wait_at("never")
    gw.wait_drain()
    with gw.clock.ticking():
        row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 155000000: input 58, output 1"


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
    if model == "drainer":
        gw.wait_drain()
        up.open("gone")
        want = DRAINED
    else:
        up.wait_closed(request)
        want = "estimated/estimated " + CANCELLED[2 if begun else 0] + LEFT
    row, = gw.settled(key)
    assert bill(row) == want
    assert trip(row) == f"{200 if begun else 0} reached 1"


def test_by_default_streams_are_cancelled_and_documents_drained(gw, up, key):
    request = leave(gw, up, key, "qwen3-max", 2)
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
        "estimated/estimated 1145000000: input 58, output 100" + LEFT


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
    gw.wait_drain()
    with gw.clock.ticking():
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
    assert bill(row) == ("estimated/estimated 155000000: input 58, output 1 "
                         "[client_left, cut]")


# ---- without a poll ----

def test_leaving_in_a_burst(gw, up, key):
    """The upstream never rests: the failing write tells."""
    long = json.dumps(chunk("x" * 1000))
    up.script(head(), [body(f"data: {long}\n\n".encode() * 20)] * 100000)
    with gw.stream(key, model="canceller") as s:
        s.more_body(100000)
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert row["output"] >= 20000 and row["bytes"] > 100000
    assert bill(row) == (f"estimated/estimated {145000000 + row['output'] * 10**7}"
                         f": input 58, output {row['output']}{LEFT}")


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
                for n in (1000, 1000, 1000)]
    body = padded({"model": "qwen3-max", "stream": True,
                   "messages": messages}, 4000)
    with gw.stream(key, body) as s:
        if delivered:
            s.event()
        up.wait_requests(1)
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + want + LEFT


# ---- bounds of a drain ----

DRAINER = {"drainer": {"abort": {"stream": "drain"},
                       "limit": {"output": 65536},
                       "price": {"currency": "CNY", "tiers": [
                           {"input": "2.5", "output": "10"}]}}}
CHILDREN = ("StartServers 4\nServerLimit 4\nThreadsPerChild 8\n"
            "ThreadLimit 8\nMaxRequestWorkers 32\nMinSpareThreads 1\n"
            "MaxSpareThreads 32\n")


@pytest.fixture
def drain_gw(make_gw):
    """drain_gw("count=4"): a gateway with that LLMGatewayDrain."""
    def make(words, **more):
        gateway = make_gw(server=f"LLMGatewayDrain {words}", models=DRAINER,
                          **more)
        gateway.new_log_lines()
        return gateway
    return make


@pytest.mark.parametrize("mpm,conf", [
    ("event", CHILDREN),
    ("prefork", "StartServers 12\nMinSpareServers 1\nMaxSpareServers 32\n"
     "ServerLimit 32\nMaxRequestWorkers 32\n")])
def test_so_many_drains_in_all_children(drain_gw, up, mpm, conf):
    """5 at a time; the rest is cancelled."""
    gw = drain_gw("count=5", mpm=mpm, mpm_conf=conf)
    key = gw.new_key()
    clients = []
    for _ in range(12):
        up.script(gate("gone"), head(), event(chunk("four")),
                  event(chunk(finish="stop")), event(usage_chunk()),
                  event("[DONE]"), end())
        clients.append(gw.stream(key, model="drainer"))
    up.wait_requests(12)
    for s in clients:
        s.close()
    gw.wait_drain(5)
    gw.settled(key, 7)
    assert gw.log().count("LG0062") == 7
    up.open("gone")
    bills = [bill(r) for r in gw.settled(key, 12)]
    assert bills.count("estimated/estimated " + CANCELLED[0] + LEFT) == 7
    assert bills.count(DRAINED) == 5
    # they are over, and there is room for others
    up.clear()
    script(up, 1)
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain(6)
    up.open("gone")
    row = gw.settled(key, 13)[12]
    assert bill(row) == DRAINED


def test_drains_of_a_killed_child_are_gone_with_it(drain_gw, up):
    gw = drain_gw("count=1")
    key = gw.new_key()
    up.script(silence())
    with gw.stream(key, model="drainer"):
        up.wait_requests(1)
    gw.wait_drain()
    for child in gw.children():
        os.kill(child, signal.SIGKILL)
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + CANCELLED[0] + " [killed]"
    script(up, 1)
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain(2)
    up.open("gone")
    assert bill(gw.settled(key, 2)[1]) == DRAINED
    gw.expect_log("LG0112")


def test_none_at_all(drain_gw, up):
    gw = drain_gw("count=0")
    key = gw.new_key()
    up.script(silence())
    with gw.stream(key, model="drainer", stream=False):
        up.wait_requests(1)
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + CANCELLED[0] + LEFT


def test_so_many_seconds(drain_gw, up):
    """A stream that goes on: as if it had been cancelled."""
    gw = drain_gw("seconds=1", clock="still")
    key = gw.new_key()
    up.script(head(), event(chunk("four")), gate("gone"),
              [event(chunk("more")), pause(0.01)] * 500)
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain()
    up.open("gone")
    gw.clock.steady(0.999)
    assert not up.requests[0].closed
    gw.clock.passes(0.001, lambda: up.requests[0].closed)
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated " + CANCELLED[2] + LEFT
    gw.wait_log("for as long as LLMGatewayDrain allows")


@pytest.mark.parametrize("kind", ["events", "one event", "document"])
@pytest.mark.parametrize("most", [True, False], ids=["most", "too-many"])
def test_so_many_tokens(drain_gw, up, kind, most):
    """4 bytes a token: 400 bytes are just enough, what was delivered does not
    count, and half an event or document does."""
    gw = drain_gw("tokens=100")
    key = gw.new_key()
    before, text = b"y" * 1000, b"x" * (400 if most else 401)
    first = event(chunk("y" * 1000))
    if kind == "document":
        steps = [head(content_type="application/json"),
                 body(b'{"choices":[{"message":{"content":"' + before),
                 gate("gone"), body(text)]
        rest = [body(b'"}}],"usage":{"prompt_tokens":1000,'
                     b'"completion_tokens":50}}')]
    elif kind == "events":
        steps = [head(), first, gate("gone"), event(chunk("x" * 250)),
                 event(chunk("x" * (len(text) - 250)))]
        rest = [event(chunk(finish="stop")), event(usage_chunk()),
                event("[DONE]")]
    else:
        steps = [head(), first, gate("gone"), body(
            b'data: {"pad":"' + b"p" * 70000 + b'","choices":[{"delta":'
            b'{"content":"' + text)]
        rest = [body(b'"},"finish_reason":"stop"}]}\n\n'),
                event(usage_chunk()), event("[DONE]")]
    up.script(steps, [*rest, end()] if most else silence())
    s = gw.stream(key, model="drainer", stream=kind != "document")
    if kind == "document":
        s.more_body(1035)
    else:
        s.event()
    request = up.requests[0]
    s.close()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    if most:
        assert bill(row) == DRAINED
    else:
        up.wait_closed(request)
        assert bill(row) == \
            "estimated/estimated 2645000000: input 58, output 250" + LEFT
        gw.wait_log("for as long as LLMGatewayDrain allows")


def test_usage_that_is_counted_in_a_drain_that_is_cut(drain_gw, up):
    """Running usage: what was counted until the client left stands."""
    gw = drain_gw("tokens=100")
    key = gw.new_key()
    up.script(head(), event(chunk("four", usage={
        "prompt_tokens": 1000, "completion_tokens": 7})), gate("gone"),
              event(chunk("x" * 401, usage={
                  "prompt_tokens": 1000, "completion_tokens": 107})),
              silence())
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == \
        "estimated/estimated 2570000000: input 1000, output 7" + LEFT
    up.wait_closed(up.requests[0])


# ---- at every event ----

TWENTY = [chunk(""), *[chunk(f"word {i:02}") for i in range(17)],
          chunk(finish="stop"), "[DONE]"]


@pytest.mark.parametrize("model", ["canceller", "drainer"])
def test_leaving_at_each_of_twenty_events(gw, up, key, model):
    """Each row is exact: prompt and what was delivered, or what the upstream
    reported."""
    for seen in range(len(TWENTY) + 1):
        steps = [head()]
        for i, e in enumerate(TWENTY):
            if e == "[DONE]":
                steps.append(event(usage_chunk()))
            if i == seen:
                steps.append(gate(f"gone {seen}"))
            steps.append(event(e))
        if seen == len(TWENTY):
            steps.append(gate(f"gone {seen}"))
        up.script(gate("gone 0") if seen == 0 else [], steps, end())
        s = gw.stream(key, model=model)
        request = up.wait_requests(seen + 1)[seen]
        for _ in range(seen):
            assert s.event()
        s.close()
        if seen < 19:
            if model == "drainer":
                gw.wait_drain(seen + 1)
                up.open(f"gone {seen}")
            else:
                up.wait_closed(request)
        else:
            if seen == 19:
                gw.wait_drain(1 if model == "canceller" else 20)
            up.open(f"gone {seen}")
        row = gw.settled(key, seen + 1)[seen]
        out = -(-7 * max(0, seen - 1) // 4)     # 7 bytes each
        want = (EXACT if seen >= 19
                else DRAINED if model == "drainer" else
                f"estimated/estimated {145000000 + out * 10**7}: input 58"
                + (f", output {out}" if out else "") + LEFT)
        assert bill(row) == want, seen
        assert trip(row) == f"{0 if seen == 0 else 200} reached 1", seen
        # DRAINED and EXACT: the upstream was read to its end
        assert (not request.closed) == \
            (seen >= 19 or model == "drainer"), seen
