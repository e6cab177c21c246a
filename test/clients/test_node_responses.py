"""OpenAI's SDK for Node, client.responses: on a model that its upstream has
at /v1/responses, on chat completions, and on Claude."""
import json

import pytest
from harness.keys import mistyped
from harness.upstream import close, silence

import sides
from sides import WAYS

PNG = "data:image/png;base64,iVBORw0KGgo="
TOOL = {"type": "function", "name": "get_weather", "strict": True,
        "parameters": {"type": "object", "properties": {
            "city": {"type": "string"}}, "required": ["city"],
            "additionalProperties": False}}


@pytest.fixture(params=WAYS)
def way(request, session_replies):
    return WAYS[request.param]


@pytest.fixture
def client(node, way):
    """client("plain", ...): an act of node/responses.mjs."""
    def run(act, options=None, **body):
        return node("responses", act=act, options=options or {}, body={
            "model": way.model, "input": "Who are you?", **body})
    return run


def test_a_plain_response(client, way, up, bill, key):
    up.script(way.script.says("I am a model.", way.usage(22, 18)))
    got = client("plain", max_output_tokens=300)
    assert got["text"] == "I am a model."
    assert got["answer"]["status"] == "completed"
    assert got["answer"]["usage"]["total_tokens"] == 40
    assert up.requests[0].path == way.path
    bill(key, way.amount(22, 18))


def test_a_stream(client, way, up, bill, key):
    up.script(way.script.streams(["I am", " a model."], way.usage(22, 18)))
    got = client("stream")
    assert got["text"] == "I am a model."
    assert [e["sequence_number"] for e in got["events"]] == list(
        range(len(got["events"])))
    assert got["events"][0]["type"] == "response.created"
    last = got["events"][-1]
    assert last["type"] == "response.completed"
    assert last["response"]["usage"]["total_tokens"] == 40
    bill(key, way.amount(22, 18))


def test_the_helper_for_streams(client, way, up, bill, key):
    up.script(way.script.streams_calls([
        ("call_1", "get_weather", ['{"city": ', '"Bonn"}']),
        ("call_2", "get_weather", ['{"city": "K\u00f6ln"}'])],
        way.usage(150, 40), ["Let me see."]))
    got = client("helper", tools=[TOOL])
    assert got["text"] == got["said"] == "Let me see."
    assert [(x["call_id"], x["name"], json.loads(x["arguments"]))
            for x in got["answer"]["output"]
            if x["type"] == "function_call"] == [
        ("call_1", "get_weather", {"city": "Bonn"}),
        ("call_2", "get_weather", {"city": "K\u00f6ln"})]
    bill(key, way.amount(150, 40))


def test_tools_in_rounds(client, way, up, bill, key):
    up.script(way.script.tool_calls([
        ("call_1", "get_weather", {"city": "Bonn"}),
        ("call_2", "get_weather", {"city": "K\u00f6ln"})],
        way.usage(150, 40)))
    up.script(way.script.says("It rains.", way.usage(230, 9)))
    got = client("tools", tools=[TOOL], input=[
        {"role": "user", "content": "How is it?"}])
    assert got["final"] == "It rains."
    assert [x["call_id"] for x in got["said"][0]] == ["call_1", "call_2"]
    sent = json.dumps(up.requests[1].json(), ensure_ascii=False)
    assert "It rains in Bonn." in sent and "It rains in K\u00f6ln." in sent
    bill(key, way.amount(150, 40), way.amount(230, 9))


def test_a_form_for_the_answer(client, way, up, bill, key):
    up.script(way.script.says('{"city": "Bonn"}', way.usage(60, 11)))
    got = client("parse", text={"format": {
        "type": "json_schema", "name": "place", "strict": True,
        "schema": TOOL["parameters"]}})
    assert got["parsed"] == {"city": "Bonn"}
    assert "additionalProperties" in json.dumps(up.requests[0].json())
    bill(key, way.amount(60, 11))


def test_an_image(client, way, up, bill, key):
    up.script(way.script.says("A dot.", way.usage(90, 3)))
    got = client("plain", input=[{"role": "user", "content": [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": PNG, "detail": "auto"}]}])
    assert got["text"] == "A dot."
    assert "iVBORw0KGgo=" in json.dumps(up.requests[0].json())
    bill(key, way.amount(90, 3))


def test_reasoning(client, way, up, bill, key):
    up.script(way.script.streams_thought(["Let me ", "think."], ["So."],
                                         way.usage(90, 30)))
    got = client("helper", reasoning={"effort": "low", "summary": "auto"})
    assert [x["type"] for x in got["answer"]["output"]] == ["reasoning",
                                                            "message"]
    assert got["answer"]["output"][0]["summary"][0]["text"] \
        == "Let me think."
    bill(key, way.amount(90, 30))


def test_refusals(client, way, up, bill, key):
    got = client("plain", {"apiKey": mistyped(key)})
    assert (got["name"], got["code"]) == ("AuthenticationError",
                                          "invalid_api_key")
    got = client("plain", model="none")
    assert (got["name"], got["code"], got["param"]) == (
        "NotFoundError", "model_not_found", "model")
    got = client("plain", previous_response_id="resp_1")
    assert (got["name"], got["param"]) == ("BadRequestError",
                                           "previous_response_id")
    assert got["requestID"].startswith("req_")
    assert up.requests == []
    bill(key)


def test_a_cut_stream(client, way, up, gw, bill, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(way.part("12345678"), close())
    got = client("stream")
    assert got["text"] == "12345678"
    assert got["events"][-1]["type"] == "response.failed"
    bill(key, way.delivered(prompt(way)), state=2)


def test_a_client_that_leaves(client, way, up, bill, key, cancels):
    up.script(way.part("12345678"), silence())
    assert client("leave")["text"] == "12345678"
    up.wait_closed(up.requests[0])
    bill(key, way.delivered(prompt(way)), state=2)


def prompt(way):
    return sides.estimate_input(model=way.model, input="Who are you?",
                                stream=True)
