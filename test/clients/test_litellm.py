"""litellm's SDK: as a client of chat completions and of Messages, on both
kinds of upstream."""
import asyncio
import json

import litellm
import pytest
from harness import shapes
from harness.keys import mistyped
from harness.upstream import end

import sides

litellm.telemetry = False
MESSAGES = [{"role": "user", "content": "Who are you?"}]
TOOLS = [{"type": "function", "function": {
    "name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string"}}}}}]
ESTIMATED, FAILED = 2, 4        # states of a row


@pytest.fixture(params=["openai", "anthropic"])
def ask(request, gw, key, side):
    """litellm.completion() by this provider, for the side's model."""
    def of(call=litellm.completion, **more):
        return call(**{
            "model": f"{request.param}/{side.model}", "api_key": key,
            "api_base": gw.base + ("/v1" if request.param == "openai"
                                   else ""),
            "messages": MESSAGES, "max_tokens": 300, "num_retries": 0,
            "max_retries": 0, **more})

    of.provider = request.param
    return of


@pytest.fixture(scope="module", autouse=True)
def closed(loop):
    """The clients that litellm keeps."""
    yield
    loop.run_until_complete(litellm.close_litellm_async_clients())


def test_a_plain_chat(ask, side, up, bill, key):
    up.script(side.script.says("I am a model.", side.usage(22, 18)))
    got = ask(temperature=0.5, stop=["END"])
    assert got.choices[0].message.content == "I am a model."
    assert got.choices[0].finish_reason == "stop"
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (22, 18)
    assert up.requests[0].path == side.path
    bill(key, side.amount(22, 18))


def test_a_stream(ask, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = list(ask(stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in got
                   if c.choices) == "I am a model."
    used = [c.usage for c in got if getattr(c, "usage", None)]
    assert (used[-1].prompt_tokens, used[-1].completion_tokens) == (22, 18)
    bill(key, side.amount(22, 18))


def test_a_stream_without_usage(ask, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = litellm.stream_chunk_builder(list(ask(stream=True)))
    assert got.choices[0].message.content == "I am a model."
    bill(key, side.amount(22, 18))


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_tools(ask, side, up, bill, key, stream):
    tools = [("toolu_1", "get_weather", {"city": "Bonn"}),
             ("toolu_2", "get_weather", {"city": "Berlin"})]
    if stream:
        up.script(side.script.streams_calls(
            [(i, n, [json.dumps(a)]) for i, n, a in tools],
            side.usage(150, 40)))
        up.script(side.script.streams(["It rains."], side.usage(230, 9)))
    else:
        up.script(side.script.tool_calls(tools, side.usage(150, 40)))
        up.script(side.script.says("It rains.", side.usage(230, 9)))

    def whole(**more):
        got = ask(tools=TOOLS, stream=stream, **more)
        return litellm.stream_chunk_builder(list(got)) if stream else got

    message = whole().choices[0].message
    assert [(c.id, json.loads(c.function.arguments)["city"])
            for c in message.tool_calls] \
        == [("toolu_1", "Bonn"), ("toolu_2", "Berlin")]
    got = whole(messages=[*MESSAGES, message.model_dump(), *(
        {"role": "tool", "tool_call_id": c.id, "content": "Rain."}
        for c in message.tool_calls)])
    assert got.choices[0].message.content == "It rains."
    sent = up.requests[1].body.decode()
    assert sent.index("toolu_1") < sent.index("toolu_2")
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_an_image(ask, side, gw, up, bill, key):
    gw.must("PATCH", "/models/" + side.model, {
        "modalities": {"input": ["text", "image", "pdf"],
                       "output": ["text"]}})
    up.script(side.script.says("A dot.", side.usage(90, 3)))
    got = ask(messages=[{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {
            "url": "data:image/png;base64,iVBORw0KGgo="}}]}])
    assert got.choices[0].message.content == "A dot."
    assert b"iVBORw0KGgo=" in up.requests[0].body
    bill(key, side.amount(90, 3))


def test_thinking(ask, side, up, bill, key):
    up.script(side.script.thinks("Hm.", "Done.", side.usage(22, 18)))
    got = ask(max_tokens=4000, **(
        {"thinking": {"type": "enabled", "budget_tokens": 1024},
         # of models that litellm does not know
         "allowed_openai_params": ["thinking"]}
        if ask.provider == "anthropic" else
        {"extra_body": {"llmgw_thinking": True}}))
    message = got.choices[0].message
    assert (message.reasoning_content, message.content) == ("Hm.", "Done.")
    price = 8_000_000 if side is sides.CHAT else side.output
    bill(key, 22 * side.input + 18 * price)


def test_errors(ask, side, up, gw, bill, key):
    with pytest.raises(litellm.AuthenticationError):
        ask(api_key=mistyped(key))
    with pytest.raises(litellm.NotFoundError):
        ask(model=f"{ask.provider}/none")
    assert up.requests == []
    gw.expect_log("LG0080")
    up.script(side.script.fails(429, "rate_limit_error", "Slow down."))
    with pytest.raises(litellm.RateLimitError, match="(?i)slow|rate"):
        ask()
    bill(key, 0, state=FAILED)


def test_an_error_inside_a_stream(ask, side, gw, up, bill, key):
    up.script(side.part("12345678"), side.trouble(), end())
    text = ""
    with pytest.raises(Exception, match="Overloaded"):
        for c in ask(stream=True):
            text += c.choices[0].delta.content or ""
    assert text == "12345678"
    row, = gw.settled(key)
    bill(key, side.delivered(row["input"]), state=ESTIMATED)
    assert row["output"] == 2 and "upstream_error" in shapes.bill(row)


def test_async(ask, side, loop, up, bill, key):
    up.default = lambda request: (
        side.script.streams(["a", "b"], side.usage(22, 18))
        if request.json().get("stream") else
        side.script.says("ab", side.usage(22, 18)))

    async def one(stream):
        got = await ask(litellm.acompletion, stream=stream)
        if not stream:
            return got.choices[0].message.content
        return "".join([c.choices[0].delta.content or "" async for c in got])

    async def both():
        return await asyncio.gather(*[one(i % 2 == 1) for i in range(6)])

    assert loop.run_until_complete(both()) == ["ab"] * 6
    bill(key, *[side.amount(22, 18)] * 6)
