"""Clients that speak HTTP/2."""
import pytest

from conftest import ANSWER_MODELS, ONE_CHILD, Gateway, sanitizer_reports
from h2client import H2
from harness.shapes import (EXACT, USAGE, bill, chunk, padded, plain, sse,
                            trip,
                            usage_chunk)
from harness.upstream import (answer, body, done, end, event, gate, head,
                              raw, silence)

PATH = "/v1/chat/completions"


@pytest.fixture(scope="module", params=["still"])
def module_gw(session_upstream, request):
    gateway = Gateway(mpm_conf=ONE_CHILD, modules=("http2",),
                      clock=request.param, conf="Protocols h2c http/1.1")
    gateway.start()
    gateway.set_up(session_upstream, ANSWER_MODELS)
    yield gateway
    gateway.stop()
    problems = sanitizer_reports(gateway)
    gateway.remove()
    assert not problems, problems


@pytest.fixture
def gw(module_gw, up):
    module_gw.new_log_lines()
    yield module_gw
    module_gw.check_log()
    module_gw.check_books()


@pytest.fixture
def h2(gw):
    with H2(gw.port) as connection:
        yield connection


# What has to look for itself is not to be woken by the test build either,
# which looks at a clock that stands still every 5 ms.  No deadline here is
# shorter than five minutes.
release_build = pytest.mark.parametrize("module_gw", [None], indirect=True,
                                        ids=["release"])


def chat(h2, key, model="qwen3-max", stream=True, **more):
    return h2.post(PATH, padded(dict(
        more, model=model, stream=stream, messages=[
            {"role": "user", "content": "hello"}]), 200), key)


def test_events_wait_for_others(gw, up, h2):
    """LLMGatewayCoalesce: the second event waits, the client's pings do not
    bring it."""
    key = gw.new_key(coalesce_ms=1000)
    up.script(head(), event(chunk("one")), gate("1"), event(chunk("two")),
              gate("2"), event(chunk(finish="stop")), event(usage_chunk()),
              done())
    s = chat(h2, key)
    assert s.event() == sse(chunk("one"), done=False)
    up.open("1")
    up.wait_at("2")
    h2.ping()
    assert s.body == sse(chunk("one"), done=False)
    with gw.clock.ticking():
        assert s.event() == sse(chunk("two"), done=False)
        up.open("2")
        s.rest()
    assert s.ended and s.body.endswith(b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_each_event_arrives_while_the_upstream_holds(gw, up, h2, key):
    up.script(head(), event(chunk("one")), gate("1"), event(chunk("two")),
              gate("2"), event(chunk(finish="stop")), event(usage_chunk()),
              done())
    s = chat(h2, key)
    assert s.event() == sse(chunk("one"), done=False)
    up.open("1")
    assert s.event() == sse(chunk("two"), done=False)
    up.open("2")
    assert s.rest() == sse(chunk("one"), chunk("two"), chunk(finish="stop"))
    assert s.ended and s.headers["x-accel-buffering"] == "no"
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 1"


def test_done_comes_after_the_settlement(gw, up, h2, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk()), body(b"data: [DONE]\n\n"), gate("row"),
              end())
    s = chat(h2, key)
    while s.event() != b"data: [DONE]\n\n":
        assert not s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)
    up.open("row")
    s.rest()
    assert s.ended


def test_a_plain_answer(gw, up, h2, key):
    up.script(answer(plain()))
    s = chat(h2, key, stream=False)
    s.rest()
    assert s.status == 200 and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@release_build
@pytest.mark.parametrize("seen,streamed", [(0, True), (1, True), (0, False)])
def test_a_reset_stream_is_an_abort(gw, up, h2, key, seen, streamed):
    """mod_http2 wakes nobody: it is looked for."""
    for i in range(5):
        up.script([] if seen else silence(), head(), event(chunk("four")),
                  silence())
        s = chat(h2, key, model="canceller", stream=streamed)
        request = up.wait_requests(i + 1)[i]
        if seen:
            s.event()
        s.reset()
        up.wait_closed(request)
    assert [bill(r) for r in gw.settled(key, 5)] == [
        ("estimated/estimated 155000000: input 58, output 1" if seen else
         "estimated/estimated 145000000: input 58") + " [client_left]"] * 5


@release_build
def test_a_closed_connection_is_an_abort_of_each_stream(gw, up, key):
    with H2(gw.port) as h2:
        streams = []
        for _ in range(3):
            up.script(head(), event(chunk("four")), silence())
            streams.append(chat(h2, key))
        for s in streams:
            s.event()
    for request in up.wait_requests(3):
        up.wait_closed(request)
    assert [bill(r) for r in gw.settled(key, 3)] == [
        "estimated/estimated 155000000: input 58, output 1 [client_left]"] * 3


def test_other_streams_of_the_connection_go_on(gw, up, h2, key):
    up.script(head(), event(chunk("one")), silence())
    first = chat(h2, key)
    first.event()
    up.script(head(), event(chunk("two")), gate("go"),
              event(chunk(finish="stop", usage=USAGE)), done())
    second = chat(h2, key)
    second.event()
    first.reset()
    up.wait_closed(up.requests[0])
    up.open("go")
    assert second.rest().endswith(b"data: [DONE]\n\n") and second.ended
    assert sorted(bill(r) for r in gw.settled(key, 2)) == [
        "estimated/estimated 155000000: input 58, output 1 [client_left]",
        EXACT]


@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "plain"])
def test_a_drained_answer_is_read_to_its_end(gw, up, h2, key, streamed):
    before = up.connections
    steps = [head(), event(chunk("Hi")), gate("gone"), event(chunk(" there")),
             gate("more"), event(chunk(finish="stop")), event(usage_chunk()),
             done()] if streamed else [gate("gone"), answer(plain())]
    up.script(*steps)
    s = chat(h2, key, model="drainer", stream=streamed)
    if streamed:
        s.event()
    request = up.wait_requests(1)[0]
    s.reset()
    gw.wait_drain()
    up.open("gone")
    up.open("more")
    row, = gw.settled(key)
    assert bill(row) == ("settled/drained 3000000000: input 1000, output 50 "
                         "[client_left]")
    assert not request.closed
    up.script(answer(plain()))
    gw.chat(key)
    assert up.connections <= before + 1     # it went back into the pool


def test_leaving_after_the_finish_is_no_abort(gw, up, h2, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              gate("gone"), event(usage_chunk()), done())
    s = chat(h2, key)
    s.event(), s.event()
    s.reset()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_reset_at_done_costs_no_upstream_connection(gw, up, h2, key):
    before = up.connections
    for i in range(3):
        up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
                  event(usage_chunk()), body(b"data: [DONE]\n\n"),
                  gate(f"gone {i}"), end())
        s = chat(h2, key)
        while s.event() != b"data: [DONE]\n\n":
            assert not s.ended
        s.reset()
        h2.ping()
        up.open(f"gone {i}")
        gw.wait_ended(s.headers["x-request-id"])
    assert up.connections <= before + 1
    assert [bill(r) for r in gw.settled(key, 3)] == [EXACT] * 3


def test_trailers_stay_behind(gw, up, h2, key):
    """HTTP/2 would pass them on, and among them what no client may get."""
    up.script(head(), event(chunk("Hi")),
              event(chunk(finish="stop", usage=USAGE)), event("[DONE]"),
              raw(b"0\r\nSet-Cookie: a=b\r\nX-Theirs: 1\r\n\r\n"))
    s = chat(h2, key)
    s.rest()
    assert s.ended and s.trailers == {}
    row, = gw.settled(key)
    assert bill(row) == EXACT
