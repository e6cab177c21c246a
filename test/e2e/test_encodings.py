"""Request bodies in gzip, deflate and zstd: the upstream gets what they are,
the bill is theirs, and what is broken, endless or unknown costs nothing."""
import gzip
import json
import os
import random
import time
import zlib

import httpx
import pytest
import zstandard

from harness.checks import costs_nothing, refused
from harness.raw import Raw, chunked
from harness.shapes import plain
from harness.upstream import answer

CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"
SHAPES = [(CHAT, "openai"), ("/api/v1/chat/completions", "envelope"),
          (MESSAGES, "anthropic")]
# spellings that a re-serialiser would change
GOOD = b'{ "model":"qwen3-max" ,"temperature":1.00e+0,"messages":[{"role":' \
    b'"user","content":"\\u00e9 \xc3\xa9"}],\n"x":[1.0,-0,1E5,""]}'
USAGE = {"prompt_tokens": 50000, "completion_tokens": 2000,
         "total_tokens": 52000}
MOST = 1 << 20


def raw_deflate(data):
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    return c.compress(data) + c.flush()


def zstd(data, **parameters):
    c = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(**parameters)
    ).compressobj()         # as a stream: its length is not said
    return c.compress(data) + c.flush()


def zstd_whole(data):
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


SKIPPABLE = b"\x5f\x2a\x4d\x18\x03\0\0\0abc"
HALF = len(GOOD) // 2
CODED = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "case": ("GZip", gzip.compress),
    "stored": ("gzip", lambda d: gzip.compress(d, 0)),
    "members": ("gzip", lambda d: gzip.compress(d[:HALF]) + gzip.compress(b"")
                + gzip.compress(d[HALF:])),
    "zlib": ("deflate", zlib.compress),
    "raw": ("deflate", raw_deflate),
    "zstd": ("zstd", zstd_whole),
    "zstd-stream": ("ZSTD", zstd),
    "zstd-8-MiB": ("zstd", lambda d: zstd(d, window_log=23)),
    "frames": ("zstd", lambda d: SKIPPABLE + zstd_whole(d[:HALF]) + SKIPPABLE
               + zstd(d[HALF:]) + SKIPPABLE),
    "identity-beside": ("identity, gzip", gzip.compress),
    "identity": ("identity", bytes),
    "empty": ("", bytes),
}


@pytest.fixture(scope="module")
def small(module_gw):
    """A gateway that takes bodies of a megabyte, and of 4 kB below /tiny."""
    return module_gw(modules=("http2",), conf="""
Protocols h2c http/1.1
LLMGatewayMaxBody 1M
<Location "/tiny">
LLMGateway On
LLMGatewayMaxBody 4K
</Location>
""")


def padded(size, noise=False):
    """A good body of this many bytes."""
    room = size - len(GOOD) - len(b',"y":""')
    text = b"z" * room
    if noise:
        text = "".join(random.Random(size).choices(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
            k=room)).encode()
    return GOOD[:-1] + b',"y":"' + text + b'"}'


def send(gw, body, encoding, key, path=CHAT):
    return gw.request("POST", path, body, key,
                      {"Content-Encoding": encoding})


def arrived(up, body, number=-1):
    got = up.requests[number]
    assert got.body == body
    assert [v for k, v in got.headers if k.lower() == "content-length"] \
        == [str(len(body))]
    for name in ("Content-Encoding", "Transfer-Encoding", "Expect"):
        assert got.header(name) is None


@pytest.mark.parametrize("name", CODED)
def test_the_upstream_gets_it_plain_and_the_bill_is_exact(small, up, name):
    encoding, coded = CODED[name]
    key = small.new_key()
    for path in (CHAT, "/api/v1/chat/completions"):
        up.script(answer(plain(usage=USAGE)))
        r = send(small, coded(GOOD), encoding, key, path)
        assert r.status == 200, r
        assert "content-encoding" not in r.headers
        arrived(up, GOOD)
    rows = small.settled(key, 2)
    assert [(r["amount"], r["input"], r["output"]) for r in rows] \
        == [(232_000_000_000, 50000, 2000)] * 2


@pytest.mark.parametrize("name", CODED)
def test_messages_too(small, up, name):
    """Every endpoint reads its body in one place."""
    encoding, coded = CODED[name]
    key = small.new_key(models=["claude-*"])
    small.must("PUT", "/upstreams/native", {
        "base_url": up.url + "/v1", "dialect": "anthropic", "auth": "none"})
    small.must("PUT", "/models/claude-x", {
        "routes": [{"upstream": "native"}], "price": {
            "currency": "USD", "tiers": [{"input": "3", "output": "15"}]}})
    body = b'{"max_tokens":5 ,"model":"claude-x","messages":[' \
        b'{"role":"user","content":"\\u00e9"}]}'
    up.script(answer({
        "id": "msg_1", "type": "message", "role": "assistant",
        "model": "claude-x", "content": [{"type": "text", "text": "hi"}],
        "stop_reason": "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": 70, "output_tokens": 2}}))
    r = send(small, coded(body), encoding, key, MESSAGES)
    assert r.status == 200, r
    arrived(up, body)
    assert small.settled(key)[0]["amount"] == 240_000_000


@pytest.mark.parametrize("name", ["gzip", "zlib", "raw", "zstd", "frames"])
def test_in_chunks_of_one_byte_and_after_100(small, up, name):
    encoding, coded = CODED[name]
    key, body = small.new_key(), CODED[name][1](GOOD)
    line = "Content-Encoding: " + encoding
    with Raw(small.port) as c:
        c.post(CHAT, chunked(*(body[i:i + 1] for i in range(len(body)))),
               "Transfer-Encoding: chunked", line, key=key, length=0)
        assert c.response().status == 200
        arrived(up, GOOD)
        c.post(CHAT, b"", line, "Expect: 100-continue", key=key,
               length=len(body))
        assert c.line() == b"HTTP/1.1 100 Continue\r\n\r\n"
        c.send(body)
        assert c.response().status == 200
        arrived(up, GOOD)
        # the connection has no byte of it left
        c.post(CHAT, GOOD, key=key)
        assert c.response().status == 200
        arrived(up, GOOD)
    small.settled(key, 3)


@pytest.mark.parametrize("name", ["gzip", "zlib", "zstd"])
def test_over_http2(small, up, name):
    encoding, coded = CODED[name]
    key = small.new_key()
    headers = {"Authorization": "Bearer " + key, "Content-Encoding": encoding}
    body = coded(padded(200000, noise=True))
    with httpx.Client(http1=False, http2=True) as c:
        for content in (body, iter([body[:7], body[7:]])):
            r = c.post(small.base + CHAT, content=content, headers=headers)
            assert r.status_code == 200 and r.http_version == "HTTP/2"
            arrived(up, padded(200000, noise=True))
        r = c.post(small.base + CHAT, content=body[:-9], headers=headers)
        assert r.status_code == 400
        assert r.json()["error"]["code"] == "invalid_encoding"
        r = c.post(small.base + CHAT, content=body, headers=[
            *headers.items(), ("Content-Encoding", "gzip")])
        assert r.status_code == 415
    small.settled(key, 2)


@pytest.mark.parametrize("name", ["gzip", "stored", "members", "zlib", "raw",
                                  "zstd", "zstd-stream", "frames"])
@pytest.mark.parametrize("noise", [False, True])
def test_the_limit_to_the_byte(small, up, name, noise):
    encoding, coded = CODED[name]
    key = small.new_key()
    for most, path in ((MOST, CHAT), (4096, "/tiny" + CHAT)):
        assert send(small, coded(padded(most, noise)), encoding, key,
                    path).status == 200
        arrived(up, padded(most, noise))
        with costs_nothing(small, up):
            refused(send(small, coded(padded(most + 1, noise)), encoding, key,
                         path), "request_too_large", message=f"{most} bytes")
    small.settled(key, 2)


def processor_time(gw):
    ticks = 0
    for pid in gw.children():
        with open(f"/proc/{pid}/stat") as f:
            ticks += sum(map(int, f.read().rsplit(") ", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def peak(gw):
    """The most memory that each child has had, in kB."""
    found = {}
    for pid in gw.children():
        with open(f"/proc/{pid}/status") as f:
            found[pid] = int(f.read().split("VmHWM:")[1].split()[0])
    return found


@pytest.mark.parametrize("path, shape", SHAPES)
def test_bombs_are_not_inflated_on(small, up, path, shape):
    """A gigabyte of spaces in a megabyte, or in 33 kB."""
    key = small.new_key()
    unit = b" " * (1 << 20)
    c = zlib.compressobj(9, zlib.DEFLATED, 31)
    z = b"".join([c.compress(unit) for _ in range(1000)]) + c.flush()
    s = zstandard.ZstdCompressor().compressobj()
    t = b"".join([s.compress(unit) for _ in range(1000)]) + s.flush()
    assert len(z) < MOST and len(t) < 100000
    before, used = peak(small), processor_time(small)
    with costs_nothing(small, up):
        for encoding, bomb in (("gzip", z), ("zstd", t)):
            refused(send(small, bomb, encoding, key, path),
                    "request_too_large", shape=shape, message=f"{MOST} bytes")
        # a bomb inside: the outer shell alone is taken off, and it is no JSON
        refused(send(small, gzip.compress(z), "gzip", key, path),
                "invalid_json", shape=shape)
    for pid, most in peak(small).items():
        assert most - before[pid] < 24 << 10
    used = processor_time(small) - used
    began = time.process_time()     # what inflating one of them takes
    d = zlib.decompressobj(31)
    while not d.eof:
        z = d.unconsumed_tail or z
        d.decompress(z, 1 << 20)
    assert used < (time.process_time() - began) / 2


def test_what_is_nothing_but_wrapping_ends_too(small, up):
    """Parts that hold nothing come to nothing: what is sent is bounded."""
    key = small.new_key()
    empty = gzip.compress(b"", mtime=0)
    skipped = b"\x50\x2a\x4d\x18" + (2 << 20).to_bytes(4, "little")
    with costs_nothing(small, up):
        for encoding, body in (
                ("gzip", empty * (2 * MOST // len(empty))),
                ("zstd", skipped + bytes(2 << 20) + zstd(GOOD)),
                ("gzip", b"\x1f\x8b\x08\x08\0\0\0\0\0\3" + b"n" * 2 * MOST)):
            with Raw(small.port) as c:
                c.post(CHAT, b"%x\r\n" % len(body) + body,
                       "Transfer-Encoding: chunked",
                       "Content-Encoding: " + encoding, key=key, length=0)
                refused(c.response(), "request_too_large")
                assert c.everything() == b""
            with Raw(small.port) as c:
                c.post(CHAT, b"", "Content-Encoding: " + encoding, key=key,
                       length=len(body))
                refused(c.response(), "request_too_large")
    r = send(small, empty * 1000 + gzip.compress(GOOD), "gzip", key)
    assert r.status == 200
    arrived(up, GOOD)
    small.settled(key)


G, Z, S = gzip.compress(GOOD, mtime=0), zlib.compress(GOOD), zstd_whole(GOOD)


def flipped(data, at):
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def with_dictionary():
    c = zlib.compressobj(9, zlib.DEFLATED, 15, zdict=b'"role":"user"')
    return c.compress(GOOD) + c.flush()


BROKEN = {
    "gzip-nothing": ("gzip", b"", "too early"),
    "gzip-cut": ("gzip", G[:-1], "too early"),
    "gzip-head-only": ("gzip", G[:5], "too early"),
    "gzip-checksum": ("gzip", flipped(G, -8), "damaged"),
    "gzip-length": ("gzip", flipped(G, -1), "damaged"),
    "gzip-method": ("gzip", flipped(G, 2), "damaged"),
    "gzip-behind": ("gzip", G + b"\0\0", "behind its end"),
    "gzip-one-behind": ("gzip", G + b"\0", "behind its end"),
    "gzip-second-cut": ("gzip", G + G[:-1], "too early"),
    "gzip-is-json": ("gzip", GOOD, "not in the coding"),
    "gzip-is-zlib": ("gzip", Z, "not in the coding"),
    "gzip-is-zstd": ("gzip", S, "not in the coding"),
    "zlib-nothing": ("deflate", b"", "too early"),
    "zlib-cut": ("deflate", Z[:-4], "too early"),
    "zlib-checksum": ("deflate", flipped(Z, -1), "damaged"),
    "zlib-behind": ("deflate", Z + b"ab", "behind its end"),
    "zlib-dictionary": ("deflate", with_dictionary(), "dictionary"),
    "raw-cut": ("deflate", raw_deflate(GOOD)[:-1], "too early"),
    "raw-behind": ("deflate", raw_deflate(GOOD) + b"ab", "behind its end"),
    "deflate-is-json": ("deflate", GOOD, "damaged"),
    "zstd-nothing": ("zstd", b"", "too early"),
    "zstd-cut": ("zstd", S[:-1], "too early"),
    "zstd-checksum": ("zstd", flipped(S, -1), "damaged"),
    "zstd-behind": ("zstd", S + b"abcd", "behind its end"),
    "zstd-second-cut": ("zstd", S + S[:-1], "too early"),
    "zstd-is-gzip": ("zstd", G, "not in the coding"),
    "zstd-16-MiB": ("zstd", zstd(GOOD, window_log=24), "8 MiB"),
    "zstd-128-MiB-behind": ("zstd", S + zstd(GOOD, window_log=27), "8 MiB"),
    "zstd-dictionary": ("zstd", b"\x28\xb5\x2f\xfd\x21\x77\x08\0\x01\0\0",
                        "dictionary"),
    "zstd-before-1.0": ("zstd", b"\x27" + S[1:], "not in the coding"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path, shape", SHAPES)
def test_what_is_broken_is_400(small, up, name, path, shape):
    encoding, body, message = BROKEN[name]
    key = small.new_key(limits={"concurrency": 1, "requests_per_minute": 1})
    with costs_nothing(small, up):
        r = send(small, body, encoding, key, path)
        assert message in refused(r, "invalid_encoding", shape=shape)
        with Raw(small.port) as c:
            c.post(path, chunked(body[:4], *filter(None, [body[4:]]))
                   if len(body) > 4 else chunked(*filter(None, [body])),
                   "Transfer-Encoding: chunked",
                   "Content-Encoding: " + encoding, key=key, length=0)
            refused(c.response(), "invalid_encoding", shape=shape)
            assert c.everything() == b""
    assert send(small, gzip.compress(GOOD), "gzip", key).status == 200
    small.settled(key)


@pytest.mark.parametrize("path, shape", SHAPES)
def test_what_is_not_known_is_415(small, up, path, shape):
    key = small.new_key()
    with costs_nothing(small, up):
        for encoding, word in (("br", "not known"), ("compress", "not known"),
                               ("gzip;q=1", "not known"), ("*", "not known"),
                               ("gzip, zstd", "several"),
                               ("gzip,gzip", "several"),
                               ("br, gzip", "several")):
            r = send(small, gzip.compress(GOOD), encoding, key, path)
            text = refused(r, "unsupported_encoding", shape=shape,
                           message="gzip, deflate, zstd")
            assert word in text
            assert r.headers["Accept-Encoding"] == "gzip, deflate, zstd"
        with Raw(small.port) as c:      # two lines are one list
            c.post(path, gzip.compress(zstd(GOOD)), "Content-Encoding: zstd",
                   "Content-Encoding: gzip", key=key)
            refused(c.response(), "unsupported_encoding", shape=shape)


@pytest.mark.parametrize("more", [1, 1000])
def test_a_length_that_is_not_reached(small, up, more):
    """Bytes that never come are no shorter body."""
    key = small.new_key()
    with costs_nothing(small, up):
        c = Raw(small.port)
        c.post(CHAT, G, "Content-Encoding: gzip", key=key,
               length=len(G) + more)
        c.close()
    with Raw(small.port) as c:      # one that is too short cuts the body
        c.post(CHAT, G, "Content-Encoding: gzip", key=key, length=len(G) - 3)
        refused(c.response(), "invalid_encoding")
        assert c.everything() == b""
    assert up.requests == []


def test_what_is_no_json_inside_is_said_so(small, up):
    key = small.new_key()
    with costs_nothing(small, up):
        refused(send(small, gzip.compress(b"{"), "gzip", key), "invalid_json")
        refused(send(small, gzip.compress(b""), "gzip", key), "invalid_json",
                message="has no body")
        refused(send(small, SKIPPABLE, "zstd", key), "invalid_json",
                message="has no body")
    assert json.loads(GOOD)["model"] == "qwen3-max"
