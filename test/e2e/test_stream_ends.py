"""Where a stream ends: usage behind its end, usage in choices that hold
nothing, and ends without [DONE]."""
import pytest

from harness.shapes import EXACT, USAGE, bill, chunk, sse, usage_chunk
from harness.upstream import body, close, end, event, gate, head

EARLY = {"prompt_tokens": 1000, "completion_tokens": 0}


@pytest.fixture
def gw(agw):
    return agw


# ---- usage behind the end ----

@pytest.mark.parametrize("first", [0, 20])
def test_the_largest_counts_though_done_came_between(gw, up, key, first):
    """Fault 3.6: usage before [DONE] ended the reading."""
    usage = dict(EARLY, completion_tokens=first)
    sent = sse(chunk("Hi"), chunk(finish="stop", usage=usage))
    up.script(head(), body(sent + sse(usage_chunk(), done=False)), end())
    with gw.stream(key) as s:
        assert s.rest() == sent and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_no_output_beside_text_is_waited_for(gw, up, key):
    """Fault 3.6: it comes in a packet of its own."""
    sent = sse(chunk("Hi"), chunk(finish="stop", usage=EARLY))
    up.script(head(), body(sent), gate("done"), event(usage_chunk()), end())
    with gw.stream(key) as s:
        s.event(), s.event()
        up.wait_at("done")
        up.open("done")
        assert s.rest() == sent and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_client_waits_for_no_more_usage(gw, up, key):
    """Though the upstream's body goes on, without a word."""
    sent = sse(chunk("Hi"), chunk(finish="stop", usage=USAGE))
    up.script(head(), body(sent), gate("never"))
    with gw.stream(key) as s:
        while s.data() != "[DONE]":
            pass
        row, = gw.settled(key)
        assert bill(row) == EXACT


# ---- usage in choices that hold nothing ----

def bare(delta, **more):
    o = chunk(usage=USAGE)
    o["choices"] = [dict({"index": 0, "delta": delta}, **more)]
    return o


BARE = {
    "empty": bare({}),
    "null-finish": bare({}, finish_reason=None, logprobs=None),
    "nulls": bare({"content": None, "role": None, "tool_calls": None}),
    "blank": bare({"content": "", "tool_calls": [], "audio": {}}),
    "two": dict(bare({}), choices=[{"index": 0, "delta": {}},
                                   {"index": 1, "delta": {"content": ""}}]),
}


@pytest.mark.parametrize("size", [10000, 9])
@pytest.mark.parametrize("name", BARE)
def test_usage_in_an_empty_choice_is_hidden(gw, up, key, name, size):
    """Fault 3.8: the client got an event that it had not asked for."""
    sent = sse(chunk("Hi"), chunk(finish="stop"), BARE[name])
    up.script(head(), [body(sent[i:i + size])
                       for i in range(0, len(sent), size)], end())
    with gw.stream(key) as s:
        assert s.rest() == sse(chunk("Hi"), chunk(finish="stop"))
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("name,last,asked", [
    ("asked", bare({}), True),
    ("finish", bare({}, finish_reason="stop"), False),
    ("role", bare({"role": "assistant", "content": ""}), False),
    ("call", bare({"tool_calls": [{"index": 0}]}), False),
    ("unknown", bare({"annotations": [{"type": "x"}]}), False),
    ("second", dict(bare({}), choices=[
        {"index": 0, "delta": {}},
        {"index": 1, "delta": {"images": [1]}}]), False)])
def test_what_a_client_needs_is_not_hidden(gw, up, key, name, last, asked):
    sent = sse(chunk("Hi"), chunk(finish="stop"), last)
    up.script(head(), body(sent), end())
    more = {"stream_options": {"include_usage": True}} if asked else {}
    with gw.stream(key, **more) as s:
        assert s.rest() == sent
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- ends without [DONE] ----

@pytest.mark.parametrize("usage", ["none", "finish", "own"])
def test_a_server_that_ignores_n(gw, up, key, usage):
    """Fault 3.9: its whole answer was told as broken."""
    events = [chunk("four"), chunk(finish="stop", **(
        {"usage": USAGE} if usage == "finish" else {}))]
    more = [usage_chunk()] if usage == "own" else []
    up.script(head(), [event(e) for e in events + more], end())
    with gw.stream(key, n=3) as s:
        assert s.rest() == sse(*events, done=False) and s.ended
    row, = gw.settled(key)
    assert bill(row) == (EXACT if usage != "none" else
                         "estimated/estimated 155000000: input 58, output 1")


@pytest.mark.parametrize("asked", [True, False])
def test_usage_and_a_clean_end_are_an_end(gw, up, key, asked):
    """Fault 3.9: finish_reason stayed null, and no [DONE] came."""
    events = [chunk("Hi"), chunk(" there")]
    up.script(head(), [event(e) for e in events + [usage_chunk()]], end())
    more = {"stream_options": {"include_usage": True}} if asked else {}
    with gw.stream(key, **more) as s:
        assert s.rest() == sse(*events, *([usage_chunk()] if asked else []),
                               done=False) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("name", ["choice-open", "running-usage", "nothing",
                                  "not-clean", "usage-in-between"])
def test_other_ends_are_breaks(gw, up, key, name):
    events = {"choice-open": [chunk("a"), chunk("b", index=1),
                              chunk(finish="stop")],
              "running-usage": [chunk("a", usage=USAGE)],
              "nothing": [chunk("a")],
              "not-clean": [chunk("a"), chunk(finish="stop")],
              "usage-in-between": [chunk("a"), usage_chunk(), chunk("b"),
                                   chunk("c")]}[name]
    last = close() if name == "not-clean" else end()
    gw.expect_log(*(["AH01110", "LG0073"] if name == "not-clean"
                    else ["LG0071"]))
    up.script(head(), [event(e) for e in events], gate("sent"), last)
    with gw.stream(key, n=2) as s:
        up.wait_at("sent")
        up.open("sent")
        s.rest()
    assert b"upstream_unavailable" in s.body and s.ended
    row, = gw.settled(key)
    assert bill(row).endswith("[cut]")
