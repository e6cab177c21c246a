"""Errors that come inside a stream, after a status of 200."""
import pytest

from harness.shapes import (EXACT, USAGE, bill, chunk, error, sse, trip,
                            usage_chunk)
from harness.upstream import body, done, end, event, gate, head

UNAVAILABLE = (b'data: {"error":{"message":"The upstream is not available.",'
               b'"type":"server_error","param":null,'
               b'"code":"upstream_unavailable"}}\n\n')
ARREARAGE = error("Access denied, your account is overdue.", "Arrearage",
                  "Arrearage")
FILTERED = error("inappropriate content", "data_inspection_failed",
                 "data_inspection_failed")


@pytest.fixture
def gw(agw):
    return agw


@pytest.mark.parametrize("first", [
    error("Context too long", code="context_length_exceeded"),
    FILTERED,
    error("overloaded", "server_error", "server_is_overloaded"),
    {"error": "a string"},
    {"error": {"code": 400, "message": "numeric"}, "choices": []},
], ids=["client", "filter", "server", "string", "number"])
@pytest.mark.parametrize("size", [1000, 5])
def test_an_error_first_is_passed_on_and_costs_nothing(gw, up, key, first,
                                                       size):
    if "server_is_overloaded" in str(first):
        gw.expect_log("LG0080")
    sent = sse(first, done=False)
    up.script(head(headers=[("x-request-id", "up-1")]),
              [body(sent[i:i + size]) for i in range(0, len(sent), size)],
              end())
    with gw.stream(key) as s:
        assert s.rest() == sent and s.ended
        assert s.status == 200
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    assert trip(row) == "200 reached 1" and row["upstream_request"] == "up-1"
    assert row["bytes"] == len(sent)


@pytest.mark.parametrize("text", [
    sse(ARREARAGE, done=False),
    b"event: error\ndata: " + sse(error("x", code="insufficient_quota"),
                                  done=False)[6:],
    sse({"error": {"code": 402, "message": "Insufficient credits"}}),
    sse(error("no", code="invalid_api_key") | {"status": 401}, done=False)
    .replace(b'"code": "invalid_api_key"', b'"code": "401"'),
], ids=["arrearage", "quota", "number", "unauthorized"])
def test_our_account_first_is_502_without_their_words(gw, up, key, text):
    gw.expect_log("LG0080")
    up.script(head(), body(text), end())
    r = gw.chat(key, stream=True)
    assert r.status == 502 and r.headers["x-request-id"].startswith("req_")
    assert r.json()["error"]["code"] == "upstream_unavailable"
    for word in (b"Arrearage", b"quota", b"credits", b"overdue"):
        assert word not in r.body
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    assert trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("mock", 200, "error_event")]


def test_our_account_later_is_an_error_without_their_words(gw, up, key):
    gw.expect_log("LG0070")
    up.script(head(), event(chunk("four")), gate("seen"), event(ARREARAGE),
              end())
    with gw.stream(key) as s:
        s.event()
        up.open("seen")
        assert s.rest() == sse(chunk("four"), done=False) + UNAVAILABLE
        assert s.ended
    row, = gw.settled(key)
    assert bill(row) == ("estimated/estimated 155000000: input 58, output 1 "
                         "[cut, upstream_error]")
    assert "Arrearage" in gw.log()      # the cause is for the administrator


@pytest.mark.parametrize("together", [True, False])
def test_an_error_later_passes_and_is_a_cut(gw, up, key, together):
    """Also in the segment of the first event."""
    sent = [chunk("four"), FILTERED]
    up.script(head(), body(sse(*sent, done=False)) if together
              else [event(e) for e in sent], end())
    with gw.stream(key) as s:
        assert s.rest() == sse(*sent, done=False) and s.ended
    row, = gw.settled(key)
    assert bill(row) == ("estimated/estimated 155000000: input 58, output 1 "
                         "[cut, upstream_error]")


def test_an_error_after_the_opening_chunk_costs_nothing(gw, up, key):
    up.script(head(), event(chunk("")), event(FILTERED), end())
    with gw.stream(key) as s:
        assert s.rest() == sse(chunk(""), FILTERED, done=False) and s.ended
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


def test_an_error_with_usage_and_done_is_billed_exactly(gw, up, key):
    sent = [chunk("four"), dict(chunk(finish="error", usage=USAGE),
                                **error("gone", code=502))]
    up.script(head(), [event(e) for e in sent], done())
    with gw.stream(key) as s:
        assert s.rest() == sse(*sent) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [cut, upstream_error]"


def test_an_error_and_done_do_not_wait_for_usage(gw, up, key):
    up.script(head(), event(chunk("four")), event(FILTERED), event("[DONE]"),
              gate("never"))
    with gw.stream(key) as s:
        while s.data() != "[DONE]":
            pass
        row, = gw.settled(key)      # the upstream's body goes on
        assert bill(row) == ("estimated/estimated 155000000: input 58, "
                             "output 1 [cut, upstream_error]")


@pytest.mark.parametrize("no_error", [None, False, "", ], ids=repr)
def test_an_error_member_that_says_nothing_is_none(gw, up, key, no_error):
    sent = [chunk("Hi", error=no_error), chunk(finish="stop", error=no_error)]
    up.script(head(), [event(e) for e in sent], event(usage_chunk()), done())
    with gw.stream(key) as s:
        assert s.rest() == sse(*sent)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_long_error_first_is_passed_whole(gw, up, key):
    sent = sse(error("x" * 100000, code="context_length_exceeded"),
               done=False) + sse("[DONE]", done=False)
    up.script(head(), [body(sent[i:i + 8000])
                       for i in range(0, len(sent), 8000)], end())
    with gw.stream(key) as s:
        assert s.rest() == sent and s.ended
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
