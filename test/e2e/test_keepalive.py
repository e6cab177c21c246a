"""Several requests over one connection of the client: what becomes of one
must not spoil the next."""
import concurrent.futures
import http.client
import json
import socket

import pytest

from harness.shapes import EXACT, bill, chunk, error, padded, plain, sse, trip
from harness.upstream import (answer, body, close, end, event, gate, head, raw,
                              reset, silence, whole_stream)
from harness.wait import PATIENCE


@pytest.fixture
def gw(agw):
    return agw


class Client:
    """One connection, which must stay the same."""

    def __init__(self, gw, key):
        self.c = http.client.HTTPConnection("127.0.0.1", gw.port, timeout=PATIENCE)
        self.key, self.sock = key, None

    def chat(self, **more):
        self.c.request("POST", "/v1/chat/completions", json.dumps(padded(dict(
            {"model": "qwen3-max", "messages": [
                {"role": "user", "content": "hello"}]}, **more), 200)),
            {"Authorization": f"Bearer {self.key}"})
        assert self.sock in (None, self.c.sock), "another connection"
        self.sock = self.c.sock
        r = self.c.getresponse()
        return r.status, r.read()


STREAM = sse(chunk("Hi"), chunk(finish="stop"))
PLAIN = json.dumps(plain()).encode()


@pytest.fixture
def client(gw, key):
    c = Client(gw, key)
    yield c
    c.c.close()


def test_streams_and_documents_in_turn(gw, up, key, client):
    for i in range(6):
        up.script(whole_stream() if i % 2 else answer(plain()))
        assert client.chat(stream=bool(i % 2)) == \
            (200, STREAM if i % 2 else PLAIN)
    assert [bill(r) for r in gw.settled(key, 6)] == [EXACT] * 6


@pytest.mark.parametrize("how", [close, reset])
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "stream"])
def test_an_upstream_that_dies_at_the_request(gw, up, key, client, how,
                                              streamed):
    """mod_proxy would end the client's connection without an answer here."""
    gw.expect_log("AH01102", "LG0080")
    up.script(answer(plain()))
    assert client.chat() == (200, PLAIN)
    up.drop_connections()
    up.wait_idle()
    up.script(how())
    status, text = client.chat(stream=streamed)
    assert status == 502
    assert json.loads(text)["error"]["code"] == "upstream_unavailable"
    up.script(whole_stream())
    assert client.chat(stream=True) == (200, STREAM)
    first, second, third = gw.settled(key, 3)
    assert bill(second) == "failed/none 0" and trip(second) == "502 reached 1"
    assert gw.attempts(second) == [("mock", 0, "broke")]
    assert bill(third) == EXACT


def test_a_dead_pooled_connection(gw, up, key, client):
    gw.expect_log("AH01102", "LG0080")
    up.drop_connections()
    up.wait_idle()
    up.script(answer(plain()))
    assert client.chat() == (200, PLAIN)
    up.script(close())
    assert client.chat(stream=True)[0] == 502
    up.script(whole_stream())
    assert client.chat(stream=True) == (200, STREAM)
    row = gw.settled(key, 3)[1]
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("mock", 0, "broke")]


def test_a_stream_that_broke_off(gw, up, key, client):
    gw.expect_log("AH01110", "LG0073")
    up.script(head(), event(chunk("four")), body(b"data: ha"), close())
    status, text = client.chat(stream=True)
    assert status == 200 and b"upstream_unavailable" in text
    up.script(answer(plain()))
    assert client.chat() == (200, PLAIN)
    assert [bill(r) for r in gw.settled(key, 2)] == [
        "estimated/estimated 155000000: input 58, output 1 [cut]", EXACT]


def test_errors_of_the_upstream(gw, up, key, client):
    """Those after which httpd itself does not close: 400, 500, 503 it does."""
    gw.expect_log("LG0080")
    for status in (404, 422, 429, 502, 529):
        up.script(answer(error("x"), status))
        assert client.chat() == (status, json.dumps(error("x")).encode())
    up.script(answer(error("x"), 401))
    assert client.chat()[0] == 502
    up.script(answer(plain()))
    assert client.chat() == (200, PLAIN)
    rows = gw.settled(key, 7)
    assert bill(rows[6]) == EXACT


def test_a_deadline(gw, up, key, client):
    gw.expect_log("LG0060")
    up.script(head(), event(chunk("four")), gate("never"))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        chat = pool.submit(client.chat, stream=True, model="idle")
        up.wait_at("never")             # the event has come
        with gw.clock.ticking():
            status, text = chat.result()
    assert status == 200 and b"upstream_timeout" in text
    up.script(silence())
    with gw.clock.ticking():
        assert client.chat(model="late")[0] == 504
    up.script(answer(plain()))
    assert client.chat() == (200, PLAIN)
    assert [bill(r) for r in gw.settled(key, 3)] == [
        "estimated/estimated 155000000: input 58, output 1 [cut]",
        "failed/none 0", EXACT]


def test_a_long_error_then_an_answer(gw, up, key, client):
    data = b'{"error":{"message":"' + b"x" * 200000 + b'"}}'
    up.script(head(422, content_type="application/json"),
              [body(data[i:i + 9000]) for i in range(0, len(data), 9000)],
              end())
    assert client.chat() == (422, data)
    up.script(answer(plain()))
    assert client.chat() == (200, PLAIN)
    assert bill(gw.settled(key, 2)[1]) == EXACT


def test_a_document_that_was_cut_ends_the_connection(gw, up, key, client):
    gw.expect_log("AH01110", "LG0073")
    up.script(head(content_type="application/json", length=99),
              raw(b'{"choices":[{"index":0,'), close())
    with pytest.raises(http.client.IncompleteRead):
        client.chat()
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0"


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "stream"])
def test_http_1_0(gw, up, key, streamed):
    """No chunks: the connection's end is the answer's."""
    up.script(whole_stream() if streamed else answer(plain()))
    text = json.dumps({"model": "qwen3-max", "stream": streamed, "messages": [
        {"role": "user", "content": "hello"}]}).encode()
    with socket.create_connection(("127.0.0.1", gw.port), 30) as s:
        s.sendall(b"POST /v1/chat/completions HTTP/1.0\r\n"
                  b"Authorization: Bearer " + key.encode() + b"\r\n"
                  b"Content-Length: %d\r\n\r\n" % len(text) + text)
        got = b""
        while data := s.recv(65536):
            got += data
    assert got.startswith(b"HTTP/1.1 200")
    assert got.endswith(STREAM if streamed else PLAIN)
    assert b"chunked" not in got
    row, = gw.settled(key)
    assert bill(row) == EXACT
