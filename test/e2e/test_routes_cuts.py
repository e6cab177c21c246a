"""On every route, translated or not: streams in any pieces, and streams that
are cut off."""
import json
import re

import pytest

from harness import routes
from harness.shapes import bill
from harness.upstream import body, close, end, gate, head, pieces, raw, \
    reset

EACH = pytest.mark.parametrize("route", routes.ROUTES, ids=repr)
# what a translation makes itself, for each answer anew
OWN = re.compile(rb'"id":"(?:chatcmpl-|msg_)[0-9a-z]+"|"created":[0-9]+')


@pytest.fixture(scope="module")
def prepared(session_agw, session_upstream):
    routes.set_up(session_agw, session_upstream)
    return session_agw


@pytest.fixture
def gw(prepared, agw):
    return agw


def whole(gw, route, key, **more):
    with gw.stream(key, route.body(stream=True, **more), route.path) as s:
        data = s.rest()
        assert s.ended and s.status == 200
    return OWN.sub(b'"id":0', data) if route.translates else data


# ---- in any pieces ----

@EACH
def test_every_place_where_a_stream_can_be_cut_in_two(gw, up, key, route):
    """The same bytes come out, and the same is billed."""
    sent = b"".join(e for _, e in route.stream("four", " m\u00f6re"))
    got = set()
    for at in range(1, len(sent)):
        up.script(head(), body(sent[:at]), body(sent[at:]), end())
        got.add(whole(gw, route, key))
    data, = got
    assert route.client.text(data) == "four m\u00f6re"
    assert route.client.whole(data)
    rows = gw.settled(key, len(sent) - 1)
    assert {bill(r) for r in rows} == {routes.EXACT}


@EACH
@pytest.mark.parametrize("size", [1, 13])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends(gw, up, key, route, size, ends):
    sent = b"".join(e for _, e in route.stream())
    up.script(head(), body(sent), end())
    want = whole(gw, route, key)
    sent = sent.replace(b"\n", ends.encode())
    up.script(head(), *pieces(sent, size), end())
    data = whole(gw, route, key)
    if not route.translates:
        want = want.replace(b"\n", ends.encode())
    assert data == want
    assert {bill(r) for r in gw.settled(key, 2)} == {routes.EXACT}


@EACH
def test_every_place_where_a_document_can_be_cut_in_two(gw, up, key, route):
    sent = json.dumps(route.upstream.document("four m\u00f6re")).encode()
    got = set()
    for at in range(1, len(sent)):
        up.script(head(content_type="application/json", length=len(sent)),
                  raw(sent[:at]), raw(sent[at:]))
        r = gw.request("POST", route.path, route.body(), key)
        assert r.status == 200
        got.add(OWN.sub(b'"id":0', r.body) if route.translates else r.body)
    data, = got
    assert b"four m\\u00f6re" in data or b"four m\xc3\xb6re" in data
    rows = gw.settled(key, len(sent) - 1)
    assert {bill(r) for r in rows} == {routes.EXACT}


# ---- cut off ----

@pytest.mark.parametrize("route, how", [
    (route, how) for route in routes.ROUTES for how in (close, reset, None)])
def test_a_document_that_is_cut_off(gw, up, key, route, how):
    """It is none: it costs nothing, and is not made whole."""
    sent = json.dumps(route.upstream.document("four")).encode()
    gw.expect_log("LG0080", *["AH01110"] * (how is not None),
                  *["LG0073"] * (not route.translates))
    places = [*range(0, len(sent) - 1, 17), len(sent) - 1]
    for n, at in enumerate(places, 1):
        up.clear()
        if how is None:         # whole, as HTTP has it
            up.script(head(content_type="application/json", length=at),
                      raw(sent[:at]))
        else:
            up.script(head(content_type="application/json",
                           length=len(sent)), raw(sent[:at]), gate("cut"),
                      how())
        with gw.stream(key, route.body(), route.path) as s:
            if how:
                up.wait_at("cut")
                up.open("cut")
            data = s.rest()
        row = gw.settled(key, n)[-1]
        what = (at, s.status, data, bill(row))
        assert bill(row).startswith("failed/none 0"), what
        if s.status == 200:     # it was passed on as it came
            assert not route.translates and s.cut, what
            assert sent.startswith(data), what
        else:
            assert s.status == 502 and b"four" not in data, what



# what the client has by then, and what it costs, by the kind of the last
# event; blocks are shown by who passes them on, and not by who translates
NOTHING = "failed/none 0"
WORDS = "estimated/estimated {}: input {}, output {} [cut]"


def cost(route, kind, text):
    """As a row says it; the openai upstream counts at its end only, the other
    one counts the prompt at the beginning, and one token."""
    counted = route.upstream.dialect == "anthropic"
    prompt = 1000 if counted else 58
    output = max(-(-len(text) // 4), 1 if counted else 0)
    if kind in ("usage", "end"):
        return routes.EXACT
    if kind is None:
        return NOTHING
    if kind == "opening" or (not text and route.translates):
        return NOTHING + ": input 1000, output 1" * counted \
            + " [cut]" * (not route.translates)
    words = WORDS.format(prompt * 2_500_000 + output * 10_000_000, prompt,
                         output)
    return words.replace(" [cut]", "") if kind == "finish" else words


def cut_off(gw, up, key, route, sent, how):
    """(status, what the client got, the row)"""
    rows = len(gw.rows(key))
    up.clear()
    up.script(head(), *([body(sent)] if sent else []), gate("cut"), how())
    with gw.stream(key, route.body(stream=True), route.path) as s:
        up.wait_at("cut")
        up.open("cut")
        data = s.rest()
        assert s.ended
    return s.status, data, gw.settled(key, rows + 1)[-1]


@EACH
@pytest.mark.parametrize("half", [0, 1, -1, -4])
@pytest.mark.parametrize("how", [close, reset], ids=["close", "reset"])
def test_a_stream_that_is_cut_off(gw, up, key, route, half, how):
    """At each event, and after and before a byte of it: no end is invented,
    the error has the client's shape, and the bill goes by what was shown."""
    events, client = route.stream(), route.client
    gw.expect_log("AH01110", "LG0073", "LG0080")
    for n in range(len(events) + (half == 0)):
        sent = b"".join(e for _, e in events[:n])
        if half:
            sent += events[n][1][:half]
        kind = events[n - 1][0] if n else None
        text = "".join(t for t, (k, _) in zip(
            ("four", " more"), [e for e in events[:n] if e[0] == "delta"]))
        status, data, row = cut_off(gw, up, key, route, sent, how)
        what = (n, kind, status, data[-200:], bill(row))
        assert bill(row) == cost(route, kind, text), what
        if kind is None or (not text and route.translates):
            assert status == 502 and b"event" not in data, what
            continue
        complete = kind in ("finish", "usage", "end")
        assert status == 200 and client.text(data) == text, what
        assert len(client.finishes(data)) == complete, what
        assert (client.error(data) is None) == complete, what
        if not complete:
            assert client.error(data) in ("upstream_unavailable",
                                          "api_error"), what
            assert not client.whole(data), what


@EACH
def test_an_error_at_each_event(gw, up, key, route):
    """In the client's words; nothing follows it."""
    events, client = route.stream(), route.client
    gw.expect_log("LG0080")
    for n in range(len(events)):
        kinds = [k for k, _ in events[:n]]
        if {"finish", "usage"} & set(kinds):
            break
        rows = len(gw.rows(key))
        up.script(head(), *(body(e) for _, e in events[:n]),
                  body(route.upstream.error_event()),
                  *(body(e) for _, e in events[n:] if route.translates),
                  end())
        with gw.stream(key, route.body(stream=True), route.path) as s:
            data = s.rest()
        row = gw.settled(key, rows + 1)[-1]
        what = (n, s.status, data, bill(row))
        assert "upstream_error" in bill(row), what
        if "delta" not in kinds:
            assert row["amount"] == 0 or not route.translates, what
            continue
        assert s.status == 200 and client.error(data), what
        assert client.finishes(data) == [] and not client.whole(data), what
        assert bill(row).startswith("estimated/estimated "), what


# ---- whole ----

@EACH
def test_one_end(gw, up, key, route):
    """However often an upstream says that it has finished."""
    events, client = route.stream(), route.client
    last = [e for e in events if e[0] in ("finish", "usage", "end")]
    up.script(head(), *(body(e) for _, e in events + last), end())
    data = whole(gw, route, key)
    row, = gw.settled(key)
    assert bill(row) == routes.EXACT
    if route.translates:
        assert client.whole(data) and len(client.finishes(data)) == 1
