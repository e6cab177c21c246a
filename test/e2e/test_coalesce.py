"""LLMGatewayCoalesce: events that wait for others, and those that do not.

The steady clock stands still: what waits leaves when a test moves it."""
import json
import random

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from harness import messages as m
from harness import responses
from harness.shapes import EXACT, bill, chunk, sse, usage_chunk
from harness.upstream import (body, done, end, event, gate, head, raw, reset,
                              whole_stream)
from harness.wait import until

CONF = """
<Location /waits>
    LLMGateway On
    LLMGatewayCoalesce 1000
</Location>
"""
USUAL = ANSWER_MODELS["qwen3-max"]
MODELS = {
    "usual": USUAL, "waits": dict(USUAL, coalesce_ms=1000),
    "never": dict(USUAL, coalesce_ms=0),
    "drains": dict(USUAL, coalesce_ms=1000, abort={"stream": "drain"}),
}
FIRST, ONE, TWO, THREE = (chunk(t) for t in ("", "one", " two", " three"))
FINISH = chunk(finish="stop")
END = [event(FINISH), event(usage_chunk()), done()]
PATH = "/v1/chat/completions"


@pytest.fixture
def gw(make_gw, up):
    return make_gw(conf=CONF, models=MODELS, mpm_conf=ONE_CHILD,
                   clock="still")


def ask(gw, key, model="waits", path=PATH, **more):
    return gw.stream(key, {"model": model, "stream": True, "messages": [
        {"role": "user", "content": "hello"}],
        "stream_options": {"include_usage": True}, **more}, path)


def of(*events):
    """Events, in one write."""
    return body(sse(*events, done=False))


def takes(s, *events):
    for e in events:
        assert s.event() == sse(e, done=False)


def over(gw, s, *events):
    """The window is over: the client's next events come.  It began a moment
    after the test could see it, so the clock goes on until they do."""
    with gw.clock.ticking():
        takes(s, *events)


def ends(gw, s):
    with gw.clock.ticking():
        s.rest()
    assert s.ended


def start(gw, up, key, *steps, model="waits", path=PATH):
    """A stream whose first event has come, and whose second one waits."""
    up.script(head(), event(FIRST), gate("1"), event(ONE), gate("2"), *steps)
    s = ask(gw, key, model, path)
    takes(s, FIRST)
    up.open("1")
    up.wait_at("2")
    return s


def test_events_of_a_window_leave_together(gw, up):
    key = gw.new_key()
    with start(gw, up, key, event(TWO), gate("3"), event(THREE), gate("4"),
               *END) as s:
        assert s.silent()
        up.open("2")
        until(lambda: "3" in up.at, "the second event is not sent")
        assert s.silent() and up.at["3"].unread() > 0   # nobody wakes up
        over(gw, s, ONE)
        assert s.waits()                # in one piece
        takes(s, TWO)
        up.open("3")                    # and the next window began
        until(lambda: "4" in up.at, "the third event is not sent")
        assert s.silent()
        over(gw, s, THREE)
        up.open("4")
        ends(gw, s)
        assert s.body == sse(FIRST, ONE, TWO, THREE, FINISH, usage_chunk())
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_nothing_waits_once_the_upstream_was_silent_for_it(gw, up):
    key = gw.new_key()
    with start(gw, up, key, event(TWO), gate("3"), *END) as s:
        over(gw, s, ONE)                # nothing came behind it
        up.open("2")
        up.wait_at("3")                 # the upstream is looked at again
        assert s.silent()               # a new window
        over(gw, s, TWO)
        up.open("3")
        ends(gw, s)
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("last", [
    [of(ONE, FINISH)], [of(ONE, {"error": {"message": "no", "code": "x"}})],
    [of(ONE), reset()], [of(ONE), end()]],
    ids=["finish", "error", "reset", "end"])
def test_what_ends_does_not_wait(gw, up, last):
    gw.expect_log(*([] if last[0] is last[-1] else
                    ["LG0073", "AH01110"] if last[-1].__qualname__.startswith(
                        "reset") else ["LG0071"]))
    key = gw.new_key()
    up.script(head(), event(FIRST), gate("1"), *last, gate("2"), end())
    with ask(gw, key) as s:
        takes(s, FIRST)
        up.open("1")
        if last[0] is last[-1]:
            takes(s, ONE)
            up.open("2")
            s.rest()
        else:                           # who ends is not looked at before
            with gw.clock.ticking():
                takes(s, ONE)
                s.rest()
        assert s.ended
    gw.settled(key)


def ends_at_once(gw, up, path, asked, first, middle, rest):
    """What ends in the middle part comes though nobody moves the clock."""
    key = gw.new_key()
    up.script(head(), body(first), gate("1"), body(middle), gate("2"),
              body(rest), end())
    with gw.stream(key, dict(asked, stream=True), path) as s:
        s.more_body(len(first))
        up.open("1")
        s.more_body(len(middle))
        up.open("2")
        ends(gw, s)
    gw.settled(key)


def test_a_block_of_messages_that_ends_does_not_wait(gw, up):
    gw.must("PUT", "/upstreams/claude", {
        "base_url": up.url + "/v1", "dialect": "anthropic",
        "credentials": [{"secret": "sk-upstream-secret"}]})
    gw.must("PUT", "/models/claude", dict(MODELS["waits"], estimates="fixed",
            routes=[{"upstream": "claude"}]))
    ends_at_once(gw, up, m.PATH, {
        "model": "claude", "max_tokens": 999,
        "messages": [{"role": "user", "content": "hello"}]},
        m.start() + m.block(), m.delta("a") + m.stop(), m.last() + m.end())


def test_a_text_of_responses_that_ends_does_not_wait(gw, up):
    events = responses.stream("a", "b")
    last = next(i for i, e in enumerate(events) if b".done" in e)
    ends_at_once(gw, up, responses.PATH, {"model": "waits", "input": "hello"},
                 *map(b"".join, (events[:last - 1], events[last - 1:last + 1],
                                 events[last + 1:])))


def test_more_than_16_kib_does_not_wait(gw, up):
    """All is read that comes at once, however large the window is."""
    long = chunk("x" * 20_000)
    key = gw.new_key()
    up.script(head(), event(FIRST), gate("1"), event(long), gate("2"), *END)
    with ask(gw, key) as s:
        takes(s, FIRST)
        up.open("1")
        takes(s, long)
        up.open("2")
        ends(gw, s)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_translated_answer_waits_too(gw, up):
    key = gw.new_key()
    up.script(head(), of(FIRST, ONE), gate("1"), of(TWO), gate("2"), *END)
    with gw.stream(key, {"model": "waits", "stream": True, "max_tokens": 999,
                         "messages": [{"role": "user", "content": "hello"}]},
                   m.PATH) as s:
        while b"one" not in s.event():
            assert not s.ended
        up.open("1")
        up.wait_at("2")
        assert s.silent()
        with gw.clock.ticking():
            assert b"two" in s.event()
        up.open("2")
        ends(gw, s)
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- who decides ----

@pytest.mark.parametrize("key_ms,team_ms,model,path,waits", [
    (None, None, "usual", PATH, False),
    (None, None, "usual", "/waits" + PATH, True),
    (None, None, "never", "/waits" + PATH, False),
    (None, None, "waits", PATH, True),
    (None, 0, "waits", "/waits" + PATH, False),
    (None, 1000, "never", PATH, True),
    (0, 1000, "waits", "/waits" + PATH, False),
    (1000, 0, "never", PATH, True)])
def test_the_key_decides_then_its_team_the_model_the_place(
        gw, up, key_ms, team_ms, model, path, waits):
    gw.must("PUT", "/teams/t", {} if team_ms is None
            else {"coalesce_ms": team_ms})
    key = gw.new_key(team="t", **({} if key_ms is None
                                  else {"coalesce_ms": key_ms}))
    with start(gw, up, key, *END, model=model, path=path) as s:
        if waits:
            assert s.silent()
            over(gw, s, ONE)
        else:
            takes(s, ONE)
        up.open("2")
        ends(gw, s)
    gw.settled(key)


@pytest.mark.parametrize("ms", [-1, 1001, 0.5, "10", True, []])
@pytest.mark.parametrize("path", ["/models/usual", "/teams/t", "/keys"])
def test_what_is_no_number_of_milliseconds(gw, path, ms):
    gw.must("PUT", "/teams/t", {})
    r = gw.admin("POST" if path == "/keys" else "PATCH", path,
                 dict({"team": "t"} if path == "/keys" else {},
                      coalesce_ms=ms))
    assert r.status == 400 and r.json()["error"]["param"] == "coalesce_ms"


# ---- who leaves, and who stops ----

def test_who_leaves_is_noticed_and_pays_for_what_was_sent(gw, up):
    key = gw.new_key()
    with start(gw, up, key, *END) as s:
        s.close()
        up.wait_closed(up.requests[0])
    row, = gw.settled(key)              # "one" was never delivered
    assert bill(row).endswith("input 41 [client_left]")


def test_who_leaves_and_is_drained(gw, up):
    key = gw.new_key()
    with start(gw, up, key, *END, model="drains") as s:
        s.close()
        gw.wait_drain()
    up.open("2")
    row, = gw.settled(key)
    assert bill(row) == EXACT.replace("reported", "drained") + " [client_left]"


def test_a_child_that_stops(gw, up):
    key = gw.new_key()
    with start(gw, up, key, *END):
        gw.stop()
        up.wait_closed(up.requests[0])
    if "this child stops" in gw.log():
        gw.expect_log("LG0060")
    gw.start()
    row, = gw.settled(key)
    assert bill(row).split(" [")[0] in (    # the client's connection may end
        "estimated/estimated 102500000: input 41",          # before we do
        "estimated/estimated 112500000: input 41, output 1")


# ---- the same bytes ----

@pytest.mark.parametrize("seed", range(4))
def test_random_streams_pass_unchanged(make_gw, up, seed):
    gw = make_gw(models={"usual": dict(USUAL, coalesce_ms=20)})
    key, dice = gw.new_key(), random.Random(seed)
    for _ in range(8):
        events = [chunk("")] + [chunk("x" * dice.choice((1, 9, 300, 9000)))
                                for _ in range(dice.randint(0, 40))]
        want = sse(*events, FINISH, usage_chunk())
        wire, steps = want, [head()]
        while wire:
            n = dice.choice((1, 50, 500, 5000, 50000))
            steps.append(body(wire[:n]))
            wire = wire[n:]
        up.script(*steps, end())
        with ask(gw, key, "usual") as s:
            assert s.rest() == want and s.ended
    assert [bill(r) for r in gw.settled(key, 8)] == [EXACT] * 8
