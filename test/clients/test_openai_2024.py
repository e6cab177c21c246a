"""openai for Python of 2024, over chat completions and over Anthropic's own
API: a program sees no difference."""
import json

import pytest
from harness import shapes
from harness.keys import mistyped
from harness.upstream import close, end, silence

import sides

TOOLS = [{"type": "function", "function": {
    "name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {
        "city": {"type": "string"}}, "required": ["city"]}}}]
ESTIMATED, FAILED = 2, 4        # states of a row
PROMPT = sides.estimate(model="qwen-plus", stream=True,
                        messages=sides.WHO)


@pytest.fixture
def ask(openai_2024, side):
    """A function of programs/openai_core.py, for the side's model."""
    def run(do, **more):
        return openai_2024(do, **{"model": side.model, **more})
    return run


def test_which_version(openai_2024):
    assert openai_2024("version") == "1.57.4"


def test_a_plain_chat(ask, side, up, gw, bill, key):
    up.script(side.script.says("I am a model.", side.usage(22, 18)))
    got = ask("plain", temperature=0.5)
    assert got["choices"][0]["message"]["content"] == "I am a model."
    assert got["choices"][0]["finish_reason"] == "stop"
    assert got["id"].startswith("chatcmpl-")
    assert got["object"] == "chat.completion"
    assert (got["usage"]["prompt_tokens"], got["usage"]["total_tokens"]) \
        == (22, 40)
    assert up.requests[0].path == side.path
    row, = bill(key, side.amount(22, 18))
    receipt = gw.request("GET", "/v1/receipts/" + got["request"],
                         key=key).json()
    assert shapes.pico(receipt["amount"]) == row["amount"]


def test_a_stream_with_usage(ask, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = ask("chunks", stream_options={"include_usage": True})
    assert "".join(c["choices"][0]["delta"].get("content") or ""
                   for c in got[:-1]) == "I am a model."
    assert [c["choices"][0]["finish_reason"] for c in got[:-1]
            if c["choices"][0]["finish_reason"]] == ["stop"]
    assert got[-1]["choices"] == []
    assert got[-1]["usage"]["completion_tokens"] == 18
    assert not any(c.get("usage") for c in got[:-1])
    bill(key, side.amount(22, 18))


def test_a_stream_without_usage(ask, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = ask("chunks")
    assert all(c["choices"] and not c.get("usage") for c in got)
    bill(key, side.amount(22, 18))


def test_tools(ask, side, up, bill, key):
    up.script(side.script.tool_calls([
        ("toolu_1", "get_weather", {"city": "Bonn"}),
        ("toolu_2", "get_weather", {"city": "Berlin"})],
        side.usage(150, 40), "Let me see."))
    up.script(side.script.says("It rains.", side.usage(230, 9)))
    first, last = ask("tools", tools=TOOLS, results={
        "get_weather": "It rains."})
    assert first["message"]["content"] == "Let me see."
    assert [(c["id"], c["type"], c["function"]["name"],
             json.loads(c["function"]["arguments"]))
            for c in first["message"]["tool_calls"]] == [
        ("toolu_1", "function", "get_weather", {"city": "Bonn"}),
        ("toolu_2", "function", "get_weather", {"city": "Berlin"})]
    assert last["message"]["content"] == "It rains."
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_the_helper_puts_streamed_calls_together(ask, side, up, bill, key):
    up.script(side.script.streams_calls([
        ("toolu_1", "get_weather", ['{"city": ', '"Bonn"}']),
        ("toolu_2", "get_weather", ['{"city": "Berlin"}'])],
        side.usage(150, 40)))
    choice = ask("helper", tools=TOOLS)["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert [(c["id"], c["function"]["arguments"])
            for c in choice["message"]["tool_calls"]] == [
        ("toolu_1", '{"city": "Bonn"}'), ("toolu_2", '{"city": "Berlin"}')]
    bill(key, side.amount(150, 40))


def test_errors(ask, side, up, gw, bill, key):
    got = ask("fails", key=mistyped(key))
    assert (got["classes"][0], got["code"]) == ("AuthenticationError",
                                                "invalid_api_key")
    got = ask("fails", model="none")
    assert (got["classes"][0], got["code"], got["param"]) == (
        "NotFoundError", "model_not_found", "model")
    got = ask("fails", extra_body={"background": True})
    assert (got["classes"][0], got["code"], got["param"]) == (
        "BadRequestError", "unsupported_parameter", "background")
    assert up.requests == []
    bill(key)


def test_429_is_tried_again(ask, side, up, gw, bill, key):
    gw.expect_log("LG0080")
    up.script(side.script.fails(429, "rate_limit_error", "Slow down.",
                                headers=[("Retry-After", "2")]))
    up.script(side.script.says("hi", side.usage(9, 2)))
    assert ask("tries") == {"retries": 1, "slept": [2], "text": "hi"}
    bill(key, 0, side.amount(9, 2), state=None)


def test_an_error_inside_a_stream(ask, side, up, bill, key):
    up.script(side.part("12345678"), side.trouble(), end())
    got = ask("fails", stream=True)
    assert got["before"] == "12345678" and "Overloaded" in got["text"]
    bill(key, side.delivered(PROMPT), state=ESTIMATED)


def test_a_cut_stream_raises(ask, side, up, gw, bill, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(side.part("12345678"), close())
    got = ask("fails", stream=True)
    assert got["before"] == "12345678"
    assert got["code"] == "upstream_unavailable"
    bill(key, side.delivered(PROMPT), state=ESTIMATED)


def test_a_reader_that_leaves(ask, side, up, bill, key, cancels):
    up.script(side.part("12345678"), silence())
    assert ask("leaves") == "12345678"
    up.wait_closed(up.requests[0])
    row, = bill(key, side.delivered(PROMPT), state=ESTIMATED)
    assert shapes.bill(row).endswith("[client_left]")
