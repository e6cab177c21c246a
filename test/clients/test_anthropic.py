"""anthropic for Python of today: what only it can say, over Anthropic's own
API and over chat completions."""
import asyncio
import base64
import json

import anthropic as sdk
import pydantic
import pytest
from harness.keys import mistyped
from harness.upstream import end, gate

import scripted
import scripted_messages as claude_says
import sides

CHAT, CLAUDE = sides.CHAT, sides.CLAUDE
ASK = {"max_tokens": 3000, "messages": sides.WHO}
THINK = {"type": "enabled", "budget_tokens": 1024}
PDF = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()
OUT_THINKING = 8_000_000        # of qwen-plus


class Place(pydantic.BaseModel):
    city: str
    people: int


def thought(side, prompt, completion):
    """qwen-plus has a price of its own for output while it thinks."""
    return prompt * side.input + completion * (
        OUT_THINKING if side is CHAT else side.output)


# ---- thinking ----

def test_thinking(anthropic, side, up, bill, key):
    up.script(side.script.thinks("Hm.", "Done.", side.usage(22, 18)))
    got = anthropic().messages.create(model=side.model, **ASK,
                                      thinking=THINK)
    first, second = got.content
    assert (first.type, first.thinking) == ("thinking", "Hm.")
    assert (second.type, second.text) == ("text", "Done.")
    sent = up.requests[0].json()
    if side is CHAT:
        assert sent["enable_thinking"] is True and "thinking" not in sent
        assert first.signature.startswith("llmgw1:")
    else:
        assert sent["thinking"] == THINK
    bill(key, thought(side, 22, 18))


def test_thinking_in_a_stream(anthropic, side, up, bill, key):
    """A thinking block, its signature, and only then the text."""
    up.script(side.script.streams_thought(["Hm", "."], ["Do", "ne."],
                                          side.usage(22, 18)))
    with anthropic().messages.stream(model=side.model, **ASK,
                                     thinking=THINK) as stream:
        kinds = [(e.index, e.delta.type) for e in stream
                 if e.type == "content_block_delta"]
        final = stream.get_final_message()
    assert kinds == [(0, "thinking_delta"), (0, "thinking_delta"),
                     (0, "signature_delta"), (1, "text_delta"),
                     (1, "text_delta")]
    assert [b.type for b in final.content] == ["thinking", "text"]
    assert final.content[0].thinking == "Hm."
    assert final.content[0].signature
    assert final.content[1].text == "Done."
    bill(key, thought(side, 22, 18))


def test_no_thinking(anthropic, side, up, bill, key):
    up.script(side.script.says("hi", side.usage(22, 18)))
    anthropic().messages.create(model=side.model, **ASK,
                                thinking={"type": "disabled"})
    sent = up.requests[0].json()
    if side is CHAT:
        assert sent["enable_thinking"] is False
    else:
        assert sent["thinking"] == {"type": "disabled"}
    bill(key, side.amount(22, 18))


def test_a_conversation_that_changes_the_model(anthropic, session_claude, up,
                                               bill, key):
    """What Qwen thought does not go to Claude, which would refuse its
    signature; what Claude thought goes to Qwen as text."""
    client, talk = anthropic(), list(sides.WHO)

    def turn(side, said):
        up.script(side.script.thinks("Hm.", said, side.usage(22, 18)))
        got = client.messages.create(model=side.model, max_tokens=3000,
                                     messages=talk, thinking=THINK)
        talk.append({"role": "assistant", "content": got.content})
        talk.append({"role": "user", "content": "Go on."})

    turn(CHAT, "I am Qwen.")
    turn(CLAUDE, "I am Claude.")
    turn(CHAT, "I am Qwen again.")
    to_claude, to_qwen = (r.json()["messages"] for r in up.requests[1:])
    assert [b["type"] for b in to_claude[1]["content"]] == ["text"]
    assert [x["content"] for x in to_qwen if x["role"] == "assistant"] \
        == ["I am Qwen.", "I am Claude."]
    assert to_qwen[3]["reasoning_content"] == "Hm."
    bill(key, thought(CHAT, 22, 18), thought(CLAUDE, 22, 18),
         thought(CHAT, 22, 18))


def test_claudes_own_thinking_comes_back_as_it_was(anthropic, claude, up,
                                                   bill, key):
    client = anthropic()
    up.script(claude_says.thinks("Hm.", "hi", claude.usage(22, 18)))
    up.script(claude_says.says("bye", claude.usage(22, 18)))
    got = client.messages.create(model="sonnet", **ASK, thinking=THINK)
    client.messages.create(model="sonnet", max_tokens=3000, thinking=THINK,
                           messages=[*sides.WHO,
                                     {"role": "assistant",
                                      "content": got.content},
                                     {"role": "user", "content": "Bye."}])
    assert up.requests[1].json()["messages"][1]["content"] \
        == [claude_says.thought("Hm."), claude_says.text("hi")]
    bill(key, *[claude.amount(22, 18)] * 2)


# ---- tools, forms, documents ----

def test_the_sdks_runner_of_tools(anthropic, side, up, bill, key):
    """It asks for a conversation that Anthropic keeps, is told that there is
    none, and goes on with the whole of it in each request."""
    @sdk.beta_tool
    def get_weather(city: str) -> str:
        """The weather in a city."""
        return f"It rains in {city}."

    up.script(side.script.tool_calls(
        [("toolu_1", "get_weather", {"city": "Bonn"}),
         ("toolu_2", "get_weather", {"city": "Köln"})],
        side.usage(150, 40)))
    up.script(side.script.says("It rains.", side.usage(230, 9)))
    final = anthropic().beta.messages.tool_runner(
        model=side.model, **ASK, tools=[get_weather]).until_done()
    assert final.content[0].text == "It rains."
    assert len(up.requests) == 2
    sent = json.dumps(up.requests[1].json(), ensure_ascii=False)
    assert "It rains in Köln." in sent and "thread" not in sent
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_a_tool_that_failed_and_one_that_saw_something(anthropic, up, bill,
                                                       key):
    """A chat has no place for either: it says so in words, and the picture
    comes after the results."""
    up.script(scripted.says("I see.", CHAT.usage(230, 9)))
    png = {"type": "image", "source": {
        "type": "base64", "media_type": "image/png",
        "data": "iVBORw0KGgo="}}
    anthropic().messages.create(model="qwen-plus", max_tokens=300, tools=[
        {"name": "look", "input_schema": {"type": "object"}}], messages=[
        *sides.WHO,
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "t1", "name": "look", "input": {}},
            {"type": "tool_use", "id": "t2", "name": "look", "input": {}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "is_error": True,
             "content": "Dark."},
            {"type": "tool_result", "tool_use_id": "t2", "content": [png]},
            {"type": "text", "text": "Well?"}]}])
    sent = up.requests[0].json()["messages"]
    assert [x["role"] for x in sent] == ["user", "assistant", "tool", "tool",
                                         "user"]
    assert sent[2]["content"] == "Error: Dark."
    assert sent[3]["content"] == "[image]"
    assert [p["type"] for p in sent[4]["content"]] == ["image_url", "text"]
    bill(key, CHAT.amount(230, 9))


def test_a_form_for_the_answer(anthropic, side, up, bill, key):
    up.script(side.script.says('{"city": "Berlin", "people": 3897145}',
                               side.usage(60, 11)))
    got = anthropic().messages.parse(model=side.model, **ASK,
                                     output_format=Place)
    assert got.parsed_output == Place(city="Berlin", people=3897145)
    sent = up.requests[0].json()
    if side is CHAT:
        # nothing says that the model knows json_schema
        assert sent["response_format"] == {"type": "json_object"}
        assert '"people"' in sent["messages"][0]["content"]
    else:
        assert sent["output_config"]["format"]["type"] == "json_schema"
    bill(key, side.amount(60, 11))


def test_a_document(anthropic, side, up, gw, bill, key):
    gw.must("PATCH", "/models/" + side.model, {
        "modalities": {"input": ["text", "image", "pdf"],
                       "output": ["text"]}})
    up.script(side.script.says("Empty.", side.usage(1600, 3)))
    block = {"type": "document", "title": "a.pdf", "source": {
        "type": "base64", "media_type": "application/pdf", "data": PDF}}
    anthropic().messages.create(
        model=side.model, max_tokens=300, messages=[
            {"role": "user", "content": [block]}])
    content = up.requests[0].json()["messages"][0]["content"]
    if side is CHAT:
        assert content[-1]["type"] == "file"
        assert content[-1]["file"]["file_data"] \
            == "data:application/pdf;base64," + PDF
    else:
        assert content == [block]
    bill(key, side.amount(1600, 3))


def test_what_is_dropped_is_named(anthropic, up, bill, key):
    up.script(scripted.says("hi", CHAT.usage(22, 18)))
    raw = anthropic().messages.with_raw_response.create(
        model="qwen-plus", **ASK, metadata={"user_id": "u"},
        extra_body={"diagnostics": {}, "top_k": 5})
    dropped = set(raw.headers["x-llmgw-dropped"].split(", "))
    assert dropped == {"diagnostics", "top_k"}
    bill(key, CHAT.amount(22, 18))


# ---- streams ----

def test_text_comes_as_it_is_said(anthropic, side, up, bill, key):
    """And pings in between are no matter."""
    steps = side.script.streams(["I am", " a model."], side.usage(22, 18))
    count = 5 if side is CLAUDE else 3
    up.script(*steps[:count], gate("seen"), *steps[count:])
    with anthropic().messages.stream(model=side.model, **ASK) as stream:
        texts = stream.text_stream
        assert next(texts) == "I am"
        up.open("seen")
        assert list(texts) == [" a model."]
        usage = stream.get_final_message().usage
    assert (usage.input_tokens, usage.output_tokens) == (22, 18)
    bill(key, side.amount(22, 18))


@pytest.mark.parametrize("finish, reason", [
    ("stop", "end_turn"), ("length", "max_tokens"),
    ("content_filter", "refusal")])
def test_why_a_chat_ended(anthropic, up, bill, key, finish, reason):
    up.script(scripted.completion([{"role": "assistant", "content": "hi"}],
                                  CHAT.usage(22, 18), finish))
    up.script(scripted.streams(["hi"], CHAT.usage(22, 18), finish))
    client = anthropic()
    assert client.messages.create(model="qwen-plus", **ASK).stop_reason \
        == reason
    with client.messages.stream(model="qwen-plus", **ASK) as stream:
        assert stream.get_final_message().stop_reason == reason
    bill(key, *[CHAT.amount(22, 18)] * 2)


def test_calls_that_come_interleaved(anthropic, up, bill, key):
    """The helper for streams knows one block at a time, in order."""
    def piece(index, **more):
        return {"tool_calls": [dict({"index": index}, **more)]}

    def call(index, id):
        return piece(index, id=id, type="function", function={
            "name": "f", "arguments": ""})

    def arguments(index, text):
        return piece(index, function={"arguments": text})

    up.script(scripted.streams([
        "Both: ", call(0, "a"), call(1, "b"), arguments(1, '{"n": '),
        arguments(0, '{"n": 1'), arguments(1, "2.0}"), arguments(0, "}")],
        CHAT.usage(80, 30), "tool_calls"))
    with anthropic().messages.stream(model="qwen-plus", **ASK, tools=[
            {"name": "f", "input_schema": {"type": "object"}}]) as stream:
        blocks = [(e.index, e.type) for e in stream if e.type in (
            "content_block_start", "content_block_stop")]
        final = stream.get_final_message()
    assert blocks == [(i, "content_block_" + what) for i in range(3)
                      for what in ("start", "stop")]
    assert [(b.id, b.input) for b in final.content[1:]] \
        == [("a", {"n": 1}), ("b", {"n": 2.0})]
    assert final.stop_reason == "tool_use"
    bill(key, CHAT.amount(80, 30))


def test_an_answer_that_is_begun(anthropic, claude, up, bill, key):
    """Claude goes on with it; a chat that cannot says so."""
    begun = [*sides.WHO, {"role": "assistant", "content": "I am"}]
    up.script(claude_says.says(" Claude.", CLAUDE.usage(22, 18)))
    client = anthropic()
    client.messages.create(model="sonnet", max_tokens=300, messages=begun)
    assert up.requests[0].json()["messages"] == begun
    with pytest.raises(sdk.BadRequestError, match=r"messages\[1\]"):
        client.messages.create(model="qwen-plus", max_tokens=300,
                               messages=begun)
    bill(key, CLAUDE.amount(22, 18))


def test_what_is_not_there(anthropic, up, bill, key):
    """On the URLs that other SDKs have, too, errors are Anthropic's."""
    client = anthropic()
    for call in (lambda: client.messages.batches.list(),
                 lambda: client.messages.batches.retrieve("msgbatch_1"),
                 lambda: client.models.retrieve("claude-none"),
                 lambda: client.files.list()):
        with pytest.raises(sdk.NotFoundError) as caught:
            call()
        assert caught.value.type == "not_found_error"
        assert caught.value.request_id.startswith("req_")
    with pytest.raises(sdk.AuthenticationError) as caught:
        anthropic(api_key=mistyped(key)).models.list()
    assert caught.value.type == "authentication_error"
    raw = client.models.with_raw_response.list()
    assert raw.headers["request-id"] == raw.headers["x-request-id"]
    assert up.requests == []
    bill(key)


def test_an_error_inside_a_stream_has_a_class(anthropic, side, up, bill,
                                              key):
    up.script(side.part("12345678"), side.trouble(), end())
    with pytest.raises(sdk.APIStatusError) as caught:
        with anthropic().messages.stream(model=side.model, **ASK) as stream:
            for _ in stream.text_stream:
                pass
    assert caught.value.type == "overloaded_error"
    assert "Overloaded" in caught.value.api_message
    bill(key, side.delivered(sides.estimate(
        model=side.model, stream=True, **ASK)), state=2)


def test_a_context_that_is_too_short(anthropic, up, bill, key):
    """In the words that agents act on, whatever the chat upstream's are."""
    up.script(scripted.fails(
        400, "This model's maximum context length is 131072 tokens. However,"
        " your messages resulted in 140000 tokens.",
        "context_length_exceeded", param="messages"))
    with pytest.raises(sdk.BadRequestError) as caught:
        anthropic().messages.create(model="qwen-plus", **ASK)
    assert caught.value.api_message \
        == "prompt is too long: 140000 tokens > 131072 maximum"
    bill(key, 0, state=4)


# ---- many at once ----

def test_async(gw, side, up, bill, key):
    """Each has its own answer, and pays for its own."""
    def default(request):
        sent = request.json()
        said = sent["messages"][0]["content"]
        said = said if isinstance(said, str) else said[0]["text"]
        n = int(said.split()[-1])
        if sent.get("stream"):
            return side.script.streams([said, "!"], side.usage(100 + n, n))
        return side.script.says(said + "!", side.usage(100 + n, n))

    up.default = default

    async def one(client, i):
        ask = dict(model=side.model, max_tokens=300, messages=[
            {"role": "user", "content": f"number {i}"}])
        if i % 2:
            async with client.messages.stream(**ask) as stream:
                return await stream.get_final_text()
        return (await client.messages.create(**ask)).content[0].text

    async def all_of_them():
        async with sdk.AsyncAnthropic(base_url=gw.base,
                                      api_key=key) as client:
            return await asyncio.gather(*[one(client, i)
                                          for i in range(1, 17)])

    assert asyncio.run(all_of_them()) == [f"number {i}!"
                                          for i in range(1, 17)]
    assert sorted(r["amount"] for r in gw.settled(key, 16)) \
        == sorted(side.amount(100 + i, i) for i in range(1, 17))
