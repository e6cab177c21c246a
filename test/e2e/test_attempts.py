"""Attempts: the second upstream takes over as long as no byte went out, and
a dead pooled connection costs a retry, no answer."""
import json

import pytest

from harness.httpd import free_port
from harness.shapes import EXACT, bill, chunk, error, plain, sse, trip
from harness.upstream import (answer, body, close, end, event, gate, head, raw,
                              reset, whole_stream)

DIED = ("AH01102", "AH00898")       # what mod_proxy says of it
PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}


@pytest.fixture
def gw(agw):
    return agw


@pytest.fixture
def second(module_second):
    module_second.clear()
    return module_second


@pytest.fixture(scope="module")
def routes(session_agw, session_upstream, module_second):
    """Models `two` (mock, then second), `down-first` and `down`."""
    def put(name, url):
        session_agw.must("PUT", f"/upstreams/{name}", {
            "base_url": url, "dialect": "openai",
            "credentials": [{"secret": "sk-" + name}]})

    put("second", module_second.url + "/v1")
    put("down", f"http://127.0.0.1:{free_port()}/v1")
    put("nowhere", "http://no-such-host.invalid/v1")
    for name, upstreams in {
            "two": ["mock", "second"], "down-first": ["down", "second"],
            "nowhere-first": ["nowhere", "second"],
            "down": ["down"], "many": ["mock", "mock", "mock", "second"],
            "both-down": ["down", "nowhere"]}.items():
        session_agw.must("PUT", f"/models/{name}", {
            "price": PRICE, "routes": [
                {"upstream": u, "model": f"{name}-{i}", "priority": i}
                for i, u in enumerate(upstreams)]})


@pytest.fixture
def two(gw, routes, second):
    gw.expect_log("LG0080")
    return "two"


FIRST_FAILS = {
    "500": (answer(error("x"), 500), (500, "status")),
    "503": (answer(error("x"), 503), (503, "status")),
    "529": (answer(error("x"), 529, reason="Overloaded"), (529, "status")),
    "429": (answer(error("x"), 429), (429, "status")),
    "401": (answer(error("x"), 401), (401, "status")),
    "long-500": ([head(500)] + [body(b"x" * 8000)] * 20 + [end()],
                 (500, "status")),
    "redirect": (answer(b"", 307, headers=[("Location", "/x")]),
                 (307, "status")),
    "close": ([close()], (0, "broke")),
    "reset": ([reset()], (0, "broke")),
    "head-close": ([head(), close()], (0, "broke")),
    "empty": ([head(), end()], (200, "broke")),
    "half-event": ([head(), body(b"data: {"), close()], (200, "broke")),
    "no-http": ([raw(b"SSH-2.0-x and no line of HTTP\r\n"), close()],
                (0, "broke")),
    "error-event": ([head(), event(error("x", "server_error")), end()],
                    (200, "error_event")),
    "account-event": ([head(), event(error("x", code="Arrearage")), end()],
                      (200, "error_event")),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", FIRST_FAILS)
def test_the_second_upstream_takes_over(gw, up, second, key, two, name,
                                        stream):
    steps, (status, reason) = FIRST_FAILS[name]
    if name.endswith("event") and not stream:
        steps, status = answer(error("x"), 502), 502
        reason = "status"
    if name in ("close", "reset"):
        gw.expect_log(*DIED)
    if name == "head-close" or name == "half-event" and stream:
        gw.expect_log("AH01110")
    up.drop_connections()           # a fresh one: dead ones are another test
    up.script(steps)
    second.script(whole_stream() if stream else answer(plain()))
    r = gw.chat(key, model=two, stream=stream)
    assert r.status == 200
    assert r.body == (sse(chunk("Hi"), chunk(finish="stop")) if stream
                      else json.dumps(plain()).encode())
    assert [q.json()["model"] for q in up.requests + second.requests] == \
        ["two-0", "two-1"]
    assert second.requests[0].header("authorization") == "Bearer sk-second"
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert row["upstream"] == "second"
    assert gw.attempts(row) == [("mock", status, reason)]


@pytest.mark.parametrize("what", [
    (400, error("x")), (404, error("x")), (422, error("x")),
    (400, error("x", "data_inspection_failed", "data_inspection_failed")),
    (500, error("x", code="content_filter"))],
    ids=["400", "404", "422", "filter", "filter-500"])
def test_the_clients_own_trouble_is_not_taken_elsewhere(gw, up, second, key,
                                                        routes, what):
    status, what = what
    up.script(answer(what, status))
    r = gw.chat(key, model="two")
    assert r.status == status and r.json() == what
    assert second.requests == []
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    assert trip(row) == f"{status} reached 1"


def test_never_after_the_first_byte(gw, up, second, key, routes):
    gw.expect_log("AH01110", "LG0073")
    up.script(head(), body(b": hi\n\n"), gate("seen"), close())
    with gw.stream(key, model="two") as s:
        s.event()
        up.open("seen")
        s.rest()
        assert b"upstream_unavailable" in s.body and s.ended
    assert second.requests == []
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [cut]" and trip(row) == "200 reached 1"


def test_nothing_of_a_failed_answer_reaches_the_client(gw, up, second, key,
                                                       two):
    up.script(answer(error("first"), 500, headers=[
        ("X-First", "1"), ("Set-Cookie", "a=b"), ("Content-Language", "x"),
        ("Content-Encoding", "gzip"), ("Retry-After", "60"),
        ("x-request-id", "first-id"), ("WWW-Authenticate", "Bearer")]))
    second.script(answer(plain(), headers=[("openai-processing-ms", "2"),
                                           ("x-request-id", "second-id")]))
    r = gw.chat(key, model=two)
    names = {k.lower() for k in r.headers}
    assert r.status == 200 and "openai-processing-ms" in names
    assert not names & {"x-first", "set-cookie", "content-language",
                        "content-encoding", "retry-after",
                        "www-authenticate"}
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["upstream_request"] == "second-id"


def test_usage_of_a_failed_attempt_is_not_billed(gw, up, second, key, two):
    up.script(head(), event(dict(chunk("x" * 40, usage={
        "prompt_tokens": 77777, "completion_tokens": 8}),
        **error("x", "server_error"))), end())
    second.script(head(), event(chunk("four")), event(chunk(finish="stop")),
                  event("[DONE]"), end())
    assert gw.chat(key, model=two, stream=True).status == 200
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 155000000: input 58, output 1"


def test_both_fail_and_the_last_word_is_passed_on(gw, up, second, key, two):
    up.script(answer(error("first"), 503))
    second.script(answer(error("second"), 429))
    r = gw.chat(key, model=two)
    assert r.status == 429 and r.json() == error("second")
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    assert trip(row) == "429 reached 2"
    assert gw.attempts(row) == [("mock", 503, "status"),
                                ("second", 429, "status")]


def test_three_attempts_at_most(gw, up, second, key, routes):
    gw.expect_log("LG0080")
    for _ in range(3):
        up.script(answer(error("x"), 500))
    r = gw.chat(key, model="many")
    assert r.status == 500 and second.requests == []
    row, = gw.settled(key)
    assert trip(row) == "500 reached 3" and len(gw.attempts(row)) == 3


@pytest.mark.parametrize("model,first", [("down-first", "down"),
                                         ("nowhere-first", "nowhere")])
def test_an_upstream_that_is_down(gw, up, second, key, routes, model, first):
    gw.expect_log("LG0080", *(["AH00957", "AH01114"] if first == "down"
                              else ["AH00898"]))
    second.script(answer(plain()))
    assert gw.chat(key, model=model).status == 200
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [(first, 0, "connect")]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("model,attempts", [("down", 1), ("both-down", 2)])
def test_no_upstream_is_up(gw, up, key, routes, model, attempts, stream):
    gw.expect_log("LG0080", "AH00957", "AH01114",
                  *(["AH00898"] if attempts == 2 else []))
    r = gw.chat(key, model=model, stream=stream)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0"
    assert trip(row) == f"502 unreached {attempts}"
    assert row["upstream_request"] is None and row["first_ms"] is None


# ---- pooled connections ----

def pool(gw, up, key, count=1):
    """Have connections of a known state in the pool."""
    up.drop_connections()
    for i in range(count):
        up.script(gate("all"), answer(plain()))
    clients = [gw.stream(key, stream=False) for _ in range(count)]
    up.wait_requests(count)
    up.open("all")
    for s in clients:
        s.rest()
        s.close()
        gw.wait_ended(s.headers["x-request-id"])
    up.clear()


def test_a_connection_the_upstream_had_closed(gw, up, key):
    """mod_proxy looks before it uses it: no attempt is lost."""
    pool(gw, up, key)
    up.drop_connections()
    up.wait_idle()
    up.script(answer(plain()))
    assert gw.chat(key).status == 200
    row = gw.settled(key, 2)[1]
    assert bill(row) == EXACT and trip(row) == "200 reached 1"
    assert gw.attempts(row) == []


def test_a_pooled_connection_that_dies_in_the_middle_of_the_body(gw, up, key):
    gw.expect_log("AH01084", "AH01097")
    pool(gw, up, key)
    up.reset_heads = 1
    up.script(answer(plain()))
    messages = [{"role": "user", "content": "x" * 8000000}]
    r = gw.chat(key, messages=messages)
    assert r.status == 200
    request, = up.requests
    assert request.json()["messages"] == messages
    row = gw.settled(key, 2)[1]
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("mock", 0, "pooled")]


def test_a_fresh_connection_that_dies_is_not_retried(gw, up, key):
    gw.expect_log(*DIED, "LG0080")
    up.drop_connections()
    up.wait_idle()
    up.script(close())
    assert gw.chat(key).status == 502
    assert len(up.requests) == 1
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("mock", 0, "broke")]


def test_a_fresh_connection_that_dies_in_the_middle_of_the_body(gw, up, key):
    """The upstream never had the whole request."""
    gw.expect_log("AH01084", "AH01097", "LG0080")
    up.drop_connections()
    up.wait_idle()
    up.reset_heads = 1
    r = gw.chat(key, messages=[{"role": "user", "content": "x" * 8000000}])
    assert r.status == 502
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 unreached 1"
    assert gw.attempts(row) == [("mock", 0, "connect")]
