"""Deadlines of an upstream: 504 before the first byte, an error event after
it; each of them ends the attempt, and with it the request.  The steady clock
stands still but for the moves made here."""
import concurrent.futures

import pytest

from harness.shapes import EXACT, bill, chunk, plain, sse, trip, usage_chunk
from harness.upstream import (Upstream, answer, body, event, gate, head,
                              pause, raw, silence)

TOO_LONG = (b'data: {"error":{"message":"The upstream took too long.","type":'
            b'"server_error","param":null,"code":"upstream_timeout"}}\n\n')
CUT = "estimated/estimated 155000000: input 58, output 1 [cut]"


@pytest.fixture
def gw(agw):
    return agw


@pytest.fixture
def expect_stop(gw):
    gw.expect_log("LG0060")


@pytest.fixture
def beside():
    """beside(function, ...): it runs beside the test, until .result()."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        yield pool.submit


def check_504(gw, key, r, ms=None):
    """ms: after so many exactly; None: after one that a tick may be late."""
    assert r.status == 504 and r.headers["x-should-retry"] == "false"
    assert r.json()["error"]["code"] == "upstream_timeout"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "504 reached 1"
    assert gw.attempts(row)[0][2] == "timeout"
    assert row["end_ms"] == ms if ms else row["end_ms"] >= 1000


@pytest.fixture
def check_a_second(gw, up, key, expect_stop, beside):
    """The request goes upstream, and after a second it has 504."""
    def check(model, **more):
        chat = beside(gw.chat, key, model=model, **more)
        request = up.wait_requests(1)[0]
        gw.clock.steady(0.999)
        assert not request.closed
        gw.clock.steady(0.001)
        r = chat.result()
        up.wait_closed(request)
        check_504(gw, key, r, 1000)

    return check


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("steps", [[silence()], [head(), silence()]],
                         ids=["silent", "only-a-head"])
def test_no_first_byte(up, check_a_second, stream, steps):
    """Of the body: many servers send their head at once."""
    up.script(*steps)
    check_a_second("late", stream=stream)


def test_the_first_byte_in_time_ends_that_deadline(gw, up, key):
    up.script(head(), body(b": wait\n\n"), gate("later"), event(chunk("Hi")),
              event(chunk(finish="stop")), event(usage_chunk()),
              event("[DONE]"))
    with gw.stream(key, model="late") as s:
        s.event()
        gw.clock.steady(1.2)        # past it
        up.open("later")
        while s.data() != "[DONE]":
            pass
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_idle_before_the_first_byte(gw, up, key, expect_stop):
    up.script(silence())
    with gw.clock.ticking():
        r = gw.chat(key, model="idle")
    check_504(gw, key, r)


def test_idle_in_a_stream(gw, up, key, expect_stop):
    up.script(head(), event(chunk("four")), body(b"data: ha"), gate("never"))
    with gw.stream(key, model="idle") as s:
        s.event()
        up.wait_at("never")
        with gw.clock.ticking():
            s.rest()
        assert s.body == sse(chunk("four"), done=False) + TOO_LONG
        assert s.ended
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row) == CUT and trip(row) == "200 reached 1"
    assert row["end_ms"] >= 1000


def test_idle_in_a_document(gw, up, key, expect_stop):
    begun = b'{"choices":[{"message"'
    up.script(head(content_type="application/json", length=1000),
              raw(begun), gate("never"))
    with gw.stream(key, stream=False, model="idle") as s:
        up.wait_at("never")
        s.more_body(len(begun))
        with gw.clock.ticking():
            s.rest()
        assert s.body == begun and s.cut
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "200 reached 1"


def test_comments_are_signs_of_life(gw, up, key):
    up.script(head(), [step for i in range(4) for step in (
        body(b": wait\n\n"), gate(f"seen {i}"))],
              event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk()), event("[DONE]"))
    with gw.stream(key, model="idle") as s:
        for i in range(4):
            assert s.event() == b": wait\n\n"
            gw.clock.steady(0.9)
            up.open(f"seen {i}")
        while s.data() != "[DONE]":
            pass
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_too_long_in_all_before_the_first_byte(up, check_a_second, stream):
    up.script(silence())
    check_a_second("bounded", stream=stream)


def test_too_long_in_all_in_a_stream_that_goes_on(gw, up, key, expect_stop):
    up.script(head(), [event(chunk("abcd")), pause(0.01)] * 500)
    with gw.stream(key, model="bounded") as s:
        s.event()
        gw.clock.steady(0.999)
        for _ in range(5):
            s.event()
        gw.clock.steady(0.001)
        s.rest()
        assert s.body.endswith(TOO_LONG) and s.ended
    up.wait_closed(up.requests[0])
    events = s.body.count(b"abcd")
    row, = gw.settled(key)
    assert bill(row) == (f"estimated/estimated {145000000 + events * 10**7}: "
                         f"input 58, output {events} [cut]")


def test_a_deadline_while_done_is_held_makes_no_error(gw, up, key):
    """The stream is complete: only usage was waited for."""
    up.script(head(), event(chunk("four")), event(chunk(finish="stop")),
              gate("late"), event("[DONE]"), gate("never"))
    with gw.stream(key, model="bounded") as s:
        s.event(), s.event()
        gw.clock.steady(0.9)
        up.open("late")
        up.wait_at("never")
        gw.clock.steady(0.1)        # sooner than 0.2 s for usage
        s.rest()
        assert s.body == sse(chunk("four"), chunk(finish="stop")) and s.ended
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 155000000: input 58, output 1"


def test_the_upstreams_deadlines_stand_where_the_model_has_none(
        gw, up, check_a_second):
    gw.must("PUT", "/upstreams/hasty", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "deadlines": {"first_byte": 1}, "credentials": [{"secret": "s"}]})
    gw.must("PUT", "/models/hasty", {
        "routes": [{"upstream": "hasty"}], "price": {
            "currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}})
    up.script(silence())
    check_a_second("hasty")


def test_after_a_deadline_no_other_upstream_is_tried(gw, up, check_a_second):
    """It may have worked, and may cost: twice would be too much."""
    other = Upstream()
    try:
        gw.must("PUT", "/upstreams/other", {
            "base_url": other.url + "/v1", "dialect": "openai",
            "credentials": [{"secret": "s"}]})
        gw.must("PUT", "/models/two", {
            "routes": [{"upstream": "mock"}, {"upstream": "other"}],
            "deadlines": {"first_byte": 1}, "price": {
                "currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}})
        up.script(silence())
        other.script(answer(plain()))
        check_a_second("two")
        assert other.requests == []
    finally:
        other.stop()


def test_a_deadline_bounds_all_attempts_together(gw, up, key, expect_stop,
                                                 beside):
    """`total` runs from the request's beginning, over failed attempts."""
    gw.must("PUT", "/models/slow-then-slow", {
        "routes": [{"upstream": "mock", "model": "a"},
                   {"upstream": "mock", "model": "b"}],
        "deadlines": {"total": 1}, "price": {
            "currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}})
    gw.expect_log("LG0080")
    up.script(gate("late"), answer({"error": "x"}, 500))
    up.script(silence())
    chat = beside(gw.chat, key, model="slow-then-slow")
    up.wait_requests(1)
    gw.clock.steady(0.6)
    up.open("late")
    up.wait_requests(2)
    gw.clock.steady(0.4)
    assert chat.result().status == 504
    row, = gw.settled(key)
    assert row["end_ms"] == 1000
    assert bill(row) == "failed/none 0" and trip(row) == "504 reached 2"
    assert [a[1:] for a in gw.attempts(row)] == [(500, "status"),
                                                 (0, "timeout")]
