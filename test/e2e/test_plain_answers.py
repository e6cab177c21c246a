"""Answers that are one document, and answers that are not what was asked
for: relayed as they are, billed as far as they tell."""
import gzip
import json

import pytest

from harness.shapes import EXACT, bill, chunk, error, plain, sse, \
    trip, usage_chunk
from harness.upstream import (answer, body, close, end, event, gate, head,
                              raw, reset)


@pytest.fixture
def gw(agw):
    return agw


def document(**more):
    return json.dumps(plain(**more)).encode()


def test_a_document_reaches_the_client_unchanged(gw, up, key):
    odd = (b' \r\n{ "id" : "x\\u00e9","choices":[{"index":0,"message":{"content"'
           b':"\xc3\xa9 \\ud83c\\udf0a","z":1e-7,"big":12345678901234567890}}],'
           b'"usage":{"prompt_tokens":1000,"completion_tokens":50} }\n\n')
    up.script(answer(odd))
    r = gw.chat(key)
    assert r.status == 200 and r.body == odd
    assert r.headers["content-length"] == str(len(odd))
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 1"
    assert row["bytes"] == len(odd) and row["stream"] == 0


def test_it_is_settled_when_its_length_is_reached(gw, up, key):
    """The client has the end then; httpd may not know it yet."""
    data = document()
    seen = data.index(b'"Hi there"')    # by now it is an answer
    up.script(head(content_type="application/json", length=len(data)),
              raw(data[:seen]), gate("first"), raw(data[seen:]),
              gate("never"))
    with gw.stream(key, stream=False) as s:
        s.more_body(seen)
        assert gw.rows(key) == []
        up.open("first")
        assert s.rest() == data and s.ended
        row, = gw.settled(key)
        assert bill(row) == EXACT and row["bytes"] == len(data)
    up.open("never")


def test_a_large_document_flows(gw, up, key):
    data = document(content="x" * 3000000)
    up.script(head(content_type="application/json"),
              [body(data[i:i + 65536]) for i in range(0, 1000000, 65536)],
              gate("half"),
              [body(data[i:i + 65536])
               for i in range(16 * 65536, len(data), 65536)], end())
    with gw.stream(key, stream=False) as s:
        s.more_body(900000)
        up.open("half")
        assert s.rest() == data and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_without_usage_the_text_is_counted(gw, up, key):
    # 12 bytes of content and 6 of reasoning; 5 of prompt, 1 message
    up.script(answer({"choices": [{"index": 0, "message": {
        "content": "twelve bytes", "reasoning": "hm hmm"}}]}))
    assert gw.chat(key).status == 200
    row, = gw.settled(key)
    assert bill(row) == \
        "estimated/estimated 195000000: input 58, output 5 [thinking]"


def test_what_cannot_be_read_counts_by_its_bytes(gw, up, key):
    text = b'{"choices":[{"message":{"content":"four"}}]} trailing'
    up.script(answer(text))
    r = gw.chat(key)
    assert r.status == 200 and r.body == text
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 285000000: input 58, output 14"


def test_usage_before_trailing_garbage_counts(gw, up, key):
    up.script(answer(document() + b"}}garbage"))
    assert gw.chat(key).body == document() + b"}}garbage"
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("size", [1000, 9])
def test_an_error_with_status_200_costs_nothing(gw, up, key, size):
    data = json.dumps(error("no such luck")).encode()
    up.script(head(content_type="application/json"),
              [body(data[i:i + size]) for i in range(0, len(data), size)],
              end())
    r = gw.chat(key)
    assert r.status == 200 and r.body == data
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


@pytest.mark.parametrize("how", [close, reset])
@pytest.mark.parametrize("length", [True, False], ids=["length", "chunked"])
def test_a_cut_document_looks_cut_and_costs_nothing(gw, up, key, how, length):
    gw.expect_log("AH01110", "LG0073")
    data = document()
    up.script(head(content_type="application/json",
                   length=len(data) if length else None),
              body(data[:-10]), gate("seen"), how())
    with gw.stream(key, stream=False) as s:
        s.more_body(len(data) - 10)
        up.open("seen")
        assert s.rest() == data[:-10]
        assert s.cut and not s.ended        # curl: transfer closed
    row, = gw.settled(key)
    # what it said of its usage before that is kept
    assert bill(row) == "failed/none 0: input 1000, output 50"
    assert trip(row) == "200 reached 1" and row["bytes"] == len(data) - 10


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_a_document_that_ends_with_its_connection(gw, up, key, whole):
    """Only what it says tells whether it is whole."""
    if not whole:
        gw.expect_log("LG0073")
    data = document() if whole else document()[:-30]
    up.script(head(content_type="application/json", chunked=False),
              body(data), close())
    with gw.stream(key, stream=False) as s:
        assert s.rest() == data
        assert s.ended is whole and s.cut is not whole
    row, = gw.settled(key)
    assert bill(row) == (EXACT if whole else "failed/none 0")


@pytest.mark.parametrize("steps", [
    [head(content_type="application/json", length=0)],
    [head(content_type="application/json"), end()],
    [head(content_type=None, chunked=False), close()],
    [head(204, content_type=None, chunked=False, reason="No Content"),
     close()],
], ids=["length-0", "chunked", "close", "204"])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_document_of_nothing_is_no_answer(gw, up, key, steps, stream):
    gw.expect_log("LG0080")
    up.script(*steps)
    r = gw.chat(key, stream=stream)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"


# ---- not what was asked for ----

def test_a_document_instead_of_a_stream(gw, up, key):
    up.script(answer(plain()))
    with gw.stream(key) as s:
        assert s.rest() == document() and s.ended
    assert s.headers["content-type"] == "application/json"
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_an_error_document_instead_of_a_stream(gw, up, key):
    up.script(answer(error("no")))
    with gw.stream(key) as s:
        assert s.rest() == json.dumps(error("no")).encode() and s.ended
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


@pytest.mark.parametrize("type_", [None, "text/plain", "text/plain; charset=x",
                                   "application/octet-stream",
                                   "TEXT/Event-Stream"])
def test_a_stream_with_an_odd_content_type(gw, up, key, type_):
    up.script(head(content_type=type_), event(chunk("Hi")), gate("seen"),
              event(chunk(finish="stop")), event(usage_chunk()),
              event("[DONE]"), end())
    with gw.stream(key) as s:
        s.event()
        up.open("seen")
        assert s.rest() == sse(chunk("Hi"), chunk(finish="stop"))
    assert s.headers.get("content-type") == type_
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("type_", [None, "text/plain", "text/html"])
def test_a_document_with_an_odd_content_type(gw, up, key, type_):
    up.script(head(content_type=type_), body(b"\n "), body(document()), end())
    for stream in (False, True):
        if stream:
            up.script(head(content_type=type_), body(document()), end())
        with gw.stream(key, stream=stream) as s:
            assert s.rest().strip() == document() and s.ended
        assert s.headers.get("content-type") == type_
    assert [bill(r) for r in gw.settled(key, 2)] == [EXACT] * 2


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_compressed_answer_is_relayed_and_estimated(gw, up, key, stream):
    gw.expect_log("LG0072")
    data = gzip.compress(sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
                         if stream else document(), mtime=0)
    up.script(head(headers=[("Content-Encoding", "gzip")],
                   content_type="text/event-stream" if stream
                   else "application/json"),
              body(data[:9]), body(data[9:]), end())
    with gw.stream(key, stream=stream) as s:
        assert s.rest() == data and s.ended
    assert s.headers["content-encoding"] == "gzip"
    assert up.requests[0].header("accept-encoding") is None
    row, = gw.settled(key)
    tokens = (len(data) + 3) // 4
    assert bill(row) == (f"estimated/estimated {145000000 + tokens * 10**7}: "
                         f"input 58, output {tokens}")


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_compressed_answer_that_is_cut(gw, up, key, stream):
    gw.expect_log("LG0072", "AH01110", "LG0073")
    up.script(head(headers=[("Content-Encoding", "br")]), body(b"x" * 400),
              gate("seen"), close())
    with gw.stream(key, stream=stream) as s:
        s.more_body(400)
        up.open("seen")
        s.rest()
        assert s.cut            # nothing can be added to it
    row, = gw.settled(key)
    assert bill(row) == (
        "estimated/estimated 1145000000: input 58, output 100 [cut]"
        if stream else "failed/none 0")


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_interim_answers_are_not_passed_on(gw, up, key, stream):
    up.script(raw(b"HTTP/1.1 100 Continue\r\n\r\n"
                  b"HTTP/1.1 102 Processing\r\n\r\n"), gate("early"),
              raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n"
                  b"Set-Cookie: a=b\r\n\r\n"),
              [head(), event(chunk("Hi")), event(chunk(finish="stop")),
               event(usage_chunk()), event("[DONE]"), end()]
              if stream else answer(plain()))
    with gw.stream(key, stream=stream) as s:
        up.open("early")
        s.rest()
        assert s.status == 200 and s.ended
    assert "link" not in s.headers and "set-cookie" not in s.headers
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_too_many_interim_answers_are_no_answer(gw, up, key):
    gw.expect_log("LG0080", "AH00898")
    up.script(raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 20))
    assert gw.chat(key).status == 502
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"


@pytest.mark.parametrize("line,tag", [
    (b"garbage, longer than a status line\r\n\r\n", None),  # HTTP/0.9?
    (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", "AH01106"),
    (b"HTTP/2.0 200 OK\r\n\r\n", "AH00898")])
def test_an_upstream_that_speaks_no_http(gw, up, key, line, tag):
    gw.expect_log("LG0080", *([tag] if tag else []))
    up.script(raw(line), close())
    r = gw.chat(key)
    assert r.status == 502 and b"garbage" not in r.body
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("mock", 0, "broke")]
