"""What Messages cost: caches, several calls, streams that end in all ways."""
import pytest

from harness import messages as m
from harness.shapes import bill
from harness.upstream import answer, body, close, end, gate, head, pieces

# without limits, and with a tool of the upstream's, no count is more than was
# foreseen
OPEN = {k: v for k, v in m.SONNET.items() if k != "limit"}
ASK = m.body(model="open", tools=[{"type": "web_search_20250305",
                                   "name": "web_search"}])
MARKED = dict(ASK, cache_control={"type": "ephemeral"})


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream, {
        "open": OPEN, "canceller": dict(OPEN, abort={"stream": "cancel"})})
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def usage(first, output, read=0, created=0, **more):
    return dict({"input_tokens": first, "output_tokens": output,
                 "cache_read_input_tokens": read,
                 "cache_creation_input_tokens": created}, **more)


def split(five, hour):
    return {"ephemeral_5m_input_tokens": five,
            "ephemeral_1h_input_tokens": hour}


def billed(gw, up, key, events, text=None):
    up.script(head(), body(b"".join(events)), end())
    with gw.stream(key, dict(text or ASK, stream=True), m.PATH) as s:
        assert s.rest() == b"".join(events) and s.ended
    row, = gw.settled(key)
    return bill(row)


CASE_3 = ("settled/reported 659250000000: input 3000, "
          "cache_read_explicit 150000, cache_write_5m 40000, "
          "cache_write_1h 20000, output 500")


def test_caches_to_the_digit(gw, up, key):
    """BILLING's case 3: the prompt with its caches chooses the tier."""
    counts = usage(3000, 500, 150000, 60000,
                   cache_creation=split(40000, 20000))
    up.script(answer(m.document(counts)))
    assert gw.request("POST", m.PATH, MARKED, key).status == 200
    row, = gw.settled(key)
    assert bill(row) == CASE_3 and row["tier"] == 1


def test_the_split_is_told_at_the_beginning_only(gw, up, key):
    first = usage(3000, 1, 150000, 60000,
                  cache_creation=split(40000, 20000))
    assert billed(gw, up, key, m.stream(
        first=first, final=usage(3000, 500, 150000, 60000)), MARKED) == CASE_3


def test_a_write_without_a_split_is_one_of_five_minutes(gw, up, key):
    assert billed(gw, up, key, m.stream(
        first=usage(10, 1, 0, 1000), final={"output_tokens": 5}), MARKED) == (
        "settled/reported 3855000000: input 10, cache_write_5m 1000, "
        "output 5")


def test_a_read_that_nobody_marked_is_no_explicit_one(gw, up, key):
    """The body that was sent decides."""
    assert billed(gw, up, key, m.stream(
        final=usage(10, 5, 1000), first=usage(10, 1, 1000))) == (
        "settled/reported 3105000000: input 10, cache_read 1000, output 5")


def test_counts_are_cumulative(gw, up, key):
    """The later ones may be larger; none is added."""
    events = [m.start(usage(702, 1)), m.block(), m.delta("a"),
              m.last(usage(702, 4), None), m.stop(),
              m.last(usage(1591, 9)), m.end()]
    assert billed(gw, up, key, events) == (
        "settled/reported 4908000000: input 1591, output 9")


def test_several_calls_are_summed(gw, up, key):
    """Each of 150 000 tokens is of the first tier; their sum would not be."""
    calls = [dict(usage(150000, 10), type="compaction"),
             dict(usage(100000, 20), type="message")]
    events = m.stream(first=usage(150000, 1),
                      final=usage(100000, 20, iterations=calls))
    assert billed(gw, up, key, events) == (
        "settled/reported 750450000000: input 250000, output 30 "
        "[several_calls]")
    row, = gw.settled(key)
    assert row["tier"] == 0


def test_thinking_is_flagged(gw, up, key):
    events = [m.start(), m.block(type="thinking", thinking="", signature=""),
              m.delta("hm", kind="thinking"), m.stop(), m.last(), m.end()]
    assert billed(gw, up, key, events) == m.EXACT + " [thinking]"


# ---- ends ----

EVENTS = m.stream("x" * 400)
# bytes of text before each cut, and what is told: 0.25 tokens a byte
GONE = "failed/none 0"
BEGUN = GONE + ": input 1000, output 1 [cut]"
PROMPT = "estimated/estimated 3015000000: input 1000, output 1 [cut]"
WORDS = "estimated/estimated 4500000000: input 1000, output 100 [cut]"


@pytest.mark.parametrize("n", range(1, len(EVENTS)))
def test_a_stream_that_is_cut(gw, up, key, n):
    """After each of its events: what was passed on is charged, by estimate
    until the output was counted."""
    up.script(head(), body(b"".join(EVENTS[:n])), close())
    with gw.stream(key, m.body(model="open", stream=True), m.PATH) as s:
        rest = s.rest()
    row, = gw.settled(key)
    whole = EVENTS[n - 1].startswith(b"event: message_delta")
    assert rest.startswith(b"".join(EVENTS[:n]))
    assert (b"event: error\n" in rest) != whole
    assert b"message_stop" not in rest
    if n == 1:
        assert bill(row) == BEGUN
    elif n <= 3:
        assert bill(row) == PROMPT
    elif not whole:
        assert bill(row) == WORDS
    else:
        assert bill(row) == m.EXACT
    gw.expect_log("AH01110", *(() if whole else ("LG0073",)))


def test_an_error_in_the_middle(gw, up, key):
    events = [*EVENTS[:4], m.event(m.error())]
    up.script(head(), body(b"".join(events)), end())
    with gw.stream(key, m.body(model="open", stream=True), m.PATH) as s:
        assert s.rest() == b"".join(events)
    row, = gw.settled(key)
    assert bill(row) == WORDS.replace("cut", "cut, upstream_error")


def test_an_error_before_anything_was_said(gw, up, key):
    events = m.start() + m.event(m.error())
    up.script(head(), body(events), end())
    with gw.stream(key, m.body(model="open", stream=True), m.PATH) as s:
        assert s.rest() == events
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")


def test_an_error_first_lets_another_upstream_try(gw, up, key):
    gw.must("PUT", "/models/twice", dict(OPEN, routes=[
        {"upstream": "claude"}, {"upstream": "claude", "model": "again"}]))
    up.script(head(), body(m.PING + m.event(m.error())), end())
    up.script(head(), body(b"".join(m.stream())), end())
    with gw.stream(key, m.body(model="twice", stream=True), m.PATH) as s:
        assert s.rest() == b"".join(m.stream())
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["attempts"] == 2
    gw.expect_log("LG0080")


def test_nothing_but_pings_is_no_answer(gw, up, key):
    up.script(head(), body(m.PING * 3), end())
    r = gw.request("POST", m.PATH, m.body(model="open"), key)
    assert r.status == 502 and r.json()["error"]["type"] == "api_error"
    row, = gw.settled(key)
    assert bill(row) == GONE
    gw.expect_log("LG0080")


def test_a_client_that_leaves(gw, up, key):
    up.script(head(), body(b"".join(EVENTS[:4])), gate("left"))
    with gw.stream(key, m.body(model="canceller", stream=True), m.PATH) as s:
        for _ in range(4):
            s.event()
    row, = gw.settled(key)
    assert bill(row) == WORDS.replace("cut", "client_left")


def test_an_end_without_its_last_event(gw, up, key):
    """In good order, and the stop_reason came: nothing is invented."""
    events = b"".join(EVENTS[:-1])
    up.script(head(), body(events), end())
    with gw.stream(key, m.body(model="open", stream=True), m.PATH) as s:
        assert s.rest() == events and s.ended
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_whole_but_never_counted(gw, up, key):
    """The prompt was counted at the beginning, the output is estimated."""
    events = [*EVENTS[:-2], m.event({"type": "message_delta", "delta": {
        "stop_reason": "end_turn"}}), m.end()]
    assert billed(gw, up, key, events) == (
        "estimated/estimated 4500000000: input 1000, output 100")


def test_the_settlement_comes_before_the_end(gw, up, key):
    up.script(head(), body(b"".join(m.stream())), gate("never"))
    with gw.stream(key, m.body(model="open", stream=True), m.PATH) as s:
        while b"message_stop" not in s.event():
            pass
        row, = gw.settled(key)
        assert bill(row) == m.EXACT


@pytest.mark.parametrize("size", [1, 7, 100])
def test_events_in_any_cut(gw, up, key, size):
    data = b"".join(m.stream("Gr\u00fc\u00dfe", "a\nb", "\"", ""))
    up.script(head(), *pieces(data, size), end())
    with gw.stream(key, m.body(model="open", stream=True), m.PATH) as s:
        assert s.rest() == data
    row, = gw.settled(key)
    assert bill(row) == m.EXACT
