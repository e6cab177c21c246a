"""A 2xx that is no answer of its endpoint: another upstream is tried, and
nobody pays for it."""
import json

import pytest

from harness.shapes import (EXACT, bill, chunk, error, plain, sse, trip,
                            usage_chunk)
from harness.upstream import answer, body, end, event, gate, head, whole_stream

PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}
PING = b'event: ping\ndata: {"type": "ping"}\n\n'


@pytest.fixture
def gw(agw):
    return agw


@pytest.fixture(scope="module")
def routes(session_agw, session_upstream, module_second):
    session_agw.must("PUT", "/upstreams/spare", {
        "base_url": module_second.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "sk-spare"}]})
    session_agw.must("PUT", "/models/spared", {
        "price": PRICE, "routes": [
            {"upstream": "mock", "priority": 0},
            {"upstream": "spare", "priority": 1}]})


@pytest.fixture
def second(module_second, routes):
    module_second.clear()
    return module_second


def document(data, type_="application/json"):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return [head(content_type=type_, length=len(data)), body(data)]


def good(stream):
    return whole_stream() if stream else answer(plain())


NONE = {
    "html": (document(b"<html><h1>502 Bad Gateway</h1></html>", "text/html"),
             "no_answer"),
    "html-as-json": (document(b"<!DOCTYPE html><p>maintenance"), "no_answer"),
    "text": (document(b"upstream connect error", "text/plain"), "no_answer"),
    "object": (document({}), "no_answer"),
    "array": (document([1, 2, 3]), "no_answer"),
    "string": (document(b'"ok"'), "no_answer"),
    "blank": (document(b" \n\n "), "no_answer"),
    "null-choices": (document({"id": "x", "choices": None}), "no_answer"),
    "no-choices": (document({"id": "x", "choices": []}), "no_answer"),
    "another-endpoint": (document({"object": "list", "data": [
        {"embedding": [0.1]}]}), "no_answer"),
    "success-false": (document({"success": False, "code": "500", "message":
                                "no luck"}), "no_answer"),
    "token-expired": (document({"success": False, "message":
                                "token expired"}), "no_answer"),
    "minimax": (document({"choices": None, "base_resp": {
        "status_code": 1008, "status_msg": "insufficient balance"}}),
        "no_answer"),
    "native": (document({"code": "InvalidApiKey", "message": "Invalid API-key"
                         " provided.", "request_id": "1"}), "no_answer"),
    "error": (document(error("busy", "server_error")), "error_event"),
    "error-and-choices": (document(dict(plain(usage=None), **error(
        "x", code=502))), "error_event"),
    "error-in-a-choice": (document({"choices": [{"index": 0, "error": {
        "code": 502, "message": "x"}}]}), "error_event"),
    "array-error": (document([error("x", code=503)]), "error_event"),
    "long-page": (document(b"<html>" + b"x" * 200000, "text/html"),
                  "no_answer"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", NONE)
def test_another_route_follows(gw, up, second, key, name, stream):
    """Fault 3.1: a 2xx document that is no answer was charged by estimate,
    and no other upstream was tried."""
    gw.expect_log("LG0080")
    steps, reason = NONE[name]
    up.script(steps)
    second.script(good(stream))
    r = gw.chat(key, model="spared", stream=stream)
    assert r.status == 200
    assert r.body == (sse(chunk("Hi"), chunk(finish="stop")) if stream
                      else json.dumps(plain()).encode())
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("mock", 200, reason)]


@pytest.mark.parametrize("name", ["html", "text", "object", "success-false",
                                  "token-expired", "minimax", "native",
                                  "long-page"])
def test_without_another_route_it_costs_nothing(gw, up, key, name):
    """Fault 3.1: it was passed on as an answer, and charged."""
    gw.expect_log("LG0080")
    up.script(NONE[name][0])
    r = gw.chat(key)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"


PINGS = {
    "events": [body(PING)] * 3,
    "data": [body(b'data: {"type":"ping"}\n\n')] * 2,
    "empty": [body(b"data: {}\n\n"), body(b"data:\n\n")],
    "done": [body(PING + b"data: [DONE]\n\n")],
    "comments": [body(b": ping\n\n")] * 2,
    "all": [body(b": wait\n\n"), body(PING), body(b": wait\n\n"), body(PING)],
    "words": [body(b'data: {"success":false,"message":"token expired"}\n\n')],
    "azure": [event({"id": "", "choices": [], "prompt_filter_results": []})],
}


@pytest.mark.parametrize("type_", ["text/event-stream", "application/json"])
@pytest.mark.parametrize("name", PINGS)
def test_another_route_follows_a_stream_of_pings(gw, up, second, key, name,
                                                 type_):
    """Fault 3.1: pings alone were charged, as if they were an answer."""
    gw.expect_log("LG0080")
    up.script(head(content_type=type_), PINGS[name], end())
    second.script(good(True))
    with gw.stream(key, model="spared") as s:
        s.rest()
    want = sse(chunk("Hi"), chunk(finish="stop"))
    assert s.ended and s.status == 200
    assert s.body.replace(b": ping\n\n", b"").replace(
        b": wait\n\n", b"") == want
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"


@pytest.mark.parametrize("name", ["events", "data", "all", "words"])
def test_pings_alone_cost_nothing(gw, up, key, name):
    """Fault 3.1: without another route, too."""
    gw.expect_log("LG0080")
    up.script(head(), PINGS[name], end())
    with gw.stream(key) as s:
        s.rest()
    assert b"upstream_unavailable" in s.body and s.ended
    assert b"token" not in s.body
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")


def test_pings_and_a_plain_request(gw, up, second, key):
    """Fault 3.1: they answered a request that asked for a document."""
    gw.expect_log("LG0080")
    up.script(head(), body(PING * 3), end())
    second.script(good(False))
    r = gw.chat(key, model="spared")
    assert r.status == 200 and r.json() == plain()
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("place", ["error", "html"])
def test_after_comments_the_last_error_is_an_event(gw, up, second, key,
                                                   place):
    """Fault 3.1: the comments are with the client, so is their status."""
    gw.expect_log("LG0080")
    up.script(head(), body(b": wait\n\n"), gate("seen"), end())
    second.script(answer(error("too long", code="context_length_exceeded"),
                         400) if place == "error" else NONE["html"][0])
    with gw.stream(key, model="spared") as s:
        assert s.event() == b": wait\n\n"
        up.open("seen")
        got = s.data()
        s.rest()
    assert s.ended and s.status == 200
    assert got["error"]["code"] == ("context_length_exceeded"
                                    if place == "error"
                                    else "upstream_unavailable")
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")
    assert trip(row) == "200 reached 2"


def test_pings_before_an_answer_pass_with_it(gw, up, key):
    sent = PING + PING + sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
    up.script(head(), [body(sent[i:i + 11]) for i in range(0, len(sent), 11)],
              end())
    with gw.stream(key) as s:
        assert s.rest() == PING + PING + sse(chunk("Hi"),
                                             chunk(finish="stop"))
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_pings_are_no_delivery(gw, up, key):
    """Who leaves at one pays the prompt."""
    up.script(head(), body(b": wait\n\n"), body(PING * 2), gate("seen"),
              event(chunk("")), gate("never"))
    with gw.stream(key, model="canceller") as s:
        s.event()
        up.open("seen")
        s.event(), s.event(), s.event()
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 145000000: input 58 [client_left]"
    assert row["output"] == 0


def test_an_answer_whose_choices_come_late(gw, up, second, key):
    """It is kept until it shows what it is."""
    data = json.dumps(dict({"usage": plain()["usage"], "pad": "x" * 30000},
                           choices=plain()["choices"])).encode()
    up.script(head(content_type="application/json"),
              [body(data[i:i + 7000]) for i in range(0, len(data), 7000)],
              end())
    r = gw.chat(key, model="spared")
    assert r.status == 200 and r.body == data
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 1"
