"""Claude Code, replayed: the bodies that it sent in a session of twelve
turns, over an upstream of chat completions and over the Messages API.

What comes back is folded as its SDK folds it, and has to be the message that
the recorded session goes on with.
"""
import json

import pytest

from claude_code import session
from harness import messages as m
from harness.client import Stream
from harness.upstream import body, end, head
from scripted import chunk, counted, done, usage

MODEL = "qwen3-max"             # of a chat upstream
CLAUDE = "claude-sonnet-4-5"


# ---- what the model says, as each kind of upstream sends it ----

def pieces(text, size=7):
    return [text[i:i + size] for i in range(0, len(text), size)]


def chat_steps(message, counts):
    """An assistant message of Anthropic's as a streamed chat, in the way of
    Bailian: thinking, then text, then calls that come side by side."""
    steps = [head(), chunk({"role": "assistant", "content": "",
                            "reasoning_content": ""})]
    calls = [b for b in message["content"] if b["type"] == "tool_use"]
    for block in message["content"]:
        if block["type"] == "thinking":
            steps += [chunk({"content": None, "reasoning_content": p})
                      for p in pieces(block["thinking"])]
        elif block["type"] == "text":
            steps += [chunk({"content": p, "reasoning_content": None})
                      for p in pieces(block["text"])]
    for i, call in enumerate(calls):
        steps.append(chunk({"tool_calls": [
            {"index": i, "id": call["id"], "type": "function",
             "function": {"name": call["name"], "arguments": ""}}]}))
    for i, call in enumerate(calls):
        text = json.dumps(call["input"], ensure_ascii=False)
        steps += [chunk({"tool_calls": [
            {"index": i, "id": "", "type": "function",
             "function": {"arguments": p}}]}) for p in pieces(text, 11)]
    finish = "tool_calls" if calls else "stop"
    return [*steps, chunk({"content": ""}, finish), counted(counts), done()]


def messages_steps(message, counts):
    """The same as the Messages API streams it."""
    out = [m.event({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant",
        "model": CLAUDE, "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {**counts, "output_tokens": 1}}})]
    for i, block in enumerate(message["content"]):
        first = dict(block)
        kind = block["type"]
        if kind == "tool_use":
            first["input"] = {}
            deltas = [{"type": "input_json_delta", "partial_json": p}
                      for p in pieces(json.dumps(block["input"]), 11)]
        elif kind == "thinking":
            first.update(thinking="", signature="")
            deltas = [{"type": "thinking_delta", "thinking": p}
                      for p in pieces(block["thinking"])]
            deltas.append({"type": "signature_delta",
                           "signature": block["signature"]})
        else:
            first["text"] = ""
            deltas = [{"type": "text_delta", "text": p}
                      for p in pieces(block["text"])]
        out.append(m.event({"type": "content_block_start", "index": i,
                            "content_block": first}))
        out += [m.event({"type": "content_block_delta", "index": i,
                         "delta": d}) for d in deltas]
        out.append(m.event({"type": "content_block_stop", "index": i}))
    used = any(b["type"] == "tool_use" for b in message["content"])
    out.append(m.event({"type": "message_delta", "delta": {
        "stop_reason": "tool_use" if used else "end_turn",
        "stop_sequence": None}, "usage": counts}))
    out.append(m.event({"type": "message_stop"}))
    return [head(), body(b"".join(out)), end()]


# ---- what Claude Code makes of it ----

def folded(data):
    """(content, stop_reason, usage) as the SDK puts them together; what may
    not follow each other fails."""
    content, stop, counts, open_block, over = None, None, {}, None, False
    for part in data.decode().split("\n\n"):
        lines = [x for x in part.split("\n") if x and not x.startswith(":")]
        if not lines:
            continue
        name, text = lines
        o = json.loads(text.removeprefix("data: "))
        assert name == "event: " + o["type"] and not over
        if o["type"] == "message_start":
            assert content is None
            content, counts = [], dict(o["message"]["usage"])
        elif o["type"] == "content_block_start":
            assert open_block is None and o["index"] == len(content)
            open_block = dict(o["content_block"])
            open_block["json"] = ""
        elif o["type"] == "content_block_delta":
            d = o["delta"]
            assert o["index"] == len(content)
            if d["type"] == "text_delta":
                open_block["text"] += d["text"]
            elif d["type"] == "thinking_delta":
                open_block["thinking"] += d["thinking"]
            elif d["type"] == "signature_delta":
                open_block["signature"] = d["signature"]
            else:
                open_block["json"] += d["partial_json"]
        elif o["type"] == "content_block_stop":
            text = open_block.pop("json")
            if open_block["type"] == "tool_use" and text:
                open_block["input"] = json.loads(text)
            content.append(open_block)
            open_block = None
        elif o["type"] == "message_delta":
            stop = o["delta"]["stop_reason"]
            counts.update({k: v for k, v in o["usage"].items() if v})
        elif o["type"] == "message_stop":
            over = True
    assert over and open_block is None
    return content, stop, counts


def unsigned(content):
    return [{k: v for k, v in b.items() if k != "signature"} for b in content]


def send(gw, key, s, sent):
    """A turn: the whole stream, as bytes."""
    data = json.dumps(sent, ensure_ascii=False).encode()
    with Stream(gw.port, s.path, None, key, list(s.headers.items()),
                raw_body=data) as got:
        text = got.rest()
        assert got.status == 200, text
        assert got.ended
    return text


# ---- over a chat upstream ----

@pytest.mark.parametrize("name", ["qwen", "opus", "sonnet"])
def test_twelve_turns_over_a_chat_upstream(gw, up, bill, key, name):
    s, amounts = session(name), []
    answers = [*s.answers(), {"role": "assistant", "content": [
        {"type": "text", "text": "Done: 完成。"}]}]
    for turn, (sent, said) in enumerate(zip(s.bodies(model=MODEL), answers)):
        prompt, output = 20_000 + 100 * turn, 30 + turn
        up.script(*chat_steps(said, usage(
            prompt, output, prompt_tokens_details={"cached_tokens": 5000})))
        content, stop, counts = folded(send(gw, key, s, sent))
        assert unsigned(content) == unsigned(said["content"])
        called = any(b["type"] == "tool_use" for b in said["content"])
        assert stop == ("tool_use" if called else "end_turn")
        assert counts["input_tokens"] == prompt - 5000
        assert counts["cache_read_input_tokens"] == 5000
        assert counts["output_tokens"] == output
        got = up.requests[-1]
        assert got.path.endswith("/chat/completions")
        is_a_chat(got.json(), sent)
        amounts.append((prompt - 5000) * 2_500_000 + 5000 * 500_000
                       + output * 10_000_000)
    assert len(amounts) == 12
    bill(key, *amounts)


def is_a_chat(got, sent):
    """What an upstream of chat completions may be sent."""
    assert got["messages"][0]["role"] == "system"
    assert all(r["role"] != "system" for r in got["messages"][1:])
    assert "x-anthropic-billing-header" not in json.dumps(got)
    assert "cache_control" not in json.dumps(got["messages"])
    assert [t["function"]["name"] for t in got["tools"]] == [
        t["name"] for t in sent["tools"]]
    assert [t["function"]["parameters"] for t in got["tools"]] == [
        t["input_schema"] for t in sent["tools"]]
    assert got["stream_options"]["include_usage"] is True
    open_calls = []
    for message in got["messages"]:
        if message["role"] == "tool":
            open_calls.remove(message["tool_call_id"])
            continue
        assert not open_calls, "a call has no result"
        open_calls = [c["id"] for c in message.get("tool_calls") or []]
        for call in message.get("tool_calls") or []:
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
    assert not open_calls


def test_a_session_that_is_compacted(gw, up, bill, key):
    s, said = session("compact"), {"role": "assistant", "content": [
        {"type": "text", "text": "What was done so far, 简要。"}]}
    for sent in s.bodies(model=MODEL):
        up.script(*chat_steps(said, usage(9000, 40)))
        content, stop, _ = folded(send(gw, key, s, sent))
        assert content == said["content"] and stop == "end_turn"
        is_a_chat(up.requests[-1].json(), sent)
    bill(key, *[9000 * 2_500_000 + 40 * 10_000_000] * 2)


def test_a_title_with_structured_output(gw, up, bill, key):
    """No tools, thinking off, and a schema for the answer."""
    schema = {"type": "object", "properties": {"title": {"type": "string"}},
              "required": ["title"], "additionalProperties": False}
    sent = {"model": MODEL, "max_tokens": 32000, "stream": True,
            "system": [{"type": "text", "text": "Make a title."}],
            "tools": [], "thinking": {"type": "disabled"},
            "output_config": {"effort": "low", "format": {
                "type": "json_schema", "schema": schema}},
            "messages": [{"role": "user", "content": "改一下总和"}]}
    said = {"content": [{"type": "text", "text": '{"title": "总和"}'}]}
    up.script(*chat_steps(said, usage(100, 9)))
    content, stop, _ = folded(send(gw, key, session("qwen"), sent))
    assert json.loads(content[0]["text"]) == {"title": "总和"}
    got = up.requests[-1].json()
    assert got["response_format"]["type"] in ("json_schema", "json_object")
    assert "title" in json.dumps(got["response_format"]) + json.dumps(
        got["messages"][0])
    assert "tools" not in got and "thinking" not in got
    bill(key, 100 * 2_500_000 + 9 * 10_000_000)


# ---- over the Messages API ----

@pytest.fixture
def claude(gw, up):
    m.set_up(gw, up)
    return gw


COUNTS = {"input_tokens": 1000, "cache_creation_input_tokens": 0,
          "cache_read_input_tokens": 0, "output_tokens": 50}


def test_twelve_turns_over_the_messages_api(claude, up, key):
    s = session("sonnet")
    answers = [*s.answers(), {"content": [{"type": "text", "text": "Done."}]}]
    for sent, said in zip(s.bodies(model="sonnet"), answers):
        up.script(*messages_steps(said, COUNTS))
        data = json.dumps(sent, ensure_ascii=False).encode()
        content, _, _ = folded(send(claude, key, s, sent))
        assert unsigned(content) == unsigned(said["content"])
        got = up.requests[-1]
        assert got.body == data, "not byte for byte"
        assert got.path.endswith("/messages?beta=true")
        assert got.header("anthropic-beta") == s.headers["anthropic-beta"]
    rows = claude.settled(key, 12)
    assert {(r["state"], r["amount"]) for r in rows} == {
        (1, rows[0]["amount"])}


def test_a_switch_to_claude_in_the_middle(claude, gw, up, key):
    """Thinking that our translation signed is not sent to Claude, which takes
    no signature but its own; the rest of the body is."""
    said = {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Yes."}]}
    first = {"model": MODEL, "max_tokens": 4000, "stream": True,
             "thinking": {"type": "adaptive"},
             "messages": [{"role": "user", "content": "hello"}]}
    up.script(*chat_steps(said, usage(1000, 50)))
    content, _, _ = folded(send(gw, key, session("qwen"), first))
    assert content[0]["signature"].startswith("llmgw1:")
    theirs = {"type": "thinking", "thinking": "Own.", "signature": "c2ln"}
    second = dict(first, model="sonnet", messages=[
        *first["messages"], {"role": "assistant", "content": content},
        {"role": "user", "content": "and now?"},
        {"role": "assistant", "content": [theirs, {"type": "text",
                                                   "text": "So."}]},
        {"role": "user", "content": "go on"}])
    up.script(*messages_steps({"content": [{"type": "text", "text": "On."}]},
                              COUNTS))
    folded(send(claude, key, session("qwen"), second))
    got = up.requests[-1].json()["messages"]
    assert got[1]["content"] == [{"type": "text", "text": "Yes."}]
    assert got[3]["content"][0] == theirs
    claude.settled(key, 2)
