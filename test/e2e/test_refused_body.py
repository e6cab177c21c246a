"""Bodies that are too large, in unknown codings, broken off or badly framed."""
import gzip
import json
import random

import pytest

from harness.checks import costs_nothing, refused, wait_quiet
from harness.raw import Raw, chunked

CHAT = "/v1/chat/completions"
GOOD = json.dumps({"model": "qwen3-max", "messages": [
    {"role": "user", "content": "x"}]}).encode()
SHAPES = [(CHAT, "openai"), ("/api/v1/chat/completions", "envelope")]


@pytest.fixture(scope="module")
def small(module_gw):
    """A gateway that takes bodies of 4 kB, inflates those for /inflate, and
    lets core itself take no more than 2 kB for /core."""
    return module_gw(modules=("deflate", "filter"), conf="""
LLMGatewayMaxBody 4K
<Location "/inflate">
LLMGateway On
SetInputFilter DEFLATE
</Location>
<Location "/core">
LLMGateway On
LimitRequestBody 2000
</Location>
<Location "/roomy">
LLMGateway On
LLMGatewayMaxBody 1M
</Location>
""")


def padded(size):
    """A good body of this many bytes."""
    return GOOD[:-1] + b" " * (size - len(GOOD)) + b"}"


def test_the_limit_to_the_byte(small, up):
    key = small.new_key()
    for path in (CHAT, "/roomy/v1/chat/completions"):
        most = 4096 if path == CHAT else 1 << 20
        assert small.request("POST", path, padded(most), key).status == 200
        assert len(up.requests.pop().body) == most
        with Raw(small.port) as c:
            c.post(path, chunked(padded(most)[:100], padded(most)[100:]),
                   "Transfer-Encoding: chunked", key=key, length=0)
            assert c.response().status == 200
        assert len(up.requests.pop().body) == most
        with costs_nothing(small, up):
            refused(small.request("POST", path, padded(most + 1), key),
                    "request_too_large", message=f"{most} bytes")
    small.settled(key, 4)


@pytest.mark.parametrize("path, shape", SHAPES)
def test_too_large_is_413_by_length_and_by_chunks(small, up, path, shape):
    key = small.new_key()
    with costs_nothing(small, up):
        # by its length: not one byte of it need come
        with Raw(small.port) as c:
            c.post(path, b"", "Expect: 100-continue", key=key,
                   length=1 << 40)
            refused(c.response(), "request_too_large", shape=shape,
                    message="4096 bytes")
            assert c.everything() == b""
        with Raw(small.port) as c:
            c.post(path, b"1000\r\n" + b" " * 4096 + b"\r\n1\r\n \r\n",
                   "Transfer-Encoding: chunked", key=key, length=0)
            refused(c.response(), "request_too_large", shape=shape,
                    message="4096 bytes")
            assert c.everything() == b""


def test_a_limit_of_core_is_413_too(small, up):
    """LimitRequestBody answers by itself, unless somebody stops it."""
    key = small.new_key()
    with costs_nothing(small, up):
        for more in (dict(length=3000), dict(length=0)):
            with Raw(small.port) as c:
                body = padded(3000)
                if more["length"] == 0:
                    c.post("/core/v1/chat/completions", chunked(body),
                           "Transfer-Encoding: chunked", key=key, **more)
                else:
                    c.post("/core/v1/chat/completions", body, key=key, **more)
                refused(c.response(), "request_too_large")
                assert c.everything() == b""


@pytest.mark.parametrize("path, shape", SHAPES)
def test_a_coding_that_is_not_known_is_415(small, up, path, shape):
    key = small.new_key()
    with costs_nothing(small, up):
        for encoding in ("br", "deflate, gzip", "x-unknown"):
            r = small.request("POST", path, gzip.compress(GOOD), key,
                              {"Content-Encoding": encoding})
            refused(r, "unsupported_encoding", shape=shape,
                    message="gzip, deflate, zstd")


def test_identity_is_no_encoding(small, up):
    key = small.new_key()
    r = small.request("POST", CHAT, GOOD, key,
                      {"Content-Encoding": "identity"})
    assert r.status == 200
    assert up.requests[0].header("Content-Encoding") is None
    small.settled(key)


def test_mod_deflate_may_inflate_it(small, up):
    key = small.new_key()
    r = small.request("POST", "/inflate/v1/chat/completions",
                      gzip.compress(GOOD), key, {"Content-Encoding": "gzip"})
    assert r.status == 200, r
    got = up.requests[0]
    assert got.body == GOOD
    assert got.header("Content-Length") == str(len(GOOD))
    assert got.header("Content-Encoding") is None
    small.settled(key)


def test_what_inflates_beyond_the_limit_is_413(small, up):
    key = small.new_key()
    digits = "".join(random.Random(1).choices("0123456789", k=7000))
    body = gzip.compress(GOOD[:-1] + b',"x":"' + digits.encode() + b'"}')
    assert len(body) < 4096
    with costs_nothing(small, up):
        r = small.request("POST", "/inflate/v1/chat/completions", body, key,
                          {"Content-Encoding": "gzip"})
        refused(r, "request_too_large")


def test_a_bomb_is_stopped_by_whoever_sees_it_first(small, up):
    """mod_deflate has limits of its own."""
    small.expect_log("AH02649")
    key = small.new_key()
    bomb = gzip.compress(padded(3 << 20))
    assert len(bomb) < 4096
    with costs_nothing(small, up):
        r = small.request("POST", "/inflate/v1/chat/completions", bomb, key,
                          {"Content-Encoding": "gzip"})
        assert r.status in (400, 413)
        refused(r, "invalid_parameter" if r.status == 400
                else "request_too_large")


@pytest.mark.parametrize("framing, code", [
    (b"xyz\r\n", "invalid_parameter"), (b"-5\r\nhello\r\n",
                                         "invalid_parameter"),
    (b"5\r\nhelloworld\r\n", "invalid_parameter"),
    (b"ffffffffffffffffff\r\n", "request_too_large")])
def test_broken_chunks_are_refused_once(small, up, framing, code):
    key = small.new_key()
    with costs_nothing(small, up):
        with Raw(small.port) as c:
            c.post(CHAT, framing + chunked(GOOD),
                   "Transfer-Encoding: chunked", key=key, length=0)
            refused(c.response(), code)
            assert c.everything() == b""


def test_length_and_chunks_at_once_are_read_as_chunks(small, up):
    """RFC 9112 6.3: the length is ignored and the connection closed."""
    key = small.new_key()
    with Raw(small.port) as c:
        c.post(CHAT, chunked(GOOD), "Transfer-Encoding: chunked", key=key,
               length=5)
        assert c.response().status == 200
        assert c.everything() == b""
    assert up.requests[0].body == GOOD
    small.settled(key)


@pytest.mark.parametrize("part", [0, 10, len(GOOD) - 1])
def test_a_client_that_leaves_while_it_sends_costs_nothing(small, up, part):
    limited = small.new_key(limits={"concurrency": 1,
                                    "requests_per_minute": 1})
    with costs_nothing(small, up):
        for headers, length in (((), len(GOOD)),
                                (("Transfer-Encoding: chunked",), 0)):
            c = Raw(small.port)
            data = GOOD[:part] if length else b"%x\r\n%s" % (len(GOOD),
                                                             GOOD[:part])
            c.post(CHAT, data, *headers, key=limited, length=length)
            c.close()
            wait_quiet(small)
    assert small.request("POST", CHAT, GOOD, limited).status == 200
    small.settled(limited)
