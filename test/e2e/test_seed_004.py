"""A gateway's own manual: its fields, the thinking switches by route on every
endpoint, images, reasoning, and what tidy answers look like."""
import json

import pytest

from harness import messages as m
from harness.checks import costs_nothing, refused
from harness.shapes import EXACT, bill, chunk, plain, sse, usage_chunk
from harness.upstream import answer, body, end, head

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
TIDY = "/tidy"
# both kinds of upstream know each model
FAMILIES = {
    "qwen3.6-plus": "enable", "qwen3.5-flash": "enable",
    "Qwen3.7-Max": "enable",
    "deepseek-v4-pro": "instruction", "deepseek-v4-flash": "instruction",
    "glm-4.7": "object", "glm-5.1": "object", "GLM-5.2-air": "object",
    "kimi-k2.6": "none", "minimax-m3": "none", "MiniMax-M2.7": "none",
    "gpt-5": "none", "o3-mini": "none", "gemini-3-pro": "none",
    "claude-sonnet-4-5": "none",
    "llama-4": "relay", "deepseek-chat": "relay",
}
PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}
UPSTREAMS = {"chat": "openai", "claude": "anthropic"}


@pytest.fixture(scope="module")
def manual(module_gw, session_upstream):
    gw = module_gw(conf=f"""
<Location "{TIDY}">
LLMGateway On
LLMGatewayAnswer tidy
</Location>
""")
    for name, dialect in UPSTREAMS.items():
        gw.must("PUT", "/upstreams/" + name, {
            "base_url": session_upstream.url + "/v1", "dialect": dialect,
            "credentials": [{"secret": "sk-" + name}]})
        for model in FAMILIES:
            gw.must("PUT", f"/models/{name}-{model}", {
                "routes": [{"upstream": name, "model": model}],
                "limit": {"context": 200000, "output": 64000,
                          "thinking": 64000}, "price": PRICE,
                "modalities": {"input": ["text", "image"]},
                "estimates": "fixed"})
        gw.must("PUT", f"/models/{name}-text", {
            "routes": [{"upstream": name, "model": "qwen3"}],
            "modalities": {"input": ["text"]}, "price": PRICE})
    return gw


@pytest.fixture
def gw(manual, up):
    return manual


@pytest.fixture
def key(gw):
    return gw.new_key()


def ask(model, **more):
    return dict({"model": model, "max_tokens": 9000, "messages": [
        {"role": "user", "content": "hello"}]}, **more)


def document(dialect):
    return m.document() if dialect == "anthropic" else plain("Hello")


# ---- the thinking switches ----

# what the client says, and what that means
SWITCHES = [({"llmgw_thinking": True}, True),
            ({"llmgw_thinking": False}, False),
            ({"enable_thinking": True}, True),
            ({"enable_thinking": False}, False),
            ({"llmgw_thinking": True, "enable_thinking": False}, True),
            ({"enable_thinking": True, "llmgw_thinking": False}, False),
            ({}, None)]


def seen(sent):
    """In which way the upstream is told to think, or not to."""
    found = []
    if "enable_thinking" in sent:
        found.append(("enable", sent["enable_thinking"]))
    if "thinking" in sent:
        found.append(("object", {"enabled": True, "disabled": False}[
            sent["thinking"]["type"]]))
    said = json.dumps(sent["messages"])
    for word, on in ((" /think", True), (" /no_think", False)):
        if word in said:
            found.append(("instruction", on))
    assert len(found) < 2, sent
    return found[0] if found else None


def wanted(how, dialect, given, means):
    """The Messages API has one way only, beside the instruction."""
    if how == "relay":
        on = given.get("enable_thinking")
        return None if on is None else ("enable", on)
    if means is None or how == "none":
        return None
    if dialect == "anthropic" and how == "enable":
        how = "object"
    return how, means


@pytest.mark.parametrize("upstream", UPSTREAMS)
@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize("model", FAMILIES)
def test_a_switch_is_said_in_the_words_of_the_route(gw, up, key, path, model,
                                                    upstream):
    """On every endpoint, natively and translated; ours never leaves."""
    how, dialect = FAMILIES[model], UPSTREAMS[upstream]
    native = (path == MESSAGES) == (dialect == "anthropic")
    for given, means in SWITCHES:
        up.script(answer(document(dialect)))
        data = ask(f"{upstream}-{model}", **given)
        r = gw.request("POST", path, data, key)
        assert r.status == 200, r
        sent = up.requests[-1].json()
        assert "llmgw_thinking" not in sent
        if how != "relay" or native:
            assert seen(sent) == wanted(how, dialect, given, means), given
        assert sent["model"] == model
    assert {bill(r).removesuffix(" [thinking]")
            for r in gw.settled(key, len(SWITCHES))} == {EXACT}


@pytest.mark.parametrize("path, shape", [(CHAT, "openai"),
                                         (MESSAGES, "anthropic")])
@pytest.mark.parametrize("name", ["llmgw_thinking", "enable_thinking"])
@pytest.mark.parametrize("upstream", UPSTREAMS)
def test_a_switch_is_a_bool(gw, up, key, path, shape, name, upstream):
    with costs_nothing(gw, up):
        for value in ("true", 1, None, {}):
            r = gw.request("POST", path, ask(f"{upstream}-glm-4.7",
                                             **{name: value}), key)
            text = refused(r, "invalid_parameter", name, shape=shape)
            assert name in text


# ---- the fields ----

FIELDS = {
    "max_tokens": '"max_tokens":2.048e3', "temperature": '"temperature":0.70',
    "top_p": '"top_p":0.9', "stream": '"stream":false',
    "tools": '"tools":[{"type":"function","function":{"name":"f",'
             '"parameters":{"b":1.0,"a":[]}}}]',
    "tool_choice": '"tool_choice":"auto"',
    "tool_choice, one": '"tool_choice":{"type":"function","function":'
                        '{"name":"f"}}',
    "response_format": '"response_format":{"type":"json_object"}',
    "a schema": '"response_format":{"type":"json_schema","json_schema":'
                '{"name":"x","schema":{"b":1,"a":2.50}}}',
    "stop": '"stop":"\\n"', "stops": '"stop":["a","b"]',
    "seed": '"seed":9007199254740993',
    "effort": '"reasoning_effort":"medium"',
    "a stream": '"stream":true,"stream_options":{"include_usage":true}',
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_passes_as_it_is_written(gw, up, key, name):
    there = sse(chunk("Hi"), chunk(finish="stop"), usage_chunk())
    up.script(*([head(), body(there), end()] if name == "a stream"
                else [answer(plain())]))
    data = ('{"model":"chat-llama-4", %s,"messages":[{"role":"user",'
            '"content":"\\u89e3"}]}' % FIELDS[name]).encode()
    r = gw.request("POST", CHAT, data, key)
    assert r.status == 200
    assert up.requests[0].body == data.replace(b"chat-llama-4", b"llama-4")
    if name == "a stream":
        assert r.body == there and there.endswith(b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- images ----

IMAGES = ["https://a.example/image.jpg", "data:image/png;base64,iVBORw0KGgo="]


@pytest.mark.parametrize("url", IMAGES, ids=["url", "data"])
@pytest.mark.parametrize("upstream", UPSTREAMS)
def test_images_go_to_models_that_see(gw, up, key, url, upstream):
    """The catalogue says which: modalities.input."""
    talk = [{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}}]}]
    up.script(answer(document(UPSTREAMS[upstream])))
    sees, text = upstream + "-qwen3.6-plus", upstream + "-text"
    assert gw.request("POST", CHAT, ask(sees, messages=talk),
                      key).status == 200
    sent = up.requests[0].json()["messages"][0]["content"]
    assert [p["type"] for p in sent][0] == "text"
    assert url.rpartition(",")[2] in json.dumps(sent[1])
    gw.settled(key)
    for model, inputs in ((sees, ["text", "image"]), (text, ["text"])):
        about = gw.request("GET", "/v1/model-catalog/" + model, key=key)
        assert about.json()["modalities"]["input"] == inputs
    with costs_nothing(gw, up):
        refused(gw.request("POST", CHAT, ask(text, messages=talk), key),
                "unsupported_modality", "messages[0].content[1]",
                "does not take image input")


# ---- what comes back ----

THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "c2ln"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
TEXT = {"type": "text", "text": "Hello"}


def message(gw, key, up, model, place, there):
    up.script(answer(there))
    r = gw.request("POST", place + CHAT, ask(model), key)
    assert r.status == 200, r
    return r.json()["choices"][0]["message"]


@pytest.mark.parametrize("place", ["", TIDY])
def test_a_plain_answer_of_each_kind_of_upstream(gw, up, key, place):
    """Tidy: content null beside calls alone, no reasoning, and no member for
    calls that there are not."""
    calls = [{"id": "c", "type": "function",
              "function": {"name": "f", "arguments": "{}"}}]
    there = plain("Hello")
    there["choices"][0]["message"].update(reasoning_content="hm",
                                          tool_calls=None)
    got = message(gw, key, up, "chat-llama-4", place, there)
    assert got == ({"role": "assistant", "content": "Hello"} if place
                   else there["choices"][0]["message"])
    there = plain("")
    there["choices"][0]["message"]["tool_calls"] = calls
    got = message(gw, key, up, "chat-llama-4", place, there)
    assert got["content"] == (None if place else "")
    assert got["tool_calls"] == calls
    got = message(gw, key, up, "claude-qwen3.6-plus", place,
                  m.document(content=[THOUGHT, TEXT]))
    assert got["content"] == "Hello" and not got.get("tool_calls")
    assert got.get("reasoning_content") == (None if place else "hm")
    got = message(gw, key, up, "claude-qwen3.6-plus", place,
                  m.document(content=[CALL], stop_reason="tool_use"))
    assert got["content"] is None
    assert got["tool_calls"][0]["function"] == {"name": "f",
                                                "arguments": "{}"}
    assert {bill(r).removesuffix(" [thinking]")
            for r in gw.settled(key, 4)} == {EXACT}


def deltas(data):
    """What the deltas of a stream hold, and its last frame."""
    *frames, last = [f for f in data.decode().split("\n\n") if f]
    names = set()
    for frame in frames:
        for choice in json.loads(frame.removeprefix("data: "))["choices"]:
            names |= {k for k, v in choice["delta"].items() if v is not None}
    return names, last


@pytest.mark.parametrize("place", ["", TIDY])
@pytest.mark.parametrize("thinks", [True, False])
def test_a_stream_has_reasoning_where_the_upstream_had(gw, up, key, place,
                                                       thinks):
    """... of either kind, tidy or not; [DONE] ends it."""
    hm = chunk()
    hm["choices"][0]["delta"]["reasoning_content"] = "hm"
    native = sse(chunk(""), *[hm] * thinks, chunk("Hi"), chunk(finish="stop"),
                 usage_chunk())
    thought = [m.block(**dict(THOUGHT, thinking="", signature="")),
               m.delta("hm", kind="thinking"),
               m.delta("c2ln", kind="signature"), m.stop()]
    translated = b"".join(
        [m.start(), *thought * thinks, m.block(thinks), m.delta("Hi", thinks),
         m.stop(thinks), m.last(), m.end()])
    for model, there in (("chat-llama-4", native),
                         ("claude-qwen3.6-plus", translated)):
        up.script(head(), body(there), end())
        r = gw.request("POST", place + CHAT, ask(model, stream=True), key)
        names, last = deltas(r.body)
        assert names == {"role", "content"} | (
            {"reasoning_content"} if thinks else set())
        assert last == "data: [DONE]"
    assert {bill(r).removesuffix(" [thinking]")
            for r in gw.settled(key, 2)} == {EXACT}
