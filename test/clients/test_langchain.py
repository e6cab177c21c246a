"""langchain-openai beyond its sample programs."""

import openai as sdk
import pydantic
import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from scripted import calls, fails, says, streams, usage

IN, OUT = 800_000, 2_000_000


@tool
def get_current_weather(location: str) -> str:
    """The weather in a city."""
    return f"It is rainy in {location} today."


@pytest.fixture
def llm(base_url, key):
    def make(**more):
        return ChatOpenAI(**{"model": "qwen-plus", "base_url": base_url,
                             "api_key": key, **more})
    return make


def test_tools_until_the_model_has_enough(llm, up, bill, key):
    up.script(calls("get_current_weather", '{"location": "Berlin"}',
                    usage(150, 12), id="call_b"))
    up.script(calls("get_current_weather", '{"location": "Bonn"}',
                    usage(180, 12), id="call_c"))
    up.script(says("It rains in both.", usage(210, 8)))
    bound, rounds = llm().bind_tools([get_current_weather]), 0
    messages = [HumanMessage("Weather in Berlin and Bonn?")]
    while True:
        message = bound.invoke(messages)
        messages.append(message)
        if not message.tool_calls:
            break
        rounds += 1
        for call in message.tool_calls:
            messages.append(get_current_weather.invoke(call))
    assert rounds == 2 and message.content == "It rains in both."
    assert isinstance(messages[2], ToolMessage)
    sent = up.requests[2].json()
    assert [m["role"] for m in sent["messages"]] == [
        "user", "assistant", "tool", "assistant", "tool"]
    assert sent["messages"][4]["tool_call_id"] == "call_c"
    bill(key, 150 * IN + 12 * OUT, 180 * IN + 12 * OUT, 210 * IN + 8 * OUT)


def test_streamed_tool_calls_add_up(llm, up, bill, key):
    up.script(streams([
        {"tool_calls": [{"index": 0, "id": "call_a", "type": "function",
                         "function": {"name": "get_current_weather",
                                      "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {
            "arguments": '{"location"'}}]},
        {"tool_calls": [{"index": 0, "function": {
            "arguments": ': "Berlin"}'}}]}],
        usage(150, 12), finish="tool_calls"))
    whole = None
    for c in llm(stream_usage=True).bind_tools(
            [get_current_weather]).stream("Weather in Berlin?"):
        whole = c if whole is None else whole + c
    assert whole.tool_calls[0]["args"] == {"location": "Berlin"}
    assert whole.usage_metadata["output_tokens"] == 12
    bill(key, 150 * IN + 12 * OUT)


def test_structured_output(llm, up, bill, key):
    class Place(pydantic.BaseModel):
        city: str

    up.script(says('{"city": "Berlin"}', usage(60, 7)))
    assert llm().with_structured_output(Place, method="json_schema") \
        .invoke("The capital of Germany?") == Place(city="Berlin")
    bill(key, 60 * IN + 7 * OUT)


def test_without_stream_usage_nothing_is_told(llm, up, bill, key):
    """A custom base_url turns langchain's own wish for usage off."""
    up.script(streams(["h", "i"], usage(9, 2)))
    got = list(llm(stream_usage=False).stream("hello"))
    assert "".join(c.content for c in got) == "hi"
    assert not any(c.usage_metadata for c in got)
    bill(key, 9 * IN + 2 * OUT)


def test_async_and_batch(llm, loop, up, bill, key):
    up.default = lambda request: says(
        request.json()["messages"][-1]["content"].upper(), usage(9, 2))
    got = loop.run_until_complete(
        llm().abatch([f"q{i}" for i in range(8)]))
    assert [m.content for m in got] == [f"Q{i}" for i in range(8)]
    assert all(isinstance(m, AIMessage) for m in got)
    bill(key, *[9 * IN + 2 * OUT] * 8)


def test_extra_body(llm, up, bill, key):
    up.script(says("hi", usage(9, 2)))
    llm(extra_body={"top_k": 5, "enable_search": False},
        temperature=0).invoke("hello")
    sent = up.requests[0].json()
    assert (sent["top_k"], sent["enable_search"]) == (5, False)
    bill(key, 9 * IN + 2 * OUT)


def test_errors_are_the_sdks(llm, gw, up, bill, key):
    with pytest.raises(sdk.NotFoundError):
        llm(model="gpt-none").invoke("hello")
    with pytest.raises(sdk.AuthenticationError):
        llm(api_key="sk-nothing").invoke("hello")
    up.script(fails(400, "No such seed.", "bad_seed", param="seed"))
    with pytest.raises(sdk.BadRequestError, match="No such seed"):
        llm().invoke("hello")
    bill(key, 0, state=4)
