"""Anthropic's Messages over an upstream of chat completions: what is asked
there, what comes back, and the bill."""
import json

import pytest

from harness import messages as m
from harness.shapes import (EXACT, bill, chunk, error, plain, sse, trip,
                            usage_chunk, used)
from harness.upstream import (answer, body, close, done, end, event, gate,
                              head, pieces, reset, silence)

PATH = "/v1/messages"
LEFT = "estimated/estimated"


def ask(stream=False, **more):
    o = dict({"model": "qwen3-max", "max_tokens": 4000, "messages": [
        {"role": "user", "content": "hello"}]}, **more)
    return dict(o, stream=True) if stream else o


def post(gw, key, **more):
    return gw.request("POST", PATH, ask(**more), key)


def events(data):
    """(name, object) of each event, comments left out."""
    found = []
    for part in data.decode().split("\n\n"):
        lines = [line for line in part.split("\n")
                 if line and not line.startswith(":")]
        if lines:
            name, text = lines
            assert name.startswith("event: ") and text.startswith("data: ")
            found.append((name[7:], json.loads(text[6:])))
            assert found[-1][1]["type"] == name[7:]
    return found


def names(data):
    return [name for name, _ in events(data)]


def text_of(data):
    return "".join(o["delta"].get("text", "") for name, o in events(data)
                   if name == "content_block_delta")


def whole(gw, key, **more):
    """The events of a stream that came to its end."""
    with gw.stream(key, ask(stream=True, **more), PATH) as s:
        data = s.rest()
        assert s.ended and s.status == 200
        assert s.headers["content-type"] == "text/event-stream; charset=utf-8"
    return data


# ---- answers ----

def test_a_plain_message(gw, up, key):
    up.script(answer(plain("Hi there", usage=dict(
        used(1000, 50), prompt_tokens_details={"cached_tokens": 200}))))
    r = post(gw, key, system="Be kind.")
    sent = up.requests[0]
    assert sent.path == "/v1/chat/completions"
    assert sent.json()["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "hello"}]
    assert sent.json()["model"] == "qwen3-max"
    assert sent.json()["max_tokens"] == 4000
    o = r.json()
    assert r.status == 200 and r.headers["content-type"] == "application/json"
    assert o["type"] == "message" and o["stop_reason"] == "end_turn"
    assert o["content"] == [{"type": "text", "text": "Hi there"}]
    assert o["id"] == "msg_" + r.headers["x-request-id"][4:]
    assert o["usage"]["input_tokens"] == 800
    assert o["usage"]["cache_read_input_tokens"] == 200
    assert o["usage"]["output_tokens"] == 50
    row, = gw.settled(key)
    assert bill(row) == ("settled/reported 2600000000: input 800, "
                         "cache_read 200, output 50")
    assert row["bytes"] == len(r.body) and trip(row) == "200 reached 1"


def test_a_streamed_message(gw, up, key):
    up.script(head(), event(chunk("")), event(chunk("Hel")), gate("seen"),
              event(chunk("lo")), event(chunk(finish="stop")), gate("usage"),
              event(usage_chunk()), done())
    with gw.stream(key, ask(stream=True), PATH) as s:
        assert b"message_start" in s.event()
        assert b"content_block_start" in s.event()
        assert b"Hel" in s.event()
        up.open("seen")
        assert b"lo" in s.event()
        up.wait_at("usage")
        assert gw.rows(key) == []
        up.open("usage")
        data = s.rest()
        assert s.ended
    sent = up.requests[0].json()
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert text_of(s.body) == "Hello"
    assert names(s.body)[-3:] == ["content_block_stop", "message_delta",
                                  "message_stop"]
    last = events(s.body)[-2][1]
    assert last["delta"]["stop_reason"] == "end_turn"
    assert last["usage"]["input_tokens"] == 1000
    assert last["usage"]["output_tokens"] == 50
    assert data.count(b"message_stop") == 2     # its name and its type
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_tools_and_thinking(gw, up, key):
    call = {"index": 0, "id": "call_1", "type": "function",
            "function": {"name": "look", "arguments": ""}}
    more = {"index": 0, "function": {"arguments": "{\"b\": 1.0, \"a\":2}"}}

    def delta(**d):
        return event(dict(chunk(), choices=[
            {"index": 0, "delta": d, "finish_reason": None}]))

    up.script(head(), delta(role="assistant", content=None),
              delta(reasoning_content="Hm"), delta(content="Let me"),
              delta(tool_calls=[call]), delta(tool_calls=[more]),
              event(chunk(finish="tool_calls")), event(usage_chunk()), done())
    data = whole(gw, key, tools=[{
        "name": "look", "input_schema": {"type": "object"}}])
    sent = up.requests[0].json()
    assert sent["tools"][0]["function"]["name"] == "look"
    kinds = [o["content_block"]["type"] for name, o in events(data)
             if name == "content_block_start"]
    assert kinds == ["thinking", "text", "tool_use"]
    given = "".join(o["delta"].get("partial_json", "") for n, o in events(data)
                    if n == "content_block_delta")
    assert given == "{\"b\": 1.0, \"a\":2}"
    assert events(data)[-2][1]["delta"]["stop_reason"] == "tool_use"
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [thinking]"


def test_what_was_dropped_is_named(gw, up, key):
    up.script(answer(plain()))
    r = post(gw, key, no_such_member=1)
    assert "no_such_member" in r.headers["x-llmgw-dropped"].split(", ")
    up.script(answer(error("busy"), 500))
    gw.expect_log("LG0080")
    r = post(gw, key, no_such_member=1)
    assert r.status == 500
    assert "no_such_member" in r.headers["x-llmgw-dropped"]
    up.script(answer(plain()))
    assert "x-llmgw-dropped" not in post(gw, key).headers
    gw.settled(key, 3)


@pytest.mark.parametrize("more, path", [
    ({"messages": [{"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "t", "content": "x"}]}]},
     "messages[0].content[0]"),
    ({"messages": [{"role": "user", "content": [{"type": "no_such"}]}]},
     "messages[0].content[0]"),
    ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
     "tools"),
], ids=["result-without-call", "unknown-block", "server-tools"])
def test_what_cannot_be_put_is_refused(gw, up, key, more, path):
    r = post(gw, key, **more)
    assert r.status == 400
    assert r.json()["error"]["type"] == "invalid_request_error"
    assert path in r.body.decode()
    assert up.requests == [] and gw.rows(key) == []


# ---- usage ----

def test_usage_may_come_behind_the_end(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              body(b"data: [DONE]\n\n"), event(usage_chunk()), end())
    assert events(whole(gw, key))[-2][1]["usage"]["output_tokens"] == 50
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_without_usage_none_is_invented(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")), done())
    data = whole(gw, key)
    assert names(data)[-1] == "message_stop"
    row, = gw.settled(key)
    assert bill(row).startswith(LEFT)
    assert events(data)[-2][1]["usage"].get("output_tokens", 0) \
        != row["output"] or row["output"] == 0


def test_an_end_without_done(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              event(usage_chunk()), end())
    assert names(whole(gw, key))[-1] == "message_stop"
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_the_client_may_leave_before_usage(gw, up, key):
    up.script(head(), event(chunk("Hi")), event(chunk(finish="stop")),
              gate("left"), event(usage_chunk()), done())
    s = gw.stream(key, ask(stream=True), PATH)
    while b"Hi" not in s.event():
        pass
    up.wait_at("left")
    s.close()
    gw.wait_drain()
    up.open("left")
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [client_left]" or bill(row) == EXACT


# ---- ends that are none ----

CUTS = {"first": 1, "delta": 2, "later": 3}


@pytest.mark.parametrize("how", [close, reset], ids=["close", "reset"])
@pytest.mark.parametrize("after", CUTS)
def test_a_cut_stream(gw, up, key, after, how):
    steps = [event(chunk("")), event(chunk("Hel")), event(chunk("lo"))]
    up.script(head(), *steps[:CUTS[after]], gate("cut"), how())
    s = gw.stream(key, ask(stream=True), PATH)
    if after == "first":        # nothing that can be seen has come
        gw.expect_log("LG0080", "AH01110")
        up.wait_at("cut")
        up.open("cut")
        s.head()
        assert s.status == 502
        assert json.loads(s.rest())["error"]["type"] == "api_error"
        row, = gw.settled(key)
        assert bill(row) == "failed/none 0" and row["status"] == 502
        return
    gw.expect_log("LG0073", "AH01110")
    while b"Hel" not in s.event():
        pass
    up.wait_at("cut")
    up.open("cut")
    data = s.rest()
    assert s.ended
    name, o = events(data)[-1]
    assert name == "error" and o["error"]["type"] == "api_error"
    assert b"message_stop" not in data and b"message_delta" not in data
    row, = gw.settled(key)
    assert bill(row).startswith(LEFT) and "[cut]" in bill(row)


def test_an_error_in_the_middle(gw, up, key):
    up.script(head(), event(chunk("Hel")), event(error("Busy.", "server_error",
                                                      code=503)), done())
    data = whole(gw, key)
    assert events(data)[-1] == ("error", {
        "type": "error", "error": {"type": "overloaded_error",
                                   "message": "Busy."},
        "request_id": events(data)[-1][1]["request_id"]})
    row, = gw.settled(key)
    assert "upstream_error" in bill(row) and bill(row).startswith(LEFT)


def test_arguments_that_are_none(gw, up, key):
    gw.expect_log("LG0076")
    call = {"index": 0, "id": "c", "type": "function", "function": {
        "name": "look", "arguments": "{\"a\": nonsense"}}
    up.script(head(), event(chunk("Hi")), event(dict(chunk(), choices=[
        {"index": 0, "delta": {"tool_calls": [call]},
         "finish_reason": None}])), event(chunk(finish="tool_calls")),
        event(usage_chunk()), done())
    data = whole(gw, key)
    assert names(data)[-1] == "error" and b"message_stop" not in data
    row, = gw.settled(key)
    assert "cut" in bill(row)


# ---- errors of the upstream ----

@pytest.mark.parametrize("status, kind", [
    (400, "invalid_request_error"), (404, "not_found_error"),
    (422, "invalid_request_error"), (429, "rate_limit_error"),
    (500, "api_error"), (503, "overloaded_error"), (529, "overloaded_error")])
def test_errors_are_in_the_clients_shape(gw, up, key, status, kind):
    gw.expect_log(*["LG0080"] * (status >= 429))
    up.script(answer(error("Words of theirs.", "x"), status,
                     [("Retry-After", "7")], reason="X"))
    r = post(gw, key, stream=True)
    assert r.status == status
    o = r.json()
    assert o["error"] == {"type": kind, "message": "Words of theirs."}
    assert o["type"] == "error"
    assert o["request_id"] == r.headers["request-id"]
    assert r.headers["retry-after"] == "7"
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0") and row["status"] == status


@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_context_that_is_too_short(gw, up, key, status):
    up.script(answer(error(
        "This model's maximum context length is 8192 tokens. However, you "
        "requested 9000 tokens (8000 in the messages, 1000 in the "
        "completion).", code="context_length_exceeded"), status))
    r = post(gw, key)
    assert r.status == 400
    assert r.json()["error"] == {
        "type": "invalid_request_error",
        "message": "input length and `max_tokens` exceed context limit: "
                   "8000 + 1000 > 8192"}


def test_our_account_there_is_no_matter_of_the_clients(gw, up, key):
    gw.expect_log("LG0080")
    up.script(answer(error("bad key", "x"), 401))
    r = post(gw, key)
    assert r.status == 502 and b"bad key" not in r.body
    assert r.json()["error"]["type"] == "api_error"


# ---- in any pieces ----

def test_one_byte_at_a_time(gw, up, key):
    data = sse(chunk(""), chunk("Hel"), chunk("lo"), chunk(finish="stop"),
               usage_chunk(), end="\r\n")
    up.script(head(), *pieces(data, 1), end())
    answer_ = whole(gw, key)
    assert text_of(answer_) == "Hello"
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_comments_keep_the_line_busy(gw, up, key):
    up.script(head(), body(b": wait\n\n"), gate("seen"), event(chunk("Hi")),
              event(chunk(finish="stop")), event(usage_chunk()), done())
    with gw.stream(key, ask(stream=True), PATH) as s:
        assert s.event() == b": wait\n\n"
        up.open("seen")
        s.rest()
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_client_that_leaves(gw, up, key):
    up.script(head(), event(chunk("Hel")), gate("left"), silence())
    s = gw.stream(key, ask(stream=True), PATH)
    while b"Hel" not in s.event():
        pass
    up.wait_at("left")
    s.close()
    up.open("left")
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row).startswith(LEFT) and "client_left" in bill(row)


# ---- a conversation goes on elsewhere ----

def test_thinking_of_another_model_is_nothing_for_claude(gw, up, key):
    """What Qwen thought comes back with the history; Claude, which has not
    signed it, does not see it, and keeps its own."""
    m.set_up(gw, up)
    think = {"index": 0, "delta": {"role": "assistant",
                                   "reasoning_content": "Hm"},
             "finish_reason": None}
    up.script(head(), event(dict(chunk(), choices=[think])),
              event(chunk("Hello")), event(chunk(finish="stop")),
              event(usage_chunk()), done())
    found = events(whole(gw, key))
    signed = "".join(o["delta"].get("signature", "") for name, o in found
                     if name == "content_block_delta")
    assert signed.startswith("llmgw1:")
    own = {"type": "thinking", "thinking": "x", "signature": "EqQB"}
    text = {"type": "text", "text": "Hello"}
    history = [{"role": "user", "content": "hello"},
               {"role": "assistant", "content": [
                   {"type": "thinking", "thinking": "Hm",
                    "signature": signed}, text]},
               {"role": "user", "content": "and?"},
               {"role": "assistant", "content": [own, text]},
               {"role": "user", "content": "so?"}]
    up.script(answer(m.document()))
    body_ = json.dumps(m.body(messages=history))
    assert gw.request("POST", PATH, body_, key).status == 200
    sent = up.requests[-1].json()["messages"]
    history[1]["content"] = [text]
    assert sent == history
    gw.settled(key, 2)


def test_ids_of_another_model_are_no_ids_of_claudes(gw, up, key):
    """Kimi's ids go back to it as they are, and to Claude as others."""
    m.set_up(gw, up)
    call = {"id": "functions.look:0", "type": "function",
            "function": {"name": "look", "arguments": "{\"b\": 1.0}"}}
    up.script(answer(dict(plain(""), choices=[{
        "index": 0, "finish_reason": "tool_calls",
        "message": {"role": "assistant", "content": None,
                    "tool_calls": [call]}}])))
    use, = post(gw, key).json()["content"]
    assert use["id"] == "functions.look:0"
    history = [{"role": "user", "content": "hello"},
               {"role": "assistant", "content": [use]},
               {"role": "user", "content": [
                   {"type": "tool_result", "tool_use_id": use["id"],
                    "content": "seen"}]}]
    up.script(answer(plain()))
    assert post(gw, key, messages=history).status == 200
    sent = up.requests[-1].json()["messages"]
    assert sent[1]["tool_calls"] == [call]
    assert sent[2]["tool_call_id"] == use["id"]
    up.script(answer(m.document()))
    body_ = json.dumps(m.body(messages=history))
    assert gw.request("POST", PATH, body_, key).status == 200
    sent = up.requests[-1].json()["messages"]
    assert sent[1]["content"][0]["id"] == "functions_look_0"
    assert sent[2]["content"][0]["tool_use_id"] == "functions_look_0"
    gw.settled(key, 3)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_finish_that_is_a_failure(gw, up, key, stream):
    gw.expect_log("LG0076", *["LG0080"] * (not stream))
    if stream:
        up.script(head(), event(chunk("Hi")),
                  event(chunk(finish="network_error")), event(usage_chunk()),
                  done())
        data = whole(gw, key)
        assert names(data)[-1] == "error" and b"message_stop" not in data
    else:
        o = plain("Hi")
        o["choices"][0]["finish_reason"] = "network_error"
        up.script(answer(o))
        assert post(gw, key).status == 502
    row, = gw.settled(key)
    if stream:
        assert bill(row) == EXACT + " [cut, upstream_error]"
    else:
        assert bill(row).startswith("failed/none 0")
