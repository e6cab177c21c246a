"""Counting tokens before a message is sent: by the upstream, else by estimate;
it costs nothing but a request of the windows."""
import json

import pytest

from harness import messages as m
from harness.checks import costs_nothing, refused
from harness.upstream import answer, close, reset

PATH = "/v1/messages/count_tokens"


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream)
    session_gw.must("PUT", "/models/counted-by-nobody", dict(
        m.SONNET, estimates="fixed", routes=[{"upstream": "mock"}]))
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def body(**more):
    return dict({"model": "sonnet", "messages": [
        {"role": "user", "content": "hello"}]}, **more)


def count(gw, key, text, headers=None, path=PATH):
    return gw.request("POST", path, text, key, headers)


def estimate(text):
    """A quarter of the bytes, and 8 tokens a message."""
    n = len(json.dumps(text))
    return -(-n * 250 // 1000) + 8 * len(text["messages"])


def is_estimate(r, text):
    assert r.status == 200 and r.headers["x-llmgw-estimate"] == "true", r
    assert r.json() == {"input_tokens": estimate(text)}


def test_the_upstream_counts(gw, up, key):
    up.script(answer({"input_tokens": 77, "context_management": None}))
    text = b'{ "model":"sonnet","messages":[{"role":"user","content":"a"}] }'
    with costs_nothing(gw):
        r = count(gw, key, text, {"anthropic-beta": "a,b"}, PATH + "?beta=true")
        assert r.status == 200 and "x-llmgw-estimate" not in r.headers
        assert r.json()["input_tokens"] == 77
        assert r.headers["request-id"] == r.headers["x-request-id"]
    sent = up.requests[0]
    assert sent.path == PATH + "?beta=true" and sent.body == text
    assert sent.header("anthropic-beta") == "a,b"
    assert sent.header("anthropic-version") == "2023-06-01"
    assert sent.header("x-api-key") == "sk-ant-upstream-secret"


def test_a_bound_is_no_matter(gw, up):
    """Neither one that is sent, nor the key's."""
    key = gw.new_key(limits={"max_output_tokens": 5})
    for text in (body(), body(max_tokens=9)):
        up.script(answer({"input_tokens": 1}))
        assert count(gw, key, text).json() == {"input_tokens": 1}
        assert up.requests[-1].json() == text


def test_our_own_members_go(gw, up, key):
    up.script(answer({"input_tokens": 1}))
    assert count(gw, key, body(llmgw_thinking=True)).status == 200
    assert up.requests[0].json() == body()


def test_an_estimate_where_no_upstream_counts(gw, up, key):
    text = body(model="counted-by-nobody")
    with costs_nothing(gw, up):
        is_estimate(count(gw, key, text), text)


BROKEN = ("LG0080", "AH01102", "AH00898")


@pytest.mark.parametrize("step, logs", [
    (answer(m.error(), 529, reason="Overloaded"), BROKEN[:1]),
    (answer(m.error("api_error"), 500, reason="Error"), BROKEN[:1]),
    (answer(m.error("not_found_error"), 404, reason="Not Found"), ()),
    (answer(m.error("authentication_error"), 401, reason="No"), BROKEN[:1]),
    (answer({"tokens": 5}), BROKEN[:1]),
    (answer({"input_tokens": "5"}), BROKEN[:1]),
    (answer({"input_tokens": None}), BROKEN[:1]),
    (answer({"input_tokens": -1}), BROKEN[:1]),
    (reset(), BROKEN), (close(), BROKEN)],
    ids=["529", "500", "404", "401", "no-count", "text", "null", "less",
         "reset", "close"])
def test_an_estimate_where_the_upstream_fails(gw, up, key, step, logs):
    up.script(step)
    text = body()
    with costs_nothing(gw):
        is_estimate(count(gw, key, text), text)
    gw.expect_log(*logs)


def test_what_is_wrong_with_the_body_is_said(gw, up, key):
    said = m.error("invalid_request_error", "messages.0: no such role")
    up.script(answer(said, 400, reason="Bad Request"))
    with costs_nothing(gw):
        r = count(gw, key, body())
        assert r.status == 400 and r.json() == said
        refused(count(gw, key, {"model": "sonnet"}), "missing_parameter",
                shape="anthropic", message="'messages' is missing")
        refused(count(gw, key, body(model="none")), "model_not_found",
                shape="anthropic")
        refused(count(gw, key, body(model="counted-by-nobody", messages=[
            {"role": "user", "content": [{"type": "document", "source": {
                "type": "file", "file_id": "f"}}]}])),
                "unsupported_parameter", shape="anthropic",
                message="messages[0].content[0].source.file_id")


def test_it_takes_of_the_requests_only(gw, up):
    key = gw.new_key(limits={"requests_per_minute": 2,
                             "tokens_per_minute": 10, "concurrency": 1},
                     budgets=[{"amount": "0.000001", "currency": "USD",
                               "window": "total"}])
    text = body()
    for left in ("1", "0"):
        up.script(answer({"input_tokens": 77}))
        r = count(gw, key, text)
        assert r.status == 200
        assert r.headers["anthropic-ratelimit-requests-remaining"] == left
        assert r.headers["anthropic-ratelimit-tokens-remaining"] == "10"
    r = count(gw, key, text)
    refused(r, "rate_limit_exceeded", shape="anthropic")
    assert r.headers["Retry-After"]


def test_who_may_send_messages_may_count_them(gw, up):
    key = gw.new_key(endpoints=["messages"])
    up.script(answer({"input_tokens": 77}))
    assert count(gw, key, body()).status == 200
    key = gw.new_key(endpoints=["chat/completions"])
    refused(count(gw, key, body()), "endpoint_not_allowed",
            shape="anthropic")
