"""openai for Python of today, on a model that only Anthropic's own API has,
where something is wrong: errors in OpenAI's form, and what they cost."""
import types

import openai as sdk
import pytest
from harness import messages as m
from harness import shapes
from harness.keys import mistyped
from harness.upstream import body, close, end, gate, head, reset, silence

import scripted_messages as claude_says
from scripted_messages import fails, says, tool_calls, usage

pytestmark = pytest.mark.usefixtures("claude")
ASK = {"model": "sonnet", "messages": [
    {"role": "user", "content": "Who are you?"}]}
IN, OUT = 3_000_000, 15_000_000
BILL = 22 * IN + 18 * OUT
# 8 bytes of answer are two tokens; what Claude counted first stands
DELIVERED = 1000 * IN + 2 * OUT
ESTIMATED, FAILED = 2, 4        # states of a row
CALL = {"role": "assistant", "content": None, "tool_calls": [
    {"id": "toolu_1", "type": "function",
     "function": {"name": "f", "arguments": "{}"}}]}


def user(*parts):
    return {"messages": [{"role": "user", "content": list(parts)}]}


def fail(client, **more):
    with pytest.raises(sdk.APIStatusError) as caught:
        client.chat.completions.create(**{**ASK, **more})
    e = caught.value
    assert e.request_id == e.response.headers["x-request-id"]
    assert set(e.response.json()) == {"error"}
    assert set(e.body) == {"message", "type", "param", "code"}
    return e


# ---- refused before it is sent ----

@pytest.mark.parametrize("more, code, param", [
    ({"n": 2}, "unsupported_parameter", "n"),
    ({"extra_body": {"enable_search": True}}, "unsupported_parameter",
     "enable_search"),
    ({"extra_body": {"web_search_options": {}}}, "unsupported_parameter",
     "web_search_options"),
    ({"modalities": ["text", "audio"]}, "unsupported_modality",
     "modalities"),
    (user({"type": "input_audio", "input_audio": {
        "data": "UklGRg==", "format": "wav"}}), "unsupported_modality",
     "messages[0].content[0]"),
    (user({"type": "text", "text": "a"}, {
        "type": "image_url", "image_url": {"url": "data:image/png;base64,?"
                                           }}), "invalid_parameter",
     "messages[0].content[1].image_url.url"),
    (user({"type": "file", "file": {"file_id": "file-1"}}),
     "unsupported_parameter", "messages[0].content[0].file.file_id"),
    ({"messages": [*ASK["messages"], CALL]}, "invalid_parameter",
     "messages[1].tool_calls[0]"),
    ({"messages": [*ASK["messages"], {
        "role": "tool", "tool_call_id": "x", "content": "1"}]},
     "invalid_parameter", "messages[1].tool_call_id"),
    ({"messages": [{"role": "system", "content": "Be kind."}]},
     "invalid_parameter", "messages"),
    ({"tools": [{"type": "function", "function": {"name": "x" * 65}}]},
     "invalid_parameter", "tools[0].function.name"),
    ({"stop": [[1, 2]]}, "invalid_parameter", "stop[0]"),
])
def test_what_has_no_place_at_claude(openai, up, bill, key, more, code,
                                     param):
    e = fail(openai(), **more)
    assert type(e) is sdk.BadRequestError
    assert (e.code, e.param, e.type) == (code, param,
                                         "invalid_request_error")
    assert up.requests == []
    bill(key)


def test_wrong_keys_and_names(openai, up, bill, key):
    assert fail(openai(api_key=mistyped(key))).code == "invalid_api_key"
    assert fail(openai(), model="sonnet-4").code == "model_not_found"
    assert up.requests == []
    bill(key)


def test_a_budget_that_is_spent(openai, gw, up, bill):
    key = gw.new_key(budgets=[{"amount": "0.000000000001",
                               "currency": "USD", "window": "month"}])
    e = fail(openai(api_key=key))
    assert type(e) is sdk.RateLimitError and e.code == "insufficient_quota"
    assert e.response.headers["x-should-retry"] == "false"
    assert up.requests == []
    bill(key)


# ---- Claude's own errors, in OpenAI's form ----

@pytest.mark.parametrize("status, kind, cls, type_", [
    (400, "invalid_request_error", sdk.BadRequestError,
     "invalid_request_error"),
    (404, "not_found_error", sdk.NotFoundError, "invalid_request_error"),
    (413, "request_too_large", sdk.APIStatusError,
     "invalid_request_error"),
    (429, "rate_limit_error", sdk.RateLimitError, "requests"),
    (500, "api_error", sdk.InternalServerError, "server_error"),
    (504, "timeout_error", sdk.InternalServerError, "server_error")])
def test_claudes_errors(openai, gw, up, bill, key, status, kind, cls, type_):
    if status in (429, 500, 504):
        gw.expect_log("LG0080")
    up.script(fails(status, kind, "Claude says no.",
                    headers=[("Retry-After", "7")] if status == 429 else []))
    e = fail(openai(max_retries=0))
    assert type(e) is cls or cls is sdk.APIStatusError
    assert (e.status_code, e.type) == (status, type_)
    assert "Claude says no." in e.body["message"]
    if status == 429:
        assert e.response.headers["retry-after"] == "7"
    bill(key, 0, state=FAILED)


def test_overloaded_is_tried_again(openai, gw, up, bill, key, monkeypatch):
    """529 is Anthropic's own: to this SDK, too, it is the server's."""
    gw.expect_log("LG0080")
    slept = []
    monkeypatch.setattr("openai._base_client.time", types.SimpleNamespace(
        **{**vars(sdk._base_client.time), "sleep": slept.append}))
    up.script(fails(529, "overloaded_error", "Overloaded"))
    up.script(fails(529, "overloaded_error", "Overloaded"))
    up.script(says("hi", usage(22, 18)))
    e = fail(openai(max_retries=0))
    assert (e.status_code, e.type) == (529, "server_error")
    raw = openai().chat.completions.with_raw_response.create(**ASK)
    assert raw.parse().choices[0].message.content == "hi"
    assert raw.retries_taken == 1 and len(slept) == 1
    bill(key, 0, 0, BILL, state=None)


@pytest.mark.parametrize("status, kind", [
    (401, "authentication_error"), (402, "billing_error"),
    (403, "permission_error")])
def test_trouble_with_our_account_is_ours(openai, gw, up, bill, key, status,
                                          kind):
    gw.expect_log("LG0080")
    up.script(fails(status, kind, "Your account sk-ant-123."))
    e = fail(openai(max_retries=0))
    assert (e.status_code, e.code) == (502, "upstream_unavailable")
    assert "sk-ant-123" not in str(e)
    bill(key, 0, state=FAILED)


def test_a_context_that_is_too_short(openai, up, bill, key):
    """In the code that agents look for."""
    up.script(fails(400, "invalid_request_error",
                    "prompt is too long: 208310 tokens > 200000 maximum"))
    e = fail(openai())
    assert type(e) is sdk.BadRequestError
    assert e.code == "context_length_exceeded"
    assert "200000" in e.body["message"]
    bill(key, 0, state=FAILED)


# ---- streams that do not end well ----

def stream_until(client, text):
    stream, seen = client.chat.completions.create(**ASK, stream=True), ""
    while seen != text:
        seen += next(stream).choices[0].delta.content or ""
    return stream


def test_an_error_inside_a_stream(openai, claude, up, bill, key):
    up.script(claude.part("12345678"), gate("seen"), claude.trouble(), end())
    stream = stream_until(openai(), "12345678")
    up.open("seen")
    with pytest.raises(sdk.APIError, match="Overloaded") as caught:
        list(stream)
    assert caught.value.type == "server_error"
    row, = bill(key, DELIVERED, state=ESTIMATED)
    assert "upstream_error" in shapes.bill(row)


def test_an_error_before_the_first_word(openai, gw, up, bill, key):
    """A ping and an empty message promise nothing: it is still an HTTP
    error, and another upstream could be asked."""
    gw.expect_log("LG0080")
    up.script(head(), body(m.start()), body(m.PING), body(m.event(m.error())),
              end())
    with pytest.raises(sdk.InternalServerError, match="Overloaded") as caught:
        openai(max_retries=0).chat.completions.create(**ASK, stream=True)
    assert caught.value.status_code == 529
    bill(key, 0, state=FAILED)


@pytest.mark.parametrize("how, tags", [
    (reset(), ["AH01110", "LG0073"]), (close(), ["AH01110", "LG0073"]),
    (end(), ["LG0071"])], ids=["reset", "closed", "ended"])
def test_a_cut_stream_raises(openai, claude, gw, up, bill, key, how, tags):
    gw.expect_log(*tags)
    up.script(claude.part("12345678"), gate("seen"), how)
    stream = stream_until(openai(), "12345678")
    up.open("seen")
    with pytest.raises(sdk.APIError) as caught:
        list(stream)
    assert caught.value.code == "upstream_unavailable"
    bill(key, DELIVERED, state=ESTIMATED)


def test_a_call_that_was_cut_short(openai, up, bill, key):
    """Claude ran into max_tokens inside of its arguments: what there is of
    them comes, with the reason."""
    up.script(claude_says.whole(claude_says.events([
        claude_says.tool_block("toolu_1", "f", ['{"a": ', '"b'])],
        usage(22, 18), "max_tokens")))
    chunks = list(openai().chat.completions.create(**ASK, stream=True))
    assert "".join(c.function.arguments for x in chunks
                   for c in x.choices[0].delta.tool_calls or []) \
        == '{"a": "b'
    assert chunks[-1].choices[0].finish_reason == "length"
    bill(key, BILL)


def test_a_reader_that_leaves(openai, claude, up, bill, key, cancels):
    up.script(claude.part("12345678"), silence())
    stream_until(openai(), "12345678").close()
    up.wait_closed(up.requests[0])
    row, = bill(key, DELIVERED, state=ESTIMATED)
    assert "client_left" in shapes.bill(row) and row["reached"] == 1


def test_a_reader_that_leaves_is_read_on_for(openai, claude, gw, up, bill,
                                             key, aborts):
    """Where the model says so: then the bill is Claude's own count."""
    aborts("drain")
    rest = claude_says.streams([], usage(1000, 50))[4:]
    up.script(claude.part("12345678"), gate("left"), rest)
    stream_until(openai(), "12345678").close()
    gw.wait_drain()
    up.open("left")
    row, = bill(key, 1000 * IN + 50 * OUT)
    assert shapes.SOURCES[row["source"]] == "drained"


def test_text_beside_a_call(openai, up, bill, key):
    up.script(tool_calls([("toolu_1", "f", {})], usage(22, 18), "a"))
    got = openai().chat.completions.create(**ASK).choices[0]
    assert (got.message.content, got.finish_reason) == ("a", "tool_calls")
    bill(key, BILL)
