"""OpenAI's SDKs for Node, of 2024 and of 2026, on a model whose upstream
speaks chat completions and on Claude's own API."""
import json

import pytest
from harness import messages as m
from harness.upstream import body, close, end, silence

import scripted
import sides

SDKS = {"2024": "openai-2024", "2026": "openai"}
PNG = "data:image/png;base64,iVBORw0KGgo="
ESTIMATED, FAILED = 2, 4        # states of a row


@pytest.fixture(params=SDKS)
def client(request, node):
    """client("plain", model, ...): an act of node/openai.mjs."""
    def run(act, model, options=None, **body):
        body.setdefault("messages", sides.WHO)
        return node("openai", sdk=SDKS[request.param], act=act,
                    options=options or {}, body={"model": model, **body})

    run.year = request.param
    return run


def delivered(client, side):
    """What side.part("12345678") comes to, where the prompt is estimated: the
    SDK of 2024 indents what it sends."""
    size = len(json.dumps(
        {"model": side.model, "messages": sides.WHO, "stream": True},
        **({"indent": 2} if client.year == "2024"
           else {"separators": (",", ":")})))
    return side.delivered(-(-size // 4) + 8)


def part(client, side):
    """What a client hears before it leaves, and the steps: 8 bytes in all.
    The SDK of 2024 sees the end of an event only when more bytes come."""
    if client.year != "2024":
        return "12345678", [side.part("12345678")]
    return "1234", [side.part("1234"), body(m.delta("5678"))
                    if side.name == "claude"
                    else scripted.chunk({"content": "5678"})]


def test_a_plain_chat(client, side, up, bill, key):
    up.script(side.script.says("I am a model.", side.usage(22, 18)))
    got = client("plain", side.model, max_tokens=300, seed=7)
    answer = got["answer"]
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"]["content"] == "I am a model."
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["total_tokens"] == 40
    sent = up.requests[0]
    assert sent.path == side.path and sent.json()["max_tokens"] == 300
    assert got["dropped"] == {"chat": None, "claude": "seed"}[side.name]
    bill(key, side.amount(22, 18))


@pytest.mark.parametrize("wants", [False, True], ids=["quiet", "usage"])
def test_a_stream(client, side, up, bill, key, wants):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    more = {"stream_options": {"include_usage": True}} if wants else {}
    got = client("stream", side.model, **more)
    assert got["text"] == "I am a model."
    last = got["chunks"][-1]
    if wants:
        assert last["choices"] == [] and last["usage"]["total_tokens"] == 40
    else:
        assert all(c["choices"] for c in got["chunks"])
    bill(key, side.amount(22, 18))


def test_the_helper_for_streams(client, side, up, bill, key):
    """Text, and calls whose arguments come in pieces."""
    up.script(side.script.streams_calls([
        ("toolu_1", "get_weather", ['{"city": ', '"Bonn"}']),
        ("toolu_2", "get_time", ["{}"])], side.usage(150, 40), ["Let me"]))
    got = client("helper", side.model,
                 stream_options={"include_usage": True}, tools=[
        {"type": "function", "function": {"name": name, "parameters": {
            "type": "object"}}} for name in ("get_weather", "get_time")])
    message = got["answer"]["choices"][0]["message"]
    assert got["text"] == message["content"] == "Let me"
    assert [(c["id"], c["function"]["name"], c["function"]["arguments"])
            for c in message["tool_calls"]] == [
        ("toolu_1", "get_weather", '{"city": "Bonn"}'),
        ("toolu_2", "get_time", "{}")]
    assert got["usage"]["completion_tokens"] == 40
    bill(key, side.amount(150, 40))


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_the_runner_of_tools(client, side, up, bill, key, stream):
    """Two calls at once, their results, the answer."""
    if stream:
        up.script(side.script.streams_calls([
            ("toolu_1", "get_weather", ['{"city": ', '"Bonn"}']),
            ("toolu_2", "get_weather", ['{"city": "K\u00f6ln"}'])],
            side.usage(150, 40)))
        up.script(side.script.streams(["It rains."], side.usage(230, 9)))
    else:
        up.script(side.script.tool_calls([
            ("toolu_1", "get_weather", {"city": "Bonn"}),
            ("toolu_2", "get_weather", {"city": "K\u00f6ln"})],
            side.usage(150, 40)))
        up.script(side.script.says("It rains.", side.usage(230, 9)))
    got = client("runner", side.model, stream=stream)
    assert got["final"] == "It rains."
    assert [x["role"] for x in got["messages"]] \
        == ["user", "assistant", "tool", "tool", "assistant"]
    sent = up.requests[1].json()["messages"]
    if side.name == "claude":
        assert [(b["tool_use_id"], b["content"])
                for b in sent[2]["content"]] == [
            ("toolu_1", "It rains in Bonn."),
            ("toolu_2", "It rains in K\u00f6ln.")]
        assert [b["input"] for b in sent[1]["content"]] \
            == [{"city": "Bonn"}, {"city": "K\u00f6ln"}]
    else:
        assert [x["tool_call_id"] for x in sent[2:]] \
            == ["toolu_1", "toolu_2"]
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_an_image(client, side, up, gw, bill, key):
    gw.must("PATCH", "/models/" + side.model, {
        "modalities": {"input": ["text", "image", "pdf"], "output": ["text"]}})
    up.script(side.script.says("A dot.", side.usage(90, 3)))
    parts = [{"type": "text", "text": "What is this?"},
             {"type": "image_url", "image_url": {"url": PNG}}]
    got = client("plain", side.model, messages=[
        {"role": "user", "content": parts}])
    assert got["answer"]["choices"][0]["message"]["content"] == "A dot."
    part = up.requests[0].json()["messages"][0]["content"][1]
    if side.name == "claude":
        assert part["source"]["data"] == PNG.partition(",")[2]
    else:
        assert part == parts[1]
    bill(key, side.amount(90, 3))


def test_a_form_for_the_answer(client, side, up, bill, key):
    schema = {"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string"}}, "additionalProperties": False}
    up.script(side.script.says('{"city": "Berlin"}', side.usage(60, 11)))
    got = client("plain", side.model, response_format={
        "type": "json_schema", "json_schema": {
            "name": "place", "strict": True, "schema": schema}})
    assert json.loads(got["answer"]["choices"][0]["message"]["content"]) \
        == {"city": "Berlin"}
    sent = up.requests[0].json()
    if side.name == "claude":
        assert sent["output_config"]["format"]["schema"] == schema
    else:
        assert sent["response_format"]["json_schema"]["schema"] == schema
    bill(key, side.amount(60, 11))


# ---- refused, and trouble ----

@pytest.mark.parametrize("options, body, name, status, code", [
    ({"apiKey": "sk-nothing"}, {}, "AuthenticationError", 401,
     "invalid_api_key"),
    ({}, {"model": "gpt-none"}, "NotFoundError", 404, "model_not_found"),
    ({}, {"background": True}, "BadRequestError", 400,
     "unsupported_parameter")], ids=["key", "model", "member"])
def test_refusals(client, side, up, bill, key, options, body, name, status,
                  code):
    got = client("plain", options=options, **{"model": side.model, **body})
    assert (got["name"], got["status"], got["code"]) == (name, status, code)
    assert got["requestID"].startswith("req_") and up.requests == []
    bill(key)


def test_a_rate_limit(client, side, up, gw, bill):
    key = gw.new_key(limits={"requests_per_minute": 1})
    options = {"apiKey": key, "maxRetries": 0}
    up.script(side.script.says("hi", side.usage(9, 2)))
    client("plain", side.model, options=options)
    got = client("plain", side.model, options=options)
    assert (got["name"], got["status"]) == ("RateLimitError", 429)
    assert 1 <= int(got["retryAfter"]) <= 60
    bill(key, side.amount(9, 2))


@pytest.mark.parametrize("act", ["plain", "stream"])
def test_it_tries_again(client, side, up, gw, bill, key, act):
    gw.expect_log("LG0080")
    up.script(side.script.fails(529, "overloaded_error", "Overloaded")
              if side.name == "claude"
              else side.script.fails(500, "Oh.", "oh", "server_error"))
    up.script(side.script.says("hi", side.usage(9, 2)) if act == "plain"
              else side.script.streams(["hi"], side.usage(9, 2)))
    got = client(act, side.model)
    assert "hi" == (got["text"] if act == "stream" else
                    got["answer"]["choices"][0]["message"]["content"])
    bill(key, 0, side.amount(9, 2), state=None)


def test_overloaded_to_the_end(client, side, up, gw, bill, key):
    """In OpenAI's form, with the upstream's status, whoever is behind it."""
    gw.expect_log("LG0080")
    up.script(side.script.fails(529, "overloaded_error", "Busy.")
              if side.name == "claude"
              else side.script.fails(503, "Busy.", "overloaded"))
    got = client("plain", side.model, options={"maxRetries": 0})
    assert got["name"] == "InternalServerError"
    assert got["status"] == {"chat": 503, "claude": 529}[side.name]
    assert "Busy." in got["message"]
    bill(key, 0, state=FAILED)


def test_an_error_inside_a_stream(client, side, up, bill, key):
    up.script(side.part("12345678"), side.trouble(), end())
    got = client("stream", side.model)
    assert got["text"] == "12345678" and got["api"]
    assert "Overloaded" in got["message"]
    row, = bill(key, delivered(client, side), state=ESTIMATED)
    assert row["status"] == 200


def test_a_cut_stream(client, side, up, gw, bill, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(side.part("12345678"), close())
    got = client("stream", side.model)
    assert got["text"] == "12345678" and got["api"]
    bill(key, delivered(client, side), state=ESTIMATED)


@pytest.mark.parametrize("act", ["leave", "abort"])
def test_a_client_that_leaves(client, side, up, bill, key, cancels, act):
    heard, steps = part(client, side)
    up.script(*steps, silence())
    assert client(act, side.model)["text"] == heard
    up.wait_closed(up.requests[0])
    row, = bill(key, delivered(client, side), state=ESTIMATED)
    assert row["reached"] == 1
