"""Anthropic's Messages over an upstream that speaks them: the bytes both
ways, the headers, and what is refused."""
import json

import pytest

from harness import messages as m
from harness.checks import costs_nothing, refused
from harness.shapes import bill
from harness.upstream import answer, body, end, head


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def post(gw, key, text, path=m.PATH, headers=None):
    return gw.request("POST", path, text, key, headers)


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
    up.script(head(), body(b"".join(m.stream())), end())
    with gw.stream(key, m.body(stream=True), m.PATH) as s:
        assert s.rest() == b"".join(m.stream()) and s.ended
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["stream"] == 1


@pytest.mark.parametrize("name", ["x-api-key", "Authorization", "api-key"])
def test_keys_as_clients_send_them(gw, up, key, name):
    up.script(answer(m.document()))
    value = "Bearer " + key if name == "Authorization" else key
    r = gw.request("POST", m.PATH, m.body(), headers={name: value})
    assert r.status == 200
    assert key not in json.dumps(up.requests[0].headers)
    gw.settled(key)


@pytest.mark.parametrize("version, sent", [
    (None, "2023-06-01"), ("", "2023-06-01"), ("2019-01-01", "2019-01-01")])
def test_a_version_is_sent_in_any_case(gw, up, key, version, sent):
    up.script(answer(m.document()))
    headers = {} if version is None else {"anthropic-version": version}
    assert post(gw, key, m.body(), headers=headers).status == 200
    assert up.requests[0].header("anthropic-version") == sent
    gw.settled(key)


# ---- bytes ----

TOOLS = [{"name": f"tool_{i}", "description": "Does \u00e4 thing. " * 30,
          "input_schema": {"type": "object", "$schema": "x", "properties": {
              "file_id": {"type": "string"}, "z": {"type": "number"},
              "a": {"default": 1.0}}, "required": ["z"]}}
         for i in range(20)]
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
BETAS = ",".join(
    f"{name}-2026-0{i}-01" for i, name in enumerate((
        "claude-code", "context-1m", "interleaved-thinking",
        "thinking-token-count", "context-management", "prompt-caching-scope",
        "mid-conversation-system", "effort", "structured-outputs"), 1))

# As a coding agent sends one, with everything that must not be touched.
AGENT = {
    "model": "sonnet",
    "messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "<system-reminder>\u4f60\u597d</system-reminder>"},
            {"type": "text", "text": "list the files", "cache_control": MARK}]},
        {"role": "system", "content": "The user has opened a file."},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "So.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "ZW5j"},
            {"type": "tool_use", "id": "toolu_1", "name": "tool_1",
             "input": {"z": 1.50, "big": 12345678901234567890, "a": None}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": [
                {"type": "text", "text": "a.c"},
                {"type": "image", "source": {
                    "type": "base64", "media_type": "image/png",
                    "data": "iVBORw0KGgo="}}], "cache_control": MARK}]}],
    "system": [
        {"type": "text", "text": "x-anthropic-billing-header: cc_version=1"},
        {"type": "text", "text": "You are an agent.", "cache_control": HOUR},
        {"type": "text", "text": "Be brief.", "cache_control": MARK}],
    "tools": TOOLS,
    "metadata": {"user_id": '{"device_id":"d","session_id":"s"}'},
    "max_tokens": 32000, "thinking": {"type": "adaptive"},
    "context_management": {"edits": [
        {"type": "clear_thinking_20251015", "keep": "all"}]},
    "output_config": {"effort": "high"}, "stream": True}


def spelled(text):
    """The same JSON in several spellings."""
    compact = json.dumps(text, separators=(",", ":"), ensure_ascii=False)
    return [compact.encode(), json.dumps(text).encode(),
            json.dumps(text, indent="\t", ensure_ascii=False).encode(),
            b"\n " + compact.replace('"stream":true', '"str\\u0065am" : true')
            .encode() + b"\r\n"]


@pytest.mark.parametrize("text", spelled(AGENT), ids=range(4))
def test_a_body_goes_as_it_came(gw, up, key, text):
    events = b"".join(m.stream())
    up.script(head(), body(events), end())
    headers = {"anthropic-version": "2026-10-21", "anthropic-beta": BETAS,
               "x-app": "cli", "X-Claude-Code-Session-Id": "s",
               "x-stainless-lang": "js", "Cookie": "a=b",
               "anthropic-dangerous-direct-browser-access": "true"}
    r = post(gw, key, text, m.PATH + "?beta=true", headers)
    assert r.status == 200 and r.body == events
    sent = up.requests[0]
    assert sent.body == text and sent.path == m.PATH + "?beta=true"
    assert sent.header("anthropic-version") == "2026-10-21"
    assert sent.header("anthropic-beta") == BETAS
    names = {n.lower() for n, _ in sent.headers}
    assert not names & {"x-app", "x-claude-code-session-id", "cookie",
                        "x-stainless-lang", "authorization"}
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_a_model_of_another_name_is_the_one_edit(gw, up, key):
    gw.must("PUT", "/models/other", dict(
        m.SONNET, routes=[{"upstream": "claude", "model": "claude-x[1m]"}]))
    text = spelled(dict(AGENT, model="other"))[2]
    up.script(head(), body(b"".join(m.stream())), end())
    assert post(gw, key, text).status == 200
    assert up.requests[0].body == text.replace(b'"other"', b'"claude-x[1m]"')
    gw.settled(key)


def test_our_own_members_go(gw, up, key):
    gw.must("PUT", "/models/claude-x", dict(
        m.SONNET, routes=[{"upstream": "claude"}]))
    up.script(answer(m.document({"input_tokens": 9, "output_tokens": 5})))
    text = (b'{"llmgw_thinking":true, "model":"claude-x","max_tokens":99,'
            b'"enable_thinking":false,"messages":[{"role":"user","content":'
            b'"a"}]}')
    assert post(gw, key, text).status == 200
    assert up.requests[0].body == (
        b'{"model":"claude-x","max_tokens":99,"messages":[{"role":"user",'
        b'"content":"a"}]}')
    gw.settled(key)


@pytest.mark.parametrize("thinking, wanted", [
    ("none", None), ("object", {"type": "enabled", "budget_tokens": 2000}),
    ("enable_thinking", {"type": "enabled", "budget_tokens": 2000})])
def test_the_switch_is_spelled_for_its_dialect(gw, up, key, thinking, wanted):
    gw.must("PUT", "/models/thinker", dict(
        m.SONNET, routes=[{"upstream": "claude", "thinking": thinking}]))
    up.script(answer(m.document()))
    text = m.body(model="thinker", max_tokens=4000)
    assert post(gw, key, dict(text, llmgw_thinking=True)).status == 200
    if wanted:
        text["thinking"] = wanted
    assert up.requests[0].json() == text
    gw.settled(key)


# ---- what is refused ----

FILE = {"type": "file", "file_id": "file_1"}
REFUSED = [
    ({"max_tokens": None}, "missing_parameter", "max_tokens"),
    ({"messages": []}, "invalid_parameter", "messages"),
    ({"stream": "yes"}, "invalid_parameter", "stream"),
    ({"service_tier": "priority"}, "unsupported_parameter", "service_tier"),
    ({"speed": "fast"}, "unsupported_parameter", "speed"),
    ({"container": "c"}, "unsupported_parameter", "container"),
    ({"mcp_servers": [{"url": "https://a"}]}, "unsupported_parameter",
     "mcp_servers"),
    ({"thread": {"type": "create"}}, "unsupported_parameter", "thread"),
    ({"messages": [{"role": "user", "content": [
        {"type": "document", "source": FILE}]}]}, "unsupported_parameter",
     "messages[0].content[0].source.file_id"),
    ({"messages": [{"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "a", "content": [
            {"type": "image", "source": FILE}]}]}]}, "unsupported_parameter",
     "messages[0].content[0].content[0].source.file_id")]


@pytest.mark.parametrize("more, code, path", REFUSED,
                         ids=[p for _, _, p in REFUSED])
def test_what_is_refused(gw, up, key, more, code, path):
    with costs_nothing(gw, up):
        refused(post(gw, key, m.body(**more)), code, shape="anthropic",
                message=path)


def test_media_that_a_model_does_not_take(gw, up, key):
    gw.must("PUT", "/models/reader", dict(
        m.SONNET, modalities={"input": ["text"], "output": ["text"]},
        routes=[{"upstream": "claude"}]))
    with costs_nothing(gw, up):
        refused(post(gw, key, dict(AGENT, model="reader")),
                "unsupported_modality", shape="anthropic",
                message="does not take image input, as in "
                        "'messages[3].content[0].content[1]'")


def test_files_of_an_account_of_ones_own(gw, up, key):
    m.set_up(gw, up, {"mine": m.SONNET}, stored_ids="allow")
    try:
        up.script(answer(m.document()))
        text = m.body(model="mine", container="c")
        assert post(gw, key, text).status == 200
        assert up.requests[0].json() == text
        gw.settled(key)
    finally:
        m.set_up(gw, up)


# ---- errors and limits ----

def test_an_error_passes_with_its_status(gw, up, key):
    said = json.dumps(m.error(), indent=1).encode()
    up.script(answer(said, 529, reason="Overloaded"))
    r = post(gw, key, m.body())
    assert r.status == 529 and r.body == said
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    gw.expect_log("LG0080")


def test_a_hint_to_wait_is_no_failure(gw, up, key):
    up.script(answer(m.document(), headers=[("retry-after", "5")]))
    r = post(gw, key, m.body())
    assert r.status == 200 and r.headers["retry-after"] == "5"
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_windows_as_these_clients_know_them(gw, up):
    key = gw.new_key(limits={"requests_per_minute": 3,
                             "tokens_per_minute": 100000})
    up.script(answer(m.document(), headers=[
        ("anthropic-ratelimit-requests-limit", "4000"),
        ("anthropic-organization-id", "org")]))
    r = post(gw, key, m.body())
    for kind in ("requests", "tokens"):
        name = f"anthropic-ratelimit-{kind}-"
        assert r.headers[name + "limit"] == \
            r.headers["x-ratelimit-limit-" + kind]
        assert r.headers[name + "remaining"] == \
            r.headers["x-ratelimit-remaining-" + kind]
        assert len(r.headers[name + "reset"]) == len("2026-01-01T00:00:00Z")
    assert r.headers.get_all("anthropic-ratelimit-requests-limit") == ["3"]
    assert "anthropic-organization-id" not in r.headers
    gw.settled(key)
