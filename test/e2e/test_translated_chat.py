"""Chat completions over an upstream that speaks Anthropic's Messages: what is
asked there, what comes back, and the bill; and models that have upstreams of
both kinds."""
import json

import pytest

from harness import messages as m
from harness.shapes import bill, chunk, pico, plain, sse, trip, used
from harness.upstream import (answer, body, close, end, gate, head, pieces,
                              reset, silence)

PATH = "/v1/chat/completions"
LEFT = "estimated/estimated"
ERROR = m.event(m.error(), "error")


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream)
    price = {"currency": "USD", "tiers": [{"input": "3", "output": "15"}]}
    limit = {"context": 200000, "output": 8000}
    for name, routes in {
            "native-first": ["mock", "claude"],
            "written-first": ["claude", "mock"]}.items():
        session_gw.must("PUT", "/models/" + name, {
            "estimates": "fixed", "price": price, "limit": limit,
            "routes": [{"upstream": u, "model": u + "-model", "priority": i}
                       for i, u in enumerate(routes)]})
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def ask(stream=False, **more):
    o = dict({"model": "sonnet", "max_tokens": 1000, "messages": [
        {"role": "user", "content": "hello"}]}, **more)
    return dict(o, stream=True) if stream else o


def post(gw, key, **more):
    return gw.request("POST", PATH, ask(**more), key)


def chunks(data):
    """The chunks of a whole stream, [DONE] left out, comments too."""
    parts = [p for p in data.decode().split("\n\n")
             if p and not p.startswith(":")]
    assert all(p.startswith("data: ") for p in parts)
    return [json.loads(p[6:]) for p in parts if p != "data: [DONE]"]


def text_of(data):
    return "".join(o["choices"][0]["delta"].get("content") or ""
                   for o in chunks(data) if o.get("choices"))


def whole(gw, key, **more):
    with gw.stream(key, ask(stream=True, **more), PATH) as s:
        data = s.rest()
        assert s.ended and s.status == 200
        assert s.headers["content-type"] == "text/event-stream; charset=utf-8"
    return data


def script(up, *events):
    up.script(head(), *(body(e) for e in events), end())


# ---- answers ----

def test_a_plain_answer(gw, up, key):
    up.script(answer(m.document(usage=dict(
        m.LAST, cache_read_input_tokens=200))))
    r = post(gw, key, messages=[{"role": "system", "content": "Be kind."},
                                {"role": "user", "content": "hello"}])
    sent = up.requests[0]
    assert sent.path == "/v1/messages"
    assert sent.header("x-api-key") == "sk-ant-upstream-secret"
    assert sent.header("anthropic-version")
    assert sent.json()["max_tokens"] == 1000
    assert "Be kind." in json.dumps(sent.json()["system"])
    assert [x["role"] for x in sent.json()["messages"]] == ["user"]
    o = r.json()
    assert r.status == 200 and o["object"] == "chat.completion"
    assert o["choices"][0]["message"]["content"] == "Hello"
    assert o["choices"][0]["finish_reason"] == "stop"
    assert o["id"] == "chatcmpl-" + r.headers["x-request-id"][4:]
    assert o["usage"]["prompt_tokens"] == 1200
    assert o["usage"]["prompt_tokens_details"]["cached_tokens"] == 200
    assert o["usage"]["completion_tokens"] == 50
    row, = gw.settled(key)
    assert bill(row) == ("settled/reported 4350000000: input 1000, "
                         "cache_read 200, output 50")
    assert row["bytes"] == len(r.body) and trip(row) == "200 reached 1"


def test_markers_are_explicit(gw, up, key):
    """So is what is read of the cache then, at its price."""
    up.script(answer(m.document(usage=dict(
        m.LAST, cache_read_input_tokens=200))))
    text = {"type": "text", "text": "hello",
            "cache_control": {"type": "ephemeral"}}
    post(gw, key, messages=[{"role": "user", "content": [text]}])
    assert up.requests[0].json()["messages"][0]["content"] == [text]
    row, = gw.settled(key)
    assert bill(row) == ("settled/reported 3810000000: input 1000, "
                         "cache_read_explicit 200, output 50")


@pytest.mark.parametrize("wants", [False, True], ids=["quiet", "usage"])
def test_a_streamed_answer(gw, up, key, wants):
    more = {"stream_options": {"include_usage": True}} if wants else {}
    script(up, *m.stream())
    data = whole(gw, key, **more)
    assert data.endswith(b"data: [DONE]\n\n")
    assert text_of(data) == "Hello"
    found = chunks(data)
    assert found[0]["choices"][0]["delta"]["role"] == "assistant"
    reasons = [o["choices"][0]["finish_reason"] for o in found
               if o["choices"]]
    assert [x for x in reasons if x] == ["stop"]
    last = found[-1]
    assert (last["choices"] == []) == wants
    if wants:
        assert last["usage"]["prompt_tokens"] == 1000
        assert last["usage"]["completion_tokens"] == 50
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["bytes"] == len(data)


def test_events_leave_as_they_come(gw, up, key):
    up.script(head(), *(body(e) for e in (m.start(), m.block(), m.PING)),
              gate("nothing"), body(m.delta("Hel")), gate("seen"),
              body(m.delta("lo")), body(m.stop()), body(m.last()),
              gate("end"), body(m.end()), end())
    with gw.stream(key, ask(stream=True), PATH) as s:
        up.wait_at("nothing")
        assert s.silent()
        up.open("nothing")
        while b"Hel" not in s.event():
            pass
        up.open("seen")
        assert b"lo" in s.event()
        up.wait_at("end")
        assert gw.rows(key) == []
        up.open("end")
        assert s.rest().endswith(b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_tools_keep_their_bytes(gw, up, key):
    call = m.block(1, type="tool_use", id="toolu_1", name="look", input={})
    script(up, m.start(), m.block(), m.delta("Let me"), m.stop(), call,
           m.delta("{\"b\": 1.0", 1, "input_json", "partial_json"),
           m.delta(", \"a\":2}", 1, "input_json", "partial_json"), m.stop(1),
           m.last(reason="tool_use"), m.end())
    data = whole(gw, key, tools=[{"type": "function", "function": {
        "name": "look", "parameters": {"type": "object"}}}])
    assert up.requests[0].json()["tools"][0]["name"] == "look"
    calls = [c for o in chunks(data) for c in
             o["choices"][0]["delta"].get("tool_calls", [])]
    assert calls[0]["id"] == "toolu_1" and calls[0]["index"] == 0
    assert calls[0]["function"]["name"] == "look"
    assert "".join(c["function"].get("arguments", "") for c in calls) \
        == "{\"b\": 1.0, \"a\":2}"
    assert chunks(data)[-1]["choices"][0]["finish_reason"] == "tool_calls"
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_below_the_envelope(gw, up, key):
    up.script(answer(m.document()))
    r = gw.request("POST", "/api/v1/chat/completions", ask(), key)
    o = r.json()
    assert o["success"] is True and o["code"] == "200"
    assert o["data"]["choices"][0]["message"]["content"] == "Hello"
    assert int(r.headers["content-length"]) == len(r.body)
    up.script(answer(m.error("invalid_request_error", "No."), 400))
    r = gw.request("POST", "/api/v1/chat/completions", ask(), key)
    assert r.status == 400 and r.json()["code"] == "400"
    assert r.json()["message"] == "No."
    gw.settled(key, 2)


# ---- what is refused ----

@pytest.mark.parametrize("more, param", [
    ({"n": 2}, "n"),
    ({"messages": [{"role": "user", "content": "x"}, {
        "role": "tool", "tool_call_id": "none", "content": "x"}]},
     "messages[1]"),
], ids=["n", "result-without-call"])
def test_what_cannot_be_put_is_refused(gw, up, key, more, param):
    r = post(gw, key, **more)
    assert r.status == 400 and r.json()["error"]["param"].startswith(param)
    assert up.requests == [] and gw.rows(key) == []


def test_what_was_dropped_is_named(gw, up, key):
    up.script(answer(m.document()))
    r = post(gw, key, seed=1)
    assert r.headers["x-llmgw-dropped"].split(", ") == ["seed"]
    assert "seed" not in up.requests[0].json()
    gw.settled(key)


# ---- bounds ----

def test_the_bound_of_ours_is_sent(gw, up):
    """Where the client asks for none, the key's limit is."""
    key = gw.new_key(limits={"max_output_tokens": 777})
    up.script(answer(m.document()))
    assert post(gw, key, max_tokens=None).status == 200
    assert up.requests[0].json()["max_tokens"] == 777
    gw.settled(key)


def reserved(gw, key, up, **more):
    """Pico-units that a chat holds while it is under way."""
    number = f"held-{len(up.requests)}"
    up.script(head(), gate(number), *(body(e) for e in m.stream()), end())
    with gw.stream(key, ask(stream=True, **more), PATH) as s:
        up.wait_at(number)
        held = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
        up.open(number)
        s.rest()
    return pico(held["reserved"])


def test_the_reserve_is_the_larger_of_both(gw, up):
    """A body that becomes longer is reserved by what it becomes, one that
    becomes shorter by what it was."""
    key = gw.new_key(budgets=[{"amount": "100", "currency": "USD",
                               "window": "total"}])
    short = reserved(gw, key, up)
    sent = up.requests[-1].body
    assert short >= 3_000_000 * len(sent)
    longer = reserved(gw, key, up, seed=123456789, user="x" * 1000)
    assert longer - short >= 3_000_000 * 1000
    for row in gw.settled(key, 2):
        assert bill(row) == m.EXACT


# ---- ends that are none ----

STEPS = [m.start(), m.block(), m.delta("Hel"), m.delta("lo"), m.stop()]


@pytest.mark.parametrize("how", [close, reset], ids=["close", "reset"])
@pytest.mark.parametrize("after", range(6))
def test_a_stream_that_is_cut(gw, up, key, after, how):
    """At each event; before something could be seen another upstream might
    have been asked."""
    gw.expect_log("AH01110", "LG0073" if after > 2 else "LG0080")
    up.script(head(), *(body(e) for e in STEPS[:after]), gate("cut"), how())
    with gw.stream(key, ask(stream=True), PATH) as s:
        if after > 2:
            while b"Hel" not in s.event():
                pass
        up.wait_at("cut")
        up.open("cut")
        data = s.rest()
    row, = gw.settled(key)
    if after <= 2:
        assert s.status == 502 and bill(row).startswith("failed/none 0")
        return
    assert b"[DONE]" not in data
    assert chunks(data)[-1]["error"]["code"] == "upstream_unavailable"
    assert bill(row).startswith(LEFT) and "cut" in bill(row)


def test_an_end_without_message_stop(gw, up, key):
    script(up, *m.stream()[:-1])
    assert whole(gw, key).endswith(b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_an_error_in_the_middle(gw, up, key):
    script(up, *STEPS[:3], ERROR)
    data = whole(gw, key)
    assert chunks(data)[-1]["error"] == {
        "message": "Overloaded", "type": "server_error", "param": None,
        "code": "overloaded"}
    assert b"[DONE]" not in data
    row, = gw.settled(key)
    assert bill(row).startswith(("estimated", "settled"))
    assert "upstream_error" in bill(row)


def test_one_byte_at_a_time(gw, up, key):
    up.script(head(), *pieces(b"".join(m.stream()), 1), end())
    assert text_of(whole(gw, key)) == "Hello"
    row, = gw.settled(key)
    assert bill(row) == m.EXACT


def test_a_client_that_leaves(gw, up, key):
    up.script(head(), *(body(e) for e in STEPS[:3]), gate("left"), silence())
    s = gw.stream(key, ask(stream=True), PATH)
    while b"Hel" not in s.event():
        pass
    up.wait_at("left")
    s.close()
    up.open("left")
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row).startswith(LEFT) and "client_left" in bill(row)


# ---- errors ----

@pytest.mark.parametrize("status, kind, want", [
    (400, "invalid_request_error", ("invalid_request_error",
                                    "invalid_parameter")),
    (413, "request_too_large", ("invalid_request_error",
                                "request_too_large")),
    (429, "rate_limit_error", ("requests", "rate_limit_exceeded")),
    (500, "api_error", ("server_error", "upstream_unavailable")),
    (529, "overloaded_error", ("server_error", "overloaded"))])
def test_errors_are_in_the_clients_shape(gw, up, key, status, kind, want):
    gw.expect_log(*["LG0080"] * (status >= 429))
    up.script(answer(m.error(kind, "Theirs."), status, [("Retry-After", "7")],
                     reason="X"))
    r = post(gw, key, stream=True)
    assert r.status == status and r.headers["retry-after"] == "7"
    assert r.json() == {"error": {"message": "Theirs.", "type": want[0],
                                  "param": None, "code": want[1]}}
    row, = gw.settled(key)
    assert row["status"] == status and row["amount"] == 0


def test_a_context_that_is_too_short(gw, up, key):
    up.script(answer(m.error("invalid_request_error", "prompt is too long: "
                             "215000 tokens > 200000 maximum"), 400))
    assert post(gw, key).json()["error"]["code"] == "context_length_exceeded"
    gw.settled(key)


# ---- upstreams of both kinds ----

def test_who_serves_it_natively_comes_first(gw, up, key):
    for name in ("native-first", "written-first"):
        up.clear()
        up.script(answer(plain(usage=used(1000, 50))))
        r = post(gw, key, model=name)
        assert r.status == 200 and r.json()["id"] == "chatcmpl-1"
        assert up.requests[0].path == PATH
        assert up.requests[0].json()["model"] == "mock-model"
    for row in gw.settled(key, 2):
        assert row["upstream"] == "mock"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_the_other_kind_takes_over(gw, up, key, stream):
    gw.expect_log("LG0080")
    up.script(answer({"error": {"message": "x"}}, 503))
    if stream:
        script(up, *m.stream())
        assert text_of(whole(gw, key, model="native-first")) == "Hello"
    else:
        up.script(answer(m.document()))
        o = post(gw, key, model="native-first").json()
        assert o["choices"][0]["message"]["content"] == "Hello"
    assert [r.path for r in up.requests] == [PATH, m.PATH]
    assert up.requests[1].json()["model"] == "claude-model"
    row, = gw.settled(key)
    assert row["upstream"] == "claude" and row["attempts"] == 2
    assert gw.attempts(row) == [("mock", 503, "status")]
    assert bill(row) == m.EXACT


def test_a_custom_tool_and_its_way_back(gw, up, key):
    tools = [{"type": "custom", "custom": {"name": "patch"}}]
    script(up, m.start(),
           m.block(type="tool_use", id="toolu_1", name="patch", input={}),
           m.delta('{"input": "*** a', 0, "input_json", "partial_json"),
           m.delta('\\n"}', 0, "input_json", "partial_json"), m.stop(),
           m.last(reason="tool_use"), m.end())
    calls = [o["choices"][0]["delta"]["tool_calls"][0]
             for o in chunks(whole(gw, key, tools=tools))
             if o["choices"][0]["delta"].get("tool_calls")]
    tool, = up.requests[0].json()["tools"]
    assert tool["input_schema"]["required"] == ["input"]
    assert calls[0] == {"index": 0, "id": "toolu_1", "type": "custom",
                        "custom": {"name": "patch", "input": ""}}
    text = "".join(c["custom"]["input"] for c in calls)
    assert text == "*** a\n"
    up.script(answer(m.document()))
    r = post(gw, key, tools=tools, messages=[
        {"role": "user", "content": "do"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "toolu_1", "type": "custom",
             "custom": {"name": "patch", "input": text}}]},
        {"role": "tool", "tool_call_id": "toolu_1", "content": "done"}])
    assert r.status == 200
    assert up.requests[1].json()["messages"][1]["content"] == [
        {"type": "tool_use", "id": "toolu_1", "name": "patch",
         "input": {"input": text}}]
    gw.settled(key, 2)


def test_what_cannot_be_put_to_it_is_no_attempt(gw, up, key):
    """n is 2: only the upstream that was tried first takes it."""
    gw.expect_log("LG0080")
    up.script(answer({"error": {"message": "x"}}, 503))
    r = post(gw, key, model="native-first", n=2)
    assert r.status == 503 and len(up.requests) == 1
    row, = gw.settled(key)
    assert row["attempts"] == 1


def test_comments_of_the_first_and_an_answer_of_the_other(gw, up, key):
    """What the client has by then is a stream, and goes on as one."""
    gw.expect_log("LG0080")
    up.script(head(), body(b": wait\n\n"), end())
    script(up, *m.stream())
    with gw.stream(key, ask(stream=True, model="native-first"), PATH) as s:
        data = s.rest()
        assert s.ended
    assert data.startswith(b": wait\n\n") and text_of(data) == "Hello"
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["bytes"] == len(data)


def test_the_messages_of_a_model_of_both_kinds(gw, up, key):
    gw.expect_log("LG0080")
    up.script(answer(m.error(), 529, reason="X"))
    up.script(head(), body(sse(chunk("Hi"), chunk(finish="stop"),
                               dict(chunk(), choices=[],
                                    usage=used(1000, 50)))), end())
    with gw.stream(key, m.body(stream=True, model="native-first"),
                   m.PATH) as s:
        data = s.rest()
    assert [r.path for r in up.requests] == [m.PATH, PATH]
    assert data.startswith(b"event: message_start") and b"message_stop" in data
    row, = gw.settled(key)
    assert bill(row) == m.EXACT and row["upstream"] == "mock"
