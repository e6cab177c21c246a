"""openai for Python, client.responses: on a model that its upstream has at
/v1/responses, on chat completions, and on Claude."""
import asyncio
import json

import openai as sdk
import pydantic
import pytest
from harness.keys import mistyped
from harness.upstream import close, silence

import scripted_responses as r
import sides
from sides import WAYS

PNG = "data:image/png;base64,iVBORw0KGgo="
TOOL = {"type": "function", "name": "get_weather", "strict": True,
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {
            "city": {"type": "string"}}, "required": ["city"],
            "additionalProperties": False}}


@pytest.fixture(params=WAYS)
def way(request, session_replies):
    return WAYS[request.param]


@pytest.fixture
def native(session_replies):
    return sides.RESPONSES


def create(client, way, **more):
    return client.responses.create(**{"model": way.model,
                                      "input": "Who are you?", **more})


# ---- texts ----

def test_a_plain_response(openai, way, up, bill, key):
    up.script(way.script.says("I am a model.", way.usage(22, 18)))
    raw = openai().responses.with_raw_response.create(
        model=way.model, input="Who are you?")
    got = raw.parse()
    assert got.output_text == "I am a model."
    assert got.status == "completed" and got.object == "response"
    assert got.error is None and got.incomplete_details is None
    assert (got.usage.input_tokens, got.usage.output_tokens,
            got.usage.total_tokens) == (22, 18, 40)
    assert raw.headers["x-request-id"].startswith("req_")
    sent = up.requests[0]
    assert sent.path == way.path and sent.json()["model"] == way.model
    bill(key, way.amount(22, 18))


def test_a_stream(openai, way, up, bill, key):
    up.script(way.script.streams(["I am", " a model."], way.usage(22, 18)))
    events = list(create(openai(), way, stream=True))
    assert events[0].type == "response.created"
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert "".join(e.delta for e in events
                   if e.type == "response.output_text.delta") \
        == "I am a model."
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == "I am a model."
    assert last.response.id == events[0].response.id
    assert last.response.usage.total_tokens == 40
    bill(key, way.amount(22, 18))


def test_the_helper_for_streams(openai, way, up, bill, key):
    """It puts a response together from the events."""
    up.script(way.script.streams_calls([
        ("call_1", "get_weather", ['{"city": ', '"Bonn"}']),
        ("call_2", "get_weather", ['{"city": "K\u00f6ln"}'])],
        way.usage(150, 40), ["Let me see."]))
    text, arguments = "", {}
    with openai().responses.stream(model=way.model, input="How is it?",
                                   tools=[TOOL]) as stream:
        for e in stream:
            if e.type == "response.output_text.delta":
                text += e.delta
            elif e.type == "response.function_call_arguments.delta":
                arguments.setdefault(e.output_index, "")
                arguments[e.output_index] += e.delta
        got = stream.get_final_response()
    calls = [x for x in got.output if x.type == "function_call"]
    assert text == got.output_text == "Let me see."
    assert [(c.call_id, c.name, json.loads(c.arguments)) for c in calls] == [
        ("call_1", "get_weather", {"city": "Bonn"}),
        ("call_2", "get_weather", {"city": "K\u00f6ln"})]
    assert list(arguments.values()) == [c.arguments for c in calls]
    bill(key, way.amount(150, 40))


def test_async(gw, base_url, way, up, bill, key):
    up.script(way.script.says("a", way.usage(9, 2)))
    up.script(way.script.streams(["b"], way.usage(9, 2)))

    async def ask():
        async with sdk.AsyncOpenAI(base_url=base_url, api_key=key) as c:
            first = (await create(c, way)).output_text
            async for e in await create(c, way, stream=True):
                if e.type == "response.output_text.delta":
                    first += e.delta
            return first

    assert asyncio.run(ask()) == "ab"
    bill(key, *[way.amount(9, 2)] * 2)


# ---- what is asked ----

def test_members_arrive(openai, native, up, bill, key):
    """As they are written, but for `store`."""
    up.script(r.says("hi", r.usage(9, 2)))
    create(openai(), native, instructions="Be kind.", temperature=0.7,
           store=True,
           max_output_tokens=300, metadata={"a": "b"}, truncation="disabled",
           include=["reasoning.encrypted_content"],
           reasoning={"effort": "low", "summary": "auto"},
           extra_body={"vendor": {"x": [1, None, 1e-7]}})
    assert up.requests[0].json() == {
        "model": native.model, "input": "Who are you?", "store": False,
        "instructions": "Be kind.", "temperature": 0.7,
        "max_output_tokens": 300, "metadata": {"a": "b"},
        "truncation": "disabled", "include": ["reasoning.encrypted_content"],
        "reasoning": {"effort": "low", "summary": "auto"},
        "vendor": {"x": [1, None, 1e-7]}}
    bill(key, native.amount(9, 2))


def test_what_is_stored_is_refused(openai, native, up, bill, key):
    for more in ({"previous_response_id": "resp_1"},
                 {"conversation": "conv_1"}, {"background": True},
                 {"prompt": {"id": "pmpt_1"}}):
        with pytest.raises(sdk.BadRequestError) as e:
            create(openai(max_retries=0), native, **more)
        assert e.value.param == next(iter(more))
    with pytest.raises(sdk.NotFoundError):
        openai(max_retries=0).responses.retrieve("resp_1")
    assert up.requests == []
    bill(key)


def test_instructions_and_turns(openai, way, up, bill, key):
    """A conversation is sent whole each time."""
    up.script(way.script.says("Bonn.", way.usage(60, 3)))
    got = create(openai(), way, instructions="Be short.", input=[
        {"role": "developer", "content": "Speak English."},
        {"role": "user", "content": "Capital of Germany?"},
        {"role": "assistant", "content": "Berlin."},
        {"role": "user", "content": [
            {"type": "input_text", "text": "And before?"}]}])
    assert got.output_text == "Bonn."
    sent = json.dumps(up.requests[0].json())
    places = [sent.index(t) for t in (
        "Be short.", "Speak English.", "Capital", "Berlin.", "And before?")]
    if way.name == "chat":
        assert places == sorted(places)
        assert [x["role"] for x in up.requests[0].json()["messages"]] == [
            "system", "user", "assistant", "user"]
    bill(key, way.amount(60, 3))


def test_tools_and_their_results(openai, way, up, bill, key):
    up.script(way.script.tool_calls([
        ("call_1", "get_weather", {"city": "Bonn"}),
        ("call_2", "get_weather", {"city": "Berlin"})],
        way.usage(150, 40), "Let me see."))
    up.script(way.script.says("It rains.", way.usage(230, 9)))
    client, ask = openai(), [{"role": "user", "content": "How is it?"}]
    first = create(client, way, input=ask, tools=[TOOL])
    calls = [x for x in first.output if x.type == "function_call"]
    assert [(c.call_id, json.loads(c.arguments)) for c in calls] == [
        ("call_1", {"city": "Bonn"}), ("call_2", {"city": "Berlin"})]
    assert first.output_text == "Let me see."
    ask += [x.to_dict() for x in first.output]
    ask += [{"type": "function_call_output", "call_id": c.call_id,
             "output": "It rains in " + c.call_id} for c in calls]
    got = create(client, way, input=ask, tools=[TOOL])
    assert got.output_text == "It rains."
    sent = up.requests[1].json()
    if way.name == "chat":
        assert [x["role"] for x in sent["messages"]] == [
            "user", "assistant", "tool", "tool"]
        assert [x["tool_call_id"] for x in sent["messages"][2:]] == [
            "call_1", "call_2"]
    elif way.name == "claude":
        assert [b["tool_use_id"] for b in sent["messages"][2]["content"]] \
            == ["call_1", "call_2"]
    bill(key, way.amount(150, 40), way.amount(230, 9))


CUSTOM = {"type": "custom", "name": "patch", "description": "Patches a file.",
          "format": {"type": "grammar", "syntax": "lark",
                     "definition": 'start: "***" /.+/'}}
PATCH = '*** a "patch"\n+ \u4e00\n'


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_custom_tool(openai, way, up, bill, key, stream):
    """It takes a text, of which others make a member of its arguments."""
    if way.name == "responses":
        item = r.custom("call_1", "patch", PATCH)
        up.script(r.whole(r.events([item], way.usage(150, 40))) if stream
                  else r.completion([item], way.usage(150, 40)))
    elif stream:
        text = json.dumps({"input": PATCH})
        up.script(way.script.streams_calls([
            ("call_1", "patch", [text[:12], text[12:20], text[20:]])],
            way.usage(150, 40)))
    else:
        up.script(way.script.tool_calls([
            ("call_1", "patch", {"input": PATCH})], way.usage(150, 40)))
    up.script(way.script.says("Done.", way.usage(230, 9)))
    client, ask = openai(), [{"role": "user", "content": "Patch it."}]
    got = create(client, way, input=ask, tools=[CUSTOM], stream=stream)
    if stream:
        events = list(got)
        assert "".join(e.delta for e in events if e.type
                       == "response.custom_tool_call_input.delta") == PATCH
        got = events[-1].response
    call, = got.output
    assert (call.type, call.call_id, call.name, call.input) == (
        "custom_tool_call", "call_1", "patch", PATCH)
    ask += [call.to_dict(), {"type": "custom_tool_call_output",
                             "call_id": "call_1", "output": "It fits."}]
    assert create(client, way, input=ask,
                  tools=[CUSTOM]).output_text == "Done."
    sent = json.dumps(up.requests[1].json(), ensure_ascii=False)
    assert "It fits." in sent and "\u4e00" in sent
    bill(key, way.amount(150, 40), way.amount(230, 9))


def test_parse_gives_an_object(openai, way, up, bill, key):
    class Place(pydantic.BaseModel):
        city: str
        people: int

    up.script(way.script.says('{"city": "Berlin", "people": 3897145}',
                              way.usage(60, 11)))
    got = openai().responses.parse(model=way.model, input="Where?",
                                   text_format=Place)
    assert got.output_parsed == Place(city="Berlin", people=3897145)
    assert "people" in json.dumps(up.requests[0].json())
    bill(key, way.amount(60, 11))


def test_an_image(openai, way, up, bill, key):
    up.script(way.script.says("A dot.", way.usage(90, 3)))
    got = create(openai(), way, input=[{"role": "user", "content": [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": PNG, "detail": "low"}]}])
    assert got.output_text == "A dot."
    sent = json.dumps(up.requests[0].json())
    assert "iVBORw0KGgo=" in sent
    assert ("input_image" in sent) == (way.name == "responses")
    bill(key, way.amount(90, 3))


def test_reasoning(openai, way, up, bill, key):
    """Its summary, where one is asked for."""
    up.script(way.script.thinks("Let me think.", "So.", way.usage(90, 30)))
    got = create(openai(), way, reasoning={"effort": "low",
                                           "summary": "auto"})
    assert [x.type for x in got.output] == ["reasoning", "message"]
    assert got.output[0].summary[0].text == "Let me think."
    assert got.output_text == "So."
    bill(key, way.amount(90, 30))


def test_reasoning_in_a_stream(openai, way, up, bill, key):
    up.script(way.script.streams_thought(["Let me ", "think."], ["So."],
                                         way.usage(90, 30)))
    thought = ""
    for e in create(openai(), way, stream=True,
                    reasoning={"effort": "low", "summary": "auto"}):
        if e.type == "response.reasoning_summary_text.delta":
            thought += e.delta
    assert thought == "Let me think."
    assert e.type == "response.completed"
    assert [x.type for x in e.response.output] == ["reasoning", "message"]
    bill(key, way.amount(90, 30))


# ---- what does not come to its end ----

CUT_SHORT = {
    "responses": lambda way: r.whole(r.events(
        [r.message("I am")], r.usage(22, 18), "incomplete",
        incomplete_details={"reason": "max_output_tokens"})),
    "chat": lambda way: way.script.streams(["I am"], way.usage(22, 18),
                                           "length"),
    "claude": lambda way: way.script.streams(["I am"], way.usage(22, 18),
                                             "max_tokens"),
}


def test_an_answer_that_is_cut_short(openai, way, up, bill, key):
    up.script(CUT_SHORT[way.name](way))
    last = list(create(openai(), way, stream=True,
                       max_output_tokens=18))[-1]
    assert last.type == "response.incomplete"
    assert last.response.status == "incomplete"
    assert last.response.incomplete_details.reason == "max_output_tokens"
    assert last.response.output_text == "I am"
    assert last.response.usage.output_tokens == 18
    bill(key, way.amount(22, 18))


def test_a_response_that_failed(openai, native, up, bill, key):
    """The upstream says so, and what it counted."""
    up.script(r.whole(r.events(
        [r.message("I am")], r.usage(22, 18), "failed", error={
            "code": "server_error", "message": "It broke."})))
    last = list(create(openai(), native, stream=True))[-1]
    assert last.type == "response.failed"
    assert last.response.error.code == "server_error"
    bill(key, native.amount(22, 18), state=None)


def test_wrong_keys_and_names(openai, way, up, bill, key):
    with pytest.raises(sdk.AuthenticationError) as e:
        create(openai(api_key=mistyped(key)), way)
    assert e.value.code == "invalid_api_key"
    with pytest.raises(sdk.NotFoundError) as e:
        create(openai(), way, model="none")
    assert (e.value.code, e.value.param) == ("model_not_found", "model")
    assert up.requests == []
    bill(key)


@pytest.mark.parametrize("item, param", [
    ({"type": "function_call_output", "output": "1"}, "input[1].call_id"),
    ({"type": "no_such_item"}, "input[1].type"),
    ({"role": "user", "content": [{"type": "no_such_part"}]},
     "input[1].content[0].type")])
def test_what_cannot_be_translated(openai, way, up, bill, key, item, param):
    """400 with its path; what is not translated is judged by its upstream."""
    if way.name == "responses":
        up.script(way.script.says("hi", way.usage(9, 2)))
        create(openai(), way, input=[{"role": "user", "content": "a"}, item])
        bill(key, way.amount(9, 2))
        return
    with pytest.raises(sdk.BadRequestError) as e:
        create(openai(max_retries=0), way, input=[
            {"role": "user", "content": "a"}, item])
    assert e.value.param == param and param in str(e.value)
    assert up.requests == []
    bill(key)


FAILS = {
    "responses": lambda way: way.script.fails(400, "Too hot.", "too_hot"),
    "chat": lambda way: way.script.fails(400, "Too hot.", "too_hot"),
    "claude": lambda way: way.script.fails(400, "invalid_request_error",
                                           "Too hot."),
}


def test_the_upstreams_refusal(openai, way, up, bill, key):
    up.script(FAILS[way.name](way))
    with pytest.raises(sdk.BadRequestError) as e:
        create(openai(max_retries=0), way)
    assert "Too hot." in str(e.value)
    bill(key, 0, state=None)


def test_a_cut_stream(openai, gw, way, up, bill, key):
    """What came is there, and the end says that it failed."""
    gw.expect_log("AH01110", "LG0073")
    up.script(way.part("12345678"), close())
    events = list(create(openai(), way, stream=True))
    assert "12345678" in [getattr(e, "delta", None) for e in events]
    assert events[-1].type == "response.failed"
    assert events[-1].response.error.code
    bill(key, way.delivered(sides.estimate_input(
        model=way.model, input="Who are you?", stream=True)), state=2)


def test_a_reader_that_leaves(openai, way, up, bill, key, cancels):
    up.script(way.part("12345678"), silence())
    with create(openai(), way, stream=True) as stream:
        for e in stream:
            if e.type == "response.output_text.delta":
                break
    up.wait_closed(up.requests[0])
    bill(key, way.delivered(sides.estimate_input(
        model=way.model, input="Who are you?", stream=True)), state=2)
