"""The envelope at /api/v1/chat/completions, in front of upstreams that are
asked as they are and of one that is translated for."""
import json

import pytest

from harness import messages as m
from harness.checks import CODES, costs_nothing, refused
from harness.raw import Raw
from harness.shapes import EXACT, bill, plain, sse, usage_chunk, chunk
from harness.upstream import answer, body, end, head

PATH = "/api/v1/chat/completions"
TALK = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def ask(model="qwen3-max", **more):
    return dict({"model": model, "messages": TALK, "max_tokens": 2048},
                **more)


def post(gw, key, data, path=PATH, headers=None):
    return gw.request("POST", path, data, key, headers)


# ---- what is sent ----

FIELDS = {
    "required": "", "stream": '"stream":false', "null": '"stream":null',
    "max_tokens": '"max_tokens":2048',
    "max_completion_tokens": '"max_completion_tokens":512',
    "temperature": '"temperature":1.0', "temperature 2": '"temperature":2',
    "top_p": '"top_p":1.0', "user": '"user":"user-\\u0031"',
    "more": '"a_field_of_tomorrow":[1e400]',
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_passes_and_the_answer_is_in_the_envelope(gw, up, key, name):
    """The upstream's own bytes are its data."""
    more = FIELDS[name]
    data = ('{"model" :"qwen3-max"%s,"messages":[{"role":"user","content":'
            '"\\u4f60"}]}' % ("," + more if more else "")).encode()
    there = json.dumps(plain("Hello there!"), indent=1).encode()
    up.script(answer(there))
    r = post(gw, key, data)
    assert r.status == 200 and r.body == (
        b'{"success":true,"code":"200","message":"successful","data":'
        + there + b"}")
    assert r.headers["Content-Type"] == "application/json"
    assert up.requests[0].body == data
    row, = gw.settled(key)
    assert bill(row).removesuffix(" [reserve_short]") == EXACT


def test_the_data_has_what_is_promised(gw, up, key):
    up.script(answer(plain("Hello there!")))
    got = post(gw, key, ask()).json()
    assert list(got) == ["success", "code", "message", "data"]
    assert (got["success"], got["code"], got["message"]) == (
        True, "200", "successful")
    assert {"id", "object", "created", "model", "choices",
            "usage"} <= set(got["data"])
    assert got["data"]["object"] == "chat.completion"
    assert got["data"]["usage"]["total_tokens"] == 1050
    gw.settled(key)


@pytest.mark.parametrize("type_", [
    None, "application/json", "text/plain", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", ""])
def test_content_type_is_not_needed(gw, up, key, type_):
    up.script(answer(plain()))
    data = json.dumps(ask()).encode()
    named = [] if type_ is None else ["Content-Type: " + type_]
    r = Raw(gw.port).post(PATH, data, *named, key=key).response()
    assert r.status == 200 and r.json()["success"] is True
    assert up.requests[0].body == data
    assert up.requests[0].header("Content-Type") == (
        type_ or "application/json")
    gw.settled(key)


def test_a_query_and_a_slash_are_no_matter(gw, up, key):
    for path in (PATH + "/", PATH + "?a=b"):
        up.script(answer(plain()))
        assert post(gw, key, ask(), path).json()["success"] is True
    gw.settled(key, 2)


def test_a_stream_has_none(gw, up, key):
    there = sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
    up.script(head(), body(there), end())
    r = post(gw, key, ask(stream=True,
                          stream_options={"include_usage": True}))
    assert r.body == there
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- a model that is translated for ----

def test_an_answer_of_messages_is_in_the_envelope(gw, up, key):
    up.script(answer(m.document()))
    got = post(gw, key, ask("sonnet")).json()
    assert up.requests[0].path == "/v1/messages"
    assert list(got) == ["success", "code", "message", "data"]
    assert got["data"]["object"] == "chat.completion"
    assert got["data"]["choices"][0]["message"]["content"] == "Hello"
    assert got["data"]["usage"] == dict(
        got["data"]["usage"], prompt_tokens=1000, completion_tokens=50,
        total_tokens=1050)
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_a_stream_of_messages_has_none(gw, up, key):
    up.script(head(), body(b"".join(m.stream())), end())
    r = post(gw, key, ask("sonnet", stream=True))
    assert r.body.startswith(b"data: {") and r.body.endswith(
        b"data: [DONE]\n\n")
    assert b'"chat.completion.chunk"' in r.body and b"success" not in r.body
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


@pytest.mark.parametrize("model", ["qwen3-max", "sonnet"])
@pytest.mark.parametrize("status", [400, 429, 500])
def test_an_error_of_the_upstream_is_in_the_envelope(gw, up, key, status,
                                                     model):
    """With its status, and its words."""
    if status != 400:
        gw.expect_log("LG0080")
    kind = {400: "invalid_request_error", 429: "rate_limit_error",
            500: "api_error"}[status]
    up.script(answer(m.error(kind, "Told by it.") if model == "sonnet" else
                     {"error": {"message": "Told by it.", "type": kind,
                                "param": None, "code": "c"}}, status))
    r = post(gw, key, ask(model))
    got = r.json()
    assert r.status == status and list(got) == ["success", "code", "message",
                                                "data"]
    assert got["success"] is False and got["code"] == str(status)
    assert got["message"] == got["data"]["error"]["message"]
    assert "Told by it." in got["message"]
    row, = gw.settled(key)
    assert row["amount"] == 0


# ---- what the gateway refuses ----

REFUSED = {
    "no messages": ({"model": "qwen3-max"}, "missing_parameter", "messages"),
    "no model": ({"messages": TALK}, "missing_parameter", "model"),
    "another model": (ask("nobody"), "model_not_found", "model"),
    "stream": (ask(stream="yes"), "invalid_parameter", "stream"),
    "json": (b"{", "invalid_json", None),
    "stored": (ask(previous_response_id="r"), "unsupported_parameter",
               "previous_response_id"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_in_the_envelope(gw, up, key, name):
    data, code, param = REFUSED[name]
    with costs_nothing(gw, up):
        r = post(gw, key, data)
        refused(r, code, param, shape="envelope")
        assert r.json()["code"] == str(CODES[code][0])


def test_paths_and_methods_and_keys_are_refused_in_it(gw, up, key):
    with costs_nothing(gw, up):
        refused(gw.request("GET", PATH, key=key), "method_not_allowed",
                shape="envelope")
        refused(post(gw, key, ask(), "/api/v1/nothing"), "unknown_url",
                shape="envelope")
        refused(post(gw, None, ask()), "missing_api_key", shape="envelope")
        refused(post(gw, "sk-no", ask()), "invalid_api_key",
                shape="envelope")
