"""openai for Python, where all goes well."""
import asyncio
import json

import anthropic
import openai as sdk
import pydantic
import pytest
from harness import mock
from harness.upstream import answer, done, event, gate, head

from scripted import (calls, chunk, completion, counted, says, streams,
                      usage)

ASK = {"model": "qwen-plus", "messages": [
    {"role": "user", "content": "Who are you?"}]}
# qwen-plus, first tier, in 10^-12 CNY a token
IN, OUT, OUT_THINKING = 800_000, 2_000_000, 8_000_000


@pytest.mark.parametrize("end", ["/v1", "/v1/"])
def test_base_url_with_and_without_slash(openai, gw, up, bill, key, end):
    up.script(says("hi", usage(9, 2)))
    client = openai(base_url=gw.base + end)
    assert client.chat.completions.create(**ASK).choices[0].message.content \
        == "hi"
    assert up.requests[0].path == "/v1/chat/completions"
    bill(key, 9 * IN + 2 * OUT)


def test_raw_response_tells_the_receipt(openai, up, gw, bill, key):
    up.script(completion([{"role": "assistant", "content": "hi"}],
                         usage(9, 2), headers=[("x-request-id", "theirs")]))
    raw = openai().chat.completions.with_raw_response.create(**ASK)
    assert raw.parse().choices[0].message.content == "hi"
    row, = bill(key, 9 * IN + 2 * OUT)
    request_id = raw.headers["x-request-id"]
    assert raw.request_id == raw.parse()._request_id == request_id
    assert request_id.startswith("req_") and len(request_id) == 17
    receipt = gw.request("GET", "/v1/receipts/" + request_id, key=key).json()
    assert receipt["amount"] == "0.0000112"
    assert row["upstream_request"] == "theirs"


def test_streaming_response_tells_its_id_at_once(openai, up, bill, key):
    up.script(head(), chunk({"role": "assistant", "content": ""}),
              chunk({"content": "hi"}), gate("seen"), chunk({}, "stop"),
              counted(usage(9, 2)), done())
    with openai().chat.completions.with_streaming_response.create(
            **ASK, stream=True) as response:
        assert response.headers["x-request-id"].startswith("req_")
        lines = response.iter_lines()
        assert json.loads(next(lines)[6:])["choices"]
        up.open("seen")
        rest = [line for line in lines if line]
    assert rest[-1] == "data: [DONE]"
    bill(key, 9 * IN + 2 * OUT)


def test_stream_without_usage_shows_none(openai, up, bill, key):
    """Programs that never heard of usage do choices[0] on each chunk."""
    up.script(streams(["h", "i"], usage(9, 2)))
    text = ""
    for c in openai().chat.completions.create(**ASK, stream=True):
        text += c.choices[0].delta.content or ""
        assert c.usage is None
    assert text == "hi"
    assert up.requests[0].json()["stream_options"] == {"include_usage": True}
    bill(key, 9 * IN + 2 * OUT)


def test_stream_options_are_completed_not_replaced(openai, up, bill, key):
    up.script(streams(["hi"], usage(9, 2)))
    got = list(openai().chat.completions.create(
        **ASK, stream=True, stream_options={"include_obfuscation": False}))
    assert all(c.choices for c in got)
    assert up.requests[0].json()["stream_options"] == {
        "include_obfuscation": False, "include_usage": True}
    bill(key, 9 * IN + 2 * OUT)


def test_thinking_is_billed_as_thinking(openai, up, bill, key):
    counts = usage(1000, 500,
                   completion_tokens_details={"reasoning_tokens": 300})
    up.script(streams([{"reasoning_content": "Hm.", "content": None},
                       "Done."], counts))
    thought, text = "", ""
    for c in openai().chat.completions.create(
            **ASK, stream=True, extra_body={"enable_thinking": True}):
        thought += getattr(c.choices[0].delta, "reasoning_content", "") or ""
        text += c.choices[0].delta.content or ""
    assert (thought, text) == ("Hm.", "Done.")
    bill(key, 1000 * IN + 500 * OUT_THINKING)


def test_extra_body_arrives_untouched(openai, up, bill, key):
    """Members that neither the SDK nor the gateway knows, of every type."""
    extra = {"top_k": 20, "enable_search": True, "thinking_budget": 50,
             "search_options": {"forced_search": True, "deep": [1, [2]]},
             "stop_token_ids": [[108386, 103924], [35946, 101243]],
             "seed": 18446744073709551615, "eps": 1e-7, "nul": None,
             "text": "\u4f60\u597d \U0001f600 \"\\ \u2028"}
    up.script(says("hi", usage(9, 2)))
    openai().chat.completions.create(
        **ASK, temperature=0.7, top_p=1.0, user="u-1",
        metadata={"a": "b"}, extra_body=extra)
    assert up.requests[0].json() == {
        **ASK, "temperature": 0.7, "top_p": 1.0, "user": "u-1",
        "metadata": {"a": "b"}, **extra}
    bill(key, 9 * IN + 2 * OUT)


def test_what_the_sdk_says_about_itself_stays_here(openai, up, bill, key):
    up.script(says("hi", usage(9, 2)))
    openai(organization="org-1", project="p-1").chat.completions.create(
        **ASK, extra_headers={"Idempotency-Key": "1", "Cookie": "a=b",
                              "X-Mine": "2", "traceparent": "00-ab-cd-01"})
    names = {n.lower() for n, _ in up.requests[0].headers}
    assert names <= {"host", "content-type", "content-length", "connection",
                     "accept", "user-agent", "authorization", "traceparent"}
    assert up.requests[0].header("authorization") \
        == "Bearer sk-upstream-secret"
    assert up.requests[0].header("traceparent") == "00-ab-cd-01"
    bill(key, 9 * IN + 2 * OUT)


def test_members_of_the_answer_pass(openai, up, bill, key):
    up.script(completion(
        [{"role": "assistant", "content": "a", "reasoning_content": "hm"},
         {"role": "assistant", "content": "b"}], usage(9, 4),
        service_tier="default", vendor_says={"x": [1]}))
    got = openai().chat.completions.create(**ASK, n=2, logprobs=True)
    assert [c.message.content for c in got.choices] == ["a", "b"]
    assert got.choices[0].message.reasoning_content == "hm"
    assert got.vendor_says == {"x": [1]} and got.service_tier == "default"
    bill(key, 9 * IN + 4 * OUT_THINKING)    # there was reasoning text


def test_parts_and_images_arrive(openai, up, bill, key):
    parts = [{"type": "text", "text": "What is this?"},
             {"type": "image_url", "image_url": {
                 "url": "data:image/png;base64,iVBORw0KGgo="}}]
    up.script(says("A dot.", usage(90, 3)))
    openai().chat.completions.create(model="qwen-plus", messages=[
        {"role": "user", "content": parts}])
    assert up.requests[0].json()["messages"][0]["content"] == parts
    bill(key, 90 * IN + 3 * OUT)


def test_parse_gives_an_object(openai, up, bill, key):
    class Place(pydantic.BaseModel):
        city: str
        people: int

    up.script(says('{"city": "Berlin", "people": 3897145}', usage(60, 11)))
    got = openai().chat.completions.parse(**ASK, response_format=Place)
    assert got.choices[0].message.parsed == Place(city="Berlin",
                                                  people=3897145)
    sent = up.requests[0].json()["response_format"]
    assert sent["type"] == "json_schema" and sent["json_schema"]["strict"]
    bill(key, 60 * IN + 11 * OUT)


def test_stream_helper_puts_tool_calls_together(openai, up, bill, key):
    def part(index, **function):
        return {"tool_calls": [{"index": index, "function": function}]}

    up.script(streams([
        {"tool_calls": [{"index": 0, "id": "call_a", "type": "function",
                         "function": {"name": "f", "arguments": ""}}]},
        part(0, arguments='{"x": '), part(0, arguments="1}"),
        {"tool_calls": [{"index": 1, "id": "call_b", "type": "function",
                         "function": {"name": "g", "arguments": "{}"}}]}],
        usage(80, 30), finish="tool_calls"))
    tools = [{"type": "function", "function": {"name": n, "parameters": {}}}
             for n in "fg"]
    with openai().chat.completions.stream(**ASK, tools=tools) as stream:
        for _ in stream:
            pass
        got = stream.get_final_completion().choices[0]
    assert got.finish_reason == "tool_calls"
    assert [(c.id, c.function.name, c.function.arguments)
            for c in got.message.tool_calls] == [
        ("call_a", "f", '{"x": 1}'), ("call_b", "g", "{}")]
    bill(key, 80 * IN + 30 * OUT)


def test_tool_call_and_its_answer(openai, up, bill, key):
    up.script(calls("f", '{"x": 1}', usage(80, 30), id="call_\u00fc"))
    up.script(says("one", usage(120, 2)))
    client, messages = openai(), list(ASK["messages"])
    first = client.chat.completions.create(**ASK).choices[0].message
    messages += [first, {"role": "tool", "tool_call_id": "call_\u00fc",
                         "content": "1"}]
    got = client.chat.completions.create(model="qwen-plus",
                                         messages=messages)
    assert got.choices[0].message.content == "one"
    assert up.requests[1].json()["messages"][2]["tool_call_id"] \
        == "call_\u00fc"
    bill(key, 80 * IN + 30 * OUT, 120 * IN + 2 * OUT)


# ---- models ----

def test_models_list(openai, gw, bill):
    key = gw.new_key(models=["qwen*", "org/*"], deny_models=["*-max"])
    got = {m.id: m for m in openai(api_key=key).models.list()}
    assert set(got) == {"qwen-plus", "org/with/slashes"}
    assert got["qwen-plus"].object == "model"
    assert got["qwen-plus"].owned_by == "llmgw"
    assert got["qwen-plus"].created > 1_700_000_000
    # beside OpenAI's own members
    assert got["qwen-plus"].context_length == 1_000_000
    assert got["qwen-plus"].max_model_len == 1_000_000
    assert got["qwen-plus"].max_output_tokens == 32768
    assert got["org/with/slashes"].model_extra.keys() \
        == {"type", "display_name", "created_at"}
    bill(key)


def test_models_list_for_anthropic(gw, bill):
    """The same list with the other SDK, whose base_url has no /v1."""
    key = gw.new_key(models=["qwen*"])
    with anthropic.Anthropic(base_url=gw.base, api_key=key) as client:
        got = {m.id: m for m in client.models.list(limit=1000)}
        one = client.models.retrieve("qwen-plus")
    assert {"qwen-plus", "qwen3-max"} <= set(got)
    assert got["qwen-plus"] == one
    assert (one.type, one.display_name) == ("model", "qwen-plus")
    assert one.created_at.year >= 2025
    assert one.context_length == 1_000_000
    bill(key)


def test_models_retrieve_with_slashes(openai, up, bill, key):
    client = openai()
    for name in ("qwen-plus", "org/with/slashes"):
        got = client.models.retrieve(name)
        assert (got.id, got.object) == (name, "model")
    up.script(says("hi", usage(9, 2)))
    client.chat.completions.create(**dict(ASK, model="org/with/slashes"))
    row, = bill(key, 9 * 1_000_000 + 2 * 2_000_000)
    assert (row["model"], row["currency"]) == ("org/with/slashes", "USD")


# ---- many at once ----

def test_async_plain_and_stream(base_url, up, bill, key):
    async def both():
        async with sdk.AsyncOpenAI(base_url=base_url, api_key=key) as client:
            up.script(says("hi", usage(9, 2)))
            plain = await client.chat.completions.create(**ASK)
            up.script(streams(["h", "i"], usage(9, 2)))
            text = ""
            async for c in await client.chat.completions.create(
                    **ASK, stream=True,
                    stream_options={"include_usage": True}):
                text += c.choices[0].delta.content if c.choices else ""
                last = c
            return plain, text, last

    plain, text, last = asyncio.run(both())
    assert plain.choices[0].message.content == text == "hi"
    assert last.usage.total_tokens == 11
    bill(key, *[9 * IN + 2 * OUT] * 2)


def test_forty_at_once_none_mixed_up(base_url, gw, up, key):
    """Each gets its own answer, and pays for its own."""
    up.default = lambda request: mock.chat(request, delay=0.001)

    async def one(client, i, stream):
        ask = dict(ASK, messages=[
            {"role": "user", "content": f"number {i} " + "word " * i}])
        if not stream:
            got = await client.chat.completions.create(**ask)
            return got.choices[0].message.content
        text = ""
        async for c in await client.chat.completions.create(**ask,
                                                            stream=True):
            text += c.choices[0].delta.content or ""
        return text

    async def all_of_them():
        async with sdk.AsyncOpenAI(base_url=base_url, api_key=key) as client:
            return await asyncio.gather(*[one(client, i, i % 2)
                                          for i in range(40)])

    def expected(i):
        said = f"number {i} " + "word " * i
        text = mock.reply_text([{"role": "user", "content": said}])
        return (mock.count(said) + 4) * IN + mock.count(text) * OUT

    texts = asyncio.run(all_of_them())
    for i, text in enumerate(texts):
        assert text.startswith(f"You said: number {i} ")
    assert sorted(r["amount"] for r in gw.settled(key, 40)) \
        == sorted(expected(i) for i in range(40))


def test_an_answer_of_a_megabyte(openai, up, bill, key):
    text = "\u00e4 " * 400_000
    up.script(says(text, usage(9, 30_000)))
    assert openai().chat.completions.create(**ASK) \
        .choices[0].message.content == text
    bill(key, 9 * IN + 30_000 * OUT)


def test_events_of_another_kind_are_passed_over(openai, up, bill, key):
    """Comments, empty events and CRLF are no matter to the SDK."""
    up.script(head(), event({}, "ping"), *streams(["hi"], usage(9, 2))[1:])
    up.script(answer(b'{"id":"x","object":"chat.completion","created":1,'
                     b'"model":"m","choices":[],\r\n "usage":{"prompt_tokens"'
                     b':9,"completion_tokens":2}}\n'))
    client = openai()
    text = "".join(c.choices[0].delta.content or "" for c in
                   client.chat.completions.create(**ASK, stream=True)
                   if c.choices)
    assert text == "hi"
    assert client.chat.completions.create(**ASK).choices == []
    bill(key, *[9 * IN + 2 * OUT] * 2)
