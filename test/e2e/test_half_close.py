"""Clients that shut down their sending side and wait for their answer, as
`nc -N` does: they look like clients that are gone, until they are asked.
Those that are gone are in test_aborts.py.  The clock stands still: no
deadline passes."""
import contextlib
import shutil
import socket
import ssl

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from harness.client import Stream
from harness.httpd import free_port, reachable_dir
from harness.raw import Raw
from harness.shapes import EXACT, bill, chunk, plain, sse, trip, usage_chunk
from harness.tls import Authority
from harness.upstream import (answer, body, done, event, gate, head, raw,
                              silence)

STREAM = sse(chunk("Hi"), chunk(finish="stop"))
models = pytest.mark.parametrize("model", ["canceller", "drainer"])


@pytest.fixture
def gw(agw):
    return agw


def half_close(s):
    s.sock.shutdown(socket.SHUT_WR)


def rest_of_stream():
    return [event(chunk(finish="stop")), event(usage_chunk()), done()]


@models
def test_before_a_plain_answer(gw, up, key, model):
    """Fault 3.13: it is asked with an interim answer, and then answered."""
    up.script(gate("asked"), answer(plain()))
    with gw.stream(key, stream=False, model=model) as s:
        half_close(s)
        s.wait_interim()
        assert not up.wait_requests(1)[0].closed
        up.open("asked")
        s.rest()
        assert s.status == 200 and s.ended and s.interim == [100]
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 1"


@models
@pytest.mark.parametrize("begun", [False, True], ids=["silent", "head"])
def test_before_a_stream(gw, up, key, model, begun):
    """Fault 3.13: the upstream's head alone is no answer yet."""
    up.script(head() if begun else [], gate("asked"),
              [] if begun else head(), event(chunk("Hi")), rest_of_stream())
    with gw.stream(key, model=model) as s:
        half_close(s)
        s.wait_interim()
        up.open("asked")
        assert s.rest() == STREAM and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@models
def test_in_a_stream_that_goes_on(gw, up, key, model):
    """Fault 3.13: its events go out; the first that cannot would tell."""
    up.script(head(), event(chunk("Hi")), gate("closed"), rest_of_stream())
    with gw.stream(key, model=model) as s:
        s.event()
        half_close(s)
        up.open("closed")
        assert s.rest().replace(b":\n", b"") == STREAM and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@models
def test_in_a_stream_that_rests(gw, up, key, model):
    """Fault 3.13: it is asked with a comment, which ends no event."""
    up.script(head(), event(chunk("Hi")), gate("asked"), rest_of_stream())
    with gw.stream(key, model=model) as s:
        s.event()
        half_close(s)
        s.more_body(2)
        assert s.body.endswith(b"\n\n:\n")
        assert not up.requests[0].closed
        up.open("asked")
        assert s.rest() == STREAM.replace(b"\n\n", b"\n\n:\n", 1) and s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_in_the_middle_of_an_event(gw, up, key):
    """Fault 3.13: no comment is put inside one."""
    up.script(head(), body(b'data: {"choices":[{"delta":{"content":"'),
              body(b"x" * 100_000), gate("closed"),
              body(b'"}}]}\n\n'), rest_of_stream())
    with gw.stream(key, model="canceller") as s:
        s.more_body(100_000)
        half_close(s)
        up.wait_at("closed")
        up.open("closed")
        s.rest()
        assert s.ended and b"x" * 100_000 + b'"}}]}\n\n' in s.body
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_client_that_goes_after_all(gw, up, key):
    """Fault 3.13: the first event after that tells."""
    up.script(gate("gone"), head(), event(chunk("four")), silence())
    s = gw.stream(key, model="canceller")
    request = up.wait_requests(1)[0]
    half_close(s)
    s.wait_interim()
    assert not request.closed
    s.close()
    up.open("gone")
    up.wait_closed(request)
    row, = gw.settled(key)
    assert bill(row).endswith("[client_left]")


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "stream"])
def test_http_1_0(gw, up, key, streamed):
    """Fault 3.13: there it is no leave, and there are no interim answers."""
    text = (b'{"model":"canceller","stream":%s,"messages":[{"role":"user",'
            b'"content":"hello"}]}' % (b"true" if streamed else b"false"))
    up.script(gate("closed"), [head(), event(chunk("Hi")), *rest_of_stream()]
              if streamed else answer(plain()))
    with Raw(gw.port) as c:
        c.send(b"POST /v1/chat/completions HTTP/1.0\r\nAuthorization: Bearer "
               + key.encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(text)
               + text)
        c.sock.shutdown(socket.SHUT_WR)
        up.wait_requests(1)
        up.open("closed")
        got = c.everything()
    assert got.startswith(b"HTTP/1.1 200") and b"100 Continue" not in got
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_with_the_request(gw, up, key):
    """Fault 3.13: all that `nc -N` sends is there before it is read."""
    for i in range(10):
        up.script(gate(f"go {i}"), answer(plain()))
        s = gw.stream(key, stream=False, model="canceller")
        half_close(s)
        up.wait_requests(i + 1)
        up.open(f"go {i}")
        s.rest()
        assert s.status == 200 and s.ended
        s.close()
    assert [bill(r) for r in gw.settled(key, 10)] == [EXACT] * 10


def test_in_the_middle_of_a_document(gw, up, key):
    """There nothing can be said that asks: it counts as a leave."""
    text = b'{"choices":[{"message":{"content":"four"}}],'
    up.script(head(content_type="application/json", length=200), raw(text),
              silence())
    with gw.stream(key, stream=False, model="canceller") as s:
        s.more_body(len(text))
        half_close(s)
        up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row).endswith("[client_left]")


# ---- TLS ----

@pytest.fixture(scope="module")
def tls_gw(module_gw):
    directory = reachable_dir()
    authority = Authority(directory)
    cert, key = authority.certificate()
    port = free_port()
    gateway = module_gw(
        ANSWER_MODELS, mpm_conf=ONE_CHILD, clock="still",
        modules=("ssl", "socache_shmcb"), server=f"""
SSLSessionCache shmcb:${{SRVROOT}}/run/ssl(65536)
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
ServerName localhost
LLMGateway On
SSLEngine on
SSLCertificateFile {cert}
SSLCertificateKeyFile {key}
</VirtualHost>""")
    gateway.tls_port, gateway.authority = port, authority
    yield gateway
    shutil.rmtree(directory)


def say_goodbye(s):
    """close_notify, and no end of the connection."""
    s.sock.setblocking(False)
    with contextlib.suppress(OSError):  # it would wait for the other's
        s.sock.unwrap()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2,
                                     ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("seen", [0, 1])
def test_close_notify_is_a_leave(tls_gw, up, version, seen):
    """Fault 3.13: TLS has a word for it, whether the connection ends or
    not."""
    context = tls_gw.authority.client()
    context.minimum_version = context.maximum_version = version
    key = tls_gw.new_key()
    up.script([] if seen else silence(), head(), event(chunk("four")),
              silence())
    with Stream(tls_gw.tls_port, "/v1/chat/completions", {
            "model": "canceller", "stream": True, "messages": [
                {"role": "user", "content": "hello"}]}, key,
            tls=context) as s:
        request = up.wait_requests(1)[0]
        if seen:
            s.event()
        say_goodbye(s)
        up.wait_closed(request)
        row, = tls_gw.settled(key)
    assert bill(row).endswith("[client_left]")


def test_another_request_is_no_goodbye(tls_gw, up):
    """What a TLS client sends ahead waits."""
    key = tls_gw.new_key()
    text = b'{"model":"canceller","messages":[{"role":"user","content":"x"}]}'
    ask = (b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
           b"Authorization: Bearer " + key.encode()
           + b"\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
    up.script(gate("ahead"), answer(plain()))
    up.script(answer(plain()))
    with Raw(tls_gw.tls_port) as c:
        c.sock = tls_gw.authority.client().wrap_socket(
            c.sock, server_hostname="localhost")
        c.send(ask)
        up.wait_requests(1)
        c.send(ask)
        up.open("ahead")
        got = b""
        while got.count(b"chat.completion") < 2:
            more = c.sock.recv(65536)
            assert more
            got += more
    assert [bill(r) for r in tls_gw.settled(key, 2)] == [EXACT] * 2
