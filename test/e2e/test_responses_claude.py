"""/v1/responses over an upstream of Anthropic's Messages, as Codex uses it: what
is asked there, what comes back, the bill, and errors that agents act on."""
import json

import pytest

from harness import messages as m
from harness import responses as r9
from harness.checks import refused
from harness.shapes import bill
from harness.upstream import answer, body, close, end, head

FUNCTION = {"type": "function", "name": "exec_command", "strict": False,
            "parameters": {"type": "object", "properties": {
                "cmd": {"type": "string"}}}}
PATCH = {"type": "custom", "name": "apply_patch", "description": "Patch.",
         "format": {"type": "grammar", "syntax": "lark",
                    "definition": "start: \"x\""}}
SPACE = {"type": "namespace", "name": "mcp__notes", "description": "Notes.",
         "tools": [dict(FUNCTION, name="read_note")]}
SEARCH = {"type": "web_search", "external_web_access": False}


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def ask(**more):
    return dict({"model": "sonnet", "input": "hello", "store": False,
                 "max_output_tokens": 1000}, **more)


def post(gw, key, **more):
    return gw.request("POST", r9.PATH, ask(**more), key)


def events(data):
    """Names and data of a whole stream, comments left out."""
    parts = [p for p in data.decode().split("\n\n")
             if p and not p.startswith(":")]
    pairs = [p.split("\n") for p in parts]
    assert all(len(p) == 2 and p[0].startswith("event: ")
               and p[1].startswith("data: ") for p in pairs)
    told = [(p[0][7:], json.loads(p[1][6:])) for p in pairs]
    assert [e["sequence_number"] for _, e in told] == list(range(len(told)))
    assert all(name == e["type"] for name, e in told)
    return told


def whole(gw, key, **more):
    with gw.stream(key, ask(stream=True, **more), r9.PATH) as s:
        data = s.rest()
        assert s.ended and s.status == 200
        assert s.headers["content-type"] == "text/event-stream; charset=utf-8"
    return events(data)


def items(told):
    return [e["item"] for name, e in told
            if name == "response.output_item.done"]


def script(up, *said):
    up.script(head(), *(body(e) for e in said), end())


def called(index, name, *pieces, call="toolu_1"):
    return [m.block(index, type="tool_use", id=call, name=name, input={}),
            *(m.delta(p, index, "input_json", "partial_json")
              for p in pieces), m.stop(index)]


# ---- answers ----

def test_a_plain_answer(gw, up, key):
    up.script(answer(m.document()))
    r = post(gw, key, instructions="Be kind.")
    sent, = up.requests
    assert sent.path == "/v1/messages"
    assert sent.header("anthropic-version") == "2023-06-01"
    assert sent.json() == {
        "model": "sonnet", "max_tokens": 1000,
        "system": [{"type": "text", "text": "Be kind."}],
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "hello"}]}]}
    o = r.json()
    assert r.status == 200 and o["object"] == "response"
    assert o["id"].startswith("resp_") and o["status"] == "completed"
    assert o["model"] == "claude-sonnet-4-5" and o["error"] is None
    message, = o["output"]
    assert message["content"][0]["text"] == "Hello"
    assert o["usage"]["input_tokens"] == 1000
    assert o["usage"]["output_tokens"] == 50
    assert o["usage"]["total_tokens"] == 1050
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["stream"] == 0


def test_a_stream(gw, up, key):
    script(up, *m.stream("Hel", "lo"))
    told = whole(gw, key)
    names = [name for name, _ in told]
    assert names[:2] == ["response.created", "response.in_progress"]
    assert names[-1] == "response.completed"
    assert "".join(e["delta"] for name, e in told
                   if name == "response.output_text.delta") == "Hello"
    last = told[-1][1]["response"]
    assert last["output"] == items(told)
    assert last["usage"]["total_tokens"] == 1050
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["stream"] == 1


def test_a_cut_answer_is_incomplete(gw, up, key):
    script(up, m.start(), m.block(), m.delta("Hel"), m.stop(),
           m.last(reason="max_tokens"), m.end())
    name, last = whole(gw, key)[-1]
    assert name == "response.incomplete"
    assert last["response"]["incomplete_details"] == {
        "reason": "max_output_tokens"}
    gw.settled(key)


# ---- tools ----

def test_tools_of_all_kinds_and_their_way_back(gw, up, key):
    script(up, m.start(), m.block(), m.delta("I do."), m.stop(),
           *called(1, "exec_command", '{"cmd"', ': "ls"}'),
           *called(2, "apply_patch", '{"input": "*** a\\n', '"}',
                   call="toolu_2"),
           *called(3, "mcp__notes__read_note", call="toolu_3"),
           m.last(reason="tool_use"), m.end())
    told = whole(gw, key, tools=[FUNCTION, PATCH, SPACE, SEARCH],
                 parallel_tool_calls=False)
    sent = up.requests[0].json()
    assert [t["name"] for t in sent["tools"]] == [
        "exec_command", "apply_patch", "mcp__notes__read_note"]
    assert "start: \"x\"" in sent["tools"][1]["description"]
    assert sent["tools"][0]["input_schema"] == FUNCTION["parameters"]
    message, command, patch, note = items(told)
    assert message["content"][0]["text"] == "I do."
    assert command["type"] == "function_call"
    assert command["name"] == "exec_command"
    assert json.loads(command["arguments"]) == {"cmd": "ls"}
    assert command["call_id"] == "toolu_1"
    assert patch["type"] == "custom_tool_call"
    assert patch["name"] == "apply_patch" and patch["input"] == "*** a\n"
    assert note["name"] == "read_note" and note["namespace"] == "mcp__notes"
    gw.settled(key)


def test_a_conversation_goes_on(gw, up, key):
    up.script(answer(m.document()))
    r = post(gw, key, tools=[FUNCTION, PATCH, SEARCH], input=[
        {"type": "message", "role": "developer", "content": [
            {"type": "input_text", "text": "Rules."}]},
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "do"}]},
        {"type": "reasoning", "summary": [], "content": None,
         "encrypted_content": "llmgw1:aG0="},
        {"type": "message", "role": "assistant", "status": "completed",
         "content": [{"type": "output_text", "text": "I do.",
                      "annotations": []}]},
        {"type": "function_call", "name": "exec_command", "call_id": "a",
         "arguments": '{"cmd": 1.0}'},
        {"type": "custom_tool_call", "name": "apply_patch", "call_id": "b",
         "input": "*** x"},
        {"type": "function_call_output", "call_id": "a", "output": "A"},
        {"type": "custom_tool_call_output", "call_id": "b", "output": "B"}],
        reasoning={"effort": "medium", "summary": "auto"},
        text={"verbosity": "low"})
    assert r.status == 200
    sent = up.requests[0].json()
    assert sent["system"] == [{"type": "text", "text": "Rules."}]
    assert sent["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "do"}]},
        {"role": "assistant", "content": [
            {"type": "text", "text": "I do."},
            {"type": "tool_use", "id": "a", "name": "exec_command",
             "input": {"cmd": 1.0}},
            {"type": "tool_use", "id": "b", "name": "apply_patch",
             "input": {"input": "*** x"}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "a", "content": "A"},
            {"type": "tool_result", "tool_use_id": "b", "content": "B"}]}]
    assert b'"cmd": 1.0' in up.requests[0].body     # byte for byte
    dropped = r.headers["x-llmgw-dropped"].split(", ")
    assert "tools[web_search]" in dropped and "text.verbosity" in dropped
    assert "reasoning.effort" in dropped    # no thinking of its own came back
    assert not [d for d in dropped if d.startswith("messages")]
    gw.settled(key)


def test_what_the_model_thinks(gw, up, key):
    gw.must("PUT", "/models/thinker", dict(m.SONNET, estimates="fixed", routes=[
        {"upstream": "claude", "model": "claude-x"}], thinking={"can": True}))
    script(up, m.start(), m.block(0, type="thinking", thinking="",
                                  signature=""),
           m.delta("so what", 0, "thinking"),
           m.delta("Sig", 0, "signature"), m.stop(0),
           m.block(1, type="text", text=""), m.delta("Hi", 1), m.stop(1),
           m.last(), m.end())
    told = whole(gw, key, model="thinker", max_output_tokens=4000,
                 reasoning={"effort": "medium", "summary": "auto"})
    assert up.requests[0].json()["thinking"] == {
        "type": "enabled", "budget_tokens": 2000}
    reasoning, message = items(told)
    assert reasoning["type"] == "reasoning"
    assert reasoning["summary"] == [{"type": "summary_text",
                                     "text": "so what"}]
    assert reasoning["encrypted_content"].startswith("llmgw")
    assert message["content"][0]["text"] == "Hi"
    gw.settled(key)


def test_thinking_goes_on_in_a_loop_of_tools(gw, up, key):
    """What Claude signed comes back as it was, through a client that knows
    nothing of it."""
    gw.must("PUT", "/models/thinker", dict(m.SONNET, estimates="fixed", routes=[
        {"upstream": "claude", "model": "claude-x"}], thinking={"can": True}))
    more = {"model": "thinker", "max_output_tokens": 4000, "tools": [FUNCTION],
            "reasoning": {"effort": "medium"}}
    script(up, m.start(), m.block(0, type="thinking", thinking="",
                                  signature=""),
           m.delta("so \u4e2d\n", 0, "thinking"),
           m.delta("Sig/+==", 0, "signature", "signature"), m.stop(0),
           *called(1, "exec_command", '{"cmd":"ls"}'),
           m.last(reason="tool_use"), m.end())
    told = items(whole(gw, key, **more))
    assert [i["type"] for i in told] == ["reasoning", "function_call"]
    up.script(answer(m.document()))
    r = post(gw, key, **dict(more, input=[
        {"type": "message", "role": "user", "content": "do"}, *told,
        {"type": "function_call_output", "call_id": "toolu_1",
         "output": "R"}]))
    assert r.status == 200 and r.headers["x-llmgw-dropped"] is None
    sent = up.requests[1].json()
    assert sent["thinking"] == {"type": "enabled", "budget_tokens": 2000}
    assert sent["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "so \u4e2d\n",
         "signature": "Sig/+=="},
        {"type": "tool_use", "id": "toolu_1", "name": "exec_command",
         "input": {"cmd": "ls"}}]
    gw.settled(key, 2)


# ---- what cannot be ----

def test_a_fault_that_only_the_second_step_finds(gw, up, key):
    r = post(gw, key, input=[{"type": "message", "role": "user", "content": [
        {"type": "input_image", "image_url": "data:image/bmp;base64,QUJD"}]}])
    refused(r, "invalid_parameter", "input[].content[].image_url",
            "'input[].content[].image_url' is ")
    r = post(gw, key, input=[
        {"type": "message", "role": "user", "content": "do"},
        {"type": "function_call", "name": "f", "call_id": "a",
         "arguments": "no JSON"},
        {"type": "function_call_output", "call_id": "a", "output": "A"}])
    refused(r, "invalid_parameter", "input[].arguments",
            "holds no JSON object")
    assert not up.requests


# ---- errors ----

LONG = m.error("invalid_request_error",
               "prompt is too long: 210000 tokens > 200000 maximum")


@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_context_that_is_too_short_is_told_in_the_stream(gw, up, key,
                                                            status):
    up.script(answer(LONG, status))
    *_, (name, event) = whole(gw, key)
    assert name == "response.failed"
    assert event["response"]["status"] == "failed"
    assert event["response"]["error"]["code"] == "context_length_exceeded"
    assert event["response"]["output"] == []
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")
    gw.expect_log(*["LG0080"][status < 500:])


def test_and_with_its_status_where_nothing_streams(gw, up, key):
    up.script(answer(LONG, 400))
    r = post(gw, key)
    assert r.status == 400
    assert r.json()["error"]["code"] == "context_length_exceeded"
    gw.settled(key)


def test_another_error_keeps_its_status(gw, up, key):
    up.script(answer(m.error("rate_limit_error", "Slow down."), 429,
                     headers=[("retry-after", "7")]))
    with gw.stream(key, ask(stream=True), r9.PATH) as s:
        error = json.loads(s.rest())["error"]
        assert s.status == 429 and s.headers["retry-after"] == "7"
    assert error["code"] == "rate_limit_exceeded"
    assert error["message"] == "Slow down."
    gw.settled(key)
    gw.expect_log("LG0080")


def test_a_stream_that_breaks_has_all_that_was_said(gw, up, key):
    up.script(head(), *(body(e) for e in [
        m.start(), m.block(), m.delta("Hel")]), close())
    told = whole(gw, key)
    name, event = told[-1]
    assert name == "response.failed"
    assert event["response"]["error"]["code"] == "upstream_unavailable"
    text, = event["response"]["output"]
    assert text["content"][0]["text"] == "Hel"
    assert text["status"] == "incomplete"
    row, = gw.settled(key)
    assert "[cut]" in bill(row)
    gw.expect_log("AH01110", "LG0073")


def test_an_error_in_the_middle(gw, up, key):
    script(up, m.start(), m.block(), m.delta("Hel"),
           m.event(m.error("rate_limit_error", "Slow."), "error"))
    event = whole(gw, key)[-1][1]
    assert event["response"]["error"] == {
        "code": "rate_limit_exceeded",
        "message": "Slow. Please try again in 1s."}
    gw.settled(key)
