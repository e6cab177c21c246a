"""What Responses cost: caches, reasoning, streams that end in all ways."""
import json

import pytest

from harness import responses as r9
from harness.shapes import bill
from harness.upstream import answer, body, close, end, gate, head, raw, reset

SIZE = 200              # bytes of a body: by estimate 58 tokens with its message
# without limits no count is more than was foreseen
OPEN = {k: v for k, v in r9.GPT.items() if k != "limit"}
LONG = "y" * 400                # by estimate 100 tokens
LEFT = " [client_left]"
NOTHING = "failed/none 0"
# 58 x 1 250 000
PROMPT = "estimated/estimated 72500000: input 58"
WORDS = "estimated/estimated 1072500000: input 58, output 100"


@pytest.fixture(scope="module")
def openai(session_gw, session_upstream):
    thinker = {"currency": "CNY", "tiers": [
        {"input": "0.8", "output": "2", "output_thinking": "8"}]}
    r9.set_up(session_gw, session_upstream, {
        "open": OPEN, "thinker": dict(OPEN, price=thinker),
        "canceller": dict(OPEN, abort={"stream": "cancel",
                                       "plain": "cancel"}),
        "drainer": dict(OPEN, abort={"stream": "drain", "plain": "drain"})})
    return session_gw


@pytest.fixture
def gw(openai, gw):
    return gw


def text(**more):
    """A body of SIZE bytes."""
    o = {"model": "open", "input": "hello", "store": False, **more,
         "user": ""}
    o["user"] = "x" * (SIZE - len(json.dumps(o)))
    return o


def billed(gw, up, key, events, **more):
    up.script(head(), body(b"".join(events)), end())
    with gw.stream(key, text(stream=True, **more), r9.PATH) as s:
        assert s.rest() == b"".join(events) and s.ended
    row, = gw.settled(key)
    return bill(row)


# ---- counts ----

# 43 x 1 250 000 + 32 x 125 000 + 1 186 x 10 000 000
WORKED = "settled/reported 11917750000: input 43, cache_read 32, output 1186" \
    " [thinking]"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_caches_and_reasoning_to_the_digit(gw, up, key, stream):
    """Both are inside the totals."""
    counts = r9.counts(75, 1186, 32, 1024)
    if stream:
        assert billed(gw, up, key, r9.stream(usage=counts)) == WORKED
        return
    up.script(answer(r9.document(usage=counts)))
    assert gw.request("POST", r9.PATH, text(), key).status == 200
    row, = gw.settled(key)
    assert bill(row) == WORKED


def test_reasoning_has_a_price_of_its_own(gw, up, key):
    """BILLING's case 4, where reasoning was counted and where it was not."""
    assert billed(gw, up, key, r9.stream(usage=r9.counts(1000, 500, 0, 300)),
                  model="thinker") == (
        "settled/reported 4800000000: input 1000, output 500 [thinking]")
    other = gw.new_key()
    assert billed(gw, up, other, r9.stream(usage=r9.counts(1000, 500)),
                  model="thinker", reasoning={"effort": "high"}) == (
        "settled/reported 1800000000: input 1000, output 500")


def test_a_summary_is_reasoning_that_was_seen(gw, up, key):
    events = r9.stream(usage=r9.counts(1000, 500))
    events[2:2] = [r9.delta("So.", 2, "reasoning_summary_text")]
    assert billed(gw, up, key, events, model="thinker") == (
        "settled/reported 4800000000: input 1000, output 500 [thinking]")


def test_a_total_that_does_not_add_up(gw, up, key):
    usage = dict(r9.counts(100, 50), total_tokens=900)
    assert billed(gw, up, key, r9.stream(usage=usage)).endswith(
        "input 100, output 50 [inconsistent]")


# ---- ends ----

@pytest.mark.parametrize("how", ["completed", "incomplete"])
def test_whole_ends(gw, up, key, how):
    assert billed(gw, up, key, r9.stream(end=how)) == r9.EXACT


def test_the_end_may_be_followed_by_done(gw, up, key):
    assert billed(gw, up, key, [*r9.stream(), b"data: [DONE]\n\n"]) == \
        r9.EXACT


def test_incomplete_as_a_document(gw, up, key):
    up.script(answer(r9.document(status="incomplete", incomplete_details={
        "reason": "max_output_tokens"})))
    assert gw.request("POST", r9.PATH, text(), key).status == 200
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT


def test_failed_after_content(gw, up, key):
    """It is billed by what it counted; if it did not, by what was
    delivered."""
    assert billed(gw, up, key, [
        *r9.begin(), *r9.said(LONG), r9.failed(usage=r9.counts())]) == (
        r9.EXACT + " [cut, upstream_error]")
    other = gw.new_key()
    assert billed(gw, up, other, [
        *r9.begin(), *r9.said(LONG), r9.failed()]) == (
        WORDS + " [cut, upstream_error]")


def test_failed_before_content(gw, up, key):
    """Nothing was delivered: it costs nothing, whatever it counted."""
    assert billed(gw, up, key, [
        *r9.begin(), r9.failed(usage=r9.counts())]).startswith(NOTHING)


def test_failed_for_our_account(gw, up, key):
    """It is not told to clients."""
    events = [*r9.begin(), *r9.said(LONG)]
    up.script(head(), body(b"".join(events) + r9.failed(
        "insufficient_quota", "You exceeded your current quota.")), end())
    with gw.stream(key, text(stream=True), r9.PATH) as s:
        rest = s.rest()
    assert rest.startswith(b"".join(events))
    assert b"quota" not in rest and b"upstream_unavailable" in rest
    row, = gw.settled(key)
    assert bill(row) == WORDS + " [cut, upstream_error]"
    gw.expect_log("LG0070")


def test_failed_as_a_document(gw, up, key):
    """No answer: it costs nothing."""
    said = r9.document(status="failed", output=[], error={
        "code": "server_error", "message": "x"})
    up.script(answer(said))
    r = gw.request("POST", r9.PATH, text(), key)
    assert r.json() == said
    row, = gw.settled(key)
    assert bill(row).startswith(NOTHING)
    gw.expect_log("LG0080")


def test_an_error_in_the_middle(gw, up, key):
    assert billed(gw, up, key, [
        *r9.begin(), *r9.said(LONG), r9.event("error", code="server_error",
                                              message="x", param=None)]) == (
        WORDS + " [cut, upstream_error]")


def test_an_error_first(gw, up, key):
    up.script(head(), body(r9.event("error", code="server_error",
                                    message="x")), end())
    r = gw.request("POST", r9.PATH, text(stream=True), key)
    assert b"server_error" in r.body
    row, = gw.settled(key)
    assert bill(row).startswith(NOTHING)
    gw.expect_log("LG0080")


def test_pings_are_no_answer(gw, up, key):
    ping = b'data: {"type":"keepalive","sequence_number":0}\n\n'
    up.script(head(), body(ping * 3), end())
    assert gw.request("POST", r9.PATH, text(), key).status == 502
    row, = gw.settled(key)
    assert bill(row).startswith(NOTHING)
    gw.expect_log("LG0080")


@pytest.mark.parametrize("events", [
    [r9.framed("created"), r9.framed(
        "completed", output=[r9.message(LONG)])],
    [*r9.begin(), *r9.said(LONG), r9.framed("completed")],
    [*r9.begin(), r9.event("response.output_item.done", 2,
                           item=r9.message(LONG)), r9.framed("completed")],
    [*r9.begin(), *r9.said(LONG), r9.framed(
        "completed", output=[r9.message(LONG)],
        usage=r9.counts(0, 0))]],
    ids=["at-the-end", "in-pieces", "whole", "zeros"])
def test_never_counted(gw, up, key, events):
    """A text counts once, however often it is told."""
    assert billed(gw, up, key, events).split(" [")[0] == WORDS


def test_counted_at_the_beginning_only(gw, up, key):
    """The prompt stands, the output is estimated."""
    first = r9.framed("created", usage=r9.counts(1000, 0))
    assert billed(gw, up, key, [
        first, *r9.said(LONG), r9.framed("completed")]) == (
        "estimated/estimated 2250000000: input 1000, output 100")


def test_the_settlement_comes_before_the_end(gw, up, key):
    for last in (r9.stream()[-1], r9.failed(usage=r9.counts())):
        key = gw.new_key()
        up.script(head(), body(b"".join(r9.stream()[:-1]) + last),
                  gate("never"))
        with gw.stream(key, text(stream=True), r9.PATH) as s:
            while b"\nevent: response.completed" not in (got := s.event()) \
                    and b"response.failed" not in got \
                    and b"response.completed" not in got:
                pass
            row, = gw.settled(key)
            assert bill(row).startswith(r9.EXACT)


# ---- cut off ----

EVENTS = r9.stream(LONG)


@pytest.mark.parametrize("how", [close, reset, end],
                         ids=["close", "reset", "end"])
def test_a_stream_that_is_cut(gw, up, how):
    """After each of its events, and in the middle of each: it ends with an
    error, is never made whole, and what was passed on is charged."""
    starts = [len(b"".join(EVENTS[:n])) for n in range(len(EVENTS) + 1)]
    data = b"".join(EVENTS)
    for n in range(1, len(EVENTS)):
        for at in (starts[n], (starts[n] + starts[n + 1]) // 2,
                   starts[n + 1] - 3):
            key = gw.new_key()
            up.script(head(), body(data[:at]), how())
            with gw.stream(key, text(stream=True), r9.PATH) as s:
                rest = s.rest()
            row, = gw.settled(key)
            assert rest.startswith(data[:starts[n]]), (n, at)
            assert rest[starts[n]:].count(b"upstream_unavailable") == 1
            assert b"response.completed" not in rest, (n, at)
            if n <= 2:
                assert bill(row) == NOTHING + " [cut]", (n, at)
            elif n <= 4:
                assert bill(row) == PROMPT + " [cut]", (n, at)
            else:
                assert bill(row) == WORDS + " [cut]", (n, at)
    gw.expect_log(*(("LG0071",) if how is end else ("LG0073", "AH01110")))


def test_an_end_without_its_blank_line(gw, up, key):
    data = b"".join(EVENTS)[:-1]
    up.script(head(), body(data), end())
    with gw.stream(key, text(stream=True), r9.PATH) as s:
        assert s.rest() == data
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT


def test_a_document_that_is_cut(gw, up, key):
    """It is none."""
    data = json.dumps(r9.document()).encode()
    for n, at in enumerate([*range(0, len(data) - 1, 37), len(data) - 1], 1):
        up.script(head(content_type="application/json", length=len(data)),
                  raw(data[:at]), close())
        with gw.stream(key, text(), r9.PATH) as s:
            rest = s.rest()
        row = gw.settled(key, n)[-1]
        assert bill(row).startswith(NOTHING), at
        assert s.cut and data.startswith(rest) if s.status == 200 \
            else s.status == 502
    gw.expect_log("LG0080", "LG0073", "AH01110")


# ---- clients that leave ----

@pytest.mark.parametrize("n, want", [
    (2, PROMPT + LEFT), (4, PROMPT + LEFT), (5, WORDS + LEFT),
    (8, WORDS + LEFT)])
def test_a_client_that_leaves(gw, up, key, n, want):
    up.script(head(), body(b"".join(EVENTS[:n])), gate("left"))
    with gw.stream(key, text(model="canceller", stream=True), r9.PATH) as s:
        for _ in range(n):
            s.event()
    row, = gw.settled(key)
    assert bill(row) == want


@pytest.mark.parametrize("n", [2, 5])
def test_a_client_that_is_read_on_for(gw, up, key, n):
    up.script(head(), body(b"".join(EVENTS[:n])), gate("gone"),
              body(b"".join(EVENTS[n:])), end())
    with gw.stream(key, text(model="drainer", stream=True), r9.PATH) as s:
        for _ in range(n):
            s.event()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT.replace("reported", "drained") + LEFT


def test_a_large_last_event_tells_nothing_twice(gw, up, key):
    """A client that leaves while it flows pays for the text once."""
    whole = "z" * 200_000       # by estimate 50 000 tokens
    events = [*r9.begin(), *r9.said(whole)]
    last = r9.framed("completed", output=[r9.message(whole)],
                     usage=r9.counts())
    up.script(head(), body(b"".join(events) + last[:180_000]), gate("left"))
    with gw.stream(key, text(model="canceller", stream=True), r9.PATH) as s:
        for _ in events:
            s.event()
        up.wait_at("left")
    row, = gw.settled(key)
    assert bill(row) == ("estimated/estimated 500072500000: input 58, "
                         "output 50000" + LEFT)
