"""httpd stops or restarts while requests run, in each MPM; and the main
path of the others than event.  A stop takes no force: httpd's log would tell
(AH00045, AH00046).  No deadline passes but where a test moves the clock."""
import pytest

from conftest import ANSWER_MODELS
from harness.shapes import EXACT, bill, chunk, plain, sse, trip, usage_chunk
from harness.upstream import (answer, body, end, event, gate, head, raw,
                              silence)

CUT = "estimated/estimated 155000000: input 58, output 1"
MODELS = {name: ANSWER_MODELS[name]
          for name in ("qwen3-max", "canceller", "drainer", "idle")}


@pytest.fixture(params=["event", "worker", "prefork"])
def mpm(request):
    return request.param


@pytest.fixture
def gw(make_gw, mpm):
    return make_gw(mpm=mpm, models=MODELS, clock="still")


def endings(mpm):
    """prefork ends in a signal handler: the helper makes the row, of the
    cell that the dead child leaves.  The others close the clients'
    connections a moment before they tell us."""
    return {"killed]"} if mpm == "prefork" else {
        "cut]", "client_left]", "client_left, cut]"}


def test_sigterm_while_the_upstream_is_silent(gw, up, mpm):
    key = gw.new_key()
    clients = []
    # nothing yet, half a document, the opening chunk, one event
    for steps, stream in [
            ([silence()], True),
            ([head(content_type="application/json", length=99),
              raw(b'{"choices":[{"message":{"content":"four"}'), silence()],
             False),
            ([head(), event(chunk("")), silence()], True),
            ([head(), event(chunk("four")), body(b"data: ha"), silence()],
             True)]:
        up.script(*steps)
        s = gw.stream(key, stream=stream)
        request = up.wait_requests(len(clients) + 1)[-1]
        if len(steps) > 1:
            s.more_body(1)
        clients.append((s, request))
    gw.stop()
    for s, request in clients:
        up.wait_closed(request)
        s.close()
    gw.start()                          # the books go on where they were
    rows = gw.settled(key, 4)
    bills = [bill(r).split(" [") for r in rows]
    assert [b[0] for b in bills] == [
        "estimated/estimated 145000000: input 58", CUT] * 2
    assert {b[1] for b in bills} <= endings(mpm)
    if mpm == "prefork":
        gw.expect_log("LG0112")
    elif "this child stops" in gw.log():
        gw.expect_log("LG0060")
    assert [r["reached"] for r in rows] == [1] * 4
    up.script(answer(plain()))
    assert gw.chat(key).status == 200
    assert bill(gw.settled(key, 5)[4]) == EXACT
    gw.check_books()


def test_a_graceful_restart_keeps_running_requests(gw, up, mpm):
    key = gw.new_key()
    up.script(head(), event(chunk("Hi")), gate("restarted"),
              event(chunk(finish="stop")), event(usage_chunk()),
              event("[DONE]"), end())
    up.script(gate("restarted"), answer(plain()))
    with gw.stream(key) as s:
        s.event()
        p = gw.stream(key, stream=False)
        up.wait_requests(2)
        gw.graceful()
        up.script(answer(plain()))      # the new generation serves
        assert gw.chat(key).status == 200
        up.open("restarted")
        assert s.rest() == sse(chunk("Hi"), chunk(finish="stop")) and s.ended
        p.rest()
        assert p.status == 200 and p.ended
        p.close()
    assert [bill(r) for r in gw.settled(key, 3)] == [EXACT] * 3
    gw.check_books()


def test_the_main_path(gw, up, mpm):
    """Streams, documents, aborts, drains, deadlines."""
    key = gw.new_key()
    gw.new_log_lines()
    up.script(head(), event(chunk("Hi")), gate("seen"),
              event(chunk(finish="stop")), event(usage_chunk()),
              body(b"data: [DONE]\n\n"), gate("row"), end())
    with gw.stream(key) as s:
        s.event()
        up.open("seen")
        while s.data() != "[DONE]":
            pass
        row, = gw.settled(key)
        assert bill(row) == EXACT and trip(row) == "200 reached 1"
        up.open("row")
        assert s.rest() == sse(chunk("Hi"), chunk(finish="stop")) and s.ended
    up.script(answer(plain()))
    assert gw.chat(key).json() == plain()

    up.script(head(), event(chunk("four")), silence())
    with gw.stream(key, model="canceller") as s:
        s.event()
    up.wait_closed(up.requests[2])

    up.script(head(), event(chunk("four")), gate("gone"),
              event(chunk(finish="stop")), event(usage_chunk()),
              event("[DONE]"), end())
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain()
    up.open("gone")
    gw.settled(key, 4)              # no deadline is to meet it

    gw.expect_log("LG0060")
    up.script(head(), event(chunk("four")), silence())
    with gw.stream(key, model="idle") as s:
        s.event()
        with gw.clock.ticking():
            s.rest()
        assert b"upstream_timeout" in s.body and s.ended
    rows = gw.settled(key, 5)
    assert [bill(r) for r in rows[1:]] == [
        EXACT, CUT + " [client_left]", "settled/drained 3000000000: input "
        "1000, output 50 [client_left]", CUT + " [cut]"]
    assert rows[4]["end_ms"] >= 1000
    gw.check_books()


def test_a_stopping_child_says_503_in_the_row(make_gw, up):
    """Also where the client can no longer read it."""
    gw = make_gw(models=MODELS)
    key = gw.new_key()
    gw.expect_log("LG0060")
    up.script(silence())
    with gw.stream(key, stream=False):
        up.wait_requests(1)
        gw.stop()
    gw.start()
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 145000000: input 58 [cut]"
    assert trip(row) == "503 reached 1"
