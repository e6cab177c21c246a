"""Upstreams that do not read what they are sent: the client that leaves, the
deadlines and the child's stop are noticed all the same; and long bodies
arrive as they are."""
import contextlib
import json
import os
import shutil
import socket
import threading

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from harness.httpd import reachable_dir
from harness.shapes import EXACT, bill, plain, trip
from harness.tls import Authority, section
from harness.upstream import Upstream, answer
from harness.wait import PATIENCE, until

CACHE = "SSLSessionCache shmcb:${SRVROOT}/run/ssl(65536)\n"
BIG = "x" * 12_000_000          # more than all buffers on the way
MODELS = {
    "canceller": ANSWER_MODELS["canceller"],
    "drainer": ANSWER_MODELS["drainer"],
    "idle": ANSWER_MODELS["idle"],
    "bounded": ANSWER_MODELS["bounded"],
}


class Stalled:
    """Takes connections, makes a handshake if it has TLS, reads nothing."""

    def __init__(self, tls=None):
        self.tls, self.taken = tls, []
        self.listen = socket.socket()
        self.listen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.listen.bind(("127.0.0.1", 0))
        self.listen.listen()
        name = "localhost" if tls else "127.0.0.1"
        self.url = f"http{'s' if tls else ''}://{name}:" \
                   f"{self.listen.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock = self.listen.accept()[0]
                if self.tls:
                    sock = self.tls.wrap_socket(sock, server_side=True)
                self.taken.append(sock)
            except OSError:
                return

    def wait(self):
        """The newest connection, once it is stuck: it is full, and from one
        look to the next no more came."""
        seen = [-1]

        def stuck():
            seen.append(self.unread() if self.taken else -1)
            return seen[-1] > 0 and seen[-1] == seen[-2]

        until(stuck)
        return self.taken[-1]

    def unread(self):
        """Bytes that the kernel holds for the newest connection."""
        try:
            return len(socket.socket.recv(
                self.taken[-1], 1 << 24, socket.MSG_PEEK
                | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return 0

    def wait_gone(self, sock):
        """Read, without TLS, up to the end."""
        sock.settimeout(PATIENCE)
        with contextlib.suppress(ConnectionResetError):
            while socket.socket.recv(sock, 1 << 20):
                pass

    def close(self):
        self.listen.close()
        for sock in self.taken:
            sock.close()


@pytest.fixture(scope="module")
def authority():
    directory = reachable_dir()
    yield Authority(directory)
    shutil.rmtree(directory)


@pytest.fixture(params=["http", "https"])
def stalled(request, authority):
    server = Stalled(authority.server() if request.param == "https" else None)
    yield server
    server.close()


@pytest.fixture(scope="module")
def stall_gw(authority, module_gw):
    return module_gw(MODELS, mpm_conf=ONE_CHILD, clock="still", modules=(
        "ssl", "socache_shmcb"), server=CACHE + section(authority.file))


@pytest.fixture
def gw(stall_gw, up):
    stall_gw.new_log_lines()
    yield stall_gw
    stall_gw.check_log()
    stall_gw.check_books()


def route(gw, server):
    gw.must("PUT", "/upstreams/mock", {
        "base_url": server.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "sk-upstream-secret"}]})


def ask(gw, key, model, size=len(BIG)):
    return gw.stream(key, model=model, messages=[
        {"role": "user", "content": BIG[:size]}])


@pytest.mark.parametrize("model", ["canceller", "drainer"])
def test_a_client_that_leaves(gw, stalled, model):
    """Before the request was sent: it costs nothing under either policy."""
    route(gw, stalled)
    key = gw.new_key()
    s = ask(gw, key, model)
    sock = stalled.wait()
    s.close()
    stalled.wait_gone(sock)     # what it held has to be read first
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [client_left]"
    assert trip(row) == "0 unreached 1"


@pytest.mark.parametrize("model", ["idle", "bounded"])
def test_a_deadline(gw, stalled, model):
    route(gw, stalled)
    gw.expect_log("LG0060")
    key = gw.new_key()
    with ask(gw, key, model) as s:
        stalled.wait()
        gw.clock.steady(0.999)
        assert s.silent()
        gw.clock.steady(0.001)
        # the gateway may have begun to wait after that
        with gw.clock.ticking() if model == "idle" \
                else contextlib.nullcontext():
            s.rest()
        assert s.status == 504
    row, = gw.settled(key)
    assert row["end_ms"] == 1000 if model == "bounded" \
        else row["end_ms"] >= 1000
    assert bill(row) == "failed/none 0" and trip(row) == "504 unreached 1"
    assert gw.attempts(row) == [("mock", 0, "timeout")]


def test_a_child_that_stops(make_gw, stalled, authority):
    """httpd takes no force: its log would tell (AH00045, AH00046)."""
    gw = make_gw(models=MODELS, modules=("ssl", "socache_shmcb"),
                 server=CACHE + section(authority.file))
    route(gw, stalled)
    key = gw.new_key()
    with ask(gw, key, "canceller"):
        stalled.wait()
        gw.stop()
    gw.start()
    row, = gw.settled(key)
    # the MPM closes the clients' connections a moment before it tells us
    assert bill(row) in ("failed/none 0 [cut]", "failed/none 0 [client_left]")
    if "this child stops" in gw.log():
        gw.expect_log("LG0060")


@pytest.mark.parametrize("size", [0, 15000, 16384, 17000, 100_000, 300_000,
                                  5_000_000, len(BIG)])
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_bodies_of_all_sizes_arrive(gw, up, authority, size, secure):
    server = Upstream(tls=authority.server()) if secure else up
    url = f"https://localhost:{server.port}" if secure else server.url
    try:
        route(gw, type("", (), {"url": url}))
        key = gw.new_key()
        for _ in range(2):      # the second over a pooled connection
            server.script(answer(plain()))
            body = {"model": "canceller", "messages": [
                {"role": "user", "content": os.urandom(size // 2).hex()}]}
            r = gw.request("POST", "/v1/chat/completions", body, key)
            assert r.status == 200
            assert server.requests[-1].body == json.dumps(body).encode()
        assert [bill(r) for r in gw.settled(key, 2)] == [EXACT] * 2
    finally:
        if secure:
            server.stop()

