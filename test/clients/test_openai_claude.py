"""openai for Python of today, on a model that only Anthropic's own API has:
what is asked, what comes back, and what each costs."""
import asyncio
import base64
import json

import openai as sdk
import pydantic
import pytest
from harness import messages as m
from harness.upstream import answer, gate

import scripted_messages as claude_says
from scripted_messages import (completion, says, streams, streams_calls,
                               streams_thought, thinks, tool_calls, usage)

pytestmark = pytest.mark.usefixtures("claude")
ASK = {"model": "sonnet", "messages": [
    {"role": "user", "content": "Who are you?"}]}
IN, OUT = 3_000_000, 15_000_000
BILL = 22 * IN + 18 * OUT
PNG = "iVBORw0KGgo="
PDF = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()
TOOL = {"type": "function", "function": {
    "name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string"}}}}}


# ---- texts ----

def test_a_plain_chat(openai, up, gw, bill, key):
    up.script(completion([claude_says.text("I am"),
                          claude_says.text(" a model.")], usage(22, 18),
                         headers=[("request-id", "theirs")]))
    raw = openai().chat.completions.with_raw_response.create(**ASK)
    got = raw.parse()
    assert got.id == "chatcmpl-" + raw.request_id[4:]
    assert got.object == "chat.completion" and got.created > 1_700_000_000
    assert got.model == "claude-sonnet-4-5"
    choice, = got.choices
    assert choice.message.content == "I am a model."
    assert choice.message.role == "assistant"
    assert choice.message.tool_calls is None
    assert choice.finish_reason == "stop" and choice.index == 0
    assert (got.usage.prompt_tokens, got.usage.completion_tokens,
            got.usage.total_tokens) == (22, 18, 40)
    row, = bill(key, BILL)
    assert row["upstream_request"] == "theirs"
    assert row["upstream"] == "claude"


def test_what_goes_to_claude(openai, up, bill, key):
    up.script(says("hi", usage(22, 18)))
    raw = openai().chat.completions.with_raw_response.create(
        model="sonnet", max_completion_tokens=300, temperature=1.5,
        stop=["END", "STOP"], user="u-1", seed=7, logprobs=True, store=False,
        messages=[{"role": "developer", "content": "Be kind."},
                  {"role": "user", "content": "Who"},
                  {"role": "user", "content": "are you?"}])
    sent = up.requests[0]
    assert sent.path == "/v1/messages"
    assert sent.header("x-api-key") == "sk-ant-upstream-secret"
    assert sent.header("authorization") is None
    assert sent.header("anthropic-version")
    body = sent.json()
    assert body["system"] == [{"type": "text", "text": "Be kind."}]
    assert body["messages"] == [{"role": "user", "content": [
        {"type": "text", "text": "Who"},
        {"type": "text", "text": "are you?"}]}]
    assert body["max_tokens"] == 300 and body["temperature"] == 1
    assert body["stop_sequences"] == ["END", "STOP"]
    assert body["metadata"] == {"user_id": "u-1"}
    assert not {"seed", "logprobs", "store", "user", "stop"} & set(body)
    dropped = set(raw.headers["x-llmgw-dropped"].split(", "))
    assert {"seed", "logprobs", "temperature"} <= dropped
    assert "store" not in dropped
    bill(key, BILL)


def test_max_tokens_is_the_models_own(openai, up, bill, key):
    """Claude must be told one; nobody's answer is cut short by a small
    one."""
    up.script(says("hi", usage(22, 18)))
    openai().chat.completions.create(**ASK)
    assert up.requests[0].json()["max_tokens"] == m.SONNET["limit"]["output"]
    bill(key, BILL)


@pytest.mark.parametrize("reason, finish", [
    ("end_turn", "stop"), ("stop_sequence", "stop"),
    ("max_tokens", "length"), ("refusal", "content_filter"),
    ("model_context_window_exceeded", "length")])
def test_why_it_ended(openai, up, bill, key, reason, finish):
    up.script(completion([claude_says.text("hi")], usage(22, 18), reason))
    up.script(streams(["hi"], usage(22, 18), reason))
    client = openai()
    assert client.chat.completions.create(**ASK) \
        .choices[0].finish_reason == finish
    assert [c.choices[0].finish_reason for c in
            client.chat.completions.create(**ASK, stream=True)][-1] == finish
    bill(key, BILL, BILL)


def test_a_stream_with_usage(openai, up, bill, key):
    up.script(streams(["I am", " a model."], usage(22, 18)))
    got = list(openai().chat.completions.create(
        **ASK, stream=True, stream_options={"include_usage": True}))
    assert len({c.id for c in got}) == 1
    assert got[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in got[:-1]) \
        == "I am a model."
    assert [c.choices[0].finish_reason for c in got[:-1]].count("stop") == 1
    assert all(c.usage is None for c in got[:-1])
    assert got[-1].choices == [] and got[-1].usage.total_tokens == 40
    bill(key, BILL)


def test_a_stream_without_usage(openai, up, bill, key):
    up.script(streams(["I am", " a model."], usage(22, 18)))
    got = list(openai().chat.completions.create(**ASK, stream=True))
    assert all(c.choices and c.usage is None for c in got)
    bill(key, BILL)


def test_text_comes_as_it_is_said(openai, up, bill, key):
    steps = streams(["I am", " a model."], usage(22, 18))
    up.script(*steps[:5], gate("seen"), *steps[5:])
    stream = openai().chat.completions.create(**ASK, stream=True)
    text = ""
    while text != "I am":
        text += next(stream).choices[0].delta.content or ""
    up.open("seen")
    assert text + "".join(c.choices[0].delta.content or ""
                          for c in stream) == "I am a model."
    bill(key, BILL)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_what_was_cached(openai, up, bill, key, stream):
    """What Claude counts beside the input is a part of the prompt here, and
    each part has its price."""
    counts = usage(1000, 50, write=200, hour=300, read=400)
    up.script(streams(["a"], counts) if stream else says("a", counts))
    parts = [{"type": "text", "text": "x" * 99,
              "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    got = openai().chat.completions.create(
        **dict(ASK, messages=[{"role": "system", "content": parts},
                              *ASK["messages"]]),
        **({"stream": True, "stream_options": {"include_usage": True}}
           if stream else {}))
    counted = (list(got)[-1] if stream else got).usage
    assert (counted.prompt_tokens, counted.completion_tokens,
            counted.prompt_tokens_details.cached_tokens) == (1000, 50, 400)
    assert up.requests[0].json()["system"][0]["cache_control"] \
        == {"type": "ephemeral", "ttl": "1h"}
    bill(key, 100 * IN + 200 * 3_750_000 + 300 * 6_000_000 + 400 * 300_000
         + 50 * OUT)


# ---- tools ----

def test_tools_and_their_results(openai, up, bill, key):
    up.script(tool_calls([("toolu_1", "get_weather", {"city": "Bonn"}),
                          ("toolu_2", "get_weather", {"city": "Berlin"})],
                         usage(150, 40)))
    up.script(says("It rains.", usage(230, 9)))
    client, messages = openai(), list(ASK["messages"])
    choice = client.chat.completions.create(**ASK, tools=[TOOL],
                                            tool_choice="required").choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    assert [c.function.arguments for c in choice.message.tool_calls] \
        == ['{"city": "Bonn"}', '{"city": "Berlin"}']
    messages += [choice.message,
                 *({"role": "tool", "tool_call_id": c.id, "content": "Rain."}
                   for c in choice.message.tool_calls),
                 {"role": "user", "content": "And?"}]
    got = client.chat.completions.create(
        model="sonnet", messages=messages, tools=[TOOL],
        parallel_tool_calls=False)
    assert got.choices[0].message.content == "It rains."
    first, second = (r.json() for r in up.requests)
    assert first["tools"][0]["input_schema"] \
        == TOOL["function"]["parameters"]
    assert first["tool_choice"] == {"type": "any"}
    assert second["tool_choice"]["disable_parallel_tool_use"] is True
    assert [x["role"] for x in second["messages"]] \
        == ["user", "assistant", "user"]
    assert [b["type"] for b in second["messages"][2]["content"]] \
        == ["tool_result", "tool_result", "text"]
    assert second["messages"][1]["content"][0]["input"] == {"city": "Bonn"}
    bill(key, 150 * IN + 40 * OUT, 230 * IN + 9 * OUT)


def test_arguments_keep_their_spelling(openai, up, bill, key):
    """Order of members, 1.0, 1e3 and large numbers, both ways."""
    written = '{"z": 1.0, "a": 1e3, "n": 12345678901234567890, "z2": "\\u00e9"}'
    document = m.document(usage(150, 40), stop_reason="tool_use", content=[
        claude_says.tool("toolu_1", "get_weather", "HERE")])
    up.script(answer(json.dumps(document).replace('"HERE"', written)
                     .encode()))
    up.script(says("ok", usage(230, 9)))
    client = openai()
    message = client.chat.completions.create(
        **ASK, tools=[TOOL]).choices[0].message
    assert message.tool_calls[0].function.arguments == written
    client.chat.completions.create(model="sonnet", tools=[TOOL], messages=[
        *ASK["messages"], message,
        {"role": "tool", "tool_call_id": "toolu_1", "content": "x"}])
    assert written.encode() in up.requests[1].body
    bill(key, 150 * IN + 40 * OUT, 230 * IN + 9 * OUT)


def test_streamed_calls(openai, up, bill, key):
    """Numbered by calls, whatever blocks there are before them."""
    up.script(streams_calls([
        ("toolu_1", "get_weather", ["", '{"city": ', '"Bonn"}']),
        ("toolu_2", "get_time", [])], usage(150, 40), ["Let me", " see."]))
    with openai().chat.completions.stream(**ASK, tools=[TOOL]) as stream:
        seen = [c for e in stream if e.type == "chunk"
                for c in e.chunk.choices[0].delta.tool_calls or []]
        choice = stream.get_final_completion().choices[0]
    assert {c.index for c in seen} == {0, 1}
    assert [c.id for c in seen if c.id] == ["toolu_1", "toolu_2"]
    assert choice.message.content == "Let me see."
    assert choice.finish_reason == "tool_calls"
    assert [(c.id, c.function.name, c.function.arguments)
            for c in choice.message.tool_calls] == [
        ("toolu_1", "get_weather", '{"city": "Bonn"}'),
        ("toolu_2", "get_time", "{}")]
    bill(key, 150 * IN + 40 * OUT)


def test_functions_of_2023(openai, up, bill, key):
    """`functions`, and a result that has no id."""
    up.script(tool_calls([("toolu_1", "get_weather", {"city": "Bonn"})],
                         usage(150, 40)))
    up.script(says("It rains.", usage(230, 9)))
    client = openai()
    got = client.chat.completions.create(
        **ASK, functions=[TOOL["function"]],
        function_call={"name": "get_weather"}).choices[0]
    first = up.requests[0].json()
    assert first["tools"][0]["name"] == "get_weather"
    assert first["tool_choice"] == {"type": "tool", "name": "get_weather"}
    assert got.message.tool_calls[0].function.name == "get_weather"
    client.chat.completions.create(
        model="sonnet", functions=[TOOL["function"]], messages=[
            *ASK["messages"],
            {"role": "assistant", "content": None, "function_call": {
                "name": "get_weather", "arguments": '{"city": "Bonn"}'}},
            {"role": "function", "name": "get_weather", "content": "Rain."}])
    call, result = up.requests[1].json()["messages"][1:]
    assert call["content"][0]["input"] == {"city": "Bonn"}
    assert result["content"][0]["tool_use_id"] == call["content"][0]["id"]
    bill(key, 150 * IN + 40 * OUT, 230 * IN + 9 * OUT)


def test_members_that_say_nothing(openai, up, bill, key):
    """As they were seen in the field."""
    up.script(says("hi", usage(22, 18)))
    openai().chat.completions.create(
        **ASK, extra_body={"tools": [], "n": None, "stop": None,
                           "max_tokens": 0, "service_tier": None,
                           "response_format": {"type": "text"},
                           "tool_choice": None, "stream_options": None,
                           "parallel_tool_calls": None})
    sent = up.requests[0].json()
    assert set(sent) <= {"model", "messages", "max_tokens", "stream"}
    assert sent["max_tokens"] == m.SONNET["limit"]["output"]
    bill(key, BILL)


# ---- other parts ----

@pytest.mark.parametrize("part, block", [
    ({"type": "image_url", "image_url": {
        "url": "data:image/png;base64," + PNG, "detail": "low"}},
     {"type": "image", "source": {"type": "base64",
                                  "media_type": "image/png", "data": PNG}}),
    ({"type": "image_url", "image_url": {"url": "https://x.example/a.png"}},
     {"type": "image", "source": {"type": "url",
                                  "url": "https://x.example/a.png"}}),
    ({"type": "file", "file": {
        "filename": "a.pdf",
        "file_data": "data:application/pdf;base64," + PDF}},
     {"type": "document", "title": "a.pdf", "source": {
         "type": "base64", "media_type": "application/pdf", "data": PDF}}),
], ids=["data", "url", "pdf"])
def test_images_and_files(openai, up, bill, key, part, block):
    up.script(says("A dot.", usage(1690, 3)))
    openai().chat.completions.create(model="sonnet", messages=[
        {"role": "user", "content": [
            part, {"type": "text", "text": "What is this?"}]}])
    assert up.requests[0].json()["messages"] == [{"role": "user", "content": [
        block, {"type": "text", "text": "What is this?"}]}]
    bill(key, 1690 * IN + 3 * OUT)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_thinking(openai, up, bill, key, stream):
    """What Claude thought is `reasoning_content`, and is paid as output."""
    up.script(streams_thought(["Hm", "."], ["Done."], usage(22, 18))
              if stream else thinks("Hm.", "Done.", usage(22, 18)))
    got = openai().chat.completions.create(
        **ASK, max_completion_tokens=4000, reasoning_effort="medium",
        stream=stream)
    if stream:
        deltas = [c.choices[0].delta for c in got]
        thought = "".join(getattr(d, "reasoning_content", None) or ""
                          for d in deltas)
        text = "".join(d.content or "" for d in deltas)
    else:
        message = got.choices[0].message
        thought, text = message.reasoning_content, message.content
    assert (thought, text) == ("Hm.", "Done.")
    assert up.requests[0].json()["thinking"] == {
        "type": "enabled", "budget_tokens": 2000}
    bill(key, BILL)


def test_the_other_switches_of_thinking(openai, up, bill, key):
    for _ in range(2):
        up.script(thinks("Hm.", "Done.", usage(22, 18)))
    client = openai()
    client.chat.completions.create(**ASK, extra_body={
        "thinking": {"type": "enabled", "budget_tokens": 1234}})
    client.chat.completions.create(**ASK, max_tokens=4000, extra_body={
        "llmgw_thinking": False})
    first, second = (r.json() for r in up.requests)
    assert first["thinking"] == {"type": "enabled", "budget_tokens": 1234}
    assert not {"llmgw_thinking", "thinking"} & set(second)
    bill(key, BILL, BILL)


def test_parse_gives_an_object(openai, up, bill, key):
    class Place(pydantic.BaseModel):
        city: str
        people: int

    up.script(says('{"city": "Berlin", "people": 3897145}', usage(22, 18)))
    got = openai().chat.completions.parse(**ASK, response_format=Place)
    assert got.choices[0].message.parsed == Place(city="Berlin",
                                                  people=3897145)
    form = up.requests[0].json()["output_config"]["format"]
    assert form["type"] == "json_schema"
    assert form["schema"]["required"] == ["city", "people"]
    bill(key, BILL)


def test_async(base_url, up, bill, key):
    up.default = lambda request: (
        streams(["I am", " a model."], usage(22, 18))
        if request.json().get("stream") else says("I am a model.",
                                                  usage(22, 18)))

    async def plain(client):
        got = await client.chat.completions.create(**ASK)
        return got.choices[0].message.content

    async def streamed(client):
        return "".join([c.choices[0].delta.content or "" async for c in
                        await client.chat.completions.create(**ASK,
                                                             stream=True)])

    async def both():
        async with sdk.AsyncOpenAI(base_url=base_url, api_key=key) as client:
            return await asyncio.gather(*[
                (plain, streamed)[i % 2](client) for i in range(10)])

    assert asyncio.run(both()) == ["I am a model."] * 10
    bill(key, *[BILL] * 10)
