"""Answers in chunks: read as httpd's own filter reads them, in any cut, and
passed on in as few pieces as they came in."""
import json
import random

import pytest

from harness.raw import Raw, chunked
from harness.shapes import EXACT, bill, chunk, sse, usage_chunk
from harness.upstream import close, gate, head, raw

EVENTS = [sse(e, done=False) for e in (
    chunk(""), chunk("One"), chunk(" tw\u00f6"), chunk("\n\"three\""),
    chunk(" four"), chunk(finish="stop"), usage_chunk())] \
    + [b"data: [DONE]\n\n"]
WHOLE = b"".join(EVENTS)
BROKE_OFF = b'data: {"error":{"message":"The upstream broke off'
BODY = {"model": "qwen3-max", "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "hello"}]}


@pytest.fixture
def gw(agw):
    return agw


def at_once(data):
    """All of a body, its end included."""
    return [raw(data), lambda c: setattr(c, "ended", True)]


# ---- in one piece ----

def sizes(wire):
    """Of the chunks on the wire, without the last one."""
    _, _, rest = wire.partition(b"\r\n\r\n")
    found = []
    while not rest.startswith(b"0\r\n"):
        line, _, rest = rest.partition(b"\r\n")
        found.append(int(line, 16))
        rest = rest[found[-1] + 2:]
    return found


def test_what_came_at_once_leaves_in_few_pieces(gw, up, key):
    first, rest = [EVENTS[0], *[EVENTS[1]] * 100], EVENTS[5:]
    up.script(head(), raw(chunked(*first)[:-5]), gate("rest"),
              at_once(chunked(*rest)))
    with Raw(gw.port) as c:
        c.post("/v1/chat/completions", json.dumps(BODY).encode(), key=key)
        wire = b""
        while wire.count(b"data: ") < 101:
            wire += c.sock.recv(65536)
        up.open("rest")
        while not wire.endswith(b"\r\n0\r\n\r\n"):
            wire += c.sock.recv(65536)
    assert sum(sizes(wire)) == len(b"".join(first + rest))
    assert len(sizes(wire)) < 10
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- as httpd's own filter reads them ----

def size_line(dice, n):
    """A size as it may be written."""
    text = dice.choice((b"%x", b"%X", b"000%x", b"%016x")) % n
    text += dice.choice((b"", b"", b" ", b" \t ", b" " * 9))
    return text + dice.choice((b"", b"", b";a", b";a=b", b" ;\ta=\"b c\""))


def cut(dice, data, most):
    pieces = []
    while data:
        n = dice.randint(1, most)
        pieces.append(data[:n])
        data = data[n:]
    return pieces


BAD_LINES = (b"", b"g", b"-5", b"+5", b" 5", b"0x5", b"5 5", b"\x005",
             b"8000000000000000", b"1" + b"0" * 16, b"5" + b" " * 11,
             b"5;\x01", b"5;\x7f", b";a", b"5," * 2)
TRAILERS = (b"", b"X-Sum: 1\r\n", b"A:\r\nB: \tc\r\n")
BAD_TRAILERS = (b"no colon\r\n", b": x\r\n", b"A b: c\r\n", b"A: \x01\r\n",
                b"A\x00: b\r\n", b"\r", b"A: b\r\n" * 101)


def broken(dice, size, data):
    """A chunk that is none."""
    kind = dice.randrange(5)
    if kind == 0:
        return dice.choice(BAD_LINES) + b"\r\n" + data + b"\r\n"
    if kind == 1:
        return size + b"\n" + data + b"\r\n"
    if kind == 2:
        return size + b"\r\n" + data + dice.choice((b"\n", b"x\r\n", b"\rx"))
    if kind == 3:                       # a length that is not the data's
        n = max(1, len(data) + dice.choice((-3, -1, 1, 2, 3)))
        return b"%x\r\n" % n + data + b"\r\n"
    return size + b"\rx" + data + b"\r\n"


def sample(seed):
    """Bytes of a body in chunks, and whether they may be none."""
    dice = random.Random(seed)
    data = cut(dice, WHOLE, dice.choice((3, 20, 100, 2000)))
    at = dice.randrange(len(data)) if dice.random() < 0.5 else None
    wire = b""
    for i, piece in enumerate(data):
        size = size_line(dice, len(piece))
        if i == at:
            wire += broken(dice, size, piece)
        else:
            wire += size + b"\r\n" + piece + b"\r\n"
    wire += size_line(dice, 0) + b"\r\n" + dice.choice(
        TRAILERS if dice.random() < 0.8 else BAD_TRAILERS) + b"\r\n"
    if dice.random() < 0.2:
        wire = wire[:dice.randrange(len(wire))]
    return cut(dice, wire, dice.choice((1, 7, 60, 5000)))


def same(plain, ours):
    """Is ours what the plain proxy's client got?  Of an answer that broke off
    the gateway passes whole events only, and says that it did where not each
    choice had ended."""
    if plain.status != 200:             # not one byte came
        return plain.status == ours.status == 502
    if plain.ended:
        return ours.ended and ours.body == plain.body
    if ours.status != 200:              # ... or event
        return ours.status == 502 and b"\n\n" not in plain.body
    events, found, _ = ours.body.partition(BROKE_OFF)
    rest = plain.body[len(events):]
    return plain.body.startswith(events) and b"\n\n" not in rest \
        and bool(found) == (EVENTS[5] not in events)


@pytest.fixture
def beside(make_gw, up):
    """A gateway with a plain proxy beside it, to the same upstream."""
    gw = make_gw(conf=f"ProxyPass /plain {up.url}/v1")
    gw.model = "qwen3-max"
    return gw


@pytest.mark.parametrize("group", range(8))
def test_random_bodies_are_read_as_httpd_reads_them(beside, up, group):
    gw, key = beside, beside.new_key()
    gw.expect_log("LG0073", "LG0080", "AH01110")
    broke = 0
    for seed in range(group * 60, group * 60 + 60):
        got = []
        for path in ("/plain/chat/completions", "/v1/chat/completions"):
            up.script(head(headers=[("Connection", "close")]),
                      [raw(piece) for piece in sample(seed)], close())
            with gw.stream(key, BODY, path) as s:
                s.head()
                s.rest()
            got.append(s)
        assert same(*got), (seed, got[0].ended, got[0].body, got[1].status,
                            got[1].ended, got[1].body,
                            b"".join(sample(seed)))
        broke += not got[1].body == WHOLE
    assert 10 < broke < 50
    for row in gw.settled(key, 60):
        assert row["state"] in (1, 2, 4), row


# ---- the connection ----

@pytest.mark.parametrize("more,again", [
    (b"", True), (b"\r\n", False), (b"HTTP/1.1 200 OK\r\n\r\n", False),
    (b"0\r\n\r\n", False)], ids=["clean", "line", "head", "chunk"])
def test_more_behind_the_end_is_not_the_next_answer(gw, up, key, more, again):
    up.script(head(), raw(chunked(*EVENTS)[:-2]),
              at_once(b"\r\n" + more))
    up.script(head(), at_once(chunked(*EVENTS)))
    for _ in range(2):
        with gw.stream(key, BODY) as s:
            assert s.rest() == WHOLE and s.ended
    first, second = up.requests
    assert (first.connection == second.connection) is again
    assert [bill(r) for r in gw.settled(key, 2)] == [EXACT] * 2


def test_http_protocol_options_unsafe_is_left_to_httpd(make_gw, up):
    gw = make_gw(server="HttpProtocolOptions Unsafe")
    key = gw.new_key()
    lines = chunked(*EVENTS).replace(b"\r\n", b"\n")
    up.script(head(), raw(lines), close())
    with gw.stream(key, BODY) as s:
        assert s.rest() == WHOLE and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT
