"""Model Studio's OpenAI-compatible chat: each parameter of its tables, what
comes back, and its errors, by status, type, code and words."""
import json

import pytest

from harness.checks import costs_nothing, refused
from harness.shapes import bill, sse
from harness.upstream import answer, body, end, head

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
ENVELOPE = "/api/v1/chat/completions"
# mod_rewrite answers with what no test can bring about in ours
CONF = """
<Location "/">
RewriteEngine On
RewriteCond "%{HTTP:x-answer-with}" =500
RewriteRule ^ - [R=500,L]
RewriteCond "%{HTTP:x-answer-with}" =503
RewriteRule ^ - [R=503,L]
</Location>
"""


@pytest.fixture(scope="module")
def studio(module_gw, session_upstream):
    gw = module_gw(conf=CONF, modules=("rewrite",))
    gw.must("PUT", "/upstreams/bailian", {
        "base_url": session_upstream.url + "/compatible-mode/v1",
        "dialect": "openai", "vendor": "bailian",
        "credentials": [{"secret": "sk-bailian"}]})
    gw.must("PUT", "/models/qwen-turbo", {
        "routes": [{"upstream": "bailian"}], "estimates": "fixed",
        "limit": {"context": 131072, "output": 16384},
        "price": {"currency": "CNY", "tiers": [
            {"input": "0.3", "output": "0.6"}]}})
    return gw


@pytest.fixture
def gw(studio, up):
    return studio


@pytest.fixture
def key(gw):
    return gw.new_key()


COST = 22 * 300000 + 16 * 600000
EXACT = f"settled/reported {COST}: input 22, output 16"
USAGE = {"completion_tokens": 16, "prompt_tokens": 22, "total_tokens": 38}


def written(more="", talk='[{"role":"user","content":"Who?"}]'):
    return ('{"messages":%s, "model" :"qwen-turbo"%s}'
            % (talk, "," + more if more else "")).encode()


def post(gw, key, data, path=CHAT, **headers):
    return gw.request("POST", path, data, key, headers)


# ---- what is sent ----

TOOLS = ('"tools":[{"type":"function","function":{"name":"now","description":'
         '"d","parameters":{}}},{"type":"function","function":{"name":"w-2_",'
         '"parameters":{"type":"object","properties":{"at":{"type":"string"}}}'
         '},"required":["at"]}]')
PARAMETERS = {
    "model, messages": "",
    "top_p": '"top_p":0.80', "temperature": '"temperature":1.9999',
    "temperature 0": '"temperature":0',
    "presence_penalty": '"presence_penalty":-2.0',
    "n": '"n":4', "max_tokens": '"max_tokens":1.0e3',
    "seed": '"seed":18446744073709551615',
    "stream": '"stream":false',
    "stop, a text": '"stop":"Hello"',
    "stop, ids": '"stop":[108386,104307]',
    "stop, texts": '"stop":["Hello","Weather"]',
    "stop, lists of ids": '"stop":[[108386, 103924],[35946, 101243]]',
    "stop, mixed": '"stop":["Hello",104307]',
    "tools": TOOLS,
    "tools in a stream": TOOLS + ',"stream":true,"stream_options":'
                         '{"include_usage":true}',
    "stream_options": '"stream":true,"stream_options":{"include_usage": true}',
    "stream_options without a stream":
        '"stream_options":{"include_usage":true}',
}


def document(**message):
    return json.dumps({
        "choices": [{"message": dict({"role": "assistant",
                                      "content": "I am."}, **message),
                     "finish_reason": "stop", "index": 0, "logprobs": None}],
        "object": "chat.completion", "usage": USAGE, "created": 1715252778,
        "system_fingerprint": "", "model": "qwen-turbo",
        "id": "chatcmpl-xxx"}).encode()


def chunk(delta, finish=None):
    return {"choices": [{"delta": delta, "finish_reason": finish, "index": 0,
                         "logprobs": None}],
            "object": "chat.completion.chunk", "usage": None,
            "created": 1715931028, "system_fingerprint": None,
            "model": "qwen-turbo", "id": "chatcmpl-x"}


CHUNKS = [chunk({"content": "", "role": "assistant"}),
          chunk({"content": "I am."}), chunk({"content": ""}, "stop")]
STREAM = sse(*CHUNKS, dict(chunk({}), choices=[], usage=USAGE))


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_passes_as_it_is_written(gw, up, key, name):
    more = PARAMETERS[name]
    there = STREAM if '"stream":true' in more else document()
    up.script(*([head(), body(there), end()] if there is STREAM
                else [answer(there)]))
    r = post(gw, key, written(more))
    assert r.status == 200 and r.body == there
    assert up.requests[0].body == written(more)
    assert up.requests[0].path == "/compatible-mode/v1/chat/completions"
    row, = gw.settled(key)
    assert bill(row) == EXACT


# roles in whatever order, and the answer of a tool as the document's own
# program sends it, without the id of its call
TALKS = {
    "system, user": '[{"role":"system","content":"s"},'
                    '{"role":"user","content":"u"}]',
    "an assistant that was null": '[{"role":"user","content":"u"},{"content":'
        '"","refusal":null,"role":"assistant","function_call":null,'
        '"tool_calls":[{"id":"","function":{"arguments":"{}","name":"now"},'
        '"type":"function","index":0}]},{"name":"now","role":"tool",'
        '"content":"12:00"}]',
    "no order": '[{"role":"assistant","content":"a"},{"role":"system",'
                '"content":"s"},{"role":"assistant","content":"b"}]',
}


@pytest.mark.parametrize("name", TALKS)
def test_messages_pass_as_they_are_written(gw, up, key, name):
    up.script(answer(document()))
    data = written(TOOLS, TALKS[name])
    assert post(gw, key, data).status == 200
    assert up.requests[0].body == data
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- what comes back ----

@pytest.mark.parametrize("more", [
    {}, {"tool_calls": None, "function_call": None},
    {"content": "", "tool_calls": [
        {"function": {"name": "now", "arguments": "{}"}, "id": "",
         "type": "function", "index": 0}]}])
def test_an_answer_is_relayed(gw, up, key, more):
    up.script(answer(document(**more)))
    assert post(gw, key, written()).body == document(**more)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_usage_is_null_until_it_is_asked_for(gw, up, key):
    """Model Studio has the member in each chunk; its last one is shown to
    who asked."""
    up.script(head(), body(STREAM), end())
    r = post(gw, key, written('"stream":true'))
    assert r.body == sse(*CHUNKS)
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- errors ----

# by its table: how it comes about (the key's spec, the body, a header); the
# status and the code, and the words that the message begins with
BODY = {"model": "qwen-turbo", "messages": [{"role": "user", "content": "x"}],
        "max_tokens": 100}
ERRORS = {
    "invalid request": ({}, {"model": "qwen-turbo"}, None,
                        "missing_parameter", "messages", ""),
    "key": (None, BODY, None, "invalid_api_key", None,
            "Incorrect API key provided"),
    "rate": ({"limits": {"requests_per_minute": 1}}, BODY, None,
             "rate_limit_exceeded", None,
             "Rate limit reached for requests"),
    "quota": ({"budgets": [{"amount": "0.0000001", "currency": "CNY",
                            "window": "total"}]}, BODY, None,
              "insufficient_quota", None,
              "You exceeded your current quota, please check your plan and "
              "billing details"),
    "error": ({}, BODY, "500", "internal_error", None,
              "The server had an error while processing your request"),
    "load": ({}, BODY, "503", "overloaded", None,
             "The engine is currently overloaded, please try again later"),
}


@pytest.mark.parametrize("path, shape", [
    (CHAT, "openai"), (MESSAGES, "anthropic"), (ENVELOPE, "envelope")])
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_by_its_table(gw, up, name, path, shape):
    spec, data, status, code, param, words = ERRORS[name]
    key = "sk-of-somewhere-else" if spec is None else gw.new_key(**spec)
    if name == "rate":
        up.script(answer(document()))
        assert post(gw, key, BODY).status == 200
        gw.settled(key)
    headers = {"x-answer-with": status} if status else {}
    with costs_nothing(gw, up):
        r = post(gw, key, data, path, **headers)
        if (name, shape) == ("load", "anthropic"):
            # httpd's own status stays; the gateway's own is 529
            assert r.status == 503
            r.status = 529
        text = refused(r, code, param, words, shape)
        assert text.startswith(words)
        assert text.endswith(".")
