"""OpenAI's SDKs for Python and Node over the Responses API, on a model whose
upstream serves it."""
import json

import openai as sdk
import pydantic
import pytest
from harness import responses as r9
from harness.upstream import answer, body, close, end, gate, head

IN, OUT, CACHED = 1_250_000, 10_000_000, 125_000
ASK = {"model": "gpt", "input": "Who are you?", "max_output_tokens": 300}
EXACT = 1000 * IN + 50 * OUT


@pytest.fixture(scope="module")
def responses(session_gw, session_upstream):
    r9.set_up(session_gw, session_upstream, {"gpt": dict(
        r9.GPT, abort={"stream": "cancel"})})


@pytest.fixture
def client(responses, openai):
    return openai(max_retries=0).responses


@pytest.fixture
def js(responses, node):
    """js("plain", ...): an act of node/responses.mjs."""
    def run(act, options=None, **more):
        return node("responses", act=act, options=options or {"maxRetries": 0},
                    body=dict(ASK, **more))
    return run


def streams(*events):
    return [head(), *(body(e) for e in events), end()]


# ---- Python ----

def test_a_plain_answer(client, up, gw, bill, key):
    up.script(answer(r9.document("I am a model.", r9.counts(
        1000, 50, 400, 20))))
    got = client.create(**ASK)
    assert got.output_text == "I am a model." and got.status == "completed"
    assert got.usage.input_tokens_details.cached_tokens == 400
    assert got.usage.output_tokens_details.reasoning_tokens == 20
    assert up.requests[0].json() == dict(ASK, store=False)
    bill(key, 600 * IN + 400 * CACHED + 50 * OUT)
    receipt = gw.request("GET", "/v1/receipts/" + got._request_id, key=key)
    assert receipt.json()["amount"] == "0.0013"


def test_a_stream(client, up, bill, key):
    up.script(*streams(*r9.stream("I am", " a model.")))
    events = list(client.create(**ASK, stream=True))
    assert "".join(e.delta for e in events
                   if e.type == "response.output_text.delta") \
        == "I am a model."
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert events[-1].response.usage.total_tokens == 1050
    bill(key, EXACT)


def test_each_event_comes_at_once(client, up, bill, key):
    events = r9.stream("one", "two")
    up.script(head(), *(body(e) for e in events[:5]), gate("seen"),
              *(body(e) for e in events[5:]), end())
    with client.create(**ASK, stream=True) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                up.open("seen")
    bill(key, EXACT)


def test_the_helper_puts_a_stream_together(client, up, bill, key):
    up.script(*streams(*r9.stream("I am", " a model.")))
    with client.stream(**ASK) as stream:
        got = stream.get_final_response()
    assert got.output_text == "I am a model."
    bill(key, EXACT)


class City(pydantic.BaseModel):
    name: str
    rain: bool


def test_an_answer_in_a_format(client, up, bill, key):
    up.script(answer(r9.document('{"name":"Oslo","rain":true}')))
    got = client.parse(**ASK, text_format=City)
    assert got.output_parsed == City(name="Oslo", rain=True)
    form = up.requests[0].json()["text"]["format"]
    assert form["type"] == "json_schema" and form["strict"]
    bill(key, EXACT)


CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1",
        "name": "weather", "arguments": '{"city":"Oslo"}',
        "status": "completed"}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [],
           "encrypted_content": "gAAA"}


def test_a_call_and_its_result(client, up, bill, key):
    """The output goes back as it came, with what it was thought out of."""
    tools = [{"type": "function", "name": "weather", "strict": True,
              "parameters": {"type": "object", "properties": {}}}]
    up.script(answer(r9.document(output=[THOUGHT, CALL])))
    first = client.create(**ASK, tools=tools,
                          include=["reasoning.encrypted_content"])
    call = first.output[1]
    assert json.loads(call.arguments) == {"city": "Oslo"}
    history = [{"role": "user", "content": ASK["input"]}, *first.output,
               {"type": "function_call_output", "call_id": call.call_id,
                "output": "It rains."}]
    up.script(answer(r9.document("It rains in Oslo.")))
    again = client.create(**dict(ASK, input=history), tools=tools)
    assert again.output_text == "It rains in Oslo."
    sent = up.requests[1].json()["input"]
    assert sent[1]["encrypted_content"] == "gAAA"
    assert sent[2]["arguments"] == CALL["arguments"]
    bill(key, EXACT, EXACT)


def test_what_is_stored_is_refused(client, up, gw, key):
    with pytest.raises(sdk.BadRequestError) as e:
        client.create(**ASK, previous_response_id="resp_1")
    assert e.value.code == "unsupported_parameter"
    assert e.value.param == "previous_response_id"
    assert e.value.request_id.startswith("req_")
    assert up.requests == [] and gw.rows(key) == []


def test_a_stream_that_breaks_off(client, up, gw, key):
    """It ends with an event that the SDK knows."""
    events = r9.stream("12345678")[:5]
    up.script(head(), *(body(e) for e in events), close())
    got = list(client.create(**ASK, stream=True))
    assert got[-1].type == "response.failed"
    assert got[-1].response.id == "resp_01"
    assert got[-1].response.error.code == "upstream_unavailable"
    row, = gw.settled(key)
    assert row["state"] == 2 and row["output"] == 2
    gw.expect_log("AH01110", "LG0073")


# ---- Node ----

def test_node_plain(js, up, bill, key):
    up.script(answer(r9.document("I am a model.")))
    got = js("plain")
    assert got["text"] == "I am a model."
    assert got["requestID"].startswith("req_")
    assert up.requests[0].json() == dict(ASK, store=False)
    bill(key, EXACT)


@pytest.mark.parametrize("act", ["stream", "helper"])
def test_node_streams(js, up, bill, key, act):
    up.script(*streams(*r9.stream("I am", " a model.")))
    got = js(act)
    assert got["text"] == "I am a model."
    if act == "stream":
        assert got["types"][0] == "response.created"
        assert got["types"][-1] == "response.completed"
    else:
        assert got["answer"]["usage"]["total_tokens"] == 1050
    bill(key, EXACT)


def test_node_is_refused(js, up):
    got = js("plain", conversation="conv_1")
    assert got["name"] == "BadRequestError" and got["status"] == 400
    assert got["param"] == "conversation"
    assert got["code"] == "unsupported_parameter" and up.requests == []


def test_node_leaves(js, up, gw, key):
    events = r9.stream("12345678")[:5]
    up.script(head(), *(body(e) for e in events), gate("never"))
    assert js("leave")["text"] == "12345678"
    row, = gw.settled(key)
    assert row["state"] == 2 and row["output"] == 2
