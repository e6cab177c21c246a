"""langchain-openai on a model that only Anthropic's own API has."""

import openai as sdk
import pydantic
import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from scripted_messages import (fails, says, streams, streams_calls,
                               tool_calls, usage)

pytestmark = pytest.mark.usefixtures("claude")
IN, OUT = 3_000_000, 15_000_000
BILL = 22 * IN + 18 * OUT
CALLS = [("toolu_1", "get_current_weather", {"location": "Berlin"}),
         ("toolu_2", "get_current_weather", {"location": "Bonn"})]


@tool
def get_current_weather(location: str) -> str:
    """The weather in a city."""
    return f"It is rainy in {location} today."


@pytest.fixture
def llm(base_url, key):
    def make(**more):
        return ChatOpenAI(**{"model": "sonnet", "base_url": base_url,
                             "api_key": key, **more})
    return make


def test_invoke(llm, up, bill, key):
    up.script(says("I am a model.", usage(22, 18)))
    got = llm(temperature=0.2, max_tokens=300).invoke([
        SystemMessage("Be kind."), HumanMessage("Who are you?")])
    assert got.content == "I am a model."
    assert got.response_metadata["finish_reason"] == "stop"
    assert (got.usage_metadata["input_tokens"],
            got.usage_metadata["output_tokens"]) == (22, 18)
    sent = up.requests[0].json()
    assert up.requests[0].path == "/v1/messages"
    assert (sent["temperature"], sent["max_tokens"]) == (0.2, 300)
    assert sent["system"][0]["text"] == "Be kind."
    bill(key, BILL)


def test_stream_with_usage(llm, up, bill, key):
    up.script(streams(["I am", " a model."], usage(22, 18)))
    whole = None
    for c in llm(stream_usage=True).stream("Who are you?"):
        whole = c if whole is None else whole + c
    assert whole.content == "I am a model."
    assert whole.usage_metadata["total_tokens"] == 40
    assert whole.response_metadata["finish_reason"] == "stop"
    bill(key, BILL)


def test_what_was_cached(llm, up, bill, key):
    up.script(says("a", usage(1000, 50, read=400)))
    got = llm().invoke([SystemMessage([
        {"type": "text", "text": "Be kind.",
         "cache_control": {"type": "ephemeral"}}]),
        HumanMessage("Who are you?")]).usage_metadata
    assert up.requests[0].json()["system"][0]["cache_control"] \
        == {"type": "ephemeral"}
    assert (got["input_tokens"], got["input_token_details"]["cache_read"]) \
        == (1000, 400)
    bill(key, 600 * IN + 400 * 300_000 + 50 * OUT)


def test_tools_in_rounds(llm, up, bill, key):
    up.script(tool_calls(CALLS, usage(150, 40)))
    up.script(says("It rains in both.", usage(230, 9)))
    bound = llm().bind_tools([get_current_weather])
    talk = [HumanMessage("Weather in Berlin and Bonn?")]
    talk.append(bound.invoke(talk))
    assert [c["args"]["location"] for c in talk[1].tool_calls] \
        == ["Berlin", "Bonn"]
    talk += [get_current_weather.invoke(c) for c in talk[1].tool_calls]
    assert bound.invoke(talk).content == "It rains in both."
    sent = up.requests[1].json()["messages"]
    assert [m["role"] for m in sent] == ["user", "assistant", "user"]
    assert [b["tool_use_id"] for b in sent[2]["content"]] \
        == ["toolu_1", "toolu_2"]
    bill(key, 150 * IN + 40 * OUT, 230 * IN + 9 * OUT)


def test_streamed_tool_calls_add_up(llm, up, bill, key):
    up.script(streams_calls([
        ("toolu_1", "get_current_weather", ['{"location"', ': "Berlin"}']),
        ("toolu_2", "get_current_weather", ['{"location": "Bonn"}'])],
        usage(150, 40), ["Let me see."]))
    whole = None
    for c in llm().bind_tools([get_current_weather]).stream("Weather?"):
        whole = c if whole is None else whole + c
    assert whole.content == "Let me see."
    assert [(c["id"], c["args"]["location"]) for c in whole.tool_calls] \
        == [("toolu_1", "Berlin"), ("toolu_2", "Bonn")]
    bill(key, 150 * IN + 40 * OUT)


def test_a_forced_tool(llm, up, bill, key):
    up.script(tool_calls(CALLS[:1], usage(150, 40)))
    llm().bind_tools([get_current_weather], parallel_tool_calls=False,
                     tool_choice="get_current_weather").invoke("Weather?")
    assert up.requests[0].json()["tool_choice"] == {
        "type": "tool", "name": "get_current_weather",
        "disable_parallel_tool_use": True}
    bill(key, 150 * IN + 40 * OUT)


@pytest.mark.parametrize("url, source", [
    ("data:image/png;base64,iVBORw0KGgo=",
     {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}),
    ("https://x.example/a.png",
     {"type": "url", "url": "https://x.example/a.png"})],
    ids=["data", "url"])
def test_an_image(llm, up, bill, key, url, source):
    up.script(says("A dot.", usage(1690, 3)))
    got = llm().invoke([HumanMessage([
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}}])])
    assert got.content == "A dot."
    assert up.requests[0].json()["messages"][0]["content"][1] \
        == {"type": "image", "source": source}
    bill(key, 1690 * IN + 3 * OUT)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(llm, up, bill, key, method):
    class Place(pydantic.BaseModel):
        """A place."""
        city: str

    up.script(says('{"city": "Berlin"}', usage(22, 18))
              if method == "json_schema" else
              tool_calls([("toolu_1", "Place", {"city": "Berlin"})],
                         usage(22, 18)))
    assert llm().with_structured_output(Place, method=method) \
        .invoke("The capital of Germany?") == Place(city="Berlin")
    sent = up.requests[0].json()
    if method == "json_schema":
        assert sent["output_config"]["format"]["schema"]["required"] \
            == ["city"]
    else:
        assert sent["tool_choice"]["name"] == "Place"
    bill(key, BILL)


def test_async_and_batch(llm, loop, up, bill, key):
    up.default = lambda request: says(
        request.json()["messages"][-1]["content"][0]["text"].upper(),
        usage(22, 18))
    got = loop.run_until_complete(
        llm().abatch([f"q{i}" for i in range(6)]))
    assert [m.content for m in got] == [f"Q{i}" for i in range(6)]
    bill(key, *[BILL] * 6)


def test_errors_are_the_sdks(llm, up, bill, key):
    with pytest.raises(sdk.NotFoundError):
        llm(model="none").invoke("hello")
    with pytest.raises(sdk.BadRequestError) as caught:
        llm(n=2).invoke("hello")
    assert caught.value.param == "n"
    up.script(fails(400, "invalid_request_error", "No such thing."))
    with pytest.raises(sdk.BadRequestError, match="No such thing"):
        llm().invoke("hello")
    bill(key, 0, state=4)
