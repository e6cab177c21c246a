"""/v1/responses over an upstream of chat completions: what is asked there, and
what is refused."""
import json

import pytest

from harness.checks import costs_nothing, refused
from harness.shapes import plain
from harness.upstream import answer

PATH = "/v1/responses"
SCHEMA = {"type": "object", "properties": {"z": {"default": 1.5}, "a": {}}}
EXEC = {"type": "function", "name": "exec_command", "description": "Runs.",
        "strict": False, "parameters": SCHEMA}
PATCH = {"type": "custom", "name": "apply_patch", "description": "Edits.",
         "format": {"type": "grammar", "syntax": "lark",
                    "definition": "start: \"x\"\n"}}
SEARCH = {"type": "web_search", "external_web_access": False}
PNG = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture(scope="module")
def bailian(session_gw, session_upstream):
    """A model that thinks when it is told to, at a vendor that serves chats."""
    session_gw.must("PUT", "/upstreams/asked", {
        "base_url": session_upstream.url + "/v1", "dialect": "openai",
        "vendor": "bailian", "credentials": [{"secret": "sk-of-asked"}]})
    spec = session_gw.must("GET", "/models/qwen3-max")
    session_gw.must("PUT", "/models/asked", dict(
        {name: spec[name] for name in ("limit", "caching", "price")},
        modalities={"input": ["text", "image"], "output": ["text"]},
        thinking={"can": True, "default": False}, estimates="fixed",
        routes=[{"upstream": "asked", "model": "qwen3-max",
                 "thinking": "enable_thinking"}]))
    return session_gw


@pytest.fixture
def gw(bailian, gw):
    return gw


def text(role, words):
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "id": "msg_1", "role": role,
            "content": [{"type": kind, "text": words}]}


def post(gw, key, **more):
    return gw.request("POST", PATH, dict(
        {"model": "asked", "store": False, "input": "hello"}, **more), key)


def sent(gw, up, key, **more):
    """What the upstream was asked, and what was dropped on the way."""
    up.script(answer(plain("Hi")))
    r = post(gw, key, **more)
    assert r.status == 200, r.body
    assert up.requests[0].path == "/v1/chat/completions"
    return up.requests[0].json(), r.headers.get("x-llmgw-dropped")


# ---- what an agent sends ----

def test_a_turn_of_codex(gw, up, key):
    o, dropped = sent(
        gw, up, key, input=[
            text("developer", "You are Codex."), text("developer", "Skills"),
            text("user", "<environment_context>"), text("user", "Fix it."),
            {"type": "reasoning", "id": "rs_1", "content": None, "summary": [
                {"type": "summary_text", "text": "Look."}],
             "encrypted_content": None},
            text("assistant", "I look."),
            {"type": "function_call", "id": "fc_1", "name": "exec_command",
             "arguments": "{\"cmd\": \"ls\"}", "call_id": "call_1"},
            {"type": "custom_tool_call", "id": "ctc_1", "name": "apply_patch",
             "input": "*** \"Begin\"\n", "call_id": "call_2"},
            {"type": "function_call_output", "call_id": "call_1", "output": [
                {"type": "input_text", "text": "a.png"},
                {"type": "input_image", "image_url": PNG,
                 "detail": "original"}]},
            {"type": "custom_tool_call_output", "call_id": "call_2",
             "output": "Success."}],
        tools=[EXEC, PATCH, SEARCH], tool_choice="auto",
        parallel_tool_calls=True, reasoning={"effort": "medium"},
        include=["reasoning.encrypted_content"], prompt_cache_key="k",
        text={"verbosity": "low"}, client_metadata={"session_id": "s"})
    assert dropped == ("reasoning.effort, text.verbosity, tools[web_search], "
                       "input[].content[].detail")
    assert o["messages"] == [
        {"role": "system", "content": "You are Codex.\n\nSkills"},
        {"role": "user", "content": "<environment_context>"},
        {"role": "user", "content": "Fix it."},
        {"role": "assistant", "content": "I look.",
         "reasoning_content": "Look.", "tool_calls": [
             {"id": "call_1", "type": "function", "function": {
                 "name": "exec_command", "arguments": "{\"cmd\": \"ls\"}"}},
             {"id": "call_2", "type": "function", "function": {
                 "name": "apply_patch",
                 "arguments": json.dumps({"input": "*** \"Begin\"\n"},
                                         separators=(",", ":"))}}]},
        {"role": "tool", "tool_call_id": "call_1",
         "content": "a.png\n\n[image]"},
        {"role": "tool", "tool_call_id": "call_2", "content": "Success."},
        {"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": PNG}}]}]
    assert [t["function"]["name"] for t in o["tools"]] == [
        "exec_command", "apply_patch"]
    assert o["tools"][0]["function"]["parameters"] == SCHEMA
    assert o["tools"][1]["function"]["description"].endswith("start: \"x\"\n")
    assert o["enable_thinking"] is True and o["tool_choice"] == "auto"
    assert set(o) == {"model", "messages", "tools", "tool_choice",
                      "parallel_tool_calls", "enable_thinking"}


def test_tools_that_items_tell_of(gw, up, key):
    o, dropped = sent(gw, up, key, input=[
        {"type": "additional_tools", "role": "developer", "tools": [
            {"type": "namespace", "name": "functions", "description": "",
             "tools": [{"type": "custom", "name": "exec"}]},
            {"type": "namespace", "name": "clock", "description": "",
             "tools": [dict(EXEC, name="sleep")]}]},
        text("user", "Fix it.")])
    assert dropped is None
    assert [t["function"]["name"] for t in o["tools"]] == ["exec",
                                                           "clock__sleep"]


def test_nothing_but_hosted_tools(gw, up, key):
    o, dropped = sent(gw, up, key, tools=[SEARCH], tool_choice="auto")
    assert dropped == "tools[web_search]"
    assert o["messages"] == [{"role": "user", "content": "hello"}]
    assert "tools" not in o and "tool_choice" not in o


def test_an_answer_of_a_form(gw, up, key):
    o, _ = sent(gw, up, key, text={"format": {
        "type": "json_schema", "name": "n", "schema": SCHEMA}})
    assert o["response_format"] == {"type": "json_object"}
    system, user = o["messages"]
    assert system["role"] == "system"
    assert json.loads(system["content"].split("\n", 1)[1]) == SCHEMA


@pytest.mark.parametrize("given, put", [({}, 500),
                                        ({"max_output_tokens": 200}, 200)])
def test_a_bound_that_a_key_has(gw, up, given, put):
    key = gw.new_key(limits={"max_output_tokens": 500})
    o, _ = sent(gw, up, key, **given)
    assert o["max_tokens"] == put


# ---- what is refused ----

CALL = {"type": "function_call", "name": "f", "arguments": "{}",
        "call_id": "call_1"}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "r"}
USER = text("user", "q")


@pytest.mark.parametrize("more, param, words", [
    ({"input": [USER, {"type": "hologram"}]}, "input[1].type",
     "function_call_output"),
    ({"input": [USER, CALL, {"type": "function_call_output",
                             "output": "r"}]}, "input[2].call_id", "missing"),
    ({"input": [USER, OUTPUT]}, "input[1].call_id", "no call"),
    ({"input": [USER, CALL, OUTPUT, OUTPUT]}, "input[3].call_id", "twice"),
    ({"input": [USER, CALL]}, "input[1]", "without an output"),
    ({"tools": [SEARCH], "tool_choice": "required"}, "tool_choice", "none is "
     "sent"),
    ({"tools": [SEARCH, EXEC], "tool_choice": {"type": "web_search"}},
     "tool_choice.type", "none is sent"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_refused(gw, up, key, more, param, words):
    with costs_nothing(gw, up):
        r = post(gw, key, **more)
        assert r.status == 400 and words in r.json()["error"]["message"]
        assert r.json()["error"]["param"] == param


def test_two_tools_of_one_name(gw, up, key):
    with costs_nothing(gw, up):
        r = post(gw, key, tools=[
            dict(EXEC, name="a__b"),
            {"type": "namespace", "name": "a", "description": "",
             "tools": [dict(EXEC, name="b")]}])
        refused(r, "invalid_parameter", "tools[1].tools[0]", "\"a__b\"")
        assert "\"a.b\"" in r.json()["error"]["message"]
