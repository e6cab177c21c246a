"""Anthropic's SDKs for Node, one for each version of the API, over
Anthropic's own API and over chat completions: a program sees no difference."""
import json
import subprocess

import pytest
from harness.upstream import answer, close, end, event, gate, head, silence

import sides
from scripted import chunk, counted, says, usage

SDKS = {"2023-06-01": "@anthropic-ai/sdk",
        "2026-10-21": "anthropic-sdk-2026"}
TOOLS = [{"name": "get_weather", "description": "The weather in a city.",
          "input_schema": {"type": "object", "required": ["city"],
                           "properties": {"city": {"type": "string"}}}}]
THINK = {"type": "enabled", "budget_tokens": 1024}
PNG = "iVBORw0KGgo="
OUT_THINKING = 8_000_000        # of qwen-plus
ESTIMATED, FAILED = 2, 4        # states of a row


@pytest.fixture(params=SDKS)
def client(request, node):
    """client("create", model, ...): an act of node/anthropic.mjs with the SDK
    of a version of the API."""
    def run(act, model, options=None, **body):
        if act != "count":
            body.setdefault("max_tokens", 3000)
        body.setdefault("messages", sides.WHO)
        return node("anthropic", sdk=SDKS[request.param], act=act,
                    options=options or {}, body={"model": model, **body})

    run.version = request.param
    return run


@pytest.fixture
def aborting(client):
    """Debian 12's Node 18 never ends what the older SDK reads, once that has
    aborted it, whoever is at the other end."""
    node = subprocess.run(["node", "--version"], capture_output=True,
                          text=True).stdout
    if node.startswith("v18.") and client.version == "2023-06-01":
        pytest.skip("this SDK cannot abort under " + node.strip())


@pytest.fixture
def images(gw, side):
    gw.must("PATCH", "/models/" + side.model, {
        "modalities": {"input": ["text", "image", "pdf"],
                       "output": ["text"]}})


def estimate(**body):
    """Of a prompt that nobody counted: these SDKs write what a program
    gives, and `stream` behind it."""
    return sides.estimate(max_tokens=3000, messages=sides.WHO, stream=True,
                          **body)


# ---- all goes well ----

def test_a_plain_message(client, side, up, gw, bill, key):
    up.script(side.script.says("I am a model.", side.usage(22, 18)))
    got = client("create", side.model, system="Be kind.")
    message = got["message"]
    assert message["content"][0]["text"] == "I am a model."
    assert message["stop_reason"] == "end_turn"
    assert message["usage"]["input_tokens"] == 22
    assert message["usage"]["output_tokens"] == 18
    sent = up.requests[0]
    assert sent.path == side.path
    assert not [n for n, _ in sent.headers
                if n.lower().startswith("x-stainless")]
    if side.name == "claude":
        assert sent.header("anthropic-version") == client.version
    row, = bill(key, side.amount(22, 18))
    receipt = gw.request("GET", "/v1/receipts/" + got["requestID"], key=key)
    assert receipt.json()["model"] == side.model


def test_a_stream(client, side, up, bill, key):
    for _ in range(2):
        up.script(side.script.streams(["I am", " a model."],
                                      side.usage(22, 18)))
    got = client("stream", side.model)
    assert got["text"] == "I am a model."
    assert got["message"]["content"][0]["text"] == "I am a model."
    assert got["message"]["usage"]["output_tokens"] == 18
    events = client("events", side.model)["events"]
    assert [e["type"] for e in events if e["type"] != "ping"] == [
        "message_start", "content_block_start", "content_block_delta",
        "content_block_delta", "content_block_stop", "message_delta",
        "message_stop"]
    assert events[-2]["usage"]["output_tokens"] == 18
    bill(key, *[side.amount(22, 18)] * 2)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_parallel_calls(client, side, up, bill, key, stream):
    if stream:
        up.script(side.script.streams_calls([
            ("toolu_1", "get_weather", ['{"city": ', '"Bonn"}']),
            ("toolu_2", "get_weather", ['{"city": "K\u00f6ln"}'])],
            side.usage(150, 40), ["Let me"]))
        up.script(side.script.streams(["It rains."], side.usage(230, 9)))
    else:
        up.script(side.script.tool_calls([
            ("toolu_1", "get_weather", {"city": "Bonn"}),
            ("toolu_2", "get_weather", {"city": "K\u00f6ln"})],
            side.usage(150, 40), "Let me"))
        up.script(side.script.says("It rains.", side.usage(230, 9)))
    first, last = client("tools", side.model, tools=TOOLS, stream=stream)[
        "seen"]
    assert [b["type"] for b in first["content"]] \
        == ["text", "tool_use", "tool_use"]
    assert [b["input"] for b in first["content"][1:]] \
        == [{"city": "Bonn"}, {"city": "K\u00f6ln"}]
    assert last["content"][0]["text"] == "It rains."
    sent = up.requests[1].json()["messages"]
    if side.name == "claude":
        assert [b["content"] for b in sent[2]["content"]] \
            == ["It rains in Bonn.", "It rains in K\u00f6ln."]
    else:
        assert [(x["tool_call_id"], x["content"]) for x in sent[2:]] \
            == [("toolu_1", "It rains in Bonn."),
                ("toolu_2", "It rains in K\u00f6ln.")]
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_calls_that_come_interleaved(client, up, bill, key, session_claude):
    """A Messages stream has one block open at a time."""
    def part(index, **function):
        more = {"id": f"call_{index}", "type": "function"} \
            if "name" in function else {}
        return chunk({"tool_calls": [{"index": index, **more,
                                      "function": function}]})

    up.script(head(), part(0, name="get_weather", arguments=""),
              part(1, name="get_weather", arguments=""),
              part(1, arguments='{"city":'), part(0, arguments='{"city":"A'),
              part(1, arguments='"B"}'), part(0, arguments='"}'),
              chunk({}, "tool_calls"), counted(usage(150, 40)),
              event("[DONE]"), end())
    up.script(sides.CHAT.script.streams(["Wet."], usage(230, 9)))
    first, last = client("tools", "qwen-plus", tools=TOOLS, stream=True)[
        "seen"]
    assert [(b["id"], b["input"]["city"]) for b in first["content"]] \
        == [("call_0", "A"), ("call_1", "B")]
    assert last["stop_reason"] == "end_turn"
    bill(key, sides.CHAT.amount(150, 40), sides.CHAT.amount(230, 9))


def test_an_image(client, side, images, up, bill, key):
    ask = [{"role": "user", "content": [
        {"type": "image", "source": {
            "type": "base64", "media_type": "image/png", "data": PNG}},
        {"type": "text", "text": "What is this?"}]}]
    up.script(side.script.says("A dot.", side.usage(90, 3)))
    got = client("create", side.model, messages=ask)
    assert got["message"]["content"][0]["text"] == "A dot."
    sent = up.requests[0].json()["messages"]
    if side.name == "claude":
        assert sent == ask
    else:
        assert sent[0]["content"][0]["image_url"]["url"] \
            == "data:image/png;base64," + PNG
    bill(key, side.amount(90, 3))


@pytest.mark.parametrize("act", ["create", "stream"])
def test_thinking(client, side, up, bill, key, act):
    counts = side.usage(22, 18)
    up.script(side.script.thinks("Hm.", "Done.", counts) if act == "create"
              else side.script.streams_thought(["Hm", "."], ["Do", "ne."],
                                               counts))
    message = client(act, side.model, thinking=THINK)["message"]
    thought, text = message["content"]
    assert (thought["type"], thought["thinking"]) == ("thinking", "Hm.")
    assert thought["signature"] and text["text"] == "Done."
    sent = up.requests[0].json()
    if side.name == "claude":
        assert sent["thinking"] == THINK
        bill(key, side.amount(22, 18))
    else:
        assert sent["enable_thinking"] is True
        bill(key, 22 * side.input + 18 * OUT_THINKING)


def test_what_is_cached_is_billed(client, claude, up, bill, key):
    """Writes of five minutes and of an hour, and reads, each by its price."""
    system = [{"type": "text", "text": "x" * 99, "cache_control": {
        "type": "ephemeral", "ttl": ttl}} for ttl in ("1h", "5m")]
    counts = claude.script.usage(1000, 50, write=200, hour=300, read=400)
    up.script(claude.script.says("a", counts))
    up.script(claude.script.streams(["a"], counts))
    for act in ("create", "stream"):
        found = client(act, "sonnet", system=system)["message"]["usage"]
        assert found["cache_creation_input_tokens"] == 500
        assert found["cache_read_input_tokens"] == 400
        assert up.requests[-1].json()["system"] == system
    bill(key, *[100 * 3_000_000 + 200 * 3_750_000 + 300 * 6_000_000
                + 400 * 300_000 + 50 * 15_000_000] * 2)


def test_what_a_chat_upstream_had_cached(client, up, bill, key,
                                         session_claude):
    up.script(says("a", usage(1000, 50, prompt_tokens_details={
        "cached_tokens": 400})))
    found = client("create", "qwen3-max")["message"]["usage"]
    assert (found["input_tokens"], found["cache_read_input_tokens"]) \
        == (600, 400)
    bill(key, 600 * 2_500_000 + 400 * 500_000 + 50 * 10_000_000)


def test_members_of_the_newest_api(node, side, up, bill, key):
    """`between_tools`, `diagnostics` and usage.speed, which only the newest
    SDK knows: Claude gets and says them as they are, a chat does without."""
    up.script(side.script.says("hi", dict(side.usage(22, 18), speed="normal")))
    got = node("anthropic", sdk=SDKS["2026-10-21"], act="create", body={
        "model": side.model, "max_tokens": 3000, "messages": sides.WHO,
        "thinking": {"type": "between_tools"}, "diagnostics": {}})
    sent = up.requests[0].json()
    if side.name == "claude":
        assert sent["thinking"] == {"type": "between_tools"}
        assert sent["diagnostics"] == {}
        assert got["message"]["usage"]["speed"] == "normal"
    else:
        assert sent["enable_thinking"] is True
        assert "thinking" not in sent and "diagnostics" not in sent
        assert "diagnostics" in got["dropped"].split(", ")
    bill(key, side.amount(22, 18))


def test_counting_tokens(client, side, up, bill, key):
    """By Anthropic; for others an estimate, which says so."""
    if side.name == "claude":
        up.script(answer({"input_tokens": 77}))
        assert client("count", "sonnet") \
            == {"input_tokens": 77, "estimate": None, "text": ""}
        assert up.requests[0].path == "/v1/messages/count_tokens"
    else:
        assert client("count", side.model) == {
            "estimate": "true", "text": "", "input_tokens": sides.estimate(
                model=side.model, messages=sides.WHO)}
        assert up.requests == []
    bill(key)


def test_the_list_of_models(client, side, bill, key):
    assert {"sonnet", "qwen-plus"} <= set(client("models", "")["models"])
    bill(key)


# ---- keys ----

@pytest.mark.parametrize("how", ["apiKey", "authToken"])
def test_both_ways_to_send_a_key(client, side, up, bill, key, how):
    other = {"apiKey": "authToken", "authToken": "apiKey"}[how]
    up.script(side.script.says("hi", side.usage(9, 2)))
    got = client("create", side.model, options={how: key, other: None})
    assert got["message"]["content"][0]["text"] == "hi"
    sent = up.requests[0]
    assert key not in json.dumps(sent.headers)
    bill(key, side.amount(9, 2))


# ---- refused ----

REFUSED = [
    ({"apiKey": "sk-nothing"}, {}, "AuthenticationError", 401,
     "authentication_error"),
    ({}, {"model": "claude-none"}, "NotFoundError", 404, "not_found_error"),
    ({}, {"container": "c"}, "BadRequestError", 400,
     "invalid_request_error"),
    ({}, {"max_tokens": None}, "BadRequestError", 400,
     "invalid_request_error")]


@pytest.mark.parametrize("act", ["create", "stream"])
def test_refusals(client, side, node, up, bill, key, act):
    found = node("anthropic", sdk=SDKS[client.version], act=act, cases=[
        {"options": options, "body": {
            "model": side.model, "max_tokens": 3000, "messages": sides.WHO,
            **body}} for options, body, *_ in REFUSED])
    assert [(x["name"], x["status"], x["type"]) for x in found] \
        == [tuple(case[2:]) for case in REFUSED]
    assert all(x["requestID"].startswith("req_") and x["said"]
               for x in found)
    assert up.requests == []
    bill(key)


def test_a_bad_block_is_named_by_its_path(client, up, bill, key,
                                          session_claude):
    got = client("create", "qwen-plus", messages=[
        {"role": "user", "content": "a"},
        {"role": "user", "content": [{
            "type": "tool_result", "tool_use_id": "toolu_9",
            "content": "b"}]}])
    assert got["name"] == "BadRequestError"
    assert "messages[1].content[0]" in got["said"]
    bill(key)


def test_a_rate_limit(client, side, up, gw, bill):
    key = gw.new_key(limits={"requests_per_minute": 1})
    options = {"apiKey": key, "maxRetries": 0}
    up.script(side.script.says("hi", side.usage(9, 2)))
    client("create", side.model, options=options)
    got = client("create", side.model, options=options)
    assert (got["name"], got["type"]) == ("RateLimitError",
                                          "rate_limit_error")
    assert 1 <= int(got["retryAfter"]) <= 60
    bill(key, side.amount(9, 2))


def test_a_budget_that_is_spent(client, side, up, gw, bill):
    """402, which is not tried again."""
    currency = "USD" if side.name == "claude" else "CNY"
    key = gw.new_key(budgets=[{"amount": "0.000000000001",
                               "currency": currency, "window": "month"}])
    got = client("create", side.model, options={"apiKey": key})
    assert got["api"] and got["status"] == 402
    assert got["type"] == "billing_error" and got["shouldRetry"] == "false"
    assert up.requests == []
    bill(key)


# ---- trouble behind the gateway ----

@pytest.mark.parametrize("act", ["create", "stream"])
def test_overloaded_is_tried_again(client, side, up, gw, bill, key, act):
    gw.expect_log("LG0080")
    if side.name == "claude":
        up.script(side.script.fails(529, "overloaded_error", "Overloaded"))
    else:
        up.script(side.script.fails(503, "Busy.", "overloaded"))
    up.script(side.script.says("hi", side.usage(9, 2)) if act == "create"
              else side.script.streams(["hi"], side.usage(9, 2)))
    got = client(act, side.model)
    assert got["message"]["content"][0]["text"] == "hi"
    bill(key, 0, side.amount(9, 2), state=None)


def test_overloaded_to_the_end(client, claude, up, gw, bill, key):
    gw.expect_log("LG0080")
    up.script(claude.script.fails(529, "overloaded_error", "Overloaded"))
    got = client("create", "sonnet", options={"maxRetries": 0})
    # the older SDK knows no class for it
    assert got["name"] in ("InternalServerError", "OverloadedError")
    assert (got["status"], got["type"], got["said"]) \
        == (529, "overloaded_error", "Overloaded")
    bill(key, 0, state=FAILED)


@pytest.mark.parametrize("act", ["stream", "events"])
def test_an_error_inside_a_stream(client, side, up, bill, key, act):
    up.script(side.part("12345678"), side.trouble(), end())
    got = client(act, side.model)
    assert got["text"] == "12345678" and got["api"]
    assert (got["type"], got["said"]) == ("overloaded_error", "Overloaded")
    row, = bill(key, side.delivered(estimate(model=side.model)),
                state=ESTIMATED)
    assert row["status"] == 200


@pytest.mark.parametrize("act", ["stream", "events"])
def test_a_cut_stream(client, side, up, gw, bill, key, act):
    gw.expect_log("AH01110", "LG0073")
    up.script(side.part("12345678"), close())
    got = client(act, side.model)
    assert got["text"] == "12345678" and got["api"]
    assert got["type"] == "api_error"
    bill(key, side.delivered(estimate(model=side.model)), state=ESTIMATED)


@pytest.mark.parametrize("act", ["abort", "leave"])
def test_a_client_that_leaves(client, side, up, bill, key, cancels, act,
                              request):
    """The upstream is told at once, and what had come is paid."""
    if act == "abort":
        request.getfixturevalue("aborting")
    up.script(side.part("12345678"), silence())
    got = client(act, side.model)
    assert got["text"] == "12345678"
    assert got.get("name") == {"abort": "APIUserAbortError",
                               "leave": None}[act]
    up.wait_closed(up.requests[0])
    row, = bill(key, side.delivered(estimate(model=side.model)),
                state=ESTIMATED)
    assert row["reached"] == 1


def test_one_that_leaves_and_is_read_on(client, side, up, gw, bill, key,
                                        aborts, aborting):
    """What it left costs what the upstream counts."""
    aborts("drain")
    steps = side.script.streams(["12345678"], side.usage(22, 18))
    said = {"chat": 3, "claude": 5}[side.name]      # steps up to that
    up.script(*steps[:said], gate("left"), *steps[said:])
    assert client("abort", side.model)["text"] == "12345678"
    gw.wait_drain()
    up.open("left")
    row, = bill(key, side.amount(22, 18))
    assert row["source"] == 2   # drained
