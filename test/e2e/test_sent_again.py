"""Pooled connections that end when a request goes over them: it is sent again
where it is certain that nobody read it, and nowhere else, but for upstreams
that say that they do not mind."""
import os
import shutil
import signal

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from harness.httpd import reachable_dir
from harness.shapes import EXACT, bill, chunk, plain, sse, trip
from harness.tls import Authority, section
from harness.upstream import (Upstream, answer, close, gate, raw, reset,
                              whole_stream)
from harness.wait import until

DIED = ("AH01102", "AH00898")       # what mod_proxy says of it
CACHE = "SSLSessionCache shmcb:${SRVROOT}/run/ssl(65536)\n"


class Place:
    """A gateway whose one child can be stopped, and its upstreams."""

    def __init__(self, module_gw, directory):
        self.authority = Authority(directory)
        self.flag = directory / "crash"
        directory.chmod(0o777)
        self.gw = module_gw(
            ANSWER_MODELS, flavour="crash", mpm_conf=ONE_CHILD,
            env={"LLMGW_CRASH": str(self.flag)},
            modules=("ssl", "socache_shmcb"),
            server=CACHE + section(self.authority.file))
        self.secure = Upstream(tls=self.authority.server())
        self.plain, self.other = Upstream(), Upstream()


@pytest.fixture(scope="module")
def place(module_gw):
    directory = reachable_dir()
    made = Place(module_gw, directory)
    yield made
    for server in (made.secure, made.plain, made.other):
        server.stop()
    shutil.rmtree(directory)


@pytest.fixture
def gw(place):
    for server in (place.secure, place.plain, place.other):
        server.clear()
    place.gw.new_log_lines()
    yield place.gw
    place.gw.check_log()
    place.gw.check_books()


@pytest.fixture(params=["http", "https"])
def up(request, place, gw):
    """The upstream of the model `once`, with one pooled connection."""
    server = place.secure if request.param == "https" else place.plain
    route(place, server)
    pool(gw, server)
    return server


def route(place, server, **more):
    name = "localhost" if server.tls else "127.0.0.1"
    scheme = "https" if server.tls else "http"
    for upstream, url in (
            ("once", f"{scheme}://{name}:{server.port}"),
            ("other", place.other.url)):
        place.gw.must("PUT", f"/upstreams/{upstream}", dict(
            more if upstream == "once" else {}, base_url=url + "/v1",
            dialect="openai", credentials=[{"secret": "sk-secret"}]))
    for model, upstreams in (("once", ["once"]), ("two", ["once", "other"])):
        place.gw.must("PUT", f"/models/{model}", {
            "estimates": "fixed", "routes": [
                {"upstream": u, "priority": i}
                for i, u in enumerate(upstreams)],
            "price": ANSWER_MODELS["qwen3-max"]["price"]})


def pool(gw, server):
    """Have one connection, used once, in the pool."""
    server.drop_connections()
    server.wait_idle()
    server.script(answer(plain()))
    r = gw.chat(gw.new_key(), model="once")
    assert r.status == 200
    gw.wait_ended(r.headers["x-request-id"])
    server.clear()


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("how", [close, reset])
def test_one_that_may_have_been_read(gw, up, key, how, streamed):
    """Fault 3.12: the upstream had all of it, and may work on it."""
    gw.expect_log(*DIED, "LG0080")
    up.script(how())
    r = gw.chat(key, model="once", stream=streamed)
    assert r.status == 502
    error = r.json()["error"]
    assert error["code"] == "upstream_unavailable"
    assert "not sent there again" in error["message"]
    request, = up.requests
    assert request.number == 1      # the second on its connection
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("once", 0, "broke")]


def test_a_long_one_that_may_have_been_read(gw, up, key):
    """Fault 3.12: of many packets, all of which were taken in."""
    gw.expect_log(*DIED, "LG0080")
    up.script(gate("read"), close())
    up.open("read")
    r = gw.chat(key, model="once", messages=[
        {"role": "user", "content": "x" * 3_000_000}])
    assert r.status == 502 and len(up.requests) == 1


def test_one_whose_answer_had_begun(gw, up, key):
    """Half a status line is no answer, and says that it was read."""
    gw.expect_log(*DIED, "LG0080")
    up.script(raw(b"HTTP/1.1 2"), close())
    assert gw.chat(key, model="once").status == 502
    assert len(up.requests) == 1


def test_another_upstream_may_take_it(gw, up, place, key):
    """Fault 3.12: as after any other attempt that broke; the same one does
    not get it twice."""
    gw.expect_log(*DIED, "LG0080")
    up.script(close())
    place.other.script(answer(plain()))
    assert gw.chat(key, model="two").status == 200
    assert len(up.requests) == 1 and len(place.other.requests) == 1
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("once", 0, "broke")]


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("how", [close, reset])
def test_where_the_upstream_does_not_mind(gw, up, place, key, how, streamed):
    """Fault 3.12: `retry_sent` is the upstream's word for it."""
    gw.expect_log(*DIED)
    route(place, up, retry_sent=True)
    assert gw.must("GET", "/upstreams/once")["retry_sent"] is True
    pool(gw, up)
    up.script(how())
    up.script(whole_stream() if streamed else answer(plain()))
    r = gw.chat(key, model="once", stream=streamed)
    assert r.status == 200
    if streamed:
        assert r.body == sse(chunk("Hi"), chunk(finish="stop"))
    first, again = up.requests
    assert first.body == again.body and again.number == 0
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("once", 0, "pooled")]


def test_nor_is_it_sent_a_third_time(gw, up, place, key):
    """Fault 3.12: the retry is over a fresh connection, and there no other
    one follows."""
    gw.expect_log(*DIED, "LG0080")
    route(place, up, retry_sent=True)
    pool(gw, up)
    for _ in range(3):
        up.script(close())
    assert gw.chat(key, model="once").status == 502
    assert len(up.requests) == 2
    row, = gw.settled(key)
    assert gw.attempts(row) == [("once", 0, "pooled"), ("once", 0, "broke")]


def stopped(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rpartition(") ")[2][0] == "T"


def test_one_that_nobody_can_have_read(gw, up, place, key):
    """The upstream closes after mod_proxy's look and before the request: its
    system never takes it in, and that can be seen."""
    gw.expect_log(*DIED)
    place.flag.write_text("handing 1 stop")
    place.flag.chmod(0o666)
    with gw.stream(key, stream=False, model="once") as s:
        child, = gw.children()
        until(lambda: stopped(child))
        up.drop_connections()
        up.wait_idle()
        up.script(answer(plain()))
        os.kill(child, signal.SIGCONT)
        s.rest()
        assert s.status == 200 and s.ended
    assert len(up.requests) == 1
    row, = gw.settled(key)
    assert bill(row) == EXACT and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("once", 0, "pooled")]
