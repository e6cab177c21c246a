"""What cannot be put to an upstream of the other dialect: 400 with its path,
and nothing is asked, kept or charged."""
import pytest

from harness import routes
from harness.checks import costs_nothing
from harness.shapes import bill, chunk, plain, sse, usage_chunk, used
from harness.upstream import answer, body, end, head

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
USER = {"role": "user", "content": "hello"}
LONG_NAME = "n" * 65


@pytest.fixture(scope="module")
def prepared(session_agw, session_upstream):
    routes.set_up(session_agw, session_upstream)
    return session_agw


@pytest.fixture
def gw(prepared, agw):
    return agw


# ---- chat completions, over the Messages API ----

def calls(*ids, name="f", arguments="{}"):
    return {"role": "assistant", "content": None, "tool_calls": [
        {"id": i, "type": "function", "function": {
            "name": name, "arguments": arguments}} for i in ids]}


def told(call, content="x"):
    return {"role": "tool", "tool_call_id": call, "content": content}


def part(**more):
    return {"role": "user", "content": [more]}


def picture(data):
    return part(type="image_url", image_url={
        "url": "data:image/png;base64," + data})


CHATS = {
    "result-without-call": ([USER, told("a")], "messages[1]"),
    "result-of-another": ([USER, calls("a"), told("b")], "messages[2]"),
    "result-twice": ([USER, calls("a"), told("a"), told("a")], "messages[3]"),
    "call-without-result": ([USER, calls("a", "b"), told("a"), USER],
                            "messages[1].tool_calls[1]"),
    "call-twice": ([USER, calls("a", "a"), told("a")],
                   "messages[1].tool_calls[1]"),
    "unknown-part": ([part(type="brand_new", x=1)],
                     "messages[0].content[0].type"),
    "unknown-role": ([USER, {"role": "oracle", "content": "x"}],
                     "messages[1].role"),
    "empty-string": ([USER, {"role": "user", "content": ""}], "messages[1]"),
    "empty-array": ([{"role": "user", "content": []}], "messages[0]"),
    "no-content": ([{"role": "user"}], "messages[0]"),
    "number": ([{"role": "user", "content": 5}], "messages[0].content"),
    "no-base64": ([picture("!!!!")], "messages[0].content[0].image_url"),
    "odd-base64": ([picture("AAAAA")], "messages[0].content[0].image_url"),
    "base64-no-media": ([picture("")], "messages[0].content[0].image_url"),
    "bad-pdf": ([part(type="file", file={
        "file_data": "data:application/pdf;base64,@@"})],
        "messages[0].content[0].file"),
    "no-json": ([USER, calls("a", arguments="{\"a\": nope"), told("a")],
                "messages[1].tool_calls[0].function.arguments"),
    "no-object": ([USER, calls("a", arguments="[1]"), told("a")],
                  "messages[1].tool_calls[0].function.arguments"),
    "more-than-json": ([USER, calls("a", arguments="{} {}"), told("a")],
                       "messages[1].tool_calls[0].function.arguments"),
    "long-name-of-a-call": ([USER, calls("a", name=LONG_NAME), told("a")],
                            "messages[1].tool_calls[0].function.name"),
    "audio": ([part(type="input_audio", input_audio={
        "data": "AAAA", "format": "wav"})], "messages[0].content[0]"),
}
CHAT_MEMBERS = {
    "long-name": ({"tools": [{"type": "function", "function": {
        "name": LONG_NAME}}]}, "tools[0].function.name"),
    "no-name": ({"tools": [{"type": "function", "function": {}}]},
                "tools[0].function"),
    "other-tool": ({"tools": [{"type": "brand_new"}]}, "tools[0].type"),
    "n": ({"n": 2}, "n"),
    "format": ({"response_format": {"type": "xml"}}, "response_format.type"),
    "choice": ({"tool_choice": {"type": "function", "function": {
        "name": "none"}}, "tools": [{"type": "function", "function": {
            "name": "f"}}]}, "tool_choice"),
    "stop-ids": ({"stop": [13]}, "stop"),
    "search": ({"enable_search": True}, "enable_search"),
}


def check(gw, up, path, text, where):
    key = gw.new_key()
    with costs_nothing(gw, up):
        r = gw.request("POST", path, text, key)
    assert r.status == 400, (r, text)
    error = r.json()["error"]
    assert error["type"] == "invalid_request_error", r
    found = error["param"] if path == CHAT else error["message"]
    assert found.startswith(where) if path == CHAT else where in found, \
        (r, where)
    assert gw.rows(key) == []


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", [*CHATS, *CHAT_MEMBERS])
def test_chats(gw, up, name, stream):
    text = {"model": "on-anthropic", "stream": stream, "messages": [USER]}
    if name in CHATS:
        text["messages"], where = CHATS[name]
    else:
        more, where = CHAT_MEMBERS[name]
        text.update(more)
    check(gw, up, CHAT, text, where)


# ---- Messages, over chat completions ----

def blocks(*content, role="user"):
    return {"role": role, "content": list(content)}


def use(call, name="f", input={}):
    return {"type": "tool_use", "id": call, "name": name, "input": input}


def result(call, content="x"):
    return {"type": "tool_result", "tool_use_id": call, "content": content}


def by(*content):
    return blocks(*content, role="assistant")


def image(data, media="image/png"):
    return blocks({"type": "image", "source": {
        "type": "base64", "media_type": media, "data": data}})


MESSAGES_ = {
    "result-without-call": ([blocks(result("a"))], "messages[0].content[0]"),
    "result-of-another": ([USER, by(use("a")), blocks(result("b"))],
                          "messages["),
    "result-twice": ([USER, by(use("a")), blocks(result("a"), result("a"))],
                     "messages[2].content[1]"),
    "result-later": ([USER, by(use("a")), USER, by(
        {"type": "text", "text": "x"}), blocks(result("a"))], "messages["),
    "call-without-result": ([USER, by(use("a"), use("b")),
                             blocks(result("a"))], "messages["),
    "call-twice": ([USER, by(use("a"), use("a")), blocks(result("a"))],
                   "messages[1].content[1]"),
    "unknown-block": ([blocks({"type": "brand_new"})],
                      "messages[0].content[0]"),
    "unknown-in-a-result": ([USER, by(use("a")), blocks(
        result("a", [{"type": "brand_new"}]))], "messages[2].content[0]"),
    "unknown-role": ([USER, {"role": "oracle", "content": "x"}],
                     "messages[1].role"),
    "empty-string": ([{"role": "user", "content": ""}], "messages[0]"),
    "empty-array": ([blocks()], "messages[0]"),
    "no-content": ([{"role": "user"}], "messages[0]"),
    "number": ([{"role": "user", "content": 5}], "messages[0].content"),
    "no-base64": ([image("!!!!")], "messages[0].content[0]"),
    "odd-base64": ([image("AAAAA")], "messages[0].content[0]"),
    "blank-base64": ([image("AA AA")], "messages[0].content[0]"),
    "bad-pdf": ([blocks({"type": "document", "source": {
        "type": "base64", "media_type": "application/pdf", "data": "@@"}})],
        "messages[0].content[0]"),
    "input-no-object": ([USER, by(use("a", input="{}")), blocks(result("a"))],
                        "messages[1].content[0].input"),
    "long-name-of-a-call": ([USER, by(use("a", LONG_NAME)),
                             blocks(result("a"))],
                            "messages[1].content[0].name"),
    "file": ([blocks({"type": "image", "source": {
        "type": "file", "file_id": "file_1"}})], "messages[0].content[0]"),
}
MESSAGES_MEMBERS = {
    "no-max_tokens": ({"max_tokens": None}, "max_tokens"),
    "long-name": ({"tools": [{"name": LONG_NAME, "input_schema": {}}]},
                  "tools[0].name"),
    "no-name": ({"tools": [{"input_schema": {}}]}, "tools[0]"),
    "same-name": ({"tools": [{"name": "f"}, {"name": "f"}]}, "tools[1].name"),
    "server-tools": ({"tools": [{"type": "web_search_20250305",
                                 "name": "web_search"}]}, "tools"),
    "choice": ({"tools": [{"name": "f"}], "tool_choice": {
        "type": "tool", "name": "none"}}, "tool_choice"),
    "format": ({"output_config": {"format": {"type": "xml"}}},
               "output_config.format"),
    "system": ({"system": [{"type": "image"}]}, "system[0]"),
    "mcp": ({"mcp_servers": [{"url": "https://x"}]}, "mcp_servers"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", [*MESSAGES_, *MESSAGES_MEMBERS])
def test_messages(gw, up, name, stream):
    text = {"model": "on-openai", "stream": stream, "messages": [USER],
            "max_tokens": 9}
    if name in MESSAGES_:
        text["messages"], where = MESSAGES_[name]
    else:
        more, where = MESSAGES_MEMBERS[name]
        text.update(more)
    check(gw, up, MESSAGES, text, where)


@pytest.mark.parametrize("model", ["on-openai", "on-anthropic"])
def test_no_max_tokens(gw, up, model):
    """Wherever it goes."""
    check(gw, up, MESSAGES, {"model": model, "messages": [USER]},
          "max_tokens")


# ---- arguments of an answer ----

def answers(arguments, stream):
    call = {"index": 0, "id": "c", "type": "function", "function": {
        "name": "f", "arguments": arguments}}
    said = {"role": "assistant", "tool_calls": [call]}
    if not stream:
        return answer(dict(plain(usage=used(100, 50)), choices=[
            {"index": 0, "message": said, "finish_reason": "tool_calls"}]))
    return [head(), body(sse(
        dict(chunk(), choices=[{"index": 0, "delta": said}]),
        chunk(finish="tool_calls"), usage_chunk(used(100, 50)))), end()]


@pytest.mark.parametrize("arguments", ["{\"a\": nope", "[1]", "\"x\"", "{} {}",
                                       "{\"a\":1"])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_arguments_that_are_none(gw, up, key, arguments, stream):
    """Nothing is made of them that a client would take for a call.  Where
    nothing could be seen yet it is no answer, which costs nothing."""
    up.script(*answers(arguments, stream))
    r = gw.request("POST", MESSAGES, {
        "model": "on-openai", "max_tokens": 99, "messages": [USER],
        "stream": stream, "tools": [{"name": "f"}]}, key)
    row, = gw.settled(key)
    assert b"message_stop" not in r.body and b"stop_reason\":\"" not in r.body
    assert b"\"api_error\"" in r.body
    if stream and arguments == "{\"a\":1":     # it may become one still
        gw.expect_log("LG0076")
        assert r.status == 200 and bill(row) == (
            "settled/reported 750000000: input 100, output 50 "
            "[cut, upstream_error]")
        return
    gw.expect_log("LG0076", "LG0080")
    assert r.status == 502 and bill(row).startswith("failed/none 0")
