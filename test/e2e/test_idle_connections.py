"""Pooled connections that nobody needs any more are closed by the next request
of the process that has them."""
import pytest

from conftest import ONE_CHILD, MODELS
from harness.shapes import plain
from harness.upstream import Upstream, answer, gate
from harness.wait import until

ONE_PREFORK = ("StartServers 1\nMinSpareServers 1\nMaxSpareServers 1\n"
               "ServerLimit 4\nMaxRequestWorkers 1\n")


@pytest.fixture
def other():
    server = Upstream()
    yield server
    server.stop()


def warm(gw, up, other):
    """A connection of the model `elsewhere` is pooled."""
    gw.must("PUT", "/upstreams/other", {
        "base_url": other.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "s"}]})
    gw.must("PUT", "/models/elsewhere", {
        "routes": [{"upstream": "other"}], "free": True})
    other.script(answer(plain()))
    r = gw.chat(gw.new_key(), model="elsewhere")
    assert r.status == 200
    gw.wait_ended(r.headers["x-request-id"])
    assert other._socks


def sockets(gw, port):
    """States of the children's sockets to a port: 01 open, 08 CLOSE_WAIT."""
    end = f"0100007F:{port:04X}"
    with open("/proc/net/tcp") as f:
        return [line.split()[3] for line in f if line.split()[2] == end
                and line.split()[3] in ("01", "08")]


CHANGES = {
    "disabled": ("PATCH", "/upstreams/other", {"disabled": True}),
    "deleted": ("DELETE", "/upstreams/other", None),
    "changed": ("PATCH", "/upstreams/other", {"metadata": {"a": 1}}),
}


@pytest.mark.parametrize("mpm,conf", [("event", ONE_CHILD),
                                      ("prefork", ONE_PREFORK)])
@pytest.mark.parametrize("closes", [False, True], ids=["open", "close-wait"])
@pytest.mark.parametrize("change", CHANGES)
def test_of_an_upstream_that_is_no_more(make_gw, up, other, change, closes,
                                        mpm, conf):
    """Fault 4.12: the next request of the process, wherever it goes, closes
    them, whether the upstream has closed or not."""
    gw = make_gw(mpm=mpm, mpm_conf=conf, models=MODELS)
    warm(gw, up, other)
    gw.must(*CHANGES[change])
    if closes:
        other.drop_connections()
        until(lambda: sockets(gw, other.port) == ["08"])
    up.script(answer(plain()))
    assert gw.chat(gw.new_key()).status == 200
    until(lambda: sockets(gw, other.port) == [])


def test_those_in_use_are_closed_when_they_are_free(make_gw, up, other):
    """Fault 4.12: a request under way goes on."""
    gw = make_gw(mpm_conf=ONE_CHILD, models=MODELS)
    warm(gw, up, other)
    other.script(gate("changed"), answer(plain()))
    with gw.stream(gw.new_key(), stream=False, model="elsewhere") as s:
        other.wait_requests(2)
        gw.must(*CHANGES["changed"])
        up.script(answer(plain()))
        assert gw.chat(gw.new_key()).status == 200
        other.open("changed")
        s.rest()
        assert s.status == 200 and s.ended
    until(lambda: sockets(gw, other.port) == [])
