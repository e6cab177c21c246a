"""Programs as vendors' documents show them: only base_url, api_key and model
are ours."""
import json
import subprocess

import openai as sdk
from harness.wait import PATIENCE
from scripted import calls, completion, says, streams, usage

TEXT = "I am a large language model."
# qwen-plus, first tier: 0.8 and 2 CNY for a million tokens
CHAT = 22 * 800_000 + 18 * 2_000_000


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def test_chat(sample, up, bill, key):
    up.script(says(TEXT, usage(22, 18)))
    got, = lines(sample("chat.py"))
    assert got["choices"][0]["message"]["content"] == TEXT
    assert got["choices"][0]["finish_reason"] == "stop"
    assert got["usage"]["total_tokens"] == 40 and got["model"] == "qwen-plus"
    assert up.requests[0].json() == {"model": "qwen-plus", "messages": [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Who are you?"}]}
    row, = bill(key, CHAT)
    assert (row["input"], row["output"], row["stream"]) == (22, 18, 0)


def test_chat_stream(sample, up, bill, key):
    pieces = ["I am", " a large", " language", " model."]
    up.script(streams(pieces, usage(22, 18)))
    got = lines(sample("chat_stream.py"))
    assert len(got) == len(pieces) + 3
    assert all(c["object"] == "chat.completion.chunk" for c in got)
    assert "".join(c["choices"][0]["delta"]["content"]
                   for c in got[:-1]) == TEXT
    assert got[-2]["choices"][0]["finish_reason"] == "stop"
    assert got[-1]["choices"] == []
    assert got[-1]["usage"]["total_tokens"] == 40
    assert all(c["usage"] is None for c in got[:-1])
    row, = bill(key, CHAT)
    assert row["stream"] == 1


def test_tools_in_rounds(sample, up, bill, key):
    """Time, weather, answer: three calls, each billed by itself."""
    up.script(calls("get_current_time", "{}", usage(150, 12)))
    up.script(calls("get_current_weather", '{"location": "Singapore"}',
                    usage(190, 20)))
    up.script(says("It rains in Singapore.", usage(240, 9)))
    out = sample("tools.py", typed=["Time and weather in Singapore?"])
    assert "Round 1: Current time: " in out
    assert "Round 2: It is rainy in Singapore today. " in out
    assert out.endswith("Final answer: It rains in Singapore.\n")
    first, second, third = [r.json() for r in up.requests]
    assert [t["function"]["name"] for t in first["tools"]] == [
        "get_current_time", "get_current_weather"]
    assert first["tools"][0]["function"]["parameters"] == {}
    assert first["tools"][1]["function"]["required"] == ["location"]
    # what the SDK dumped came upstream again as it was, nulls and all
    assert second["messages"][1]["tool_calls"][0]["id"] == "call_1"
    assert second["messages"][1]["content"] == ""
    assert second["messages"][1]["function_call"] is None
    assert "tool_call_id" not in second["messages"][2]
    assert [m["role"] for m in third["messages"]] == [
        "user", "assistant", "tool", "assistant", "tool"]
    bill(key, *[p * 800_000 + o * 2_000_000
                for p, o in ((150, 12), (190, 20), (240, 9))])


def test_tools_not_needed(sample, up, bill, key):
    up.script(says("42.", usage(140, 3)))
    assert sample("tools.py", typed=["What is six times seven?"]) \
        == "Final answer: 42.\n"
    bill(key, 140 * 800_000 + 3 * 2_000_000)


def test_langchain_invoke(sample, up, bill, key):
    up.script(says(TEXT, usage(22, 16)))
    got, = lines(sample("langchain_invoke.py"))
    assert got["content"] == TEXT and got["type"] == "ai"
    assert got["response_metadata"]["token_usage"]["total_tokens"] == 38
    assert got["response_metadata"]["finish_reason"] == "stop"
    assert got["usage_metadata"]["input_tokens"] == 22
    bill(key, 22 * 800_000 + 16 * 2_000_000)


def test_langchain_stream(sample, up, bill, key):
    up.script(streams(["I am", " a large", " language", " model."],
                      usage(22, 16)))
    got = lines(sample("langchain_stream.py"))
    assert "".join(c["content"] for c in got) == TEXT
    told = [c["usage_metadata"] for c in got if c["usage_metadata"]]
    assert [t["total_tokens"] for t in told] == [38]
    assert up.requests[0].json()["stream_options"] == {"include_usage": True}
    bill(key, 22 * 800_000 + 16 * 2_000_000)


def test_the_envelope_with_curl(gw, up, bill, key):
    """A vendor's example: the answer in an envelope."""
    up.script(says("Hello there! How can I assist you today?", usage(9, 12)))
    out = subprocess.run(
        ["curl", "-s", "--request", "POST", gw.base
         + "/api/v1/chat/completions", "--header", f"Authorization: Bearer "
         f"{key}", "--header", "Content-Type: application/json", "--data",
         """{
    "model": "qwen-plus",
    "messages": [
        {"role": "user", "content": "Hello!"}
    ],
    "stream": false,
    "max_tokens": 2048,
    "temperature": 1.0
}"""], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    got = json.loads(out)
    assert list(got) == ["success", "code", "message", "data"]
    assert got["success"] is True and got["code"] == "200"
    assert got["message"] == "successful"
    assert got["data"]["object"] == "chat.completion"
    assert got["data"]["choices"][0]["message"]["content"] == \
        "Hello there! How can I assist you today?"
    assert got["data"]["usage"]["total_tokens"] == 21
    bill(key, 9 * 800_000 + 12 * 2_000_000)


def test_a_stream_beside_the_envelope(gw, openai, up, bill, key):
    """... which a stream does not have: the SDK reads it."""
    up.script(streams(["I am", " here."], usage(9, 12)))
    client = openai(base_url=gw.base + "/api/v1")
    text = "".join(c.choices[0].delta.content or "" for c in
                   client.chat.completions.create(
                       model="qwen-plus", stream=True,
                       messages=[{"role": "user", "content": "Hello!"}]))
    assert text == "I am here."
    bill(key, 9 * 800_000 + 12 * 2_000_000)


def test_tidy_answers(make_gw, up):
    """Plain answers as a gateway's document promises them: no reasoning, and
    no tool_calls where there are none."""
    gw = make_gw(on="LLMGateway On\nLLMGatewayAnswer tidy")
    key = gw.new_key()
    up.script(completion([{"role": "assistant", "content": "hi",
                           "reasoning_content": "hm", "tool_calls": None}],
                         usage(9, 12)))
    with sdk.OpenAI(base_url=gw.base + "/v1", api_key=key) as client:
        got = client.chat.completions.create(
            model="qwen-plus", messages=[{"role": "user", "content": "Hi"}])
    message, = [c.message for c in got.choices]
    assert message.content == "hi"
    assert message.model_fields_set == {"role", "content"}
    row, = gw.settled(key)
    assert row["amount"] == 9 * 800_000 + 12 * 8_000_000    # it did think
