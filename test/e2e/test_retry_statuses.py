"""Statuses for clients that repeat 429 and 5xx whatever x-should-retry says:
LLMGatewayQuotaStatus and LLMGatewayTimeoutStatus."""
import socket

import pytest

from conftest import ANSWER_MODELS
from harness.shapes import bill, trip
from harness.upstream import silence

CONF = """
LLMGatewayQuotaStatus 402
LLMGatewayTimeoutStatus 424
<Location /usual>
    LLMGateway On
    LLMGatewayQuotaStatus 429
    LLMGatewayTimeoutStatus 504
</Location>
<Location /inherits>
    LLMGateway On
</Location>
"""
MODELS = {"late": dict(ANSWER_MODELS["late"], deadlines={"first_byte": 1}),
          "qwen3-max": ANSWER_MODELS["qwen3-max"]}
CHAT = "/v1/chat/completions"


def start(make_gw):
    return make_gw(conf=CONF, models=MODELS, clock="still")


def ask(gw, key, path, model, **more):
    return gw.request("POST", path, dict({
        "model": model, "max_tokens": 1000, "messages": [
            {"role": "user", "content": "hello"}]}, **more), key)


def test_a_spent_budget(make_gw):
    """Fault 3.14: 402 where the directive says so, in every shape."""
    gw = start(make_gw)
    key = gw.new_key(budgets=[{"amount": "0.000001", "currency": "CNY",
                               "window": "day"}])
    for path, status in ((CHAT, 402), ("/inherits" + CHAT, 402),
                         ("/usual" + CHAT, 429), ("/api" + CHAT, 402)):
        r = ask(gw, key, path, "qwen3-max")
        assert r.status == status, path
        assert r.headers["x-should-retry"] == "false"
        if path.startswith("/api"):
            assert r.json()["code"] == "402"
        else:
            assert r.json()["error"]["code"] == "insufficient_quota"


def test_a_rate_limit_stays_429(make_gw):
    """It ends by itself: who waits and repeats does right."""
    gw = start(make_gw)
    key = gw.new_key(limits={"requests_per_minute": 1})
    assert ask(gw, key, CHAT, "qwen3-max").status == 200
    assert ask(gw, key, CHAT, "qwen3-max").status == 429


@pytest.mark.parametrize("path,status", [
    (CHAT, 424), ("/inherits" + CHAT, 424), ("/usual" + CHAT, 504),
    ("/api" + CHAT, 424)])
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "stream"])
def test_a_timeout_after_sending(make_gw, up, path, status, streamed):
    """Fault 3.14: the upstream may work on it, and it is repeated by nobody
    who goes by the status."""
    gw = start(make_gw)
    gw.expect_log("LG0060")
    key = gw.new_key()
    up.script(silence())
    with gw.clock.ticking():
        r = ask(gw, key, path, "late", stream=streamed)
    assert r.status == status and r.headers["x-should-retry"] == "false"
    if path.startswith("/api"):
        assert r.json()["code"] == str(status)
    else:
        assert r.json()["error"]["code"] == "upstream_timeout"
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0"
    assert trip(row) == f"{status} reached 1"


def test_before_the_request_was_sent_it_stays_504(make_gw):
    """Nothing is repeated that the upstream could bill."""
    gw = start(make_gw)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        gw.must("PUT", "/upstreams/mock", {
            "base_url": f"http://127.0.0.1:{silent.getsockname()[1]}/v1",
            "dialect": "openai", "credentials": [{"secret": "s"}]})
        gw.expect_log("LG0060")
        with gw.clock.ticking():
            r = ask(gw, gw.new_key(), CHAT, "late", user="x" * 12_000_000)
        assert r.status == 504


@pytest.mark.parametrize("line,words", [
    ("LLMGatewayQuotaStatus 403", "must be 429 or 402"),
    ("LLMGatewayTimeoutStatus 500", "must be 504 or 424")])
def test_other_statuses_are_refused(make_gw, line, words):
    """Fault 3.14: httpd -t names what may be said."""
    gw = make_gw(conf=line, start=False)
    code, said = gw.test()
    assert code != 0 and words in said
