"""Stream or document: the body's first bytes decide, not its
Content-Type."""
import json

import pytest

from harness.shapes import EXACT, bill, chunk, plain, sse, usage_chunk
from harness.upstream import body, end, gate, head, pieces

EVENTS = sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
SEEN = sse(chunk("Hi"), chunk(finish="stop"))
DOCUMENT = json.dumps(plain()).encode()
MARK = b"\xef\xbb\xbf"


@pytest.fixture
def gw(agw):
    return agw


@pytest.mark.parametrize("size", [1000000, 1])
@pytest.mark.parametrize("first", [
    b"", b"\n\n", b": hi\n\n", MARK, b"id: 7\n", b"retry: 5\n",
    b"event: message\n"],
    ids=["data", "lines", "comment", "mark", "id", "retry", "name"])
@pytest.mark.parametrize("type_", ["application/json",
                                   "application/json; charset=utf-8"])
def test_events_that_say_they_are_json(gw, up, key, type_, first, size):
    """Fault 3.3: they were billed by their bytes."""
    up.script(head(content_type=type_), pieces(first + EVENTS, size), end())
    with gw.stream(key) as s:
        assert s.rest() == first + SEEN and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("size", [1000000, 1])
@pytest.mark.parametrize("stream,first", [
    (True, b""), (True, b"\r\n \t\n"), (True, MARK), (False, MARK),
    (True, MARK + b"\n"), (False, MARK + b"\n")],
    ids=["brace", "blanks", "mark", "mark-plain", "mark-blank",
         "mark-blank-plain"])
def test_a_document_that_says_it_is_a_stream(gw, up, key, first, size,
                                             stream):
    """Fault 3.3: it became 502, or, to a plain request with a byte order
    mark, was billed by its bytes."""
    up.script(head(), pieces(first + DOCUMENT, size), end())
    with gw.stream(key, stream=stream) as s:
        assert s.rest() == first + DOCUMENT and s.ended
    assert s.status == 200
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_events_for_a_plain_request(gw, up, key):
    """Fault 3.3: a server that ignores `stream` was billed by bytes."""
    up.script(head(), body(EVENTS), end())
    with gw.stream(key, stream=False) as s:
        assert s.rest() == EVENTS and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("type_", ["text/event-stream", "application/json"])
def test_blank_lines_without_end_pass_at_last(gw, up, key, type_):
    """A vendor that queues a request sends them for minutes."""
    up.script(head(content_type=type_), body(b"\n" * 65), gate("seen"),
              body(DOCUMENT if type_[0] == "a" else EVENTS), end())
    with gw.stream(key, stream=type_[0] == "t") as s:
        if type_[0] == "t":
            s.more_body(65)
        up.open("seen")
        s.rest()
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_mark_is_no_part_of_an_envelope(gw, up, key):
    """Fault 3.3: what the envelope held was no JSON then."""
    up.script(head(content_type="application/json"), body(MARK + DOCUMENT),
              end())
    r = gw.request("POST", "/api/v1/chat/completions", {
        "model": "qwen3-max", "messages": [{"role": "user",
                                            "content": "hello"}]}, key)
    assert r.status == 200 and r.json()["data"] == plain()
    row, = gw.settled(key)
    assert bill(row) == EXACT
