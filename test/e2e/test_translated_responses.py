"""/v1/responses over an upstream of chat completions: what comes back, how it
fails, what the next turn says of it, and the bill."""
import base64
import json

import pytest

from harness.shapes import (EXACT, bill, chunk, error, plain, sse, trip,
                            usage_chunk, used)
from harness.upstream import (answer, close, done, end, event, gate, head,
                              pieces, reset)

PATH = "/v1/responses"
LEFT = "estimated/estimated"
TOOLS = [
    {"type": "function", "name": "look", "strict": False,
     "parameters": {"type": "object", "properties": {}}},
    {"type": "custom", "name": "apply_patch", "description": "Patch.",
     "format": {"type": "grammar", "syntax": "lark", "definition": "x: /y/"}},
    {"type": "namespace", "name": "files", "description": "", "tools": [
        {"type": "function", "name": "read",
         "parameters": {"type": "object", "properties": {}}}]},
    {"type": "tool_search", "execution": "client", "description": "Find.",
     "parameters": {"type": "object", "properties": {}}}]


@pytest.fixture(scope="module")
def chats(session_gw, session_upstream):
    """A model of an upstream that has chat completions only."""
    session_gw.must("PUT", "/upstreams/chats", {
        "base_url": session_upstream.url + "/v1", "dialect": "openai",
        "endpoints": ["chat/completions"],
        "credentials": [{"secret": "sk-upstream-secret"}]})
    spec = session_gw.must("GET", "/models/qwen3-max")
    session_gw.must("PUT", "/models/of-chats", dict(
        {name: spec[name] for name in ("limit", "caching", "price")},
        estimates="fixed", routes=[{"upstream": "chats",
                                    "model": "qwen3-max"}]))
    return session_gw


@pytest.fixture
def gw(chats, gw):
    return gw


def ask(stream=False, **more):
    o = dict({"model": "of-chats", "input": "hello", "store": False,
              "max_output_tokens": 4000}, **more)
    return dict(o, stream=True) if stream else o


def events(data):
    """(name, object) of each event, which are numbered."""
    found = []
    for part in data.decode().split("\n\n"):
        if part:
            name, text = part.split("\n")
            assert name.startswith("event: ") and text.startswith("data: ")
            o = json.loads(text[6:])
            assert o["type"] == name[7:]
            assert o["sequence_number"] == len(found)
            found.append((name[7:], o))
    return found


def names(data):
    return [name for name, _ in events(data)]


def done_items(data):
    return [o["item"] for name, o in events(data)
            if name == "response.output_item.done"]


def whole(gw, key, **more):
    """The events of a stream that came to its end."""
    with gw.stream(key, ask(stream=True, **more), PATH) as s:
        data = s.rest()
        assert s.ended and s.status == 200
        assert s.headers["content-type"] == "text/event-stream; charset=utf-8"
    return data


def delta(**d):
    return event(dict(chunk(), choices=[
        {"index": 0, "delta": d, "finish_reason": None}]))


def call(i, name, arguments):
    return {"index": i, "id": f"call_{i}", "type": "function",
            "function": {"name": name, "arguments": arguments}}


# ---- answers ----

def test_a_plain_response(gw, up, key):
    up.script(answer(plain("Hi there", usage=dict(
        used(1000, 50), prompt_tokens_details={"cached_tokens": 200},
        completion_tokens_details={"reasoning_tokens": 7}))))
    r = gw.request("POST", PATH, ask(), key)
    assert up.requests[0].path == "/v1/chat/completions"
    o = r.json()
    assert r.status == 200 and r.headers["content-type"] == "application/json"
    assert o["object"] == "response" and o["status"] == "completed"
    assert o["id"] == "resp_" + r.headers["x-request-id"][4:]
    item, = o["output"]
    assert item["type"] == "message" and item["status"] == "completed"
    assert item["content"] == [{"type": "output_text", "annotations": [],
                                "logprobs": [], "text": "Hi there"}]
    assert o["usage"] == {
        "input_tokens": 1000, "output_tokens": 50, "total_tokens": 1050,
        "input_tokens_details": {"cached_tokens": 200,
                                 "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 7}}
    row, = gw.settled(key)
    assert bill(row).startswith("settled/reported 2600000000: input 800, "
                                "cache_read 200, output 50")
    assert row["bytes"] == len(r.body) and trip(row) == "200 reached 1"


def test_a_streamed_response(gw, up, key):
    up.script(head(), event(chunk("")), event(chunk("Hel")), gate("seen"),
              event(chunk("lo")), event(chunk(finish="stop")), gate("usage"),
              event(usage_chunk()), done())
    with gw.stream(key, ask(stream=True), PATH) as s:
        for word in [b"response.created", b"response.in_progress",
                     b"output_item.added", b"content_part.added", b"Hel"]:
            assert word in s.event()
        up.open("seen")
        assert b"lo" in s.event()
        up.wait_at("usage")
        assert gw.rows(key) == []
        up.open("usage")
        s.rest()
        assert s.ended
    sent = up.requests[0].json()
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert names(s.body)[-4:] == [
        "response.output_text.done", "response.content_part.done",
        "response.output_item.done", "response.completed"]
    last = events(s.body)[-1][1]["response"]
    assert last["output"] == done_items(s.body)
    assert last["usage"]["total_tokens"] == 1050
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_calls_come_back_as_they_were_offered(gw, up, key):
    up.script(head(), delta(role="assistant", content=None), delta(
        tool_calls=[call(0, "look", "{\"b\": 1.0, \"a\":2}")]), delta(
        tool_calls=[call(1, "apply_patch", "{\"input\": \"*** é\\n\"}")]),
        delta(tool_calls=[call(2, "files__read", "{}")]),
        delta(tool_calls=[call(3, "tool_search", "{\"query\": \"x\"}")]),
        event(chunk(finish="tool_calls")), event(usage_chunk()), done())
    look, patch, read, search = done_items(whole(gw, key, tools=TOOLS))
    sent = [t["function"]["name"] for t in up.requests[0].json()["tools"]]
    assert sorted(sent) == ["apply_patch", "files__read", "look",
                            "tool_search"]
    assert look["type"] == "function_call" and look["call_id"] == "call_0"
    assert look["arguments"] == "{\"b\": 1.0, \"a\":2}"
    assert "namespace" not in look
    assert patch["type"] == "custom_tool_call" and patch["input"] == "*** é\n"
    assert patch["name"] == "apply_patch" and patch["call_id"] == "call_1"
    assert (read["name"], read["namespace"]) == ("read", "files")
    assert search["type"] == "tool_search_call"
    assert search["arguments"] == {"query": "x"}
    assert search["execution"] == "client"
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_the_next_turn_has_the_same_words(gw, up, key):
    """What came back goes to the model again as it had said it."""
    tool_calls = [call(0, "look", "{\"b\": 1.0, \"a\":2}"),
                  call(1, "apply_patch", "{\"input\":\"*** é\\n\"}"),
                  call(2, "files__read", "{}"),
                  call(3, "tool_search", "{\"query\": \"x\"}")]
    message = {"role": "assistant", "content": "Let me.",
               "reasoning_content": "Hm é", "tool_calls": tool_calls}
    up.script(answer(dict(plain(""), choices=[{
        "index": 0, "finish_reason": "tool_calls", "message": message}])))
    items = gw.request("POST", PATH, ask(tools=TOOLS), key).json()["output"]
    outputs = [{"type": i["type"] + "_output", "call_id": i["call_id"],
                "output": "done"} for i in items if "call_id" in i]
    outputs[-1] = {"type": "tool_search_output", "execution": "client",
                   "call_id": "call_3", "status": "completed", "tools": []}
    up.script(answer(plain("ok")))
    r = gw.request("POST", PATH, ask(
        tools=TOOLS, input=[{"role": "user", "content": "hello"}, *items,
                            *outputs]), key)
    assert r.status == 200, r.body
    said = up.requests[-1].json()["messages"][1]
    assert said["content"] == "Let me."
    assert [(c["id"], c["function"]["name"]) for c in said["tool_calls"]] == [
        (c["id"], c["function"]["name"]) for c in tool_calls]
    assert [json.loads(c["function"]["arguments"])
            for c in said["tool_calls"]] == [
        json.loads(c["function"]["arguments"]) for c in tool_calls]
    assert said.get("reasoning_content", "Hm é") == "Hm é"
    gw.settled(key, 2)


@pytest.mark.parametrize("asked", [{}, {"summary": None}, {"summary": "auto"}],
                         ids=["no", "null", "auto"])
def test_thinking_is_a_summary_for_who_asks(gw, up, key, asked):
    up.script(head(), delta(reasoning_content="H"),
              delta(reasoning_content="m é"), event(chunk("Hi")),
              event(chunk(finish="stop")), event(usage_chunk()), done())
    data = whole(gw, key, reasoning=asked)
    item = done_items(data)[0]
    assert item["type"] == "reasoning"
    mark, sealed = item["encrypted_content"].split(":")
    assert mark == "llmgw1" and base64.b64decode(sealed).decode() == "Hm é"
    summary = asked.get("summary") is not None
    assert item["summary"] == ([{"type": "summary_text", "text": "Hm é"}]
                               if summary else [])
    word = "reasoning_summary_text" if summary else "reasoning_text"
    assert f"response.{word}.delta" in names(data)
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [thinking]"


@pytest.mark.parametrize("finish, reason", [
    ("length", "max_output_tokens"), ("content_filter", "content_filter")])
def test_an_answer_that_was_cut_off(gw, up, key, finish, reason):
    up.script(head(), event(chunk("Hel")), event(chunk(finish=finish)),
              event(usage_chunk()), done())
    name, o = events(whole(gw, key))[-1]
    assert name == "response.incomplete"
    assert o["response"]["incomplete_details"] == {"reason": reason}
    assert o["response"]["usage"]["output_tokens"] == 50
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_without_usage_none_is_invented(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")), done())
    assert events(whole(gw, key))[-1][1]["response"]["usage"] is None
    row, = gw.settled(key)
    assert bill(row).startswith(LEFT)


def test_one_byte_at_a_time(gw, up, key):
    data = sse(chunk(""), chunk("Hel"), chunk("lo"), chunk(finish="stop"),
               usage_chunk(), end="\r\n")
    up.script(head(), *pieces(data, 1), end())
    item, = done_items(whole(gw, key))
    assert item["content"][0]["text"] == "Hello"
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- ends that are none ----

@pytest.mark.parametrize("how", [close, reset], ids=["close", "reset"])
def test_a_cut_stream(gw, up, key, how):
    gw.expect_log("LG0073", "AH01110")
    up.script(head(), event(chunk("Hel")), gate("cut"), how())
    s = gw.stream(key, ask(stream=True), PATH)
    while b"Hel" not in s.event():
        pass
    up.wait_at("cut")
    up.open("cut")
    s.rest()
    assert s.ended
    name, o = events(s.body)[-1]
    assert name == "response.failed" and o["response"]["status"] == "failed"
    assert o["response"]["error"]["code"]
    item, = o["response"]["output"]
    assert item["status"] == "incomplete"
    assert item["content"][0]["text"] == "Hel"
    row, = gw.settled(key)
    assert bill(row).startswith(LEFT) and "[cut]" in bill(row)


def test_arguments_that_are_none(gw, up, key):
    gw.expect_log("LG0076")
    up.script(head(), event(chunk("Hi")),
              delta(tool_calls=[call(0, "look", "{\"a\": nonsense")]),
              event(chunk(finish="tool_calls")), event(usage_chunk()), done())
    data = whole(gw, key, tools=TOOLS)
    assert names(data)[-1] == "response.failed"
    assert [i["type"] for i in done_items(data)] in ([], ["message"])
    row, = gw.settled(key)
    assert "cut" in bill(row)


def test_an_error_in_the_middle(gw, up, key):
    up.script(head(), event(chunk("Hel")), event(error("Busy.", "server_error",
                                                      code=503)), done())
    name, o = events(whole(gw, key))[-1]
    assert name == "response.failed"
    assert o["response"]["error"]["message"] == "Busy."
    assert o["response"]["output"][0]["status"] == "incomplete"
    row, = gw.settled(key)
    assert "upstream_error" in bill(row) and bill(row).startswith(LEFT)
