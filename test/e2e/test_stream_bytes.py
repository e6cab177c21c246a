"""What the client gets are the upstream's bytes, minus one event at most,
however they are cut on their way."""
import json

import pytest

from harness.shapes import EXACT, USAGE, bill, chunk, sse, usage_chunk
from harness.upstream import body, done, end, event, gate, head

ASKED = {"include_usage": True}
ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}


@pytest.fixture
def gw(agw):
    return agw


def short(delta, finish=None):
    """A chunk with hardly more than it must have."""
    return json.dumps({"choices": [{"index": 0, "delta": delta,
                                    "finish_reason": finish}]},
                      ensure_ascii=False, separators=(",", ":"))


def short_stream(end_of_line):
    """(what the upstream sends, what the client gets)"""
    e = end_of_line
    first = f": hi{e}{e}event: x{e}data: {short({'content': 'é🌊'})}{e}id:7{e}{e}"
    finish = f"data:{short({}, 'stop')}{e}{e}"
    usage = ('data: {"choices":[],' + e + 'data: "usage":{'
             '"prompt_tokens":1000,"completion_tokens":50}}' + e + e)
    last = f"data: [DONE]{e}{e}"
    return ((first + finish + usage + last).encode(),
            (first + finish + last).encode())


@pytest.mark.parametrize("ends", ENDS)
def test_every_place_where_a_stream_can_be_cut(gw, up, key, ends):
    sent, want = short_stream(ENDS[ends])
    for at in range(1, len(sent)):
        up.script(head(), body(sent[:at]), body(sent[at:]), end())
        with gw.stream(key) as s:
            assert s.rest() == want and s.ended, f"cut at {at}"
    rows = gw.settled(key, len(sent) - 1)
    assert {bill(r) for r in rows} == {EXACT}
    # settled is before [DONE] is passed: a LF that comes alone, after its CR,
    # may be too late to be counted
    assert {r["bytes"] for r in rows[:-1]} == {len(want)}
    assert rows[-1]["bytes"] in (len(want), len(want) - (ends == "CRLF"))


@pytest.mark.parametrize("ends", ENDS)
def test_single_bytes_and_one_segment(gw, up, key, ends):
    sent, want = short_stream(ENDS[ends])
    for asked in (None, ASKED):
        up.script(head(), [body(bytes([b])) for b in sent], end())
        up.script(head(), body(sent), end())
        for _ in range(2):
            with gw.stream(key, stream_options=asked) as s:
                assert s.rest() == (sent if asked else want) and s.ended
    assert {bill(r) for r in gw.settled(key, 4)} == {EXACT}


def test_mixed_line_ends_and_a_byte_order_mark(gw, up, key):
    sent = ("\ufeffdata: " + short({"content": "a"}) + "\r\n\n"
            "data: " + short({}, "stop") + "\r\r\n"
            "data: " + json.dumps(usage_chunk()) + "\n\r\n").encode()
    after = b"data: [DONE]\r\n\r"
    for size in (1, 3, 1000):
        up.script(head(), [body((sent + after)[i:i + size])
                           for i in range(0, len(sent + after), size)], end())
        with gw.stream(key) as s:
            hidden = sent.index(b"data: {\"id\"")
            assert s.rest() == sent[:hidden] + after and s.ended
    assert {bill(r) for r in gw.settled(key, 3)} == {EXACT}


def test_one_usage_chunk_is_hidden_and_not_a_second_one(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk({"prompt_tokens": 1000,
                                 "completion_tokens": 49})),
              event(usage_chunk()), done())
    with gw.stream(key) as s:
        s.rest()
    assert s.body == sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("last", [
    chunk(finish="stop", usage=USAGE),                  # it has a choice
    usage_chunk(None, error={"message": "late", "type": "server_error"}),
], ids=["with-a-choice", "with-an-error"])
def test_usage_beside_something_else_is_not_hidden(gw, up, key, last):
    up.script(head(), event(chunk("Hi")), event(last), done())
    with gw.stream(key) as s:
        assert s.rest() == sse(chunk("Hi"), last)
    row, = gw.settled(key)
    assert bill(row).startswith("settled/reported 3000000000: input 1000, ")


@pytest.mark.parametrize("pad,hidden", [(15000, True), (17000, False)])
@pytest.mark.parametrize("size", [100000, 1000])
def test_only_a_short_event_is_hidden(gw, up, key, pad, hidden, size):
    usage = usage_chunk(obfuscation="x" * pad)
    sent = sse(chunk("Hi"), chunk(finish="stop"), usage)
    up.script(head(), [body(sent[i:i + size])
                       for i in range(0, len(sent), size)], end())
    with gw.stream(key) as s:
        s.rest()
    assert s.body == (sse(chunk("Hi"), chunk(finish="stop")) if hidden
                      else sent)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_long_event_flows_before_it_ends(gw, up, key):
    """Nobody has to hold what is longer than 64 KiB."""
    long = sse(chunk("x" * 3000000, finish="stop", usage=USAGE), done=False)
    up.script(head(), event(chunk("Hi")), body(long[:200000]), gate("half"),
              [body(long[i:i + 65536])
               for i in range(200000, len(long), 65536)], done())
    with gw.stream(key) as s:
        s.event()
        s.more_body(130000)         # of an event that has not ended
        up.open("half")
        s.rest()
        assert s.ended
    assert s.body == (sse(chunk("Hi"), done=False) + long
                      + b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


@pytest.mark.parametrize("length", [65535, 65536, 65537, 200000])
@pytest.mark.parametrize("ends", ["LF", "CR"])
def test_events_around_64_kib(gw, up, key, length, ends):
    """Its usage at its end, the hidden one after it; in pieces."""
    e = ENDS[ends].encode() * 2
    frame = len(b"data: " + json.dumps(chunk("", usage=USAGE)).encode() + e)
    long = b"data: " + json.dumps(chunk("x" * (length - frame),
                                        usage=USAGE)).encode() + e
    rest = b"data: " + json.dumps(chunk(finish="stop")).encode() + e
    usage = b"data: " + json.dumps(usage_chunk()).encode() + e
    last = b"data: [DONE]" + e
    sent = long + rest + usage + last
    for size in (8000, 65536):
        up.script(head(), [body(sent[i:i + size])
                           for i in range(0, len(sent), size)], end())
        with gw.stream(key) as s:
            assert s.rest() == long + rest + last and s.ended
    assert {bill(r) for r in gw.settled(key, 2)} == {EXACT}


def test_many_events_in_one_segment(gw, up, key):
    many = [chunk(f"word{i} ") for i in range(2000)]
    sent = sse(*many, chunk(finish="stop"), usage_chunk())
    up.script(head(), body(sent), end())
    with gw.stream(key) as s:
        assert s.rest() == sse(*many, chunk(finish="stop")) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_the_client_asked_not_to_get_usage(gw, up, key):
    """include_usage false is as good as nothing: the gateway asks, and
    hides."""
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk()), done())
    with gw.stream(key, stream_options={"include_usage": False,
                                        "other": 1}) as s:
        assert s.rest() == sse(chunk("Hi"), chunk(finish="stop"))
    assert up.requests[0].json()["stream_options"] == {
        "include_usage": True, "other": 1}
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_an_upstream_that_is_not_asked_for_usage_keeps_its_own(gw, up, key):
    gw.must("PUT", "/upstreams/silent", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "include_usage": "never", "credentials": [{"secret": "s"}]})
    gw.must("PUT", "/models/silent", {
        "routes": [{"upstream": "silent"}], "price": {
            "currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}})
    sent = sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
    up.script(head(), body(sent), end())
    with gw.stream(key, model="silent") as s:
        assert s.rest() == sent
    assert "stream_options" not in up.requests[0].json()
    row, = gw.settled(key)
    assert bill(row) == EXACT
