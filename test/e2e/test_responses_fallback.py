"""From one upstream of the Responses API to the next, or to one of chats: the
first says nothing that a client could see, the second answers."""
import json

import pytest

from harness import responses as r9
from harness.shapes import bill, chunk, sse, usage_chunk, used
from harness.upstream import answer, body, close, end, head, reset

PING = b'event: ping\ndata: {"type":"keepalive","sequence_number":3}\n\n'
ERROR = r9.event("error", code="server_error", message="Busy.")
LINK = "<html>Sorry</html>"

# what the first one says, and what becomes of it
SAYS = {
    "nothing": lambda: [head(), end()],
    "a-status": lambda: answer(r9.error(), 503),
    "tempo": lambda: answer(r9.error("Slow down.", "rate_limit_exceeded"),
                            429),
    "money": lambda: answer(r9.error("Pay.", "insufficient_quota"), 429),
    "an-error": lambda: [head(), body(ERROR), end()],
    "failed": lambda: [head(), body(r9.failed()), end()],
    "failed-for-money": lambda: [head(), body(r9.failed(
        "insufficient_quota", "Pay.")), end()],
    "pings": lambda: [head(), body(PING * 2), end()],
    "pings-then-failed": lambda: [head(), body(PING + r9.failed()), end()],
    "comments": lambda: [head(), body(b": wait\n\n"), end()],
    "html": lambda: [head(content_type="text/html"), body(LINK.encode()),
                     end()],
    "another-kind": lambda: [head(), body(b'data: {"a": 1}\n\n'), end()],
    "a-chat": lambda: answer({"id": "chatcmpl-1", "choices": [{
        "message": {"content": "x"}}], "usage": {"prompt_tokens": 9}}),
    "done": lambda: [head(), body(b"data: [DONE]\n\n"), end()],
    "half": lambda: [head(), body(r9.framed("created")[:-5]), end()],
    "reset": lambda: [head(), reset()],
    "failed-document": lambda: answer(r9.document(
        status="failed", error={"code": "server_error", "message": "x"})),
    "no-output": lambda: answer({"id": "resp_1", "object": "response",
                                 "status": "completed"}),
}
# the opening of an answer is passed on: no other attempt follows
OPENS = {
    "then-the-end": (lambda: [body(r9.framed("created")), end()], "LG0071"),
    "then-a-break": (lambda: [body(r9.framed("created")), close()],
                     "LG0073"),
    "then-failed": (lambda: [body(r9.framed("created") + r9.failed()),
                             end()], None),
}


@pytest.fixture(scope="module")
def openai(session_gw, session_upstream):
    r9.set_up(session_gw, session_upstream, {"twice": dict(r9.GPT, routes=[
        {"upstream": "openai", "model": "a", "priority": 0},
        {"upstream": "openai", "model": "b", "priority": 1}])})
    return session_gw


@pytest.fixture
def gw(openai, gw):
    return gw


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "plain"])
@pytest.mark.parametrize("name", SAYS)
def test_the_next_one_answers(gw, up, key, name, stream):
    up.script(*SAYS[name]())
    want = b"".join(r9.stream("four", " more"))
    if stream:
        up.script(head(), body(want), end())
    else:
        up.script(answer(r9.document("four more")))
    with gw.stream(key, r9.body(model="twice", stream=stream),
                   r9.PATH) as s:
        data = s.rest()
        assert s.ended and s.status == 200, data
    if stream:
        assert data == b": wait\n\n" * (name == "comments") + want
    else:
        assert b"four more" in data and b"wait" not in data
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT and row["attempts"] == 2
    assert [r.json()["model"] for r in up.requests] == ["a", "b"]
    gw.expect_log("LG0080", *["AH01110"] * (name == "reset"))


@pytest.mark.parametrize("name", OPENS)
def test_what_only_opens(gw, up, key, name):
    """The error that ends it has the answer's own id, and goes on counting
    its events."""
    steps, tag = OPENS[name]
    up.script(head(), *steps())
    with gw.stream(key, r9.body(model="twice", stream=True), r9.PATH) as s:
        data = s.rest()
        assert s.ended and s.status == 200
    assert data.startswith(r9.framed("created"))
    last = data[len(r9.framed("created")):]
    assert last.startswith(b"event: response.failed\n")
    if tag:
        assert b'"sequence_number":1,' in last and b'"id":"resp_01"' in last
        gw.expect_log(tag, *["AH01110"] * (tag == "LG0073"))
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0") and row["attempts"] == 1


def test_none_of_them_answers(gw, up, key):
    """What the last one said is passed on."""
    for stream in (True, False):
        key = gw.new_key()
        up.script(*answer(r9.error(), 503))
        up.script(*answer(r9.error("Both are busy."), 503))
        r = gw.request("POST", r9.PATH, r9.body(model="twice",
                                                stream=stream), key)
        assert r.status == 503 and r.json() == r9.error("Both are busy.")
        row, = gw.settled(key)
        assert bill(row).startswith("failed/none 0") and row["attempts"] == 2
    gw.expect_log("LG0080")


# ---- and to one of chats ----

def thinks(text, said):
    """A chat that shows what it thinks."""
    def delta(**more):
        return dict(chunk(), choices=[{"index": 0, "delta": more,
                                       "finish_reason": None}])
    return [head(), body(sse(
        delta(role="assistant", content=""), delta(reasoning_content=text),
        delta(content=said), chunk(finish="stop"),
        usage_chunk(used(1000, 50)))), end()]


def test_a_conversation_goes_on_elsewhere(gw, up, key):
    """What the chat thought is not sent to OpenAI, and what OpenAI sealed is
    not shown to the chat."""
    gw.must("PUT", "/upstreams/chats", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "endpoints": ["chat/completions"],
        "credentials": [{"secret": "sk-x"}]})
    gw.must("PUT", "/models/mixed", dict(r9.GPT, routes=[
        {"upstream": "openai", "model": "gpt-5", "priority": 0},
        {"upstream": "chats", "model": "qwen3", "priority": 1}]))
    text = r9.body(model="mixed", include=["reasoning.encrypted_content"])
    history = [{"role": "user", "content": "hello"}]

    def turn():
        with gw.stream(key, dict(text, stream=True, input=history),
                       r9.PATH) as s:
            data = s.rest()
        last = data.decode().rstrip("\n").rpartition("\ndata: ")[2]
        return json.loads(last)["response"]["output"]

    up.script(answer(r9.error(), 503))
    up.script(*thinks("Hm.", "Hi."))
    output = turn()
    assert [o["type"] for o in output] == ["reasoning", "message"]
    assert output[0]["encrypted_content"].startswith("llmgw1:")
    history += [*output, {"role": "user", "content": "again"}]
    up.script(head(), *(body(e) for e in r9.stream("Yes.")), end())
    turn()
    assert [r.path for r in up.requests] == [
        r9.PATH, "/v1/chat/completions", r9.PATH]
    again = up.requests[2].json()["input"]
    assert [i["type"] for i in again if "type" in i] == ["message"]
    history += [{"type": "reasoning", "id": "rs_1", "summary": [],
                 "encrypted_content": "gAAA"},
                r9.message("Yes."), {"role": "user", "content": "more"}]
    up.script(answer(r9.error(), 503))
    up.script(*thinks("Hm.", "Hi."))
    turn()
    chat = up.requests[-1].body
    assert b"gAAA" not in chat and b"Hm." in chat
    rows = gw.settled(key, 3)
    assert [(r["input"], r["output"]) for r in rows] == [(1000, 50)] * 3
    gw.expect_log("LG0080")
