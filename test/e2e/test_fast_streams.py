"""Streams that come in one piece, usage and end included: their rows know the
status and the first byte all the same."""
import pytest

from harness.shapes import (EXACT, USAGE, bill, chunk, sse, trip,
                            usage_chunk)
from harness.upstream import head, raw, silence

STREAMS = {
    "usage-chunk": sse(chunk("Hi"), chunk(finish="stop"), usage_chunk()),
    "usage-in-the-last": sse(chunk("Hi"), chunk(finish="stop", usage=USAGE)),
    "usage-first": sse(chunk("Hi", usage=USAGE), chunk(finish="stop")),
    "one-event": sse(chunk("Hi", finish="stop", usage=USAGE)),
    "comment-first": b": wait\n\n" + sse(chunk("Hi"), chunk(finish="stop"),
                                         usage_chunk()),
}


@pytest.fixture
def gw(agw):
    return agw


def all_at_once(text, length=False):
    """Head, body and end, in one write."""
    framing = f"Content-Length: {len(text)}\r\n\r\n".encode() if length else \
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(text)
    return raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
               + framing + text + (b"" if length else b"\r\n0\r\n\r\n"))


def cases():
    """(stream, usage asked for)"""
    for name in STREAMS:
        yield pytest.param(name, True, id=f"{name}-asked")
        # what is hidden behind the end was another read
        held = name in ("usage-chunk", "comment-first")
        yield pytest.param(name, False, id=f"{name}-hidden",
                           marks=[pytest.mark.held] if held else [])


@pytest.mark.parametrize("length", [False, True], ids=["chunked", "length"])
@pytest.mark.parametrize("name,asks", list(cases()))
def test_all_in_one_read(gw, up, key, name, asks, length):
    """Fault 3.11: the row was settled before its head was sent."""
    up.script(all_at_once(STREAMS[name], length))
    more = {"stream_options": {"include_usage": True}} if asks else {}
    r = gw.chat(key, stream=True, **more)
    assert r.status == 200 and r.body.endswith(b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 1"
    assert row["first_ms"] is not None and row["first_ms"] >= 0
    assert row["bytes"] == len(r.body)
    receipt = gw.request("GET", "/v1/receipts/" + r.headers["x-request-id"],
                         key=key).json()
    assert receipt["first_byte_at"] is not None


def test_who_left_before_has_got_nothing(gw, up, key):
    """Its row has no status: nothing was sent."""
    up.script(head(), silence())
    with gw.stream(key, model="canceller"):
        up.wait_requests(1)
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert row["status"] == 0 and row["first_ms"] is None
