"""The body on its way: however the client frames it, the upstream gets the
client's bytes apart from what is ours, with one exact length."""
import json
import os
import threading

import httpx
import pytest

from harness.checks import costs_nothing, refused, wait_quiet
from harness.raw import Raw, chunked

CHAT = "/v1/chat/completions"
# every spelling that a re-serialiser would change
ODD = (b'{ "temperature":1.00e+0,"a/b":"\\/ \\u00e9 \xc3\xa9","seed":12345678901'
       b'234567890,\n\t"model":"qwen3-max" ,"x":[1.0,-0,1E5,""],"z":{"model":1,'
       b'"y":null},"":0,"messages":[{"content":"\\ud83d\\ude00","role":"user",'
       b'"name":"n"}],"temperature2":0.1 }')


@pytest.fixture(scope="module")
def h2gw(module_gw):
    return module_gw(modules=("http2",), conf="Protocols h2c http/1.1")


def body_of(size):
    start, end = b'{"model":"qwen3-max","messages":[{"role":"user",' \
        b'"content":"', b'"}]}'
    return start + b"x" * (size - len(start) - len(end)) + end


def arrived(up, body, number=0):
    """The upstream got exactly this, framed by one exact length."""
    got = up.requests[number]
    assert got.body == body
    lengths = [v for k, v in got.headers if k.lower() == "content-length"]
    assert lengths == [str(len(body))]
    assert got.header("Transfer-Encoding") is None
    assert got.header("Expect") is None
    assert got.header("Content-Encoding") is None


def test_unknown_members_and_spellings_survive(gw, up, key):
    r = gw.request("POST", CHAT, ODD, key)
    assert r.status == 200, r
    arrived(up, ODD)
    gw.settled(key)


@pytest.mark.parametrize("size", [100, 16384, 300000])
def test_by_content_length_and_by_chunks(gw, up, key, size):
    body = body_of(size)
    assert gw.request("POST", CHAT, body, key).status == 200
    cut = [body[:1], body[1:50], body[50:70000], body[70000:]]
    for i, pieces in enumerate(([body], [p for p in cut if p])):
        with Raw(gw.port) as c:
            c.post(CHAT, chunked(*pieces), "Transfer-Encoding: chunked",
                   key=key, length=0)
            assert c.response().status == 200
        arrived(up, body, i + 1)
    arrived(up, body)
    gw.settled(key, 3)


def test_chunk_extensions_and_trailers_are_dropped(gw, up, key):
    body = body_of(200)
    with Raw(gw.port) as c:
        c.post(CHAT, b"%x;name=value\r\n%s\r\n0\r\nX-Trailer: x\r\n\r\n"
               % (len(body), body), "Transfer-Encoding: chunked",
               "Trailer: X-Trailer", key=key, length=0)
        assert c.response().status == 200
    arrived(up, body)
    assert up.requests[0].header("X-Trailer") is None
    gw.settled(key)


@pytest.mark.parametrize("size", [200, 200000])
def test_expect_100_continue(gw, up, key, size):
    body = body_of(size)
    with Raw(gw.port) as c:
        c.post(CHAT, b"", "Expect: 100-continue", key=key, length=len(body))
        assert c.line() == b"HTTP/1.1 100 Continue\r\n\r\n"
        c.send(body)
        assert c.response().status == 200
    arrived(up, body)
    gw.settled(key)


def test_what_needs_no_body_does_not_ask_for_it(gw, up):
    """A refusal by key comes instead of the 100."""
    with costs_nothing(gw, up), Raw(gw.port) as c:
        c.post(CHAT, b"", "Expect: 100-continue", length=1000)
        refused(c.response(), "missing_api_key")


def test_two_requests_on_one_connection(gw, up, key):
    with Raw(gw.port) as c:
        for i in range(3):
            c.post(CHAT, body_of(200 + i), key=key)
            assert c.response().status == 200
    for i in range(3):
        arrived(up, body_of(200 + i), i)
    gw.settled(key, 3)


def test_pipelined_requests(gw, up, key):
    with Raw(gw.port) as c:
        c.post(CHAT, body_of(200), key=key)
        c.post(CHAT, body_of(300), "Connection: close", key=key)
        data = c.everything()
    assert data.count(b"HTTP/1.1 200 OK") == 2
    arrived(up, body_of(200), 0)
    arrived(up, body_of(300), 1)
    gw.settled(key, 2)


@pytest.mark.parametrize("size", [200, 300000])
def test_http2_cleartext(h2gw, up, size):
    key = h2gw.new_key()
    body = body_of(size)
    with httpx.Client(http1=False, http2=True) as c:
        for _ in range(2):
            r = c.post(h2gw.base + CHAT, content=body,
                       headers={"Authorization": "Bearer " + key})
            assert r.status_code == 200 and r.http_version == "HTTP/2"
            assert "transfer-encoding" not in r.headers
        r = c.post(h2gw.base + CHAT, content=iter([body[:7], body[7:]]),
                   headers={"Authorization": "Bearer " + key})
        assert r.status_code == 200
        r = c.post(h2gw.base + CHAT, content=b"{", headers={
            "Authorization": "Bearer " + key})
        assert r.status_code == 400
        assert r.json()["error"]["code"] == "invalid_json"
    for i in range(3):
        arrived(up, body, i)
    h2gw.settled(key, 3)


def open_files(pids):
    """Files that are open in the children, by name."""
    found = set()
    for pid in pids:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            try:
                found.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
            except OSError:
                pass
    return found


def test_ten_megabytes_without_a_temporary_file(gw, up, key):
    """mod_proxy would spool a body whose length it does not know."""
    body = body_of(10 << 20)
    seen = set()
    done = threading.Event()

    def watch():
        while not done.is_set():
            seen.update(open_files(gw.children()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert gw.request("POST", CHAT, body, key).status == 200
        with Raw(gw.port) as c:
            c.post(CHAT, chunked(body), "Transfer-Encoding: chunked", key=key,
                   length=0)
            assert c.response().status == 200
    finally:
        done.set()
        watcher.join()
    assert any("llmgw.db" in name for name in seen)
    assert not [name for name in seen if "modproxy.tmp" in name]
    arrived(up, body)
    arrived(up, body, 1)
    gw.settled(key, 2)


def test_a_slow_body_keeps_nobody_else_waiting(gw, up, key):
    slow = body_of(5000)
    with Raw(gw.port) as c:
        c.post(CHAT, slow[:100], key=key, length=len(slow))
        other = gw.new_key()
        assert gw.request("POST", CHAT, body_of(100), other).status == 200
        c.send(slow[100:])
        assert c.response().status == 200
    arrived(up, slow, 1)
    gw.settled(key)
    gw.settled(other)
    wait_quiet(gw)


def test_the_body_is_json_whatever_its_type(gw, up, key):
    """Content-Type is never judged, and given on."""
    types = ["application/json", "text/plain; charset=utf-8",
             "application/x-www-form-urlencoded", "nonsense"]
    for value in types:
        assert gw.request("POST", CHAT, ODD, key,
                          {"Content-Type": value}).status == 200
    with Raw(gw.port) as c:
        c.post(CHAT, ODD, key=key)
        assert c.response().status == 200
    assert [r.header("Content-Type") for r in up.requests] \
        == types + ["application/json"]
    assert all(r.body == ODD for r in up.requests)
    assert json.loads(ODD)["model"] == "qwen3-max"
    gw.settled(key, 5)
