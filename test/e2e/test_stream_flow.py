"""Events flow as they come, and the end comes after the settlement."""
import pytest

from harness.shapes import (EXACT, USAGE, bill, chunk, sse, trip, usage_chunk)
from harness.upstream import body, done, end, event, gate, head, silence


@pytest.fixture
def gw(agw):
    return agw


def test_each_event_arrives_while_the_upstream_holds(gw, up, key):
    words = ["", "one", " two", " three"]
    steps = [head()]
    for i, word in enumerate(words):
        steps += [event(chunk(word)), gate(f"seen {i}")]
    up.script(steps, event(chunk(finish="stop")), gate("finish"),
              event(usage_chunk()), done())
    with gw.stream(key) as s:
        for i, word in enumerate(words):
            assert s.data()["choices"][0]["delta"]["content"] == word
            up.open(f"seen {i}")
        assert s.data()["choices"][0]["finish_reason"] == "stop"
        up.open("finish")
        assert s.event() == b"data: [DONE]\n\n"
        assert s.rest() == sse(*(chunk(w) for w in words),
                               chunk(finish="stop")) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 1"
    assert row["bytes"] == len(s.body)


def test_done_comes_after_the_settlement_though_the_upstream_holds(gw, up,
                                                                   key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk()), body(b"data: [DONE]\n\n"), gate("row"),
              end())
    with gw.stream(key) as s:
        s.data(), s.data()
        assert s.data() == "[DONE]"
        row, = gw.settled(key)      # the upstream's body has not ended
        assert bill(row) == EXACT
        assert row["bytes"] == len(s.body)
        receipt = gw.request("GET", "/v1/receipts/"
                             + s.headers["x-request-id"], key=key).json()
        assert (receipt["state"], receipt["amount"]) == ("settled", "0.003")
        up.open("row")
        s.rest()
        assert s.ended


def test_usage_after_done_is_waited_for_and_billed_exactly(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              body(b"data: [DONE]\n\n"), event(usage_chunk()), end())
    with gw.stream(key) as s:
        s.rest()
    assert s.body == sse(chunk("Hi"), chunk(finish="stop")) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_usage_after_done_reaches_a_client_that_asked_for_it(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              body(b"data: [DONE]\n\n"), event(usage_chunk()), end())
    with gw.stream(key, stream_options={"include_usage": True}) as s:
        s.rest()
    assert s.body == (sse(chunk("Hi"), chunk(finish="stop"))
                      + sse(usage_chunk(), done=False))
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_without_usage_done_waits_no_longer_than_it_has_to(gw, up, key):
    up.script(head(), event(chunk("twelve bytes")),
              event(chunk(finish="stop")), gate("seen"),
              body(b"data: [DONE]\n\n"), gate("never"))
    with gw.stream(key) as s:
        s.data(), s.data()
        up.open("seen")
        up.wait_at("never")
        assert s.silent()
        gw.clock.passes(0.2, s.waits)
        assert s.data() == "[DONE]"
        row, = gw.settled(key)
        # 5 bytes of prompt and 8 tokens for its message; 12 bytes
        assert bill(row) == "estimated/estimated 175000000: input 58, output 3"
        gw.clock.passes(1, s.waits)     # the upstream is not waited for
        s.rest()
        assert s.ended
    assert row["bytes"] == len(s.body)


def test_done_twice_and_what_follows_it_pass(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk()), event("[DONE]"), event("[DONE]"),
              event(chunk("late")), end())
    with gw.stream(key) as s:
        s.rest()
    assert s.body == (sse(chunk("Hi"), chunk(finish="stop"))
                      + sse("[DONE]", chunk("late"), done=False))
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_closing_at_done_costs_no_upstream_connection(gw, up, key):
    """SDKs close at [DONE]; the upstream's last chunk comes after it."""
    r = gw.chat(key)                # something is in the pool
    gw.wait_ended(r.headers["x-request-id"])
    before = up.connections
    for i in range(10):
        up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
                  event(usage_chunk()), body(b"data: [DONE]\n\n"),
                  gate(f"closed {i}"), end())
        with gw.stream(key) as s:
            while s.data() != "[DONE]":
                pass
        up.open(f"closed {i}")
        gw.wait_ended(s.headers["x-request-id"])  # it is in the pool again
    assert up.connections == before
    rows = gw.settled(key, 11)
    assert [bill(r) for r in rows[1:]] == [EXACT] * 10


def test_comments_pass_at_once(gw, up, key):
    up.script(head(), body(b": waiting\n\n"), gate("comment"),
              body(b": PROCESSING\n\n"), gate("second"), event(chunk("Hi")),
              event(chunk(finish="stop", usage=USAGE)), done())
    with gw.stream(key) as s:
        assert s.event() == b": waiting\n\n"
        up.open("comment")
        assert s.event() == b": PROCESSING\n\n"
        up.open("second")
        s.rest()
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_client_that_leaves_at_a_comment_got_nothing(gw, up, key):
    up.script(head(), body(b": waiting\n\n"), silence())
    with gw.stream(key) as s:
        assert s.event() == b": waiting\n\n"
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 145000000: input 58 [client_left]"
