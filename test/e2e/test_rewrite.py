"""What the gateway changes in a body, rule by rule, as the upstream sees it."""
import json

import pytest

from harness.checks import refused

CHAT = "/v1/chat/completions"
# stands in every body: whatever is rewritten, this stays as it is spelt
KEPT = b'"seed":1.0E+1,"x":"\\u00e9/\\/" ,"y": [ ]'


@pytest.fixture(scope="module")
def rgw(module_gw, session_upstream):
    gw = module_gw(conf="""
<Location "/relay">
LLMGateway On
LLMGatewayThinking relay
</Location>
""")
    gw.must("PUT", "/upstreams/ali", {
        "base_url": session_upstream.url + "/v1", "dialect": "openai",
        "vendor": "bailian", "credentials": [{"secret": "sk-ali"}]})
    gw.must("PUT", "/upstreams/silent", {
        "base_url": session_upstream.url + "/v1", "dialect": "openai",
        "include_usage": "never"})
    return gw


@pytest.fixture
def rkey(rgw, up):
    """A key; each request that reached the upstream becomes a row of it."""
    key = rgw.new_key()
    yield key
    rgw.settled(key, len(up.requests))


def route(gw, name="m", model=None, upstream="mock", **spec):
    """A free model of this name with one route."""
    r = {"upstream": upstream}
    if model:
        r["model"] = model
    if "thinking" in spec:
        r["thinking"] = spec.pop("thinking")
    gw.must("PUT", "/models/" + name, dict(spec, free=True, routes=[r]))


def body(model="m", more=b"", messages=b'[{"role":"user","content":"hi"}]'):
    return b'{"model":"%s",%s"messages":%s,%s}' % (
        model.encode(), more + b"," if more else b"", messages, KEPT)


def exact(data):
    """JSON with its numbers as they are spelt; no member twice."""
    def once(pairs):
        assert len({k for k, _ in pairs}) == len(pairs), pairs
        return dict(pairs)
    return json.loads(data, parse_int=str, parse_float=str,
                      object_pairs_hook=once)


def sent(gw, up, key, data, path=CHAT):
    """What reaches the upstream for this body."""
    r = gw.request("POST", path, data, key)
    assert r.status == 200, r
    got = up.requests[-1].body
    assert KEPT in got
    assert up.requests[-1].header("Content-Length") == str(len(got))
    return got


def plus(data, **members):
    """The body with members added, or removed where they are None."""
    out = exact(data)
    for name, value in members.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = value
    return out


# ---- model ----

def test_the_route_names_the_model(rgw, up, rkey):
    route(rgw, "m", "upstream/name \"é\"")
    got = sent(rgw, up, rkey, body())
    assert got == body().replace(b'"m"', '"upstream/name \\"é\\""'.encode())
    assert [r["model"] for r in rgw.settled(rkey)] == ["m"]


def test_an_alias_is_the_model(rgw, up, rkey):
    route(rgw, "m", aliases=["m-latest", "org/m"])
    for name in ("m-latest", "org/m", "m"):
        assert sent(rgw, up, rkey, body(name)) == body("m")
    assert {r["model"] for r in rgw.settled(rkey, 3)} == {"m"}


def test_the_same_name_is_not_touched_however_spelt(rgw, up, rkey):
    route(rgw, "m")
    data = body().replace(b'"model":"m"', b'"mode\\u006c" : "\\u006d"')
    assert sent(rgw, up, rkey, data) == data


def test_glob_rights_are_about_our_name(rgw, up):
    route(rgw, "m", "secret-name", aliases=["n"])
    key = rgw.new_key(models=["m"])
    sent(rgw, up, key, body("n"))
    refused(rgw.request("POST", CHAT, body("secret-name"), key),
            "model_not_found", "model")
    rgw.settled(key)


# ---- stream_options ----

ASKED = {"include_usage": True}


@pytest.mark.parametrize("more, want", [
    (b'"stream":true', ASKED),
    (b'"stream":true,"stream_options":null', ASKED),
    (b'"stream":true,"stream_options":{}', ASKED),
    (b'"stream":true,"stream_options":{ }', ASKED),
    (b'"stream":true,"stream_options":{"include_usage":false}', ASKED),
    (b'"stream":true,"stream_options":{"include_usage":null}', ASKED),
    (b'"stream":true,"stream_options":{"include_usage":true}', ASKED),
    (b'"stream_options":{"a":[1],"include_usage":false,"b":2},"stream":true',
     {"a": ["1"], "include_usage": True, "b": "2"}),
    (b'"stream":true,"stream_options":{"a":1}',
     {"a": "1", "include_usage": True}),
])
def test_a_stream_is_asked_for_its_usage(rgw, up, rkey, more, want):
    route(rgw, "m")
    data = body(more=more)
    got = sent(rgw, up, rkey, data)
    assert exact(got) == plus(data, stream_options=want)
    if b'"include_usage":true' in more:
        assert got == data


@pytest.mark.parametrize("more", [
    b"", b'"stream":false', b'"stream":null',
    b'"stream":false,"stream_options":{"include_usage":false}',
    b'"stream_options":{"include_usage":true}', b'"stream_options":1'])
def test_without_a_stream_nothing_is_asked(rgw, up, rkey, more):
    route(rgw, "m")
    assert sent(rgw, up, rkey, body(more=more)) == body(more=more)


def test_an_upstream_may_never_be_asked(rgw, up, rkey):
    route(rgw, "m", upstream="silent")
    data = body(more=b'"stream":true')
    assert sent(rgw, up, rkey, data) == data


# ---- thinking ----

GONE = {"llmgw_thinking": None, "enable_thinking": None}
THINK = [       # route, members of the client, what is different upstream
    ("enable_thinking", b'"llmgw_thinking":true',
     dict(GONE, enable_thinking=True)),
    ("enable_thinking", b'"llmgw_thinking":false',
     dict(GONE, enable_thinking=False)),
    ("enable_thinking", b'"enable_thinking":true', {}),
    ("enable_thinking", b'"enable_thinking":false', {}),
    ("enable_thinking", b'"llmgw_thinking":true,"enable_thinking":false',
     dict(GONE, enable_thinking=True)),
    ("enable_thinking", b'"enable_thinking":true,"llmgw_thinking":false',
     dict(GONE, enable_thinking=False)),
    ("enable_thinking", b"", {}),
    ("object", b'"llmgw_thinking":true',
     dict(GONE, thinking={"type": "enabled"})),
    ("object", b'"enable_thinking":false',
     dict(GONE, thinking={"type": "disabled"})),
    ("object", b'"llmgw_thinking":false,"enable_thinking":true',
     dict(GONE, thinking={"type": "disabled"})),
    ("object", b'"llmgw_thinking":true,"thinking":null',
     dict(GONE, thinking={"type": "enabled"})),
    ("instruction", b'"llmgw_thinking":true',
     dict(GONE, messages=[{"role": "user", "content": "hi /think"}])),
    ("instruction", b'"enable_thinking":false',
     dict(GONE, messages=[{"role": "user", "content": "hi /no_think"}])),
    ("none", b'"llmgw_thinking":true,"enable_thinking":false', GONE),
    ("none", b'"enable_thinking":true', GONE),
    ("relay", b'"enable_thinking":true', {}),
    ("relay", b'"llmgw_thinking":true', {"llmgw_thinking": None}),
    ("relay", b'"llmgw_thinking":true,"enable_thinking":false',
     {"llmgw_thinking": None}),
]
# a switch of the vendor's own wins: ours are then only removed
NATIVE = [(mode, b'"llmgw_thinking":true,%s,"enable_thinking":false' % own,
           GONE if mode != "relay" else {"llmgw_thinking": None})
          for mode in ("enable_thinking", "object", "instruction", "none",
                       "relay")
          for own in (b'"thinking":{"type":"disabled","budget":1}',
                      b'"reasoning_effort":"low"')]


@pytest.mark.parametrize("mode", ["enable_thinking", "object", "instruction",
                                  "none", "relay"])
def test_each_way_to_say_thinking(rgw, up, rkey, mode):
    route(rgw, "m", thinking=mode)
    for how, more, change in THINK + NATIVE:
        if how == mode:
            data = body(more=more)
            got = sent(rgw, up, rkey, data)
            assert exact(got) == plus(data, **change), more
            if not change:
                assert got == data


@pytest.mark.parametrize("messages, want", [
    ('[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]',
     '[{"role":"user","content":"a /think"},'
     '{"role":"assistant","content":"b"}]'),
    ('[{"role":"user","content":"a"},{"role":"user","content":[{"type":'
     '"text","text":"b"},{"type":"image_url","image_url":{"url":"u"}}]}]',
     '[{"role":"user","content":"a"},{"role":"user","content":[{"type":'
     '"text","text":"b /think"},{"type":"image_url","image_url":{"url":'
     '"u"}}]}]'),
    ('[{"role":"user","content":[{"type":"image_url","image_url":{"url":'
     '"u"}}]}]',
     '[{"role":"user","content":[{"type":"image_url","image_url":{"url":'
     '"u"}},{"type":"text","text":" /think"}]}]'),
    ('[{"role":"system","content":"a"}]', '[{"role":"system","content":"a"}]'),
])
def test_where_the_instruction_goes(rgw, up, rkey, messages, want):
    route(rgw, "m", thinking="instruction")
    got = sent(rgw, up, rkey, body(more=b'"llmgw_thinking":true',
                                   messages=messages.encode()))
    assert exact(got)["messages"] == exact(want)


DEFAULTS = [("qwen3-max", "enable_thinking"), ("QwQ-32b", "enable_thinking"),
            ("deepseek-v4-pro", "instruction"), ("deepseek-v3", "relay"),
            ("GLM-4.7", "object"), ("kimi-k2", "none"), ("Minimax-M3", "none"),
            ("gpt-5", "none"), ("o3-mini", "none"), ("o0", "none"),
            ("ox", "relay"), ("claude-opus-5", "none"), ("gemini-3", "none"),
            ("llama-4", "relay"), ("my-qwen3", "relay")]


def seen_as(got):
    """Which way was it said?"""
    o = exact(got)
    if "enable_thinking" in o:
        return "enable_thinking"
    if "thinking" in o:
        return "object"
    return "instruction" if "/think" in o["messages"][0]["content"] \
        else "none or relay"


def test_the_default_way_is_by_the_upstreams_model_name(rgw, up, rkey):
    for name, mode in DEFAULTS:
        route(rgw, "m", name)
        got = sent(rgw, up, rkey, body(more=b'"llmgw_thinking":true'))
        assert seen_as(got) == (mode if mode not in ("none", "relay")
                                else "none or relay"), name
        assert b"llmgw_thinking" not in got
        # none removes what relay passes
        got = sent(rgw, up, rkey, body(more=b'"enable_thinking":true'))
        assert (b"enable_thinking" in got) \
            == (mode in ("enable_thinking", "relay")), name


def test_bailian_has_a_way_of_its_own(rgw, up, rkey):
    for name in ("glm-4.7", "kimi-k2", "llama-4"):
        route(rgw, "m", name, upstream="ali")
        got = sent(rgw, up, rkey, body(more=b'"llmgw_thinking":false'))
        assert exact(got)["enable_thinking"] is False
    route(rgw, "m", "glm-4.7", upstream="ali", thinking="object")
    got = sent(rgw, up, rkey, body(more=b'"llmgw_thinking":false'))
    assert seen_as(got) == "object"


def test_a_place_may_relay_all_routes(rgw, up, rkey):
    route(rgw, "m", thinking="object")
    data = body(more=b'"enable_thinking":true,"llmgw_thinking":false')
    got = sent(rgw, up, rkey, data, "/relay" + CHAT)
    assert exact(got) == plus(data, llmgw_thinking=None)
    data = body(more=b'"enable_thinking":true')
    assert sent(rgw, up, rkey, data, "/relay/chat/completions") == data
    assert seen_as(sent(rgw, up, rkey, data)) == "object"


# ---- enable_context_caching ----

MARK = {"cache_control": {"type": "ephemeral"}}
TALK = b'[{"role":"system","content":"s"},{"role":"user","content":"u"},' \
    b'{"role":"assistant","content":"a"},{"role":"user","content":[' \
    b'{"type":"text","text":"1"},{"type":"text","text":"2"}]}]'


def marked(text):
    return [dict({"type": "text", "text": text}, **MARK)]


def test_cache_markers_where_the_model_has_explicit_caching(rgw, up, rkey):
    rgw.must("PUT", "/models/m", {
        "routes": [{"upstream": "mock", "model": "q"}],
        "caching": {"explicit": True}, "free": True})
    on = b'"enable_context_caching":true'
    want = exact(TALK)
    want[0]["content"] = marked("s")
    got = sent(rgw, up, rkey, body(more=on, messages=TALK))
    assert exact(got)["messages"] == want
    assert b"enable_context_caching" not in got
    # a stream is one turn of many: its end is marked too
    want[3]["content"][1].update(MARK)
    got = sent(rgw, up, rkey, body(more=on + b',"stream":true',
                                   messages=TALK))
    assert exact(got)["messages"] == want
    for more in (b'"enable_context_caching":false', b""):
        got = sent(rgw, up, rkey, body(more=more, messages=TALK))
        assert exact(got)["messages"] == exact(TALK)
        assert b"enable_context_caching" not in got
    own = TALK.replace(b'"text":"1"', b'"text":"1","cache_control":{"type":'
                       b'"ephemeral"}')
    got = sent(rgw, up, rkey, body(more=on, messages=own))
    assert exact(got)["messages"] == exact(own)


def test_no_cache_markers_elsewhere(rgw, up, rkey):
    data = body(more=b'"enable_context_caching":true', messages=TALK)
    for spec in ({}, {"caching": {"implicit": True}},
                 {"caching": {"explicit": False}}):
        route(rgw, "m", **spec)
        got = sent(rgw, up, rkey, data)
        assert exact(got) == plus(data, enable_context_caching=None)
    rgw.must("PUT", "/models/m", {
        "routes": [{"upstream": "mock", "model": "glm-4.7"}],
        "caching": {"explicit": True}, "free": True})
    assert b"cache_control" not in sent(rgw, up, rkey, data)
    tools = data[:-1] + b',"tools":[{"type":"function","function":{}}]}'
    assert b"cache_control" in sent(rgw, up, rkey, tools)
