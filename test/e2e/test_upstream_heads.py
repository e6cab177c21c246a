"""Answers whose head is not as HTTP/1.1 has it are none: another upstream is
tried, and what follows them is no answer to the next request."""
import json
import shutil

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from harness.httpd import reachable_dir
from harness.shapes import EXACT, bill, plain
from harness.tls import Authority, section
from harness.upstream import Upstream, answer, raw, silence

TEXT = json.dumps(plain()).encode()
LENGTH = b"Content-Length: %d\r\n" % len(TEXT)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(TEXT), TEXT)
FIRST = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def status(text):
    return b"HTTP/1.1 %s\r\n%s\r\n%s" % (text, LENGTH, TEXT)


HEADS = {
    "099": status(b"099 Odd"), "000": status(b"000 Odd"),
    "600": status(b"600 Odd"), "999": status(b"999 Odd"),
    "1000": status(b"1000 Odd"), "2000": status(b"2000 OK"),
    "200x": status(b"200x OK"), "1000-bare": status(b"1000"),
    "interim-999": b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                   + status(b"999 Odd"),
    "two-lengths": FIRST + LENGTH + b"Content-Length: 5\r\n\r\n" + TEXT,
    "two-lengths-otherwise": FIRST + b"Content-Length: 5\r\n" + LENGTH
                             + b"\r\n" + TEXT,
    "length-list": FIRST + b"Content-Length: 5, 6\r\n\r\n" + TEXT,
    "length-word": FIRST + b"Content-Length: many\r\n\r\n" + TEXT,
    "length-negative": FIRST + b"Content-Length: -1\r\n\r\n" + TEXT,
    "length-plus": FIRST + b"Content-Length: +%d\r\n\r\n" % len(TEXT) + TEXT,
    "length-blank": FIRST + b"Content-Length :5\r\n" + LENGTH + b"\r\n"
                    + TEXT,
    "length-and-coding": FIRST + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
    "coding-and-length": FIRST + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
    "coding-twice": FIRST + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
    "coding-odd": FIRST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS,
}
# those that the old reading took, or waited after
TAKEN = ["000", "length-blank", "coding-odd", "099", "600", "999", "1000", "2000", "200x", "1000-bare",
         "interim-999", "two-lengths", "two-lengths-otherwise",
         "length-and-coding", "coding-and-length", "coding-twice"]


@pytest.fixture(scope="module")
def second():
    upstream = Upstream()
    yield upstream
    upstream.stop()


@pytest.fixture(scope="module")
def hgw(module_gw, second):
    gw = module_gw(mpm_conf=ONE_CHILD)
    publish(gw, "second", second.url + "/v1")
    gw.must("PUT", "/models/one", dict(ANSWER_MODELS["qwen3-max"], routes=[
        {"upstream": "mock"}]))
    gw.must("PUT", "/models/two", dict(ANSWER_MODELS["qwen3-max"], routes=[
        {"upstream": "mock", "priority": 0},
        {"upstream": "second", "priority": 1}]))
    return gw


def publish(gw, name, url):
    gw.must("PUT", "/upstreams/" + name, {
        "base_url": url, "dialect": "openai",
        "credentials": [{"secret": "sk-upstream-secret"}]})


def refused(gw, up, second, text):
    """502 without another route, that one's answer with it."""
    key = gw.new_key()
    up.script(raw(text), silence())
    r = gw.chat(key, model="one")
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    up.script(raw(text), silence())
    second.clear()
    second.script(answer(plain()))
    r = gw.chat(key, model="two")
    assert r.status == 200 and len(second.requests) == 1
    rows = gw.settled(key, 2)
    assert [bill(row) for row in rows] == ["failed/none 0", EXACT]
    assert gw.attempts(rows[1]) == [("mock", 0, "broke")]


@pytest.mark.parametrize("name", TAKEN)
def test_no_answer(hgw, up, second, name):
    """Fault 1.5: 502, or the next route."""
    hgw.expect_log("LG0084", "LG0060")
    refused(hgw, up, second, HEADS[name])


@pytest.mark.parametrize("name", [n for n in HEADS if n not in TAKEN])
def test_no_answer_either(hgw, up, name):
    hgw.expect_log("LG0084", "LG0060")
    up.script(raw(HEADS[name]), silence())
    key = hgw.new_key()
    r = hgw.chat(key, model="one")
    assert r.status == 502
    assert bill(hgw.settled(key)[0]) == "failed/none 0"


@pytest.mark.parametrize("name", ["999", "two-lengths", "coding-and-length"])
def test_over_tls(make_gw, second, name):
    """Fault 1.5: what is read there is what TLS has opened."""
    directory = reachable_dir()
    authority = Authority(directory)
    secure = Upstream(tls=authority.server())
    try:
        gw = make_gw(modules=("ssl",), set_up=False,
                     server=section(authority.file))
        publish(gw, "mock", f"https://localhost:{secure.port}/v1")
        publish(gw, "second", second.url + "/v1")
        for model, names in (("one", ["mock"]), ("two", ["mock", "second"])):
            gw.must("PUT", "/models/" + model, dict(
                ANSWER_MODELS["qwen3-max"], routes=[
                    {"upstream": n, "priority": i}
                    for i, n in enumerate(names)]))
        gw.expect_log("LG0084", "LG0060", "AH01873")
        refused(gw, secure, second, HEADS[name])
    finally:
        secure.stop()
        shutil.rmtree(directory)


def test_what_is_fine(hgw, up):
    """Interim answers, one length said twice, odd spellings."""
    key = hgw.new_key()
    heads = [
        b"HTTP/1.1 103 Hints\r\nContent-Length: 5\r\n\r\n" + FIRST + LENGTH,
        FIRST + LENGTH + LENGTH, FIRST + LENGTH.lower(),
        b"HTTP/1.1 200\r\n" + LENGTH,
        FIRST + LENGTH + b"X: " + b"a" * 8000 + b"Content-Length: 1\r\n",
    ]
    for head in heads:
        up.script(raw(head + b"\r\n" + TEXT))
        r = hgw.chat(key, model="one")
        assert (r.status, r.body) == (200, TEXT), head
    up.script(raw(FIRST + b"transfer-encoding:  Chunked \r\n\r\n" + CHUNKS))
    assert hgw.chat(key, model="one").body == TEXT
    assert {bill(r) for r in hgw.settled(key, len(heads) + 1)} == {EXACT}
