"""Upstreams that speak TLS: verified by default, pooled, watched; and no
other proxy of the server is touched by it."""
import shutil
import socket
import threading

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD, Gateway, sanitizer_reports
from harness.client import Stream
from harness.httpd import free_port, reachable_dir
from harness.shapes import EXACT, bill, chunk, padded, plain, trip
from harness.tls import Authority, section
from harness.upstream import (Upstream, answer, event, gate, head, silence,
                              whole_stream)
from harness.wait import PATIENCE, until

CUT = "estimated/estimated 155000000: input 58, output 1"
# what is said of mod_ssl without SSLSessionCache, and of a failed handshake
NO_CACHE = "AH01873"
REFUSED = ("LG0080", "AH01084", "AH00898", "AH01097")


def url(upstream):
    return f"https://localhost:{upstream.port}/v1"


@pytest.fixture(scope="module")
def authority():
    directory = reachable_dir()
    yield Authority(directory)
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def secure(authority):
    upstream = Upstream(tls=authority.server())
    yield upstream
    upstream.stop()


def set_up(gateway, upstream):
    gateway.must("PUT", "/upstreams/mock", {
        "base_url": url(upstream), "dialect": "openai",
        "credentials": [{"secret": "sk-upstream-secret"}]})
    for name, spec in ANSWER_MODELS.items():
        gateway.must("PUT", "/models/" + name,
                     dict(spec, routes=[{"upstream": "mock"}]))


@pytest.fixture(scope="module")
def module_gw(authority, secure):
    cert, key = authority.certificate()
    port = free_port()          # for clients that speak TLS, too
    gateway = Gateway(
        mpm_conf=ONE_CHILD, modules=("ssl",), clock="still",
        server=section(authority.file)
        + f"Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\n"
        "ServerName localhost\nLLMGateway On\nSSLEngine on\n"
        f"SSLCertificateFile {cert}\n"
        f"SSLCertificateKeyFile {key}\n</VirtualHost>\n")
    gateway.tls_port = port
    gateway.start()
    set_up(gateway, secure)
    yield gateway
    gateway.stop()
    problems = sanitizer_reports(gateway)
    gateway.remove()
    assert not problems, problems


@pytest.fixture
def up(secure):
    secure.clear()
    return secure


@pytest.fixture
def gw(module_gw, up):
    module_gw.new_log_lines()
    yield module_gw
    module_gw.check_log()
    module_gw.check_books()


def test_it_is_pooled(gw, up, key):
    before = up.connections
    for i in range(6):
        up.script(answer(plain()) if i % 2 else whole_stream())
        r = gw.chat(key, stream=i % 2 == 0)
        assert r.status == 200
        gw.wait_ended(r.headers["x-request-id"])
    assert up.connections <= before + 1
    assert up.requests[-1].header("host") == f"localhost:{up.port}"
    assert [bill(r) for r in gw.settled(key, 6)] == [EXACT] * 6


def test_no_event_stays_behind(gw, up, key):
    """Data that TLS has taken in does not show in a poll of the socket: one
    that is left there stays for as long as the clock stands still."""
    steps = [head()]
    for i in range(100):
        steps += [event(chunk(f"{i}")), gate(f"seen {i}")]
    up.script(steps, whole_stream()[2:])
    with gw.stream(key) as s:
        for i in range(100):
            assert s.data()["choices"][0]["delta"]["content"] == f"{i}"
            up.open(f"seen {i}")
        s.rest()
        assert s.ended
    row, = gw.settled(key)
    assert bill(row) == EXACT


@pytest.mark.parametrize("seen", [0, 1])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_client_that_leaves(gw, up, key, authority, seen, tls):
    """Over TLS upstream, and on both sides; no deadline passes."""
    for i in range(5):
        up.script([] if seen else silence(), head(), event(chunk("four")),
                  silence())
        s = Stream(gw.tls_port if tls else gw.port, "/v1/chat/completions", padded({
            "model": "canceller", "stream": True, "messages": [
                {"role": "user", "content": "hello"}]}, 200), key,
            tls=authority.client() if tls else None)
        request = up.wait_requests(i + 1)[i]
        if seen:
            s.event()
        s.close()
        up.wait_closed(request)
    assert [bill(r) for r in gw.settled(key, 5)] == [
        (CUT if seen else "estimated/estimated 145000000: input 58")
        + " [client_left]"] * 5


def test_a_client_that_leaves_is_drained_for(gw, up, key):
    up.script(head(), event(chunk("four")), gate("gone"), whole_stream()[2:])
    with gw.stream(key, model="drainer") as s:
        s.event()
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == ("settled/drained 3000000000: input 1000, output 50 "
                         "[client_left]")


def test_an_idle_deadline(gw, up, key):
    gw.expect_log("LG0060")
    up.script(head(), event(chunk("four")), silence())
    with gw.stream(key, model="idle") as s:
        s.event()
        gw.clock.steady(0.999)
        assert s.silent()
        with gw.clock.ticking():
            s.rest()
        assert b"upstream_timeout" in s.body and s.ended
    row, = gw.settled(key)
    assert bill(row) == CUT + " [cut]" and row["end_ms"] >= 1000


# ---- who it is ----

@pytest.fixture(scope="module")
def others(session_upstream, module_gw, authority):
    """Upstreams that are not whom they should be, as models of that name."""
    directory = reachable_dir()
    made = {"wrong-ca": Upstream(tls=Authority(directory, "x").server()),
            "wrong-name": Upstream(tls=authority.server("elsewhere.test")),
            "expired": Upstream(tls=authority.server(days=-1))}
    for name, upstream in made.items():
        module_gw.must("PUT", f"/upstreams/{name}", {
            "base_url": url(upstream), "dialect": "openai",
            "credentials": [{"secret": "sk-upstream-secret"}]})
        module_gw.must("PUT", f"/models/{name}", dict(
            ANSWER_MODELS["qwen3-max"], routes=[{"upstream": name}]))
    yield made
    for upstream in made.values():
        upstream.stop()
    shutil.rmtree(directory)


@pytest.mark.parametrize("name", ["wrong-ca", "wrong-name", "expired"])
def test_not_whom_it_should_be(gw, key, others, name):
    gw.expect_log(*REFUSED)
    others[name].script(answer(plain()))
    r = gw.chat(key, model=name)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    assert others[name].requests == []      # nothing was sent there
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 unreached 1"
    assert gw.attempts(row) == [(name, 0, "connect")]


@pytest.fixture
def mute_server():
    """Takes connections, and says nothing."""
    listen = socket.create_server(("127.0.0.1", 0))
    taken = []

    def accept():
        while True:
            try:
                taken.append(listen.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield listen.getsockname()[1], taken
    listen.close()
    for s in taken:
        s.close()


def wait_eof(taken):
    """Wait until the gateway has closed its one connection there."""
    until(lambda: taken)
    taken[0].settimeout(PATIENCE)
    while taken[0].recv(4096):
        pass


def mute_model(gw, port, name="late"):
    gw.must("PUT", "/upstreams/mute", {
        "base_url": f"https://localhost:{port}/v1", "dialect": "openai",
        "credentials": [{"secret": "s"}]})
    gw.must("PUT", "/models/mute", dict(ANSWER_MODELS[name],
                                        routes=[{"upstream": "mute"}]))
    return "mute"


def test_a_handshake_that_never_ends_has_a_deadline(gw, key, mute_server):
    gw.expect_log("LG0060")
    port, taken = mute_server
    with gw.stream(key, model=mute_model(gw, port)) as s:
        until(lambda: taken)
        gw.clock.steady(0.999)
        assert s.silent()
        gw.clock.steady(0.001)
        s.rest()
    assert s.status == 504
    wait_eof(taken)
    row, = gw.settled(key)
    assert row["end_ms"] == 1000
    assert bill(row) == "failed/none 0" and trip(row) == "504 unreached 1"


def test_leaving_in_the_handshake_costs_nothing(gw, key, mute_server):
    """The upstream has not seen the request."""
    port, taken = mute_server
    s = gw.stream(key, model=mute_model(gw, port, "drainer"))
    until(lambda: taken)
    s.close()
    wait_eof(taken)
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [client_left]"
    assert trip(row) == "0 unreached 1"


# ---- the section ----

def test_without_the_section_https_is_refused(make_gw, secure):
    gw = make_gw(modules=("ssl",), set_up=False)
    set_up(gw, secure)
    secure.clear()
    before = secure.connections
    gw.expect_log("LG0081", "LG0080", NO_CACHE)
    key = gw.new_key()
    assert gw.chat(key).status == 502
    assert secure.connections == before
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "502 unreached 1"


def test_without_mod_ssl_https_is_refused(make_gw, secure):
    gw = make_gw(set_up=False)
    set_up(gw, secure)
    gw.expect_log("LG0081", "LG0080")
    key = gw.new_key()
    assert gw.chat(key).status == 502
    row, = gw.settled(key)
    assert trip(row) == "502 unreached 1"


def test_no_other_proxy_is_changed(make_gw, authority, secure):
    """A ProxyPass of the same host has its own SSLProxy settings, and none
    of ours."""
    port = secure.port
    gw = make_gw(modules=("ssl",), set_up=False,
                 server=section(authority.file),
                 conf=f"ProxyPass /theirs https://localhost:{port}/theirs")
    set_up(gw, secure)
    key = gw.new_key()
    for _ in range(2):
        secure.clear()
        secure.script(answer(plain()))
        assert gw.chat(key).status == 200
        gw.expect_log("AH00961", "AH01961", NO_CACHE)
        r = gw.request("GET", "/theirs")    # no SSLProxyEngine: httpd's 500
        assert r.status == 500
        assert len(secure.requests) == 1
    assert [bill(r) for r in gw.settled(key, 2)] == [EXACT] * 2


def test_another_proxy_keeps_its_own_policy(make_gw, authority, secure):
    """Theirs verifies nothing, ours everything: with a foreign authority in
    the section only ours is refused."""
    directory = reachable_dir()
    foreign = Authority(directory, "foreign")
    try:
        gw = make_gw(modules=("ssl",), set_up=False,
                     server=section(foreign.file),
                     conf="SSLProxyEngine on\nProxyPass /theirs "
                          f"https://localhost:{secure.port}/x")
        set_up(gw, secure)
        key = gw.new_key()
        gw.expect_log(*REFUSED, NO_CACHE)
        assert gw.chat(key).status == 502
        secure.clear()
        secure.script(answer(plain()))
        assert gw.request("GET", "/theirs").status == 200
        row, = gw.settled(key)
        assert trip(row) == "502 unreached 1"
    finally:
        shutil.rmtree(directory)
