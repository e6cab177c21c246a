"""Clients that do not read, or read drop by drop: the bounds hold for them as
well.  They are reset, their row is settled, and their place is free again.
The steady clock stands still but for the moves made here."""
import contextlib
import http.client
import shutil

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from h2client import H2
from harness.client import Stream
from harness.httpd import free_port, reachable_dir
from harness.raw import Raw
from harness.shapes import EXACT, bill, chunk, plain
from harness.tls import Authority
from harness.upstream import answer, body, event, head
from harness.wait import until

BASE = dict(ANSWER_MODELS["qwen3-max"], limit={})
MODELS = {
    "qwen3-max": BASE,
    "bounded": dict(BASE, deadlines={"total": 1}),
    "bounded-drain": dict(BASE, deadlines={"total": 1},
                          abort={"stream": "drain"}),
}
TLS = """
SSLSessionCache shmcb:${{SRVROOT}}/run/ssl(65536)
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
ServerName localhost
LLMGateway On
SSLEngine on
SSLCertificateFile {cert}
SSLCertificateKeyFile {key}
</VirtualHost>
"""

DRAIN = "LLMGatewayDrain tokens=10000000\n"


@pytest.fixture(scope="module")
def slow_gw(module_gw):
    directory = reachable_dir()
    authority = Authority(directory)
    cert, key = authority.certificate()
    port = free_port()
    gateway = module_gw(
        MODELS, mpm_conf=ONE_CHILD, clock="still",
        modules=("ssl", "socache_shmcb", "http2"),
        conf="Protocols h2c http/1.1", server=DRAIN
        + TLS.format(port=port, cert=cert, key=key))
    gateway.tls_port, gateway.tls = port, authority.client()
    yield gateway
    shutil.rmtree(directory)


@pytest.fixture
def gw(slow_gw, up):
    slow_gw.new_log_lines()
    yield slow_gw
    slow_gw.check_log()
    slow_gw.check_books()


class Flood:
    """A step that sends the same bytes until the gateway closes."""

    def __init__(self, data):
        self.data, self.sent = b"%x\r\n%s\r\n" % (len(data), data), 0
        self.over = False

    def __call__(self, c):
        try:
            while True:
                c.send(self.data * 16)
                self.sent += 1
        finally:
            self.over = True

    def wait_stuck(self):
        """Nothing more was taken for as long as a hundred looks last."""
        seen = []

        def stuck():
            seen.append(self.sent)
            return len(seen) > 100 and seen[-100] == seen[-1] > 0

        until(stuck)


TOO_LONG = b'"code":"upstream_timeout"}}\n\n'
EVENTS = b'data: {"choices":[{"index":0,"delta":{"content":"' + b"x" * 1000 \
    + b'"}}]}\n\n'


@pytest.fixture
def flood(up):
    """flood(streamed): the upstream's next answer never ends."""
    def make(streamed):
        if streamed:
            made = Flood(EVENTS)
            up.script(head(), made)
        else:
            made = Flood(b"x" * 1000)
            up.script(head(content_type="application/json"),
                      body(b'{"choices":[{"message":{"content":"'),
                      made)
        return made
    return make


def ask(gw, key, model, streamed, secure):
    return Stream(gw.tls_port if secure else gw.port, "/v1/chat/completions",
                  {"model": model, "stream": streamed, "messages": [
                      {"role": "user", "content": "hello"}]}, key,
                  tls=gw.tls if secure else None)


def take(s, count):
    """So many bytes, or a few more."""
    data = bytearray()
    while len(data) < count:
        more = s.sock.recv(1 << 20)
        assert more
        data += more
    return bytes(data)


def writer(gw, policy):
    """A model whose clients must take something in a second."""
    gw.must("PUT", "/models/writer", dict(
        BASE, estimates="fixed", routes=[{"upstream": "mock"}],
        deadlines={"write": 1}, abort={"stream": policy, "plain": policy}))
    return "writer"


def check_reset(s):
    """What is under way comes, then a reset: no end that looks like one."""
    last = b""
    with pytest.raises(ConnectionResetError):
        while data := s.sock.recv(1 << 20):
            last = (last + data)[-64:]
    assert not last.endswith(b"0\r\n\r\n")


def check_left(gw, key, up):
    row, = gw.settled(key)
    assert bill(row).startswith("estimated/estimated ")
    assert bill(row).endswith("[client_left]")
    up.wait_closed(up.requests[0])
    # its place is free: the key has one
    up.script(answer(plain()))
    assert gw.chat(key).status == 200


both = pytest.mark.parametrize("secure", [False, True], ids=["http", "tls"])
kinds = pytest.mark.parametrize("streamed", [True, False],
                                ids=["stream", "plain"])


@both
@kinds
@pytest.mark.parametrize("reads", ["nothing", "drops"])
def test_total(gw, up, flood, secure, streamed, reads):
    """Fault 1.11: `total` holds for who reads nothing, or 64 bytes at a time.
    Before, a thread, a place and a reserve were held for `Timeout` and
    longer."""
    gw.expect_log("LG0060")
    key = gw.new_key(limits={"concurrency": 1})
    upstream = flood(streamed)
    with ask(gw, key, "bounded", streamed, secure) as s:
        up.wait_requests(1)
        upstream.wait_stuck()
        for _ in range(9):
            gw.clock.steady(0.111)
            if reads == "drops":
                s.sock.recv(64)
        assert gw.rows(key) == [] and not upstream.over
        gw.clock.steady(0.001)
        check_left(gw, key, up)
        if not secure:
            check_reset(s)


def test_total_ends_a_drain_too(gw, up, flood):
    """Fault 1.11: nothing is read on after that."""
    gw.expect_log("LG0060")
    key = gw.new_key(limits={"concurrency": 1})
    upstream = flood(True)
    with ask(gw, key, "bounded-drain", True, False) as s:
        up.wait_requests(1)
        upstream.wait_stuck()
        gw.clock.steady(1)
        check_left(gw, key, up)
        check_reset(s)


@both
@kinds
def test_write(gw, up, flood, secure, streamed):
    """Fault 1.11: who takes nothing for `write` counts as having left."""
    key = gw.new_key(limits={"concurrency": 1})
    upstream = flood(streamed)
    with ask(gw, key, writer(gw, "cancel"), streamed, secure) as s:
        up.wait_requests(1)
        upstream.wait_stuck()
        with gw.clock.ticking():
            until(lambda: upstream.over)
        check_left(gw, key, up)
        if not secure:
            check_reset(s)
    assert "LG0063" in gw.log()


def test_write_then_a_drain(gw, up, flood):
    """Fault 1.11: the upstream is read on, as for a client that left."""
    key = gw.new_key()
    upstream = flood(True)
    with ask(gw, key, writer(gw, "drain"), True, False):
        up.wait_requests(1)
        upstream.wait_stuck()
        before = upstream.sent
        with gw.clock.ticking():
            gw.wait_drain()
        until(lambda: upstream.sent > before + 1000)
        with gw.clock.ticking():
            up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row).endswith("[client_left]")


@both
def test_who_reads_slowly_is_waited_for(gw, up, flood, secure):
    """As long as something is taken, `write` begins anew."""
    key = gw.new_key()
    upstream = flood(True)
    with ask(gw, key, writer(gw, "cancel"), True, secure) as s:
        up.wait_requests(1)
        for _ in range(6):
            upstream.wait_stuck()
            gw.clock.steady(0.9)
            before = upstream.sent
            take(s, 8_000_000)
            until(lambda: upstream.sent > before)
        assert gw.rows(key) == [] and not upstream.over
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row).endswith("[client_left]")


@both
def test_a_long_answer_arrives_whole(gw, up, secure):
    """More than any socket takes, read late."""
    text = "y" * 20_000_000
    up.script(answer(plain(text)))
    key = gw.new_key()
    with ask(gw, key, "qwen3-max", False, secure) as s:
        up.wait_requests(1)
        assert b'"' + text.encode() + b'"' in take(s, len(text) + 100)
    row, = gw.settled(key)
    assert bill(row) == EXACT


@both
def test_many_answers_over_one_connection(gw, up, secure):
    """What an answer leaves in the socket does not hold up the next."""
    key = gw.new_key()
    c = http.client.HTTPSConnection("localhost", gw.tls_port, context=gw.tls) \
        if secure else http.client.HTTPConnection("127.0.0.1", gw.port)
    with contextlib.closing(c):
        for size in (10, 3000, 100, 300_000, 10, 2_000_000, 5):
            up.script(answer(plain("z" * size)))
            c.request("POST", "/v1/chat/completions", b'{"model":"qwen3-max",'
                      b'"messages":[{"role":"user","content":"hello"}]}',
                      {"Authorization": f"Bearer {key}"})
            r = c.getresponse()
            assert r.status == 200 and b"z" * size in r.read()
    assert [bill(r) for r in gw.settled(key, 7)] == [EXACT] * 7


def chat_bytes(key, model):
    text = b'{"model":"%s","messages":[{"role":"user","content":"hello"}]}' \
        % model.encode()
    return (b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n"
            b"Authorization: Bearer " + key.encode()
            + b"\r\nContent-Length: %d\r\n\r\n" % len(text) + text)


def test_other_answers_of_the_connection_pass(gw, up):
    """Between ours, in any order."""
    key = gw.new_key()
    (gw.root / "htdocs" / "file").write_bytes(b"f" * 3_000_000)
    with Raw(gw.port) as c:
        for _ in range(3):
            up.script(answer(plain("z" * 100_000)))
            c.send(chat_bytes(key, "qwen3-max"))
            assert b"z" * 100_000 in c.response().body
            c.send(b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
            assert c.response("GET").body == b"f" * 3_000_000
    assert [bill(r) for r in gw.settled(key, 3)] == [EXACT] * 3


# ---- HTTP/2 ----

def post(h2, key, model):
    return h2.post("/v1/chat/completions", {
        "model": model, "stream": True,
        "messages": [{"role": "user", "content": "hello"}]}, key)


def test_total_over_http2(gw, up, flood):
    """As for any stream whose time is over; the connection goes on."""
    gw.expect_log("LG0060")
    key = gw.new_key(limits={"concurrency": 1})
    upstream = flood(True)
    with H2(gw.port, window=None) as h2:
        s = post(h2, key, "bounded")
        up.wait_requests(1)
        while len(s.body) < 50_000:
            assert h2.read()
        upstream.wait_stuck()
        gw.clock.steady(1)
        s.rest()                # opens the window as it reads
        assert s.ended and s.body.endswith(TOO_LONG)
        up.wait_closed(up.requests[0])
        row, = gw.settled(key)
        assert bill(row).endswith("[cut]")
        up.script(answer(plain()))
        again = post(h2, key, "qwen3-max")
        again.rest()
        assert again.ended


def test_silence_over_http2(make_gw, up, flood):
    """mod_http2 waits for H2StreamTimeout, which the documentation sets."""
    gw = make_gw(models=MODELS, mpm_conf=ONE_CHILD, clock="still",
                 modules=("http2",), conf="Protocols h2c http/1.1",
                 server="H2StreamTimeout 2\n" + DRAIN)
    key = gw.new_key(limits={"concurrency": 1})
    upstream = flood(True)
    with H2(gw.port, window=None) as h2:
        post(h2, key, "bounded")
        up.wait_requests(1)
        upstream.wait_stuck()
        check_left(gw, key, up)
