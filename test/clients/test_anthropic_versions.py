"""anthropic for Python of 2024 and of today, over Anthropic's own API and
over chat completions: a program sees no difference."""
import json

import pytest
from harness import shapes
from harness.keys import mistyped
from harness.upstream import answer, close, end, silence

import sides
from scripted import says, usage

TOOLS = [
    {"name": "get_weather", "description": "The weather in a city.",
     "input_schema": {"type": "object", "required": ["city"], "properties": {
         "city": {"type": "string"}, "days": {"type": "integer"}}}},
    {"name": "get_time", "input_schema": {"type": "object",
                                          "properties": {}}}]
RESULTS = {"get_weather": "It rains.", "get_time": [
    {"type": "text", "text": "It is noon."}]}
PNG = "iVBORw0KGgo="
ESTIMATED, FAILED = 2, 4        # states of a row
PROMPT = sides.estimate(max_tokens=1000, model="qwen-plus", stream=True,
                        messages=sides.WHO)


def test_which_versions(anthropic_of):
    """The old one is not hidden by today's."""
    assert anthropic_of("version").split(".")[0] \
        == {"2024": "0", "2026": "2"}[anthropic_of.year]


# ---- all goes well ----

def test_a_plain_message(anthropic_of, side, up, gw, bill, key):
    up.script(side.script.says("I am a model.", side.usage(22, 18)))
    got = anthropic_of("plain", model=side.model, system="Be kind.",
                       stop_sequences=["END"])
    assert [(b["type"], b["text"]) for b in got["content"]] \
        == [("text", "I am a model.")]
    assert got["type"] == "message" and got["role"] == "assistant"
    assert got["stop_reason"] == "end_turn" and got["id"].startswith("msg_")
    assert (got["usage"]["input_tokens"], got["usage"]["output_tokens"]) \
        == (22, 18)
    assert up.requests[0].path == side.path
    row, = bill(key, side.amount(22, 18))
    receipt = gw.request("GET", "/v1/receipts/" + got["request"],
                         key=key).json()
    assert shapes.pico(receipt["amount"]) == row["amount"]


def test_the_events_of_a_stream(anthropic_of, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = anthropic_of("events", model=side.model)
    assert [e["type"] for e in got] == [
        "message_start", "content_block_start", "content_block_delta",
        "content_block_delta", "content_block_stop", "message_delta",
        "message_stop"]
    assert got[0]["message"]["content"] == []
    assert got[0]["message"]["stop_reason"] is None
    assert [e["delta"]["text"] for e in got[2:4]] == ["I am", " a model."]
    assert got[5]["delta"]["stop_reason"] == "end_turn"
    assert got[5]["usage"]["output_tokens"] == 18
    bill(key, side.amount(22, 18))


def test_the_helper_for_streams(anthropic_of, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = anthropic_of("helper", model=side.model)
    assert got["kinds"].count("text") == 2
    assert got["final"]["content"][0]["text"] == "I am a model."
    assert got["final"]["stop_reason"] == "end_turn"
    assert got["final"]["usage"]["output_tokens"] == 18
    assert anthropic_of("texts", model=side.model) == ["I am", " a model."]
    bill(key, *[side.amount(22, 18)] * 2)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_parallel_calls_and_their_results(anthropic_of, side, up, bill, key,
                                          stream):
    if stream:
        up.script(side.script.streams_calls([
            ("toolu_1", "get_weather", ['{"city": ', '"Bonn", "days": 3}']),
            ("toolu_2", "get_time", [])], side.usage(150, 40), ["Let me"]))
        up.script(side.script.streams(["It rains at noon."],
                                      side.usage(230, 9)))
    else:
        up.script(side.script.tool_calls([
            ("toolu_1", "get_weather", {"city": "Bonn", "days": 3}),
            ("toolu_2", "get_time", {})], side.usage(150, 40), "Let me"))
        up.script(side.script.says("It rains at noon.", side.usage(230, 9)))
    first, last = anthropic_of("tools", model=side.model, tools=TOOLS,
                               results=RESULTS, stream=stream)
    assert first["stop_reason"] == "tool_use"
    assert [b["type"] for b in first["content"]] \
        == ["text", "tool_use", "tool_use"]
    assert [(b["id"], b["name"], b["input"]) for b in first["content"][1:]] \
        == [("toolu_1", "get_weather", {"city": "Bonn", "days": 3}),
            ("toolu_2", "get_time", {})]
    assert last["content"][0]["text"] == "It rains at noon."
    sent = up.requests[1].json()["messages"]
    if side.name == "claude":
        assert [b["tool_use_id"] for b in sent[2]["content"]] \
            == ["toolu_1", "toolu_2"]
    else:
        assert [x["role"] for x in sent] == ["user", "assistant", "tool",
                                             "tool"]
        assert [(x["tool_call_id"], x["content"]) for x in sent[2:]] \
            == [("toolu_1", "It rains."), ("toolu_2", "It is noon.")]
        assert json.loads(
            sent[1]["tool_calls"][0]["function"]["arguments"]) \
            == {"city": "Bonn", "days": 3}
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_a_forced_tool(anthropic_of, side, up, bill, key):
    up.script(side.script.tool_calls([("toolu_1", "get_time", {})],
                                     side.usage(150, 12)))
    got = anthropic_of("plain", model=side.model, tools=TOOLS, tool_choice={
        "type": "tool", "name": "get_time",
        "disable_parallel_tool_use": True})
    assert [b["type"] for b in got["content"]] == ["tool_use"]
    sent = up.requests[0].json()
    if side.name == "chat":
        assert sent["tool_choice"] == {"type": "function", "function": {
            "name": "get_time"}}
        assert sent["parallel_tool_calls"] is False
        assert sent["tools"][0]["function"]["parameters"] \
            == TOOLS[0]["input_schema"]
    bill(key, side.amount(150, 12))


def test_an_image(anthropic_of, side, up, gw, bill, key):
    gw.must("PATCH", "/models/" + side.model, {
        "modalities": {"input": ["text", "image", "pdf"],
                       "output": ["text"]}})
    ask = [{"role": "user", "content": [
        {"type": "image", "source": {
            "type": "base64", "media_type": "image/png", "data": PNG}},
        {"type": "text", "text": "What is this?"}]}]
    up.script(side.script.says("A dot.", side.usage(90, 3)))
    got = anthropic_of("plain", model=side.model, messages=ask)
    assert got["content"][0]["text"] == "A dot."
    sent = up.requests[0].json()["messages"]
    if side.name == "claude":
        assert sent == ask
    else:
        assert sent[0]["content"][0] == {"type": "image_url", "image_url": {
            "url": "data:image/png;base64," + PNG}}
    bill(key, side.amount(90, 3))


def test_what_is_cached_is_billed(anthropic_of, claude, up, bill, key):
    """Writes of five minutes and of an hour, and reads, each by its price."""
    system = [{"type": "text", "text": "x" * 99, "cache_control": {
        "type": "ephemeral", "ttl": ttl}} for ttl in ("1h", "5m")]
    counts = claude.script.usage(1000, 50, write=200, hour=300, read=400)
    up.script(claude.script.says("a", counts))
    up.script(claude.script.streams(["a"], counts))
    got = anthropic_of("plain", model="sonnet", system=system)
    assert up.requests[0].json()["system"] == system
    assert got["usage"]["cache_creation_input_tokens"] == 500
    final = anthropic_of("helper", model="sonnet", system=system)["final"]
    assert final["usage"]["cache_read_input_tokens"] == 400
    bill(key, *[100 * 3_000_000 + 200 * 3_750_000 + 300 * 6_000_000
                + 400 * 300_000 + 50 * 15_000_000] * 2)


def test_what_a_chat_upstream_had_cached(anthropic_of, up, bill, key):
    """It counts what was cached as a part, Anthropic beside the rest."""
    up.script(says("a", usage(1000, 50, prompt_tokens_details={
        "cached_tokens": 400})))
    got = anthropic_of("plain", model="qwen3-max")["usage"]
    assert (got["input_tokens"], got["cache_read_input_tokens"],
            got["output_tokens"]) == (600, 400, 50)
    bill(key, 600 * 2_500_000 + 400 * 500_000 + 50 * 10_000_000)


def test_a_token_in_place_of_a_key(anthropic_of, side, up, bill, key):
    """Authorization, which goes no further; what else the SDK says of itself
    stays here, too."""
    up.script(side.script.says("hi", side.usage(9, 2)))
    anthropic_of("plain", model=side.model,
                 make={"api_key": None, "auth_token": key})
    names = {n.lower() for n, _ in up.requests[0].headers}
    assert not any(n.startswith("x-stainless") for n in names)
    assert key not in str(up.requests[0].headers)
    bill(key, side.amount(9, 2))


def test_a_call_of_what_is_new(anthropic_of, side, up, bill, key):
    """The query, which 2024 has, and the names of betas go to Anthropic."""
    up.script(side.script.says("hi", side.usage(9, 2)))
    got = anthropic_of("beta", model=side.model, betas=["one-2026", "two"])
    assert got["content"][0]["text"] == "hi"
    sent = up.requests[0]
    old = anthropic_of.year == "2024"
    if side.name == "claude":
        assert sent.path == "/v1/messages" + "?beta=true" * old
        assert sent.header("anthropic-beta") == "one-2026,two"
        assert sent.header("anthropic-version") \
            == ("2023-06-01" if old else "2026-10-21")
    else:
        assert sent.path == side.path
        assert sent.header("anthropic-beta") is None
        assert sent.header("anthropic-version") is None
    bill(key, side.amount(9, 2))


def test_tokens_are_counted(anthropic_of, claude, up, bill, key):
    """By Anthropic, with all that is counted; it costs nothing."""
    up.script(answer({"input_tokens": 77}))
    assert anthropic_of("count", model="sonnet", system="Be kind.",
                        tools=TOOLS) == 77
    sent = up.requests[0]
    assert sent.path == "/v1/messages/count_tokens"
    assert sent.json()["tools"] == TOOLS and "max_tokens" not in sent.json()
    bill(key)


def test_tokens_are_estimated(anthropic_of, up, bill, key):
    """Where the model's upstream counts none."""
    assert anthropic_of("count", model="qwen-plus") \
        == sides.estimate(model="qwen-plus", messages=sides.WHO)
    assert up.requests == []
    bill(key)


# ---- refused ----

def said(got, cls, status, kind):
    """The type and text of an error in Anthropic's form."""
    assert got["classes"][0] == cls and got["status"] == status
    assert got["body"]["type"] == "error"
    assert got["body"]["error"]["type"] == kind
    assert got["body"]["request_id"] == got["headers"]["request-id"] \
        == got["headers"]["x-request-id"]
    return got["body"]["error"]["message"]


def test_wrong_keys_and_names(anthropic_of, side, up, gw, bill, key):
    got = anthropic_of("fails", model=side.model, key=mistyped(key))
    said(got, "AuthenticationError", 401, "authentication_error")
    got = anthropic_of("fails", model="claude-none")
    assert "claude-none" in said(got, "NotFoundError", 404,
                                 "not_found_error")
    got = anthropic_of("fails", model=side.model, url=gw.base + "/v1")
    assert "must not end in /v1" in said(got, "NotFoundError", 404,
                                         "not_found_error")
    assert up.requests == []
    bill(key)


def test_a_bad_request_names_the_path(anthropic_of, up, bill, key,
                                      session_claude):
    """On a model that is translated; what Anthropic refuses by itself is its
    own."""
    got = anthropic_of("fails", model="qwen-plus", messages=[
        {"role": "user", "content": "a"},
        {"role": "user", "content": [{
            "type": "tool_result", "tool_use_id": "toolu_9",
            "content": "b"}]}])
    assert "messages[1].content[0]" in said(
        got, "BadRequestError", 400, "invalid_request_error")
    assert up.requests == []
    bill(key)


def test_a_rate_limit(anthropic_of, side, up, gw, bill):
    key = gw.new_key(limits={"requests_per_minute": 1})
    up.script(side.script.says("hi", side.usage(9, 2)))
    anthropic_of("plain", model=side.model, key=key)
    got = anthropic_of("fails", model=side.model, key=key,
                       make={"max_retries": 0})
    said(got, "RateLimitError", 429, "rate_limit_error")
    assert 1 <= int(got["headers"]["retry-after"]) <= 60
    assert got["headers"]["anthropic-ratelimit-requests-remaining"] == "0"
    bill(key, side.amount(9, 2))


def test_a_budget_that_is_spent(anthropic_of, side, up, gw, bill):
    """402, which no SDK tries again."""
    currency = "USD" if side.name == "claude" else "CNY"
    key = gw.new_key(budgets=[{"amount": "0.000000000001",
                               "currency": currency, "window": "month"}])
    got = anthropic_of("fails", model=side.model, key=key)
    said(got, got["classes"][0], 402, "billing_error")
    assert "APIStatusError" in got["classes"]
    assert got["headers"]["x-should-retry"] == "false"
    assert up.requests == []
    bill(key)


# ---- trouble behind the gateway ----

def test_overloaded_is_tried_again(anthropic_of, side, up, gw, bill, key):
    gw.expect_log("LG0080")
    if side.name == "claude":
        up.script(side.script.fails(529, "overloaded_error", "Overloaded"))
    else:
        up.script(side.script.fails(503, "Busy.", "overloaded"))
    up.script(side.script.says("hi", side.usage(9, 2)))
    got = anthropic_of("tries", model=side.model)
    assert got["text"] == "hi" and got["retries"] == 1
    assert len(got["slept"]) == 1
    bill(key, 0, side.amount(9, 2), state=None)


def test_overloaded_to_the_end(anthropic_of, claude, up, gw, bill, key):
    gw.expect_log("LG0080")
    up.script(claude.script.fails(529, "overloaded_error", "Overloaded"))
    got = anthropic_of("fails", model="sonnet", make={"max_retries": 0})
    # 2024 knows no class for it
    assert got["classes"][0] in ("OverloadedError", "InternalServerError")
    assert got["status"] == 529
    assert got["body"]["error"] == {"type": "overloaded_error",
                                    "message": "Overloaded"}
    bill(key, 0, state=FAILED)


def test_an_error_inside_a_stream(anthropic_of, side, up, bill, key):
    up.script(side.part("12345678"), side.trouble(), end())
    got = anthropic_of("fails", model=side.model, stream=True)
    assert got["before"] == "12345678" and "Overloaded" in got["text"]
    assert "APIStatusError" in got["classes"]
    assert got["body"]["type"] == "error"
    row, = bill(key, side.delivered(PROMPT), state=ESTIMATED)
    assert row["status"] == 200


def test_a_cut_stream_raises(anthropic_of, side, up, gw, bill, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(side.part("12345678"), close())
    got = anthropic_of("fails", model=side.model, stream=True)
    assert got["before"] == "12345678"
    assert got["body"]["error"]["type"] == "api_error"
    bill(key, side.delivered(PROMPT), state=ESTIMATED)


def test_a_reader_that_leaves(anthropic_of, side, up, bill, key, cancels):
    """The upstream is told at once, and what had come is paid."""
    up.script(side.part("12345678"), silence())
    assert anthropic_of("leaves", model=side.model) == "12345678"
    up.wait_closed(up.requests[0])
    row, = bill(key, side.delivered(PROMPT), state=ESTIMATED)
    assert shapes.bill(row).endswith("[client_left]")
