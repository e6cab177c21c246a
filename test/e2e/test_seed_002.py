"""One conversation format in front of OpenAI, Claude, Gemini, DeepSeek and
Qwen, each at the chat completions of its vendor."""
import json

import pytest

from harness.checks import costs_nothing, refused
from harness.shapes import bill, plain, sse, used
from harness.upstream import answer, body, end, head

CHAT = "/v1/chat/completions"
ALL = {"input": ["text", "image", "audio", "video", "pdf"],
       "output": ["text"]}
PRICE = {"currency": "USD", "tiers": [{"input": "1", "output": "2"}]}
LIMIT = {"context": 200000, "output": 16000}
# vendor: how its base_url ends, a model of it
VENDORS = {
    "openai": ("/v1", "gpt-5"),
    "anthropic": ("/v1", "claude-sonnet-4-5"),
    "google": ("/v1beta/openai", "gemini-3-pro"),
    "deepseek": ("", "deepseek-chat"),
    "bailian": ("/compatible-mode/v1", "qwen3-max"),
}


@pytest.fixture(scope="module")
def five(module_gw, session_upstream):
    gw = module_gw()
    for vendor, (path, model) in VENDORS.items():
        gw.must("PUT", "/upstreams/" + vendor, {
            "base_url": session_upstream.url + path, "dialect": "openai",
            "vendor": vendor, "credentials": [{"secret": "sk-" + vendor}]})
        for name, modalities in ((model, ALL),
                                 (model + "-text", {"input": ["text"]})):
            gw.must("PUT", "/models/" + name, {
                "routes": [{"upstream": vendor, "model": model}],
                "limit": LIMIT, "modalities": modalities, "price": PRICE,
                "estimates": "fixed"})
    return gw


@pytest.fixture
def gw(five, up):
    five.new_log_lines()
    yield five
    five.check_log()


@pytest.fixture
def key(gw):
    return gw.new_key()


def cost(prompt=1000, output=50):
    return (f"settled/reported {prompt * 1000000 + output * 2000000}: "
            f"input {prompt}, output {output}")


def written(model, more="", talk='[{"role":"user","content":"\\u4f60"}]'):
    return ('{ "model": "%s",%s"messages":%s\t}'
            % (model, more + "," if more else "", talk)).encode()


def ask(gw, key, data):
    return gw.request("POST", CHAT, data, key)


# ---- what is sent ----

# its own names, spelt as nobody would guess
FIELDS = {
    "roles": "",
    "not streamed": '"stream":false',
    "null": '"stream":null',
    "temperature": '"temperature":2.0',
    "top_p": '"top_p":1e-1',
    "tools": '"tools":[{"type":"function","function":{"name":"f",'
             '"parameters":{"z":1.0,"a":{}}}}]',
    "tool_choice": '"tool_choice":{"type":"function","function":'
                   '{"name":"f"}}',
    "auto": '"tool_choice":"auto"', "none": '"tool_choice":"none"',
    "required": '"tool_choice":"required"',
    "json_object": '"response_format":{ "type": "json_object" }',
    "json_schema": '"response_format":{"type":"json_schema","json_schema":'
                   '{"name":"x","schema":{"b":1,"a":1.50}}}',
    "low": '"reasoning_effort":"low"', "medium": '"reasoning_effort":"medium"',
    "high": '"reasoning_effort":"high"',
}
ROLES = ('[{"role":"system","content":"s"},{"role":"user","content":"u"},'
         '{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":'
         '"function","function":{"name":"f","arguments":"{\\"b\\":1.0}"}}]},'
         '{"role":"tool","tool_call_id":"c1","content":"\\u6674"},'
         '{"role":"assistant","content":"a"},{"role":"user","content":"v"}]')


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_vendor_gets_the_fields_as_they_are_written(gw, up, key, vendor):
    path, model = VENDORS[vendor]
    for more in FIELDS.values():
        there = json.dumps(plain("hi", model=model)).encode()
        up.script(answer(there))
        data = written(model, more, ROLES)
        r = ask(gw, key, data)
        assert r.status == 200 and r.body == there, r
        sent = up.requests[-1]
        assert sent.body == data
        assert sent.path == path + "/chat/completions"
        assert sent.header("Authorization") == "Bearer sk-" + vendor
        assert key not in repr(sent.headers)
    rows = gw.settled(key, len(FIELDS))
    assert {bill(r) for r in rows} == {cost()}


# names of the bound: what is sent, and what OpenAI, DeepSeek and all others
# get
BOUNDS = {
    "max_tokens": ('"max_tokens": 5e3', '"max_completion_tokens": 5e3',
                   '"max_tokens": 5e3'),
    "max_completion_tokens": (
        '"max_completion_tokens" :5000', '"max_completion_tokens" :5000',
        '"max_tokens" :5000'),
    "both": ('"max_tokens":6000,"max_completion_tokens":5000',
             '"max_completion_tokens":5000', '"max_tokens":6000'),
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", BOUNDS)
def test_the_bound_goes_under_the_name_that_is_known(gw, up, key, vendor,
                                                     name):
    given, openai, deepseek = BOUNDS[name]
    want = {"openai": openai, "deepseek": deepseek}.get(vendor, given)
    model = VENDORS[vendor][1]
    up.script(answer(plain()))
    assert ask(gw, key, written(model, given)).status == 200
    assert up.requests[0].body == written(model, want)
    row, = gw.settled(key)
    assert bill(row) == cost()


# what a model must declare, and the part
PARTS = {
    "text": (None, '{"type":"text","text":"What is this?"}'),
    "image_url": ("image", '{"type":"image_url","image_url":{"url":'
                           '"https://a.example/i.png","detail":"low"}}'),
    "image data": ("image", '{"image_url":{"url":"data:image\\/png;base64,'
                            'iVBORw0KGgo="},"type":"image_url"}'),
    "input_audio": ("audio", '{"type":"input_audio","input_audio":{"data":'
                             '"UklGRg==","format":"wav"}}'),
    "file": ("pdf", '{"type":"file","file":{"filename":"a.pdf","file_data":'
                    '"data:application/pdf;base64,JVBERi0="}}'),
    "video_url": ("video", '{"type":"video_url","video_url":{"url":'
                           '"https://a.example/v.mp4"}}'),
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", PARTS)
def test_parts_pass_to_models_that_declare_them(gw, up, key, vendor, name):
    what, part = PARTS[name]
    model = VENDORS[vendor][1]
    talk = ('[{"role":"system","content":"s"},{"role":"user","content":['
            '{"type":"text","text":"t"},%s ]}]' % part)
    up.script(answer(plain()))
    assert ask(gw, key, written(model, talk=talk)).status == 200
    assert up.requests[0].body == written(model, talk=talk)
    gw.settled(key)
    if what is None:
        return
    with costs_nothing(gw, up):
        refused(ask(gw, key, written(model + "-text", talk=talk)),
                "unsupported_modality", "messages[1].content[1]",
                f"does not take {what} input")


def test_models_are_those_of_the_key(gw):
    key = gw.new_key(models=["gpt-*", "qwen3-max"])
    got = gw.request("GET", "/v1/models", key=key).json()
    assert {m["id"] for m in got["data"]} == {"gpt-5", "gpt-5-text",
                                             "qwen3-max"}
    with costs_nothing(gw):
        refused(ask(gw, key, written("deepseek-chat")), "model_not_found",
                "model")


# ---- what comes back ----

def chunk(delta, finish=None, **more):
    return dict({"id": "c-1", "object": "chat.completion.chunk", "created": 1,
                 "model": "m", "choices": [
                     {"index": 0, "delta": delta, "finish_reason": finish}]},
                **more)


CALL = {"index": 0, "id": "c1", "type": "function",
        "function": {"name": "f", "arguments": ""}}
ARGS = {"index": 0, "function": {"arguments": '{"b": 1.0}'}}
STREAMS = {
    "stop": [chunk({"role": "assistant", "content": ""}),
             chunk({"content": "Hi"}), chunk({}, "stop")],
    "length": [chunk({"role": "assistant", "content": "Hi"}),
               chunk({}, "length")],
    "tool_calls": [chunk({"role": "assistant", "content": None,
                          "tool_calls": [CALL]}),
                   chunk({"tool_calls": [ARGS]}), chunk({}, "tool_calls")],
    "reasoning_content": [chunk({"role": "assistant", "content": None,
                                 "reasoning_content": "hm"}),
                          chunk({"content": "Hi", "reasoning_content": None}),
                          chunk({}, "stop")],
}
ASKED = '"stream":true,"stream_options":{"include_usage":true}'
USAGE = dict(chunk({}), choices=[], usage=used(1000, 50))


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_relayed(gw, up, key, vendor, name):
    there = sse(*STREAMS[name], USAGE)
    up.script(head(), body(there), end())
    r = ask(gw, key, written(VENDORS[vendor][1], ASKED))
    assert r.headers["Content-Type"].startswith("text/event-stream")
    assert r.body == there and there.endswith(b"data: [DONE]\n\n")
    row, = gw.settled(key)
    assert bill(row).removesuffix(" [thinking]") == cost()


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("reported", [True, False])
def test_usage_is_there_only_where_it_was_reported(gw, up, key, asked,
                                                   reported):
    """What is estimated for the bill never looks like a count."""
    events = STREAMS["stop"]
    up.script(head(), body(sse(*events, *([USAGE] * reported))), end())
    more = ASKED if asked else '"stream":true'
    r = ask(gw, key, written("gpt-5", more))
    assert r.body == sse(*events, *([USAGE] * (asked and reported)))
    document = plain(usage=used(1000, 50) if reported else None)
    up.script(answer(document))
    r = ask(gw, key, written("gpt-5"))
    assert r.json() == document
    for row in gw.settled(key, 2):
        if reported:
            assert bill(row) == cost()
        else:
            assert bill(row).startswith("estimated/estimated ")


# ---- Gemini's ways ----

def gemini(code, status, message="Told by Gemini."):
    return json.dumps([{"error": {"code": code, "message": message,
                                  "status": status}}], indent=2).encode()


@pytest.mark.parametrize("code, status", [
    (400, "INVALID_ARGUMENT"), (404, "NOT_FOUND"),
    (429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE")])
def test_gemini_errors_are_arrays_with_numbers(gw, up, key, code, status):
    if code not in (400, 404):
        gw.expect_log("LG0080")
    there = gemini(code, status)
    up.script(answer(there, code, [("Retry-After", "7")] * (code == 429)))
    r = ask(gw, key, written("gemini-3-pro"))
    assert r.status == code and r.body == there
    assert r.headers["Retry-After"] == ("7" if code == 429 else None)
    row, = gw.settled(key)
    assert row["state"] == 4 and row["amount"] == 0     # failed


@pytest.mark.parametrize("code, status, message", [
    (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API "
                              "key."),
    (403, "PERMISSION_DENIED", "Your API key was reported as leaked.")])
def test_gemini_errors_about_our_account(gw, up, key, code, status, message):
    gw.expect_log("LG0080")
    up.script(answer(gemini(code, status, message), code))
    r = ask(gw, key, written("gemini-3-pro"))
    refused(r, "upstream_unavailable")
    assert b"API key" not in r.body
    row, = gw.settled(key)
    assert row["amount"] == 0


@pytest.mark.parametrize("stream", [False, True])
def test_gemini_counts_its_thoughts_in_the_total_only(gw, up, key, stream):
    count = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115}
    if stream:
        last = chunk({"content": "Hi"}, "stop", usage=count)
        up.script(head(), body(sse(last)), end())
    else:
        up.script(answer(plain(usage=count)))
    more = ASKED if stream else ""
    assert ask(gw, key, written("gemini-3-pro", more)).status == 200
    row, = gw.settled(key)
    assert bill(row) == cost(10, 105)


def test_gemini_signs_its_tool_calls(gw, up, key):
    """Calls without an index come, and the signature goes back as it was."""
    call = {"function": {"name": "f", "arguments": '{"b":1.0}'}, "id": "c1",
            "type": "function", "extra_content": {
                "google": {"thought_signature": "CiQB\\/a=="}}}
    there = sse(chunk({"role": "assistant", "tool_calls": [call]}),
                chunk({}, "tool_calls"), USAGE, end="\r\n")
    up.script(head(), body(there), end())
    r = ask(gw, key, written("gemini-3-pro", ASKED))
    assert r.body == there
    talk = json.dumps([{"role": "user", "content": "u"},
                       {"role": "assistant", "tool_calls": [call]},
                       {"role": "tool", "tool_call_id": "c1",
                        "content": "r"}], separators=(" ,", ": "))
    more = ('"extra_body":{"google":{"thinking_config":{"thinking_budget":'
            '1.0e3,"include_thoughts":true}}}')
    up.script(answer(plain()))
    data = written("gemini-3-pro", more, talk)
    assert ask(gw, key, data).status == 200
    assert up.requests[1].body == data
    assert [bill(row) for row in gw.settled(key, 2)] == [cost(), cost()]


# ---- Claude, by Anthropic's OpenAI-compatible endpoint ----

@pytest.mark.parametrize("status, kind", [
    (400, "invalid_request_error"), (413, "request_too_large"),
    (429, "rate_limit_error"), (500, "api_error"), (529, "overloaded_error")])
def test_claude_errors_pass(gw, up, key, status, kind):
    if status not in (400, 413):
        gw.expect_log("LG0080")
    there = json.dumps({"error": {"code": kind, "message": "Told by Claude.",
                                  "type": kind, "param": None}}).encode()
    up.script(answer(there, status))
    r = ask(gw, key, written("claude-sonnet-4-5"))
    assert r.status == status and r.body == there
    row, = gw.settled(key)
    assert row["amount"] == 0


def test_claude_says_nothing_of_caches(gw, up, key):
    """thinking and a marker go there as they are; details are empty."""
    count = dict(used(1000, 50), prompt_tokens_details=None,
                 completion_tokens_details={})
    up.script(answer(plain(usage=count)))
    data = written("claude-sonnet-4-5", '"thinking":{"type":"enabled",'
                   '"budget_tokens":2e3},"max_completion_tokens":4000',
                   '[{"role":"user","content":[{"type":"text","text":"t",'
                   '"cache_control":{"type":"ephemeral"}}]}]')
    assert ask(gw, key, data).status == 200
    assert up.requests[0].body == data
    row, = gw.settled(key)
    assert bill(row) == cost()
