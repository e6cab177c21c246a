"""Anthropic's Messages over an upstream that speaks them: the bytes both
ways, and the bill."""
import json

import pytest

from harness import messages as m
from harness.shapes import bill
from harness.upstream import answer, body, end, gate, head


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def sse(*events):
    return (head(), body(b"".join(events)), end())


def post(gw, key, text, path=m.PATH, headers=()):
    return gw.request("POST", path, text, key, headers=dict(headers))


# ---- the path ----

def test_a_plain_message_is_billed_exactly(gw, up, key):
    document = json.dumps(m.document()).encode()
    up.script(answer(document))
    r = post(gw, key, m.body())
    assert r.status == 200 and r.body == document
    assert r.headers["request-id"] == r.headers["x-request-id"]
    sent = up.requests[0]
    assert sent.path == "/v1/messages"
    assert sent.header("x-api-key") == "sk-ant-upstream-secret"
    assert sent.header("authorization") is None
    assert sent.header("anthropic-version") == "2023-06-01"
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_a_streamed_message_is_billed_exactly(gw, up, key):
    up.script(*sse(*m.stream()))
    with gw.stream(key, m.body(stream=True), m.PATH) as s:
        assert s.rest() == b"".join(m.stream()) and s.ended
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["stream"] == 1
