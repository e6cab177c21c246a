"""No upstream is at an address of the link or of a cloud's metadata."""
import subprocess

import pytest

from conftest import ANSWER_MODELS
from harness.shapes import plain
from harness.upstream import Upstream, answer

HOSTS = [
    "169.254.169.254", "169.254.170.2", "169.254.1.1", "100.100.100.200",
    "168.63.129.16", "[fe80::1]", "[fe80::1%25lo]", "[febf::1]",
    "[fd00:ec2::254]", "[fd20:ce::254]", "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]", "[::a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]", "2852039166", "0xa9fea9fe", "025177524776",
    "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "169.16689662",
    "169.254.43518", "1684301000", "metadata.google.internal",
    "Metadata.GOOGLE.internal.", "metadata", "instance-data",
    "metadata.tencentyun.com"]


@pytest.fixture(scope="module")
def lgw(module_gw):
    return module_gw()


def spec(url, **more):
    return dict({"base_url": url, "dialect": "openai",
                 "credentials": [{"secret": "sk-upstream-secret"}]}, **more)


@pytest.mark.parametrize("host", HOSTS)
def test_what_cannot_be_written(lgw, host):
    """Fault 1.5: in every spelling, in base_url and in paths."""
    for url in (f"http://{host}/latest", f"https://{host}:8443/v1"):
        r = lgw.admin("PUT", "/upstreams/local", spec(url))
        assert r.status == 400, r
        error = r.json()["error"]
        assert error["param"] == "base_url"
        assert "LLMGatewayLinkLocal On" in error["message"]
    r = lgw.admin("PUT", "/upstreams/local", spec(
        "https://api.example.com/v1",
        paths={"embeddings": f"http://{host}/x"}))
    assert r.status == 400 and r.json()["error"]["param"] \
        == "paths.embeddings"
    r = lgw.admin("PUT", "/catalog", {"upstreams": [dict(
        spec(f"http://{host}/v1"), id="local")]})
    assert r.status == 400 or r.json()["errors"]


@pytest.mark.parametrize("host", [
    "127.0.0.1", "[::1]", "10.0.0.1", "192.168.0.1", "172.16.0.1",
    "100.64.0.1", "localhost", "[fd00::1]", "[fec0::1]", "8.8.8.8",
    "metadata.example.com"])
def test_what_can_be_written(lgw, host):
    lgw.must("PUT", "/upstreams/fine", spec(f"http://{host}:1/v1"))


def test_the_directive_opens_it(make_gw):
    """Fault 1.5: LLMGatewayLinkLocal On."""
    gw = make_gw(server="LLMGatewayLinkLocal On")
    for host in HOSTS:
        gw.must("PUT", "/upstreams/local", spec(f"http://{host}/v1"))


@pytest.fixture
def link(up):
    """An upstream at an address of the link, on this machine."""
    address = "169.254.7.7"
    done = subprocess.run(["ip", "addr", "add", address + "/32", "dev", "lo"],
                          capture_output=True)
    if done.returncode != 0:
        pytest.skip("addresses cannot be added here")
    upstream = Upstream(host="0.0.0.0")
    yield address, upstream
    upstream.stop()
    subprocess.run(["ip", "addr", "del", address + "/32", "dev", "lo"])


def models(gw):
    gw.must("PUT", "/models/local", dict(ANSWER_MODELS["qwen3-max"], routes=[
        {"upstream": "local"}]))


@pytest.mark.parametrize("on", [False, True])
def test_what_a_name_comes_to(make_gw, link, on):
    """Fault 1.5: nothing is sent where the upstream was written by an
    earlier version, and the address is one that a resolver gave."""
    address, upstream = link
    gw = make_gw(server="LLMGatewayLinkLocal On", set_up=False)
    gw.must("PUT", "/upstreams/local",
            spec(f"http://{address}:{upstream.port}/v1"))
    models(gw)
    key = gw.new_key()
    upstream.script(answer(plain()))
    assert gw.chat(key, model="local").status == 200
    upstream.clear()
    if not on:
        gw.server = ""
        gw.stop()
        gw.start()
        gw.expect_log("LG0085", "LG0080")
    upstream.script(answer(plain()))
    r = gw.chat(key, model="local")
    assert r.status == (200 if on else 502)
    assert len(upstream.requests) == on


def test_a_directive_of_the_whole_server(make_gw):
    """Fault 1.5: not of a virtual host."""
    gw = make_gw(start=False, conf="LLMGatewayLinkLocal On")
    code, said = gw.test()
    assert code != 0 and "LLMGatewayLinkLocal" in said
    assert "Invalid command" not in said
