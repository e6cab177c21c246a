"""Upstreams that never end: memory stays flat, and a deadline or a bound ends
them with a row that is right.  The steady clock stands still, so that no
deadline passes but where a test moves it."""
import json
import resource
import socket
import threading

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from harness.shapes import EXACT, bill, chunk, plain, trip
from harness.upstream import Closed, answer, event, head, raw
from harness.wait import until

MODELS = {
    # `total` ends what nothing else does; no limit bounds an estimate
    "qwen3-max": dict(ANSWER_MODELS["qwen3-max"], limit={},
                      deadlines={"total": 1}),
    "drainer": dict(ANSWER_MODELS["qwen3-max"], limit={},
                    deadlines={"total": 1}, abort={"stream": "drain"}),
}
TOO_LONG = b'"code":"upstream_timeout"}}\n\n'
FLAT = 12 << 20                 # bytes that a child may grow by
MUCH = 5 << 20                  # bytes to flow before the clock is moved
PAGE = resource.getpagesize()


@pytest.fixture(scope="module")
def endless_gw(module_gw):
    return module_gw(MODELS, mpm_conf=ONE_CHILD, clock="still", conf="""
<Location /tidy>
    LLMGateway On
    LLMGatewayAnswer tidy
</Location>
""", server="LLMGatewayDrain tokens=10000000")


@pytest.fixture
def gw(endless_gw, up):
    up.script(answer(plain()))
    endless_gw.chat(endless_gw.new_key())       # it has grown before
    up.clear()
    endless_gw.new_log_lines()
    yield endless_gw
    endless_gw.check_log()
    endless_gw.check_books()


def size(gw):
    """Resident bytes of the child."""
    child, = gw.children()
    with open(f"/proc/{child}/statm") as f:
        return int(f.read().split()[1]) * PAGE


def endless(data, counted=None):
    """The same bytes until the gateway closes; counted: a list of one."""
    def step(c):
        while True:
            c.send(data)
            if counted is not None:
                counted[0] += len(data)
    return step


def chunks(data, times=64):
    """... as chunks of a body, many in one write."""
    return (b"%x\r\n%s\r\n" % (len(data), data)) * times


def flow(sent):
    """Wait until the upstream has sent much more."""
    before = sent[0]
    until(lambda: sent[0] > before + MUCH, "the upstream sends no more")


class Flat:
    """What happens inside costs no memory."""

    def __init__(self, gw, most=FLAT):
        self.gw, self.most = gw, most

    def __enter__(self):
        self.before = size(self.gw)

    def __exit__(self, kind, *rest):
        grown = size(self.gw) - self.before
        print(f"grown by {grown >> 10} KiB")
        assert kind is not None or grown < self.most


def read_all(s, *actions):
    """How many bytes of the body come; the last ones, and the end's way.
    actions: one is done each time that much has come."""
    s.head()
    count, last, done = len(s._in), s._in, 0
    while True:
        if done < len(actions) and count > MUCH * (done + 1):
            actions[done]()
            done += 1
        try:
            data = s.sock.recv(1 << 20)
        except ConnectionResetError:
            break
        if not data:
            break
        count += len(data)
        last = (last + data)[-300:]
        if last.endswith(b"0\r\n\r\n"):
            break
    return count, last


# ---- before an answer ----

@pytest.mark.parametrize("what", [
    b"X-A: " + b"a" * 1000 + b"\r\n", b"X: y\r\n" * 200, b"a" * 4096],
    ids=["headers", "short-headers", "one-header"])
def test_headers_without_end(gw, up, key, what):
    """No answer after 256 KiB, whatever they are."""
    gw.expect_log("LG0060")
    up.script(raw(b"HTTP/1.1 200 OK\r\n"), endless(what))
    with Flat(gw, 4 << 20):
        r = gw.chat(key)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    assert gw.attempts(row)[0][2] == "broke"
    up.script(answer(plain()))
    assert gw.chat(key).status == 200
    assert "the headers of its answer do not end" in gw.log()


def test_another_route_follows_headers_without_end(gw, up, key):
    gw.expect_log("LG0060")
    gw.must("PUT", "/models/two", dict(
        MODELS["qwen3-max"], routes=[{"upstream": "mock"},
                                     {"upstream": "mock"}]))
    up.script(raw(b"HTTP/1.1 200 OK\r\n"), endless(b"X-A: b\r\n" * 100))
    up.script(answer(plain()))
    assert gw.chat(key, model="two").status == 200
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"


@pytest.mark.parametrize("more", [b"", b"X: " + b"y" * 60000 + b"\r\n"],
                         ids=["short", "long"])
def test_interim_answers_without_end(gw, up, key, more):
    up.script(endless(b"HTTP/1.1 102 Processing\r\n" + more + b"\r\n"))
    with Flat(gw, 4 << 20):
        r = gw.chat(key)
    assert r.status == 502
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    gw.expect_log("LG0080", "AH01106" if more else "AH00898")
    if more:
        gw.expect_log("AH10124")


def test_a_status_line_without_end(gw, up, key):
    """This is no dead pooled connection: nothing is sent again."""
    gw.expect_log("LG0080", "AH00898")
    up.script(raw(b"HTTP/1.1 200 "), endless(b"O" * 5000))
    with Flat(gw, 4 << 20):
        r = gw.chat(key)
    assert r.status == 502 and len(up.requests) == 1
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0"


# ---- in an answer ----

def total_passed(gw, key, s, last=TOO_LONG):
    """It goes on for a second, and ends then.  Returns how many bytes came,
    and the row."""
    with Flat(gw):
        count, end = read_all(s, lambda: gw.clock.steady(0.999),
                              lambda: gw.clock.steady(0.001))
    assert count > 2 * MUCH
    if last:
        assert last in end and end.endswith(b"0\r\n\r\n")
    else:
        assert not end.endswith(b"0\r\n\r\n")
    row, = gw.settled(key)
    assert row["end_ms"] == 1000
    return count, row


def test_events_without_end(gw, up, key):
    gw.expect_log("LG0060")
    up.script(head(), endless(chunks(
        b"data: " + json.dumps(chunk("x" * 4000)).encode() + b"\n\n")))
    with gw.stream(key) as s:
        _, row = total_passed(gw, key, s)
    assert row["state"] == 2 and row["output"] % 1000 == 0
    assert bill(row).endswith("[cut]")
    assert row["output"] > 1000000


def test_one_event_without_end(gw, up, key):
    gw.expect_log("LG0060")
    up.script(head(), event(chunk("four")),
              raw(chunks(b'data: {"choices":[{"delta":{"content":"', 1)),
              endless(chunks(b"x" * 4000)))
    with gw.stream(key) as s:
        count, row = total_passed(gw, key, s)
    assert row["state"] == 2 and bill(row).endswith("[cut]")
    assert 0.9 * count < 4 * row["output"] < count


@pytest.mark.parametrize("what", [b": wait\n\n" * 500, b"x" * 4000,
                                  b"\n" * 4000, b"\r" * 4000],
                         ids=["comments", "a-line", "LF", "CR"])
def test_nothing_without_end(gw, up, key, what):
    """It delivers nothing, and costs nothing."""
    gw.expect_log("LG0060")
    up.script(head(), endless(chunks(what)))
    with gw.stream(key) as s:
        _, row = total_passed(gw, key, s)
    assert row["amount"] in (0, 145000000)


@pytest.mark.parametrize("place", ["", "/tidy"])
def test_a_document_without_end(gw, up, key, place):
    gw.expect_log("LG0060")
    up.script(head(content_type="application/json"),
              raw(chunks(b'{"choices":[{"message":{"content":"', 1)),
              endless(chunks(b"x" * 4000)))
    with gw.stream(key, path=place + "/v1/chat/completions",
                   stream=False) as s:
        _, row = total_passed(gw, key, s, last=None)
    assert bill(row) == "failed/none 0" and trip(row) == "200 reached 1"


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "plain"])
def test_after_the_client_has_left(gw, up, key, stream):
    """A drain in which the upstream never rests ends, too."""
    gw.expect_log("LG0060")
    sent = [0]
    up.script(head() if stream else head(content_type="application/json"),
              event(chunk("four")) if stream else raw(chunks(b" ", 1)),
              endless(chunks(b": wait\n\n" * 500 if stream else b" " * 4000),
                      sent))
    with gw.stream(key, model="drainer", stream=stream) as s:
        s.event() if stream else s.more_body(1)
    gw.wait_drain()
    with Flat(gw):
        flow(sent)
        gw.clock.steady(0.999)
        flow(sent)
        assert not up.requests[0].closed
        gw.clock.steady(0.001)
        up.wait_closed(up.requests[0])
        row, = gw.settled(key)
    assert row["end_ms"] == 1000
    assert bill(row).startswith("estimated/estimated")
    assert "client_left" in bill(row) and row["output"] <= 1


# ---- errors ----

@pytest.mark.parametrize("status", [302, 401, 429, 500])
def test_an_error_that_is_not_passed_on(gw, up, key, status):
    """64 KiB of it are read, and another attempt follows at once."""
    gw.expect_log("LG0080")
    gw.must("PUT", "/models/two", dict(
        MODELS["qwen3-max"], routes=[{"upstream": "mock"},
                                     {"upstream": "mock"}]))
    sent = [0]
    up.script(head(status, content_type="text/html"),
              endless(chunks(b"x" * 4000), sent))
    up.script(answer(plain()))
    with Flat(gw, 4 << 20):
        assert gw.chat(key, model="two").status == 200
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("mock", status, "status")]


@pytest.mark.parametrize("status", [302, 401])
def test_an_error_that_is_never_passed_on(gw, up, key, status):
    gw.expect_log("LG0080")
    up.script(head(status, content_type="text/html"),
              endless(chunks(b"x" * 4000)))
    r = gw.chat(key)
    assert r.status == 502
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


@pytest.mark.parametrize("status", [400, 500])
def test_an_error_that_is_too_long(gw, up, key, status):
    """It is searched as a whole before it is passed, up to a bound."""
    if status == 500:           # a 400 is the client's matter
        gw.expect_log("LG0080")
    up.script(head(status, content_type="text/html"),
              endless(chunks(b"x" * 4000)))
    with Flat(gw, 24 << 20):
        r = gw.chat(key)
    assert r.status == 502
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")


# ---- a child that stops, an end that does not come ----

def test_after_the_end_a_second_is_enough(gw, up, key):
    """Bytes behind [DONE]: the client has everything.  No other deadline
    is near."""
    gw.must("PUT", "/models/no-total", dict(
        MODELS["qwen3-max"], deadlines={}, routes=[{"upstream": "mock"}]))
    sent = [0]
    up.script(head(), event(chunk("four")), event(chunk(
        finish="stop", usage={"prompt_tokens": 1000,
                              "completion_tokens": 50})),
              event("[DONE]"), endless(chunks(b": more\n\n" * 500), sent))
    with gw.stream(key, model="no-total") as s:
        while s.event() != b"data: [DONE]\n\n":
            pass
        row, = gw.settled(key)
        assert bill(row) == EXACT
    gw.clock.steady(0.999)
    flow(sent)
    assert not up.requests[0].closed
    gw.clock.passes(1, lambda: up.requests[0].closed)


def test_a_child_that_stops_need_not_wait(make_gw, up):
    """No deadline passes, and httpd takes no force: its log would tell
    (AH00046)."""
    gw = make_gw(models=MODELS, clock="still")
    key, sent = gw.new_key(), [0]
    up.script(head(), endless(chunks(
        b"data: " + json.dumps(chunk("x" * 4000)).encode() + b"\n\n"), sent))
    s = gw.stream(key).head()
    reader = threading.Thread(target=read_all, args=(s,))
    reader.start()
    flow(sent)
    gw.stop()
    reader.join()
    s.close()
    gw.start()
    row, = gw.settled(key)
    # the MPM closes the clients' connections before or after it tells us
    assert row["state"] == 2
    assert bill(row).endswith((" [cut]", " [client_left]"))
    if "this child stops" in gw.log():  # else the failing write was first
        gw.expect_log("LG0060")
