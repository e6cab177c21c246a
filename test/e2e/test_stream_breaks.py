"""Streams that do not end as they should: never made to look whole, never
billed for more than was delivered."""
import json

import pytest

from harness.shapes import (EXACT, USAGE, bill, chunk, plain, sse, trip,
                            usage_chunk)
from harness.upstream import (answer, body, close, done, end, event, gate,
                              head, reset)

DELIVERED = "estimated/estimated 155000000: input 58, output 1 [cut]"
BROKE_OFF = (b'data: {"error":{"message":"The upstream broke off before the '
             b'end of the answer.","type":"server_error","param":null,'
             b'"code":"upstream_unavailable"}}\n\n')


@pytest.fixture
def gw(agw):
    return agw


def test_no_done_but_a_finish_reason_is_a_whole_answer(gw, up, key):
    up.script(head(), event(chunk("Hi")),
              event(chunk(finish="stop", usage=USAGE)), end())
    with gw.stream(key) as s:
        assert s.rest() == sse(chunk("Hi"), chunk(finish="stop", usage=USAGE),
                               done=False)
        assert s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_each_of_n_choices_has_to_finish(gw, up, key):
    gw.expect_log("LG0071")
    sent = [chunk("one"), chunk("two", index=1), chunk(finish="stop")]
    up.script(head(), [event(e) for e in sent], end())
    with gw.stream(key, n=2) as s:
        assert s.rest() == sse(*sent, done=False) + BROKE_OFF and s.ended
    sent.append(chunk(finish="stop", index=1))
    up.script(head(), [event(e) for e in sent], end())
    with gw.stream(key, n=2) as s:
        assert s.rest() == sse(*sent, done=False) and s.ended
    cut, whole = gw.settled(key, 2)
    assert bill(cut) == \
        "estimated/estimated 165000000: input 58, output 2 [cut]"
    assert bill(whole) == "estimated/estimated 165000000: input 58, output 2"


def test_an_end_without_finish_and_done_is_an_error(gw, up, key):
    gw.expect_log("LG0071")
    up.script(head(), event(chunk("")), event(chunk("four")), end())
    with gw.stream(key) as s:
        assert s.rest() == (sse(chunk(""), chunk("four"), done=False)
                            + BROKE_OFF)
        assert s.ended          # the client gets a whole body: SDKs read it
    row, = gw.settled(key)
    assert bill(row) == DELIVERED and trip(row) == "200 reached 1"
    assert row["bytes"] == len(s.body)


@pytest.mark.parametrize("how", [close, reset, end])
def test_half_an_event_is_dropped(gw, up, key, how):
    gw.expect_log(*(["LG0071"] if how is end else ["AH01110", "LG0073"]))
    half = b'data: {"choices":[{"index":0,"delta":{"content":"lost'
    up.script(head(), event(chunk("four")), body(half), gate("half"), how())
    with gw.stream(key) as s:
        s.event()
        up.open("half")
        assert s.rest() == sse(chunk("four"), done=False) + BROKE_OFF
        assert s.ended
    row, = gw.settled(key)
    assert bill(row) == DELIVERED


def test_a_break_inside_an_event_that_flows(gw, up, key):
    """More than 64 KiB of it has been passed: the error event follows the
    half one, on a line of its own."""
    gw.expect_log("AH01110", "LG0073")
    half = b"data: " + json.dumps(chunk("x" * 200000)).encode()[:150000]
    up.script(head(), body(half), gate("half"), close())
    with gw.stream(key) as s:
        s.more_body(149000)
        up.open("half")
        s.rest()
    assert s.body.startswith(half) and s.ended
    assert s.body[len(half):] == b"\n\n" + BROKE_OFF
    row, = gw.settled(key)
    out = (half.count(b"x") + 3) // 4
    assert bill(row) == (f"estimated/estimated {145000000 + out * 10**7}: "
                         f"input 58, output {out} [cut]")
    assert row["bytes"] == len(s.body)


@pytest.mark.parametrize("how", [close, reset])
def test_usage_seen_before_the_break_is_billed_exactly(gw, up, key, how):
    """Running usage: the counts of the last whole event stand."""
    gw.expect_log("AH01110", "LG0073")
    up.script(head(), event(chunk("", usage={
        "prompt_tokens": 1000, "completion_tokens": 0})),
              event(chunk("long words", usage={
                  "prompt_tokens": 1000, "completion_tokens": 50})),
              gate("seen"), how())
    with gw.stream(key) as s:
        s.event(), s.event()
        up.open("seen")
        s.rest()
        assert s.body.endswith(BROKE_OFF) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [cut]"


def test_a_break_before_anything_was_delivered_costs_nothing(gw, up, key):
    """The opening chunk is no delivery."""
    gw.expect_log("AH01110", "LG0073")
    up.script(head(), event(chunk("")), gate("seen"), close())
    with gw.stream(key) as s:
        s.event()
        up.open("seen")
        assert s.rest() == sse(chunk(""), done=False) + BROKE_OFF
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [cut]" and trip(row) == "200 reached 1"


@pytest.mark.parametrize("last", ["finish", "usage", "done"])
def test_a_break_after_the_end_is_no_break(gw, up, key, last):
    """Only the last chunk of the HTTP body is missing."""
    gw.expect_log("AH01110")
    sent = [chunk("Hi"), chunk(finish="stop")]
    steps = [event(e) for e in sent]
    if last != "finish":
        steps.append(event(usage_chunk()))
    if last == "done":
        steps.append(event("[DONE]"))
    up.script(head(), steps, gate("seen"), close())
    with gw.stream(key) as s:
        s.event(), s.event()
        up.open("seen")
        assert s.rest() == sse(*sent, done=last == "done") and s.ended
    row, = gw.settled(key)
    assert bill(row) == (EXACT if last != "finish" else
                         "estimated/estimated 155000000: input 58, output 1")


def test_a_break_while_usage_is_waited_for(gw, up, key):
    gw.expect_log("AH01110")
    up.script(head(), event(chunk("four")), event(chunk(finish="stop")),
              event("[DONE]"), close())
    with gw.stream(key) as s:
        assert s.rest() == sse(chunk("four"), chunk(finish="stop"))
        assert s.ended
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 155000000: input 58, output 1"


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_a_stream_that_ends_with_its_connection(gw, up, key, whole):
    sent = [chunk("four")]
    if whole:
        sent += [chunk(finish="stop", usage=USAGE), "[DONE]"]
    else:
        gw.expect_log("LG0071")
    up.script(head(chunked=False), [event(e) for e in sent], close())
    with gw.stream(key) as s:
        assert s.rest() == (sse(*sent, done=False)
                            + (b"" if whole else BROKE_OFF))
        assert s.ended
    row, = gw.settled(key)
    assert bill(row) == (EXACT if whole else DELIVERED)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_a_stream_with_a_length(gw, up, key, whole):
    """The client gets it without: one event may be missing."""
    sent = sse(chunk("four"), chunk(finish="stop"), usage_chunk())
    want = sse(chunk("four"), chunk(finish="stop"))
    first = len(sse(chunk("four"), done=False))
    up.script(head(length=len(sent)), body(sent if whole else sent[:first]),
              end() if whole else close())
    if not whole:
        gw.expect_log("AH01110", "LG0073")
        want = sent[:first] + BROKE_OFF
    with gw.stream(key) as s:
        assert s.rest() == want and s.ended
    row, = gw.settled(key)
    assert bill(row) == (EXACT if whole else DELIVERED)


def test_the_last_event_without_its_blank_line(gw, up, key):
    sent = sse(chunk("Hi"), chunk(finish="stop", usage=USAGE))
    for missing in (1, 2):
        up.script(head(), body(sent[:-missing]), end())
        with gw.stream(key) as s:
            assert s.rest() == sent[:-missing] and s.ended
    assert [bill(r) for r in gw.settled(key, 2)] == [EXACT] * 2


def test_a_usage_chunk_without_its_blank_line_stays_hidden(gw, up, key):
    sent = sse(chunk("Hi"), chunk(finish="stop"), done=False)
    up.script(head(), body(sent + sse(usage_chunk(), done=False)[:-2]), end())
    with gw.stream(key) as s:
        assert s.rest() == sent and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("steps", [
    [head(), end()], [head(length=0)], [head(chunked=False), close()],
    [head(), body(b"data: {\"choices\":[{\"ind"), end()],
    [head(), body(b"data: {\"choices\":[{\"ind"), close()],
], ids=["chunked", "length-0", "close", "half-an-event", "half-and-close"])
def test_a_stream_of_nothing_is_no_answer(gw, up, key, steps):
    gw.expect_log("LG0080")
    if steps[-1].__qualname__.startswith("close") and len(steps) == 3:
        gw.expect_log("AH01110")
    up.script(*steps)
    r = gw.chat(key, stream=True)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    assert len(up.requests) == 1


def test_a_stream_of_nothing_over_a_pooled_connection(gw, up, key):
    """A status line came: this is no dead connection, nothing is retried."""
    gw.expect_log("LG0080")
    up.script(answer(plain()))
    up.script(head(), end())
    gw.wait_ended(gw.chat(key).headers["x-request-id"])
    assert gw.chat(key, stream=True).status == 502
    assert len(up.requests) == 2
    row = gw.settled(key, 2)[1]
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
